/**
 * What an event holds, and its name: handler, payload, id.
 *
 * Owns the records of pending events and the list of free ones. Knows neither times nor order.
 *
 * Records are four integers each in one typed array, used again and again: objects and closures cost
 * 3 to 6 times as much once they leave the cache. (Here and in queue.ts hot code has its small numbers
 * as literals. A constant of the module would be a load from memory, a check and an unknown to V8.)
 */

import { SimulatorBug } from '../assert.ts';

/**
 * Names one scheduled event, for `cancel`: the number of its record, and how often that record had been
 * used. So an id that is out of date never names another event.
 */
export type EventId = number & { readonly brand: 'EventId' };

/** The id of no event. Cancelling it does nothing, so a field for "my timer" can start with it. */
export const NO_EVENT: EventId = 0 as EventId;

// An id is generation * 2^26 + event: together the 53 bits that a number holds exactly.
const MAX_EVENTS = 2 ** 26;

export class EventRecords {
  /**
   * Of each event: handler, a, b, generation (how often the record was used).
   * A free record has in place of its handler the complement of the next free record, so a negative number.
   */
  private fields: Int32Array;
  private readonly lowest: number;
  /** Records from here on were never used. */
  private unused: number;
  /** 0 ends the list of free records. */
  private firstFree: number = 0;

  /** Events are numbered from `lowest` (at least 1) on. */
  constructor(lowest: number) {
    this.lowest = lowest;
    this.unused = lowest;
    this.fields = new Int32Array((lowest + 64) * 4);
  }

  /** Fills a free record, and returns its number. */
  take(handler: number, a: number, b: number): number {
    let event = this.firstFree;
    if (event !== 0) {
      this.firstFree = ~this.fields[event << 2]!;
    } else {
      event = this.unused;
      if (event << 2 >= this.fields.length) this.grow();
      this.unused++;
    }
    const { fields } = this;
    const at = event << 2;
    fields[at] = handler;
    fields[at | 1] = a;
    fields[at | 2] = b;
    fields[at | 3] = fields[at | 3]! + 1;
    return event;
  }

  /** From here on the event's id is out of date. */
  free(event: number): void {
    const { fields } = this;
    fields[event << 2] = ~this.firstFree;
    // A record whose generations are used up stays out of use: ids must not come round.
    if (fields[(event << 2) | 3] !== 0x7ffffff) this.firstFree = event;
  }

  handler(event: number): number {
    return this.fields[event << 2]!;
  }

  a(event: number): number {
    return this.fields[(event << 2) | 1]!;
  }

  b(event: number): number {
    return this.fields[(event << 2) | 2]!;
  }

  id(event: number): EventId {
    return (this.fields[(event << 2) | 3]! * 0x4000000 + event) as EventId;
  }

  /** The event of that id, or 0 when the id is out of date. */
  find(id: EventId): number {
    const generation = Math.floor(id / MAX_EVENTS);
    const event = id - generation * MAX_EVENTS;
    if (event < this.lowest || event >= this.unused) return 0;
    const { fields } = this;
    return fields[(event << 2) | 3] === generation && fields[event << 2]! >= 0 ? event : 0;
  }

  private grow(): void {
    if (this.unused >= MAX_EVENTS) throw new SimulatorBug(`more than ${MAX_EVENTS - this.lowest} events are pending`);
    const { fields } = this;
    this.fields = new Int32Array(fields.length * 2);
    this.fields.set(fields);
  }
}
