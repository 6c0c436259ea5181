import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBitRate,
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  formatRate,
  formatSize,
  formatSpan,
  parseBitRate,
  parseByteRate,
  parseBytes,
  parseCount,
  parseDuration,
  parseRate,
} from '../src/units.ts';
import type { Parsed } from '../src/units.ts';

type Row<T> = readonly [text: string, value: T];
type Refusal = readonly [text: string, problem: string, suggestion: string];

function reads<T>(parse: (text: string) => Parsed<T>, rows: readonly Row<T>[]): void {
  it.each(rows)('reads %s as %o', (text, value) => {
    expect(parse(text)).toEqual({ ok: true, value });
  });
}

function refuses<T>(parse: (text: string) => Parsed<T>, rows: readonly Refusal[]): void {
  it.each(rows)('refuses "%s": %s', (text, problem, suggestion) => {
    expect(parse(text)).toEqual({ ok: false, problem, suggestion });
  });
}

function writes<T>(format: (value: T) => string, rows: readonly (readonly [value: T, text: string])[]): void {
  it.each(rows)('writes %o as %s', (value, text) => {
    expect(format(value)).toBe(text);
  });
}

describe('durations', () => {
  reads(parseDuration, [
    ['500ms', 500_000],
    ['1.5s', 1_500_000],
    ['2m', 120_000_000],
    ['1h', 3_600_000_000],
    ['10us', 10],
    ['0s', 0],
    ['0.3ms', 300],
    ['  90s ', 90_000_000],
    // None of these is right when a float is multiplied.
    ['2.01s', 2_010_000],
    ['1.001s', 1_001_000],
    ['4.35s', 4_350_000],
    ['8.2ms', 8_200],
    ['0.000001s', 1],
    ['1.10000000s', 1_100_000],
    ['9007199254740991us', Number.MAX_SAFE_INTEGER],
  ]);
  refuses(parseDuration, [
    ['90', '"90" has no unit', '90s'],
    ['0', '"0" has no unit', '0s'],
    ['5 s', '"5 s" has a space before its unit', '5s'],
    ['5sec', '"5sec" has an unknown unit "sec"', '5s'],
    ['2 minutes', '"2 minutes" has an unknown unit "minutes"', '2m'],
    ['5S', '"5S" has an unknown unit "S"', '5s'],
    ['7µs', '"7µs" has an unknown unit "µs"', '7us'],
    ['3d', '"3d" has an unknown unit "d"', '500ms, 1.5s, 2m or 1h'],
    ['5toString', '"5toString" has an unknown unit "toString"', '500ms, 1.5s, 2m or 1h'],
    ['1m30s', '"1m30s" has more than one unit', '90s'],
    ['0.5us', '"0.5us" is not a whole number of microseconds', '500ms, 1.5s, 2m or 1h'],
    ['-1s', 'a duration cannot be negative', '500ms, 1.5s, 2m or 1h'],
    ['', '"" is not a duration', '500ms, 1.5s, 2m or 1h'],
    ['soon', '"soon" is not a duration', '500ms, 1.5s, 2m or 1h'],
    ['1e3s', '"1e3s" is not a duration', '500ms, 1.5s, 2m or 1h'],
    ['.5s', '".5s" is not a duration', '500ms, 1.5s, 2m or 1h'],
    ['9007199254740992us', '"9007199254740992us" is too large', 'at most 9007199254740991 microseconds'],
    ['9999999999999999999999999h', '"9999999999999999999999999h" is too large', 'at most 9007199254740991 microseconds'],
  ]);
  writes(formatDuration, [
    [0, '0s'],
    [10, '10us'],
    [999, '999us'],
    [1_500, '1.5ms'],
    [500_000, '500ms'],
    [90_000_000, '90s'],
    [2_010_000, '2.01s'],
    [66_400_123, '66.400123s'],
    [7_200_000_000, '2h'],
  ]);
  it('reads back every duration that it writes', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (us) => {
        expect(parseDuration(formatDuration(us))).toEqual({ ok: true, value: us });
      }),
    );
  });
});

describe('sizes', () => {
  reads(parseBytes, [
    ['128b', 128],
    ['1kb', 1024],
    ['1mb', 1_048_576],
    ['1gb', 1_073_741_824],
    ['1k', 1_000],
    ['1m', 1_000_000],
    ['1g', 1_000_000_000],
    ['1.5mb', 1_572_864],
    ['0.5kb', 512],
    ['12416kb', 12_713_984],
    ['16MB', 16_777_216],
    ['0b', 0],
  ]);
  refuses(parseBytes, [
    ['128', '"128" has no unit', '128b'],
    ['1MiB', '"1MiB" has an unknown unit "MiB"', '1mb'],
    ['10bytes', '"10bytes" has an unknown unit "bytes"', '10b'],
    ['0.3kb', '"0.3kb" is not a whole number of bytes', '128b, 64kb, 1mb or 2gb'],
    ['1tb', '"1tb" has an unknown unit "tb"', '128b, 64kb, 1mb or 2gb'],
    ['8388608gb', '"8388608gb" is too large', 'at most 9007199254740991 bytes'],
  ]);
  writes(formatBytes, [
    [0, '0 B'],
    [640, '640 B'],
    [1024, '1.0 KiB'],
    [13_631_488, '13.0 MiB'],
    // 1023.97 KiB: one decimal would make it 1024.0 KiB, which nobody writes.
    [1_048_550, '1.0 MiB'],
    [2_147_483_648, '2.0 GiB'],
    [Number.MAX_SAFE_INTEGER, '8192.0 TiB'],
  ]);
  writes(formatSize, [
    [0, '0b'],
    [100, '100b'],
    [1_048_576, '1mb'],
    [12_713_984, '12416kb'],
    [3_221_225_472, '3gb'],
    [1_048_577, '1048577b'],
  ]);
});

