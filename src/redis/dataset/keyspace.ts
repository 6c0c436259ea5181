/**
 * The data of one node: databases of keys, their digest, and snapshots that cost nothing.
 *
 * Owns what is stored, not what it means: whether an expired key may still be seen is the business of
 * commands/lookup.ts, when it is deleted that of expiry.ts. A snapshot shares the tree (trie.ts) with
 * whoever took it and whoever loads it; each of them copies what it changes afterwards, once.
 */
import { assert } from '../../assert.ts';
import type { Random } from '../ports.ts';
import type { Bytes } from '../protocol/payload.ts';
import { asDigest, createLanes, hashBytes, mix, type Digest, type Lanes } from './digest.ts';
import { createEntry, withExpiry, type Container, type Entry, type EntryType, type ValueType } from './entry.ts';
import { copyHash, createHash, hashHash, type HashValue } from './hash.ts';
import { copyList, createList, hashList, type ListValue } from './list.ts';
import { copySet, createSet, hashSet, type SetValue } from './set.ts';
import { createOwner, findIn, forEachFrom, forEachIn, nthIn, nthVolatileIn, putInto, removeFrom, sumOver, type Measure, type Node, type Owner } from './trie.ts';
import { createTold, forgetAll, stepFrom, tell, type Told } from './steps.ts';
import { copyZset, createZset, hashZset, type ZsetValue } from './zset.ts';

export const DATABASES = 16;

interface Database {
  root: Node | null;
  /** Sum of the digests of its entries: independent of the database's number, so SWAPDB swaps it along. */
  sumLow: number;
  sumHigh: number;
  /** Where active expiry goes on (commands/active-expire.ts): the hash of the next key to look at. */
  expireCursor: number;
}

export interface Keyspace {
  // First what every write looks at.
  /** The lower word of the digest of them all, kept up to date. */
  digestLow: number;
  /** The database changed last, as a rule the only one that is used, and its number. */
  changed: Database;
  changedDb: number;
  /** The steps that it tells to those who apply the same writes; null: it tells none. */
  told: Told | null;
  /** What the entry that was stored last took the place of, if that had an expiry. */
  replacedVolatile: Entry | null;
  readonly databases: Database[];
  /** Marks the branches and containers that may be changed in place: made since the last snapshot. */
  owner: Owner;
  /** The key hashed last, with its hash: commands look a key up and then store it. */
  hashedKey: string;
  readonly keyHash: Lanes;
  readonly valueHash: Lanes;
  /** The database in which active expiry goes on. */
  expireDb: number;
}

/** The data at an instant; costs nothing to take, to keep or to load. */
export interface Snapshot {
  /** Keys in all databases. */
  readonly keys: number;
  readonly digest: Digest;
  readonly databases: readonly SnapshotDatabase[];
}

export interface SnapshotDatabase extends Readonly<Database> {
  readonly keys: number;
  /** Keys with an expiry. */
  readonly volatileKeys: number;
}

export function createKeyspace(databases: number = DATABASES): Keyspace {
  const keyHash = createLanes();
  hashBytes(keyHash, '');
  return {
    digestLow: 0,
    changed: EMPTY,
    changedDb: 0,
    told: null,
    replacedVolatile: null,
    databases: Array.from({ length: databases }, () => EMPTY),
    owner: createOwner(),
    hashedKey: '',
    keyHash,
    valueHash: createLanes(),
    expireDb: 0,
  };
}

/** Every database without keys: of ten thousand nodes with sixteen each, most are. Never changed. */
const EMPTY: Database = { root: null, sumLow: 0, sumHigh: 0, expireCursor: 0 };

/** A database in which something will be stored. */
function inUse(keyspace: Keyspace, db: number): Database {
  if (db === keyspace.changedDb && keyspace.changed !== EMPTY) return keyspace.changed;
  let database = keyspace.databases[db]!;
  if (database === EMPTY) database = keyspace.databases[db] = { ...EMPTY };
  keyspace.changed = database;
  keyspace.changedDb = db;
  return database;
}

/** Another object stands for a database, or some do. */
function replaceDatabase(keyspace: Keyspace, db: number, database: Database): void {
  keyspace.digestLow = (keyspace.digestLow - lowOf(keyspace.databases[db]!, db) + lowOf(database, db)) | 0;
  keyspace.databases[db] = database;
  keyspace.changed = EMPTY;
}

/** What a database adds to the lower word of the digest. */
function lowOf({ root, sumLow }: Readonly<Database>, db: number): number {
  return root === null ? 0 : mix(sumLow, db);
}

