/** A list from left to right, and its hash, kept up to date at both ends. */
import type { Bytes } from '../protocol/payload.ts';
import { createLanes, hashBytes, mix, type Lanes } from './digest.ts';
import type { Owner } from './trie.ts';

/**
 * The hash is a polynomial: the sum of hash(item i) · factor^i, mod 2^32 and per lane. The factors are odd, so they
 * have inverses, and both ends cost the same; `power` is factor^length.
 */
export interface ListValue {
  readonly owner: Owner;
  readonly items: Bytes[];
  readonly sum: Lanes;
  readonly power: Lanes;
}

const FACTOR: Readonly<Lanes> = { low: 0x01000193, high: 0x5bd1e995 };
const INVERSE: Readonly<Lanes> = { low: inverse(FACTOR.low), high: inverse(FACTOR.high) };

export function createList(owner: Owner): ListValue {
  return { owner, items: [], sum: createLanes(), power: { low: 1, high: 1 } };
}

export function copyList(list: ListValue, owner: Owner): ListValue {
  return { owner, items: list.items.slice(), sum: { ...list.sum }, power: { ...list.power } };
}

export function pushRight(list: ListValue, item: Bytes): void {
  addAt(list, 1, item, list.power);
  scale(list.power, FACTOR);
  list.items.push(item);
}

export function pushLeft(list: ListValue, item: Bytes): void {
  scale(list.sum, FACTOR);
  addAt(list, 1, item, { low: 1, high: 1 });
  scale(list.power, FACTOR);
  list.items.unshift(item);
}

export function popRight(list: ListValue): Bytes | undefined {
  const item = list.items.pop();
  if (item === undefined) return undefined;
  scale(list.power, INVERSE);
  addAt(list, -1, item, list.power);
  return item;
}

export function popLeft(list: ListValue): Bytes | undefined {
  const item = list.items.shift();
  if (item === undefined) return undefined;
  addAt(list, -1, item, { low: 1, high: 1 });
  scale(list.sum, INVERSE);
  scale(list.power, INVERSE);
  return item;
}

/** Replaces the item at an index that exists. */
export function setItem(list: ListValue, index: number, item: Bytes): void {
  const place = { low: power(FACTOR.low, index), high: power(FACTOR.high, index) };
  addAt(list, -1, list.items[index]!, place);
  addAt(list, 1, item, place);
  list.items[index] = item;
}

/** Replaces everything: for changes in the middle. */
export function setItems(list: ListValue, items: readonly Bytes[]): void {
  list.items.length = 0;
  list.sum.low = list.sum.high = 0;
  list.power.low = list.power.high = 1;
  for (const item of items) pushRight(list, item);
}

export function hashList(out: Lanes, list: ListValue): void {
  out.low = mix(list.sum.low, list.items.length);
  out.high = mix(list.sum.high, list.items.length);
}

function addAt(list: ListValue, sign: 1 | -1, item: Bytes, place: Readonly<Lanes>): void {
  const hash = createLanes();
  hashBytes(hash, item);
  list.sum.low = (list.sum.low + sign * Math.imul(hash.low, place.low)) | 0;
  list.sum.high = (list.sum.high + sign * Math.imul(hash.high, place.high)) | 0;
}

function scale(lanes: Lanes, factor: Readonly<Lanes>): void {
  lanes.low = Math.imul(lanes.low, factor.low);
  lanes.high = Math.imul(lanes.high, factor.high);
}

function power(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let left = exponent; left > 0; left >>>= 1) {
    if ((left & 1) !== 0) result = Math.imul(result, square);
    square = Math.imul(square, square);
  }
  return result;
}

/** The inverse of an odd number mod 2^32 (Newton: each step doubles the correct bits). */
function inverse(odd: number): number {
  let x = odd;
  for (let step = 0; step < 5; step++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}
