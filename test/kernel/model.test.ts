import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKernel, type EventId } from '../../src/kernel/index.ts';

/**
 * The kernel against the plainest thing that could be one: an array, sorted by (time, order of insertion).
 * Both are given the same orders, some before the run and between slices, some from inside handlers, and
 * both write the same log.
 */
type Order =
  | { readonly do: 'after'; readonly delayUs: number }
  | { readonly do: 'at'; readonly timeUs: number }
  | { readonly do: 'cancel'; readonly nth: number }
  | { readonly do: 'advance'; readonly events: number; readonly forUs: number };

/** What an event does when it fires: schedules another one, or cancels the nth ever scheduled (itself, maybe). */
type Deed = { readonly do: 'after'; readonly delayUs: number } | { readonly do: 'cancel'; readonly nth: number } | null;

interface World {
  readonly nowUs: number;
  /** Schedules an event, numbered in the order of calls. */
  at(timeUs: number): void;
  cancel(nth: number): boolean;
  advance(events: number, untilUs: number): string;
}

type MakeWorld = (fired: (world: World, nth: number) => void) => World;

const realKernel: MakeWorld = (fired) => {
  const kernel = createKernel({ virtualUs: Number.MAX_SAFE_INTEGER });
  const ids: EventId[] = [];
  const world: World = {
    get nowUs() {
      return kernel.nowUs;
    },
    at: (timeUs) => void ids.push(kernel.at(timeUs, handler, ids.length)),
    cancel: (nth) => ids[nth] !== undefined && kernel.cancel(ids[nth]),
    advance: (events, untilUs) => kernel.advance(events, untilUs).stopped,
  };
  const handler = kernel.on('event', (nth) => fired(world, nth));
  return world;
};

const sortedArray: MakeWorld = (fired) => {
  let pending: { readonly timeUs: number; readonly nth: number }[] = [];
  let count = 0;
  let nowUs = 0;
  const world: World = {
    get nowUs() {
      return nowUs;
    },
    at: (timeUs) => void pending.push({ timeUs, nth: count++ }),
    cancel: (wanted) => {
      const before = pending.length;
      pending = pending.filter(({ nth }) => nth !== wanted);
      return pending.length < before;
    },
    advance: (events, untilUs) => {
      for (let run = 0; run < events; run++) {
        const first = [...pending].sort((a, b) => a.timeUs - b.timeUs || a.nth - b.nth)[0];
        if (first === undefined) return 'idle';
        if (first.timeUs > untilUs) {
          nowUs = untilUs;
          return 'until';
        }
        world.cancel(first.nth);
        nowUs = first.timeUs;
        fired(world, first.nth);
      }
      return 'slice';
    },
  };
  return world;
};

function play(makeWorld: MakeWorld, orders: readonly Order[], deeds: readonly Deed[]): string[] {
  const log: string[] = [];
  const world = makeWorld((inside, nth) => {
    log.push(`${inside.nowUs} event ${nth}`);
    const deed = deeds.length > 0 && nth < 150 ? deeds[nth % deeds.length]! : null;
    if (deed?.do === 'after') inside.at(inside.nowUs + deed.delayUs);
    if (deed?.do === 'cancel') log.push(`cancel ${deed.nth}: ${inside.cancel(deed.nth)}`);
  });
  for (const order of orders) {
    if (order.do === 'after') world.at(world.nowUs + order.delayUs);
    else if (order.do === 'at') world.at(Math.max(order.timeUs, world.nowUs));
    else if (order.do === 'cancel') log.push(`cancel ${order.nth}: ${world.cancel(order.nth)}`);
    else log.push(`${world.advance(order.events, world.nowUs + order.forUs)} at ${world.nowUs}`);
  }
  log.push(`${world.advance(1000, Infinity)} at ${world.nowUs}`);
  return log;
}

// Every width of a slot occurs: the same instant, the same wheel, and wheels far apart.
const delay = fc.oneof(
  ...[0, 3, 300, 70_000, 2 ** 26, 2 ** 35, 2 ** 45].map((max) => fc.integer({ min: 0, max })),
);
const order: fc.Arbitrary<Order> = fc.oneof(
  { weight: 6, arbitrary: delay.map((delayUs): Order => ({ do: 'after', delayUs })) },
  { weight: 2, arbitrary: delay.map((timeUs): Order => ({ do: 'at', timeUs })) },
  { weight: 2, arbitrary: fc.nat(40).map((nth): Order => ({ do: 'cancel', nth })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(6), fc.oneof(delay, fc.constant(Infinity)))
      .map(([events, forUs]): Order => ({ do: 'advance', events, forUs })),
  },
);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: delay.map((delayUs): Deed => ({ do: 'after', delayUs })) },
  { weight: 2, arbitrary: fc.nat(60).map((nth): Deed => ({ do: 'cancel', nth })) },
  { weight: 1, arbitrary: fc.constant(null) },
);

describe('the kernel, against a sorted array', () => {
  it('fires the same events at the same times, whatever is scheduled, cancelled and sliced', () => {
    fc.assert(
      fc.property(fc.array(order, { maxLength: 60 }), fc.array(deed, { maxLength: 6 }), (orders, deeds) => {
        expect(play(realKernel, orders, deeds)).toEqual(play(sortedArray, orders, deeds));
      }),
      { numRuns: 2000 },
    );
  });

  it('does so with crowds that share slots, where events are dealt from wheel to wheel', () => {
    const crowd = fc.tuple(delay, fc.nat(100), fc.integer({ min: 5, max: 40 }));
    fc.assert(
      fc.property(fc.array(crowd, { minLength: 1, maxLength: 6 }), fc.array(order, { maxLength: 20 }), (crowds, orders) => {
        const crowded = crowds.flatMap(([timeUs, stepUs, count]) =>
          Array.from({ length: count }, (_, i): Order => ({ do: 'at', timeUs: timeUs + ((i * 7) % count) * stepUs })),
        );
        const all = [...crowded, ...orders, ...crowded];
        expect(play(realKernel, all, [])).toEqual(play(sortedArray, all, []));
      }),
      { numRuns: 300 },
    );
  });
});
