/** The world a case is replayed in: anything that plays a scenario and lets its relays be tapped. */
import type { StepResult } from '../../scenario/player.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Fact } from '../../trace/fact.ts';
import type { Address } from './names.ts';
import type { RelayTap } from './tap.ts';

export type Engine = (scenario: Scenario, tap: RelayTap) => EngineRun;

export interface EngineRun {
  /** What the player's steps gave, in any order. */
  readonly steps: readonly StepResult[];
  /** All milestones, in order. */
  readonly facts: readonly Fact[];
  /** Where the servers and the proxies in front of them listen. */
  readonly addresses: readonly Address[];
  /** Why the run ended before the case did (a guard, a limit); '' when it did not. */
  readonly stopped: string;
}
