/**
 * Deleting expired keys that nobody touches (expire.c: activeExpireCycle, the slow cycle with effort 1).
 *
 * As in Redis, a cycle looks at keys with an expiry, 20 at a time in each database, deletes those that have expired,
 * and goes on in the same database as long as more than a tenth of the 20 had. So with up to 20 such keys an expired
 * one goes at the next cycle (100 ms). With more, expired keys go at once until they are about a tenth of all keys with an
 * expiry; those few go as the cycle comes by, 200 keys a second. (Against a 7.0.15 with 5 000 keys that stay and 100 that
 * go, the numbers left after 5, 10 and 20 s were the same within ten.) Redis goes in the order of its hash
 * table, this in the order of ours; both are arbitrary. While nothing has expired, a cycle does nothing
 * and leaves no trace: it need not be run, and the cron may sleep until `nextExpiryMs` has passed.
 */
import type { Entry } from '../dataset/entry.ts';
import type { Random } from '../ports.ts';
import { drawEntry, forEachVolatileFrom, removeKey, volatileSize, type Keyspace } from '../dataset/keyspace.ts';

const KEYS_PER_LOOP = 20;
/** Redis stops after a quarter of the time between two cycles: 25 ms at hz 10, about 1 µs a key. */
const KEYS_PER_CYCLE = 25_000;

/** Up to 5.0 keys are drawn at random, one maybe twice, and more than a quarter must have expired; since 6.0 it walks through them. */
export interface CycleForm {
  /** Percent of the sample. */
  readonly goesOnAbove: number;
  /** null: it walks. */
  readonly draws: Random | null;
}

const WALKING: CycleForm = { goesOnAbove: 10, draws: null };

/** Told of each key that was just deleted. */
export type OnExpired = (db: number, key: string) => void;

export function activeExpireCycle(keyspace: Keyspace, nowMs: number, onExpired: OnExpired, { goesOnAbove, draws }: CycleForm = WALKING): void {
  const { databases } = keyspace;
  let budget = KEYS_PER_CYCLE;
  for (let left = databases.length; left > 0 && budget > 0; left--) {
    const db = keyspace.expireDb;
    keyspace.expireDb = (db + 1) % databases.length;
    while (hasExpired(keyspace, db, nowMs)) {
      const sample = draws === null ? sampleVolatile(keyspace, db) : drawVolatile(keyspace, db, draws);
      const expired = sample.filter((entry) => deleteIfExpired(keyspace, db, entry, nowMs, onExpired)).length;
      budget -= sample.length;
      if (budget <= 0 || expired * 100 <= goesOnAbove * sample.length) break;
    }
  }
}

/** Deletes everything that has expired: what a master does after loading its own file (rdb.c: rdbLoadRioWithLoadingCtx). */
export function expireAll(keyspace: Keyspace, nowMs: number, onExpired: OnExpired): void {
  for (let db = 0; db < keyspace.databases.length; db++) {
    if (!hasExpired(keyspace, db, nowMs)) continue;
    const entries: Entry[] = [];
    forEachVolatileFrom(keyspace, db, 0, (entry) => entries.push(entry) > 0);
    for (const entry of entries) deleteIfExpired(keyspace, db, entry, nowMs, onExpired);
  }
}

function hasExpired(keyspace: Keyspace, db: number, nowMs: number): boolean {
  const first = keyspace.databases[db]!.root?.firstExpiryMs ?? null;
  return first !== null && first < nowMs;
}

/** The next keys with an expiry from the cursor on, around the end, and moves the cursor behind them. */
function sampleVolatile(keyspace: Keyspace, db: number): Entry[] {
  const database = keyspace.databases[db]!;
  const count = Math.min(KEYS_PER_LOOP, volatileSize(keyspace, db));
  const sample: Entry[] = [];
  while (sample.length < count) {
    forEachVolatileFrom(keyspace, db, database.expireCursor, (entry) => sample.push(entry) < count);
    database.expireCursor = sample.length < count ? 0 : (sample[count - 1]!.hash + 1) >>> 0;
  }
  return sample;
}

function drawVolatile(keyspace: Keyspace, db: number, random: Random): Entry[] {
  const sample = new Set<Entry>();
  for (let left = Math.min(KEYS_PER_LOOP, volatileSize(keyspace, db)); left > 0; left--) {
    const entry = drawEntry(keyspace, db, random, true);
    if (entry !== undefined) sample.add(entry);
  }
  return [...sample];
}

function deleteIfExpired(keyspace: Keyspace, db: number, entry: Entry, nowMs: number, onExpired: OnExpired): boolean {
  if (entry.expireMs === null || entry.expireMs >= nowMs) return false;
  removeKey(keyspace, db, entry.key);
  onExpired(db, entry.key);
  return true;
}
