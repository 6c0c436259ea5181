import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKernel, type EventId } from '../../src/kernel/index.ts';

/**
 * The kernel against the plainest thing that could be one: an array that is sorted by (time, order of insertion).
 * A schedule is a list of orders, some given before the run and some from inside handlers.
 */
type Order =
  | { readonly do: 'after'; readonly delayUs: number }
  | { readonly do: 'cancel'; readonly nth: number }
  | { readonly do: 'advance'; readonly events: number };

const delay = fc.oneof(fc.constant(0), fc.nat(3), fc.nat(1000), fc.nat(2 ** 31), fc.constant(2 ** 45));
const order: fc.Arbitrary<Order> = fc.oneof(
  { weight: 5, arbitrary: delay.map((delayUs): Order => ({ do: 'after', delayUs })) },
  { weight: 2, arbitrary: fc.nat(30).map((nth): Order => ({ do: 'cancel', nth })) },
  { weight: 2, arbitrary: fc.nat(5).map((events): Order => ({ do: 'advance', events })) },
);

/** Each fired event may schedule one more, by its number: the children of a schedule. */
function play(orders: readonly Order[], children: readonly (number | null)[]): string[] {
  const kernel = createKernel({ virtualUs: Number.MAX_SAFE_INTEGER });
  const log: string[] = [];
  const ids: EventId[] = [];
  const handler = kernel.on('event', (number) => {
    log.push(`${kernel.nowUs} ${number}`);
    const delayUs = children[number % Math.max(children.length, 1)] ?? null;
    if (delayUs !== null && number < 200) ids.push(kernel.after(delayUs, handler, ids.length));
  });
  for (const one of orders) {
    if (one.do === 'after') ids.push(kernel.after(one.delayUs, handler, ids.length));
    else if (one.do === 'cancel') log.push(`cancel ${ids[one.nth] !== undefined && kernel.cancel(ids[one.nth]!)}`);
    else kernel.advance(one.events, Infinity);
  }
  for (let i = 0; i < 400; i++) if (kernel.advance(1, Infinity).stopped === 'idle') break;
  return log;
}

function playNaively(orders: readonly Order[], children: readonly (number | null)[]): string[] {
  const log: string[] = [];
  let nowUs = 0;
  let count = 0;
  let pending: { readonly timeUs: number; readonly number: number }[] = [];
  const schedule = (delayUs: number): void => {
    pending.push({ timeUs: nowUs + delayUs, number: count++ });
  };
  const advance = (events: number): boolean => {
    for (let i = 0; i < events; i++) {
      const first = [...pending].sort((a, b) => a.timeUs - b.timeUs || a.number - b.number)[0];
      if (first === undefined) return false;
      pending = pending.filter((event) => event !== first);
      nowUs = first.timeUs;
      log.push(`${nowUs} ${first.number}`);
      const delayUs = children[first.number % Math.max(children.length, 1)] ?? null;
      if (delayUs !== null && first.number < 200) schedule(delayUs);
    }
    return true;
  };
  for (const one of orders) {
    if (one.do === 'after') schedule(one.delayUs);
    else if (one.do === 'advance') advance(one.events);
    else {
      const there = pending.some(({ number }) => number === one.nth);
      pending = pending.filter(({ number }) => number !== one.nth);
      log.push(`cancel ${there}`);
    }
  }
  for (let i = 0; i < 400; i++) if (!advance(1)) break;
  return log;
}

describe('the kernel, against a sorted array', () => {
  it('fires the same events at the same times in the same order, whatever is scheduled, cancelled and sliced', () => {
    fc.assert(
      fc.property(fc.array(order, { maxLength: 40 }), fc.array(fc.option(delay), { maxLength: 6 }), (orders, children) => {
        expect(play(orders, children)).toEqual(playNaively(orders, children));
      }),
      { numRuns: 1500 },
    );
  });
});

describe('the order of events', () => {
  it('is that of insertion among equal times, also for what a handler schedules for its own instant', () => {
    const kernel = createKernel();
    const log: number[] = [];
    const handler = kernel.on('log', (number) => {
      log.push(number);
      if (number === 1) kernel.after(0, handler, 10);
    });
    for (const number of [1, 2, 3]) kernel.after(5, handler, number);
    kernel.advance(Infinity, Infinity);
    expect(log).toEqual([1, 2, 3, 10]);
  });

  it('holds close to the last time that is an exact integer', () => {
    const kernel = createKernel({ virtualUs: Number.MAX_SAFE_INTEGER });
    const log: number[] = [];
    const handler = kernel.on('log', () => log.push(kernel.nowUs));
    kernel.at(Number.MAX_SAFE_INTEGER - 1, handler);
    kernel.at(3, handler);
    kernel.advance(Infinity, Number.MAX_SAFE_INTEGER);
    expect(log).toEqual([3, Number.MAX_SAFE_INTEGER - 1]);
  });
});

describe('cancelling', () => {
  it('takes an event back once; the id of one that fired does nothing, even when its place is used again', () => {
    const kernel = createKernel();
    const log: number[] = [];
    const handler = kernel.on('log', (number) => log.push(number));
    const first = kernel.after(1, handler, 1);
    kernel.advance(1, Infinity);
    const second = kernel.after(1, handler, 2);
    expect([kernel.cancel(first), kernel.pending]).toEqual([false, 1]);
    expect([kernel.cancel(second), kernel.cancel(second), kernel.pending]).toEqual([true, false, 0]);
    expect(log).toEqual([1]);
  });
});

describe('guards', () => {
  it('end a livelock with a clear word, and leave its next event pending', () => {
    const kernel = createKernel({ eventsAtOneInstant: 1000 });
    const handler = kernel.on('spin', () => kernel.after(0, handler));
    kernel.after(7, handler);
    expect(kernel.advance(Infinity, Infinity)).toEqual({ stopped: 'guard', guard: 'eventsAtOneInstant', limit: 1000, next: { atUs: 7, handler: 'spin' } });
    expect(kernel.pending).toBe(1);
  });
});
