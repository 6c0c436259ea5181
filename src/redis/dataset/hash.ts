/** A hash: values by field, in the order in which fields were first set. */
import type { Bytes } from '../protocol/payload.ts';
import { addPair, createLanes, hashBytes, mix, type Lanes } from './digest.ts';
import type { Owner } from './trie.ts';

export interface HashValue {
  readonly owner: Owner;
  readonly fields: Map<string, Bytes>;
  readonly sum: Lanes;
}

export function createHash(owner: Owner): HashValue {
  return { owner, fields: new Map(), sum: createLanes() };
}

export function copyHash(hash: HashValue, owner: Owner): HashValue {
  return { owner, fields: new Map(hash.fields), sum: { ...hash.sum } };
}

/** Returns whether the field is new. */
export function setField(hash: HashValue, field: string, value: Bytes): boolean {
  const before = hash.fields.get(field);
  if (before !== undefined) add(hash, -1, field, before);
  add(hash, 1, field, value);
  hash.fields.set(field, value);
  return before === undefined;
}

/** Returns whether the field was there. */
export function deleteField(hash: HashValue, field: string): boolean {
  const before = hash.fields.get(field);
  if (before === undefined) return false;
  add(hash, -1, field, before);
  return hash.fields.delete(field);
}

export function hashHash(out: Lanes, hash: HashValue): void {
  out.low = mix(hash.sum.low, hash.fields.size);
  out.high = mix(hash.sum.high, hash.fields.size);
}

function add(hash: HashValue, sign: 1 | -1, field: string, value: Bytes): void {
  const fieldHash = createLanes();
  const valueHash = createLanes();
  hashBytes(fieldHash, field);
  hashBytes(valueHash, value);
  addPair(hash.sum, sign, fieldHash, valueHash);
}
