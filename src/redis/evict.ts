/**
 * Keys that go because memory is full (evict.c; up to 3.2 redis.c, server.c: freeMemoryIfNeeded).
 *
 * Before a command runs, keys are deleted until the memory used is below maxmemory; each deletion is sent to replicas. Which keys:
 * of `maxmemory-samples` drawn from each database, the best by the policy, together with the best of earlier draws (since 3.0).
 */
import { idleMs, uses } from './access.ts';
import type { Entry } from './dataset/entry.ts';
import { databaseSize, drawEntry, findEntry, removeKey, volatileSize } from './dataset/keyspace.ts';
import { countedMemory } from './memory.ts';
import { command } from './protocol/make.ts';
import { touchWatchedKey } from './commands/transactions.ts';
import { afterExecution, isHeard } from './commands/propagation.ts';
import { isMaster, type Server, wallMs } from './server.ts';

/** Keys that were drawn and not taken yet, the best last (evict.c: evictionPoolEntry). */
interface Candidate {
  readonly db: number;
  readonly key: string;
  readonly score: number;
}

const POOL_SIZE = 16;

/**
 * evict.c: performEvictions. False: memory is over the limit, and nothing more may be deleted: commands that may grow it are
 * refused.
 */
export function performEvictions(server: Server): boolean {
  const { maxmemory } = server.config;
  if (maxmemory === 0 || server.loading !== null || server.writesPaused || sparesReplica(server)) return true;
  let used = countedMemory(server);
  while (used > maxmemory) {
    const victims = server.config['maxmemory-policy'] === 'noeviction' ? [] : pickVictims(server);
    if (victims.length === 0) return false;
    for (const victim of victims) evict(server, victim);
    used = countedMemory(server);
  }
  return true;
}

/** A replica's memory is its master's business since 5.0 (replica-ignore-maxmemory); before, it deleted keys of its own accord. */
function sparesReplica(server: Server): boolean {
  return !isMaster(server) && server.config['replica-ignore-maxmemory'];
}

/** Each is an execution unit of its own (db.c: propagateDeletion). */
function evict(server: Server, { db, key }: Candidate): void {
  const before = server.replication.masterReplOffset;
  if (isHeard(server)) server.propagation.deleted(server, db, command([server.config['lazyfree-lazy-eviction'] ? 'UNLINK' : 'DEL', key]));
  removeKey(server.keyspace, db, key);
  touchWatchedKey(server, db, key);
  server.stats.evictedKeys += 1;
  if (server.script === null) afterExecution(server, 0, before);
}

/** Up to 2.8 one of each database; since 3.0 the best of all. */
function pickVictims(server: Server): readonly Candidate[] {
  const policy = server.config['maxmemory-policy'];
  const onlyVolatile = policy.startsWith('volatile');
  const databases: number[] = [];
  for (let db = 0; db < server.keyspace.databases.length; db++) {
    if ((onlyVolatile ? volatileSize(server.keyspace, db) : databaseSize(server.keyspace, db)) > 0) databases.push(db);
  }
  if (databases.length === 0) return [];
  if (policy.endsWith('random')) return pickAtRandom(server, databases, onlyVolatile);
  if (server.profile.eviction.picks === 'one-of-each-database') return databases.map((db) => bestOf(drawSamples(server, db, onlyVolatile)));
  for (;;) {
    for (const db of databases) addToPool(server.evictionPool, drawSamples(server, db, onlyVolatile));
    for (let candidate = server.evictionPool.pop(); candidate !== undefined; candidate = server.evictionPool.pop()) {
      const entry = findEntry(server.keyspace, candidate.db, candidate.key);
      if (entry !== undefined && (!onlyVolatile || entry.expireMs !== null)) return [candidate];
    }
  }
}

function pickAtRandom(server: Server, databases: readonly number[], onlyVolatile: boolean): readonly Candidate[] {
  const draw = (db: number): Candidate => ({ db, key: drawEntry(server.keyspace, db, server.ports.random, onlyVolatile)!.key, score: 0 });
  if (server.profile.eviction.picks === 'one-of-each-database') return databases.map(draw);
  // In turn, so that no database is spared.
  const next = databases.find((db) => db > server.evictedDb) ?? databases[0]!;
  server.evictedDb = next;
  return [draw(next)];
}

function drawSamples(server: Server, db: number, onlyVolatile: boolean): readonly Candidate[] {
  const samples: Candidate[] = [];
  for (let i = 0; i < server.config['maxmemory-samples']; i++) {
    const entry = drawEntry(server.keyspace, db, server.ports.random, onlyVolatile)!;
    samples.push({ db, key: entry.key, score: scoreOf(server, db, entry) });
  }
  return samples;
}

/** The greater, the sooner it goes. */
function scoreOf(server: Server, db: number, entry: Entry): number {
  const policy = server.config['maxmemory-policy'];
  const { access } = server;
  if (policy === 'volatile-ttl') return -(entry.expireMs ?? Infinity);
  if (access === null) return 0;
  return policy.endsWith('lfu') ? 255 - uses(access, db, entry.key, wallMs(server)) : idleMs(access, db, entry.key, wallMs(server));
}

function bestOf(samples: readonly Candidate[]): Candidate {
  return samples.reduce((best, each) => (each.score > best.score ? each : best));
}

/** evict.c: evictionPoolPopulate. A full pool takes in only what is better than its worst. */
function addToPool(pool: Candidate[], samples: readonly Candidate[]): void {
  for (const sample of samples) {
    if (pool.some(({ db, key }) => db === sample.db && key === sample.key)) continue;
    const place = pool.findIndex(({ score }) => score >= sample.score);
    if (place < 0) pool.push(sample);
    else if (place > 0 || pool.length < POOL_SIZE) pool.splice(place, 0, sample);
    if (pool.length > POOL_SIZE) pool.shift();
  }
}

export type EvictionPool = Candidate[];
