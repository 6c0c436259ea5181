import { expect, it } from 'vitest';
import { crc64 } from '../../../src/redis/persistence/crc64.ts';

it.each([
  // The test value of crc64.c.
  ['123456789', 'e9c6d914c4b8d9ca'],
  ['', '0000000000000000'],
])('the checksum of %j is %s', (text, expected) => {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  expect(Buffer.from(crc64(bytes, bytes.length)).reverse().toString('hex')).toBe(expected);
});
