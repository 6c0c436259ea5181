/**
 * The stream as it was first written: messages, and at which offset each ends. Whoever writes a history (a master)
 * writes it once, and every node that follows refers to it: offsets are the same all the way down a chain, since
 * replicas forward their master's bytes. So a thousand replicas hold a window each, and the words once.
 *
 * Nobody may read further than the stream that he was given reaches: behind that the writer goes his own way.
 */
import type { Message } from '../protocol/payload.ts';

/** A stretch of somebody's stream. JavaScript's collector keeps it, and all that follows it, while somebody refers to it. */
export interface StreamLog {
  readonly kind: 'stream';
  readonly messages: Message[];
  /** The stream offset of the last byte of each. */
  readonly ends: number[];
  next: StreamLog | null;
  /** Who wrote it: stretches of two writers do not hang together. Only its identity matters. */
  readonly writer: object;
}

/** Messages of one stretch: so few that a search in it is quick, so many that stretches are rare. */
const MESSAGES = 256;

export function createLog(writer: object): StreamLog {
  return { kind: 'stream', messages: [], ends: [], next: null, writer };
}

/** Writes a message that ends at `end` behind the last one; returns the stretch that it stands in. */
export function writeLog(tail: StreamLog, message: Message, end: number): StreamLog {
  let log = tail;
  if (log.messages.length === MESSAGES) {
    log = createLog(tail.writer);
    tail.next = log;
  }
  log.messages.push(message);
  log.ends.push(end);
  return log;
}

/** The stretch, from `log` on, in which byte `offset` + 1 stands or will stand. */
export function advanceLog(log: StreamLog, offset: number): StreamLog {
  let at = log;
  while (at.next !== null && at.ends[at.ends.length - 1]! <= offset) at = at.next;
  return at;
}

/** Index of the first message that ends after `offset`. */
export function firstEndingAfter({ ends }: StreamLog, offset: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Calls `each` for every message that ends in (from, to], in order, until it returns false; `log` is at or before `from`. `standing`: the
 * stretch that the message stands in.
 */
export function forEachMessageEnding(
  log: StreamLog, from: number, to: number, each: (message: Message, end: number, standing: StreamLog) => unknown,
): void {
  for (let at: StreamLog | null = log; at !== null; at = at.next) {
    for (let index = firstEndingAfter(at, from); index < at.ends.length; index++) {
      if (at.ends[index]! > to) return;
      if (each(at.messages[index]!, at.ends[index]!, at) === false) return;
    }
  }
}

/** Where a node's stream stands: the last message of it, and the end of what it wrote itself. */
export interface Standing {
  log: StreamLog | null;
  own: StreamLog | null;
}

/**
 * Sees to it that a message can be found again: in its writer's log (`source`), or, being our own, in ours, where it is written
 * down now. Returns the stretch that it stands in.
 */
export function noteMessage(standing: Standing, message: Message, offset: number, source: StreamLog | null): StreamLog {
  let log = source;
  if (log === null) {
    // After somebody else's words ours begin a log of their own: he may go on with his.
    const own = standing.own !== null && standing.log?.writer === standing.own.writer ? standing.own : createLog({});
    log = writeLog(own, message, offset + message.size);
    standing.own = log;
  }
  standing.log = log;
  return log;
}
