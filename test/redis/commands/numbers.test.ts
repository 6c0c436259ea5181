import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addInt64, multiplyInt64, negateInt64, parseInt64 } from '../../../src/redis/commands/int64.ts';
import { addLongDoubles, formatLongDouble, parseLongDouble } from '../../../src/redis/commands/long-double.ts';

describe('a 64-bit integer', () => {
  test.each([
    ['0', 0],
    ['-1', -1],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['9223372036854775808', null],
    ['-9223372036854775809', null],
    ['', null],
    ['-', null],
    ['-0', null],
    ['+1', null],
    ['01', null],
    [' 1', null],
    ['1 ', null],
    ['1.0', null],
    ['1e3', null],
    ['0x10', null],
  ])('%j reads as %s', (text, value) => {
    expect(parseInt64(text)).toBe(value);
  });

  test('adds and multiplies as BigInt does, and says when it overflows', () => {
    const int64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }), fc.bigInt({ min: -2000n, max: 2000n }));
    const fits = (value: bigint): string | null => (BigInt.asIntN(64, value) === value ? String(value) : null);
    const text = (value: number | bigint | null): string | null => (value === null ? null : String(value));
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        const [x, y] = [parseInt64(String(a))!, parseInt64(String(b))!];
        expect(text(addInt64(x, y))).toBe(fits(a + b));
        expect(text(multiplyInt64(x, y))).toBe(fits(a * b));
        expect(text(negateInt64(x))).toBe(fits(-a));
      }),
    );
  });
});

describe('a long double', () => {
  // Digits as redis-server 7.0.15 on x86-64 prints them.
  test.each([
    ['10.50', '0.1', '10.6'],
    ['0.1', '0.2', '0.3'],
    ['5.0e3', '2.0e2', '5200'],
    ['3', '1.1', '4.1'],
    ['1', '-1', '0'],
    ['-0', '0', '0'],
    ['.5', '5.', '5.5'],
    ['0', '-1e-18', '0'],
    ['0', '5e-18', '0'],
    ['0', '1.5e-17', '0.00000000000000002'],
    ['4.5e-17', '0.5', '0.50000000000000004'],
    ['1', '1e-17', '1.00000000000000001'],
    ['0.30000000000000004', '0', '0.30000000000000004'],
    ['123456789.123456789', '1', '123456790.12345678899873747'],
    ['9223372036854775807', '1', '9223372036854775808'],
    ['1e21', '0.5', '1000000000000000000000'],
    ['1e40', '1', '9999999999999999999783686092270256259072'],
    ['1e40', '1e22', '10000000000000000009818714868368252338176'],
  ])('%s + %s is printed as %s', (a, b, sum) => {
    expect(formatLongDouble(addLongDoubles(parseLongDouble(a)!, parseLongDouble(b)!)!)).toBe(sum);
  });

  test.each([[''], ['abc'], ['nan'], ['1e'], ['.'], ['1 '], [' 1'], ['1e5000'], ['1e-5000'], ['--1']])('%j is no float', (text) => {
    expect(parseLongDouble(text)).toBeNull();
  });

  test('has infinities, whose difference is nothing', () => {
    expect(parseLongDouble('-Inf')).toBe('-infinity');
    expect(addLongDoubles('infinity', { mantissa: 1n, exponent: 0 })).toBe('infinity');
    expect(addLongDoubles('infinity', '-infinity')).toBeNull();
  });

  test('prints a decimal below 100 as it was read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 17 }), fc.bigInt({ min: 1n, max: 10n ** 19n }), (decimals, any) => {
        const digits = any % 10n ** BigInt(decimals + 2);
        const padded = String(digits).padStart(decimals + 1, '0');
        const cut = padded.length - decimals;
        const text = decimals === 0 ? padded : `${padded.slice(0, cut)}.${padded.slice(cut)}`.replace(/\.?0+$/, '');
        expect(formatLongDouble(parseLongDouble(text)!)).toBe(text);
      }),
    );
  });

  test('of whole numbers below 2^64 adds up exactly', () => {
    const whole = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        expect(formatLongDouble(addLongDoubles(parseLongDouble(String(a))!, parseLongDouble(String(b))!)!)).toBe(String(a + b));
      }),
    );
  });
});
