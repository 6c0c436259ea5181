/** One scenario file, from its text to what it came to. */
import type { ReportedRun } from '../report/reporter.ts';
import type { Run, start } from '../run.ts';
import type { Override } from '../scenario/overrides.ts';
import { describeBug } from './bug.ts';
import type { Host } from './host.ts';
import { loadFile, type Refused } from './loading.ts';
import { createProgress } from './progress.ts';
import { type Replayed, replayOf } from './replay.ts';
import { runInSlices } from './slices.ts';

export type Judged =
  | ({ readonly is: 'told'; readonly interrupted: boolean } & ReportedRun)
  | ({ readonly is: 'refused' } & Refused)
  | { readonly is: 'bug'; readonly text: string };

export interface JudgeOptions {
  readonly overrides: readonly Override[];
  /** As typed, for the command that replays a bug. */
  readonly options: Replayed['options'];
  readonly start: typeof start;
  readonly interrupted: () => boolean;
}

/** Never throws: whatever breaks on the way is a bug of ours, and said to be one. */
export async function judgeFile(file: string, host: Host, { overrides, options, start, interrupted }: JudgeOptions): Promise<Judged> {
  let run: Run | null = null;
  let replay = replayOf({ file, seed: null, server: null, options });
  const progress = createProgress(host);
  try {
    const loaded = loadFile(file, overrides, host.files);
    if (!loaded.ok) return { is: 'refused', ...loaded };
    const { scenario } = loaded;
    replay = replayOf({ file, seed: scenario.seed, server: scenario.server, options });
    const began = host.nowMs();
    const going = start(scenario, options.untilUs === undefined ? {} : { untilUs: options.untilUs });
    run = going;
    const over = await runInSlices(going, host, { stopped: interrupted, afterSlice: () => progress.show(scenario.name, going) });
    return { is: 'told', outcome: going.outcome(), wallMs: host.nowMs() - began, replay, interrupted: !over };
  } catch (error) {
    return { is: 'bug', text: describeBug(error, { replay, run }) };
  } finally {
    progress.clear();
  }
}
