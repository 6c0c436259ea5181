/**
 * One replication history as equal-data needs it: which digest the data had at which offset.
 *
 * A promoted node goes on with the same prefix under a new id, so a history may have a parent that
 * answers for offsets up to where they parted. Old entries are dropped below the lowest offset that
 * anybody still stands at; what was dropped is not compared, rather than compared wrongly.
 */
import { lastAtOrBefore } from '../../sorted.ts';

export interface History {
  readonly replid: string;
  readonly parent: { readonly history: History; readonly upTo: number } | null;
  /** Ends of commands, ascending, and the digest (low 32 bits, signed) after each. */
  readonly offsets: number[];
  readonly digests: number[];
  /** Why nothing can be compared in it: a node with writes of its own began it; '' otherwise. */
  readonly tainted: string;
  /** How many entries there may be before the next pruning. */
  pruneAt: number;
}

/** Entries that are kept at most, whoever still stands below them. */
export const MOST_ENTRIES: number = 2 ** 20;

const FIRST_PRUNING = 4096;

export function createHistory(replid: string, parent: History['parent'] = null, tainted = ''): History {
  return { replid, parent, offsets: [], digests: [], tainted, pruneAt: FIRST_PRUNING };
}

export function append(history: History, offset: number, digest: number): void {
  history.offsets.push(offset);
  history.digests.push(digest);
}

export function lastOffset(history: History): number {
  return history.offsets.at(-1) ?? -1;
}

/** Where a digest was found: after the command that ended at `offset`. */
export interface Known {
  readonly offset: number;
  readonly digest: number;
}

/** The digest that the data must have at this offset: that of the last command which ended there or before. */
export function digestAt(history: History, offset: number): Known | null {
  const index = lastAtOrBefore(history.offsets, offset);
  if (index >= 0) return { offset: history.offsets[index]!, digest: history.digests[index]! };
  if (history.parent === null) return null;
  return digestAt(history.parent.history, Math.min(offset, history.parent.upTo));
}

/** Drops what lies before the last entry at or below `lowest`, and the older half if it is still too much. */
export function prune(history: History, lowest: number): void {
  const { offsets, digests } = history;
  let drop = Math.max(0, lastAtOrBefore(offsets, lowest));
  if (offsets.length - drop > MOST_ENTRIES) drop = offsets.length - MOST_ENTRIES / 2;
  offsets.splice(0, drop);
  digests.splice(0, drop);
  history.pruneAt = Math.max(FIRST_PRUNING, 2 * offsets.length);
}
