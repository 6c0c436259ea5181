/**
 * The order of events: earliest time first, and among equal times the one inserted first.
 *
 * Owns the order and nothing else. An event is a small integer here; what it stands for, which
 * numbers are free and what time it is now, others know.
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
 * - Removal unlinks the event at once. Timers that are re-armed all the time leave nothing behind.
 *
 * What depends on chance is computed rather than branched on where that is possible: a branch that the
 * processor guesses wrong costs more than ten instructions.
 */

/** Slots are numbered through all wheels: 8 bits of digit, above them the wheel. */
const SLOTS = 7 * 256;

export class EventQueue {
  /** The lowest number that an event may have; smaller ones are the queue's own. */
  readonly lowestEvent: number = SLOTS;

  /** Pending events. */
  size: number = 0;

  /** When each event fires, in µs. */
  private times: Float64Array = new Float64Array(SLOTS + 64);
  // The events of a slot form a ring in order of insertion, and the number of the slot closes it.
  private next: Int32Array = new Int32Array(SLOTS + 64);
  private previous: Int32Array = new Int32Array(SLOTS + 64);
  /** Which slots hold events: 32 to a word. */
  private readonly occupied: Int32Array = new Int32Array(SLOTS / 32);
  /** Which words of `occupied` are not 0. */
  private readonly occupiedWords: Int32Array = new Int32Array(2);

  // Times have 53 bits and bit operations 32, so times are cut into 24 low bits (3 digits) and 29 high ones.
  private anchorLow: number = 0;
  private anchorHigh: number = 0;

  constructor() {
    for (let slot = 0; slot < SLOTS; slot++) this.empty(slot);
  }

  timeUs(event: number): number {
    return this.times[event]!;
  }

  /**
   * Adds an event. `timeUs` is an integer below 2^53, not before any event that was removed as the first,
   * nor before any horizon that `first` was given.
   */
  insert(event: number, timeUs: number): void {
    if (event >= this.times.length) this.grow();
    this.times[event] = timeUs;
    this.place(event, timeUs);
    this.size++;
  }

  /** Takes a pending event out, whether it is the first or not. */
  remove(event: number): void {
    const { next, previous } = this;
    const after = next[event]!;
    const before = previous[event]!;
    next[before] = after;
    previous[after] = before;
    if (after === before) this.markEmpty(after);
    this.size--;
  }

  /** The first event if its time is `horizonUs` or before, else 0. It stays in the queue. */
  first(horizonUs: number): number {
    for (;;) {
      const slot = this.firstSlot();
      if (slot < 0) return 0;
      const { next, times } = this;
      let event = next[slot]!;
      let timeUs = times[event]!;
      if (slot >= 256 && event !== this.previous[slot]) {
        // At most six are searched: as measured, four to eight are alike and twelve cost more.
        let left = 5;
        let other = next[event]!;
        do {
          const otherUs = times[other]!;
          if (otherUs < timeUs) {
            timeUs = otherUs;
            event = other;
          }
          other = next[other]!;
        } while (other !== slot && --left !== 0);
        if (other !== slot) {
          if (!this.deal(slot, horizonUs)) return 0;
          continue;
        }
      }
      return timeUs <= horizonUs ? event : 0;
    }
  }

  /** The first event, however late, or 0. Searches a whole slot: for messages, not for loops. */
  peek(): number {
    const slot = this.firstSlot();
    if (slot < 0) return 0;
    const { next, times } = this;
    let first = next[slot]!;
    for (let event = first; event !== slot; event = next[event]!) {
      if (times[event]! < times[first]!) first = event;
    }
    return first;
  }

  /** Appends an event to the slot that its time has, seen from the anchor. */
  private place(event: number, timeUs: number): void {
    const low = timeUs & 0xffffff;
    const high = (timeUs * 2 ** -24) | 0;
    const highDifference = high ^ this.anchorHigh;
    let slot: number;
    if (highDifference === 0) {
      // `shift` is where the highest digit that differs begins; 0 if none does.
      const shift = (31 - Math.clz32((low ^ this.anchorLow) | 1)) & 24;
      slot = (shift << 5) | ((low >>> shift) & 255);
    } else {
      const shift = (31 - Math.clz32(highDifference)) & 24;
      slot = ((shift << 5) + 768) | ((high >>> shift) & 255);
    }
    const { next, previous } = this;
    const last = previous[slot]!;
    next[last] = event;
    previous[event] = last;
    next[event] = slot;
    previous[slot] = event;
    this.markOccupied(slot);
  }

  /**
   * Spreads the first occupied slot over lower wheels: the anchor moves to its earliest event, or to the
   * horizon where that comes before (insertions may follow from there on). False when the
   * slot begins after the horizon: then there is nothing to do yet.
   */
  private deal(slot: number, horizonUs: number): boolean {
    const { next, times } = this;
    const first = next[slot]!;
    if (times[first]! > horizonUs && startUs(times[first]!, slot >> 8) > horizonUs) return false;

    let anchorUs = horizonUs;
    for (let event = first; event !== slot; event = next[event]!) anchorUs = Math.min(anchorUs, times[event]!);
    this.anchorLow = anchorUs & 0xffffff;
    this.anchorHigh = (anchorUs * 2 ** -24) | 0;

    this.empty(slot);
    this.markEmpty(slot);
    for (let event = first; event !== slot; ) {
      const following = next[event]!;
      this.place(event, times[event]!);
      event = following;
    }
    return true;
  }

  /** The first occupied slot, or −1. */
  private firstSlot(): number {
    const { occupied, occupiedWords } = this;
    let base = 31;
    let words = occupiedWords[0]!;
    if (words === 0) {
      base = 63;
      words = occupiedWords[1]!;
      if (words === 0) return -1;
    }
    const word = base - Math.clz32(words & -words);
    const slots = occupied[word]!;
    return (word << 5) | (31 - Math.clz32(slots & -slots));
  }

  private markOccupied(slot: number): void {
    this.occupied[slot >> 5]! |= 1 << slot;
    this.occupiedWords[slot >> 10]! |= 1 << (slot >> 5);
  }

  private markEmpty(slot: number): void {
    const slots = this.occupied[slot >> 5]! & ~(1 << slot);
    this.occupied[slot >> 5] = slots;
    this.occupiedWords[slot >> 10]! &= ~(Number(slots === 0) << (slot >> 5));
  }

  private empty(slot: number): void {
    this.next[slot] = slot;
    this.previous[slot] = slot;
  }

  private grow(): void {
    const { times, next, previous } = this;
    this.times = new Float64Array(times.length * 2);
    this.times.set(times);
    this.next = new Int32Array(next.length * 2);
    this.next.set(next);
    this.previous = new Int32Array(previous.length * 2);
    this.previous.set(previous);
  }
}

/** 256 to the power of each wheel's number. */
const DIGIT: readonly number[] = [1, 0x100, 0x1_0000, 0x100_0000, 0x1_0000_0000, 0x100_0000_0000, 0x1_0000_0000_0000];

/** When the slot of `wheel` begins in which `timeUs` lies: its lower digits set to 0. */
function startUs(timeUs: number, wheel: number): number {
  return timeUs - (timeUs % DIGIT[wheel]!);
}