// -- entries

export function findEntry(keyspace: Keyspace, db: number, key: string): Entry | undefined {
  const { root } = keyspace.databases[db]!;
  return root === null ? undefined : findIn(root, hashKey(keyspace, key).low, key);
}

/**
 * Stores a string, whatever was there. `memo` is an entry made for the same command, here or on another node:
 * when it says the same, it is stored itself. Returns the entry.
 */
export function setString(
  keyspace: Keyspace,
  db: number,
  key: string,
  bytes: Bytes,
  expireMs: number | null,
  memo: Entry | null = null,
): Entry {
  if (memo !== null && memo.key === key && memo.value === bytes && memo.expireMs === expireMs) {
    putEntry(keyspace, db, memo);
    return memo;
  }
  const { valueHash } = keyspace;
  const keyHash = hashKey(keyspace, key);
  hashBytes(valueHash, bytes);
  const entry = createEntry(key, 'string', bytes, expireMs, keyHash, valueHash);
  putEntry(keyspace, db, entry);
  return entry;
}

/** Stores a container, whatever was there; also after each change of it, since that changes the digest. */
export function setContainer<Type extends Container['type']>(
  keyspace: Keyspace,
  db: number,
  key: string,
  type: Type,
  value: EntryType<Type>['value'],
  expireMs: number | null,
): void {
  const { valueHash } = keyspace;
  const keyHash = hashKey(keyspace, key);
  hashContainer(valueHash, type, value);
  putEntry(keyspace, db, createEntry(key, type, value, expireMs, keyHash, valueHash));
}

/** Gives a stored entry another expiry, or none (null). */
export function setExpiry(keyspace: Keyspace, db: number, entry: Entry, expireMs: number | null): void {
  putEntry(keyspace, db, withExpiry(entry, expireMs));
}

/** Returns whether the key was there. */
export function removeKey(keyspace: Keyspace, db: number, key: string): boolean {
  const database = keyspace.databases[db]!;
  const { owner } = keyspace;
  const { root } = database;
  const hash = hashKey(keyspace, key).low;
  const replaced = findIn(root, hash, key);
  if (replaced === undefined) return false;
  const step = stepFrom(root, replaced, false);
  if (step !== null) database.root = step.after;
  else if (keyspace.told === null) database.root = removeFrom(root, replaced, owner);
  else {
    database.root = removeFrom(root, replaced, createOwner());
    tell(keyspace.told, replaced, false, root, database.root, replaced);
  }
  const lowBefore = mix(database.sumLow, db);
  database.sumLow = (database.sumLow - replaced.digestLow) | 0;
  database.sumHigh = (database.sumHigh - replaced.digestHigh) | 0;
  keyspace.digestLow = (keyspace.digestLow - lowBefore + lowOf(database, db)) | 0;
  return true;
}

function putEntry(keyspace: Keyspace, db: number, entry: Entry): void {
  const database = inUse(keyspace, db);
  const { root } = database;
  const step = entry.step === null ? null : stepFrom(root, entry, true);
  let replaced: Entry | null;
  if (step !== null) {
    database.root = step.after;
    replaced = step.replaced;
  } else {
    // When it is told, by nobody who will come again: what was told is never changed.
    const by = keyspace.told === null ? keyspace.owner : createOwner();
    database.root = putInto(root, entry, by);
    replaced = by.replaced;
    if (keyspace.told !== null) tell(keyspace.told, entry, true, root, database.root, replaced);
  }
  keyspace.replacedVolatile = replaced === null || replaced.expireMs === null ? null : replaced;
  const lowBefore = root === null ? 0 : mix(database.sumLow, db);
  database.sumLow = (database.sumLow + entry.digestLow - (replaced === null ? 0 : replaced.digestLow)) | 0;
  database.sumHigh = (database.sumHigh + entry.digestHigh - (replaced === null ? 0 : replaced.digestHigh)) | 0;
  keyspace.digestLow = (keyspace.digestLow - lowBefore + mix(database.sumLow, db)) | 0;
}

/** So many others apply each write of this keyspace: from SHARERS on it is cheaper to copy once and to share than to let each do it. */
export function shareWith(keyspace: Keyspace, others: number): void {
  const shares = others >= SHARERS;
  if (shares === (keyspace.told !== null)) return;
  if (keyspace.told !== null) forgetAll(keyspace.told);
  keyspace.told = shares ? createTold() : null;
  // The tree as it is now is in others' hands from here on.
  keyspace.owner = createOwner();
}

