import { expect, test } from 'vitest';
import { activeExpireCycle, expireAll } from '../../../src/redis/commands/active-expire.ts';
import { createKeyspace, databaseSize, nextExpiryMs, setString, type Keyspace } from '../../../src/redis/dataset/keyspace.ts';

function keyspaceWith(...groups: { db?: number; count: number; prefix: string; expireMs: number | null }[]): Keyspace {
  const keyspace = createKeyspace();
  for (const { db = 0, count, prefix, expireMs } of groups) {
    for (let i = 0; i < count; i++) setString(keyspace, db, `${prefix}${i}`, 'v', expireMs);
  }
  return keyspace;
}

/** Runs cycles until one deletes nothing; how many keys each one deleted. */
function cycles(keyspace: Keyspace, nowMs: number, most: number): number[] {
  return Array.from({ length: most }, () => {
    let deleted = 0;
    activeExpireCycle(keyspace, nowMs, () => deleted++);
    return deleted;
  });
}

test('a key is deleted one millisecond after its time, not in it', () => {
  const keyspace = keyspaceWith({ count: 1, prefix: 'k', expireMs: 100 });
  expect(cycles(keyspace, 100, 1)).toEqual([0]);
  expect(nextExpiryMs(keyspace)).toBe(100);
  expect(cycles(keyspace, 101, 1)).toEqual([1]);
  expect(nextExpiryMs(keyspace)).toBe(Infinity);
});

test('up to 20 keys with an expiry are all looked at in one cycle, in every database', () => {
  const keyspace = keyspaceWith(
    { count: 19, prefix: 'stays', expireMs: 9_999 },
    { count: 1, prefix: 'goes', expireMs: 1 },
    { count: 1_000, prefix: 'forever', expireMs: null },
    { db: 15, count: 3, prefix: 'goes', expireMs: 1 },
  );
  expect(cycles(keyspace, 50, 2)).toEqual([4, 0]);
});

test('keys that expire together go together, up to what a cycle may take', () => {
  const keyspace = keyspaceWith({ count: 30_000, prefix: 'k', expireMs: 1 });
  expect(cycles(keyspace, 50, 3)).toEqual([25_000, 5_000, 0]);
});

test('a few expired ones among many are found as the cycle comes by, 20 keys at a time', () => {
  const keyspace = keyspaceWith({ count: 2_000, prefix: 'stays', expireMs: 9_999 }, { count: 20, prefix: 'goes', expireMs: 1 });
  const deleted = cycles(keyspace, 50, 102);
  expect(deleted.reduce((sum, n) => sum + n)).toBe(20);
  expect(Math.max(...deleted)).toBeLessThanOrEqual(4);
  expect(databaseSize(keyspace, 0)).toBe(2_000);
});

test('a cycle in which nothing has expired leaves no trace, so it need not be run', () => {
  const run = (idle: number): string[] => {
    const keyspace = keyspaceWith({ count: 500, prefix: 'a', expireMs: 1_000 }, { count: 500, prefix: 'b', expireMs: 2_000 });
    const order: string[] = [];
    for (let i = 0; i < idle; i++) activeExpireCycle(keyspace, 500, () => order.push('?'));
    for (let i = 0; i < 30; i++) activeExpireCycle(keyspace, 1_500, (_db, key) => order.push(key));
    return order;
  };
  expect(run(7)).toEqual(run(0));
  expect(run(0).length).toBeGreaterThan(300);
});

test('a master that has loaded its own file drops everything that expired meanwhile', () => {
  const keyspace = keyspaceWith(
    { count: 100, prefix: 'stays', expireMs: 50 },
    { count: 100, prefix: 'goes', expireMs: 49 },
    { db: 3, count: 1, prefix: 'goes', expireMs: 0 },
  );
  const dropped: string[] = [];
  expireAll(keyspace, 50, (db, key) => dropped.push(`${db} ${key}`));
  expect(dropped).toHaveLength(101);
  expect(dropped.at(-1)).toBe('3 goes0');
  expect(databaseSize(keyspace, 0)).toBe(100);
});
