/**
 * The pending events and their order: earliest time first, and among equal times the one inserted first.
 *
 * Owns the memory of events, their ids and their order. Knows no clock and no guards, and what a handler
 * or a payload means. Taking the first event out is the kernel's loop, which reads these arrays itself.
 *
 * The queue is a set of timing wheels, one for each base-256 digit of the time. Let `anchor` be a time
 * that no pending event precedes. An event is kept on the wheel of the highest digit in which its time
 * differs from the anchor, in the slot of that digit, behind the events already there:
 *
 *     anchor    …  00  00  03  12        an event at …  00  00  03  40  is on wheel 0, slot 40
 *     wheel         3   2   1   0                    …  00  00  07  40  is on wheel 1, slot 07
 *                                                    …  00  01  07  40  is on wheel 2, slot 01
 *
 * So everything on a lower wheel comes before everything on a higher one, on one wheel a lower slot
 * comes before a higher one, and the first event is in the first occupied slot. A slot of wheel 0 is one
 * instant. In a slot of another wheel a few events are searched for the earliest; many are *dealt*: the
 * anchor moves to the earliest of them, and each drops to a lower wheel.
 *
 * What follows:
 * - Equal times need no sequence number, so none can overflow. They share a slot at every
 *   moment, since the slot depends on the time and the anchor alone, and slots keep their order when dealt.
 * - An event is dealt at most once per wheel, and there are seven, whatever the schedule looks like.
 *   Bursts at one instant and very long timers, on which calendar queues fail, cost nothing extra.
 * - Cancelling unlinks the event at once. Timers that are re-armed all the time leave nothing behind.
 *
 * Events are rows of typed arrays, used again and again: objects and closures cost 3 to 6 times as much
 * once they leave the cache. Hot code has its small numbers as literals (a constant of the module
 * would be a load and a check), joins indices with `|` (no check for overflow), and computes what
 * depends on chance instead of branching on it.
 */

import { SimulatorBug } from '../assert.ts';

/**
 * Names one scheduled event, for `cancel`: the number of its row, and how often that row had been
 * used. So an id that is out of date never names another event.
 */
export type EventId = number & { readonly brand: 'EventId' };

/** The id of no event. Cancelling it does nothing, so a field for "my timer" can start with it. */
export const NO_EVENT: EventId = 0 as EventId;

/** Slots are numbered through all wheels: 8 bits of digit, above them the wheel. Rows of events follow. */
const SLOTS = 7 * 256;

// An id is generation * 2^26 + row: together the 53 bits that a number holds exactly.
const MAX_ROWS = 2 ** 26;

export class EventQueue {
  /** Pending events. */
  size: number = 0;

  /** When each event fires, in µs. */
  times: Float64Array = new Float64Array(SLOTS + 256);
  /** Of each event: handler, a, b, generation (how often the row was used). */
  payloads: Int32Array = new Int32Array((SLOTS + 256) * 4);
  /**
   * The events of a slot form a ring in order of insertion; the row of the slot itself closes it. Of a
   * free row, `next` is the complement of the next free one: a negative number.
   */
  next: Int32Array = new Int32Array(SLOTS + 256);
  previous: Int32Array = new Int32Array(SLOTS + 256);
  /** Which slots hold events, 32 to a word; and which of these words are not 0. */
  readonly occupied: Int32Array = new Int32Array(SLOTS / 32);
  readonly occupiedWords: Int32Array = new Int32Array(2);

  /** 0 ends the list of free rows, since row 0 is a slot. */
  private firstFree: number = 0;
  /** Rows from here on were never used. */
  private firstUnused: number = SLOTS;
  // Times have 53 bits and bit operations 32, so times are cut into 24 low bits (3 digits) and 29 high ones.
  private anchorLow: number = 0;
  private anchorHigh: number = 0;

  constructor() {
    for (let slot = 0; slot < SLOTS; slot++) this.clear(slot);
  }

  /**
   * Adds an event. `timeUs` is an integer below 2^53, not before any event that was removed as the first,
   * nor before any horizon that `deal` was given.
   */
  insert(timeUs: number, handler: number, a: number, b: number): EventId {
    let event = this.firstFree;
    if (event !== 0) {
      this.firstFree = ~this.next[event]!;
    } else {
      event = this.firstUnused;
      if (event >= this.times.length) this.grow();
      this.firstUnused++;
    }
    const { payloads } = this;
    const at = event << 2;
    const generation = payloads[at | 3]! + 1;
    payloads[at] = handler;
    payloads[at | 1] = a;
    payloads[at | 2] = b;
    payloads[at | 3] = generation;
    this.times[event] = timeUs;
    this.place(event, timeUs);
    this.size++;
    return (generation * 0x4000000 + event) as EventId;
  }

  /** The row of a pending event, or 0 when the id is out of date. */
  find(id: EventId): number {
    const generation = Math.floor(id / MAX_ROWS);
    const event = id - generation * MAX_ROWS;
    const used = event >= SLOTS && event < this.firstUnused;
    return used && this.payloads[(event << 2) | 3] === generation && this.next[event]! >= 0 ? event : 0;
  }

  /** False when no event is pending for this instant, not before the anchor. True says nothing: a slot may hold several instants. */
  mayHold(timeUs: number): boolean {
    const slot = this.slotOf(timeUs);
    return this.next[slot] !== slot;
  }

