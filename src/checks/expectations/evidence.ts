/** What there is to judge from, at one instant. */
import type { Condition } from '../../scenario/scenario.ts';
import type { Causes } from '../../trace/causes.ts';
import type { Disconnection } from '../../trace/disconnections.ts';
import type { ClientState, Fact, NodeState, StreamEntry } from '../../trace/fact.ts';
import type { Resync } from '../../trace/resyncs.ts';
import type { Convergence } from '../convergence.ts';
import type { LostWrites } from '../lost-writes.ts';
import type { Note } from '../notes.ts';
import type { Change } from '../watches.ts';

export interface Evidence {
  readonly atUs: number;
  /** The profile of the run. */
  readonly server: string;
  /** The state of each node, observed at this instant. */
  readonly states: readonly NodeState[];
  /** What each load was answered up to now. */
  readonly clients: readonly ClientState[];
  readonly resyncs: readonly Resync[];
  readonly facts: readonly Fact[];
  readonly convergence: Convergence;
  /** When a condition that an expectation names began and ceased to hold. */
  readonly changesOf: (condition: Condition) => readonly Change[];
  /** What the timeline noted under this name last; undefined: nothing yet. */
  readonly noteOf: (name: string) => Note | undefined;
  /** What this observer of the stream heard up to now, command by command. */
  readonly streamOf: (observer: string) => readonly StreamEntry[];
  readonly disconnections: () => readonly Disconnection[];
  readonly causes: () => Causes;
  readonly lostWrites: () => LostWrites;
  /** Reads the log of this node from its beginning: facts in, their lines out. */
  readonly log: (node: string) => (fact: Fact) => readonly string[];
  /** Why the run ended before its time; '' when it did not, or goes on. */
  readonly stopped: string;
}
