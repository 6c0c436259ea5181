/**
 * Chance: named streams of random numbers.
 *
 * Each consumer (a link, a client, a server's own choices) draws from a stream of its own, which depends
 * on the run's seed and the stream's name and on nothing else. So a new link never disturbs the
 * draws of another. The generator is Alea, whose named streams are independent of each other (tested).
 */

import alea from 'seedrandom/lib/alea.js';
import { assert } from '../assert.ts';

/** A source of random integers. Nothing here depends on an engine's floating-point functions. */
export interface Stream {
  /** 32 random bits, as a signed integer. */
  int32(): number;
  /** 53 random bits: an integer in [0, 2^53). */
  int53(): number;
  /** An integer in [0, n), each equally likely. n is an integer, 1 … 2^53 − 1. */
  below(n: number): number;
  /** An integer in [from, to], both ends included, each equally likely. */
  between(from: number, to: number): number;
  /** True in `numerator` of `denominator` cases. */
  chance(numerator: number, denominator: number): boolean;
  /** One of the items, each equally likely. */
  pick<T>(items: readonly T[]): T;
  /** A new array with the same items in random order. */
  shuffle<T>(items: readonly T[]): T[];
  /** `digits` random lower-case hexadecimal digits: a replication id has 40. */
  hex(digits: number): string;
}

export interface Streams {
  /** The stream of that name, made when first asked for; the same one each time. */
  stream(name: string): Stream;
}

/** `seed` is decimal text, so that no seed is rounded on its way here. */
export function createStreams(seed: string): Streams {
  assert(/^\d+$/.test(seed), `a seed is decimal text, not "${seed}"`);
  const streams = new Map<string, Stream>();
  return {
    stream(name: string): Stream {
      let stream = streams.get(name);
      if (stream === undefined) {
        stream = createStream(`${seed}\0${name}`);
        streams.set(name, stream);
      }
      return stream;
    },
  };
}

const TWO_31 = 2 ** 31;
const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;

function createStream(key: string): Stream {
  const { int32 } = alea(key);

  const int53 = (): number => (int32() >>> 11) * TWO_32 + (int32() >>> 0);

  const below = (n: number): number => {
    assert(n >= 1 && Number.isSafeInteger(n), 'below: n is an integer, 1 … 2^53 − 1');
    // A draw behind the last whole multiple of n would favour small remainders: draw again.
    if (n <= TWO_32) {
      const fair = TWO_32 - (TWO_32 % n);
      for (;;) {
        const drawn = int32() >>> 0;
        if (drawn < fair) return n <= TWO_31 ? (drawn % n) | 0 : drawn % n;
      }
    }
    const fair = TWO_53 - (TWO_53 % n);
    for (;;) {
      const drawn = int53();
      if (drawn < fair) return drawn % n;
    }
  };

  const shuffle = <T>(items: readonly T[]): T[] => {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = below(last + 1);
      const item = shuffled[last]!;
      shuffled[last] = shuffled[other]!;
      shuffled[other] = item;
    }
    return shuffled;
  };

  const hex = (digits: number): string => {
    let text = '';
    while (text.length < digits) text += (int32() >>> 0).toString(16).padStart(8, '0');
    return text.slice(0, digits);
  };

  return {
    int32,
    int53,
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (numerator, denominator) => below(denominator) < numerator,
    pick: (items) => {
      assert(items.length > 0, 'pick: there is nothing to pick from');
      return items[below(items.length)]!;
    },
    shuffle,
    hex,
  };
}
