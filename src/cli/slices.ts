/** A run in slices of about 50 ms, with a breath between them, so that progress is seen and Ctrl-C works. */
import type { Run } from '../run.ts';
import type { Host } from './host.ts';

const SLICE_MS = 50;
const FIRST_EVENTS = 1_000;
const MOST_EVENTS = 10_000_000;

export interface SliceOptions {
  /** Asked after each slice: whether to leave it at that. */
  readonly stopped: () => boolean;
  readonly afterSlice: () => void;
}

/** Resolves to true when the run is over, to false when it was stopped. How it is sliced never touches its trace. */
export async function runInSlices(run: Pick<Run, 'advance'>, host: Pick<Host, 'nowMs' | 'breathe'>, options: SliceOptions): Promise<boolean> {
  let maxEvents = FIRST_EVENTS;
  for (;;) {
    const began = host.nowMs();
    if (run.advance(maxEvents)) return true;
    maxEvents = nextSize(maxEvents, host.nowMs() - began);
    options.afterSlice();
    await host.breathe();
    if (options.stopped()) return false;
  }
}

/** Half to four times as many events as before, as the time that these took suggests. */
function nextSize(maxEvents: number, tookMs: number): number {
  const factor = Math.min(4, Math.max(0.5, SLICE_MS / Math.max(tookMs, 1)));
  return Math.min(MOST_EVENTS, Math.max(1, Math.round(maxEvents * factor)));
}