const SHARERS = 8;

function hashKey(keyspace: Keyspace, key: string): Lanes {
  if (key !== keyspace.hashedKey) {
    hashBytes(keyspace.keyHash, key);
    keyspace.hashedKey = key;
  }
  return keyspace.keyHash;
}

// -- containers: to be changed only in the form that these return, and stored again with `setContainer`

export function newList(keyspace: Keyspace): ListValue {
  return createList(keyspace.owner);
}

export function newHash(keyspace: Keyspace): HashValue {
  return createHash(keyspace.owner);
}

export function newSet(keyspace: Keyspace): SetValue {
  return createSet(keyspace.owner);
}

export function newZset(keyspace: Keyspace): ZsetValue {
  return createZset(keyspace.owner);
}

export function ownList(keyspace: Keyspace, list: ListValue): ListValue {
  return list.owner === keyspace.owner ? list : copyList(list, keyspace.owner);
}

export function ownHash(keyspace: Keyspace, hash: HashValue): HashValue {
  return hash.owner === keyspace.owner ? hash : copyHash(hash, keyspace.owner);
}

export function ownSet(keyspace: Keyspace, set: SetValue): SetValue {
  return set.owner === keyspace.owner ? set : copySet(set, keyspace.owner);
}

export function ownZset(keyspace: Keyspace, zset: ZsetValue): ZsetValue {
  return zset.owner === keyspace.owner ? zset : copyZset(zset, keyspace.owner);
}

/** Stores a value under another key; containers are copied, so that the two may go their own ways. */
export function copyEntry(keyspace: Keyspace, db: number, key: string, from: Entry): void {
  const { owner } = keyspace;
  switch (from.type) {
    case 'string':
      setString(keyspace, db, key, from.value, from.expireMs);
      return;
    case 'list':
      return setContainer(keyspace, db, key, 'list', copyList(from.value, owner), from.expireMs);
    case 'hash':
      return setContainer(keyspace, db, key, 'hash', copyHash(from.value, owner), from.expireMs);
    case 'set':
      return setContainer(keyspace, db, key, 'set', copySet(from.value, owner), from.expireMs);
    case 'zset':
      return setContainer(keyspace, db, key, 'zset', copyZset(from.value, owner), from.expireMs);
  }
}

/** Moves a value to another key or database; what was there is replaced. */
export function moveEntry(keyspace: Keyspace, fromDb: number, from: Entry, toDb: number, key: string): void {
  removeKey(keyspace, fromDb, from.key);
  if (from.type === 'string') setString(keyspace, toDb, key, from.value, from.expireMs);
  else setContainer(keyspace, toDb, key, from.type, from.value, from.expireMs);
}

function hashContainer<Type extends ValueType>(out: Lanes, type: Type, value: EntryType<Type>['value']): void {
  if (type === 'list') hashList(out, value as ListValue);
  else if (type === 'hash') hashHash(out, value as HashValue);
  else if (type === 'set') hashSet(out, value as SetValue);
  else if (type === 'zset') hashZset(out, value as ZsetValue);
}

// -- databases

export function databaseSize(keyspace: Keyspace, db: number): number {
  return keyspace.databases[db]!.root?.entries ?? 0;
}

/** Keys with an expiry. */
export function volatileSize(keyspace: Keyspace, db: number): number {
  return keyspace.databases[db]!.root?.volatileEntries ?? 0;
}

export function keyCount(keyspace: Keyspace): number {
  let keys = 0;
  for (const { root } of keyspace.databases) if (root !== null) keys += root.entries;
  return keys;
}

/** Returns how many keys there were. */
export function emptyDatabase(keyspace: Keyspace, db: number): number {
  const keys = databaseSize(keyspace, db);
  replaceDatabase(keyspace, db, EMPTY);
  return keys;
}

/** Returns how many keys there were. */
export function emptyKeyspace(keyspace: Keyspace): number {
  let keys = 0;
  for (let db = 0; db < keyspace.databases.length; db++) keys += emptyDatabase(keyspace, db);
  return keys;
}

export function swapDatabases(keyspace: Keyspace, a: number, b: number): void {
  const { [a]: first, [b]: second } = keyspace.databases;
  replaceDatabase(keyspace, a, second!);
  replaceDatabase(keyspace, b, first!);
}

