/**
 * Whether a resync goes back to what explain names: the run is made again without it, and the resync must be gone. If it is not,
 * something else was enough as well; that is taken out, too, until it is gone or nothing is left to take out.
 */
import type { Outcome } from '../checks/outcome.ts';
import type { StepResult } from '../scenario/player.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { allSteps } from '../scenario/steps.ts';
import { verbWords } from '../scenario/words.ts';
import { causesOf, type Origin } from '../trace/causes.ts';
import type { Fact } from '../trace/fact.ts';
import { sameIn } from './same-resync.ts';
import { loadsOf, type Part, without } from './without.ts';

/** A run that was made, as far as a proof looks at it. */
export interface Tried {
  readonly outcome: Outcome;
  readonly steps: readonly StepResult[];
}

export interface Proof {
  /**
   * `alone`: without any one of the parts (of loads: without all) it is gone. `each`: every one of them leads to it without the
   * others. `any`: it is gone without all of them, and no more is known. `not-shown`: it is not gone without all of them.
   * `not-tried`: there is nothing to take out, or somebody did not want to wait.
   */
  readonly is: 'alone' | 'each' | 'any' | 'not-shown' | 'not-tried';
  /** What was taken out, in the order in which it happened. */
  readonly parts: readonly Part[];
  /** Trace hashes of the runs that show it: `alone`: one without each of the parts, in their order; else one without all of them. */
  readonly runs: readonly string[];
}

/** After so many runs nobody would believe it. */
const MOST_ROUNDS = 5;

/** Asks for one run after the other; null: no more will be made. */
export function* prove(tried: Tried, index: number): Generator<Scenario, Proof, Tried | null> {
  const { scenario, facts, resyncs } = tried.outcome;
  const found: Part[] = partsOf(causesOf(facts).origin(resyncs[index]!.facts.asked), tried);
  const notTried: Proof = { is: 'not-tried', parts: found, runs: [] };
  if (found.length === 0) return notTried;

  const known = new Map<string, Without>();
  const runWithout = function* (parts: readonly Part[]): Generator<Scenario, Without | null, Tried | null> {
    const key = parts.map((part) => found.indexOf(part)).join();
    const before = known.get(key);
    if (before !== undefined) return before;
    const other = yield without(scenario, parts);
    if (other === null) return null;
    const made: Without = { run: other, hash: other.outcome.traceHash, there: sameIn(tried.outcome, index, other.outcome) };
    known.set(key, made);
    return made;
  };

  // Of several that silence blames, those without any one of which it is gone.
  if (found.length > 1 && found[0]!.is === 'step') {
    const needed: { part: Part; hash: string }[] = [];
    for (const part of found) {
      const made = yield* runWithout([part]);
      if (made === null) return notTried;
      if (made.there === null) needed.push({ part, hash: made.hash });
    }
    if (needed.length > 0) return { is: 'alone', parts: needed.map(({ part }) => part), runs: needed.map(({ hash }) => hash) };
  }
  let last = '';
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const made = yield* runWithout([...found]);
    if (made === null) return notTried;
    last = made.hash;
    if (made.there === null) {
      if (found.length === 1 || found.every(({ is }) => is === 'load')) return { is: 'alone', parts: found, runs: [last] };
      return yield* whichOf(found, last, runWithout);
    }
    const { outcome } = made.run;
    const more = partsOf(causesOf(outcome.facts).origin(outcome.resyncs[made.there]!.facts.asked), made.run).filter((part) => !found.some((one) => isSame(one, part)));
    if (more.length === 0) break;
    found.push(...more);
  }
  return { is: 'not-shown', parts: found, runs: [last] };
}

/** A run without something. */
interface Without {
  readonly run: Tried;
  readonly hash: string;
  /** The index of the resync there; null: it is gone. */
  readonly there: number | null;
}

/** Of parts without all of which it is gone: those that lead to it without the others, if they are all that it takes. */
function* whichOf(found: readonly Part[], hash: string, runWithout: (parts: readonly Part[]) => Generator<Scenario, Without | null, Tried | null>): Generator<Scenario, Proof, Tried | null> {
  const notTried: Proof = { is: 'not-tried', parts: found, runs: [] };
  const enough: Part[] = [];
  for (const part of found) {
    const made = yield* runWithout(found.filter((other) => other !== part));
    if (made === null) return notTried;
    if (made.there !== null) enough.push(part);
  }
  if (enough.length > 0) {
    const made = yield* runWithout(enough);
    if (made === null) return notTried;
    if (made.there === null) return { is: enough.length === 1 ? 'alone' : 'each', parts: enough, runs: [made.hash] };
  }
  return { is: 'any', parts: found, runs: [hash] };
}

/** What can be taken out of the scenario so that this does not happen. */
export function partsOf(origin: Origin, { outcome: { scenario, facts }, steps }: Tried): Part[] {
  const stepOf = (id: number): Part[] => {
    const fact = facts[id - 1];
    const part = fact === undefined ? null : partOf(fact, steps, scenario);
    return part === null ? [] : [part];
  };
  switch (origin.is) {
    case 'fault':
      return origin.faults.flatMap(({ fact }) => stepOf(behind(fact, facts)));
    case 'order':
      return stepOf(origin.fact);
    case 'load':
      return loadsOf(scenario, origin.node);
    case 'start':
    case 'unknown':
      return [];
  }
}

/** What the network tells of a fault belongs to the verb that caused it. */
function behind(id: number, facts: readonly Fact[]): number {
  const fact = facts[id - 1];
  return fact === undefined || fact.body.kind === 'verb' || fact.cause === 0 ? id : behind(fact.cause, facts);
}

/** The step that a fact of the stage tells; null: it tells none that can be found. */
export function partOf({ body, atUs }: Fact, steps: readonly StepResult[], { timeline }: Scenario): Part | null {
  if (body.kind !== 'verb') return null;
  const taken = steps.find(({ step: { verb }, startedUs, endedUs }) => startedUs <= atUs && atUs <= endedUs && verb.do === body.verb && verbWords(verb) === body.words);
  // One that was not over when the run ended gave no result.
  const step = taken?.step ?? timeline.flatMap(({ steps: own }) => allSteps(own)).find(({ verb }) => verb.do === body.verb && verbWords(verb) === body.words);
  return step === undefined ? null : { is: 'step', step, words: body.words, atUs };
}

function isSame(one: Part, other: Part): boolean {
  if (one.is === 'load' || other.is === 'load') return one.is === 'load' && other.is === 'load' && one.client === other.client;
  return one.words === other.words && one.atUs === other.atUs;
}
