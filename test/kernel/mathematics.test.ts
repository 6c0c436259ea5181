import { describe, expect, it } from 'vitest';
import { createStreams } from '../../src/kernel/index.ts';
import { exp, ln, normalQuantile } from '../../src/kernel/mathematics.ts';

const stream = createStreams('1').stream('points');
const points = Array.from({ length: 20_000 }, () => (stream.int53() + 0.5) / 2 ** 53 / 2 ** stream.pick([0, 0, 1, 8, 40]));

const bits = new DataView(new ArrayBuffer(8));

/** How many doubles lie between two of one sign. */
function apart(a: number, b: number): number {
  const ordinal = (x: number): bigint => {
    bits.setFloat64(0, x);
    return bits.getBigInt64(0);
  };
  const distance = ordinal(a) - ordinal(b);
  return Number(distance < 0n ? -distance : distance);
}

// The right-hand sides were computed to 40 digits with mpmath and rounded once.

describe('ln', () => {
  it.each([
    [1, 0], [0.9999999999999999, -1.1102230246251565e-16], [0.999, -0.0010005003335835344], [0.75, -0.2876820724517809],
    [0.7071067811865476, -0.3465735902799726], [0.7, -0.35667494393873245], [0.5, -0.6931471805599453], [0.36787944117144233, -1],
    [0.1, -2.3025850929940455], [0.001, -6.907755278982137], [1e-9, -20.72326583694641], [2 ** -53, -36.7368005696771],
    [2 ** -1074, -744.4400719213812],
  ])('of %d is %d to the last place but one', (x, expected) => {
    expect(apart(ln(x), expected)).toBeLessThanOrEqual(1);
  });

  it.each([0, -1, 1.5, NaN, Infinity])('of %d is nothing that a duration is made of', (x) => {
    expect(() => ln(x)).toThrow('(0, 1]');
  });
});

describe('exp', () => {
  it.each([
    [0, 1], [1e-17, 1], [1e-9, 1.000000001], [0.5, 1.6487212707001282], [-0.5, 0.6065306597126334], [1, 2.718281828459045],
    [-1, 0.36787944117144233], [0.34657359027997264, 1.414213562373095], [10, 22026.465794806718], [-10, 4.5399929762484854e-05],
    [50.5, 8.548134287298057e21], [-100, 3.720075976020836e-44], [700, 1.0142320547350045e304], [-700, 9.85967654375977e-305],
    [709.78, 1.7928227943945155e308], [-708, 3.307553003638408e-308],
  ])('of %d is %d to the last place but one', (x, expected) => {
    expect(apart(exp(x), expected)).toBeLessThanOrEqual(1);
  });

  it('ends where numbers end, at once', () => {
    expect([exp(710), exp(1e9), exp(1e308), exp(Infinity)]).toEqual([Infinity, Infinity, Infinity, Infinity]);
    expect([exp(-746), exp(-1e9), exp(-1e308), exp(-Infinity)]).toEqual([0, 0, 0, 0]);
    expect(exp(-744)).toBe(1e-323);
    expect(exp(NaN)).toBeNaN();
  });
});

describe('the quantile of the normal distribution', () => {
  it.each([
    [0.975, 1.9599639845400538], [0.8413447460685429, 0.9999999999999999], [0.925, 1.4395314709384561], [0.9250001, 1.4395321773759004],
    [0.075, -1.439531470938456], [0.2, -0.8416212335729142], [0.001, -3.0902323061678136], [1e-9, -5.9978070150076865],
    [1.3887943864964021e-11, -6.657904643501103], [1e-15, -7.941345326170997], [2 ** -53, -8.209536151601387],
  ])('for %d is %d but for the last digit', (probability, expected) => {
    expect(apart(normalQuantile(probability), expected)).toBeLessThanOrEqual(5);
  });

  it('is symmetric, and 0 in the middle', () => {
    expect(normalQuantile(0.5)).toBe(0);
    for (const half of [0.25, 0.0625, 2 ** -10, 2 ** -30]) expect(normalQuantile(1 - half)).toBe(-normalQuantile(half));
  });

  it('rises without a step back, across the joints of its pieces too', () => {
    for (const joint of [0.075, 0.925, 1.3887943864964021e-11]) {
      for (let i = -200; i < 200; i++) {
        const step = joint * 1e-13;
        expect(normalQuantile(joint + (i + 1) * step)).toBeGreaterThanOrEqual(normalQuantile(joint + i * step) - 1e-12);
      }
    }
    const sorted = points.filter((x) => x > 0).sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect(normalQuantile(sorted[i]!)).toBeGreaterThanOrEqual(normalQuantile(sorted[i - 1]!) - 1e-14);
  });
});

describe('all three', () => {
  it('give the same bits on every machine: a last bit that differs in any of 60,000 results shows in this fold', () => {
    let sum = 0;
    for (const x of points) {
      for (const result of [ln(x), exp((x - 0.5) * 1400), normalQuantile(x)]) {
        bits.setFloat64(0, result);
        sum = (Math.imul(sum, 31) + bits.getInt32(0)) | 0;
        sum = (Math.imul(sum, 31) + bits.getInt32(4)) | 0;
      }
    }
    expect(sum).toBe(-2138115812);
  });
});
