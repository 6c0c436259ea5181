/**
 * The same resync in another run, from which something was taken out. Every attempt of the replica is looked for, not only the one
 * that is meant: one that looks the same, but goes back to something else, is another.
 */
import type { Outcome } from '../checks/outcome.ts';
import { causesOf, type Origin } from '../trace/causes.ts';
import type { Fact } from '../trace/fact.ts';
import type { Resync } from '../trace/resyncs.ts';

type Told = Pick<Outcome, 'facts' | 'resyncs'>;

interface Attempt {
  readonly index: number;
  readonly resync: Resync;
  /** What it goes back to, each with its time: what is not taken out keeps that. */
  readonly origins: readonly string[];
}

/**
 * Its index in the other run; null: it is gone. It is the one that was asked at the same time; else one that goes back to the same;
 * else one of its kind that is nobody else's, because something else was enough for it.
 */
export function sameIn(told: Told, index: number, other: Told): number | null {
  const resync = told.resyncs[index]!;
  const own = attemptsOf(told, resync);
  const left = new Set(attemptsOf(other, resync));
  const found = new Map<number, Attempt>();
  const claim = (isIt: (one: Attempt, there: Attempt) => boolean): void => {
    for (const one of own) {
      const there = found.has(one.index) ? undefined : [...left].find((each) => isIt(one, each));
      if (there === undefined) continue;
      found.set(one.index, there);
      left.delete(there);
    }
  };
  claim((one, there) => one.resync.askedAtUs === there.resync.askedAtUs);
  claim((one, there) => one.origins.some((origin) => there.origins.includes(origin)));
  const same = found.get(index);
  return [...(same === undefined ? [] : [same]), ...left].find((there) => isAlike(resync, there.resync))?.index ?? null;
}

function attemptsOf({ facts, resyncs }: Told, { replica, master }: Resync): Attempt[] {
  const causes = causesOf(facts);
  return [...resyncs.entries()]
    .filter(([, one]) => one.replica === replica && one.master === master)
    .map(([index, resync]) => ({ index, resync, origins: keysOf(causes.origin(resync.facts.asked), facts) }));
}

function keysOf(origin: Origin, facts: readonly Fact[]): string[] {
  switch (origin.is) {
    case 'fault':
      return origin.faults.map(({ words, fromUs }) => `${fromUs} ${words}`);
    case 'order': {
      const { atUs, body } = facts[origin.fact - 1]!;
      return [`${atUs} ${body.kind === 'verb' ? body.words : body.kind}`];
    }
    case 'load':
    case 'start':
      return [`${origin.is} ${origin.node}`];
    case 'unknown':
      return [];
  }
}

/** Its time may be another, its kind and reason may not. */
function isAlike(one: Resync, other: Resync): boolean {
  return one.kind === other.kind && one.reason === other.reason;
}
