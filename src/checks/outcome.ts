/** What a run came to: plain data from which every report is made. */
import type { Fact, NodeState } from '../trace/fact.ts';
import type { Resync } from '../trace/resyncs.ts';
import type { Observed } from '../trace/sample.ts';
import type { Scenario } from '../scenario/scenario.ts';

export type { Resync };

export type Verdict = 'passed' | 'failed' | 'undecided' | 'error';

export interface ExpectationResult {
  readonly text: string;
  /** `not-applicable`: it is meant for other versions. */
  readonly verdict: 'held' | 'failed' | 'undecided' | 'not-applicable';
  /** What was found, with numbers, when it did not hold; else ''. */
  readonly detail: string;
  /** When it was judged. */
  readonly atUs: number;
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | null;
}

export interface InvariantResult {
  readonly name: string;
  readonly verdict: 'held' | 'violated' | 'not-applicable';
  readonly detail: string;
  /** How many comparisons stand behind it. */
  readonly compared: number;
}

export interface Outcome {
  readonly scenario: Scenario;
  readonly seed: string;
  readonly server: string;
  readonly verdict: Verdict;
  /** Why it is an error or undecided: guard that stopped the run, …; '' otherwise. */
  readonly verdictDetail: string;
  readonly virtualUs: number;
  readonly events: number;
  /** Commands applied by masters' clients and carried in the stream (writes), all nodes. */
  readonly appliedWrites: number;
  /** 16 hex digits. */
  readonly traceHash: string;
  readonly resyncs: readonly Resync[];
  readonly expectations: readonly ExpectationResult[];
  readonly invariants: readonly InvariantResult[];
  readonly nodes: readonly NodeState[];
  /** All milestones, in order. */
  readonly facts: readonly Fact[];
  /** What was seen at regular instants; null: nobody asked for it. */
  readonly observed: Observed | null;
}
