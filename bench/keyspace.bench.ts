/**
 * The data of one node: what a write costs, what a snapshot costs, and what a write costs while one is kept.
 *
 * A `Map` of strings is the measure: it has no digest, no expiry and no snapshots.
 */
import { createKeyspace, setString, takeSnapshot, type Keyspace } from '../src/redis/dataset/keyspace.ts';
import { compare, median } from './harness.ts';

const WRITES = 200_000;

for (const keys of [50_000, 1_000_000]) {
  const names = Array.from({ length: keys }, (_, i) => `user:${i}`);
  const keyspace = createKeyspace();
  const map = new Map<string, string>();
  for (const name of names) {
    setString(keyspace, 0, name, 'initial', null);
    map.set(name, 'initial');
  }
  let round = 0;
  const pick = sequence(keys);
  const write = (to: Keyspace): number => {
    round++;
    for (let i = 0; i < WRITES; i++) setString(to, 0, names[pick(i, round)]!, 'short value', null);
    return WRITES;
  };

  compare(
    `SET over ${keys} keys`,
    [
      {
        name: 'a bare Map',
        run: () => {
          round++;
          for (let i = 0; i < WRITES; i++) map.set(names[pick(i, round)]!, 'short value');
          return WRITES;
        },
      },
      { name: 'keyspace', run: () => write(keyspace) },
      {
        name: 'keyspace, snapshot just opened',
        run: () => {
          takeSnapshot(keyspace);
          return write(keyspace);
        },
      },
    ],
    { unit: 'writes', baseline: 'keyspace', goals: { 'keyspace, snapshot just opened': 0.5 } },
  );

  const times = Array.from({ length: 21 }, () => {
    const before = performance.now();
    takeSnapshot(keyspace);
    return performance.now() - before;
  });
  console.log(`  opening a snapshot: ${median(times).toFixed(4)} ms (goal ≤ 1)`);
}

/** A fixed scrambled order of indexes below `size`, without the cost of a generator. */
function sequence(size: number): (i: number, round: number) => number {
  return (i, round) => (Math.imul(i + round * WRITES, 0x9e3779b1) >>> 0) % size;
}