/** The earliest expiry of all keys; Infinity when none expires. */
export function nextExpiryMs(data: Keyspace | Snapshot): number {
  let first = Infinity;
  for (const { root } of data.databases) first = Math.min(first, root?.firstExpiryMs ?? Infinity);
  return first;
}

/** A key drawn at random, each as likely as any other; undefined when there is none. */
export function randomEntry(keyspace: Keyspace, db: number, random: Random): Entry | undefined {
  const { root } = keyspace.databases[db]!;
  return root === null ? undefined : nthIn(root, random.below(root.entries));
}

/** A key at random, of all or of those with an expiry; undefined: there is none. */
export function drawEntry(keyspace: Keyspace, db: number, random: Random, onlyVolatile: boolean): Entry | undefined {
  if (!onlyVolatile) return randomEntry(keyspace, db, random);
  const { root } = keyspace.databases[db]!;
  return root === null || root.volatileEntries === 0 ? undefined : nthVolatileIn(root, random.below(root.volatileEntries));
}

// -- digest

export function digestOf(data: Keyspace | Snapshot): Digest {
  const total = createLanes();
  addDatabases(total, data.databases);
  return asDigest(total);
}

/** Only the low 32 bits, unsigned. */
export function digestLow(keyspace: Keyspace): number {
  return keyspace.digestLow >>> 0;
}

function addDatabases(total: Lanes, databases: readonly Readonly<Database>[]): void {
  for (let db = 0; db < databases.length; db++) {
    const { root, sumLow, sumHigh } = databases[db]!;
    if (root === null) continue;
    total.low = (total.low + mix(sumLow, db)) | 0;
    total.high = (total.high + mix(sumHigh, db)) | 0;
  }
}

/** Hash of all expiry times. They are no part of the digest: nodes with equal data may know different ones. */
export function expiryDigestOf(data: Keyspace | Snapshot): Digest {
  const total = createLanes();
  const time = createLanes();
  data.databases.forEach(({ root }, db) => {
    if (root === null || root.volatileEntries === 0) return;
    forEachIn(root, ({ hash, digestLow, digestHigh, expireMs }) => {
      if (expireMs === null) return;
      hashBytes(time, String(expireMs));
      total.low = (total.low + mix(mix(hash ^ digestLow, time.low), db)) | 0;
      total.high = (total.high + mix(mix(digestHigh, time.high), db)) | 0;
    });
  });
  return asDigest(total);
}

// -- snapshots

export function takeSnapshot(keyspace: Keyspace): Snapshot {
  keyspace.owner = createOwner();
  const databases = keyspace.databases.map((database) => ({
    ...database,
    keys: database.root?.entries ?? 0,
    volatileKeys: database.root?.volatileEntries ?? 0,
  }));
  return { keys: keyCount(keyspace), digest: digestOf(keyspace), databases };
}

/** Replaces all data by those of the snapshot. */
export function loadSnapshot(keyspace: Keyspace, snapshot: Snapshot): void {
  assert(snapshot.databases.length === keyspace.databases.length, 'a snapshot is loaded into as many databases as it has');
  keyspace.owner = createOwner();
  snapshot.databases.forEach(({ root, sumLow, sumHigh }, db) => {
    replaceDatabase(keyspace, db, root === null ? EMPTY : { root, sumLow, sumHigh, expireCursor: 0 });
  });
}

export function emptySnapshot(databases: number = DATABASES): Snapshot {
  return takeSnapshot(createKeyspace(databases));
}

/** Visits the entries of a database, in an order that depends on its keys alone. The visitor changes nothing. */
export function forEachEntry(data: Keyspace | Snapshot, db: number, visit: (entry: Entry) => void): void {
  forEachIn(data.databases[db]!.root, visit);
}

/** The sum of a measure over the entries of a database. What did not change since the last sum by it costs nothing. */
export function sumEntries(snapshot: Snapshot, db: number, measure: Measure): number {
  return sumOver(snapshot.databases[db]!.root, measure);
}

/** The same from a hash (unsigned) on, in order of hashes, as long as the visitor returns true. */
export function forEachEntryFrom(data: Keyspace | Snapshot, db: number, hash: number, visit: (entry: Entry) => boolean): void {
  forEachFrom(data.databases[db]!.root, hash, false, visit);
}

/** The same, of entries with an expiry only. */
export function forEachVolatileFrom(data: Keyspace | Snapshot, db: number, hash: number, visit: (entry: Entry) => boolean): void {
  forEachFrom(data.databases[db]!.root, hash, true, visit);
}
