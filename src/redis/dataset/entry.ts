/**
 * A key with its value, its expiry and what it adds to the digest. Immutable, so snapshots and nodes share it.
 *
 * A changed value is a new entry. The containers (list, hash, set, zset) behind an entry are changed in place
 * only by the keyspace that owns them (`own` in keyspace.ts), and stored again afterwards.
 */
import type { Bytes } from '../protocol/payload.ts';
import type { HashValue } from './hash.ts';
import type { ListValue } from './list.ts';
import type { SetValue } from './set.ts';
import type { ZsetValue } from './zset.ts';

interface EntryOf<Type extends string, Value> {
  readonly key: string;
  /** The key's hash: its place in the keyspace. */
  readonly hash: number;
  readonly type: Type;
  readonly value: Value;
  /** When it expires, in ms since the epoch; null: never. */
  readonly expireMs: number | null;
  /** Hash of key, type and value (not of the expiry): what it adds to its database's digest. */
  readonly digestLow: number;
  readonly digestHigh: number;
}

export type StringEntry = EntryOf<'string', Bytes>;
export type ListEntry = EntryOf<'list', ListValue>;
export type HashEntry = EntryOf<'hash', HashValue>;
export type SetEntry = EntryOf<'set', SetValue>;
export type ZsetEntry = EntryOf<'zset', ZsetValue>;

export type Entry = StringEntry | ListEntry | HashEntry | SetEntry | ZsetEntry;
export type ValueType = Entry['type'];
export type Value = Entry['value'];
