/**
 * The virtual clock and the one loop that moves it.
 *
 * Owns the time, the table of handlers and the guards. The order of events is the queue's; what
 * events mean is their handlers'. An event is a handler and two small integers: anything richer
 * stays in its owner's own records, and the payload says which.
 */

import { SimulatorBug } from '../assert.ts';
import { DEFAULT_GUARDS, type GuardName, type Guards } from './guards.ts';
import { EventQueue } from './queue.ts';
import { type EventId, EventRecords } from './records.ts';

export type Handler = (a: number, b: number) => void;

/** What `on` answers: the handler's place in the table. */
export type HandlerId = number & { readonly brand: 'HandlerId' };

/** Why `advance` came back. */
export type Advance =
  /** `maxEvents` events were run; there may be more. */
  | { readonly stopped: 'slice' }
  /** Nothing is pending. The clock stays at the last event. */
  | { readonly stopped: 'idle' }
  /** The next event is later than `untilUs`, and it is `untilUs` now. */
  | { readonly stopped: 'until' }
  /** The next event is due, and running it would go beyond a guard. It stays pending. */
  | {
      readonly stopped: 'guard';
      readonly guard: GuardName;
      readonly limit: number;
      readonly next: { readonly atUs: number; readonly handler: string };
    };

export interface Kernel {
  /** The virtual time: µs since the start of the run. */
  readonly nowUs: number;
  /** Events waiting for their time. */
  readonly pending: number;
  /** Events run so far. */
  readonly eventsRun: number;

  /** Adds a handler to the table, once, at set-up. The name is for messages, and is unique. */
  on(name: string, handler: Handler): HandlerId;

  /** Schedules an event `delayUs` from now (an integer ≥ 0). Payloads are 32-bit integers, 0 if left out. */
  after(delayUs: number, handler: HandlerId, a?: number, b?: number): EventId;

  /** Schedules an event at `timeUs` (an integer ≥ `nowUs`), behind those already waiting for that instant. */
  at(timeUs: number, handler: HandlerId, a?: number, b?: number): EventId;

  /** Takes an event back, in constant time. False when it has fired or was cancelled already. */
  cancel(event: EventId): boolean;

  /**
   * Runs the events that are due, at most `maxEvents` of them and none later than `untilUs`; both may
   * be Infinity. How a run is cut into slices never changes it. What a handler throws comes out
   * here; its event counts as run, and the kernel can go on.
   */
  advance(maxEvents: number, untilUs: number): Advance;
}

export function createKernel(guards: Partial<Guards> = {}): Kernel {
  return new EventKernel({ ...DEFAULT_GUARDS, ...guards });
}

const SLICE: Advance = { stopped: 'slice' };
const IDLE: Advance = { stopped: 'idle' };
const UNTIL: Advance = { stopped: 'until' };

class EventKernel implements Kernel {
  nowUs: number = 0;
  eventsRun: number = 0;

  private readonly guards: Guards;
  private readonly queue: EventQueue = new EventQueue();
  private readonly records: EventRecords = new EventRecords(this.queue.lowestEvent);
  private readonly handlers: Handler[] = [];
  private readonly names: string[] = [];
  private running: boolean = false;
  /** Events run at `nowUs`. */
  private eventsNow: number = 0;

  constructor(guards: Guards) {
    this.guards = guards;
  }

  get pending(): number {
    return this.queue.size;
  }

  on(name: string, handler: Handler): HandlerId {
    if (this.names.includes(name)) throw new SimulatorBug(`two handlers are called "${name}"`);
    this.names.push(name);
    return (this.handlers.push(handler) - 1) as HandlerId;
  }

  after(delayUs: number, handler: HandlerId, a: number = 0, b: number = 0): EventId {
    // The delay is checked, not only the sum: near 2^53 a sum would round a fraction away.
    if (Math.floor(delayUs) !== delayUs) throw this.badTime(`after ${delayUs} µs`, handler);
    return this.at(this.nowUs + delayUs, handler, a, b);
  }

  at(timeUs: number, handler: HandlerId, a: number = 0, b: number = 0): EventId {
    if (!(timeUs >= this.nowUs && timeUs <= 0x1fffffffffffff && Math.floor(timeUs) === timeUs)) {
      throw this.badTime(`at ${timeUs} µs`, handler);
    }
    if ((a | 0) !== a || (b | 0) !== b) throw this.badPayload(a, b, handler);
    const event = this.records.take(handler, a, b);
    this.queue.insert(event, timeUs);
    return this.records.id(event);
  }

  cancel(id: EventId): boolean {
    const event = this.records.find(id);
    if (event === 0) return false;
    this.queue.remove(event);
    this.records.free(event);
    return true;
  }

  advance(maxEvents: number, untilUs: number): Advance {
    if (this.running) throw new SimulatorBug('a handler called advance');
    if (!(untilUs >= this.nowUs)) {
      throw new SimulatorBug(`advance until ${untilUs} µs, which is before now (${this.nowUs} µs)`);
    }
    this.running = true;
    try {
      return this.loop(maxEvents, untilUs);
    } finally {
      this.running = false;
    }
  }

  private loop(maxEvents: number, untilUs: number): Advance {
    const { queue, records, handlers, guards } = this;
    const horizonUs = Math.min(untilUs, guards.virtualUs);
    const end = this.eventsRun + Math.min(maxEvents, guards.events - this.eventsRun);
    while (this.eventsRun < end) {
      const event = queue.first(horizonUs);
      if (event === 0) return this.nothingDue(untilUs);
      const timeUs = queue.timeUs(event);
      if (timeUs !== this.nowUs) {
        this.nowUs = timeUs;
        this.eventsNow = 0;
      }
      if (++this.eventsNow > guards.eventsAtOneInstant) return this.stoppedBy('eventsAtOneInstant', event);
      this.eventsRun++;
      const handler = handlers[records.handler(event)]!;
      const a = records.a(event);
      const b = records.b(event);
      // Before the handler runs: it may throw, it may cancel this very event, and it may need a record.
      queue.remove(event);
      records.free(event);
      handler(a, b);
    }
    return SLICE;
  }

  private nothingDue(untilUs: number): Advance {
    if (this.pending === 0) return IDLE;
    if (untilUs > this.guards.virtualUs) {
      const event = this.queue.peek();
      if (this.queue.timeUs(event) <= untilUs) return this.stoppedBy('virtualUs', event);
    }
    if (untilUs > this.nowUs) {
      this.nowUs = untilUs;
      this.eventsNow = 0;
    }
    return UNTIL;
  }

  private stoppedBy(guard: GuardName, event: number): Advance {
    const next = { atUs: this.queue.timeUs(event), handler: this.nameOf(this.records.handler(event)) };
    return { stopped: 'guard', guard, limit: this.guards[guard], next };
  }

  private badTime(wish: string, handler: HandlerId): SimulatorBug {
    return new SimulatorBug(
      `"${this.nameOf(handler)}" was scheduled ${wish}, now being ${this.nowUs} µs: times are whole µs, from now to 2^53`,
    );
  }

  private badPayload(a: number, b: number, handler: HandlerId): SimulatorBug {
    return new SimulatorBug(`"${this.nameOf(handler)}" was given (${a}, ${b}): payloads are 32-bit integers`);
  }

  private nameOf(handler: number): string {
    return this.names[handler] ?? `handler ${handler}`;
  }
}
