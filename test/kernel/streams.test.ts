import { describe, expect, it } from 'vitest';
import { createStreams, draw } from '../../src/kernel/index.ts';
import { exp, ln, normalQuantile } from '../../src/kernel/mathematics.ts';

describe('named streams', () => {
  it('draw the same whatever others draw, and however often they are asked for', () => {
    const alone = createStreams('7').stream('a');
    const streams = createStreams('7');
    streams.stream('b').below(10);
    const draws = [streams.stream('a').int32(), (streams.stream('b').int32(), streams.stream('a').int32())];
    expect(draws).toEqual([alone.int32(), alone.int32()]);
  });

  it('are independent of each other: over 2000 seeds the first draws of two names do not correlate', () => {
    const pairs = Array.from({ length: 2000 }, (_, seed) => {
      const streams = createStreams(String(seed));
      return [streams.stream('link/a>b').below(1_000_000), streams.stream('link/b>a').below(1_000_000)] as const;
    });
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
    const [mx, my] = [mean(x), mean(y)];
    const covariance = mean(pairs.map(([a, b]) => (a - mx) * (b - my)));
    const deviation = (values: number[], m: number): number => Math.sqrt(mean(values.map((value) => (value - m) ** 2)));
    // Of independent draws the correlation is below 3/√2000 = 0.067 in all but a few of a thousand tries; the seeds are fixed.
    expect(Math.abs(covariance / (deviation(x, mx) * deviation(y, my)))).toBeLessThan(0.067);
    expect(pairs.filter(([a, b]) => a === b).length).toBeLessThan(3);
  });

  it('give these numbers for ever: another one would change every trace that anybody has written down', () => {
    const stream = createStreams('42').stream('golden');
    expect([stream.int32(), stream.below(1000), stream.between(5, 6), stream.hex(8)]).toEqual([734095947, 755, 5, '01299d08']);
  });
});

describe('distributions', () => {
  const stream = createStreams('1').stream('draws');
  const sample = (distribution: Parameters<typeof draw>[0]): number[] => Array.from({ length: 20_000 }, () => draw(distribution, stream));
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('have the mean that they are asked for, within 2 %', () => {
    expect(mean(sample({ kind: 'constant', us: 250 }))).toBe(250);
    expect(mean(sample({ kind: 'uniform', fromUs: 300, toUs: 800 }))).toBeCloseTo(550, -1);
    expect(Math.abs(mean(sample({ kind: 'normal', meanUs: 5000, sdUs: 500 })) - 5000)).toBeLessThan(100);
    expect(Math.abs(mean(sample({ kind: 'exponential', meanUs: 2000 })) - 2000)).toBeLessThan(40);
    // The mean of a lognormal is its median · e^(σ²/2).
    expect(Math.abs(mean(sample({ kind: 'lognormal', medianUs: 1000, sigma: 0.5 })) - 1000 * exp(0.125))).toBeLessThan(25);
  });

  it('are whole and never negative', () => {
    for (const value of sample({ kind: 'normal', meanUs: 10, sdUs: 100 })) expect(Number.isInteger(value) && value >= 0).toBe(true);
  });
});

describe('functions made of exact operations', () => {
  it('agree with the engine to the last digits', () => {
    for (let i = 1; i <= 1000; i++) {
      expect(Math.abs(ln(i / 1000) - Math.log(i / 1000))).toBeLessThan(2e-15 * Math.max(1, Math.abs(Math.log(i / 1000))));
      const x = (i - 500) / 20;
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(2e-14);
    }
  });

  it('know the quantiles of the normal distribution', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963985, 7);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306, 7);
    expect(normalQuantile(0.2)).toBeCloseTo(-normalQuantile(0.8), 12);
  });
});
