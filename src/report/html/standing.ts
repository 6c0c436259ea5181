/**
 * How a replica stands to its master at an instant: what PSYNC would be answered, did it ask now. Judged by the master's own checks,
 * so a curve, a row of the table and the decision itself cannot disagree.
 */
import { decidePsync, type PsyncReason } from '../../redis/replication/psync.ts';

/** Of a node, what the checks compare. */
export interface Position {
  readonly replid: string;
  readonly replid2: string;
  readonly secondOffset: number;
  /** Produced by a master, applied by a replica; -1: none. */
  readonly offset: number;
  readonly backlog: { readonly firstByte: number; readonly length: number; readonly size: number } | null;
}

/**
 * Of the next byte that the replica wants: `kept` in the backlog, `gone` from it, `unwritten` yet; or it cannot be compared: `other`
 * history, `past` what the two share; `none`: one of them has no place in any stream, or there is no backlog.
 */
export type Standing = 'kept' | 'gone' | 'unwritten' | 'other' | 'past' | 'none';

const STANDINGS: Readonly<Record<PsyncReason, Standing>> = {
  'in-backlog': 'kept', 'offset-before-backlog': 'gone', 'offset-after-end': 'unwritten', 'unknown-id': 'other', 'past-second-offset': 'past',
  'no-backlog': 'none', 'first-contact': 'none', 'sync-command': 'none',
};

export function standingOf(replica: Position, master: Position): Standing {
  const reason = answerTo(replica, master);
  return reason === null ? 'none' : STANDINGS[reason];
}

/** By how many bytes it is behind; null: their numbers do not mean the same bytes, or it is ahead. */
export function bytesBehind(replica: Position, master: Position): number | null {
  const reason = answerTo(replica, master);
  if (reason === null || reason === 'unknown-id' || reason === 'past-second-offset' || replica.offset > master.offset) return null;
  return master.offset - replica.offset;
}

/** null: there are no numbers to compare. */
function answerTo(replica: Position, { replid, replid2, secondOffset, offset, backlog }: Position): PsyncReason | null {
  if (replica.offset < 0 || offset < 0 || replica.replid === '') return null;
  const kept = { backlogActive: backlog !== null, firstByte: backlog?.firstByte ?? 0, histlen: backlog?.length ?? 0, backlogSize: backlog?.size ?? 0 };
  return decidePsync({ replid: replica.replid, offset: replica.offset + 1 }, { replid, replid2, secondOffset, masterOffset: offset, ...kept }).reason;
}
