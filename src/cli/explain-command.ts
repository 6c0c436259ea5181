/** `sim explain`: why each resync of a run was decided as it was, what it goes back to, and, if asked for, what would have spared it. */
import type { Counterfactuals } from '../explore/counterfactual/answer.ts';
import { type Selection, select, watchForExplanation } from '../explore/explain.ts';
import { prove, type Tried } from '../explore/proof.ts';
import { explainJson } from '../report/explain/json.ts';
import { explainPage } from '../report/explain/pretty.ts';
import type { ToldRun } from '../report/explain/told.ts';
import type { Run } from '../run.ts';
import type { Override } from '../scenario/overrides.ts';
import type { Problem } from '../scenario/place.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { suggestWord } from '../scenario/suggest.ts';
import { type Explained, explain } from '../trace/explanation.ts';
import { formatInstant } from '../units.ts';
import type { ExplainArguments } from './arguments.ts';
import { describeBug } from './bug.ts';
import { findCounterfactuals } from './counterfactual-runs.ts';
import { FILE_LOOK, terminalLook } from './colour.ts';
import { drive } from './drive.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { findScenarios } from './files.ts';
import type { Host } from './host.ts';
import { listenToUser } from './interrupt.ts';
import { loadFile, overridesOf, withServer } from './loading.ts';
import { refuseTargets, sourcesOf, targetsOf, writeWhole } from './output.ts';
import { problem } from './problem.ts';
import { createProgress } from './progress.ts';
import { replayOf } from './replay.ts';
import type { RunParts } from './run-command.ts';
import { runInSlices } from './slices.ts';
import { createTeller } from './teller.ts';

export async function explainCommand(path: string, options: ExplainArguments, host: Host, { start }: RunParts): Promise<ExitCode> {
  const teller = createTeller(host);
  const { overrides, servers, problems: wrongOptions } = overridesOf(options);
  const problems: Problem[] = [...wrongOptions];
  const [found, ...more] = findScenarios([path], host.files);
  if (servers.length > 1) problems.push(problem('explain tells one run, and these are several versions', `name one: --server ${servers.at(-1)!}`));
  if (more.length > 0) problems.push(problem(`explain tells one run, and ${path} has ${more.length + 1} scenarios`, 'name one of them'));
  if (found?.ok === false) problems.push(found.problem);
  problems.push(...wrongReporter(options, found?.ok === true ? found.file : null, overrides, host));
  if (problems.length > 0 || found?.ok !== true) return teller.tell(problems, null);

  const { file } = found;
  const user = listenToUser(host);
  const progress = createProgress(host);
  let going: Run | null = null;
  let replay = replayOf({ command: 'explain', file, seed: null, server: null, options });
  /** null: the user had enough. */
  const runToItsEnd = async (scenario: Scenario): Promise<{ readonly tried: Tried; readonly explained: Explained } | null> => {
    const run = start(scenario, options.untilUs === undefined ? {} : { untilUs: options.untilUs });
    going = run;
    const view = watchForExplanation(run);
    const over = await runInSlices(run, host, { stopped: () => user.hasEnough, afterSlice: () => progress.show(scenario.name, run) });
    if (!over) return null;
    const outcome = run.outcome();
    return { tried: { outcome, steps: run.steps }, explained: view(outcome) };
  };

  try {
    const loaded = loadFile(file, withServer(overrides, servers[0] ?? null), host.files);
    if (!loaded.ok) return teller.tell(loaded.problems, loaded.text);
    const { scenario } = loaded;
    replay = replayOf({ command: 'explain', file, seed: scenario.seed, server: scenario.server, options });
    const wrong = wrongSelection(options, scenario);
    if (wrong !== null) return teller.tell([wrong], null);
    const made = await runToItsEnd(scenario);
    if (made === null) return EXIT.interrupted;
    const { tried, explained } = made;
    const indices = select(explained, selectionOf(options));
    if (indices.length === 0 && tried.outcome.resyncs.length > 0) return teller.tell([nothingSelected(options, tried)], null);
    const told: ToldRun['told'][number][] = [];
    const known = new Map<number, Counterfactuals>();
    for (const index of indices) {
      const proof = await drive(prove(tried, index), async (other) => (await runToItsEnd(other))?.tried ?? null);
      const whyNot = options.whyNot === undefined ? null : await findCounterfactuals(tried.outcome, index, host, {
        file, overrides: withServer(overrides, servers[0] ?? null), start, interrupted: () => user.hasEnough, known, ...(options.untilUs === undefined ? {} : { untilUs: options.untilUs }),
      });
      told.push({ explanation: explain(index, explained), proof, whyNot });
    }
    progress.clear();
    const text = textOf({ outcome: tried.outcome, causes: explained.causes, told }, options, host);
    const unwritten = put(text, options, host);
    if (unwritten !== null) return teller.tell([unwritten], null);
    return user.hasEnough ? EXIT.interrupted : EXIT.held;
  } catch (error) {
    progress.clear();
    teller.say(describeBug(error, { replay, run: going }));
    return EXIT.bug;
  } finally {
    progress.clear();
    user.noLongerListening();
  }
}

function selectionOf({ resync, node, atUs }: ExplainArguments): Selection {
  return { ...(resync === undefined ? {} : { resync }), ...(node === undefined ? {} : { node }), ...(atUs === undefined ? {} : { atUs }) };
}

function wrongSelection({ node }: ExplainArguments, { nodes }: Scenario): Problem | null {
  const names = nodes.map(({ name }) => name);
  return node === undefined || names.includes(node) ? null : problem(`--node: there is no node "${node}"`, suggestWord(node, names));
}

function nothingSelected({ resync, node }: ExplainArguments, { outcome: { resyncs } }: Tried): Problem {
  if (resync !== undefined) return problem(`--resync ${resync}: there ${resyncs.length === 1 ? 'is one resync' : `are ${resyncs.length} resyncs`}`, resyncs.length === 1 ? 'write --resync 1' : `a number from 1 to ${resyncs.length}`);
  const asking = [...new Set(resyncs.map(({ replica }) => replica))];
  return problem(`--node ${node ?? ''}: it asked nobody for a resync, and nobody asked it`, `--node ${asking[0]!}, which asked at ${formatInstant(resyncs[0]!.askedAtUs)}`);
}

/** `scenario`: the file that is read, not the folder or pattern that it was found by; null when none was. */
function wrongReporter({ reporter }: ExplainArguments, scenario: string | null, overrides: readonly Override[], host: Host): Problem[] {
  const names = ['pretty', 'json'];
  if (!names.includes(reporter.name)) return [problem(`explain has no reporter "${reporter.name}"`, suggestWord(reporter.name, names) ?? 'pretty or json')];
  const targets = targetsOf([reporter]);
  return refuseTargets(targets, scenario === null ? [] : sourcesOf([scenario], [overrides], targets, host), host);
}

function textOf(run: ToldRun, { reporter, verbose }: ExplainArguments, host: Host): string {
  if (reporter.name === 'json') return explainJson(run);
  return explainPage(run, { ...(reporter.file === null ? terminalLook(host) : FILE_LOOK), verbosity: verbose ? 'verbose' : 'normal' });
}

function put(text: string, { reporter: { file } }: ExplainArguments, host: Host): Problem | null {
  if (file !== null) return writeWhole(file, text, host);
  host.stdout.write(text);
  return null;
}
