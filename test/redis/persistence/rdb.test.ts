import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { encodeRdb, rdbImage } from '../../../src/redis/persistence/rdb.ts';
import type { ReplicationInfo } from '../../../src/redis/persistence/rdb.ts';
import { redis72 } from '../../../src/redis/profiles/redis-7.2.ts';
import { findProfile, type Profile } from '../../../src/redis/profiles/index.ts';
import { MEASURED } from './cases.ts';
import { configWith, hash, list, set, snapshotOf, string, strings, writeMany, zset } from './data.ts';
import type { Fill } from './data.ts';

const REPLID = '8f3c0d1e2b4a59687766554433221100ffeeddcc';
const firstSync: ReplicationInfo = { replid: REPLID, offset: 0, streamDb: 0 };

function profileOf(version: string): Profile {
  const found = findProfile(version);
  if (!found.ok) throw new Error(version);
  return found.profile;
}

function sizeOf(fills: readonly Fill[], replication: ReplicationInfo | null = firstSync, profile: Profile = redis72): number {
  return rdbImage(snapshotOf(...fills), profile, configWith({ rdbcompression: 'no' }), replication).size;
}

describe('the size of an RDB file', () => {
  it.each(MEASURED)('is that of a real 7.2.6: $name', ({ fills, config, measured }) => {
    const image = rdbImage(snapshotOf(...fills), redis72, configWith(config), null);
    expect(image.size).toBe(measured);
  });

  // Facts: what real servers announced for a first full sync of nothing, and what the key a=b added.
  it.each<[version: string, nothing: number, key: number]>([
    ['2.6', 18, 7], ['2.8', 18, 7], ['3.2', 77, 10], ['4.0', 176, 10], ['5.0', 176, 10], ['6.0', 176, 10], ['6.2', 176, 10],
    ['7.0', 172, 10], ['7.2', 171, 10], ['7.4', 171, 10], ['8.0', 172, 10],
  ])('is, for a first full sync by %s, %i bytes without data, and %i more with one key', (version, nothing, key) => {
    const profile = profileOf(version);
    expect(sizeOf([], firstSync, profile)).toBe(nothing);
    expect(sizeOf([string('a', 'b')], firstSync, profile)).toBe(nothing + key);
  });

  // The sizes that real 7.2.6 masters announced, for the data that their recordings describe.
  it.each<[string, number, readonly Fill[], number]>([
    ['auth: five keys', 241, [writeMany('k', 5, 8)], 0],
    ['first-sync-defaults: fifty keys', 866, [writeMany('k', 50, 8)], 0],
    ['first-sync-aof-master: ten keys, offset 10', 306, [writeMany('k', 10, 8)], 10],
    ['chain-no-master-link: five keys, offset 198', 242, [writeMany('k', 5, 8)], 198],
    ['master-kill-aof: twenty keys', 446, [writeMany('k', 20, 8)], 0],
    ['hole-longer-backlog-short: sixty of a kilobyte', 60_720, [writeMany('k', 10, 8), writeMany('l', 60, 1000)], 62_223],
    ['reset-mid-rdb: three thousand of two kilobytes', 6_032_220, [writeMany('old', 10, 8), writeMany('big', 3000, 2000)], 6_104_283],
    ['slow-transfer-buffered', 2_010_067, [writeMany('big', 1000, 2000)], 0],
    ['slow-transfer-steady', 12_065_067, [writeMany('big', 6000, 2000)], 0],
    ['stock-overflow, the first', 529_067, [writeMany('k', 2000, 256)], 0],
    [
      'stock-overflow, the second',
      3_252_380,
      [writeMany('k', 2000, 256), ...Array.from({ length: 9 }, (_, i) => writeMany(`w${i}`, 300, 1000))],
      2_788_273,
    ],
    [
      'first-sync-data: strings, a list, a hash, another database',
      4026,
      [writeMany('k', 100, 32), list('a', 'b', 'c'), hash(['f', 'v']), string('three', '3', 3)],
      0,
    ],
  ])('is as recorded: %s, %i bytes', (_name, announced, fills, offset) => {
    expect(sizeOf(fills, { ...firstSync, offset })).toBe(announced);
  });

  it('counts numbers of the header by their magnitude', () => {
    const withOffset = (offset: number): number => sizeOf([], { ...firstSync, offset });
    expect([0, 127, 128, 32_767, 32_768, 2 ** 31 - 1, 2 ** 31].map(withOffset)).toEqual([171, 171, 172, 172, 174, 174, 180]);
  });

  it('knows that a server of more than 2 GB says so in eleven bytes', () => {
    const snapshot = snapshotOf(string('a', { seed: 1, length: 2 ** 31 }));
    const config = configWith();
    const small = rdbImage(snapshot, redis72, config, null, { usedMemory: 2 ** 31 - 1 });
    expect(rdbImage(snapshot, redis72, config, null).size).toBe(small.size + 6);
  });
});

