/**
 * The backlog up to 6.2: a ring of exactly repl-backlog-size bytes (replication.c: feedReplicationBacklog). What is promised stands in
 * `ReplBacklog`; here is where its bytes are to be found.
 */
import type { Message } from '../../protocol/payload.ts';
import type { LogTurn } from '../repl-buffer.ts';
import { advanceLog, noteMessage, type Standing, type StreamLog } from '../stream-log.ts';

export interface Ring extends Standing {
  /** Offset before the byte that was put at its place 0: decides where it wraps around. */
  origin: number;
  /** Where the oldest byte kept stands or will stand; null: none came yet. */
  first: StreamLog | null;
  /** Offsets at which another writer took over, that the backlog or some replica has not passed yet, in order. */
  turns: LogTurn[];
}

/** Somebody who reads the stream: he has everything up to `offset`, and `log` holds the next byte. */
export interface Reader {
  offset: number;
  log: StreamLog;
}

export function createRing(offset: number): Ring {
  return { origin: offset, first: null, turns: [], log: null, own: null };
}

/** Writes down a message behind `offset`; returns where it stands. */
export function noteInRing(ring: Ring, message: Message, offset: number, source: StreamLog | null): StreamLog {
  const before = ring.log;
  const log = noteMessage(ring, message, offset, source);
  if (before === null) ring.first = log;
  else if (before.writer !== log.writer) ring.turns.push({ from: offset, log });
  return log;
}

/** The oldest byte kept is now the one after `offset`. `readers`: who may stand further back. */
export function moveFirst(ring: Ring, offset: number, readers: () => number): void {
  let { first } = ring;
  if (first === null) return;
  for (const { from, log } of ring.turns) if (from <= offset) first = log;
  if (ring.turns.length > 0) {
    const slowest = Math.min(readers(), offset);
    ring.turns = ring.turns.filter(({ from }) => from > slowest);
  }
  ring.first = advanceLog(first, offset);
}

/** Where byte `offset` + 1, which is kept, stands. */
export function logAt(ring: Ring, offset: number): StreamLog | null {
  let log = ring.first;
  for (const turn of ring.turns) if (turn.from <= offset) log = turn.log;
  return log === null ? null : advanceLog(log, offset);
}

/** How far, up to `end`, a reader can go on in one log. One who stands where another writer took over goes over to his. */
export function endOfWriter(ring: Ring, reader: Reader, end: number): number {
  let until = end;
  for (const { from, log } of ring.turns) {
    if (from > reader.offset) {
      until = Math.min(until, from);
      break;
    }
    if (log.writer !== reader.log.writer) reader.log = log;
  }
  reader.log = advanceLog(reader.log, reader.offset);
  return until;
}

/** The `length` bytes behind `offset`, as they lie in a ring of `size` bytes: in one stretch, or in two around its end. */
export function stretches(ring: Ring, size: number, offset: number, length: number): readonly number[] {
  const toEnd = size - ((offset - ring.origin) % size);
  return length <= toEnd ? [length] : [toEnd, length - toEnd];
}
