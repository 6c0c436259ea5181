/** An RDB file there and back, as each version writes it: the bytes hold what the snapshot held, and are as many as announced. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptySnapshot, type Snapshot } from '../../../src/redis/dataset/keyspace.ts';
import { encodeRdb, rdbImage, type ReplicationInfo } from '../../../src/redis/persistence/rdb.ts';
import { decodeRdb } from '../../../src/redis/persistence/rdb-decode.ts';
import { RdbFormatError } from '../../../src/redis/persistence/rdb-reader.ts';
import { profiles, type Profile } from '../../../src/redis/profiles/index.ts';
import { modelOf } from '../dataset/model.ts';
import { MEASURED } from './cases.ts';
import { configWith, hash, list, set, snapshotOf, string, strings, zset } from './data.ts';

const ALL: readonly Profile[] = [...profiles.values()];
const REPLID = '8f3c0d1e2b4a59687766554433221100ffeeddcc';
const history: ReplicationInfo = { replid: REPLID, offset: 300, streamDb: 2 };

function thereAndBack(snapshot: Snapshot, profile: Profile, directives: Readonly<Record<string, string>> = {}): void {
  const image = rdbImage(snapshot, profile, configWith(directives), history);
  const bytes = encodeRdb(image);
  expect(bytes.length, profile.name).toBe(image.size);
  const decoded = decodeRdb(bytes);
  expect(modelOf(decoded.snapshot), profile.name).toEqual(modelOf(snapshot));
  expect(decoded.version).toBe(profile.rdb.version);
}

describe('an RDB file', () => {
  it.each(MEASURED.filter(({ measured }) => measured < 100_000))('holds what was put into it, in every version: $name', ({ fills, config }) => {
    const snapshot = snapshotOf(...fills);
    for (const profile of ALL) thereAndBack(snapshot, profile, config);
  });

  it('holds what was put into it, whatever the data', () => {
    const text = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 80 }), fc.integer().map(String), fc.string({ maxLength: 3 }).map((s) => s.repeat(90)));
    const score = fc.oneof(fc.double({ noNaN: true }), fc.integer()).map((value) => value + 0);
    const data = fc.record({
      profile: fc.constantFrom(...ALL),
      strings: fc.array(fc.tuple(text, text, fc.option(fc.integer({ min: 1, max: 2 ** 42 }))), { maxLength: 30 }),
      list: fc.array(text, { minLength: 1, maxLength: 600 }),
      hash: fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 60 }),
      set: fc.uniqueArray(text, { minLength: 1, maxLength: 140 }),
      zset: fc.array(fc.tuple(text, score), { minLength: 1, maxLength: 140 }),
      config: fc.record({ rdbcompression: fc.constantFrom('yes', 'no'), rdbchecksum: fc.constantFrom('yes', 'no'), 'list-max-listpack-size': fc.constantFrom('-2', '-1', '3') }),
    });
    fc.assert(
      fc.property(data, ({ profile, strings: pairs, list: items, hash: fields, set: members, zset: scores, config }) => {
        const kept = profile.rdb.expiredKeys === 'saved';
        const fills = pairs.map(([key, value, expireMs], i) => string(`s${key}`, value, i % 16, kept ? expireMs : null));
        thereAndBack(snapshotOf(...fills, list(...items), hash(...fields), set(...members), zset(...scores)), profile, config);
      }),
      { numRuns: 120 },
    );
  });

  // A version tells what it knows: nothing, itself, or its history.
  it.each(ALL)('of $name says of itself and its history what its version says', (profile) => {
    const { fields, replication } = decodeRdb(encodeRdb(rdbImage(emptySnapshot(), profile, configWith(), history)));
    expect(fields.get(profile.rdb.versionField)).toBe(profile.rdb.header === 'none' ? undefined : profile.version);
    expect(replication).toEqual(profile.rdb.header === 'history' ? history : null);
  });

  it.each([['2.6', false], ['3.2', false], ['4.0', true], ['6.2', true], ['7.0', false]] as const)('of %s holds the remembered scripts: %s', (version, holds) => {
    const profile = ALL.find(({ name }) => name === `redis-${version}`)!;
    const script = "return redis.call('get', KEYS[1])";
    const image = rdbImage(emptySnapshot(), profile, configWith(), history, { scripts: [script] });
    expect(decodeRdb(encodeRdb(image)).scripts).toEqual(holds ? [script] : []);
    // Without a history to tell there is no stream in which an EVALSHA could come.
    expect(decodeRdb(encodeRdb(rdbImage(emptySnapshot(), profile, configWith(), null, { scripts: [script] }))).scripts).toEqual([]);
  });

  it.each([['2.8', ['0 stays'], 29], ['3.2', ['0 stays'], 91], ['4.0', ['0 gone', '0 stays'], 207]] as const)(
    'of %s keeps %j of a key that has expired and one that has not, in %i bytes', (version, keys, size) => {
      const profile = ALL.find(({ name }) => name === `redis-${version}`)!;
      const snapshot = snapshotOf(string('gone', 'x', 0, 1000), string('stays', 'y', 0, null));
      const image = rdbImage(snapshot, profile, configWith(), { ...history, offset: 0, streamDb: 0 }, { atMs: 2000 });
      expect([...modelOf(decodeRdb(encodeRdb(image)).snapshot).keys()]).toEqual(keys);
      expect(image.size).toBe(size);
    },
  );
});

describe('a damaged RDB file', () => {
  const bytes = encodeRdb(rdbImage(snapshotOf(string('a', 'b'), strings(3, (i) => `k${i}`, () => 'v'.repeat(40)), list('x', 'y')), ALL[7]!, configWith(), history));

  it('is refused wherever it is cut off', () => {
    for (let length = 0; length < bytes.length; length++) expect(() => decodeRdb(bytes.subarray(0, length)), String(length)).toThrow(RdbFormatError);
  });

  it('is refused whatever byte is another one', () => {
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] = damaged[at]! ^ 0x10;
      expect(() => decodeRdb(damaged), String(at)).toThrow(RdbFormatError);
    }
  });

  it.each([
    ['PK\x03\x04 12345', 'no RDB file begins like this, at byte 0'],
    ['REDIS0080\xff', 'RDB format version 80 is not known, at byte 5'],
    ['REDIS0011\x15\x01s', 'the value of "s" has type 21, which is not simulated, at byte 9'],
  ])('%j: %s', (text, message) => {
    expect(() => decodeRdb(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))).toThrow(message);
  });
});
