/**
 * The replication stream as this node holds it: a list of blocks shared by the backlog and all replicas.
 *
 * Since 7.0 the bytes live once (replication.c: feedReplicationBuffer). A block knows its capacity, so the
 * window moves by whole blocks, exactly as on a real server; `refcount` counts what Redis would count. The words
 * themselves stand in the log of whoever wrote them (`stream-log.ts`). What of the stream is still promised to PSYNC
 * is `backlog.ts`'s business.
 */
import { assert } from '../../assert.ts';
import type { Message } from '../protocol/payload.ts';
import { bytesLength } from '../protocol/make.ts';
import { type Allocator, jemallocUsable } from '../allocator.ts';
import { advanceLog, noteMessage, type Standing, type StreamLog } from './stream-log.ts';

export interface StreamBlock {
  /** Offset of the last byte before this block: its bytes are numbered start+1 … start+used. */
  readonly start: number;
  /** Payload bytes it can take. */
  readonly capacity: number;
  used: number;
  refcount: number;
  next: StreamBlock | null;
  /** Where its first byte stands. */
  readonly log: StreamLog;
  /** Offsets in this block at which another writer took over (another master, or we ourselves), in order; null: none did. */
  turns: LogTurn[] | null;
  /** Counted from 0 in a process, as Redis numbers them to know how many blocks lie between two. */
  readonly id: number;
}

/** The bytes after `from` stand in `log`. */
export interface LogTurn {
  readonly from: number;
  readonly log: StreamLog;
}

/** Where a replica stands: everything up to `offset` was handed to its socket; `block` and `log` hold the next byte. */
export interface ReplicaCursor {
  block: StreamBlock;
  offset: number;
  log: StreamLog;
}

export interface ReplBuffer extends Standing {
  head: StreamBlock | null;
  tail: StreamBlock | null;
  blocks: number;
  nextId: number;
}

export function createReplBuffer(): ReplBuffer {
  return { head: null, tail: null, blocks: 0, nextId: 0, log: null, own: null };
}

/** server.h: PROTO_REPLY_CHUNK_BYTES */
const CHUNK_BYTES = 16 * 1024;
/** sizeof(replBufBlock) and sizeof(listNode) on 64 bit: what a block costs beside its payload. */
export const BLOCK_HEADER_BYTES = 40;
export const LIST_NODE_BYTES = 24;

/**
 * Payload bytes of a new block for a part of `length` bytes (replication.c: feedReplicationBuffer): at least
 * 16 kB, at most a sixteenth of the backlog, then whatever the allocator rounds up to.
 */
export function blockCapacity(length: number, backlogSize: number, allocator: Allocator): number {
  const limit = Math.max(Math.floor(backlogSize / 16), CHUNK_BYTES);
  const size = Math.min(Math.max(length, CHUNK_BYTES), limit);
  return allocator === 'libc' ? size : jemallocUsable(size + BLOCK_HEADER_BYTES) - BLOCK_HEADER_BYTES;
}

/** Called for each part that went in: where it began, how far the stream now reaches, and whether a block was added. */
export type AfterPart = (startBlock: StreamBlock, startOffset: number, endOffset: number, addedBlock: boolean) => void;

/**
 * Appends a message to the last block if it fits whole: the usual case, in which no block is added and nothing can be
 * trimmed. `source`: where it stands already; null: these are words of our own.
 */
export function appendWithin(buffer: ReplBuffer, message: Message, offset: number, source: StreamLog | null): boolean {
  const { tail } = buffer;
  if (tail === null || tail.used + message.size > tail.capacity) return false;
  noteSource(buffer, message, offset, source);
  tail.used += message.size;
  return true;
}

/** Writes the message down, or refers to it; a change of the writer is noted in the block in which it comes. */
function noteSource(buffer: ReplBuffer, message: Message, offset: number, source: StreamLog | null): StreamLog {
  const before = buffer.log;
  const log = noteMessage(buffer, message, offset, source);
  if (before !== null && before.writer !== log.writer && buffer.tail !== null) {
    (buffer.tail.turns ??= []).push({ from: offset, log });
  }
  return log;
}

/**
 * Appends a message at stream offset `offset` (bytes before it). Redis feeds a command in parts (header, `$len`, argument,
 * line end), and only the part that does not fit decides the size of the next block: for a message
 * whose arguments are all shorter than a chunk the parts make no difference, so it goes in as one.
 */
export function appendMessage(
  buffer: ReplBuffer, message: Message, offset: number, source: StreamLog | null, backlogSize: number, allocator: Allocator, afterPart: AfterPart,
): void {
  const end = offset + message.size;
  const log = noteSource(buffer, message, offset, source);
  let at = offset;
  for (const part of partsOf(message)) {
    let left = part;
    while (left > 0) {
      let startBlock: StreamBlock | null = null;
      const startOffset = at;
      let added = false;
      const last = buffer.tail;
      if (last !== null && last.used < last.capacity) {
        const copied = Math.min(last.capacity - last.used, left);
        startBlock = last;
        last.used += copied;
        left -= copied;
        at += copied;
      }
      if (left > 0) {
        const capacity = blockCapacity(left, backlogSize, allocator);
        const block: StreamBlock = { start: at, capacity, used: 0, refcount: 0, next: null, log, turns: null, id: buffer.nextId++ };
        const copied = Math.min(capacity, left);
        block.used = copied;
        left -= copied;
        at += copied;
        if (last === null) buffer.head = block; else last.next = block;
        buffer.tail = block;
        buffer.blocks += 1;
        added = true;
        startBlock ??= block;
      }
      assert(startBlock !== null, 'a part of the stream went nowhere');
      afterPart(startBlock, startOffset, at, added);
    }
  }
  assert(at === end, 'the parts of a message make its size');
}

/** The lengths of the parts in which Redis feeds a message; they add up to its size. */
function partsOf(message: Message): readonly number[] {
  if (message.kind !== 'command') return [message.size];
  let longest = 0;
  for (const argument of message.argv) longest = Math.max(longest, bytesLength(argument));
  if (longest <= CHUNK_BYTES) return [message.size];
  const parts = [3 + String(message.argv.length).length];
  for (const argument of message.argv) {
    const length = bytesLength(argument);
    parts.push(3 + String(length).length, length, 2);
  }
  return parts.filter((part) => part > 0);
}

/** Where a reader of byte `offset` + 1 stands, searched from `head` on; at the end of the stream, where the next one will come. */
export function cursorAt(head: StreamBlock, offset: number): ReplicaCursor {
  let block = head;
  while (block.next !== null && offset >= block.start + block.used) block = block.next;
  const cursor = { block, offset, log: block.log };
  endOfLog(cursor, offset);
  return cursor;
}

/**
 * How far, up to `end`, a reader can go on in one log. A cursor that stands where another writer took over goes
 * over to his.
 */
export function endOfLog(cursor: ReplicaCursor, end: number): number {
  for (let block: StreamBlock | null = cursor.block; block !== null && block.start <= end; block = block.next) {
    if (block.turns === null) continue;
    for (const { from, log } of block.turns) {
      if (from > cursor.offset) {
        if (from < end) return from;
      } else if (log.writer !== cursor.log.writer) cursor.log = log;
    }
  }
  cursor.log = advanceLog(cursor.log, cursor.offset);
  return end;
}
