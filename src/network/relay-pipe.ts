/**
 * One direction of a connection through a relay: read, pass at its rate, wait for its delay, forward.
 *
 * A pipe stops reading as soon as it cannot pass on what it has read (held, busy, or the far socket takes no more), so
 * a slow or held relay is felt by the sender through its socket buffers, as a slow proxy is.
 */

import { type EventId, NO_EVENT } from '../kernel/index.ts';
import type { Piece, RelayShape } from './api.ts';
import { ByteClock } from './byte-clock.ts';
import type { Socket } from './connection.ts';
import { pauseReading, resumeReading, send } from './orders.ts';
import type { NetworkState } from './state.ts';

/** Parts of what passes at a limited rate are as long as this fraction of a second. */
const PARTS_PER_S = 20;

interface Item {
  readonly piece: Piece;
  readonly tag: number;
  /** When its delay is over. */
  dueUs: number;
}

/** What a pipe needs of the relay around it. */
export interface PipeOwner {
  readonly shape: RelayShape;
  /** What a round of the relay's loop takes, µs. */
  readonly roundUs: number;
  /** What a round reads of one socket at most. */
  readonly readBytes: number;
  /** Asked before a piece is forwarded: how many of its bytes may pass (fewer than its length: then the pipe stops there). */
  allow(piece: Piece): number;
  forwarded(piece: Piece): void;
  /** Asked after each piece: carries out an armed cut whose byte has passed. Then the pipe is held, or dead. */
  cutIfDue(): boolean;
  /** The sender has closed, and all that it sent was forwarded. */
  emptied(): void;
}

/** The relay's events, by the pipe's number. */
export interface PipeHandlers {
  passed(pipe: Pipe, delayUs: number): EventId;
  due(pipe: Pipe, delayUs: number): EventId;
}

export class Pipe {
  from: Socket | null = null;
  to: Socket | null = null;
  held: boolean = false;
  /** The sender has closed, and this was read. */
  ended: boolean = false;
  /** What the socket `to` takes. */
  credit: number = 0;
  /** Bytes that may pass before the relay looks at its sockets again; Infinity while it keeps up. */
  allowance: number = Infinity;

  private readonly net: NetworkState;
  private readonly owner: PipeOwner;
  private readonly events: PipeHandlers;
  private readonly clock: ByteClock;
  private dead: boolean = false;
  /** When the round began, or will begin, in which the last piece was read. */
  private roundBeganUs: number = -Infinity;
  /** What it reads, or will read. */
  private roundBytes: number = 0;
  /** Read, and not passed. */
  private readonly waiting: Item[] = [];
  private passing: Item | null = null;
  private passEvent: EventId = NO_EVENT;
  /** Passed; waits for its delay, or for room in the far socket. */
  private readonly out: Item[] = [];
  private dueEvent: EventId = NO_EVENT;

  constructor(net: NetworkState, owner: PipeOwner, events: PipeHandlers) {
    this.net = net;
    this.owner = owner;
    this.events = events;
    this.clock = new ByteClock(owner.shape.bytesPerS);
  }

  take(piece: Piece, tag: number): void {
    this.waiting.push({ piece, tag, dueUs: 0 });
    this.advance();
  }

  /** Moves on what can move. */
  advance(): void {
    while (!this.held && this.passing === null && this.waiting.length > 0 && !this.roundIsFull()) this.beginToPass(this.waiting.shift()!);
    this.forward();
    if (!this.dead) this.readOrNot();
  }

  hold(): void {
    this.held = true;
    this.stop();
    this.readOrNot();
  }

  /** The loop wakes up, and what comes until it reads is read together with what waited. */
  release(): void {
    this.held = false;
    this.roundBeganUs = this.net.kernel.nowUs + this.owner.roundUs;
    this.roundBytes = 0;
    this.advance();
  }

  /** The relay's shape has changed. What is on its way keeps its delay. */
  reshape(): void {
    this.stop();
    this.clock.setRate(this.owner.shape.bytesPerS, this.net.kernel.nowUs);
    this.advance();
  }

  /** Event: what was passing has passed. */
  onPassed(): void {
    this.passEvent = NO_EVENT;
    const item = this.passing!;
    this.passing = null;
    this.delay(item);
    this.advance();
  }

  /** Event: the delay of the first is over. */
  onDue(): void {
    this.dueEvent = NO_EVENT;
    this.advance();
  }

  end(): void {
    this.ended = true;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0 && this.passing === null && this.out.length === 0;
  }

  die(): void {
    this.dead = true;
    this.stop();
  }

  private beginToPass(item: Item): void {
    const { bytesPerS } = this.clock;
    if (bytesPerS === 0) {
      this.delay(this.limits ? this.part(item, this.owner.readBytes - (this.roundIsOver() ? 0 : this.roundBytes)) : item);
      return;
    }
    this.passing = this.part(item, Math.max(1, Math.floor(bytesPerS / PARTS_PER_S)));
    const { from, to } = this.passing.piece;
    const bytes = to - from;
    const { nowUs } = this.net.kernel;
    this.passEvent = this.events.passed(this, Math.max(nowUs, this.clock.commit(bytes, nowUs)) - nowUs);
  }

