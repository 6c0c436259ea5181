import { describe, expect, it } from 'vitest';
import { createStreams, type Distribution, draw, MAX_DRAW_US } from '../../src/kernel/index.ts';

const COUNT = 40_000;

/** What 40,000 draws of a distribution look like, sorted. The seed is fixed, so each bound below holds or does not. */
function sample(distribution: Distribution): { readonly mean: number; readonly sd: number; quantile(share: number): number; readonly draws: number[] } {
  const stream = createStreams('1').stream('draws');
  const draws = Array.from({ length: COUNT }, () => draw(distribution, stream)).sort((a, b) => a - b);
  const mean = draws.reduce((sum, drawn) => sum + drawn, 0) / COUNT;
  const sd = Math.sqrt(draws.reduce((sum, drawn) => sum + (drawn - mean) ** 2, 0) / COUNT);
  return { mean, sd, quantile: (share) => draws[Math.floor(share * COUNT)]!, draws };
}

function within(found: number, expected: number, share: number): void {
  expect(Math.abs(found / expected - 1), `${found} against ${expected}`).toBeLessThan(share);
}

describe('a distribution', () => {
  it('that is constant is so, and draws nothing', () => {
    const stream = createStreams('1').stream('a');
    expect([draw({ kind: 'constant', us: 250 }, stream), draw({ kind: 'constant', us: 0 }, stream)]).toEqual([250, 0]);
    expect(stream.int32()).toBe(createStreams('1').stream('a').int32());
  });

  it('that is uniform reaches both ends, and has its mean and deviation', () => {
    const { mean, sd, draws } = sample({ kind: 'uniform', fromUs: 300, toUs: 800 });
    expect([draws[0], draws.at(-1)]).toEqual([300, 800]);
    within(mean, 550, 0.005);
    within(sd, 500 / Math.sqrt(12), 0.01);
  });

  it('that is normal has its mean, its deviation and its tails', () => {
    const { mean, sd, quantile } = sample({ kind: 'normal', meanUs: 500_000, sdUs: 10_000 });
    within(mean, 500_000, 0.0005);
    within(sd, 10_000, 0.01);
    within(quantile(0.5), 500_000, 0.0005);
    within(quantile(0.8413), 510_000, 0.001);
    within(quantile(0.0228), 480_000, 0.002);
    within(quantile(0.999), 530_900, 0.005);
  });

  it('that is normal is never negative: what would be is 0', () => {
    const { quantile, draws } = sample({ kind: 'normal', meanUs: 0, sdUs: 100 });
    expect([draws[0], quantile(0.45)]).toEqual([0, 0]);
    within(quantile(0.8413), 100, 0.03);
  });

  it('that is lognormal has its median and its spread', () => {
    const { quantile, mean } = sample({ kind: 'lognormal', medianUs: 100_000, sigma: 0.5 });
    within(quantile(0.5), 100_000, 0.01);
    within(quantile(0.8413), 164_872, 0.02);
    within(quantile(0.1587), 60_653, 0.02);
    // The mean is the median times e^(σ²/2).
    within(mean, 113_315, 0.01);
  });

  it('that is exponential has its mean, which is its deviation too, and forgets', () => {
    const { mean, sd, quantile } = sample({ kind: 'exponential', meanUs: 200_000 });
    within(mean, 200_000, 0.015);
    within(sd, 200_000, 0.015);
    within(quantile(0.5), 138_629, 0.02);
    within(quantile(0.99), 921_034, 0.04);
  });

  it('gives whole µs that can be added to any time, even with wild parameters', () => {
    const wild: Distribution[] = [
      { kind: 'normal', meanUs: 1e300, sdUs: 1e308 },
      { kind: 'normal', meanUs: 0.4, sdUs: 0 },
      { kind: 'lognormal', medianUs: 1000, sigma: 1e9 },
      { kind: 'exponential', meanUs: 1e300 },
      { kind: 'exponential', meanUs: 0 },
      { kind: 'constant', us: 1.5 },
      { kind: 'uniform', fromUs: 0, toUs: Number.MAX_SAFE_INTEGER - 1 },
    ];
    const stream = createStreams('1').stream('wild');
    for (const distribution of wild.flatMap((one) => Array<Distribution>(200).fill(one))) {
      const drawn = draw(distribution, stream);
      expect(Number.isSafeInteger(drawn) && !Object.is(drawn, -0) && drawn >= 0).toBe(true);
      if (distribution.kind !== 'uniform') expect(drawn).toBeLessThanOrEqual(MAX_DRAW_US);
    }
    expect(() => draw({ kind: 'normal', meanUs: NaN, sdUs: 1 }, stream)).toThrow('numbers for parameters');
    expect(() => draw({ kind: 'uniform', fromUs: -5, toUs: 5 }, stream)).toThrow('0 µs or later');
  });

  it('takes as much from the stream whatever its parameters are, so that the next draws stay', () => {
    const nextAfter = (distribution: Distribution): number => {
      const stream = createStreams('5').stream('a');
      draw(distribution, stream);
      return stream.int32();
    };
    expect(nextAfter({ kind: 'normal', meanUs: 1, sdUs: 1 })).toBe(nextAfter({ kind: 'normal', meanUs: 1e6, sdUs: 900 }));
    expect(nextAfter({ kind: 'exponential', meanUs: 1 })).toBe(nextAfter({ kind: 'exponential', meanUs: 1e9 }));
    expect(nextAfter({ kind: 'lognormal', medianUs: 5, sigma: 9 })).toBe(nextAfter({ kind: 'lognormal', medianUs: 1, sigma: 0 }));
  });

  it('gives these numbers for ever: another one would change every trace that anybody has written down', () => {
    const stream = createStreams('42').stream('golden');
    const five = (distribution: Distribution): number[] => Array.from({ length: 5 }, () => draw(distribution, stream));
    expect(five({ kind: 'uniform', fromUs: 300, toUs: 800 })).toEqual([486, 665, 714, 762, 598]);
    expect(five({ kind: 'normal', meanUs: 1_000_000_000, sdUs: 100_000_000 })).toEqual([1035380528, 1012395825, 948418747, 1079242292, 1177280205]);
    expect(five({ kind: 'lognormal', medianUs: 1_000_000_000, sigma: 0.5 })).toEqual([2426994490, 913211758, 767638056, 904722780, 898423715]);
    expect(five({ kind: 'exponential', meanUs: 1_000_000_000 })).toEqual([1390045096, 582332552, 2331075063, 793455827, 2417502370]);
  });
});
