import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLanes, equalDigests, hashBytes } from '../../../src/redis/dataset/digest.ts';
import {
  copyEntry, createKeyspace, databaseSize, digestLow, digestOf, emptyDatabase, emptyKeyspace, emptySnapshot, expiryDigestOf, findEntry,
  forEachEntry, forEachEntryFrom, keyCount, loadSnapshot, moveEntry, nextExpiryMs, randomEntry, removeKey, setExpiry, setString, shareWith,
  swapDatabases, takeSnapshot, volatileSize, type Keyspace, type Snapshot,
} from '../../../src/redis/dataset/keyspace.ts';
import { synthetic } from '../../../src/redis/protocol/make.ts';
import { keyspaceOf, merged, modelOf, sorted, storePlain, type Model, type PlainEntry } from './model.ts';

function keysOf(data: Keyspace | Snapshot, db = 0): string[] {
  const keys: string[] = [];
  forEachEntry(data, db, (entry) => keys.push(entry.key));
  return keys;
}

describe('held against a naive model', () => {
  /** Two nodes that take snapshots and load each other's; what happens to one must never show in the other. */
  interface World {
    readonly nodes: { readonly keyspace: Keyspace; model: Map<string, PlainEntry> }[];
    readonly snapshots: { readonly snapshot: Snapshot; readonly model: Model }[];
  }
  type Step = (world: World) => void;

  const item = fc.constantFrom('', 'a', 'b', 'c', '10');
  const expireMs = fc.option(fc.integer({ min: 0, max: 50 }), { nil: null, freq: 2 });
  const plain: fc.Arbitrary<PlainEntry> = fc.oneof(
    fc.record({ type: fc.constant('string' as const), value: item, expireMs }),
    fc.record({ type: fc.constant('list' as const), value: fc.array(item, { minLength: 1, maxLength: 3 }), expireMs }),
    fc.record({ type: fc.constant('hash' as const), value: fc.dictionary(item, item, { minKeys: 1, maxKeys: 3 }), expireMs }),
    fc.record({ type: fc.constant('set' as const), value: fc.uniqueArray(item, { minLength: 1, maxLength: 3 }).map((members) => members.sort()), expireMs }),
    fc.record({ type: fc.constant('zset' as const), value: fc.dictionary(item, fc.integer({ min: -3, max: 3 }), { minKeys: 1, maxKeys: 3 }), expireMs }),
  );
  const node = fc.integer({ min: 0, max: 1 });
  const db = fc.integer({ min: 0, max: 2 });
  const key = fc.integer({ min: 0, max: 40 }).map((n) => `key${n}`);

  const store: fc.Arbitrary<Step> = fc.tuple(node, db, key, plain).map(([n, d, k, value]) => ({ nodes }) => {
    const { keyspace, model } = nodes[n]!;
    storePlain(keyspace, d, k, value, findEntry(keyspace, d, k));
    model.set(`${d} ${k}`, merged(model.get(`${d} ${k}`), value));
  });
  const storeMany: fc.Arbitrary<Step> = fc.tuple(node, db, fc.integer({ min: 1, max: 300 }), plain).map(([n, d, count, value]) => ({ nodes }) => {
    const { keyspace, model } = nodes[n]!;
    for (let i = 0; i < count; i++) {
      storePlain(keyspace, d, `many${i}`, value, findEntry(keyspace, d, `many${i}`));
      model.set(`${d} many${i}`, merged(model.get(`${d} many${i}`), value));
    }
  });
  const remove: fc.Arbitrary<Step> = fc.tuple(node, db, key).map(([n, d, k]) => ({ nodes }) => {
    const { keyspace, model } = nodes[n]!;
    expect(removeKey(keyspace, d, k)).toBe(model.delete(`${d} ${k}`));
  });
  const removeMany: fc.Arbitrary<Step> = fc.tuple(node, db, fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 3 })).map(([n, d, count, step]) => ({ nodes }) => {
    const { keyspace, model } = nodes[n]!;
    for (let i = 0; i < count; i += step) expect(removeKey(keyspace, d, `many${i}`)).toBe(model.delete(`${d} many${i}`));
  });
  const expire: fc.Arbitrary<Step> = fc.tuple(node, db, key, expireMs).map(([n, d, k, time]) => ({ nodes }) => {
    const { keyspace, model } = nodes[n]!;
    const entry = findEntry(keyspace, d, k);
    if (entry === undefined) return;
    setExpiry(keyspace, d, entry, time);
    model.set(`${d} ${k}`, { ...model.get(`${d} ${k}`)!, expireMs: time });
  });
  const copyOrMove: fc.Arbitrary<Step> = fc.tuple(node, db, key, db, key, fc.boolean()).map(([n, d, k, d2, k2, move]) => ({ nodes }) => {
    const { keyspace, model } = nodes[n]!;
    const entry = findEntry(keyspace, d, k);
    if (entry === undefined || (d === d2 && k === k2)) return;
    model.set(`${d2} ${k2}`, model.get(`${d} ${k}`)!);
    if (!move) return copyEntry(keyspace, d2, k2, entry);
    moveEntry(keyspace, d, entry, d2, k2);
    model.delete(`${d} ${k}`);
  });
  const swap: fc.Arbitrary<Step> = fc.tuple(node, db, db).map(([n, a, b]) => (world) => {
    const side = world.nodes[n]!;
    swapDatabases(side.keyspace, a, b);
    const target = (d: number): number => (d === a ? b : d === b ? a : d);
    side.model = new Map([...side.model].map(([name, value]) => [name.replace(/^\d+/, (d) => String(target(Number(d)))), value]));
  });
  const empty: fc.Arbitrary<Step> = fc.tuple(node, fc.option(db)).map(([n, d]) => ({ nodes }) => {
    const { keyspace, model } = nodes[n]!;
    const gone = [...model.keys()].filter((name) => d === null || name.startsWith(`${d} `));
    expect(d === null ? emptyKeyspace(keyspace) : emptyDatabase(keyspace, d)).toBe(gone.length);
    for (const name of gone) model.delete(name);
  });
  const snapshot: fc.Arbitrary<Step> = node.map((n) => ({ nodes, snapshots }) => {
    const { keyspace, model } = nodes[n]!;
    snapshots.push({ snapshot: takeSnapshot(keyspace), model: sorted(model) });
  });
  const load: fc.Arbitrary<Step> = fc.tuple(node, fc.nat()).map(([n, which]) => ({ nodes, snapshots }) => {
    if (snapshots.length === 0) return;
    const chosen = snapshots[which % snapshots.length]!;
    loadSnapshot(nodes[n]!.keyspace, chosen.snapshot);
    nodes[n]!.model = new Map(chosen.model);
  });
  /** What a replica does with a write of its master: stores the very entry, in whatever it holds. */
  const replicate: fc.Arbitrary<Step> = fc.tuple(node, db, key, item, expireMs).map(([n, d, k, value, time]) => ({ nodes }) => {
    const [master, replica] = [nodes[n]!, nodes[1 - n]!];
    const entry = setString(master.keyspace, d, k, value, time);
    expect(setString(replica.keyspace, d, k, value, time, entry)).toBe(entry);
    for (const { model } of nodes) model.set(`${d} ${k}`, { type: 'string', value, expireMs: time });
  });
  const removeBoth: fc.Arbitrary<Step> = fc.tuple(db, key).map(([d, k]) => ({ nodes }) => {
    for (const { keyspace, model } of nodes) expect(removeKey(keyspace, d, k)).toBe(model.delete(`${d} ${k}`));
  });
  const share: fc.Arbitrary<Step> = fc.tuple(node, fc.constantFrom(0, 1000)).map(([n, others]) => ({ nodes }) => shareWith(nodes[n]!.keyspace, others));
  const steps = fc.array(
    fc.oneof({ weight: 12, arbitrary: store }, { weight: 12, arbitrary: replicate }, { weight: 4, arbitrary: removeBoth }, { weight: 2, arbitrary: share }, { weight: 1, arbitrary: storeMany }, { weight: 4, arbitrary: remove }, { weight: 1, arbitrary: removeMany },
      { weight: 3, arbitrary: expire }, { weight: 3, arbitrary: copyOrMove }, { weight: 1, arbitrary: swap }, { weight: 1, arbitrary: empty },
      { weight: 3, arbitrary: snapshot }, { weight: 2, arbitrary: load }),
    { maxLength: 120, size: 'max' },
  );

  function checkCounts(keyspace: Keyspace, model: Model): void {
    const entries = [...model];
    expect(keyCount(keyspace)).toBe(entries.length);
    for (const d of [0, 1, 2]) {
      const own = entries.filter(([name]) => name.startsWith(`${d} `));
      expect(databaseSize(keyspace, d)).toBe(own.length);
      expect(volatileSize(keyspace, d)).toBe(own.filter(([, { expireMs: time }]) => time !== null).length);
    }
    expect(nextExpiryMs(keyspace)).toBe(Math.min(Infinity, ...entries.flatMap(([, { expireMs: time }]) => (time === null ? [] : [time]))));
  }

  test('nodes and snapshots hold what they should, whoever changed what they share', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const world: World = { nodes: [0, 1].map(() => ({ keyspace: createKeyspace(), model: new Map() })), snapshots: [] };
        for (const step of sequence) {
          step(world);
          for (const { keyspace, model } of world.nodes) checkCounts(keyspace, model);
        }
        for (const { keyspace, model } of world.nodes) {
          expect(modelOf(keyspace)).toEqual(sorted(model));
          // However the data came about, their digest is that of the same data built afresh.
          const fresh = keyspaceOf(sorted(model));
          expect(digestOf(keyspace)).toEqual(digestOf(fresh));
          expect(expiryDigestOf(keyspace)).toEqual(expiryDigestOf(fresh));
          expect(keysOf(keyspace)).toEqual(keysOf(fresh));
        }
        for (const { snapshot: taken, model } of world.snapshots) {
          expect(modelOf(taken)).toEqual(model);
          expect(taken.keys).toBe(model.size);
          expect(taken.digest).toEqual(digestOf(keyspaceOf(model)));
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the digest', () => {
  const EMPTY = { low: 0, high: 0 };

  /** A keyspace and its digest after some changes. */
  function digest(...changes: ((keyspace: Keyspace) => unknown)[]): { low: number; high: number } {
    const keyspace = createKeyspace();
    for (const change of changes) change(keyspace);
    expect(digestLow(keyspace)).toBe(digestOf(keyspace).low);
    return digestOf(keyspace);
  }
  const set = (key: string, value: string, expireMs: number | null = null, db = 0) => (keyspace: Keyspace) => setString(keyspace, db, key, value, expireMs);
  const remove = (key: string) => (keyspace: Keyspace) => removeKey(keyspace, 0, key);
  const swap = (keyspace: Keyspace): void => swapDatabases(keyspace, 0, 1);

  test('of nothing is zero, also after there was something', () => {
    expect(digest()).toEqual(EMPTY);
    expect(emptySnapshot().digest).toEqual(EMPTY);
    expect(digest(set('a', '1'), set('b', '2'), remove('a'), remove('b'))).toEqual(EMPTY);
    expect(digest(set('a', '1'), emptyKeyspace)).toEqual(EMPTY);
  });

  test.each([
    ['order', digest(set('a', '1'), set('b', '2')), digest(set('b', '2'), set('a', '1'))],
    ['what was overwritten', digest(set('a', '0'), set('a', '1')), digest(set('a', '1'))],
    ['expiry', digest(set('a', '1', 5)), digest(set('a', '1'))],
    ['a swap and back', digest(set('a', '1'), swap, swap), digest(set('a', '1'))],
    ['where it was set, after a swap', digest(set('a', '1'), swap), digest(set('a', '1', null, 1))],
  ])('does not depend on %s', (_, a, b) => {
    expect(a).toEqual(b);
  });

  test('differs in both lanes for everything that is different data', () => {
    const different = [
      digest(), digest(set('a', '1')), digest(set('a', '2')), digest(set('b', '1')), digest(set('1', 'a')), digest(set('', '')),
      digest(set('a', '1', null, 1)), digest(set('a', '1'), set('b', '1')), digest(set('ab', '1')), digest(set('a', 'b1')),
      digest(set('a', '\0')), digest(set('a', '\0\0')), digest(set('a', '')),
      digest((keyspace) => storePlain(keyspace, 0, 'a', { type: 'list', value: ['1'], expireMs: null })),
      digest((keyspace) => storePlain(keyspace, 0, 'a', { type: 'set', value: ['1'], expireMs: null })),
      digest((keyspace) => storePlain(keyspace, 0, 'a', { type: 'hash', value: { 1: '' }, expireMs: null })),
      digest((keyspace) => storePlain(keyspace, 0, 'a', { type: 'zset', value: { 1: 0 }, expireMs: null })),
      digest((keyspace) => storePlain(keyspace, 0, 'a', { type: 'list', value: ['1', '2'], expireMs: null })),
      digest((keyspace) => storePlain(keyspace, 0, 'a', { type: 'list', value: ['2', '1'], expireMs: null })),
      digest((keyspace) => setString(keyspace, 0, 'a', synthetic(1, 2), null)),
      digest((keyspace) => setString(keyspace, 0, 'a', synthetic(2, 1), null)),
    ];
    expect(new Set(different.map(({ low }) => low)).size).toBe(different.length);
    expect(new Set(different.map(({ high }) => high)).size).toBe(different.length);
  });

  test('is as good as random: among 50 000 small data sets no two are alike', () => {
    const seen = new Set<number>();
    const keyspace = createKeyspace();
    for (let i = 0; i < 50_000; i++) {
      setString(keyspace, 0, `k${i % 1_000}`, String(i), null);
      const { low, high } = digestOf(keyspace);
      seen.add(low * 2 ** 21 + (high >>> 11));
    }
    expect(seen.size).toBe(50_000);
  });

  test('of expiry times is a digest of its own', () => {
    const expiries = (expireMs: number | null) => {
      const keyspace = createKeyspace();
      setString(keyspace, 0, 'a', '1', expireMs);
      return expiryDigestOf(keyspace);
    };
    expect(equalDigests(expiries(5), expiries(5))).toBe(true);
    expect(equalDigests(expiries(5), expiries(6))).toBe(false);
    expect(expiries(null)).toEqual(EMPTY);
  });
});