  /** Takes a pending event out. What its row says can still be read until the next insertion. */
  remove(event: number): void {
    const { next, previous } = this;
    const after = next[event]!;
    const before = previous[event]!;
    next[before] = after;
    previous[after] = before;
    if (after === before) this.markEmpty(after);
    next[event] = ~this.firstFree;
    // A row whose generations are used up stays out of use: ids must not come round.
    if (this.payloads[(event << 2) | 3] !== 0x7ffffff) this.firstFree = event;
    this.size--;
  }

  /**
   * Spreads the first occupied slot over lower wheels: the anchor moves to its earliest event, or to the
   * horizon where that comes before (insertions may follow from there on). False when the
   * slot begins after the horizon: then nothing in it is due.
   */
  deal(slot: number, horizonUs: number): boolean {
    const { next, times } = this;
    const first = next[slot]!;
    if (times[first]! > horizonUs && startUs(times[first]!, slot >> 8) > horizonUs) return false;

    let anchorUs = horizonUs;
    for (let event = first; event !== slot; event = next[event]!) anchorUs = Math.min(anchorUs, times[event]!);
    this.anchorLow = anchorUs & 0xffffff;
    this.anchorHigh = (anchorUs * 2 ** -24) | 0;

    this.clear(slot);
    this.markEmpty(slot);
    for (let event = first; event !== slot; ) {
      const following = next[event]!;
      this.place(event, times[event]!);
      event = following;
    }
    return true;
  }

  /**
   * The rows of the next events into `into`, as many as it holds; returns how many. Only of those of the next milliseconds: on wheel 0, in
   * the order in which they will fire, and on wheel 1, where those of one slot stand as they came.
   */
  upcoming(into: Int32Array): number {
    const { occupied, next } = this;
    let count = 0;
    for (let word = 0; word < 16; word++) {
      for (let slots = occupied[word]!; slots !== 0; slots &= slots - 1) {
        const slot = (word << 5) | (31 - Math.clz32(slots & -slots));
        for (let event = next[slot]!; event !== slot; event = next[event]!) {
          into[count++] = event;
          if (count === into.length) return count;
        }
      }
    }
    return count;
  }

  /** The first event, however late, or 0. Searches a slot whole: for messages, not for loops. */
  peek(): number {
    const word = this.occupied.findIndex((slots) => slots !== 0);
    if (word < 0) return 0;
    const slots = this.occupied[word]!;
    const slot = (word << 5) | (31 - Math.clz32(slots & -slots));
    const { next, times } = this;
    let first = next[slot]!;
    for (let event = first; event !== slot; event = next[event]!) {
      if (times[event]! < times[first]!) first = event;
    }
    return first;
  }

  /** The slot that a time has, seen from the anchor. */
  private slotOf(timeUs: number): number {
    const low = timeUs & 0xffffff;
    const high = (timeUs * 2 ** -24) | 0;
    const highDifference = high ^ this.anchorHigh;
    if (highDifference === 0) {
      // `shift` is where the highest digit that differs begins; 0 if none does.
      const shift = (31 - Math.clz32((low ^ this.anchorLow) | 1)) & 24;
      return (shift << 5) | ((low >>> shift) & 255);
    }
    const shift = (31 - Math.clz32(highDifference)) & 24;
    return ((shift << 5) + 768) | ((high >>> shift) & 255);
  }

  /** Appends an event to the slot that its time has. */
  private place(event: number, timeUs: number): void {
    const slot = this.slotOf(timeUs);
    const { next, previous, occupied } = this;
    const last = previous[slot]!;
    next[last] = event;
    previous[event] = last;
    next[event] = slot;
    previous[slot] = event;
    const word = slot >> 5;
    occupied[word]! |= 1 << slot;
    this.occupiedWords[word >> 5]! |= 1 << word;
  }

  private markEmpty(slot: number): void {
    const word = slot >> 5;
    const slots = this.occupied[word]! & ~(1 << slot);
    this.occupied[word] = slots;
    this.occupiedWords[word >> 5]! &= ~(Number(slots === 0) << word);
  }

  private clear(slot: number): void {
    this.next[slot] = slot;
    this.previous[slot] = slot;
  }

  private grow(): void {
    const rows = this.times.length * 2;
    if (rows > MAX_ROWS) throw new SimulatorBug(`more than ${MAX_ROWS / 2} events are pending`);
    const { times, payloads, next, previous } = this;
    this.times = new Float64Array(rows);
    this.times.set(times);
    this.payloads = new Int32Array(rows * 4);
    this.payloads.set(payloads);
    this.next = new Int32Array(rows);
    this.next.set(next);
    this.previous = new Int32Array(rows);
    this.previous.set(previous);
  }
}

/** How long one slot of each wheel lasts. */
const WIDTHS_US: readonly number[] = [1, 2 ** 8, 2 ** 16, 2 ** 24, 2 ** 32, 2 ** 40, 2 ** 48];

/** When the slot of `wheel` begins in which `timeUs` lies: its lower digits set to 0. */
function startUs(timeUs: number, wheel: number): number {
  return timeUs - (timeUs % WIDTHS_US[wheel]!);
}
