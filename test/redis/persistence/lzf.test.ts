import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { compress, createCompressor } from '../../../src/redis/persistence/lzf.ts';
import type { Compressor } from '../../../src/redis/persistence/lzf.ts';
import { word } from './data.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** The reader of the format, for tests alone. */
function decompress(input: Uint8Array): number[] {
  const output: number[] = [];
  for (let at = 0; at < input.length; ) {
    const control = input[at++]!;
    if (control < 32) {
      for (let i = 0; i <= control; i++) output.push(input[at++]!);
      continue;
    }
    let length = control >> 5;
    if (length === 7) length += input[at++]!;
    const from = output.length - ((control & 31) << 8) - input[at++]! - 1;
    for (let i = 0; i < length + 2; i++) output.push(output[from + i]!);
  }
  return output;
}

function compressed(text: string, limit = text.length - 4, compressor: Compressor = createCompressor()): number {
  return compress(compressor, bytesOf(text), text.length, limit);
}

describe('LZF', () => {
  // What lzf_compress of 7.2.6 returned for these.
  it.each([
    ['a letter 21 times', 'a'.repeat(21), 6],
    ['a letter 300 times', 'a'.repeat(300), 12],
    ['a letter 5000 times', 'a'.repeat(5000), 63],
    ['a syllable', 'abc'.repeat(30), 11],
    ['two runs that end with the text', 'x'.repeat(22) + 'y'.repeat(19), 14],
    ['a copy of 18 bytes at the end', word(9, 40) + word(9, 18), 49],
    ['a copy of 19 bytes at the end', word(9, 40) + word(9, 19), 49],
    ['too little to gain', 'hello world, hello world', 0],
    ['letters that never come again', 'abcdefghijklmnopqrstuvwxyz', 0],
    ['two letters at random', word(7, 500, 2), 248],
    ['five letters at random', word(7, 5000, 5), 3126],
    ['20 letters at random', word(7, 5000, 20), 4736],
  ])('compresses %s to the length that liblzf finds', (_name, text, length) => {
    expect(compressed(text)).toBe(length);
  });

  it('is undone by its reader', () => {
    const compressor = createCompressor();
    const text = fc.oneof(
      fc.string({ unit: 'binary-ascii', maxLength: 300 }),
      fc.tuple(fc.nat(1000), fc.nat(9000), fc.integer({ min: 1, max: 30 })).map(([seed, length, letters]) => word(seed, length, letters)),
      fc.array(fc.tuple(fc.string({ maxLength: 8 }), fc.nat(60)), { maxLength: 20 }).map((parts) => parts.map(([part, times]) => part.repeat(times)).join('')),
    );
    fc.assert(
      fc.property(text, (input) => {
        const bytes = bytesOf(input);
        const length = compress(compressor, bytes, bytes.length, bytes.length + 100);
        if (input.length === 0) expect(length).toBe(0);
        else expect(decompress(compressor.output.subarray(0, length))).toEqual([...bytes]);
      }),
      { numRuns: 300 },
    );
  });

  // Found with lzf_compress of 7.2.6: it stops a few bytes before it would have to.
  it.each([
    ['three letters at random', word(3, 400, 3), 240, 244],
    ['two letters at random', word(4, 401, 2), 193, 197],
    ['a letter 100 times', 'a'.repeat(100), 9, 10],
    ['a word of 30 twice', word(1, 30) + word(1, 30), 38, 39],
    ['a word of 32 twice', word(1, 32) + word(1, 32), 41, 42],
    ['a copy that ends with a run', `${word(1, 33)}${word(1, 31)}ab`, 42, 43],
    ['nothing to gain', word(5, 64), 66, 67],
  ])('gives up below the same limit as liblzf: %s', (_name, text, needed, least) => {
    expect([compressed(text, least - 1), compressed(text, least)]).toEqual([0, needed]);
  });

  it('looks 8192 bytes back, and no farther', () => {
    const apart = (distance: number): string => `-ABCDEFGHIJ${word(2, distance - 10)}ABCDEFGHIJ`;
    expect([8191, 8192, 8193, 8194].map((distance) => compressed(apart(distance)))).toEqual([7907, 7909, 7915, 7916]);
  });

  it('remembers nothing from one input to the next', () => {
    const compressor = createCompressor();
    const text = word(5, 900, 4);
    const alone = compressed(text);
    for (let i = 0; i < 50; i++) compressed(word(i, 700, 4), 700, compressor);
    expect(compressed(text, text.length - 4, compressor)).toBe(alone);
  });
});