describe('bandwidths', () => {
  reads(parseBitRate, [
    ['1gbit', 125_000_000],
    ['100mbit', 12_500_000],
    ['64kbit', 8_000],
    ['2.5Gbit', 312_500_000],
    ['8bit', 1],
  ]);
  refuses(parseBitRate, [
    ['100', '"100" has no unit', '100mbit'],
    ['1gbps', '"1gbps" has an unknown unit "gbps"', '1gbit'],
    ['10mbit/s', '"10mbit/s" has an unknown unit "mbit/s"', '10mbit'],
    ['12bit', '"12bit" is not a whole number of bytes per second', '1gbit, 100mbit or 64kbit (per second)'],
    ['1gb', '"1gb" has an unknown unit "gb"', '1gbit, 100mbit or 64kbit (per second)'],
  ]);
  writes(formatBitRate, [
    [125_000_000, '1 Gbit/s'],
    [187_500, '1.5 Mbit/s'],
    [8_000, '64 kbit/s'],
    [1, '8 bit/s'],
  ]);
  reads(parseByteRate, [
    ['150mb/s', 157_286_400],
    ['1gb/s', 1_073_741_824],
    ['200m/s', 200_000_000],
  ]);
  refuses(parseByteRate, [
    ['150MB', '"150MB" does not say per what', '150mb/s'],
    ['150/s', '"150" has no unit', '150mb/s or 1gb/s'],
    ['150mb/h', '"150mb/h" is not a number of bytes per second', '150mb/s or 1gb/s'],
  ]);
});

describe('counts', () => {
  reads(parseCount, [
    ['0', 0],
    ['200', 200],
    ['50k', 50_000],
    ['1.5M', 1_500_000],
  ]);
  refuses(parseCount, [
    ['1.5', '"1.5" is not a whole number of units', '200, 50k or 1m'],
    ['5mio', '"5mio" has an unknown unit "mio"', '5m'],
    ['50 k', '"50 k" has a space before its unit', '50k'],
    ['many', '"many" is not a count', '200, 50k or 1m'],
  ]);
  writes(formatCount, [
    [0, '0'],
    [999, '999'],
    [1_000, '1 000'],
    [13_836_112, '13 836 112'],
    [-13_836_112, '-13 836 112'],
  ]);
  it('takes another separator', () => {
    expect(formatCount(13_836_112, '\u202f')).toBe('13\u202f836\u202f112');
  });
});

describe('rates', () => {
  reads(parseRate, [
    ['400/s', { count: 400, perUs: 1_000_000 }],
    ['20k/s', { count: 20_000, perUs: 1_000_000 }],
    ['10/min', { count: 10, perUs: 60_000_000 }],
    ['3/ms', { count: 3, perUs: 1_000 }],
    ['1/h', { count: 1, perUs: 3_600_000_000 }],
    ['0.5/s', { count: 1, perUs: 2_000_000 }],
    ['2.5/s', { count: 5, perUs: 2_000_000 }],
    ['1.5k / s', { count: 1_500, perUs: 1_000_000 }],
  ]);
  refuses(parseRate, [
    ['400', '"400" does not say per what', '400/s'],
    ['10/m', '"10/m" has an unknown period "m"', '10/min'],
    ['10/day', '"10/day" has an unknown period "day"', '400/s, 20k/s or 10/min'],
    ['0/s', '"0/s" never happens', '400/s, 20k/s or 10/min'],
    ['often', '"often" is not a rate', '400/s, 20k/s or 10/min'],
    ['0.0000000000000001/h', '"0.0000000000000001/h" is too large or too fine', '400/s, 20k/s or 10/min'],
  ]);
  writes(formatRate, [
    [{ count: 400, perUs: 1_000_000 }, '400/s'],
    [{ count: 10, perUs: 60_000_000 }, '10/min'],
    [{ count: 1, perUs: 2_000_000 }, '0.5/s'],
    [{ count: 1, perUs: 120_000_000 }, '0.5/min'],
    [{ count: 1, perUs: 7 }, '1 in 7us'],
  ]);
});

describe('times for people', () => {
  writes(formatInstant, [
    [0, '0.00s'],
    [20_000, '0.02s'],
    [5_300_000, '5.3s'],
    [66_449_999, '66.4s'],
    [66_450_000, '66.5s'],
    [105_000_000, '105.0s'],
  ]);
  writes(formatSpan, [
    [300, '300 µs'],
    [12_500, '12.5 ms'],
    [500_000, '500 ms'],
    // 999.95 ms would be written as 1000 ms.
    [999_950, '1 s'],
    [66_400_000, '66.4 s'],
    [180_000_000, '180 s'],
    [1_800_000_000, '30 min'],
    [7_500_000_000, '2 h 05 min'],
    [7_199_999_999, '2 h 00 min'],
  ]);
});

describe('the author’s mistake', () => {
  it('is a value, whatever the text is', () => {
    const parsers = [parseDuration, parseBytes, parseBitRate, parseByteRate, parseCount, parseRate];
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^-?\d*\.?\d* ?[a-z/]*$/)), (text) => {
        for (const parse of parsers) {
          const result = parse(text);
          if (!result.ok) expect(result.problem).not.toBe('');
        }
      }),
    );
  });
  it('comes with a suggestion that is right, whenever it is a single value', () => {
    for (const text of ['90', '5sec', '5 s', '1m30s', '7µs', '2 minutes']) {
      const result = parseDuration(text);
      expect(result.ok ? undefined : parseDuration(result.suggestion)).toMatchObject({ ok: true });
    }
  });
});
