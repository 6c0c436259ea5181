/**
 * The order of events: earliest time first, and among equal times the one inserted first.
 *
 * Owns the pending events and their order; knows nothing of handlers, clocks or guards.
 *
 * The queue is a set of timing wheels, one per base-32 digit of the time. Let `anchor` be a time that
 * no pending event precedes. An event is kept on the wheel of the highest digit in which its time
 * differs from the anchor, in the slot of that digit. So all of a lower wheel comes before all of a
 * higher one, on one wheel a lower slot before a higher one, and a slot of the lowest wheel
 * holds a single instant. When the lower wheels have run empty, the first slot of the next one is dealt
 * out again: the anchor moves to the earliest time in it, and each of its events drops to a lower wheel.
 *
 *     anchor           …  0  7  3  12
 *     wheel of digit 0 …  0  7  3  ##     instants 13…31 of this round
 *     wheel of digit 1 …  0  7  ##  .     rounds 4…31: each slot holds 32 instants in order of insertion
 *     wheel of digit 2 …  0  ##  .  .
 *
 * What follows from that:
 * - Equal times need no sequence number. They share a slot at every moment, slots are lists that
 *   grow at the end, and dealing out keeps their order.
 * - An event moves at most once per wheel (11 of them for 2^53 µs), whatever the schedule looks like.
 *   Bursts at one instant and very long timers, the bad cases of calendar queues, cost nothing extra.
 * - Cancelling unlinks the event at once. Timers that are re-armed all the time leave no garbage.
 */

import { SimulatorBug } from '../assert.ts';

/**
 * Names one scheduled event, for `cancel`. Never reused: an id that is out of date stays harmless.
 * It packs the record's number and how often this record had been used before.
 */
export type EventId = number & { readonly brand: 'EventId' };

/** The id of no event. Cancelling it does nothing, so a field "my timer" can start with it. */
export const NO_EVENT: EventId = 0 as EventId;

/** What `first` answers when nothing is due. (Record 0 is the head of a list, never an event.) */
export const NONE = 0;

const DIGIT_BITS = 5;
const SLOTS = 1 << DIGIT_BITS;
const DIGIT_MASK = SLOTS - 1;

// Times have 53 bits, bit operations 32: times are cut into 30 low bits (6 digits) and the rest (5).
const LOW_DIGITS = 6;
const LOW_MASK = 2 ** 30 - 1;
const HIGH_SCALE = 2 ** -30;
const WHEELS = 11;

// One record per event, 32 bytes, so that it shares one cache line. The records of number
// wheel * SLOTS + slot are the heads of the lists; they use the two links only.
const RECORD_SHIFT = 3;
const TIME_SHIFT = 2;
const NEXT = 2;
const PREVIOUS = 3;
const HANDLER = 4;
const A = 5;
const B = 6;
const GENERATION = 7;
const HEADS = WHEELS * SLOTS;

const ID_SLOTS = 2 ** 26;
const LAST_GENERATION = 2 ** 27 - 1;

const INITIAL_EVENTS = 160;

export class EventQueue {
  /** Pending events. */
  size: number = 0;

  private ints: Int32Array;
  private times: Float64Array;
  /** Records that were used at least once (heads included); the others are untouched. */
  private used: number = HEADS;
  private firstFree: number = NONE;

  private anchorLow: number = 0;
  private anchorHigh: number = 0;
  /** Which slots of each wheel hold events, a bit each. */
  private readonly occupied: Int32Array = new Int32Array(WHEELS);
  /** Which wheels hold events, a bit each. */
  private occupiedWheels: number = 0;

  constructor() {
    const buffer = new ArrayBuffer((HEADS + INITIAL_EVENTS) << 5);
    this.ints = new Int32Array(buffer);
    this.times = new Float64Array(buffer);
    for (let head = 0; head < HEADS; head++) {
      this.ints[(head << RECORD_SHIFT) + NEXT] = head;
      this.ints[(head << RECORD_SHIFT) + PREVIOUS] = head;
    }
  }

