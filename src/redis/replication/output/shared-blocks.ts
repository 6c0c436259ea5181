/**
 * Since 7.0: one list of blocks, read by the backlog and by every replica from where it stands (replication.c: "shared replication buffers").
 */
import { assert } from '../../../assert.ts';
import type { Client } from '../../client.ts';
import { closeOnOutputLimit, queueForWriting } from '../../networking.ts';
import type { Message } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import { type ReplBacklog, TRIM_BLOCKS_PER_CALL, trimBacklog } from '../backlog.ts';
import { appendMessage, appendWithin, BLOCK_HEADER_BYTES, cursorAt, endOfLog, LIST_NODE_BYTES } from '../repl-buffer.ts';
import type { ReplicationState } from '../state.ts';
import type { StreamLog } from '../stream-log.ts';
import type { StreamStore } from './stream-store.ts';

export const SHARED_BLOCKS: StreamStore = { feed, readFrom, readAs, sentOffset, hasPending, write, usedBytes, letGo, endTurn, resized };

/** replication.c: canFeedReplicaReplBuffer */
function canFeed(server: Server, replica: Client): boolean {
  if (replica.closeAsap && server.profile.limits.closing === 'lets-go') return false;
  // Who wants a file only gets no stream; but it may be kept for its main channel.
  if (replica.rdbOnly && replica.replica?.awaitsMainChannel !== true) return false;
  return replica.replica !== null && replica.replica.state !== 'wait-bgsave-start';
}

/** replication.c: feedReplicationBuffer. Appends one message to buffer and backlog, and lets replicas begin to read there. */
function feed(server: Server, message: Message, source: StreamLog | null): void {
  const replication = server.replication;
  const backlog = replication.backlog;
  if (backlog === null) return;
  const { buffer, replicas } = replication;
  for (let i = 0; i < replicas.length; i++) if (canFeed(server, replicas[i]!)) queueForWriting(server, replicas[i]!);
  const from = replication.masterReplOffset;
  if (appendWithin(buffer, message, from, source)) {
    replication.masterReplOffset += message.size;
    backlog.histlen += message.size;
    for (let i = 0; i < replicas.length; i++) if (canFeed(server, replicas[i]!)) beginReading(replication, replicas[i]!, from);
    return;
  }
  feedWithBlocks(server, backlog, message, source);
}

/** The same when a block must be added. Apart from `feed`, which is called for every message and makes no closure. */
function feedWithBlocks(server: Server, backlog: ReplBacklog, message: Message, source: StreamLog | null): void {
  const { replication } = server;
  const from = replication.masterReplOffset;
  appendMessage(replication.buffer, message, from, source, backlog.size, server.allocator, (block, partFrom, to, added) => {
    replication.masterReplOffset = to;
    backlog.histlen += to - partFrom;
    for (const replica of replication.replicas) {
      if (!canFeed(server, replica)) continue;
      beginReading(replication, replica, partFrom);
      if (added) closeOnOutputLimit(server, replica);
    }
    if (backlog.block === null) {
      backlog.block = block;
      block.refcount += 1;
    }
    // Only when a block was added: otherwise the window cannot have grown past the one it may drop.
    if (added) trimBacklog(replication, TRIM_BLOCKS_PER_CALL);
  });
}

function beginReading({ buffer }: ReplicationState, replica: Client, offset: number): void {
  const side = replica.replica;
  if (side === null || side.cursor !== null || buffer.tail === null) return;
  side.cursor = cursorAt(buffer.tail.start <= offset ? buffer.tail : buffer.head!, offset);
  side.cursor.block.refcount += 1;
}

function readFrom({ replication }: Server, { replica }: Client, offset: number): void {
  const { head } = replication.buffer;
  if (head === null || replica === null) return;
  replica.cursor = cursorAt(head, offset);
  replica.cursor.block.refcount += 1;
}

function readAs({ replica }: Client, other: Client): void {
  const cursor = other.replica?.cursor ?? null;
  if (replica === null || cursor === null) return;
  replica.cursor = { ...cursor };
  cursor.block.refcount += 1;
}

function sentOffset({ replica }: Client): number {
  return replica?.cursor?.offset ?? replica?.sentOffset ?? 0;
}

function hasPending(server: Server, { replica }: Client): boolean {
  const cursor = replica?.cursor ?? null;
  return cursor !== null && cursor.offset < server.replication.masterReplOffset;
}

/** networking.c: _writeToClient, replica part. One segment a turn: everything the socket takes. */
function write(server: Server, client: Client): void {
  const replication = server.replication;
  const cursor = client.replica?.cursor ?? null;
  if (cursor === null) return;
  const until = Math.min(cursor.offset + client.credit, replication.masterReplOffset);
  while (cursor.offset < until) {
    const to = endOfLog(cursor, until);
    server.ports.send(client.fd, { payload: cursor.log, from: cursor.offset, to });
    client.credit -= to - cursor.offset;
    cursor.offset = to;
  }
  // Only the block a replica stands in is held; the ones it leaves may be trimmed.
  while (cursor.block.next !== null && cursor.offset >= cursor.block.start + cursor.block.used) {
    cursor.block.refcount -= 1;
    cursor.block = cursor.block.next;
    cursor.block.refcount += 1;
    trimBacklog(replication, TRIM_BLOCKS_PER_CALL);
  }
}

/** From the start of its block to the end of the last one's allocation. */
function usedBytes(server: Server, client: Client): number {
  const cursor = client.replica?.cursor ?? null;
  const last = server.replication.buffer.tail;
  if (cursor === null || last === null) return 0;
  const blocks = last.id - cursor.block.id + 1;
  return last.start + last.capacity - cursor.block.start + blocks * (LIST_NODE_BYTES + BLOCK_HEADER_BYTES);
}

/** networking.c: freeReplicaReferencedReplBuffer. What only this replica still held may be trimmed. */
function letGo(server: Server, client: Client): void {
  const side = client.replica;
  if (side === null || side.cursor === null) return;
  assert(side.cursor.block.refcount > 0, 'a reader holds its block');
  side.sentOffset = side.cursor.offset;
  side.cursor.block.refcount -= 1;
  side.cursor = null;
  trimBacklog(server.replication, TRIM_BLOCKS_PER_CALL);
}

/** server.c: beforeSleep. Ten times the usual pace: who left may have pinned many blocks. */
function endTurn(server: Server): void {
  if (server.replication.backlog !== null) trimBacklog(server.replication, 10 * TRIM_BLOCKS_PER_CALL);
}

function resized(server: Server): void {
  trimBacklog(server.replication, TRIM_BLOCKS_PER_CALL);
}
