/**
 * How much memory a server uses, as far as maxmemory asks (zmalloc_used_memory, evict.c: getMaxmemoryState).
 *
 * A model, not a measurement: what an empty process holds, what an allocator gives out for each key and its value, and the
 * backlog. Containers are counted item by item, as if none were kept in a compact form, so they weigh up to three times too much.
 * Which write is the first that does not fit is therefore not to be trusted; that keys go, and in which order, is.
 */
import { jemallocUsable } from './allocator.ts';
import type { Entry } from './dataset/entry.ts';
import { sumEntries, takeSnapshot } from './dataset/keyspace.ts';
import type { Measure } from './dataset/trie.ts';
import type { Server } from './server.ts';

/** An empty process, bytes: between 0.5 MB (2.6) and 1 MB (7.x) were measured. */
const EMPTY_PROCESS = 900_000;

/** Of a key: its entry in the hash table (24 bytes in the size class of 32), its share of the table (8), the object (16). */
const PER_KEY = 32 + 8 + 16;
/** The entry in the table of expiries, and its share of that table. */
const PER_EXPIRY = 32 + 8;
/** An item of a container: an entry of a table or a list, and the object. */
const PER_ITEM = 32 + 16;

/** A string with its header (sds.h: from 3 bytes on) and the byte at its end. */
const text = (length: number): number => jemallocUsable(length + 4);

/** Integers that fit are kept in the object itself (object.c: tryObjectEncoding). */
const isNumber = (value: Extract<Entry, { type: 'string' }>['value']): boolean => typeof value === 'string' && /^(?:0|-?[1-9]\d{0,17})$/.test(value);

function entryBytes(entry: Entry): number {
  const key = PER_KEY + text(entry.key.length) + (entry.expireMs === null ? 0 : PER_EXPIRY);
  switch (entry.type) {
    case 'string': return key + (isNumber(entry.value) ? 0 : text(entry.value.length));
    case 'list': return key + sum(entry.value.items, (item) => item.length);
    case 'set': return key + sum(entry.value.members, (member) => member.length);
    case 'hash': return key + sum(entry.value.fields, ([field, value]) => field.length + value.length);
    case 'zset': return key + sum(entry.value.scores, ([member]) => member.length + 8);
  }
}

function sum<Item>(items: Iterable<Item>, bytes: (item: Item) => number): number {
  let total = 0;
  for (const item of items) total += PER_ITEM + text(bytes(item));
  return total;
}

const MEMORY: Measure = { name: 'memory', of: entryBytes };

/** Bytes that count against maxmemory: not what waits for replicas beyond the backlog, nor what waits for the append-only file. */
export function countedMemory({ keyspace, config, replication }: Server): number {
  const snapshot = takeSnapshot(keyspace);
  let total = EMPTY_PROCESS;
  for (let db = 0; db < keyspace.databases.length; db++) total += sumEntries(snapshot, db, MEMORY);
  return replication.backlog === null ? total : total + config['repl-backlog-size'];
}
