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
  piece: Piece | null = null;
  bytes: number = 0;
  tag: number = 0;
  /** Drawn when it was given to the link, kept in case its departure changes. */
  latencyUs: number = 0;
  arrivalUs: number = 0;
  /** Where its last byte stands among all bytes ever given to its link's wire (`ByteClock`); 0 without bandwidth. */
  wireEnd: number = 0;
}

export class SegmentPool {
  private free: Segment | null = null;

  take(mark: Mark, piece: Piece | null, bytes: number, tag: number): Segment {
    let segment = this.free;
    if (segment === null) segment = new Segment();
    else this.free = segment.next;
    segment.next = null;
    segment.mark = mark;
    segment.piece = piece;
    segment.bytes = bytes;
    segment.tag = tag;
    segment.wireEnd = 0;
    return segment;
  }

  give(segment: Segment): void {
    segment.piece = null;
    segment.next = this.free;
    this.free = segment;
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
    const { payload, from, to } = segment.piece!;
    const rest = this.take(DATA, { payload, from: from + bytes, to }, segment.bytes - bytes, segment.tag);
    segment.piece = { payload, from, to: from + bytes };
    segment.bytes = bytes;
    return rest;
  }
}