  /** Adds an event. `timeUs` is an integer, at least as late as any time ever returned by `first` or given to it as horizon. */
  insert(timeUs: number, handler: number, a: number, b: number): EventId {
    let event = this.firstFree;
    if (event !== NONE) {
      this.firstFree = this.ints[(event << RECORD_SHIFT) + NEXT]!;
    } else {
      event = this.used;
      if (event << RECORD_SHIFT >= this.ints.length) this.grow();
      this.used++;
    }
    const at = event << RECORD_SHIFT;
    const ints = this.ints;
    this.times[event << TIME_SHIFT] = timeUs;
    ints[at + HANDLER] = handler;
    ints[at + A] = a;
    ints[at + B] = b;
    this.place(event, timeUs);
    this.size++;
    return ((ints[at + GENERATION]! + 1) * ID_SLOTS + event) as EventId;
  }

  /** Takes an event out before its time. False when it has fired or was cancelled before. */
  cancel(id: EventId): boolean {
    const generation = Math.floor(id / ID_SLOTS);
    const event = id - generation * ID_SLOTS;
    if (event < HEADS || event >= this.used) return false;
    if (this.ints[(event << RECORD_SHIFT) + GENERATION] !== generation - 1) return false;
    this.remove(event);
    return true;
  }

  /** The next event if it is due at `horizonUs` or before, else NONE. It stays in the queue. */
  first(horizonUs: number): number {
    while (this.occupiedWheels !== 0) {
      const head = this.firstHead();
      const event = this.ints[(head << RECORD_SHIFT) + NEXT]!;
      if (head < SLOTS) return this.times[event << TIME_SHIFT]! <= horizonUs ? event : NONE;
      if (!this.deal(head, horizonUs)) return NONE;
    }
    return NONE;
  }

  /** The next event, however late, or NONE. Looks through a slot: for messages, not for loops. */
  peek(): number {
    if (this.size === 0) return NONE;
    const head = this.firstHead();
    let first = this.ints[(head << RECORD_SHIFT) + NEXT]!;
    for (let each = first; each !== head; each = this.ints[(each << RECORD_SHIFT) + NEXT]!) {
      if (this.timeUs(each) < this.timeUs(first)) first = each;
    }
    return first;
  }

  timeUs(event: number): number {
    return this.times[event << TIME_SHIFT]!;
  }

  handler(event: number): number {
    return this.ints[(event << RECORD_SHIFT) + HANDLER]!;
  }

  a(event: number): number {
    return this.ints[(event << RECORD_SHIFT) + A]!;
  }

  b(event: number): number {
    return this.ints[(event << RECORD_SHIFT) + B]!;
  }

  /** Takes an event out of its list and makes its record free; its id is stale from here on. */
  remove(event: number): void {
    const ints = this.ints;
    const at = event << RECORD_SHIFT;
    const next = ints[at + NEXT]!;
    const previous = ints[at + PREVIOUS]!;
    ints[(previous << RECORD_SHIFT) + NEXT] = next;
    ints[(next << RECORD_SHIFT) + PREVIOUS] = previous;
    if (next === previous) this.leaveSlot(next);
    this.size--;
    const generation = ints[at + GENERATION]! + 1;
    ints[at + GENERATION] = generation;
    // A record whose generations are used up is never used again, so ids cannot come round.
    if (generation < LAST_GENERATION) {
      ints[at + NEXT] = this.firstFree;
      this.firstFree = event;
    }
  }

  /** The first occupied slot of the lowest occupied wheel; something must be pending. */
  private firstHead(): number {
    const wheels = this.occupiedWheels;
    const wheel = 31 - Math.clz32(wheels & -wheels);
    const slots = this.occupied[wheel]!;
    return (wheel << DIGIT_BITS) + 31 - Math.clz32(slots & -slots);
  }

