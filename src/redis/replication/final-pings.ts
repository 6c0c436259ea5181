/**
 * The "meaningful offset" of 6.0-rc3 to 6.0.3: a node that lost its master, or is to follow one, forgets the PINGs at the end of the
 * stream. Its replica may never have got them, and a partial resync should not fail for that (replication.c: adjustMeaningfulReplOffset).
 *
 * But who had passed those PINGs on already has followers ahead of it: the reason why 6.0.4 took it back.
 */
import type { Server } from '../server.ts';

/** PINGs that stand one behind the other in the stream: the bytes after `from`, up to `to`. */
export interface PingRun {
  readonly from: number;
  readonly to: number;
}

export const NO_PINGS: PingRun = { from: -1, to: -1 };

/** A PING of `size` bytes was, or is about to be, put behind what the stream has. */
export function notePing({ replication, profile }: Server, size: number): void {
  if (profile.history.finalPings === 'count') return;
  const { masterReplOffset, finalPings } = replication;
  const from = finalPings.to === masterReplOffset ? finalPings.from : masterReplOffset;
  replication.finalPings = { from, to: masterReplOffset + size };
}

/** replication.c: adjustMeaningfulReplOffset. Takes the PINGs at the end back, from the backlog too; returns the offset that is left. */
export function forgetFinalPings(server: Server): number {
  const { replication } = server;
  const { finalPings, masterReplOffset, backlog } = replication;
  if (finalPings.to !== masterReplOffset) return masterReplOffset;
  const bytes = finalPings.to - finalPings.from;
  server.ports.tell({ kind: 'final-pings-forgotten', offset: finalPings.from, instead: masterReplOffset });
  replication.masterReplOffset = finalPings.from;
  replication.finalPings = NO_PINGS;
  if (backlog !== null) backlog.histlen = Math.max(backlog.histlen - bytes, 0);
  // What this node writes next stands where the PINGs stood.
  replication.ring.own = null;
  for (const { replica } of replication.replicas) {
    const copy = replica?.copy ?? null;
    if (copy === null) continue;
    copy.offset = Math.min(copy.offset, finalPings.from);
    copy.end = Math.min(copy.end, finalPings.from);
  }
  return finalPings.from;
}
