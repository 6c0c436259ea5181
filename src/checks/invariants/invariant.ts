/**
 * What every run must keep, whatever its scenario says.
 *
 * An invariant is fed with facts and details as they are told, keeps as little as it can, and judges at
 * the end. It never changes the run, and slows it down by some nanoseconds a detail.
 */
import type { Fact, NodeState } from '../../trace/fact.ts';
import type { DetailKind, DetailListener } from '../../trace/trace.ts';
import type { InvariantResult } from '../outcome.ts';

export interface Invariant {
  /** Kinds of details it hears. */
  readonly kinds: readonly DetailKind[];
  readonly detail: DetailListener;
  /** `nodeIndex` of the fact's node; -1 for the stage, the network, and for names that are no node. */
  readonly fact: (fact: Fact, nodeIndex: number) => void;
  readonly result: (end: EndOfRun) => InvariantResult;
}

/** What is known when the run is over. */
export interface EndOfRun {
  readonly atUs: number;
  /** All observed states, in order. */
  readonly states: readonly NodeState[];
  /** The last state of each node, observed at the end. */
  readonly nodes: readonly NodeState[];
  /** Why the run ended before its time; '' when it did not. */
  readonly stopped: string;
}

export type MakeInvariant = (names: readonly string[]) => Invariant;

/** Keeps the first violation and counts the rest. */
export interface Findings {
  compared: number;
  violations: number;
  first: string;
}

export function createFindings(): Findings {
  return { compared: 0, violations: 0, first: '' };
}

export function violated(findings: Findings, message: () => string): void {
  if (findings.violations === 0) findings.first = message();
  findings.violations++;
}

/** The usual result: violated if anything was found, not applicable if nothing was compared. */
export function resultOf(name: string, findings: Findings, nothingToCompare: string, note = ''): InvariantResult {
  const { compared, violations, first } = findings;
  if (violations > 0) {
    const more = violations === 1 ? '' : ` (and ${violations - 1} more)`;
    return { name, verdict: 'violated', detail: first + more, compared };
  }
  if (compared === 0) return { name, verdict: 'not-applicable', detail: nothingToCompare, compared };
  return { name, verdict: 'held', detail: note, compared };
}