describe('a snapshot', () => {
  test('is opened and loaded without looking at a key, and shares what nobody changes', () => {
    const master = createKeyspace();
    for (let i = 0; i < 100_000; i++) setString(master, 0, `user:${i}`, 'v', null);
    const replica = createKeyspace();
    const snapshot = takeSnapshot(master);
    loadSnapshot(replica, snapshot);
    expect(replica.databases[0]!.root).toBe(master.databases[0]!.root);
    setString(replica, 0, 'user:1', 'w', null);
    removeKey(master, 0, 'user:2');
    expect(findEntry(replica, 0, 'user:3')).toBe(findEntry(master, 0, 'user:3'));
    expect(findEntry(master, 0, 'user:1')?.value).toBe('v');
    expect(findEntry(replica, 0, 'user:2')?.value).toBe('v');
    expect(snapshot.keys).toBe(100_000);
    expect(databaseSize(master, 0)).toBe(99_999);
  });

  test('counts keys and keys with an expiry by database', () => {
    const keyspace = createKeyspace();
    setString(keyspace, 0, 'a', '1', null);
    setString(keyspace, 0, 'b', '1', 5);
    setString(keyspace, 7, 'c', '1', 5);
    const { databases, keys } = takeSnapshot(keyspace);
    expect(keys).toBe(3);
    expect(databases.map(({ keys: count, volatileKeys }) => `${count}/${volatileKeys}`).filter((counts) => counts !== '0/0')).toEqual(['2/1', '1/1']);
  });
});

