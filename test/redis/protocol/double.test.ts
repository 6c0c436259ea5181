import { describe, expect, it } from 'vitest';
import { formatDouble } from '../../../src/redis/protocol/double.ts';

describe('a score', () => {
  // What fpconv_dtoa and d2string of 7.2.6 print.
  it.each([
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-2.5, '-2.5'],
    [0.1, '0.1'],
    [1 / 3, '0.3333333333333333'],
    [0.1 + 0.2, '0.30000000000000004'],
    [12_345_678.9, '12345678.9'],
    [-0.000123, '-0.000123'],
    [1e-5, '0.00001'],
    [1e-6, '0.000001'],
    [1e-7, '1e-7'],
    [2.5e-10, '2.5e-10'],
    [2 ** 52, '4503599627370496'],
    [1e17, '100000000000000000'],
    [2 ** 62, '4611686018427387904'],
    [2 ** 63, '9223372036854776000'],
    [123_456_789_012_345_680_000, '123456789012345680000'],
    [-1e21, '-1e+21'],
    [1e22, '1e+22'],
    [Number.MAX_VALUE, '1.7976931348623157e+308'],
    [5e-324, '5e-324'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
    [NaN, 'nan'],
  ])('%d is printed as Redis 7.2 prints it', (value, text) => {
    expect(formatDouble(value)).toBe(text);
  });
});