describe('the bytes of an RDB file', () => {
  it.each(MEASURED)('are as many as counted: $name', ({ fills, config }) => {
    const image = rdbImage(snapshotOf(...fills), redis72, configWith(config), firstSync);
    expect(encodeRdb(image).length).toBe(image.size);
  });

  it('are as many as counted, whatever the data', () => {
    const text = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 80 }), fc.integer().map(String), fc.string({ maxLength: 3 }).map((s) => s.repeat(40)));
    const value = fc.oneof(text, fc.record({ seed: fc.nat(), length: fc.nat(500) }));
    const data = fc.record({
      strings: fc.array(fc.tuple(text, value), { maxLength: 30 }),
      list: fc.array(value, { maxLength: 200 }),
      hash: fc.array(fc.tuple(text, value), { minLength: 1, maxLength: 60 }),
      set: fc.uniqueArray(text, { minLength: 1, maxLength: 140 }),
      zset: fc.array(fc.tuple(text, fc.double({ noNaN: true })), { minLength: 1, maxLength: 60 }),
      config: fc.record({ rdbcompression: fc.constantFrom('yes', 'no'), 'list-max-listpack-size': fc.constantFrom('-2', '-1', '3', '0') }),
    });
    fc.assert(
      fc.property(data, ({ strings: pairs, list: items, hash: fields, set: members, zset: scores, config }) => {
        const fills = [strings(pairs.length, (i) => `s${pairs[i]![0]}`, (i) => pairs[i]![1]), hash(...fields), set(...members), zset(...scores)];
        if (items.length > 0) fills.push(list(...items));
        const image = rdbImage(snapshotOf(...fills), redis72, configWith(config), firstSync);
        expect(encodeRdb(image).length).toBe(image.size);
      }),
      { numRuns: 60 },
    );
  });

  it('begin with the format, name the server, its stream and its offset, and end with a checksum', () => {
    const image = rdbImage(snapshotOf(string('a', 'b', 2, 1_700_000_000_000)), redis72, configWith(), { replid: REPLID, offset: 300, streamDb: 2 }, {
      unixSeconds: 1_700_000_000,
      usedMemory: 1_000_000,
    });
    const text = String.fromCharCode(...encodeRdb(image));
    const field = (name: string, value: string): string => `\xfa${String.fromCharCode(name.length)}${name}${value}`;
    expect(text.slice(0, -8)).toBe(
      [
        'REDIS0011',
        field('redis-ver', '\x057.2.6'),
        field('redis-bits', '\xc0\x40'),
        field('ctime', '\xc2\x00\xf1\x53\x65'),
        field('used-mem', '\xc2\x40\x42\x0f\x00'),
        field('repl-stream-db', '\xc0\x02'),
        field('repl-id', `\x28${REPLID}`),
        field('repl-offset', '\xc1\x2c\x01'),
        field('aof-base', '\xc0\x00'),
        '\xfe\x02\xfb\x01\x01',
        '\xfc\x00\x68\xe5\xcf\x8b\x01\x00\x00\x00\x01a\x01b',
        '\xff',
      ].join(''),
    );
    // Seen to be right by a real server, which loads the file and would refuse another sum.
    expect(Buffer.from(text.slice(-8), 'latin1').toString('hex')).toMatch(/^[0-9a-f]{16}$/);
  });

  it('end with zeros when rdbchecksum is no', () => {
    const image = rdbImage(snapshotOf(string('a', 'b')), redis72, configWith({ rdbchecksum: 'no' }), null);
    expect([...encodeRdb(image).slice(-9)]).toEqual([0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});
