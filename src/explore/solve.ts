/**
 * Where along a knob's range an expectation begins to hold, or ceases to: for each seed, and for all of them together.
 *
 * A grid is probed first, so that an expectation that holds, fails and holds again is told as such; every change between
 * neighbours of the grid is then narrowed to a step. Asks for runs and is told how they were judged; makes none itself.
 */
import type { EdgeFound } from './edges.ts';
import { findEdges } from './edges.ts';

/** `undecided`: the run ended before it could be judged; it counts as not holding. */
export type Judgement = 'holds' | 'fails' | 'undecided';

export interface Judged {
  readonly judgement: Judgement;
  /** What was found instead; '' when it holds. */
  readonly why: string;
}

export interface SolveRequest {
  readonly seed: string;
  readonly value: number;
}

export interface Sample extends Judged {
  readonly value: number;
}

export interface SolvedSeed {
  readonly seed: string;
  /** From the lowest value to the highest. */
  readonly samples: readonly Sample[];
  readonly edges: readonly EdgeFound[];
}

/** A value with all seeds, as far as one had to look: the first that fails decides. */
export interface SampleOfAll {
  readonly value: number;
  readonly holds: boolean;
  /** Seeds with which it was found to hold, and not to. */
  readonly holding: readonly string[];
  readonly failing: readonly string[];
}

export interface Solved {
  readonly seeds: readonly SolvedSeed[];
  readonly all: { readonly samples: readonly SampleOfAll[]; readonly edges: readonly EdgeFound[] };
  readonly runs: number;
  /** False: it was stopped before all was known. */
  readonly complete: boolean;
}

export interface SolveOptions {
  readonly seeds: readonly string[];
  /** To probe first. */
  readonly grid: readonly number[];
  /** null: values are names of things, and nothing lies between them. */
  readonly step: number | null;
}

/** Wants the judgement of each run it asks for; null: no more runs. */
export function* solve({ seeds, grid, step }: SolveOptions): Generator<SolveRequest, Solved, Judged | null> {
  const known = new Map<string, Map<number, Judged>>(seeds.map((seed) => [seed, new Map<number, Judged>()]));
  let runs = 0;
  let stopped = false;
  const ask = function* (seed: string, value: number): Generator<SolveRequest, boolean, Judged | null> {
    const before = known.get(seed)!.get(value);
    if (before !== undefined) return before.judgement === 'holds';
    if (stopped) return false;
    const judged = yield { seed, value };
    if (judged === null) {
      stopped = true;
      return false;
    }
    runs++;
    known.get(seed)!.set(value, judged);
    return judged.judgement === 'holds';
  };
  /** Where other seeds have their edges, this one may have its own. */
  const hints: number[] = [];
  const search = function* (holds: (value: number) => Generator<SolveRequest, boolean, Judged | null>): Generator<SolveRequest, readonly EdgeFound[], Judged | null> {
    const going = findEdges({ grid, step: step ?? Infinity, hints });
    let next = going.next();
    while (next.done !== true) {
      const answer = yield* holds(next.value);
      if (stopped) return [];
      next = going.next(answer);
    }
    for (const { holds: yes, fails } of next.value.edges) hints.push(yes, fails);
    return next.value.edges;
  };
  const bySeed: { seed: string; edges: readonly EdgeFound[] }[] = [];
  for (const seed of seeds) bySeed.push({ seed, edges: yield* search((value) => ask(seed, value)) });
  // Of all seeds the one that failed last is asked first: it will often fail again.
  const order = [...seeds];
  const holdsWithAll = function* (value: number): Generator<SolveRequest, boolean, Judged | null> {
    for (const [index, seed] of order.entries()) {
      if (yield* ask(seed, value)) continue;
      order.splice(index, 1);
      order.unshift(seed);
      return false;
    }
    return true;
  };
  const edges = yield* search(holdsWithAll);
  return {
    seeds: bySeed.map(({ seed, edges: own }) => ({ seed, edges: own, samples: samplesOf(known.get(seed)!) })),
    all: { samples: samplesOfAll(seeds, known), edges }, runs, complete: !stopped,
  };
}

function samplesOf(judged: ReadonlyMap<number, Judged>): Sample[] {
  return [...judged].map(([value, one]) => ({ value, ...one })).sort((a, b) => a.value - b.value);
}

/** Values that are decided for all seeds: one fails, or all hold. */
function samplesOfAll(seeds: readonly string[], known: ReadonlyMap<string, ReadonlyMap<number, Judged>>): SampleOfAll[] {
  const values = [...new Set(seeds.flatMap((seed) => [...known.get(seed)!.keys()]))].sort((a, b) => a - b);
  return values.flatMap((value) => {
    const those = (holding: boolean): string[] => seeds.filter((seed) => {
      const judged = known.get(seed)!.get(value);
      return judged !== undefined && (judged.judgement === 'holds') === holding;
    });
    const [holding, failing] = [those(true), those(false)];
    return failing.length > 0 || holding.length === seeds.length ? [{ value, holds: failing.length === 0, holding, failing }] : [];
  });
}

/** Values to probe before halving: doublings where the range spans several, else equal parts. Both ends are among them. */
export function gridOf(from: number, to: number, step: number): number[] {
  const values = [from];
  if (to >= 4 * Math.max(from, step)) {
    for (let value = from === 0 ? step : 2 * from; value < to; value *= 2) values.push(value);
  } else {
    for (let part = 1; part < PARTS; part++) values.push(from + Math.floor(((to - from) * part) / PARTS / step) * step);
  }
  return [...new Set([...values, to])].sort((a, b) => a - b);
}

const PARTS = 8;
