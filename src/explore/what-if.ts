/** Whether what came of a changed scenario is what its author foresaw. */
import type { Outcome } from '../checks/outcome.ts';
import type { Change } from '../scenario/overrides.ts';

/** What is looked at of an outcome. */
export type Judged = Pick<Outcome, 'verdict' | 'verdictDetail' | 'expectations'>;

export interface Foresight {
  readonly asForeseen: boolean;
  /** What is worth saying: what was found where it failed as foreseen, or how the outcome is another. */
  readonly words: readonly string[];
}

/** The scenario as it stands must pass: of one that fails anyway, a failure decides nothing. */
export function asWritten({ verdict, verdictDetail, expectations }: Judged): Foresight {
  const failed = expectations.filter((one) => one.verdict !== 'held');
  if (verdict === 'passed') return { asForeseen: true, words: [] };
  return { asForeseen: false, words: failed.length === 0 ? [verdictDetail] : failed.map(({ text, detail }) => sentence(text, detail)) };
}

/** A change that was to move the verdict must fail those very expectations; one that was not must leave all as they are. */
export function judgeChange({ fails, passes }: Change, outcome: Judged): Foresight {
  if (passes !== null) return asWritten(outcome);
  const failed = outcome.expectations.filter(({ verdict }) => verdict === 'failed');
  const meant = fails.map((part) => failed.find(({ text }) => text.includes(part)));
  const instead = outcome.verdict === 'passed' ? 'all held' : `the run is ${outcome.verdict}: ${failed[0]?.text ?? outcome.verdictDetail}`;
  const unmoved = fails.filter((_, index) => meant[index] === undefined).map((part) => `the verdict does not move: "${part}" was to fail, and ${instead}`);
  return { asForeseen: unmoved.length === 0, words: unmoved.length === 0 ? meant.map((one) => one?.detail ?? '') : unmoved };
}

function sentence(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`;
}
