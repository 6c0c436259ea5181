/** `sim run`: every scenario judged in its turn, told as it comes, the worst of them for an exit code. */
import { savedLines } from '../checks/saved.ts';
import type { start } from '../run.ts';
import type { Override } from '../scenario/overrides.ts';
import type { Problem } from '../scenario/place.ts';
import type { RunArguments } from './arguments.ts';
import { EXIT, type ExitCode, exitCodeOf, worst } from './exit-code.ts';
import { findScenarios, type Found } from './files.ts';
import type { Host } from './host.ts';
import { listenToUser } from './interrupt.ts';
import { type Judged, judgeFile } from './judging.ts';
import { overridesOf } from './loading.ts';
import { refuseTargets, sourcesOf, targetsOf, writeWhole } from './output.ts';
import { problem } from './problem.ts';
import { openReporters, type Reporters } from './reporters.ts';
import { createTeller, type Teller } from './teller.ts';

export interface RunParts {
  readonly start: typeof start;
}

export async function runCommand(paths: readonly string[], options: RunArguments, host: Host, { start }: RunParts): Promise<ExitCode> {
  const teller = createTeller(host);
  const found = findScenarios(paths, host.files);
  const { overrides, servers, allServers, problems } = overridesOf(options);
  const seeds = options.seed === undefined ? options.seeds : 'one';
  const reporters = openReporters(options, host);
  const refused = [...problems, ...reporters.problems, ...refuseOutputs(options, found, overrides, host)];
  if (refused.length > 0) {
    teller.tell(refused, null);
    return EXIT.badInput;
  }

  const codes: ExitCode[] = [];
  const user = listenToUser(host);
  try {
    for (const one of found) {
      if (one.ok) {
        const judged = await judgeFile(one.file, host, { overrides, servers, lenient: allServers, seeds, options, observes: options.trace !== undefined || reporters.observe, start, interrupted: () => user.hasEnough });
        codes.push(tell(judged, reporters, teller));
        if (judged.is === 'told' && options.trace !== undefined) codes.push(teller.tell(problemList(writeTrace(options.trace, judged, host)), null));
      } else {
        codes.push(teller.tell([one.problem], null));
      }
      if (user.hasEnough || (options.bail && worst(codes) !== EXIT.held)) break;
    }
  } finally {
    user.noLongerListening();
  }
  const unwritten = reporters.finish();
  if (unwritten.length > 0) codes.push(teller.tell(unwritten, null));
  return worst(codes);
}

function tell(judged: Judged, reporters: Reporters, teller: Teller): ExitCode {
  switch (judged.is) {
    case 'told':
      reporters.tell(judged);
      return judged.interrupted ? EXIT.interrupted : exitCodeOf(judged.outcome.verdict);
    case 'refused':
      return teller.tell(judged.problems, judged.text);
    case 'bug':
      teller.say(judged.text);
      return EXIT.bug;
  }
}

/** Outputs that cannot be written, or would overwrite each other or what is read: said before any work is done. */
function refuseOutputs({ reporter, trace }: RunArguments, found: readonly Found[], overrides: readonly Override[], host: Host): Problem[] {
  const scenarios = found.flatMap((one) => (one.ok ? [one.file] : []));
  const targets = [...targetsOf(reporter), ...(trace === undefined ? [] : [{ file: trace, by: '--trace' }])];
  const problems = refuseTargets(targets, sourcesOf(scenarios, [overrides], targets, host), host);
  if (trace !== undefined && scenarios.length > 1) {
    problems.push(problem(`--trace holds one run, and these are ${scenarios.length} scenarios`, 'name one scenario'));
  }
  return problems;
}

function writeTrace(file: string, { outcome, replay = '', explain = '', written }: Extract<Judged, { is: 'told' }>, host: Host): Problem | null {
  return writeWhole(file, [...savedLines({ outcome, replay, explain }, written)].join(''), host);
}

function problemList(problem: Problem | null): Problem[] {
  return problem === null ? [] : [problem];
}
