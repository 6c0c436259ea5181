/** Data sets for the tests of this folder. */
import { createKeyspace, newHash, newList, newSet, newZset, setContainer, setString, takeSnapshot } from '../../../src/redis/dataset/keyspace.ts';
import type { Keyspace, Snapshot } from '../../../src/redis/dataset/keyspace.ts';
import { setField } from '../../../src/redis/dataset/hash.ts';
import { pushRight } from '../../../src/redis/dataset/list.ts';
import { addMember } from '../../../src/redis/dataset/set.ts';
import { setScore } from '../../../src/redis/dataset/zset.ts';
import { defaultConfig, setDirective } from '../../../src/redis/config.ts';
import type { ServerConfig } from '../../../src/redis/config.ts';
import { redis72 } from '../../../src/redis/profiles/redis-7.2.ts';
import type { Bytes } from '../../../src/redis/protocol/payload.ts';

export type Fill = (keyspace: Keyspace) => void;

export function snapshotOf(...fills: readonly Fill[]): Snapshot {
  const keyspace = createKeyspace();
  for (const fill of fills) fill(keyspace);
  return takeSnapshot(keyspace);
}

export function configWith(directives: Readonly<Record<string, string>> = {}): ServerConfig {
  let config = defaultConfig(redis72);
  for (const [name, value] of Object.entries(directives)) {
    const result = setDirective(config, redis72, name, value);
    if (!result.ok) throw new Error(`${name} ${value}: ${result.reason}`);
    config = result.config;
  }
  return config;
}

export const string = (key: string, value: Bytes, db = 0, expireMs: number | null = null): Fill => (keyspace) => {
  setString(keyspace, db, key, value, expireMs);
};

export const strings = (count: number, key: (i: number) => string, value: (i: number) => Bytes): Fill => (keyspace) => {
  for (let i = 0; i < count; i++) setString(keyspace, 0, key(i), value(i), null);
};

/** As the recordings write: keys `prefix0`, `prefix1` …, values the digits of the number, then x up to the size. */
export const writeMany = (prefix: string, count: number, size: number): Fill =>
  strings(count, (i) => `${prefix}${i}`, (i) => String(i).padEnd(size, 'x'));

export const list = (...items: readonly Bytes[]): Fill => (keyspace) => {
  const value = newList(keyspace);
  for (const item of items) pushRight(value, item);
  setContainer(keyspace, 0, 'list', 'list', value, null);
};

export const hash = (...fields: readonly (readonly [string, Bytes])[]): Fill => (keyspace) => {
  const value = newHash(keyspace);
  for (const [field, content] of fields) setField(value, field, content);
  setContainer(keyspace, 0, 'hash', 'hash', value, null);
};

export const set = (...members: readonly string[]): Fill => (keyspace) => {
  const value = newSet(keyspace);
  for (const member of members) addMember(value, member);
  setContainer(keyspace, 0, 'set', 'set', value, null);
};

export const zset = (...members: readonly (readonly [string, number])[]): Fill => (keyspace) => {
  const value = newZset(keyspace);
  for (const [member, score] of members) setScore(value, member, score);
  setContainer(keyspace, 0, 'zset', 'zset', value, null);
};

export const range = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** `length` characters among the first `letters` of the alphabet, determined by `seed`. */
export function word(seed: number, length: number, letters = 26): string {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  let text = '';
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    text += String.fromCharCode(97 + ((state >>> 8) % letters));
  }
  return text;
}

/** A whole number in [0, below), determined by `seed`. */
export function number(seed: number, below: number): number {
  return (Math.imul(Math.imul(seed + 1, 0x85ebca6b) ^ 0x5bd1e995, 0xc2b2ae35) >>> 4) % below;
}
