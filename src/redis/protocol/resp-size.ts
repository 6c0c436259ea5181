/**
 * How many bytes RESP2 takes, without making them. Runs once per simulated write: no allocation, no division.
 *
 * Owns the arithmetic alone; `make.ts` builds messages with it and `encode.ts` must agree to the byte.
 */
import { assert } from '../../assert.ts';
import type { Bytes, Reply } from './payload.ts';

/** Decimal digits of a whole number ≥ 0. */
export function decimalDigits(n: number): number {
  if (n < 10) return 1;
  if (n < 100) return 2;
  if (n < 1_000) return 3;
  if (n < 10_000) return 4;
  if (n < 100_000) return 5;
  if (n < 1_000_000) return 6;
  let digits = 7;
  for (let limit = 10_000_000; n >= limit; limit *= 10) digits++;
  return digits;
}

/** Characters of a whole number as Redis prints it. */
export function integerLength(n: number): number {
  return n < 0 ? 1 + decimalDigits(-n) : decimalDigits(n);
}

/** `$<length>\r\n<bytes>\r\n` */
export function bulkSize(length: number): number {
  return 5 + decimalDigits(length) + length;
}

/** `*<argc>\r\n` and each argument as a bulk string. */
export function commandSize(argv: readonly Bytes[]): number {
  let size = 3 + decimalDigits(argv.length);
  for (const argument of argv) size += bulkSize(argument.length);
  return size;
}

/** A reply as RESP2 writes it. */
export function replySize(reply: Reply): number {
  switch (reply.type) {
    case 'status':
    case 'error':
      return 3 + reply.text.length;
    case 'integer':
      if (typeof reply.value === 'bigint') return 3 + String(reply.value).length;
      assert(Number.isSafeInteger(reply.value), `an integer reply must be whole, not ${reply.value}`);
      return 3 + integerLength(reply.value);
    case 'bulk':
      return bulkSize(reply.value.length);
    case 'nil':
    case 'nil-array':
      return 5;
    case 'array': {
      let size = 3 + decimalDigits(reply.items.length);
      for (const item of reply.items) size += replySize(item);
      return size;
    }
  }
}
