/** The same data as a Map of plain values, written as naively as possible: what the keyspace is held against. */
import {
  createKeyspace, forEachEntry, newHash, newList, newSet, newZset, ownHash, ownList, ownSet, ownZset, setContainer, setString,
  type Keyspace, type Snapshot,
} from '../../../src/redis/dataset/keyspace.ts';
import type { Entry } from '../../../src/redis/dataset/entry.ts';
import { setField } from '../../../src/redis/dataset/hash.ts';
import { pushRight } from '../../../src/redis/dataset/list.ts';
import { addMember } from '../../../src/redis/dataset/set.ts';
import { setScore } from '../../../src/redis/dataset/zset.ts';
import { bytesToString } from '../../../src/redis/protocol/make.ts';

export type PlainValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'list'; readonly value: readonly string[] }
  | { readonly type: 'hash'; readonly value: Readonly<Record<string, string>> }
  | { readonly type: 'set'; readonly value: readonly string[] }
  | { readonly type: 'zset'; readonly value: Readonly<Record<string, number>> };

export type PlainEntry = PlainValue & { readonly expireMs: number | null };

/** `database key` → entry, in the order of these names. */
export type Model = ReadonlyMap<string, PlainEntry>;

export function modelOf(data: Keyspace | Snapshot): Model {
  const model = new Map<string, PlainEntry>();
  data.databases.forEach((_, db) => forEachEntry(data, db, (entry) => model.set(`${db} ${entry.key}`, plainEntry(entry))));
  return sorted(model);
}

export function sorted(model: Model): Model {
  return new Map([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function plainEntry(entry: Entry): PlainEntry {
  const { expireMs } = entry;
  switch (entry.type) {
    case 'string':
      return { type: 'string', value: bytesToString(entry.value), expireMs };
    case 'list':
      return { type: 'list', value: entry.value.items.map(bytesToString), expireMs };
    case 'hash':
      return { type: 'hash', value: Object.fromEntries([...entry.value.fields].map(([field, value]) => [field, bytesToString(value)])), expireMs };
    case 'set':
      return { type: 'set', value: [...entry.value.members].sort(), expireMs };
    case 'zset':
      return { type: 'zset', value: Object.fromEntries(entry.value.order.map(({ member, score }) => [member, score])), expireMs };
  }
}

/** Stores a plain value; what is there of the same type is changed where it is, as commands do it. */
export function storePlain(keyspace: Keyspace, db: number, key: string, plain: PlainEntry, before?: Entry): void {
  const { expireMs } = plain;
  switch (plain.type) {
    case 'string':
      setString(keyspace, db, key, plain.value, expireMs);
      return;
    case 'list': {
      const list = before?.type === 'list' ? ownList(keyspace, before.value) : newList(keyspace);
      for (const item of plain.value) pushRight(list, item);
      return setContainer(keyspace, db, key, 'list', list, expireMs);
    }
    case 'hash': {
      const hash = before?.type === 'hash' ? ownHash(keyspace, before.value) : newHash(keyspace);
      for (const [field, value] of Object.entries(plain.value)) setField(hash, field, value);
      return setContainer(keyspace, db, key, 'hash', hash, expireMs);
    }
    case 'set': {
      const set = before?.type === 'set' ? ownSet(keyspace, before.value) : newSet(keyspace);
      for (const member of plain.value) addMember(set, member);
      return setContainer(keyspace, db, key, 'set', set, expireMs);
    }
    case 'zset': {
      const zset = before?.type === 'zset' ? ownZset(keyspace, before.value) : newZset(keyspace);
      for (const [member, score] of Object.entries(plain.value)) setScore(zset, member, score);
      return setContainer(keyspace, db, key, 'zset', zset, expireMs);
    }
  }
}

/** What a plain value becomes when another of its type is stored over it by `storePlain`. */
export function merged(before: PlainEntry | undefined, plain: PlainEntry): PlainEntry {
  if (before === undefined || plain.type === 'string') return plain;
  if (plain.type === 'list' && before.type === 'list') return { ...plain, value: [...before.value, ...plain.value] };
  if (plain.type === 'hash' && before.type === 'hash') return { ...plain, value: { ...before.value, ...plain.value } };
  if (plain.type === 'set' && before.type === 'set') return { ...plain, value: [...new Set([...before.value, ...plain.value])].sort() };
  if (plain.type === 'zset' && before.type === 'zset') return { ...plain, value: { ...before.value, ...plain.value } };
  return plain;
}

/** A fresh keyspace that holds just this, built in the order of the model. */
export function keyspaceOf(model: Model): Keyspace {
  const keyspace = createKeyspace();
  for (const [name, plain] of model) {
    const space = name.indexOf(' ');
    storePlain(keyspace, Number(name.slice(0, space)), name.slice(space + 1), plain);
  }
  return keyspace;
}