  /** Marks a slot as empty; both neighbours of the removed event were its head. */
  private leaveSlot(head: number): void {
    const wheel = head >> DIGIT_BITS;
    const slots = this.occupied[wheel]! & ~(1 << (head & DIGIT_MASK));
    this.occupied[wheel] = slots;
    if (slots === 0) this.occupiedWheels &= ~(1 << wheel);
  }

  /** Appends an event to the slot that its time belongs to, as seen from the anchor. */
  private place(event: number, timeUs: number): void {
    const low = timeUs & LOW_MASK;
    const high = (timeUs * HIGH_SCALE) | 0;
    const highDifference = high ^ this.anchorHigh;
    let wheel: number;
    let slot: number;
    if (highDifference === 0) {
      const digit = highestDigit(low ^ this.anchorLow);
      wheel = digit;
      slot = (low >>> (digit * DIGIT_BITS)) & DIGIT_MASK;
    } else {
      const digit = highestDigit(highDifference);
      wheel = digit + LOW_DIGITS;
      slot = (high >>> (digit * DIGIT_BITS)) & DIGIT_MASK;
    }
    const ints = this.ints;
    const head = (wheel << DIGIT_BITS) + slot;
    const last = ints[(head << RECORD_SHIFT) + PREVIOUS]!;
    ints[(last << RECORD_SHIFT) + NEXT] = event;
    ints[(event << RECORD_SHIFT) + PREVIOUS] = last;
    ints[(event << RECORD_SHIFT) + NEXT] = head;
    ints[(head << RECORD_SHIFT) + PREVIOUS] = event;
    this.occupied[wheel]! |= 1 << slot;
    this.occupiedWheels |= 1 << wheel;
  }

  /**
   * Moves the anchor into the first occupied slot, to its earliest event or to the horizon if that
   * comes before, and deals the slot's events out to lower wheels. False when the whole slot lies
   * beyond the horizon: then nothing changed.
   */
  private deal(head: number, horizonUs: number): boolean {
    const { ints, times } = this;
    const event = ints[(head << RECORD_SHIFT) + NEXT]!;
    if (slotStartUs(times[event << TIME_SHIFT]!, head >> DIGIT_BITS) > horizonUs) return false;

    let earliestUs = horizonUs;
    for (let each = event; each !== head; each = ints[(each << RECORD_SHIFT) + NEXT]!) {
      const timeUs = times[each << TIME_SHIFT]!;
      if (timeUs < earliestUs) earliestUs = timeUs;
    }
    this.anchorLow = earliestUs & LOW_MASK;
    this.anchorHigh = (earliestUs * HIGH_SCALE) | 0;

    ints[(head << RECORD_SHIFT) + NEXT] = head;
    ints[(head << RECORD_SHIFT) + PREVIOUS] = head;
    this.leaveSlot(head);
    for (let each = event; each !== head; ) {
      const next = ints[(each << RECORD_SHIFT) + NEXT]!;
      this.place(each, times[each << TIME_SHIFT]!);
      each = next;
    }
    return true;
  }

  private grow(): void {
    if (this.used >= ID_SLOTS) throw new SimulatorBug(`more than ${ID_SLOTS - HEADS} events are pending`);
    const old = this.ints;
    const buffer = new ArrayBuffer(old.byteLength * 2);
    this.ints = new Int32Array(buffer);
    this.ints.set(old);
    this.times = new Float64Array(buffer);
  }
}

/** The place of the highest digit that is not 0, counted from the lowest; 0 for 0. */
function highestDigit(difference: number): number {
  // floor(bit / 5) without a division; exact for bit = 0…31.
  return ((31 - Math.clz32(difference | 1)) * 13) >> 6;
}

/** The first instant of the slot of `wheel` that holds `timeUs`: its lower digits set to zero. */
function slotStartUs(timeUs: number, wheel: number): number {
  const width = 2 ** (wheel * DIGIT_BITS);
  return timeUs - (timeUs % width);
}
