/** What there is to tell of a run whose resyncs are explained. */
import type { Outcome } from '../../checks/outcome.ts';
import type { Counterfactuals } from '../../explore/counterfactual/answer.ts';
import type { Proof } from '../../explore/proof.ts';
import type { Causes } from '../../trace/causes.ts';
import type { Explanation } from '../../trace/explanation.ts';

export interface ToldRun {
  readonly outcome: Outcome;
  readonly causes: Causes;
  /** Those that are told whole. */
  readonly told: readonly ToldResync[];
}

export interface ToldResync {
  readonly explanation: Explanation;
  readonly proof: Proof;
  /** What would have made it partial; null: nobody asked. */
  readonly whyNot: Counterfactuals | null;
}
