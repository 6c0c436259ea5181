/**
 * LZF as Redis has it (lzf_c.c with HLOG 16 and VERY_FAST): the same matches, so the same compressed length to the byte.
 *
 * The format: a control byte below 32 announces 1 to 32 literal bytes; any other a copy of 3 to 264 bytes from up to 8192
 * bytes back, in 2 bytes (up to 8 copied) or 3. The compressor is greedy: it remembers for each hash of three bytes where
 * they were seen last, and takes the match that it finds there. One thing cannot be had: Redis does not clear that
 * memory between two strings; what is left in it points outside the string, except by a rare accident.
 */
import { assert } from '../../assert.ts';

const HASH_BITS = 16;
const HASH_SIZE = 1 << HASH_BITS;
const LONGEST_RUN = 32;
const FARTHEST = 1 << 13;
const LONGEST_MATCH = (1 << 8) + (1 << 3);

export interface Compressor {
  /** Where the three bytes of a hash were seen last, as `epoch` + position. */
  readonly seen: Int32Array;
  /** Less than this: seen in an earlier input. */
  epoch: number;
  /** The result of the last `compress`. */
  output: Uint8Array;
}

export function createCompressor(): Compressor {
  return { seen: new Int32Array(HASH_SIZE), epoch: 1, output: new Uint8Array(256) };
}

/** Compresses the first `length` bytes into at most `limit`: how many it takes, or 0 when they are not enough. */
export function compress(compressor: Compressor, input: Uint8Array, length: number, limit: number): number {
  if (length === 0 || limit <= 0) return 0;
  prepare(compressor, length, limit);
  const { seen, epoch, output } = compressor;
  compressor.epoch += length;

  // `out` is where the next byte goes; behind the last control byte stand `run` literal bytes.
  let out = 1;
  let run = 0;
  let at = 0;
  const end = length - 2;
  // The last three bytes, and the place where they were seen last (IDX of lzf_c.c).
  let three = (input[0]! << 8) | input[1]!;
  while (at < end) {
    three = ((three << 8) | input[at + 2]!) & 0xff_ffff;
    const slot = ((three >> (24 - HASH_BITS)) - three * 5) & (HASH_SIZE - 1);
    const from = seen[slot]! - epoch;
    seen[slot] = epoch + at;
    // The very first byte is never copied from.
    if (from <= 0 || at - from > FARTHEST || input[from] !== input[at] || input[from + 1] !== input[at + 1] || input[from + 2] !== input[at + 2]) {
      if (out >= limit) return 0;
      output[out++] = input[at++]!;
      if (++run === LONGEST_RUN) {
        output[out - run - 1] = run - 1;
        run = 0;
        out++;
      }
      continue;
    }

    const start = run === 0 ? out - 1 : out;
    if (start + 4 >= limit) return 0;
    if (run > 0) output[out - run - 1] = run - 1;
    out = start;
    const matched = matchLength(input, from, at, length);
    const distance = at - from - 1;
    if (matched < 9) {
      output[out++] = (distance >> 8) + ((matched - 2) << 5);
    } else {
      output[out++] = (distance >> 8) + (7 << 5);
      output[out++] = matched - 9;
    }
    output[out++] = distance & 0xff;
    at += matched;
    run = 0;
    out++;
    if (at >= end) break;
    // Of the positions inside the match only the last two are remembered.
    three = (input[at - 2]! << 16) | (input[at - 1]! << 8) | input[at]!;
    seen[((three >> (24 - HASH_BITS)) - three * 5) & (HASH_SIZE - 1)] = epoch + at - 2;
    three = ((three << 8) | input[at + 1]!) & 0xff_ffff;
    seen[((three >> (24 - HASH_BITS)) - three * 5) & (HASH_SIZE - 1)] = epoch + at - 1;
  }

  if (out + 3 > limit) return 0;
  while (at < length) {
    output[out++] = input[at++]!;
    if (++run === LONGEST_RUN) {
      output[out - run - 1] = run - 1;
      run = 0;
      out++;
    }
  }
  if (run === 0) return out - 1;
  output[out - run - 1] = run - 1;
  return out;
}

/**
 * How many bytes are the same, at least three. The end of the input is kept two bytes away, but the first
 * sixteen comparisons do not look for it when it is farther than that: so a match may reach the end by one or two bytes.
 */
function matchLength(input: Uint8Array, from: number, at: number, length: number): number {
  const most = Math.min(length - at - 2, LONGEST_MATCH);
  let same = 3;
  if (most > 16) {
    while (same <= 18 && input[from + same] === input[at + same]) same++;
    if (same <= 18) return same;
  }
  while (same < most && input[from + same] === input[at + same]) same++;
  return same;
}

function prepare(compressor: Compressor, length: number, limit: number): void {
  assert(length < 0x4000_0000, 'a string of a gigabyte is not compressed');
  if (compressor.epoch + length >= 0x7fff_ffff) {
    compressor.seen.fill(0);
    compressor.epoch = 1;
  }
  // A run is closed before it is checked against the limit, so a few bytes more may be touched.
  if (compressor.output.length < limit + 8) compressor.output = new Uint8Array(limit + 8);
}
