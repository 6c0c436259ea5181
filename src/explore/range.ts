/**
 * Many runs of one scenario, over seeds and versions, told as one.
 *
 * Of each run a line is kept, and of all of them one whole outcome: the first of the worst.
 */
import type { Outcome, Resync, Verdict } from '../checks/outcome.ts';

export interface RangeRun {
  readonly seed: string;
  readonly server: string;
  readonly verdict: Verdict;
  /** Why it did not pass: the first expectation or invariant that did not hold; '' when all did. */
  readonly why: string;
  readonly traceHash: string;
  /** The completed ones, replica by replica in the order of the scenario, each in its own order. */
  readonly resyncs: readonly ReplicaResyncs[];
  /** Settings that this version does not know, and was run without. */
  readonly without: readonly string[];
}

export interface ReplicaResyncs {
  readonly replica: string;
  readonly done: readonly Resync[];
}

/** Versions that came to the same: verdict, and every resync with its reason. */
export interface Generation {
  readonly servers: readonly string[];
  readonly verdict: Verdict;
  readonly why: string;
  readonly resyncs: readonly ReplicaResyncs[];
}

/** A version that the scenario is not for, and why: what it does not know. */
export interface Skipped {
  readonly server: string;
  readonly why: string;
}

export interface Range {
  /** In the order in which they were run: version by version, seed by seed. */
  readonly runs: readonly RangeRun[];
  readonly shown: Outcome;
  readonly skipped: readonly Skipped[];
  /** One seed in several versions: those who came to the same, in the order in which each first appears; null: over seeds. */
  readonly generations: readonly Generation[] | null;
}

export interface RangeInTheMaking {
  add(outcome: Outcome, without?: readonly string[]): void;
  skip(skipped: Skipped): void;
  /** null: nothing was run yet. */
  result(): Range | null;
}

/** From the best to the worst. */
const GRAVITY: readonly Verdict[] = ['passed', 'undecided', 'failed', 'error'];

export function createRange(): RangeInTheMaking {
  const runs: RangeRun[] = [];
  const skipped: Skipped[] = [];
  let shown: Outcome | null = null;
  return {
    add: (outcome, without = []) => {
      const { seed, server, verdict, traceHash } = outcome;
      runs.push({ seed, server, verdict, why: whyNot(outcome), traceHash, resyncs: completed(outcome), without });
      if (shown === null || GRAVITY.indexOf(verdict) > GRAVITY.indexOf(shown.verdict)) shown = outcome;
    },
    skip: (one) => {
      skipped.push(one);
    },
    result: () => (shown === null ? null : { runs, shown, skipped, generations: isOverVersions(runs, skipped) ? generationsOf(runs) : null }),
  };
}

function completed({ scenario, resyncs }: Outcome): readonly ReplicaResyncs[] {
  // Who was a replica at any time: in the order of the file, whoever asked first.
  return scenario.nodes.flatMap(({ name }) => {
    const done = resyncs.filter(({ replica, outcome }) => replica === name && outcome === 'done');
    return done.length > 0 || resyncs.some(({ replica }) => replica === name) ? [{ replica: name, done }] : [];
  });
}

/** One seed in several versions: the question is what changed. */
function isOverVersions(runs: readonly RangeRun[], skipped: readonly Skipped[]): boolean {
  return new Set(runs.map(({ seed }) => seed)).size === 1 && runs.length + skipped.length > 1;
}

function generationsOf(runs: readonly RangeRun[]): readonly Generation[] {
  const found = new Map<string, { servers: string[]; run: RangeRun }>();
  for (const run of runs) {
    const answer = `${run.verdict} ${run.resyncs.map(({ replica, done }) => `${replica}: ${inWords(done)}`).join(' | ')}`;
    const known = found.get(answer);
    if (known === undefined) found.set(answer, { servers: [run.server], run });
    else known.servers.push(run.server);
  }
  return [...found.values()].map(({ servers, run: { verdict, why, resyncs } }) => ({ servers, verdict, why, resyncs }));
}

/** `full first-contact, partial in-backlog` */
function inWords(done: readonly Resync[]): string {
  return done.map(({ kind, reason }) => `${kind ?? 'none'} ${reason ?? ''}`.trimEnd()).join(', ');
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
