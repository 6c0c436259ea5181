/**
 * What travels: one record for a run of bytes (or a sign such as FIN) from the call of its sender to the
 * ears of its receiver. The same record moves from outbox to flight to inbox, and is then used again.
 */

import type { Piece } from './api.ts';
import type { Chained } from './fifo.ts';

/** What a segment is. Only DATA has bytes. */
export const DATA = 0;
/** The third packet of the handshake: the listener's `accept`. */
export const HANDSHAKE = 1;
export const FIN = 2;
export const RST = 3;
/** A retransmission of bytes that are there already: wants nothing but an answer. */
export const PROBE = 4;
// The others never travel: they are news of a socket's own kernel, and queue in its inbox.
export const CONNECTED = 5;
export const REFUSED = 6;
export const UNREACHABLE = 7;
export const CONNECT_TIMED_OUT = 8;
export const TIMED_OUT = 9;

export type Mark = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

export class Segment implements Chained<Segment> {
  next: Segment | null = null;
  mark: Mark = DATA;
  /** Its bytes are those of `payload` from `from` on (`Piece`); null: it is a sign. */
  payload: unknown = null;
  from: number = 0;
  bytes: number = 0;
  tag: number = 0;
  /** Drawn when it was given to the link, kept in case its departure changes. */
  latencyUs: number = 0;
  arrivalUs: number = 0;
  /** Where its last byte stands among all bytes ever given to its link's wire (`ByteClock`); 0 without bandwidth. */
  wireEnd: number = 0;
}

export class SegmentPool {
  // No chain: the next one would have to be asked for the one behind it, and its memory may be far away.
  private readonly free: Segment[] = [];

  /** Bytes. The piece itself is not kept: a record as old as the run that refers to one just made is work for the collector. */
  takeData({ payload, from, to }: Piece, tag: number): Segment {
    const segment = this.take(DATA, tag);
    segment.payload = payload;
    segment.from = from;
    segment.bytes = to - from;
    return segment;
  }

  /** A sign. */
  take(mark: Mark, tag: number): Segment {
    const segment = this.free.pop() ?? new Segment();
    segment.next = null;
    segment.mark = mark;
    segment.bytes = 0;
    segment.tag = tag;
    segment.wireEnd = 0;
    return segment;
  }

  /** Looks at the next `count` that will be taken, see warm.ts. */
  touch(count: number): number {
    const { free } = this;
    let sum = 0;
    for (let i = Math.max(free.length - count, 0); i < free.length; i++) sum += free[i]!.mark + free[i]!.wireEnd;
    return sum;
  }

  give(segment: Segment): void {
    segment.payload = null;
    this.free.push(segment);
  }

  giveChain(first: Segment | null): void {
    for (let each = first; each !== null; ) {
      const { next } = each;
      this.give(each);
      each = next;
    }
  }

  /** Leaves the first `bytes` bytes in `segment`, and returns a new segment with the rest. */
  split(segment: Segment, bytes: number): Segment {
    const rest = this.take(DATA, segment.tag);
    rest.payload = segment.payload;
    rest.from = segment.from + bytes;
    rest.bytes = segment.bytes - bytes;
    segment.bytes = bytes;
    return rest;
  }
}
