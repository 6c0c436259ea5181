/**
 * Data sets with the size of the file that a real redis-server 7.2.6 (libc, 64 bit) wrote for them with SAVE, without
 * replication. Each was built by one SET, RPUSH, HSET, SADD or ZADD an item, in this order.
 */
import { synthetic } from '../../../src/redis/protocol/make.ts';
import { hash, list, number, range, set, string, strings, word, zset } from './data.ts';
import type { Fill } from './data.ts';

export interface MeasuredCase {
  readonly name: string;
  readonly fills: readonly Fill[];
  readonly config?: Readonly<Record<string, string>>;
  /** Bytes of dump.rdb. */
  readonly measured: number;
}

const UNCOMPRESSED = { rdbcompression: 'no' };
const INTEGERS = [
  '0', '-0', '127', '128', '-128', '-129', '32767', '32768', '2147483647', '2147483648', '-2147483648', '-2147483649',
  '12345678901', '007', '+1', '9223372036854775807',
];
const SCORES = [1, 2.5, -1e21, 0.1, 1e-7, 1 / 3, 2 ** 52, 1e17, 123_456_789_012, -0.000123, 1e22, 5e-324, Number.MAX_VALUE, 12_345_678.9, 0, 100];

export const MEASURED: readonly MeasuredCase[] = [
  { name: 'nothing', fills: [], measured: 88 },
  { name: 'a=b', fills: [string('a', 'b')], measured: 98 },
  { name: 'a key with an expiry', fills: [string('a', 'b', 0, 4_000_000_000_000)], measured: 107 },
  {
    name: 'keys in three databases, some with an expiry',
    fills: [string('a', 'b', 0, 4_000_000_000_000), string('c', 'd'), string('e', 'f', 7, 4_000_000_000_000), string('g', 'h', 15)],
    measured: 141,
  },
  { name: 'values around the limits of integers', fills: [strings(INTEGERS.length, (i) => `k${i}`, (i) => INTEGERS[i]!)], measured: 258 },
  { name: 'keys and values that are integers', fills: [strings(300, (i) => String(i * 37), (i) => String(i * 1_000_003))], measured: 2787 },
  { name: '63 keys', fills: [strings(63, (i) => `k${i}`, () => 'v')], measured: 524 },
  { name: '64 keys', fills: [strings(64, (i) => `k${i}`, () => 'v')], measured: 532 },
  { name: '20000 keys', fills: [strings(20_000, (i) => `k${i}`, () => 'v')], measured: 188987 },
  { name: 'words of up to 60 letters', fills: [strings(800, (i) => `key:${i}`, (i) => word(i, number(i, 60), 1 + number(i, 26)))], measured: 31557 },
  { name: 'repeated syllables', fills: [strings(300, (i) => `key:${i}`, (i) => word(i, 1 + number(i, 4)).repeat(1 + number(i, 60)))], measured: 6843 },
  { name: 'lengths around 20, one letter', fills: [strings(30, (i) => `key:${i}`, (i) => 'a'.repeat(10 + i))], measured: 723 },
  { name: 'texts of 20 to 50 kB', fills: [strings(6, (i) => `key:${i}`, (i) => word(i, 20_000 + number(i, 30_000), 2 + i))], measured: 91728 },
  { name: 'long keys that compress', fills: [strings(500, (i) => `application:application:session:${i}`, () => 'v')], measured: 16994 },
  { name: 'words, uncompressed', fills: [strings(300, (i) => `key:${i}`, (i) => word(i, number(i, 400), 3))], config: UNCOMPRESSED, measured: 59819 },
  { name: 'synthetic values', fills: [strings(500, (i) => `user:${i}`, (i) => synthetic(i, number(i, 600)))], measured: 160360 },
  { name: 'a synthetic value of a megabyte', fills: [string('big', synthetic(1, 1_000_000))], measured: 1000103 },
  { name: 'an LRU policy', fills: [strings(100, (i) => `k${i}`, () => 'v')], config: { 'maxmemory-policy': 'allkeys-lru' }, measured: 984 },
  { name: 'an LFU policy', fills: [strings(100, (i) => `k${i}`, () => 'v')], config: { 'maxmemory-policy': 'volatile-lfu' }, measured: 984 },
  { name: 'a policy by time', fills: [strings(100, (i) => `k${i}`, () => 'v')], config: { 'maxmemory-policy': 'volatile-ttl' }, measured: 784 },

  { name: 'a hash of one field', fills: [hash(['f', 'v'])], measured: 113 },
  { name: 'a hash of 512 fields', fills: [hash(...range(512, (i) => [`field${i}`, String(number(i, 100_000) * (i % 2 === 0 ? -77 : 1))] as const))], measured: 4563 },
  { name: 'a hash of 513 fields', fills: [hash(...range(513, (i) => [`field${i}`, String(number(i, 100_000))] as const))], measured: 6816 },
  { name: 'a hash with a value of 64 bytes', fills: [hash(['f', word(1, 64)], ['g', 'h'])], measured: 184 },
  { name: 'a hash with a value of 65 bytes', fills: [hash(['f', 'x'.repeat(65)], ['g', 'h'])], measured: 119 },
  { name: 'a hash of words', fills: [hash(...range(400, (i) => [word(i, 3 + number(i, 60), 20), word(i + 1, number(i, 64), 3)] as const))], measured: 22446 },
  { name: 'a hash of words, uncompressed', fills: [hash(...range(100, (i) => [`f${i}`, word(i, number(i, 64), 3)] as const))], config: UNCOMPRESSED, measured: 3726 },
  { name: 'a hash of synthetic values', fills: [hash(...range(200, (i) => [`f${i}`, synthetic(i, 1 + number(i, 60))] as const))], measured: 8268 },
  {
    name: 'a hash of integers of all widths',
    fills: [hash(...range(64, (i) => [`+${i}`, String(((1n << BigInt(i)) - (i % 3 === 0 ? 1n : 0n)) * (i % 2 === 0 ? 1n : -1n))] as const))],
    measured: 649,
  },
  { name: 'a hash with smaller limits', fills: [hash(['f', 'v'], ['g', 'w'], ['h', 'x'])], config: { 'hash-max-ziplist-entries': '2' }, measured: 112 },

  { name: 'a set of three integers', fills: [set('3', '1', '2')], measured: 113 },
  { name: 'a set of 512 integers of 16 bits', fills: [set(...range(512, (i) => String(i * 61)))], measured: 1132 },
  { name: 'a set of 513 integers', fills: [set(...range(513, String))], measured: 1511 },
  { name: 'a set of integers of 32 bits', fills: [set(...range(300, (i) => String(number(i, 2 ** 31 - 1))))], measured: 1308 },
  { name: 'a set with an integer of 64 bits', fills: [set('1', '9223372036854775807', '-5')], measured: 125 },
  { name: 'a set of integers and words', fills: [set('30', '10', '20', 'abc', '5', '99999999999')], measured: 129 },
  { name: 'a set of 128 words', fills: [set(...range(128, (i) => word(i, 10)))], measured: 1640 },
  { name: 'a set of 129 words', fills: [set(...range(129, (i) => word(i, 10)))], measured: 1519 },
  { name: 'a set of 127 integers, then a word', fills: [set(...range(127, (i) => String(i * 7)), 'x')], measured: 472 },
  { name: 'a set of 128 integers, then a word', fills: [set(...range(128, (i) => String(i * 7)), 'x')], measured: 467 },
  { name: 'a set with a member of 65 bytes', fills: [set('a', word(1, 65))], measured: 168 },

  { name: 'a sorted set of all kinds of scores', fills: [zset(...SCORES.map((score, i) => [`m${i}`, score] as const))], measured: 310 },
  { name: 'a sorted set of 128 members', fills: [zset(...range(128, (i) => [`m${i}`, number(i, 1000)] as const))], measured: 1050 },
  { name: 'a sorted set of 129 members', fills: [zset(...range(129, (i) => [`m${i}`, number(i, 1000) / 8] as const))], measured: 1668 },
  { name: 'a sorted set of equal scores', fills: [zset(...range(50, (i) => [word(i, 5), 1] as const))], measured: 482 },
  { name: 'a sorted set with a member of 65 bytes', fills: [zset([word(1, 65), 1])], measured: 175 },

  { name: 'a list of one item', fills: [list('a')], measured: 112 },
  { name: 'a list of 100 words', fills: [list(...range(100, (i) => word(i, number(i, 40))))], measured: 2278 },
  { name: 'a list of 3000 words', fills: [list(...range(3000, (i) => word(i, 1 + number(i, 40), 1 + number(i, 26))))], measured: 58545 },
  { name: 'a list of 2000 integers', fills: [list(...range(2000, (i) => String(i * 12_345)))], measured: 10375 },
  { name: 'a list of items of up to 9 kB', fills: [list(...range(20, (i) => word(i, number(i, 9000), 5)))], measured: 43593 },
  { name: 'a list of synthetic items', fills: [list(...range(300, (i) => synthetic(i, number(i, 300))))], measured: 49601 },
  { name: 'a list of items of 100 bytes, uncompressed', fills: [list(...range(300, (i) => word(i, 100)))], config: UNCOMPRESSED, measured: 31040 },
  { name: 'a list of ten items a node', fills: [list(...range(305, (i) => word(i, 5)))], config: { 'list-max-listpack-size': '10' }, measured: 2544 },
  { name: 'a list of 4 kB a node', fills: [list(...range(2000, (i) => word(i, 9)))], config: { 'list-max-listpack-size': '-1' }, measured: 21410 },
  { name: 'a list with compressed inner nodes', fills: [list(...range(2000, (i) => word(i, 9, 2)))], config: { 'list-compress-depth': '1' }, measured: 11844 },
  {
    name: 'a list with compressed inner nodes, uncompressed file',
    fills: [list(...range(300, (i) => word(i, 9, 2)))],
    config: { ...UNCOMPRESSED, 'list-max-listpack-size': '10', 'list-compress-depth': '2' },
    measured: 2742,
  },
  {
    name: 'a list of items around the limits of lengths',
    fills: [list(...[62, 63, 64, 65, 124, 125, 126, 127, 128, 4092, 4093, 4094, 4095, 4096, 16_375, 16_376, 16_377, 16_378, 16_379].map((n) => word(n, n)))],
    config: { ...UNCOMPRESSED, 'list-max-listpack-size': '-5' },
    measured: 103453,
  },
  {
    name: 'a list of integers around the limits of widths',
    fills: [list(...[7, 8, 12, 13, 15, 16, 23, 24, 31, 32, 63].flatMap((bits) => [-1n, 0n].flatMap((step) => [1n, -1n].map((sign) => String(((1n << BigInt(bits)) + step) * sign)))))],
    config: UNCOMPRESSED,
    measured: 363,
  },
  { name: 'a list of ten long items a node', fills: [list(...range(100, (i) => word(i, 1200)))], config: { ...UNCOMPRESSED, 'list-max-listpack-size': '10' }, measured: 120670 },
  {
    name: 'a list with inner nodes that are hardly worth compressing',
    fills: [list(...range(400, (i) => word(i, 1 + number(i, 40), 3)))],
    config: { ...UNCOMPRESSED, 'list-max-listpack-size': '3', 'list-compress-depth': '1' },
    measured: 9406,
  },
];
