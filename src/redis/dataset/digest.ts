/**
 * Hashes of data in two unsigned 32-bit lanes, and how they add up.
 *
 * A digest says whether two nodes hold equal data, whatever way they came by it. Sums (mod 2^32, per lane) of
 * well mixed hashes do not depend on order and can be updated by adding and subtracting. Lanes are kept as
 * signed 32-bit integers inside (V8 stores those unboxed) and shown as unsigned ones.
 */

/** 64 bits as two unsigned 32-bit integers. */
export interface Digest {
  readonly low: number;
  readonly high: number;
}
