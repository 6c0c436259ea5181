/**
 * Wires, and the lanes that wait for them, as plain data.
 *
 * A wire is what passes so many bytes a second: one direction of a host's NIC, or of a link that is slower than the NIC
 * that feeds it. A lane is what one socket sends over one wire. Who goes next is decided in flows.ts.
 */

import { type EventId, NO_EVENT } from '../kernel/index.ts';
import { ByteClock } from './byte-clock.ts';
import type { Socket } from './connection.ts';
import { Fifo } from './fifo.ts';
import { remove } from './line.ts';
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

/** What waits for the wire, in order; and who it is that sends it. */
export class Lane extends Fifo<Segment> {
  /** null: no limit. */
  wire: Wire | null;
  /** Bytes that the wire carried for it, or would have if it had not been idle: the lowest goes next. */
  mark: number = 0;
  /** Its place in the wire's line, see line.ts; -1: it does not wait. */
  place: number = -1;
  readonly kind: LaneKind;
  readonly socket: Socket;
  /** What was given to it, until it has come to where the lane leads. */
  flight: Fifo<Segment>;
  /** Of the head of `flight`; a lane that ends in the socket's own flight has none. */
  event: EventId = NO_EVENT;
  /** Among equal marks: when it began to wait. */
  order: number = 0;

  constructor(socket: Socket, kind: LaneKind, wire: Wire | null, flight: Fifo<Segment>) {
    super();
    this.socket = socket;
    this.kind = kind;
    this.wire = wire;
    this.flight = flight;
  }

  leaveLine(): void {
    if (this.place >= 0) remove(this.wire!, this);
  }

  get isEmpty(): boolean {
    return this.head === null && this.flight.head === null;
  }
}

/** When its bytes leave it is a clock's business (`ByteClock`), and it is that clock itself; who waits for it stands in its line (line.ts). */
export class Wire extends ByteClock {
  /** Its place in `NetworkState.wires`. */
  readonly id: number;
  /** How many wait. */
  waiting: number = 0;
  readonly line: Lane[] = [];
  /** How many ever came to wait. */
  came: number = 0;
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
    super(bytesPerS);
    this.id = id;
    this.turnBytes = Math.floor(bytesPerS / TURNS_PER_S);
  }

  /** All lanes have withdrawn. */
  override setRate(bytesPerS: number, nowUs: number): void {
    this.takeBack(nowUs);
    super.setRate(bytesPerS, nowUs);
    this.turnBytes = Math.floor(bytesPerS / TURNS_PER_S);
  }
}
