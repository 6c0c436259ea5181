/**
 * The phases of a full resync, and how long each took. They follow one another without a gap, from the question to the end: what
 * goes on during another phase is said to, and is not counted twice.
 */

export type PhaseName = 'wait' | 'save' | 'transfer' | 'stream' | 'flush' | 'load' | 'aof-rewrite';

/** The five that take time in proportion to the data, in their order; before them a replica may wait. */
export const WORKING_PHASES = ['save', 'transfer', 'flush', 'load', 'aof-rewrite'] as const;

export interface Phase {
  readonly phase: PhaseName;
  readonly fromUs: number;
  /** null: it was not over when the run ended. */
  readonly untilUs: number | null;
  /**
   * It is a part of the transfer: a diskless one is saved while it is sent, and may be loaded while it comes. Over two connections
   * the `stream` comes beside the file, and waits in the replica's own buffer until the file is loaded.
   */
  readonly during: 'transfer' | null;
}

/** Instants of one attempt, µs; null: it did not come so far, or nobody told. */
export interface PhaseMarks {
  askedUs: number;
  /** +FULLRESYNC was sent: the file is being made, or was when it joined. */
  saveUs: number | null;
  /** The header came. */
  transferUs: number | null;
  receivedUs: number | null;
  /** The stream comes over a connection of its own. */
  streamUs: number | null;
  flushUs: number | null;
  loadUs: number | null;
  loadedUs: number | null;
  /** The append-only file was off, and starts over. */
  rewritesAof: boolean;
  rewrittenUs: number | null;
  /** Saved while it is sent; loaded while it comes. */
  diskless: boolean;
  toParser: boolean;
}

export function noMarks(askedUs: number): PhaseMarks {
  return {
    askedUs, saveUs: null, transferUs: null, receivedUs: null, streamUs: null, flushUs: null, loadUs: null, loadedUs: null,
    rewritesAof: false, rewrittenUs: null, diskless: false, toParser: false,
  };
}

/** The phases that began. `endedUs`: when the attempt ended, done or not; null: it did not. */
export function phasesOf(marks: PhaseMarks, endedUs: number | null): Phase[] {
  const { askedUs, saveUs, transferUs, receivedUs, streamUs, flushUs, loadUs, loadedUs, diskless, toParser } = marks;
  const begun: { phase: PhaseName; fromUs: number; during: 'transfer' | null }[] = [{ phase: 'wait', fromUs: askedUs, during: null }];
  const add = (phase: PhaseName, fromUs: number | null, during: 'transfer' | null = null): void => {
    if (fromUs !== null) begun.push({ phase, fromUs, during });
  };
  const sentUs = diskless ? (saveUs ?? transferUs) : transferUs;
  if (diskless) {
    add('transfer', sentUs);
    add('save', sentUs, 'transfer');
  } else {
    add('save', saveUs);
    add('transfer', transferUs);
  }
  add('stream', streamUs, 'transfer');
  if (toParser) add('load', loadUs, 'transfer');
  else {
    add('flush', flushUs);
    add('load', loadUs);
  }
  if (marks.rewritesAof) add('aof-rewrite', loadedUs);
  const inFile = loadedUs ?? endedUs;
  return begun.map(({ phase, fromUs, during }, index) => {
    // What is part of the transfer ends with it, or when the attempt does; all else where the next one begins.
    const next = begun.find((other, at) => at > index && other.during === null);
    if (phase === 'stream') return { phase, fromUs, untilUs: endedUs, during };
    const untilUs = phase === 'aof-rewrite' ? marks.rewrittenUs : during === null && next !== undefined ? next.fromUs : during === null ? inFile : (receivedUs ?? inFile);
    return { phase, fromUs, untilUs, during };
  });
}

/** µs of all phases together; null while one of them goes on. */
export function totalOf(phases: readonly Phase[]): number | null {
  let total = 0;
  for (const { fromUs, untilUs, during } of phases) {
    if (untilUs === null) return null;
    if (during === null) total += untilUs - fromUs;
  }
  return total;
}
