/**
 * Wires, and the lanes that wait for them, as plain data.
 *
 * A wire is what passes so many bytes a second: one direction of a host's NIC, or of a link that is slower than the NIC
 * that feeds it. A lane is what one socket sends over one wire. Who goes next is decided in flows.ts.
 */

import { type EventId, NO_EVENT } from '../kernel/index.ts';
import { ByteClock } from './byte-clock.ts';
import type { Socket } from './connection.ts';
import type { Fifo } from './fifo.ts';
import { Line } from './line.ts';
import type { Segment } from './segment.ts';

/** A turn lasts at most 1/20 s, all who wait included, so that a receiver of much hears often. */
const TURNS_PER_S = 20;

/** Out of the socket's outbox onto its first wire. */
export const SOURCE = 0;
/** Behind a slow link: onto the NIC of the sending host. */
export const EXIT = 1;
/** Through the NIC of the receiving host. */
export const ENTRY = 2;
export type LaneKind = typeof SOURCE | typeof EXIT | typeof ENTRY;

export class Lane {
  readonly socket: Socket;
  readonly kind: LaneKind;
  /** null: no limit. */
  wire: Wire | null;
  /** What waits for the wire. */
  readonly queue: Fifo<Segment>;
  /** What was given to it, until it has come to where the lane leads. */
  flight: Fifo<Segment>;
  /** Of the head of `flight`; a lane that ends in the socket's own flight has none. */
  event: EventId = NO_EVENT;
  /** Bytes that the wire carried for it, or would have if it had not been idle: the lowest goes next. */
  mark: number = 0;
  /** Its place in the wire's line, see line.ts; -1: it does not wait. */
  place: number = -1;
  /** Among equal marks: when it began to wait. */
  order: number = 0;

  constructor(socket: Socket, kind: LaneKind, wire: Wire | null, queue: Fifo<Segment>, flight: Fifo<Segment>) {
    this.socket = socket;
    this.kind = kind;
    this.wire = wire;
    this.queue = queue;
    this.flight = flight;
  }

  leaveLine(): void {
    if (this.place >= 0) this.wire!.line.remove(this);
  }

  get isEmpty(): boolean {
    return this.queue.head === null && this.flight.head === null;
  }
}

export class Wire {
  /** Its place in `NetworkState.wires`. */
  readonly id: number;
  readonly clock: ByteClock;
  readonly line: Line = new Line();
  /** The mark at which the last turn began. Who comes anew starts from here: nobody saves up. */
  mark: number = 0;
  /** Bytes of a turn when nobody else waits. */
  turnBytes: number = 0;
  /** Who has the last turn, and its places on the clock. null: it was taken back. */
  served: Lane | null = null;
  servedFrom: number = 0;
  servedTo: number = 0;
  /** The wire is free and somebody waits. */
  event: EventId = NO_EVENT;

  constructor(id: number, bytesPerS: number) {
    this.id = id;
    this.clock = new ByteClock(bytesPerS);
    this.turnBytes = Math.floor(bytesPerS / TURNS_PER_S);
  }

  /** All lanes have withdrawn. */
  setRate(bytesPerS: number, nowUs: number): void {
    this.clock.takeBack(nowUs);
    this.clock.setRate(bytesPerS, nowUs);
    this.turnBytes = Math.floor(bytesPerS / TURNS_PER_S);
  }
}