describe('a keyspace that is shared with many', () => {
  test('is one tree for all who apply its writes; who wrote something itself has one of its own', () => {
    const master = createKeyspace();
    shareWith(master, 1000);
    const [faithful, stray] = [createKeyspace(), createKeyspace()];
    const rootOf = ({ databases }: Keyspace): unknown => databases[0]!.root;
    const write = (key: string, value: string): void => {
      const entry = setString(master, 0, key, value, null);
      for (const replica of [faithful, stray]) setString(replica, 0, key, value, null, entry);
    };
    write('a', '1');
    write('b', '2');
    expect([rootOf(faithful), rootOf(stray)]).toEqual([rootOf(master), rootOf(master)]);
    expect(rootOf(stray)).toBe(rootOf(master));
    setString(stray, 0, 'own', '3', null);
    write('a', '4');
    for (const keyspace of [master, faithful, stray]) removeKey(keyspace, 0, 'b');
    expect(rootOf(faithful)).toBe(rootOf(master));
    expect(digestOf(faithful)).toEqual(digestOf(master));
    expect(keysOf(stray).sort()).toEqual(['a', 'own']);
    expect(keysOf(faithful)).toEqual(['a']);
  });

  test('forgets its steps: who lags by thousands of writes goes its own way, to the same data', () => {
    const [master, late] = [createKeyspace(), createKeyspace()];
    shareWith(master, 1000);
    const entries = Array.from({ length: 3000 }, (_, i) => setString(master, 0, `k${i % 100}`, String(i), null));
    for (const entry of entries) setString(late, 0, entry.key, entry.value as string, null, entry);
    expect(late.databases[0]!.root).not.toBe(master.databases[0]!.root);
    expect(digestOf(late)).toEqual(digestOf(master));
    expect(entries.filter(({ step }) => step !== null).length).toBe(1024);
  });
});

