/**
 * The data of one node with a million keys: what a write costs, what it costs while a snapshot is open that was just taken
 * (the first write near a key copies what both need), and what a snapshot costs: to open, to measure as an RDB, to read.
 *
 * A `Map` of strings is the measure: it has no digest, no expiry and no snapshots.
 */
import { defaultConfig } from '../src/redis/config.ts';
import { createKeyspace, forEachEntry, setString, takeSnapshot, type Keyspace } from '../src/redis/dataset/keyspace.ts';
import { rdbImage } from '../src/redis/persistence/rdb.ts';
import { redis72 } from '../src/redis/profiles/redis-7.2.ts';
import { mark, note } from './figures.ts';
import { compare, cpuSeconds, median } from './harness.ts';

const KEYS = 1_000_000;
const WRITES = 200_000;
const OPENING_GOAL_MS = 1;

const names = Array.from({ length: KEYS }, (_, i) => `user:${i}`);
const map = new Map<string, string>();
const mapBytes = heapOf(() => {
  for (const name of names) map.set(name, 'initial');
});
const keyspace = createKeyspace();
const keyspaceBytes = heapOf(() => {
  for (const name of names) setString(keyspace, 0, name, 'initial', null);
});

/** Keys in a scrambled order, without the cost of a generator. */
let round = 0;
const pick = (i: number): string => names[(Math.imul(i + round * WRITES, 0x9e3779b1) >>> 0) % KEYS]!;
const write = (to: Keyspace): number => {
  round++;
  for (let i = 0; i < WRITES; i++) setString(to, 0, pick(i), 'short value', null);
  return WRITES;
};

compare(
  'SET, 1,000,000 keys',
  [
    {
      name: 'a bare Map',
      run: () => {
        round++;
        for (let i = 0; i < WRITES; i++) map.set(pick(i), 'short value');
        return WRITES;
      },
    },
    { name: 'no snapshot', run: () => write(keyspace) },
    {
      name: 'snapshot just opened',
      run: () => {
        takeSnapshot(keyspace);
        return write(keyspace);
      },
    },
  ],
  // At most twice as long.
  { unit: 'writes', baseline: 'no snapshot', goals: { 'snapshot just opened': 0.5 } },
);

const openingMs = median(Array.from({ length: 101 }, () => millisecondsOf(() => void takeSnapshot(keyspace))));
const opening = { goal: `≤ ${OPENING_GOAL_MS} ms`, met: openingMs <= OPENING_GOAL_MS };
note({ what: 'opening a snapshot, 1,000,000 keys', measured: `${openingMs.toFixed(4)} ms`, against: '', ratio: '', ...opening });

const config = defaultConfig(redis72);
const sizeMs = (): string => (cpuSeconds(() => void rdbImage(takeSnapshot(keyspace), redis72, config, null)) * 1000).toFixed(0);
const firstSize = sizeMs();
for (let i = 0; i < 1000; i++) setString(keyspace, 0, pick(i), 'another value', null);
const nextSize = sizeMs();
const snapshot = takeSnapshot(keyspace);
let read = 0;
const readS = cpuSeconds(() => forEachEntry(snapshot, 0, () => void read++));

console.log([
  `  opening a snapshot: ${openingMs.toFixed(4)} ms ${mark(opening.goal, opening.met)}`,
  `  the size of its RDB: ${firstSize} ms of CPU at first, ${nextSize} ms after 1,000 more writes`,
  `  reading all ${read} entries in order: ${(readS * 1000).toFixed(0)} ms of CPU`,
  `  bytes per key, keys and values themselves not counted: ${(keyspaceBytes / KEYS).toFixed(0)} (Map ${(mapBytes / KEYS).toFixed(0)})`,
].join('\n'));

function millisecondsOf(work: () => void): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}

function heapOf(fill: () => void): number {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  const before = process.memoryUsage().heapUsed;
  fill();
  gc?.();
  return process.memoryUsage().heapUsed - before;
}
