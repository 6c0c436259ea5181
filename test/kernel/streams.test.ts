import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStreams, type Stream } from '../../src/kernel/index.ts';

const take = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe('named streams', () => {
  it('draw the same whatever others draw, and however often they are asked for', () => {
    const alone = createStreams('7').stream('a');
    const streams = createStreams('7');
    const mixed = take(5, () => {
      streams.stream('b').below(10);
      return streams.stream('a').int32();
    });
    expect(mixed).toEqual(take(5, () => alone.int32()));
  });

  it('differ by name, by seed, and by where the seed ends and the name begins', () => {
    const first = (seed: string, name: string): number => createStreams(seed).stream(name).int53();
    const draws = [first('1', '23'), first('12', '3'), first('123', ''), first('1', '24'), first('2', '23'), first('01', '23')];
    expect(new Set(draws).size).toBe(draws.length);
  });

  it('take a seed as decimal text of any length, and nothing else', () => {
    expect(createStreams('123456789012345678901234567890').stream('a').int32()).toBe(-66764686);
    for (const seed of ['', '-1', '1.5', '0x10', 'seven']) expect(() => createStreams(seed)).toThrow('a seed is decimal text');
  });
});

/**
 * Over 2000 seeds the draws of two names must look unrelated. With linear seeding (xor128, xorshift7, xorwow)
 * they are perfectly correlated, and every link of a network would then jitter in step.
 */
describe('two streams of one run', () => {
  const seeds = Array.from({ length: 2000 }, (_, seed) => String(seed));
  // Of unrelated draws, |r| exceeds 4 / √2000 = 0.089 once in 16,000 pairs; the seeds are fixed.
  const UNRELATED = 0.089;
  const names = [
    ['link/a>b', 'link/b>a'],
    ['a', 'b'],
    ['client/1', 'client/2'],
    ['client/1', 'client/11'],
    ['', 'a'],
    ['node/replica-a', 'node/replica-b'],
  ] as const;

  it.each(names)('do not correlate in their first draws: %o and %o', (left, right) => {
    for (const skip of [0, 1, 5]) {
      const nth = (seed: string, name: string): number => take(skip + 1, ((stream) => () => stream.int32())(createStreams(seed).stream(name)))[skip]!;
      const x = seeds.map((seed) => nth(seed, left));
      const y = seeds.map((seed) => nth(seed, right));
      expect(Math.abs(correlation(x, y))).toBeLessThan(UNRELATED);
      expect(seeds.filter((_, i) => x[i] === y[i])).toEqual([]);
      // The lowest bit is what a coin tossed by `% 2` would show.
      const agreeing = seeds.filter((_, i) => (x[i]! & 1) === (y[i]! & 1)).length;
      expect(Math.abs(agreeing - 1000)).toBeLessThan(90);
    }
  });

  it('nor does one stream with itself under the next seed', () => {
    const draws = seeds.map((seed) => createStreams(seed).stream('a').int32());
    expect(Math.abs(correlation(draws.slice(1), draws.slice(0, -1)))).toBeLessThan(UNRELATED);
    expect(new Set(draws).size).toBe(draws.length);
  });
});

describe('a stream', () => {
  const stream = createStreams('1').stream('test');

  it('draws below n all integers from 0 to n − 1, equally often', () => {
    const counts = new Array<number>(6).fill(0);
    for (const face of take(60_000, () => stream.below(6))) counts[face]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it('is fair where a plain remainder would not be: below 3·2^30 a quarter of 2^32 would count twice', () => {
    const draws = take(30_000, () => stream.below(3 * 2 ** 30));
    const inFirstThird = draws.filter((drawn) => drawn < 2 ** 30).length;
    expect(Math.abs(inFirstThird - 10_000)).toBeLessThan(400);
  });

  it('draws integers inside their bounds, for any bounds up to 2^53', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (n) => {
        const drawn = stream.below(n);
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < n).toBe(true);
      }),
    );
    const large = take(1000, () => stream.below(2 ** 50));
    expect(large.filter((drawn) => drawn >= 2 ** 49).length).toBeGreaterThan(430);
    expect(new Set(take(100, () => stream.between(-2, 2)))).toEqual(new Set([-2, -1, 0, 1, 2]));
    expect(stream.between(5, 5)).toBe(5);
    for (const n of [0, -1, 1.5, 2 ** 53, NaN]) expect(() => stream.below(n)).toThrow('below: n is an integer');
  });

  it('knows a chance of 0, of 1 and of a third', () => {
    expect(take(50, () => stream.chance(0, 3))).not.toContain(true);
    expect(take(50, () => stream.chance(3, 3))).not.toContain(false);
    expect(Math.abs(take(30_000, () => stream.chance(1, 3)).filter(Boolean).length - 10_000)).toBeLessThan(400);
  });

  it('picks each item, and shuffles into each order', () => {
    expect(new Set(take(100, () => stream.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
    expect(() => stream.pick([])).toThrow('nothing to pick from');
    const orders = new Map<string, number>();
    const items = ['a', 'b', 'c'];
    for (const shuffled of take(6000, () => stream.shuffle(items).join(''))) orders.set(shuffled, (orders.get(shuffled) ?? 0) + 1);
    expect([...orders.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
    expect(items).toEqual(['a', 'b', 'c']);
  });

  it('draws replication ids: forty digits, none of them special', () => {
    expect(stream.hex(40)).toMatch(/^[0-9a-f]{40}$/);
    expect([stream.hex(0), stream.hex(3).length]).toEqual(['', 3]);
  });

  it('gives these numbers for ever: another one would change every trace that anybody has written down', () => {
    const golden = createStreams('42').stream('golden');
    expect([golden.int32(), golden.below(1000), golden.between(5, 6), golden.hex(8)]).toEqual([734095947, 755, 5, '01299d08']);
    expect([golden.int53(), golden.below(2 ** 50), golden.chance(1, 2), golden.shuffle([1, 2, 3, 4, 5])]).toEqual(GOLDEN);
    expect(fold(golden, 10_000)).toBe(GOLDEN_FOLD);
  });
});

const GOLDEN: unknown[] = [6992016225656016, 841403632491070, false, [5, 1, 3, 4, 2]];
const GOLDEN_FOLD = 1727061573;

function fold(stream: Stream, count: number): number {
  return take(count, () => stream.int32()).reduce((sum, drawn) => (Math.imul(sum, 31) + drawn) | 0, 0);
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const deviation = (values: readonly number[], about: number): number => Math.sqrt(mean(values.map((value) => (value - about) ** 2)));
  return mean(x.map((value, i) => (value - meanX) * (y[i]! - meanY))) / (deviation(x, meanX) * deviation(y, meanY));
}
