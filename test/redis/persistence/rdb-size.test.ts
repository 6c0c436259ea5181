/** Sizes are remembered by nodes of a tree that keyspaces share: they must be those of the bytes, whoever wrote and asked before. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyspace, findEntry, loadSnapshot, removeKey, setExpiry, sumEntries, takeSnapshot, type Keyspace } from '../../../src/redis/dataset/keyspace.ts';
import { encodeRdb, rdbImage } from '../../../src/redis/persistence/rdb.ts';
import { rdbBytes } from '../../../src/redis/persistence/rdb-values.ts';
import { redis72 } from '../../../src/redis/profiles/redis-7.2.ts';
import type { Profile } from '../../../src/redis/profiles/profile.ts';
import { storePlain, type PlainEntry } from '../dataset/model.ts';
import { configWith, word } from './data.ts';

const older: Profile = { ...redis72, values: { ...redis72.values, setListpacks: false } };
const SAVERS = [
  { profile: redis72, config: configWith() },
  { profile: redis72, config: configWith({ rdbcompression: 'no' }) },
  { profile: older, config: configWith() },
  { profile: redis72, config: configWith({ 'hash-max-listpack-entries': '1', 'zset-max-listpack-value': '2', 'set-max-intset-entries': '2', 'maxmemory-policy': 'allkeys-lfu' }) },
  { profile: redis72, config: configWith({ 'list-max-listpack-size': '2', 'list-compress-depth': '1' }) },
];

const item = fc.constantFrom('1', '300', 'a', 'member', word(1, 70), 'x'.repeat(70));
const expireMs = fc.option(fc.integer({ min: 1, max: 2 ** 41 }), { nil: null, freq: 2 });
const plain: fc.Arbitrary<PlainEntry> = fc.oneof(
  fc.record({ type: fc.constant('string' as const), value: item, expireMs }),
  fc.record({ type: fc.constant('list' as const), value: fc.array(item, { minLength: 1, maxLength: 6 }), expireMs }),
  fc.record({ type: fc.constant('hash' as const), value: fc.dictionary(item, item, { minKeys: 1, maxKeys: 3 }), expireMs }),
  fc.record({ type: fc.constant('set' as const), value: fc.uniqueArray(item, { minLength: 1, maxLength: 5 }), expireMs }),
  fc.record({ type: fc.constant('zset' as const), value: fc.dictionary(item, fc.integer(), { minKeys: 1, maxKeys: 3 }), expireMs }),
);

type Step = (keyspaces: readonly Keyspace[]) => void;
const who = fc.integer({ min: 0, max: 1 });
const key = fc.integer({ min: 0, max: 200 }).map((n) => `key:${n}`);
const store: fc.Arbitrary<Step> = fc.tuple(who, key, plain).map(([n, k, value]) => (keyspaces) => {
  storePlain(keyspaces[n]!, 0, k, value, findEntry(keyspaces[n]!, 0, k));
});
const storeMany: fc.Arbitrary<Step> = fc.tuple(who, plain).map(([n, value]) => (keyspaces) => {
  for (let i = 0; i < 200; i++) storePlain(keyspaces[n]!, 0, `key:${i}`, value, findEntry(keyspaces[n]!, 0, `key:${i}`));
});
const remove: fc.Arbitrary<Step> = fc.tuple(who, key).map(([n, k]) => (keyspaces) => void removeKey(keyspaces[n]!, 0, k));
const expire: fc.Arbitrary<Step> = fc.tuple(who, key, expireMs).map(([n, k, time]) => (keyspaces) => {
  const entry = findEntry(keyspaces[n]!, 0, k);
  if (entry !== undefined) setExpiry(keyspaces[n]!, 0, entry, time);
});
const load: fc.Arbitrary<Step> = who.map((n) => (keyspaces) => loadSnapshot(keyspaces[1 - n]!, takeSnapshot(keyspaces[n]!)));
/** Finding the size is itself a step: what it leaves behind in the nodes is under test. */
const save: fc.Arbitrary<Step> = fc.tuple(who, fc.constantFrom(...SAVERS)).map(([n, { profile, config }]) => (keyspaces) => {
  const image = rdbImage(takeSnapshot(keyspaces[n]!), profile, config, null);
  expect(encodeRdb(image).length).toBe(image.size);
});

describe('the size of an RDB file, found from what changed', () => {
  it('is that of its bytes, for keyspaces that share data and savers that differ', () => {
    const steps = fc.array(
      fc.oneof({ weight: 8, arbitrary: store }, { weight: 1, arbitrary: storeMany }, { weight: 3, arbitrary: remove }, { weight: 2, arbitrary: expire },
        { weight: 1, arbitrary: load }, { weight: 4, arbitrary: save }),
      { maxLength: 60, size: 'max' },
    );
    fc.assert(
      fc.property(steps, (sequence) => {
        const keyspaces = [createKeyspace(), createKeyspace()];
        for (const step of sequence) step(keyspaces);
      }),
      { numRuns: 60 },
    );
  });

  it('takes a look at the changed keys and their neighbours only', () => {
    const keyspace = createKeyspace();
    for (let i = 0; i < 20_000; i++) storePlain(keyspace, 0, `key:${i}`, { type: 'string', value: 'v', expireMs: null });
    const { name, of } = rdbBytes(configWith(), redis72);
    const looks = (): number => {
      let count = 0;
      const measure = { name, of: (entry: Parameters<typeof of>[0]) => (count++, of(entry)) };
      sumEntries(takeSnapshot(keyspace), 0, measure);
      return count;
    };
    expect(looks()).toBe(20_000);
    expect(looks()).toBe(0);
    storePlain(keyspace, 0, 'key:7', { type: 'string', value: 'w', expireMs: null });
    expect(looks()).toBeLessThanOrEqual(48);
  });

  it.each(SAVERS.slice(1))('is remembered apart for each way to save', ({ profile, config }) => {
    expect(rdbBytes(config, profile).name).not.toBe(rdbBytes(configWith(), redis72).name);
  });
});
