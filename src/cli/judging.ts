/** One scenario file, from its text to what it came to. */
import type { Outcome } from '../checks/outcome.ts';
import { createRange } from '../explore/range.ts';
import type { ReportedRun } from '../report/reporter.ts';
import type { Run, start } from '../run.ts';
import type { Override } from '../scenario/overrides.ts';
import type { IntRange } from '../scenario/scenario.ts';
import type { ScenarioText } from '../scenario/scenario-text.ts';
import { sampleStepUs } from '../trace/sample.ts';
import { describeBug } from './bug.ts';
import type { Host } from './host.ts';
import { loadFile, type Refused, withServer } from './loading.ts';
import { createProgress } from './progress.ts';
import { type Replayed, replayOf } from './replay.ts';
import { runInSlices } from './slices.ts';

export type Judged =
  | ({ readonly is: 'told'; readonly interrupted: boolean; /** What the scenario of its outcome was read from. */ readonly written: ScenarioText } & ReportedRun)
  | ({ readonly is: 'refused' } & Refused)
  | { readonly is: 'bug'; readonly text: string };

export interface JudgeOptions {
  readonly overrides: readonly Override[];
  /** Profiles to run with, one after another; none: as the file says. */
  readonly servers?: readonly string[];
  /** A version is run without settings that it does not know, and left out when it cannot do a step, rather than that the scenario is refused. */
  readonly lenient?: boolean;
  /** Seeds to run with, or just the one of the scenario; undefined: as the file says. */
  readonly seeds?: IntRange | 'one' | undefined;
  /** As typed, for the command that replays a run. `bail`: no more runs after one that did not pass. */
  readonly options: Replayed['options'] & { readonly bail?: boolean };
  /** What is told needs more than facts: somebody looks at the run all the time. */
  readonly observes?: boolean;
  readonly start: typeof start;
  readonly interrupted: () => boolean;
}

/** Never throws: whatever breaks on the way is a bug of ours, and said to be one. */
export async function judgeFile(file: string, host: Host, { overrides, servers = [], lenient = false, seeds, options, observes = false, start, interrupted }: JudgeOptions): Promise<Judged> {
  let run: Run | null = null;
  let replay = replayOf({ file, seed: null, server: null, options });
  const progress = createProgress(host);
  const range = createRange();
  const texts = new WeakMap<Outcome, ScenarioText>();
  const began = host.nowMs();
  let enough = false;
  try {
    for (const version of servers.length === 0 ? [null] : servers) {
      const loaded = loadFile(file, withServer(overrides, version), host.files, lenient);
      if (!loaded.ok) {
        const why = loaded.problems[0]?.message ?? '';
        // Of all versions, those that cannot do what the scenario needs are none of its own; if none is left, it is wrong.
        if (!lenient || version === servers.at(-1) && range.result() === null) return { is: 'refused', ...loaded };
        range.skip({ server: version ?? '', why });
        continue;
      }
      const { scenario, leftOut, written } = loaded;
      const wanted = seeds === 'one' ? undefined : (seeds ?? scenario.seeds);
      for (const seed of wanted === undefined ? [scenario.seed] : seedsIn(wanted)) {
        if (enough) break;
        replay = replayOf({ file, seed, server: scenario.server, options });
        const title = wanted === undefined ? scenario.name : `${scenario.name} · seed ${seed}`;
        const going = start(scenario, { ...(wanted === undefined ? {} : { seed }), ...(options.untilUs === undefined ? {} : { untilUs: options.untilUs }), ...(observes ? { sampleEveryUs: sampleStepUs(Math.min(scenario.durationUs, options.untilUs ?? Infinity)) } : {}) });
        run = going;
        const over = await runInSlices(going, host, { stopped: interrupted, afterSlice: () => progress.show(title, going) });
        const outcome = going.outcome();
        texts.set(outcome, written);
        range.add(outcome, leftOut);
        enough = !over || interrupted() || (options.bail === true && outcome.verdict !== 'passed');
      }
    }
    const result = range.result()!;
    const { runs, shown, skipped } = result;
    const told = { is: 'told', outcome: shown, wallMs: host.nowMs() - began, replay: replayOf({ file, seed: shown.seed, server: shown.server, options }), explain: explainOf(file, overrides, servers, options), interrupted: interrupted(), written: texts.get(shown)! } as const;
    return runs.length + skipped.length === 1 ? told : { ...told, range: result };
  } catch (error) {
    return { is: 'bug', text: describeBug(error, { replay, run }) };
  } finally {
    progress.clear();
  }
}

/** With what was typed, and nothing else: the defaults of the file are its own. */
function explainOf(file: string, overrides: readonly Override[], servers: readonly string[], options: JudgeOptions['options']): string {
  const seed = overrides.find(({ path }) => path === 'seed')?.value ?? null;
  return replayOf({ command: 'explain', file, seed, server: servers.length === 1 ? servers[0]! : null, options });
}

/** Seeds of a range, in order. */
export function* seedsIn({ from, to }: IntRange): Generator<string> {
  for (let seed = from; seed <= to; seed++) yield String(seed);
}
