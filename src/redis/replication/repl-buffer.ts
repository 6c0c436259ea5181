/**
 * The replication stream as this node holds it: a list of blocks shared by the backlog and all replicas.
 *
 * Since 7.0 the bytes live once (replication.c: feedReplicationBuffer). A block knows its capacity, so the
 * window moves by whole blocks, exactly as on a real server. Commands that begin in a block hang on it;
 * JavaScript's collector keeps a block alive as long as somebody still reads it, while `refcount`
 * counts what Redis would count. What of the stream is still promised to PSYNC is `backlog.ts`'s business.
 */
import { assert } from '../../assert.ts';
import type { Message, Piece } from '../protocol/payload.ts';
import { bytesLength } from '../protocol/make.ts';

export interface StreamBlock {
  readonly kind: 'stream';
  /** Offset of the last byte before this block: its bytes are numbered start+1 … start+used. */
  readonly start: number;
  /** Payload bytes it can take. */
  readonly capacity: number;
  used: number;
  refcount: number;
  next: StreamBlock | null;
  /** Messages whose first byte lies in this block, with the stream offset of their last byte. */
  readonly messages: Message[];
  readonly ends: number[];
  /** The message that began in an earlier block and reaches into this one, and where it ends; null: none does. */
  readonly carried: Message | null;
  readonly carriedEnd: number;
  /** Counted from 0 in a process, as Redis numbers them to know how many blocks lie between two. */
  readonly id: number;
}

/** Where a replica stands: everything up to `offset` was handed to its socket; `block` holds the next byte. */
export interface ReplicaCursor {
  block: StreamBlock;
  offset: number;
}

export interface ReplBuffer {
  head: StreamBlock | null;
  tail: StreamBlock | null;
  blocks: number;
  nextId: number;
}

export function createReplBuffer(): ReplBuffer {
  return { head: null, tail: null, blocks: 0, nextId: 0 };
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
export function blockCapacity(length: number, backlogSize: number, allocator: 'jemalloc' | 'libc'): number {
  const limit = Math.max(Math.floor(backlogSize / 16), CHUNK_BYTES);
  const size = Math.min(Math.max(length, CHUNK_BYTES), limit);
  return allocator === 'libc' ? size : jemallocUsable(size + BLOCK_HEADER_BYTES) - BLOCK_HEADER_BYTES;
}

/** jemalloc's size classes: four per doubling, from 16 kB up (smaller ones are never asked for here). */
export function jemallocUsable(size: number): number {
  let doubling = CHUNK_BYTES;
  while (doubling * 2 < size) doubling *= 2;
  const step = doubling / 4;
  return Math.ceil(size / step) * step;
}

/** Called for each part that went in: where it began, how far the stream now reaches, and whether a block was added. */
export type AfterPart = (startBlock: StreamBlock, startOffset: number, endOffset: number, addedBlock: boolean) => void;

/** Appends a message to the last block if it fits whole: the usual case, in which no block is added and nothing can be trimmed. */
export function appendWithin(tail: StreamBlock, message: Message, offset: number): boolean {
  if (tail.used + message.size > tail.capacity) return false;
  tail.messages.push(message);
  tail.ends.push(offset + message.size);
  tail.used += message.size;
  return true;
}

/**
 * Appends a message at stream offset `offset` (bytes before it). Redis feeds a command in parts (header, `$len`, argument,
 * line end), and only the part that does not fit decides the size of the next block: for a message
 * whose arguments are all shorter than a chunk the parts make no difference, so it goes in as one.
 */
export function appendMessage(
  buffer: ReplBuffer, message: Message, offset: number, backlogSize: number, allocator: 'jemalloc' | 'libc', afterPart: AfterPart,
): void {
  const end = offset + message.size;
  let at = offset;
  let begun = false;
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
        if (!begun) { last.messages.push(message); last.ends.push(end); begun = true; }
        last.used += copied;
        left -= copied;
        at += copied;
      }
      if (left > 0) {
        const capacity = blockCapacity(left, backlogSize, allocator);
        const block: StreamBlock = {
          kind: 'stream', start: at, capacity, used: 0, refcount: 0, next: null, messages: [], ends: [],
          carried: begun ? message : null, carriedEnd: begun ? end : at, id: buffer.nextId++,
        };
        if (!begun) { block.messages.push(message); block.ends.push(end); begun = true; }
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

/** Calls `each` for every message that ends in (from, to], in order; `block` is at or before `from`. */
export function forEachMessageEnding(block: StreamBlock, from: number, to: number, each: (message: Message, end: number) => void): void {
  for (let at: StreamBlock | null = block; at !== null && at.start < to; at = at.next) {
    // A carried message hangs on the block in which it began: only there is it visited, unless we enter the list behind it.
    if (at === block && at.carried !== null && at.carriedEnd > from && at.carriedEnd <= to) each(at.carried, at.carriedEnd);
    for (let index = 0; index < at.ends.length; index++) {
      const end = at.ends[index] ?? 0;
      if (end > to) return;
      if (end > from) each(at.messages[index] as Message, end);
    }
  }
}

/** The block that holds byte `offset`+1, or whose end is `offset` (the next byte to come). */
export function blockAt(head: StreamBlock, offset: number): StreamBlock {
  let block = head;
  while (block.next !== null && offset >= block.start + block.used) block = block.next;
  return block;
}

/** The stream bytes (from, to] as a piece, found from `block`. */
export function streamPiece(block: StreamBlock, from: number, to: number): Piece {
  return { payload: block, from, to };
}