  /** The first `bytes` of an item; the rest of it waits. */
  private part(item: Item, bytes: number): Item {
    const { payload, from, to } = item.piece;
    if (to - from <= bytes) return item;
    this.waiting.unshift({ piece: { payload, from: from + bytes, to }, tag: item.tag, dueUs: 0 });
    return { piece: { payload, from, to: from + bytes }, tag: item.tag, dueUs: 0 };
  }

  /** It takes time to read, and no delay of its own hides that. */
  private get limits(): boolean {
    return this.owner.roundUs > 0 && this.owner.shape.delayUs === 0;
  }

  private roundIsOver(): boolean {
    return this.net.kernel.nowUs > this.roundBeganUs;
  }

  /** It will read no more than it has: the rest waits for the round after, which begins when what was read is passed on. */
  private roundIsFull(): boolean {
    return this.limits && !this.roundIsOver() && this.roundBytes >= this.owner.readBytes;
  }

  private delay(item: Item): void {
    const last = this.out.at(-1);
    const dueUs = this.roundEndUs() + this.owner.shape.delayUs;
    this.roundBytes += item.piece.to - item.piece.from;
    this.out.push({ ...item, dueUs: last === undefined ? dueUs : Math.max(dueUs, last.dueUs) });
  }

  /** When what is read now has been passed on: what comes during a round is read together by the next. */
  private roundEndUs(): number {
    const { nowUs } = this.net.kernel;
    const { roundUs } = this.owner;
    // What wakes it up is read alone: what was written right behind it comes some µs later, though here at the same instant.
    // What piled up is read together.
    const alone = nowUs === this.roundBeganUs && this.allowance === Infinity;
    if (roundUs > 0 && (nowUs > this.roundBeganUs || alone)) {
      this.roundBeganUs = Math.max(nowUs, this.roundBeganUs + roundUs);
      this.roundBytes = 0;
    }
    return Math.max(nowUs, this.roundBeganUs) + roundUs;
  }

  private forward(): void {
    const { nowUs } = this.net.kernel;
    for (let item = this.out[0]; item !== undefined && item.dueUs <= nowUs; item = this.out[0]) {
      if (this.held || this.to === null || this.credit === 0 || this.allowance === 0) break;
      this.out.shift();
      item = this.joined(item);
      const { payload, from, to } = item.piece;
      const bytes = Math.min(to - from, this.credit, this.allowance);
      const allowed = this.owner.allow(bytes === to - from ? item.piece : { payload, from, to: from + bytes });
      const piece = allowed === to - from ? item.piece : { payload, from, to: from + allowed };
      if (allowed < to - from) this.out.unshift({ ...item, piece: { payload, from: from + allowed, to } });
      if (allowed > 0) {
        this.credit -= allowed;
        this.allowance -= allowed;
        send(this.net, this.to, piece, item.tag);
        this.owner.forwarded(piece);
      }
      if (this.owner.cutIfDue()) return;
    }
    const first = this.out[0];
    if (first !== undefined && first.dueUs > nowUs && this.dueEvent === NO_EVENT && !this.held) {
      this.dueEvent = this.events.due(this, first.dueUs - nowUs);
    }
    if (this.ended && this.isEmpty) this.owner.emptied();
  }

  /** What was read together is written together. */
  private joined(item: Item): Item {
    let { to } = item.piece;
    for (let next = this.out[0]; next !== undefined && next.dueUs <= item.dueUs && next.piece.payload === item.piece.payload && next.piece.from === to; next = this.out[0]) {
      to = next.piece.to;
      this.out.shift();
    }
    return to === item.piece.to ? item : { ...item, piece: { ...item.piece, to } };
  }

  private readOrNot(): void {
    const { from } = this;
    if (from === null || !from.owned) return;
    const first = this.out[0];
    const stuck = first !== undefined && first.dueUs <= this.net.kernel.nowUs;
    const reads = !this.held && !stuck && this.waiting.length === 0 && this.passing === null;
    if (reads === !from.readingPaused) return;
    if (reads) resumeReading(this.net, from);
    else pauseReading(from);
  }

  /** What is passing goes back to the start of its part. */
  private stop(): void {
    const { kernel } = this.net;
    if (this.dueEvent !== NO_EVENT) kernel.cancel(this.dueEvent);
    this.dueEvent = NO_EVENT;
    if (this.passing === null) return;
    kernel.cancel(this.passEvent);
    this.passEvent = NO_EVENT;
    this.waiting.unshift(this.passing);
    this.passing = null;
    this.clock.takeBack(kernel.nowUs);
  }
}
