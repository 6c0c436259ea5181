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
import { isGone, loadsOf, type Part, sameIn, without } from './without.ts';

/** A run that was made, as far as a proof looks at it. */
export interface Tried {
  readonly outcome: Outcome;
  readonly steps: readonly StepResult[];
}

export interface Proof {
  /**
   * `alone`: without any one of the parts it is gone. `each`: every one of them would have led to it. `not-shown`: it is not
   * gone without all of them. `not-tried`: there is nothing to take out, or somebody did not want to wait.
   */
  readonly is: 'alone' | 'each' | 'not-shown' | 'not-tried';
  /** What was taken out, in the order in which it happened. */
  readonly parts: readonly Part[];
  /** Trace hashes of the runs behind it, in their order. */
  readonly runs: readonly string[];
}

/** After so many runs nobody would believe it. */
const MOST_ROUNDS = 5;

/** Asks for one run after the other; null: no more will be made. */
export function* prove(tried: Tried, index: number): Generator<Scenario, Proof, Tried | null> {
  const { scenario, facts, resyncs } = tried.outcome;
  const found: Part[] = partsOf(causesOf(facts).origin(resyncs[index]!.facts.asked), tried);
  const runs: string[] = [];
  const proof = (is: Proof['is'], parts: readonly Part[] = found): Proof => ({ is, parts, runs });
  if (found.length === 0) return proof('not-tried');

  // Of several that silence blames, those without any one of which it is gone.
  if (found.length > 1 && found[0]!.is === 'step') {
    const needed: Part[] = [];
    for (const part of found) {
      const other = yield without(scenario, [part]);
      if (other === null) return proof('not-tried');
      runs.push(other.outcome.traceHash);
      if (isGone(tried.outcome, index, other.outcome)) needed.push(part);
    }
    if (needed.length > 0) return proof('alone', needed);
  }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const other = yield without(scenario, found);
    if (other === null) return proof('not-tried');
    runs.push(other.outcome.traceHash);
    if (isGone(tried.outcome, index, other.outcome)) return proof(round === 0 && (found.length === 1 || found[0]!.is === 'load') ? 'alone' : 'each');
    const there = sameIn(tried.outcome, index, other.outcome);
    const origin = there === null ? null : causesOf(other.outcome.facts).origin(other.outcome.resyncs[there]!.facts.asked);
    const more = origin === null ? [] : partsOf(origin, other).filter((part) => !found.some((known) => isSame(known, part)));
    if (more.length === 0) break;
    found.push(...more);
  }
  return proof('not-shown');
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
