/**
 * The backlog: the window over the stream that a PSYNC may still ask for (replication.c: "MASTER").
 *
 * It owns which bytes are promised, and how the window moves; the bytes themselves are `repl-buffer.ts`'s.
 */
import { assert } from '../../assert.ts';
import { createReplBuffer, type ReplBuffer, type StreamBlock } from './repl-buffer.ts';
import { createRing } from './output/ring.ts';
import type { PsyncState } from './psync.ts';
import type { Server } from '../server.ts';
import type { ReplicationState } from './state.ts';

export interface ReplBacklog {
  /** The oldest block kept; null until the first byte comes. The backlog holds one reference on it. */
  block: StreamBlock | null;
  /** Bytes kept. */
  histlen: number;
  /** Offset of the oldest byte kept; of the next byte to come while there is none. */
  firstByte: number;
  /** Bytes that it is to keep: repl-backlog-size. */
  size: number;
}

/** server.h: REPL_BACKLOG_TRIM_BLOCKS_PER_CALL */
export const TRIM_BLOCKS_PER_CALL = 64;

/** replication.c: createReplicationBacklog. "Virtually the first byte we have is the next one." */
export function createBacklog({ replication, config }: Server): void {
  assert(replication.backlog === null, 'a backlog is created once');
  replication.backlog = { block: null, histlen: 0, firstByte: replication.masterReplOffset + 1, size: config['repl-backlog-size'] };
  replication.ring = createRing(replication.masterReplOffset);
}

/** What a PSYNC may ask for, whatever the history is called; without a backlog, nothing. */
export function backlogWindow({ replication, config }: Server): Omit<PsyncState, 'replid' | 'replid2' | 'secondOffset'> {
  const { backlog, masterReplOffset } = replication;
  return {
    backlogActive: backlog !== null, firstByte: backlog?.firstByte ?? 0, histlen: backlog?.histlen ?? 0, masterOffset: masterReplOffset,
    backlogSize: config['repl-backlog-size'],
  };
}

/** replication.c: freeReplicationBacklog. Only without replicas: nobody else holds a block then. */
export function freeBacklog(replication: ReplicationState): void {
  assert(replication.replicas.length === 0, 'the backlog is freed only when no replica is attached');
  const { backlog } = replication;
  if (backlog === null) return;
  replication.freedBacklog = { firstByte: backlog.firstByte, histlen: backlog.histlen };
  replication.backlog = null;
  replication.ring = createRing(replication.masterReplOffset);
  const nextId = replication.buffer.nextId;
  replication.buffer = createReplBuffer();
  replication.buffer.nextId = nextId;
}

/**
 * replication.c: incrementalTrimReplicationBacklog. Drops the oldest block while the window is larger than
 * configured, and stays so without it, and nobody but the backlog reads it.
 */
export function trimBacklog(replication: ReplicationState, maxBlocks: number): void {
  const backlog = replication.backlog;
  if (backlog === null) return;
  const { size } = backlog;
  const buffer: ReplBuffer = replication.buffer;
  let trimmed = 0;
  while (backlog.histlen > size && trimmed < maxBlocks && buffer.blocks > 1) {
    const first = buffer.head;
    assert(first !== null && first === backlog.block, 'the backlog begins with the oldest block');
    if (first.refcount !== 1) break;
    if (backlog.histlen - first.capacity <= size) break;
    const next = first.next;
    assert(next !== null && first.used === first.capacity, 'only a full block has a successor');
    first.refcount -= 1;
    next.refcount += 1;
    backlog.histlen -= first.capacity;
    backlog.block = next;
    buffer.head = next;
    buffer.blocks -= 1;
    trimmed += 1;
  }
  backlog.firstByte = replication.masterReplOffset - backlog.histlen + 1;
}
