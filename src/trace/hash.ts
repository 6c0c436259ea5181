/**
 * The fingerprint of a run: 64 bits, folded from its facts one after another.
 *
 * Two 32-bit lanes, because integers of 32 bits are what every JavaScript engine computes exactly and
 * fast. What goes in is written without ambiguity: numbers with their upper half, strings with their
 * length, objects with their keys in one order. So two runs have one hash only if they told the same
 * facts (or by an accident of 1 in 2^64). Nothing here asks a locale, and JSON has no part in it.
 *
 * It is no cryptographic hash: it finds differences, it does not keep secrets.
 */
import { assert } from '../assert.ts';

/** Lanes of the running hash: [0] and [1] are the state, as signed 32-bit integers. */
export type HashState = Int32Array;

const SEED_1 = 0x243f6a88;
const SEED_2 = 0x85a308d3 | 0;

export function createHash(): HashState {
  return Int32Array.of(SEED_1, SEED_2);
}

/** Folds the lower 32 bits of a number. */
export function foldWord(state: HashState, word: number): void {
  const one = nextOne(state[0]!, word);
  state[1] = nextTwo(state[1]!, one, word);
  state[0] = one;
}

/** As six times `foldWord`, without writing down what is between. */
export function foldSix(state: HashState, a: number, b: number, c: number, d: number, e: number, f: number): void {
  let one = nextOne(state[0]!, a);
  let two = nextTwo(state[1]!, one, a);
  one = nextOne(one, b);
  two = nextTwo(two, one, b);
  one = nextOne(one, c);
  two = nextTwo(two, one, c);
  one = nextOne(one, d);
  two = nextTwo(two, one, d);
  one = nextOne(one, e);
  two = nextTwo(two, one, e);
  one = nextOne(one, f);
  two = nextTwo(two, one, f);
  state[0] = one;
  state[1] = two;
}

function nextOne(one: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e2d51);
  mixed = one ^ Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** The second lane sees the word through another multiplier, and what has become of the first one: both must agree. */
function nextTwo(two: number, one: number, word: number): number {
  const mixed = two ^ Math.imul(word, 0x9e3779b1);
  return (Math.imul((mixed << 17) | (mixed >>> 15), 0x2c1b3c6d) + one) | 0;
}

/** Marks in front of values, so that no two different values are folded from the same words. */
const MARK = { null: 1, false: 2, true: 3, integer: 4, fraction: 5, string: 6, list: 7, object: 8 } as const;

const TWO_32 = 2 ** 32;

/** Folds an integer below 2^53 in size: two words. */
export function foldInteger(state: HashState, value: number): void {
  foldWord(state, value | 0);
  foldWord(state, Math.floor(value / TWO_32));
}

/** Folds a string: its length, then its char codes, two to a word. */
export function foldString(state: HashState, text: string): void {
  const length = text.length;
  foldWord(state, length);
  let at = 0;
  for (; at + 1 < length; at += 2) foldWord(state, text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
  if (at < length) foldWord(state, text.charCodeAt(at));
}

/** Folds any plain data: null, booleans, finite numbers, strings, arrays and objects of such. */
export function foldValue(state: HashState, value: unknown): void {
  switch (typeof value) {
    case 'string':
      foldWord(state, MARK.string);
      foldString(state, value);
      return;
    case 'number':
      foldNumber(state, value);
      return;
    case 'boolean':
      foldWord(state, value ? MARK.true : MARK.false);
      return;
    case 'object':
      if (value === null) foldWord(state, MARK.null);
      else if (Array.isArray(value)) foldList(state, value);
      else foldObject(state, value);
      return;
    default:
      assert(false, `a fact holds plain data, not ${typeof value}`);
  }
}

function foldNumber(state: HashState, value: number): void {
  assert(Number.isFinite(value), `a fact holds finite numbers, not ${value}`);
  if (Number.isSafeInteger(value)) {
    foldWord(state, MARK.integer);
    foldInteger(state, value);
    return;
  }
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  foldWord(state, MARK.fraction);
  foldWord(state, bits.getInt32(0));
  foldWord(state, bits.getInt32(4));
}

function foldList(state: HashState, list: readonly unknown[]): void {
  foldWord(state, MARK.list);
  foldWord(state, list.length);
  for (const item of list) foldValue(state, item);
}

function foldObject(state: HashState, object: object): void {
  const fields = object as Readonly<Record<string, unknown>>;
  // Array.prototype.sort without a comparator compares by UTF-16 code units, as `<` does.
  const keys = Object.keys(fields).sort();
  foldWord(state, MARK.object);
  foldWord(state, keys.length);
  for (const key of keys) {
    foldString(state, key);
    foldValue(state, fields[key]);
  }
}

/** The hash so far, as 16 lower-case hex digits. The state is not touched. */
export function hashText(state: HashState): string {
  let one = state[0]!;
  let two = state[1]!;
  // Lets each bit of one lane reach all bits of both.
  one = avalanche(one ^ Math.imul(two, 0x85ebca6b));
  two = avalanche(two ^ Math.imul(one, 0xc2b2ae35));
  one = (one + two) | 0;
  return hex8(one) + hex8(two);
}

function avalanche(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex8(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
