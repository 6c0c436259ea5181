/**
 * Filler text that nobody stores: any slice of it is made on demand from the seed alone.
 *
 * Each character is one of 64, six bits of a hash, so that LZF gains nothing; the first is a letter,
 * so that no value passes for an integer.
 */
import type { Synthetic } from './payload.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Characters made from one hash: five of six bits each. */
const PER_HASH = 5;

/** The bytes [from, to) of a synthetic value. */
export function expand(value: Synthetic, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; ) {
    const block = Math.floor(at / PER_HASH);
    let bits = hash(value.seed, block) >>> (6 * (at - block * PER_HASH));
    const end = Math.min(to, (block + 1) * PER_HASH);
    for (; at < end; at++) {
      // Of the alphabet, the first 32 characters are letters.
      text += ALPHABET[at === 0 ? bits & 31 : bits & 63]!;
      bits >>>= 6;
    }
  }
  return text;
}

/** Mixes two 32-bit integers; every bit of the result depends on every bit of both (murmur3's finalizer, twice). */
function hash(seed: number, block: number): number {
  return finalize(finalize(seed ^ 0x9e3779b9) ^ block);
}

function finalize(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
