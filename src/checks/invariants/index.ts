/** The invariants of every run. A new one is a file here and a line below. */
import type { Trace } from '../../trace/trace.ts';
import type { InvariantResult } from '../outcome.ts';
import { contiguous } from './contiguous.ts';
import { converged } from './converged.ts';
import { equalData } from './equal-data.ts';
import type { EndOfRun, MakeInvariant } from './invariant.ts';
import { offsetsForward } from './offsets-forward.ts';

const INVARIANTS: readonly MakeInvariant[] = [equalData, contiguous, offsetsForward, converged];

export interface Watch {
  results(end: EndOfRun): InvariantResult[];
}

/** Watches a trace from now on. Call before anything is told. */
export function watchInvariants(trace: Trace, make: readonly MakeInvariant[] = INVARIANTS): Watch {
  const indexByName = new Map(trace.names.map((name, index) => [name, index]));
  const invariants = make.map((one) => one(trace.names));
  for (const { kinds, detail } of invariants) trace.subscribe(kinds, detail);
  trace.onMilestone((fact) => {
    const node = indexByName.get(fact.node) ?? -1;
    for (const invariant of invariants) invariant.fact(fact, node);
  });
  return { results: (end) => invariants.map((invariant) => invariant.result(end)) };
}
