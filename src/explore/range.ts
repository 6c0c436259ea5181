/**
 * Many runs of one scenario, over seeds and versions, told as one.
 *
 * Of each run a line is kept, and of all of them one whole outcome: the first of the worst.
 */
import type { Outcome, Verdict } from '../checks/outcome.ts';

export interface RangeRun {
  readonly seed: string;
  readonly server: string;
  readonly verdict: Verdict;
  /** Why it did not pass: the first expectation or invariant that did not hold; '' when all did. */
  readonly why: string;
  readonly traceHash: string;
}

export interface Range {
  /** In the order in which they were run: version by version, seed by seed. */
  readonly runs: readonly RangeRun[];
  readonly shown: Outcome;
}

export interface RangeInTheMaking {
  add(outcome: Outcome): void;
  /** null: nothing was run yet. */
  result(): Range | null;
}

/** From the best to the worst. */
const GRAVITY: readonly Verdict[] = ['passed', 'undecided', 'failed', 'error'];

export function createRange(): RangeInTheMaking {
  const runs: RangeRun[] = [];
  let shown: Outcome | null = null;
  return {
    add: (outcome) => {
      const { seed, server, verdict, traceHash } = outcome;
      runs.push({ seed, server, verdict, why: whyNot(outcome), traceHash });
      if (shown === null || GRAVITY.indexOf(verdict) > GRAVITY.indexOf(shown.verdict)) shown = outcome;
    },
    result: () => (shown === null ? null : { runs, shown }),
  };
}

function whyNot({ verdict, verdictDetail, expectations, invariants }: Outcome): string {
  if (verdict === 'passed') return '';
  const broken = invariants.find((one) => one.verdict === 'violated');
  if (broken !== undefined) return `${broken.name}: ${broken.detail}`;
  const wanted = verdict === 'failed' ? 'failed' : 'undecided';
  const open = expectations.find((one) => one.verdict === wanted);
  if (open === undefined) return verdictDetail;
  return open.detail === '' ? open.text : `${open.text}: ${open.detail.replace(/^expected .*?; found:? /, 'found ')}`;
}