describe('keys whose hashes are equal', () => {
  /** Of these 200 000 keys some pairs share all 32 bits that decide the place. */
  function collidingKeys(): string[] {
    const byHash = new Map<number, string>();
    const hash = createLanes();
    const pairs: string[] = [];
    for (let i = 0; i < 200_000; i++) {
      const key = `user:${i}`;
      hashBytes(hash, key);
      const other = byHash.get(hash.low);
      if (other !== undefined) pairs.push(other, key);
      byHash.set(hash.low, key);
    }
    return pairs;
  }

  test('are told apart, also where thousands of others are near', () => {
    const pairs = collidingKeys();
    expect(pairs.length).toBeGreaterThan(2);
    const keyspace = createKeyspace();
    for (const key of pairs) setString(keyspace, 0, key, `value of ${key}`, null);
    for (let i = 0; i < 5_000; i++) setString(keyspace, 0, `other${i}`, '', null);
    for (const key of pairs) expect(findEntry(keyspace, 0, key)?.value).toBe(`value of ${key}`);
    for (const key of pairs.filter((_, i) => i % 2 === 0)) expect(removeKey(keyspace, 0, key)).toBe(true);
    for (const [i, key] of pairs.entries()) expect(findEntry(keyspace, 0, key)?.value).toBe(i % 2 === 0 ? undefined : `value of ${key}`);
    expect(databaseSize(keyspace, 0)).toBe(5_000 + pairs.length / 2);
  });

  test('come in the order of their names', () => {
    const [a, b] = collidingKeys() as [string, string];
    const order = (...keys: string[]): string[] => {
      const keyspace = createKeyspace();
      for (const key of keys) setString(keyspace, 0, key, '', null);
      return keysOf(keyspace);
    };
    expect(order(a, b)).toEqual(order(b, a));
  });
});

