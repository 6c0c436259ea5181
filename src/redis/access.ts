/**
 * When keys were used, and how often: what LRU and LFU policies go by (object.c: lru, evict.c: LFULogIncr, LFUDecrAndReturn).
 * Kept only while maxmemory asks for it.
 */
import type { ServerConfig } from './config.ts';
import type { Random } from './ports.ts';

interface Used {
  /** Wall clock, ms: to the second, as Redis' clock for this is. */
  lastMs: number;
  /** 0 to 255, growing ever more slowly, and one less each minute. */
  counter: number;
  minute: number;
}

/** By db and key joined by a NUL. A key that is not here was not used since this is kept. */
export type Access = Map<string, Used>;

const LFU_INIT = 5;
const LFU_LOG_FACTOR = 10;
const RESOLUTION_MS = 1000;
const DRAW = 1 << 20;

const nameOf = (db: number, key: string): string => `${db}\0${key}`;

/** Whether the settings make anybody ask. */
export function accessWanted({ maxmemory, 'maxmemory-policy': policy }: ServerConfig): boolean {
  return maxmemory > 0 && /l[rf]u$/.test(policy);
}

/** A command touched the key. `counts`: a policy goes by how often. */
export function noteUse(access: Access, db: number, key: string, nowMs: number, counts: boolean, random: Random): void {
  const name = nameOf(db, key);
  const used = access.get(name);
  const second = Math.floor(nowMs / RESOLUTION_MS) * RESOLUTION_MS;
  if (used === undefined) {
    access.set(name, { lastMs: second, counter: LFU_INIT, minute: minuteOf(nowMs) });
    return;
  }
  used.lastMs = second;
  if (!counts) return;
  used.counter = decayed(used, nowMs);
  used.minute = minuteOf(nowMs);
  const above = Math.max(used.counter - LFU_INIT, 0);
  if (used.counter < 255 && random.below(DRAW) * (above * LFU_LOG_FACTOR + 1) < DRAW) used.counter += 1;
}

/** ms since the key was used; a key that nobody used is older than all that were. */
export function idleMs(access: Access, db: number, key: string, nowMs: number): number {
  const used = access.get(nameOf(db, key));
  return used === undefined ? nowMs : nowMs - used.lastMs;
}

/** The counter as it is now. */
export function uses(access: Access, db: number, key: string, nowMs: number): number {
  const used = access.get(nameOf(db, key));
  return used === undefined ? 0 : decayed(used, nowMs);
}

function decayed({ counter, minute }: Used, nowMs: number): number {
  return Math.max(counter - Math.max(minuteOf(nowMs) - minute, 0), 0);
}

function minuteOf(ms: number): number {
  return Math.floor(ms / 60_000);
}
