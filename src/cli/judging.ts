/** One scenario file, from its text to what it came to. */
import type { Outcome } from '../checks/outcome.ts';
import type { Run, start } from '../run.ts';
import type { Override } from '../scenario/overrides.ts';
import type { Overrides, RunArguments } from './arguments.ts';
import { describeBug } from './bug.ts';
import type { Host } from './host.ts';
import { loadFile, type Refused } from './loading.ts';
import { createProgress } from './progress.ts';
import { runInSlices } from './slices.ts';

/** A run and what only the command line knows of it. */
export interface Told {
  readonly file: string;
  readonly outcome: Outcome;
  readonly wallMs: number;
}

export type Judged =
  | ({ readonly is: 'told'; readonly interrupted: boolean } & Told)
  | ({ readonly is: 'refused' } & Refused)
  | { readonly is: 'bug'; readonly text: string };

export interface JudgeOptions {
  readonly overrides: readonly Override[];
  /** As typed, for the command that replays a bug. */
  readonly options: Overrides & Pick<RunArguments, 'untilUs'>;
  readonly start: typeof start;
  readonly interrupted: () => boolean;
}

/** Never throws: whatever breaks on the way is a bug of ours, and said to be one. */
export async function judgeFile(file: string, host: Host, { overrides, options, start, interrupted }: JudgeOptions): Promise<Judged> {
  let run: Run | null = null;
  let replayed: { readonly seed: string; readonly server: string } | null = null;
  const progress = createProgress(host);
  try {
    const loaded = loadFile(file, overrides, host.files);
    if (!loaded.ok) return { is: 'refused', ...loaded };
    const { scenario } = loaded;
    replayed = scenario;
    const began = host.nowMs();
    const going = start(scenario, options.untilUs === undefined ? {} : { untilUs: options.untilUs });
    run = going;
    const over = await runInSlices(going, host, { stopped: interrupted, afterSlice: () => progress.show(scenario.name, going) });
    return { is: 'told', file, outcome: going.outcome(), wallMs: host.nowMs() - began, interrupted: !over };
  } catch (error) {
    return { is: 'bug', text: describeBug(error, { file, seed: replayed?.seed ?? null, server: replayed?.server ?? null, run, options }) };
  } finally {
    progress.clear();
  }
}
