/**
 * Hashes of data in two lanes of 32 bits, and how they add up.
 *
 * A digest says whether two nodes hold equal data, whatever way they came by it. Sums (mod 2^32, per lane) of
 * well mixed hashes do not depend on order and are kept up to date by adding and subtracting. Inside, lanes are
 * signed 32-bit integers (V8 keeps those unboxed); `Digest` shows them unsigned.
 *
 * A synthetic value is hashed by its seed and length, not by the text that it stands for: two nodes of one run
 * that hold the same value got it from the same command.
 */
import type { Bytes } from '../protocol/payload.ts';

/** 64 bits as two unsigned 32-bit integers. */
export interface Digest {
  readonly low: number;
  readonly high: number;
}

/** A hash being computed, or a sum of hashes: two signed 32-bit integers. */
export interface Lanes {
  low: number;
  high: number;
}

export function createLanes(): Lanes {
  return { low: 0, high: 0 };
}

const LOW_FACTOR = 0x9e3779b1 | 0;
const HIGH_FACTOR = 0x85ebca77 | 0;

/** From so many bytes on, to copy a text is worth it: an array is read four times as fast as a string. */
const LONG = 64;
const scratch = new Uint8Array(4096);
const words = new Int32Array(scratch.buffer);
const LITTLE_ENDIAN = new Uint8Array(new Int32Array([1]).buffer)[0] === 1;
const encoder = new TextEncoder();

/** Copies text from there on into `words`, as much as fits; gives the number of bytes, or 0 where not every character is one. */
function readAscii(text: string, from: number): number {
  const part = from === 0 && text.length <= scratch.length ? text : text.slice(from, from + scratch.length);
  const { read, written } = encoder.encodeInto(part, scratch);
  return read === part.length && written === read ? read : 0;
}

/** Sets `out` to the hash of a string of bytes. */
export function hashBytes(out: Lanes, bytes: Bytes): void {
  if (typeof bytes !== 'string') {
    out.low = mix(bytes.seed ^ 0x51ed270b, bytes.length);
    out.high = mix(bytes.length ^ 0x2545f491, bytes.seed);
    return;
  }
  const { length } = bytes;
  let low = length;
  let high = ~length;
  let i = 0;
  if (length >= LONG && LITTLE_ENDIAN) {
    while (i + LONG <= length) {
      const fours = readAscii(bytes, i) >> 2;
      if (fours === 0) break;
      for (let at = 0; at < fours; at++) {
        const four = words[at]!;
        low = Math.imul(low ^ four, LOW_FACTOR);
        low ^= low >>> 15;
        high = Math.imul(high ^ four, HIGH_FACTOR);
        high ^= high >>> 13;
      }
      i += fours * 4;
    }
  }
  for (; i + 4 <= length; i += 4) {
    const four =
      bytes.charCodeAt(i) | (bytes.charCodeAt(i + 1) << 8) | (bytes.charCodeAt(i + 2) << 16) | (bytes.charCodeAt(i + 3) << 24);
    low = Math.imul(low ^ four, LOW_FACTOR);
    low ^= low >>> 15;
    high = Math.imul(high ^ four, HIGH_FACTOR);
    high ^= high >>> 13;
  }
  for (; i < length; i++) {
    low = Math.imul(low ^ bytes.charCodeAt(i), LOW_FACTOR);
    high = Math.imul(high ^ bytes.charCodeAt(i), HIGH_FACTOR);
  }
  out.low = finalize(low);
  out.high = finalize(high);
}

/** Mixes two integers, in this order; every bit of the result depends on every bit of both. */
export function mix(a: number, b: number): number {
  return finalize((Math.imul(a, LOW_FACTOR) + finalize(b ^ HIGH_FACTOR)) | 0);
}

/** Every bit of the result depends on every bit of `value`, and no two values give the same (murmur3's finalizer). */
export function finalize(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Adds `sign` times the hash of a pair: of a key and a value, a member and a score. */
export function addPair(sum: Lanes, sign: 1 | -1, a: Lanes, b: Lanes): void {
  sum.low = (sum.low + sign * mix(a.low, b.low)) | 0;
  sum.high = (sum.high + sign * mix(a.high, b.high)) | 0;
}

export function asDigest(lanes: Lanes): Digest {
  return { low: lanes.low >>> 0, high: lanes.high >>> 0 };
}

export function equalDigests(a: Digest, b: Digest): boolean {
  return a.low === b.low && a.high === b.high;
}
