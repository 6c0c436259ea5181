/**
 * The virtual clock and the one loop that moves it.
 *
 * Owns the time, the table of handlers and the guards. The order of events is the queue's; what
 * events mean is their handlers'. An event is a handler and two small integers: anything richer
 * stays in its owner's own records, and the payload says which.
 */

import { SimulatorBug } from '../assert.ts';
import { DEFAULT_GUARDS, type GuardName, type Guards } from './guards.ts';
import { type EventId, EventQueue } from './queue.ts';

export type Handler = (a: number, b: number) => void;

/** See `Kernel.lookAhead`; the first `count` of `next`. */
export type Warm = (next: Int32Array, count: number) => void;

/** How many events it looks ahead. */
const LOOK_AHEAD = 32;
/** Fewer are not worth it. */
const FEW = 4;
/** With fewer pending, what they need is in the processor's cache. */
const MANY = 300;

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

  /**
   * From time to time `warm` is told payload `a` of the next few events of `handler`, before they run: it may fetch the memory that they
   * will need. It must not change anything that could be seen, and is not told of all.
   */
  lookAhead(handler: HandlerId, warm: Warm): void;

  /** Schedules an event `delayUs` from now (an integer ≥ 0). Payloads are 32-bit integers, 0 if left out. */
  after(delayUs: number, handler: HandlerId, a?: number, b?: number): EventId;

  /** Schedules an event at `timeUs` (an integer ≥ `nowUs`), behind those already waiting for that instant. */
  at(timeUs: number, handler: HandlerId, a?: number, b?: number): EventId;

  /**
   * As `after(0, …)`, and cannot be taken back. When nothing else waits for this instant it costs next to nothing:
   * the event runs when the present one is over.
   */
  soon(handler: HandlerId, a?: number, b?: number): void;

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
  private readonly handlers: Handler[] = [];
  private readonly names: string[] = [];
  private running: boolean = false;
  // -- see `lookAhead`
  private readonly warms: (Warm | undefined)[] = [];
  private readonly rows: Int32Array = new Int32Array(LOOK_AHEAD);
  private readonly ahead: Int32Array = new Int32Array(LOOK_AHEAD);
  /** Read by nobody: without it the loads would be left out. */
  private fetched: number = 0;
  /** So many events of the queue are taken before it looks again. */
  private looksIn: number = 0x7fffffff;
  /** The event that runs next whatever the queue holds (`soon`): its handler, or -1, and its payload. */
  private soonHandler: number = -1;
  private soonA: number = 0;
  private soonB: number = 0;
  /** Events run at `nowUs`. */
  private eventsNow: number = 0;

  constructor(guards: Guards) {
    this.guards = guards;
  }

  get pending(): number {
    return this.queue.size + Number(this.soonHandler >= 0);
  }

  on(name: string, handler: Handler): HandlerId {
    if (this.names.includes(name)) throw new SimulatorBug(`two handlers are called "${name}"`);
    this.names.push(name);
    return (this.handlers.push(handler) - 1) as HandlerId;
  }

  lookAhead(handler: HandlerId, warm: Warm): void {
    this.warms[handler] = warm;
    this.looksIn = 0;
  }

  after(delayUs: number, handler: HandlerId, a: number = 0, b: number = 0): EventId {
    const timeUs = this.nowUs + delayUs;
    // The delay itself is checked: near 2^53 the sum would round a fraction away.
    if (!(delayUs >= 0 && timeUs <= 0x1fffffffffffff && Math.floor(delayUs) === delayUs)) {
      throw this.badTime(`after ${delayUs} µs`, handler);
    }
    if ((a | 0) !== a || (b | 0) !== b) throw this.badPayload(a, b, handler);
    return this.queue.insert(timeUs, handler, a, b);
  }

  at(timeUs: number, handler: HandlerId, a: number = 0, b: number = 0): EventId {
    if (!(timeUs >= this.nowUs && timeUs <= 0x1fffffffffffff && Math.floor(timeUs) === timeUs)) {
      throw this.badTime(`at ${timeUs} µs`, handler);
    }
    if ((a | 0) !== a || (b | 0) !== b) throw this.badPayload(a, b, handler);
    return this.queue.insert(timeUs, handler, a, b);
  }

  soon(handler: HandlerId, a: number = 0, b: number = 0): void {
    if ((a | 0) !== a || (b | 0) !== b) throw this.badPayload(a, b, handler);
    if (this.soonHandler >= 0 || this.nowUs > this.guards.virtualUs || this.queue.mayHold(this.nowUs)) {
      this.queue.insert(this.nowUs, handler, a, b);
      return;
    }
    this.soonHandler = handler;
    this.soonA = a;
    this.soonB = b;
  }

  cancel(id: EventId): boolean {
    const event = this.queue.find(id);
    if (event === 0) return false;
    this.queue.remove(event);
    return true;
  }

  advance(maxEvents: number, untilUs: number): Advance {
    if (this.running) throw new SimulatorBug('a handler called advance');
    if (!(untilUs >= this.nowUs && Math.floor(untilUs) === untilUs)) {
      throw new SimulatorBug(`advance until ${untilUs} µs, now being ${this.nowUs} µs`);
    }
    if (!(maxEvents >= 0)) throw new SimulatorBug(`advance by ${maxEvents} events`);
    this.running = true;
    try {
      return this.loop(maxEvents, untilUs);
    } finally {
      this.running = false;
    }
  }

  /**
   * The one hot loop. It finds the first event itself (queue.ts tells how events are kept): a fifth of
   * the whole kernel's speed was lost when the queue had a method for it.
   */
  private loop(maxEvents: number, untilUs: number): Advance {
    const { queue, handlers, guards } = this;
    const horizonUs = Math.min(untilUs, guards.virtualUs);
    const sliceEnd = this.eventsRun + maxEvents;
    const end = Math.min(sliceEnd, guards.events);
    while (this.eventsRun < end) {
      if (this.soonHandler >= 0) {
        const handler = this.soonHandler;
        if (this.eventsNow >= guards.eventsAtOneInstant) return this.stoppedBy('eventsAtOneInstant', this.nowUs, handler);
        this.eventsNow++;
        this.eventsRun++;
        this.soonHandler = -1;
        handlers[handler]!(this.soonA, this.soonB);
        continue;
      }
      const { occupied, occupiedWords, next, times } = queue;

      // The first occupied slot: the lowest bit of the first word that is not 0.
      let base = 31;
      let words = occupiedWords[0]!;
      if (words === 0) {
        base = 63;
        words = occupiedWords[1]!;
        if (words === 0) return IDLE;
      }
      const word = base - Math.clz32(words & -words);
      const slots = occupied[word]!;
      const slot = (word << 5) | (31 - Math.clz32(slots & -slots));

      // Its first event. From wheel 1 on, a slot holds several instants: up to eight events are searched.
      let event = next[slot]!;
      let timeUs = times[event]!;
      if (slot >= 256 && event !== queue.previous[slot]) {
        let left = 7;
        let other = next[event]!;
        do {
          event ^= (event ^ other) & -Number(times[other]! < timeUs);
          timeUs = times[event]!;
          other = next[other]!;
        } while (other !== slot && --left !== 0);
        if (other !== slot) {
          if (!queue.deal(slot, horizonUs)) return this.nothingDue(untilUs);
          continue;
        }
      }
      if (timeUs > horizonUs) return this.nothingDue(untilUs);

      if (timeUs !== this.nowUs) {
        this.nowUs = timeUs <= 0x7fffffff ? timeUs | 0 : timeUs;
        this.eventsNow = 0;
      }
      if (this.eventsNow >= guards.eventsAtOneInstant) return this.stoppedAt('eventsAtOneInstant', event);
      this.eventsNow++;
      this.eventsRun++;

      // Removed before its handler runs, which may throw, or cancel this very event.
      const { payloads } = queue;
      const at = event << 2;
      const handler = handlers[payloads[at]!]!;
      const a = payloads[at | 1]!;
      const b = payloads[at | 2]!;
      queue.remove(event);
      if (--this.looksIn < 0) this.look();
      handler(a, b);
    }
    return end === sliceEnd ? SLICE : this.outOfEvents(untilUs);
  }

  private look(): void {
    const { queue: { payloads, times }, warms, rows, ahead } = this;
    this.looksIn = LOOK_AHEAD;
    if (this.queue.size < MANY) return;
    const near = this.queue.upcoming(rows);
    if (near < FEW) return;
    this.looksIn = near;
    let sum = 0;
    for (let i = 0; i < near; i++) sum += times[rows[i]!]!;
    this.fetched = sum;
    for (let handler = 0; handler < warms.length; handler++) {
      const warm = warms[handler];
      if (warm === undefined) continue;
      let count = 0;
      for (let i = 0; i < near; i++) {
        const at = rows[i]! << 2;
        if (payloads[at] === handler) ahead[count++] = payloads[at | 1]!;
      }
      if (count > 1) warm(ahead, count);
    }
  }

  private outOfEvents(untilUs: number): Advance {
    if (this.soonHandler >= 0) return this.stoppedBy('events', this.nowUs, this.soonHandler);
    const event = this.queue.peek();
    const due = event !== 0 && this.queue.times[event]! <= Math.min(untilUs, this.guards.virtualUs);
    return due ? this.stoppedAt('events', event) : this.nothingDue(untilUs);
  }

  private nothingDue(untilUs: number): Advance {
    if (this.pending === 0) return IDLE;
    if (untilUs > this.guards.virtualUs) {
      const event = this.queue.peek();
      if (this.queue.times[event]! <= untilUs) return this.stoppedAt('virtualUs', event);
    }
    if (untilUs > this.nowUs) {
      this.nowUs = untilUs;
      this.eventsNow = 0;
    }
    return UNTIL;
  }

  private stoppedAt(guard: GuardName, event: number): Advance {
    return this.stoppedBy(guard, this.queue.times[event]!, this.queue.payloads[event << 2]!);
  }

  private stoppedBy(guard: GuardName, atUs: number, handler: number): Advance {
    return { stopped: 'guard', guard, limit: this.guards[guard], next: { atUs, handler: this.nameOf(handler) } };
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
