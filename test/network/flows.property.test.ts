/**
 * 500 random schedules of flows, cuts, heals and changes of rate: every byte count, at every instant looked at and at the end,
 * is that of the naive model, which passes one byte after the other.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ambiguous, type Flow, NaiveNetwork } from './naive.ts';
import { createWorld, DEFAULT_LINK, type Side, type World } from './world.ts';

const HOSTS = 'abc';
/** Each pair has a latency of its own. */
const LATENCY_US = { ab: 1003, ac: 1511, bc: 2017 };
type Pair = keyof typeof LATENCY_US;
const PAIRS: readonly Pair[] = ['ab', 'ac', 'bc'];

const rate = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 6, arbitrary: fc.integer({ min: 20_000, max: 900_000 }) });
const host = fc.constantFrom('a', 'b', 'c');
const pair = fc.constantFrom(...PAIRS);
const bytes = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 30_000 }));
const gapUs = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 1_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 10_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 100_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 700_000 }) },
);
const act = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('write' as const), flow: fc.nat({ max: 9 }), bytes }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('link' as const), pair, rate }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('nic' as const), host, rate }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), pair }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('heal' as const), pair }) },
);
const step = fc.record({ gapUs, act });
const way = fc.tuple(host, host).filter(([from, to]) => from !== to);
const schedule = fc.record({
  nics: fc.tuple(rate, rate, rate),
  links: fc.tuple(rate, rate, rate),
  flows: fc.array(fc.oneof(way, fc.constantFrom(['a', 'b'] as const, ['a', 'c'] as const)), { minLength: 1, maxLength: 6 }),
  steps: fc.array(step, { minLength: 2, maxLength: 60 }),
});
type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

interface Pairing {
  readonly side: Side;
  readonly other: Side;
  readonly flow: Flow;
}

/** The network and the model, doing the same. */
class Both {
  readonly w: World;
  readonly naive: NaiveNetwork = new NaiveNetwork();
  readonly pairings: Pairing[] = [];
  private readonly faults = new Map<Pair, number>();
  private retransmissionsSeen = 0;

  constructor({ nics, links, flows }: Schedule, bufferBytes: number) {
    this.w = createWorld(HOSTS, { socketBufferBytes: bufferBytes });
    const { w, naive } = this;
    for (const [index, name] of [...HOSTS].entries()) {
      naive.host(name);
      this.nic(name, nics[index]!);
    }
    PAIRS.forEach((each, index) => this.linkRate(each, links[index]!, bufferBytes));
    for (const [from, to] of flows) {
      const side = w.connect(from, to);
      w.run(w.kernel.nowUs + 100_000);
      const name = [from, to].sort().join('') as Pair;
      const flow = naive.flow(from, to, LATENCY_US[name], links[PAIRS.indexOf(name)]!, bufferBytes);
      this.pairings.push({ side, other: w.accepted(to), flow });
    }
    this.run(0);
  }

  run(us: number): void {
    const untilUs = this.w.kernel.nowUs + us;
    this.w.run(untilUs);
    this.naive.run(untilUs, this.retransmissions());
  }

  do(what: Schedule['steps'][number]['act'], bufferBytes: number): void {
    const { w, naive, faults } = this;
    if (what.do === 'write') this.write(this.pairings[what.flow % this.pairings.length]!, what.bytes);
    else if (what.do === 'link') {
      this.linkRate(what.pair, what.rate, bufferBytes);
      naive.setLink(what.pair[0]!, what.pair[1]!, what.rate);
    } else if (what.do === 'nic') this.nic(what.host, what.rate);
    else {
      const [x, y] = [...what.pair] as [string, string];
      const fault = faults.get(what.pair);
      if (what.do === 'cut' && fault === undefined) {
        faults.set(what.pair, w.net.partition([w.host(x)], [w.host(y)], 'both', 0));
        naive.cut(x, y);
      } else if (what.do === 'heal' && fault !== undefined) {
        w.net.healPartition(fault, 0);
        faults.delete(what.pair);
        naive.heal(x, y);
      }
    }
  }

  get received(): { network: number[]; naive: number[] } {
    return { network: this.pairings.map(({ other }) => other.received), naive: this.pairings.map(({ flow }) => flow.received) };
  }

  get credits(): { network: number[]; naive: number[] } {
    const { w, naive } = this;
    return { network: this.pairings.map(({ side }) => w.net.creditOf(side.endpoint)), naive: this.pairings.map(({ flow }) => naive.credit(flow)) };
  }

  private write({ side, flow }: Pairing, wanted: number): void {
    const bytes = Math.min(wanted, side.credit);
    if (bytes === 0) return;
    this.w.send(side, bytes);
    this.naive.write(flow, bytes);
  }

  private nic(name: string, bytesPerS: number): void {
    this.w.net.setNic(this.w.host(name), bytesPerS, 0);
    this.naive.setNic(name, bytesPerS);
  }

  private linkRate(each: Pair, bytesPerS: number, socketBufferBytes: number): void {
    const { w } = this;
    w.net.setLink(w.host(each[0]!), w.host(each[1]!), { ...DEFAULT_LINK, latency: { kind: 'constant', us: LATENCY_US[each] }, bytesPerS, socketBufferBytes }, 0);
  }

  /** When TCP tries again is not the model's. */
  private retransmissions(): { atUs: number; flow: number }[] {
    const news = this.w.details.slice(this.retransmissionsSeen);
    this.retransmissionsSeen = this.w.details.length;
    return news.flatMap((line) => {
      const match = /^(\d+) retransmission (\d+) 0 /.exec(line);
      return match === null ? [] : [{ atUs: Number(match[1]), flow: Number(match[2]) - 1 }];
    });
  }
}

/** Schedules in which the order of two events within one microsecond decides are left out. */
function unlessAmbiguous(play: () => void): void {
  try {
    play();
  } catch (error) {
    if (!(error instanceof Ambiguous)) throw error;
    fc.pre(false);
  }
}

describe('bytes on wires, against a count of single bytes', () => {
  test('any flows, cuts, heals and rates: what arrived at each instant, and what had left at the end', () => {
    const bufferBytes = 4_194_304;
    fc.assert(
      fc.property(schedule, (given) => {
        unlessAmbiguous(() => {
          const both = new Both(given, bufferBytes);
          for (const { gapUs, act: what } of given.steps) {
            both.run(gapUs);
            expect(both.received.network).toEqual(both.received.naive);
            both.do(what, bufferBytes);
          }
          for (const each of PAIRS) both.do({ do: 'cut', pair: each }, bufferBytes);
          both.run(100_000_000);
          expect(both.received.network).toEqual(both.received.naive);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('small socket buffers: what may be sent, too', () => {
    fc.assert(
      fc.property(schedule, fc.constantFrom(3_000, 8_000, 20_000), (given, bufferBytes) => {
        unlessAmbiguous(() => {
          const both = new Both(given, bufferBytes);
          for (const { gapUs, act: what } of given.steps) {
            both.run(gapUs);
            expect(both.received.network).toEqual(both.received.naive);
            expect(both.credits.network).toEqual(both.credits.naive);
            if (what.do !== 'cut') both.do(what, bufferBytes);
          }
          both.run(100_000_000);
          expect(both.received.network).toEqual(both.pairings.map(({ side }) => side.sent));
          expect(both.credits.naive).toEqual(both.pairings.map(() => bufferBytes));
        });
      }),
      { numRuns: 300 },
    );
  });
});
