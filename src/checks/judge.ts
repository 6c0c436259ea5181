/**
 * Watches a run from its first fact and says in the end what it came to: the Outcome.
 *
 * `watch` the trace before anything is told; call `checkpoint` where the timeline judges, and `outcome` at the end
 * (or at any time, for what is known so far). It reads the trace and never changes it.
 */
import { assert } from '../assert.ts';
import { formatInstant } from '../units.ts';
import type { Condition, Expectation, Scenario } from '../scenario/scenario.ts';
import type { Asked } from '../scenario/stage.ts';
import { allVerbs } from '../scenario/steps.ts';
import type { ClientState, NodeState } from '../trace/fact.ts';
import { causesOf } from '../trace/causes.ts';
import { disconnectionsOf } from '../trace/disconnections.ts';
import { createNodeLog } from '../trace/node-log.ts';
import { createResyncs } from '../trace/resyncs.ts';
import type { Observed } from '../trace/sample.ts';
import type { Trace } from '../trace/trace.ts';
import { watchConvergence, type After } from './convergence.ts';
import type { Evidence } from './expectations/evidence.ts';
import { judgeExpectation } from './expectations/judge-expectation.ts';
import { watchInvariants } from './invariants/index.ts';
import { writesKept } from './invariants/writes-kept.ts';
import { watchWrites } from './lost-writes.ts';
import { type Note, valueOf } from './notes.ts';
import type { ExpectationResult, InvariantResult, Outcome, Verdict } from './outcome.ts';
import { createWatches } from './watches.ts';

/** What the engine knows of the run and no fact says. */
export interface EndOfEngine {
  readonly seed: string;
  readonly server: string;
  readonly virtualUs: number;
  readonly events: number;
  readonly appliedWrites: number;
  /** The state of each node now. */
  readonly nodes: readonly NodeState[];
  /** What each load was answered; absent: there is none. */
  readonly clients?: readonly ClientState[];
  /** What was seen at regular instants; absent: nobody looked. */
  readonly observed?: Observed | null;
  /** Why the run was stopped before its time: what a guard said; '' when none did. */
  readonly stopped: string;
  /** The run is not over: somebody asks for what is known so far, or interrupted it. */
  readonly interrupted: boolean;
  /** What the timeline still waited for when time was up; '' or absent when it was done. */
  readonly waiting?: string;
}

export interface Judge {
  watch(trace: Trace): void;
  /** Conditions that expectations follow over time: whoever plays looks at them, and says when one has changed. */
  readonly conditions: readonly Condition[];
  changed(condition: number, atUs: number, holds: boolean): void;
  /** Judges and notes at this instant. The states of all nodes were observed (`trace.observe`) just before. */
  checkpoint(asked: Asked, atUs: number, clients?: readonly ClientState[]): void;
  outcome(end: EndOfEngine): Outcome;
}

