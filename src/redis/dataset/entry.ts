/**
 * A key with its value, its expiry and what it adds to the digest. Immutable, so snapshots and nodes share it.
 *
 * A changed value is a new entry. The containers behind an entry (list, hash, set, zset) are changed in place
 * only by the keyspace that owns them, and stored again afterwards (keyspace.ts).
 */
import type { Bytes } from '../protocol/payload.ts';
import { mix, type Lanes } from './digest.ts';
import type { HashValue } from './hash.ts';
import type { ListValue } from './list.ts';
import type { SetValue } from './set.ts';
import type { Step } from './steps.ts';
import type { ZsetValue } from './zset.ts';

interface EntryOf<Type extends string, Value> {
  readonly key: string;
  /** The key's hash: its place in the keyspace. */
  readonly hash: number;
  /** When it expires, in ms since the epoch; null: never. */
  readonly expireMs: number | null;
  /** Hash of key, type and value (not of the expiry): what it adds to its database's digest. */
  readonly digestLow: number;
  readonly digestHigh: number;
  readonly type: Type;
  readonly value: Value;
  /** What storing or removing it made of trees, as long as a node that shares them remembers. Changes nothing of what it is. */
  step: Step | null;
}

export type StringEntry = EntryOf<'string', Bytes>;
export type ListEntry = EntryOf<'list', ListValue>;
export type HashEntry = EntryOf<'hash', HashValue>;
export type SetEntry = EntryOf<'set', SetValue>;
export type ZsetEntry = EntryOf<'zset', ZsetValue>;

export type Entry = StringEntry | ListEntry | HashEntry | SetEntry | ZsetEntry;
export type Container = ListEntry | HashEntry | SetEntry | ZsetEntry;
export type ValueType = Entry['type'];
export type EntryType<Type extends ValueType> = Extract<Entry, { type: Type }>;

const TYPE_SALT: Readonly<Record<ValueType, number>> = {
  string: 0x1b873593,
  list: 0x2c1b3c6d,
  hash: 0x3ad8025f,
  set: 0x4cf5ad43,
  zset: 0x5f356495,
};

/** All entries are made here, in one shape. `key` and `value` are their hashes. */
export function createEntry<Type extends ValueType>(
  name: string,
  type: Type,
  content: EntryType<Type>['value'],
  expireMs: number | null,
  key: Lanes,
  value: Lanes,
): EntryType<Type> {
  const salt = TYPE_SALT[type];
  const entry: EntryOf<Type, EntryType<Type>['value']> = {
    key: name,
    hash: key.low,
    expireMs,
    digestLow: mix(key.low ^ salt, value.low),
    digestHigh: mix(key.high ^ salt, value.high),
    type,
    value: content,
    step: null,
  };
  // TypeScript does not see that a row of a union indexed by `type` is that row.
  return entry as unknown as EntryType<Type>;
}

/** The same key and value with another expiry. */
export function withExpiry<E extends Entry>(entry: E, expireMs: number | null): E {
  const { key, hash, type, value, digestLow, digestHigh } = entry;
  const changed: EntryOf<ValueType, E['value']> = { key, hash, expireMs, digestLow, digestHigh, type, value, step: null };
  return changed as E;
}