describe('the order of entries', () => {
  test('is that of their hashes, and can be taken up at any of them', () => {
    const keyspace = createKeyspace();
    for (let i = 0; i < 3_000; i++) setString(keyspace, 0, `k${i}`, '', null);
    const hashes: number[] = [];
    forEachEntry(keyspace, 0, ({ hash }) => hashes.push(hash >>> 0));
    expect(hashes).toEqual([...hashes].sort((a, b) => a - b));
    for (const at of [0, 1, 1_500, 2_999]) {
      const rest: number[] = [];
      forEachEntryFrom(keyspace, 0, hashes[at]!, ({ hash }) => rest.push(hash >>> 0) < 10);
      expect(rest).toEqual(hashes.slice(at, at + 10));
    }
  });

  test('counts: a random draw reaches the first, the last and each in between', () => {
    const keyspace = createKeyspace();
    for (let i = 0; i < 500; i++) setString(keyspace, 0, `k${i}`, '', null);
    const drawn = Array.from({ length: 500 }, (_, n) => randomEntry(keyspace, 0, { below: () => n, hex: () => '' })?.key);
    expect(drawn).toEqual(keysOf(keyspace));
    expect(randomEntry(keyspace, 1, { below: () => 0, hex: () => '' })).toBeUndefined();
  });
});