/** `server`: the profile of the run, when it is not that of the scenario. */
export function createJudge(scenario: Scenario, server: string = scenario.server): Judge {
  let watched: Watched | null = null;
  const all = [...scenario.expect, ...inTimeline(scenario)];
  const serverOf = new Map(scenario.nodes.map((node) => [node.name, node.server === scenario.server ? server : node.server]));
  const judged: ExpectationResult[] = [];
  const watches = createWatches(all);
  const notes = new Map<string, Note>();

  const eyes = (): Watched => {
    assert(watched !== null, 'a judge must have watched from the beginning');
    return watched;
  };

  const evidence = (atUs: number, states: readonly NodeState[], clients: readonly ClientState[], stopped: string): Evidence => {
    const { trace, resyncs, convergence, writes } = eyes();
    const { facts, streams } = trace;
    return {
      atUs, server, states, clients, stopped, convergence, facts, resyncs: resyncs.list(),
      changesOf: watches.of,
      noteOf: (name) => notes.get(name),
      streamOf: (observer) => streams.get(observer) ?? [],
      causes: once(() => causesOf(facts)),
      disconnections: once(() => disconnectionsOf(facts)),
      lostWrites: once(() => writes.lost(states)),
      log: (node) => createNodeLog(node, serverOf.get(node) ?? server),
    };
  };

  return {
    watch: (trace) => {
      const resyncs = createResyncs();
      watched = {
        trace, resyncs, invariants: watchInvariants(trace), convergence: watchConvergence(trace, momentsOf(all)), writes: watchWrites(trace),
      };
      trace.onMilestone(resyncs.feed);
    },
    conditions: watches.conditions,
    changed: watches.changed,
    checkpoint: (asked, atUs, clients = []) => {
      const states = lastStates(eyes().trace);
      for (const { name, observable } of asked.notes) notes.set(name, { observable, value: valueOf(observable, states), atUs });
      const seen = evidence(atUs, states, clients, '');
      for (const expectation of asked.expectations) judged.push(judgeExpectation(expectation, seen));
    },
    outcome: (end) => {
      const { trace, invariants, writes } = eyes();
      const { seed, server: version, virtualUs, events, appliedWrites, nodes } = end;
      const stopped = whyStopped(scenario, end);
      const seen = evidence(virtualUs, nodes, end.clients ?? [], stopped);
      const expectations = [...judged, ...waitsThatRanOut(trace), ...scenario.expect.map((expectation) => judgeExpectation(expectation, seen))];
      const ended = { atUs: virtualUs, states: [...trace.states, ...nodes], nodes, stopped };
      const kept = [...invariants.results(ended), writesKept(writes, ended)];
      const { verdict, detail } = verdictOf(expectations, kept, stopped, end.waiting ?? '');
      return {
        scenario, seed, server: version, verdict, verdictDetail: detail, virtualUs, events, appliedWrites,
        traceHash: trace.hash(), resyncs: seen.resyncs, expectations, invariants: kept, nodes, facts: trace.facts,
        observed: end.observed ?? null,
      };
    },
  };
}

interface Watched {
  readonly trace: Trace;
  readonly resyncs: ReturnType<typeof createResyncs>;
  readonly invariants: ReturnType<typeof watchInvariants>;
  readonly convergence: ReturnType<typeof watchConvergence>;
  readonly writes: ReturnType<typeof watchWrites>;
}

/** Made when it is asked for, and not twice. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Why the run did not have the time that its scenario gives it; '' when it did. */
function whyStopped({ durationUs, endsWhenDone }: Scenario, { stopped, interrupted, virtualUs }: EndOfEngine): string {
  if (stopped !== '') return stopped;
  if (interrupted) return `interrupted at ${formatInstant(virtualUs)}`;
  return !endsWhenDone && virtualUs < durationUs ? `told to end at ${formatInstant(virtualUs)} instead of ${formatInstant(durationUs)}` : '';
}

/** What the run came to. Something that failed outweighs something that is still open. */
export function verdictOf(
  expectations: readonly ExpectationResult[],
  invariants: readonly InvariantResult[],
  stopped: string,
  waiting: string,
): { readonly verdict: Verdict; readonly detail: string } {
  const broken = invariants.find(({ verdict }) => verdict === 'violated');
  if (broken !== undefined) return { verdict: 'failed', detail: `invariant violated: ${broken.name}` };
  if (expectations.some(({ verdict }) => verdict === 'failed')) return { verdict: 'failed', detail: '' };
  if (stopped !== '') return { verdict: 'undecided', detail: stopped };
  if (waiting !== '') return { verdict: 'undecided', detail: `the timeline did not end: ${waiting}` };
  const open = expectations.some(({ verdict }) => verdict === 'undecided');
  return open ? { verdict: 'undecided', detail: 'the run ended before everything could be judged' } : { verdict: 'passed', detail: '' };
}

/** What the timeline waited for in vain was expected, too. */
function waitsThatRanOut({ facts }: Trace): ExpectationResult[] {
  return facts.flatMap(({ atUs, body }) =>
    body.kind === 'wait-timed-out' ? [{ text: body.words, verdict: 'failed' as const, detail: 'it did not come true in time', atUs, place: null }] : [],
  );
}

/** The last observed state of each node, in the order of the file. */
function lastStates(trace: Trace): NodeState[] {
  const last = new Map<string, NodeState>();
  for (const state of trace.states) last.set(state.node, state);
  return trace.names.flatMap((name) => last.get(name) ?? []);
}

function inTimeline({ timeline }: Scenario): Expectation[] {
  return allVerbs(timeline).flatMap((verb) => (verb.do === 'expect' ? verb.expectations : []));
}

function momentsOf(expectations: readonly Expectation[]): After[] {
  return expectations.flatMap((expectation) => (expectation.expect === 'converged' && expectation.after !== 'end' ? [expectation.after] : []));
}
