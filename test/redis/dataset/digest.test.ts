import { expect, test } from 'vitest';
import { createLanes, finalize, hashBytes, type Lanes } from '../../../src/redis/dataset/digest.ts';

/** The hash as it is defined, a character at a time. */
function defined(text: string): Lanes {
  let low = text.length;
  let high = ~text.length;
  const fours = text.length - (text.length % 4);
  for (let i = 0; i < fours; i += 4) {
    const four = [0, 1, 2, 3].reduce((word, k) => word | (text.charCodeAt(i + k) << (8 * k)), 0);
    low = Math.imul(low ^ four, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high ^ four, 0x85ebca77);
    high ^= high >>> 13;
  }
  for (let i = fours; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x9e3779b1);
    high = Math.imul(high ^ text.charCodeAt(i), 0x85ebca77);
  }
  return { low: finalize(low), high: finalize(high) };
}

const ascii = (length: number): string => Array.from({ length }, (_, i) => String.fromCharCode((i * 7 + (i >> 5)) % 128)).join('');

test.each([0, 1, 3, 4, 5, 63, 64, 65, 66, 67, 4095, 4096, 4097, 4159, 4160, 4161, 8192, 8195, 20_001])('a text of %s bytes is hashed the same in blocks as by its characters', (length) => {
  const text = ascii(length);
  const odd = [0, length >> 1, length - 1].filter((at) => at >= 0 && at < length).map((at) => `${text.slice(0, at)}\u00ff${text.slice(at + 1)}`);
  const out = createLanes();
  for (const one of [text, ...odd, `${text.slice(0, length >> 1)}${text.slice(length >> 1)}`]) {
    hashBytes(out, one);
    expect({ ...out }).toEqual(defined(one));
  }
});
