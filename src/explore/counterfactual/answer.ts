/**
 * What would have spared a replica a full resync, as plain data: each answer is two runs, one at the value and one a step beyond.
 *
 * Nothing here is computed from a formula alone. A value that no run was made with does not appear.
 */
import type { Resync } from '../../checks/outcome.ts';
import type { Override } from '../../scenario/overrides.ts';

/** What can be turned, by the word for it. */
export const KNOBS = ['repl-backlog-size', 'outage', 'write-rate', 'output-limit', 'repl-timeout', 'repl-backlog-ttl', 'version'] as const;
export type KnobName = (typeof KNOBS)[number];

/**
 * What became of the resync in another run.
 *
 * `partial`: decided partial, and the replica got in step. `not-needed`: the replica never had to ask. `full`: copied again,
 * at once or after a partial resync that did not last. `loop`: partial again and again, and never in step. `undecided`: the run
 * ended before one could say. `not-runnable`: no run could be made, as of a version that does not know a setting; it says nothing, and is no side of an edge.
 */
export type Fate = 'partial' | 'not-needed' | 'full' | 'loop' | 'undecided' | 'not-runnable';

/** A run that was made to find out. */
export interface Probe {
  /** In the unit of its knob; of versions the place in the order of release. */
  readonly value: number;
  /** What the run was made with, on top of what the run asked about was made with: `--set PATH=VALUE` each. */
  readonly set: readonly Override[];
  readonly fate: Fate;
  /** What the master answered to the resync in question; null when nobody asked, or nobody answered. */
  readonly reason: Resync['reason'];
  /** Virtual time at which the fate was known, and the run was stopped, µs. */
  readonly knownAtUs: number;
}

/** Two neighbouring values, one step apart: with one it is spared, with the other it is not. Both were run; what lies between them, if anything, cannot be. */
export interface Edge {
  readonly holds: Probe;
  readonly fails: Probe;
}

export type Answer =
  /** One edge in all the range that was probed: on one side all is well, on the other nothing is. */
  | { readonly is: 'edge'; readonly edge: Edge }
  /**
   * Not monotone: more than one change of mind between neighbours of the grid. All edges that were found, from the lowest value
   * to the highest, each with both of its runs.
   */
  | { readonly is: 'several'; readonly edges: readonly Edge[] }
  /** No value that was probed spares it. */
  | { readonly is: 'none' }
  /** Not asked, or not to the end. */
  | { readonly is: 'not-tried'; readonly why: NotTried };

export type NotTried =
  /** There is no such thing in this run: no fault at the root, no load, no limit that was reached. */
  | 'does-not-apply'
  /** It is there, but no `--set` reaches it: an end that another verb brings about, a load that is unpaced or changed under way, a version that a node names itself. */
  | 'out-of-reach'
  /** The runs that were allowed were used up. */
  | 'budget'
  /** Ctrl-C. */
  | 'interrupted';

/** One knob, and what turning it does to the resync. */
export interface Counterfactual {
  readonly knob: KnobName;
  /** What is turned, as `--set` names it: `repl-backlog-size`, `timeline[0].partition.for`, `clients.app.writes`, `server`. */
  readonly paths: readonly string[];
  /** Of `value` and `was`. `rate-…`: operations per that time; `index`: a place in the list of versions. */
  readonly unit: 'bytes' | 'us' | 's' | 'rate-s' | 'rate-min' | 'rate-h' | 'index';
  /** What it was in the run asked about; null when it had no one value. */
  readonly was: number | null;
  readonly answer: Answer;
  /** Every run that was made for it, from the lowest value to the highest. */
  readonly probes: readonly Probe[];
}

/** All that was found out about one resync. */
export interface Counterfactuals {
  /** Its index in `Outcome.resyncs`. */
  readonly resync: number;
  /** Index of the attempt that was asked about: of a loop of attempts the first that could have been spared, for all of them. */
  readonly first: number;
  /** `first-contact`: who has no history yet is always copied, and no knob was turned. `not-full`: there was nothing to spare. */
  readonly asked: 'yes' | 'first-contact' | 'not-full';
  /** In the order of `KNOBS`. */
  readonly knobs: readonly Counterfactual[];
  /** Runs that were made. */
  readonly runs: number;
  /** Which knob to show when there is room for one; null: none of them spares it. */
  readonly best: KnobName | null;
}
