/**
 * Durations that vary: from a description to a whole number of microseconds.
 *
 * The only place where time is not an integer. A draw is computed in floating point, from operations that
 * every engine rounds alike (see mathematics.ts), and rounded once, here.
 */

import { assert, unreachable } from '../assert.ts';
import { exp, ln, normalQuantile } from './mathematics.ts';
import type { Stream } from './streams.ts';

/** All in µs, but for `sigma`, which is the standard deviation of the logarithm and has no unit. */
export type Distribution =
  | { readonly kind: 'constant'; readonly us: number }
  /** Both ends included, whole µs. */
  | { readonly kind: 'uniform'; readonly fromUs: number; readonly toUs: number }
  /** What would be negative is 0. */
  | { readonly kind: 'normal'; readonly meanUs: number; readonly sdUs: number }
  | { readonly kind: 'lognormal'; readonly medianUs: number; readonly sigma: number }
  | { readonly kind: 'exponential'; readonly meanUs: number };

/**
 * A whole number of µs, 0 … MAX_DRAW_US. How much is taken from the stream depends on the kind alone (but
 * for the rare redraw of a uniform one), so changing a mean does not move the draws that follow.
 */
export function draw(distribution: Distribution, stream: Stream): number {
  switch (distribution.kind) {
    case 'constant':
      return whole(distribution.us);
    case 'uniform':
      assert(distribution.fromUs >= 0, 'a uniform distribution starts at 0 µs or later');
      return stream.between(distribution.fromUs, distribution.toUs);
    case 'normal':
      return whole(distribution.meanUs + distribution.sdUs * normalQuantile(openUnit(stream)));
    case 'lognormal':
      return whole(distribution.medianUs * exp(distribution.sigma * normalQuantile(openUnit(stream))));
    case 'exponential':
      return whole(distribution.meanUs * -ln(openUnit(stream)));
    default:
      return unreachable(distribution);
  }
}

/** Longer than 140 years: added to any time of a run, it still is an exact integer. */
export const MAX_DRAW_US: number = 2 ** 52;

/** Uniform in (0, 1), never an end: an odd multiple of 2^-53, so it is exact and symmetric about ½. */
function openUnit(stream: Stream): number {
  return ((stream.int32() >>> 12) * 2 ** 32 + (stream.int32() >>> 0) + 0.5) * 2 ** -52;
}

function whole(us: number): number {
  assert(!Number.isNaN(us), 'a distribution has numbers for parameters');
  return Math.min(Math.max(Math.round(us), 0), MAX_DRAW_US);
}
