/**
 * Redis counts with 64 bits, JavaScript exactly with 53: a number where that is safe, a bigint beyond.
 *
 * `<`, `>` and templates work on both alike; arithmetic goes through here, and null says that it overflowed.
 */
import type { Bytes } from '../protocol/payload.ts';

/** A whole number of 64 bits: a number when it is safe as one, otherwise a bigint. */
export type Int64 = number | bigint;

const MAX = 9223372036854775807n;
const MIN = -9223372036854775808n;

/** util.c: string2ll. Only the canonical form: no sign `+`, no leading zeros, no spaces. */
export function parseInt64(bytes: Bytes): Int64 | null {
  if (typeof bytes !== 'string' || bytes.length === 0 || bytes.length > 20) return null;
  if (!/^(?:0|-?[1-9]\d*)$/.test(bytes)) return null;
  return bytes.length < 16 ? Number(bytes) : fit(BigInt(bytes));
}

export function addInt64(a: Int64, b: Int64): Int64 | null {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a + b)) return a + b;
  return fit(BigInt(a) + BigInt(b));
}

export function multiplyInt64(a: Int64, b: Int64): Int64 | null {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a * b)) return a * b;
  return fit(BigInt(a) * BigInt(b));
}

/** null: the negation of the smallest one does not exist. */
export function negateInt64(a: Int64): Int64 | null {
  return typeof a === 'number' ? 0 - a : fit(-a);
}

/** Beyond 2^53 the nearest number: for instants that far away nobody waits. */
export function nearestNumber(a: Int64): number {
  return Number(a);
}

function fit(value: bigint): Int64 | null {
  if (value > MAX || value < MIN) return null;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}
