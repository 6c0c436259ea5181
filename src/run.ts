/** The product in one function (contract; the body comes with the simulation room). */
import type { Outcome } from './checks/outcome.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { Fact } from './trace/fact.ts';

export interface RunOptions {
  /** Overrides the scenario's seed. */
  readonly seed?: string;
  /** Overrides the server of every node that does not name its own. */
  readonly server?: string;
  /** Stops at this virtual time, µs. */
  readonly untilUs?: number;
  /** Called with each milestone as it is told; never changes the run. */
  readonly onFact?: (fact: Fact) => void;
}

/** A run in slices, so that a caller can show progress and be interrupted. Slicing never touches the trace. */
export interface Run {
  readonly nowUs: number;
  readonly endUs: number;
  readonly events: number;
  /** Moves the run by at most `maxEvents` events; true when it is over. */
  advance(maxEvents: number): boolean;
  /** The outcome so far, or the final one. */
  outcome(): Outcome;
}

export declare function start(scenario: Scenario, options?: RunOptions): Run;
export declare function run(scenario: Scenario, options?: RunOptions): Outcome;
