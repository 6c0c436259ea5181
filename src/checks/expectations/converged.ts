/** Judges whether all replicas were even with their masters: at the end, or in time. */
import type { Expectation } from '../../scenario/expectation.ts';
import { formatInstant, formatSpan } from '../../units.ts';
import { difference } from '../invariants/converged.ts';
import { EVEN_BY_DATA } from '../watches.ts';
import type { Evidence } from './evidence.ts';
import { enumerate, failed, HELD, type Judgement, tooEarly, undecided } from './judgement.ts';

type Of<Name extends Expectation['expect']> = Extract<Expectation, { expect: Name }>;

export function judgeConverged({ withinUs, after }: Of<'converged'>, evidence: Evidence): Judgement {
  const { atUs: now, states } = evidence;
  const uneven = states.flatMap((state) => (state.role === 'replica' ? (difference(state, states)?.words ?? []) : []));
  const differences = enumerate(uneven);
  if (after === 'end') {
    if (uneven.length === 0) return HELD;
    return evidence.stopped === '' ? failed(`expected all replicas to be even at the end; found ${differences}`) : undecided(tooEarly(evidence));
  }
  const { fromUs, atUs } = reached(after, evidence);
  const moment = MOMENTS[typeof after === 'object' ? 'us' : after];
  if (fromUs === null || fromUs > now) return undecided(`the run ended at ${formatInstant(now)}, before ${moment}`);
  if (atUs !== null && atUs - fromUs <= withinUs) {
    // Even offsets are not enough: at the end, and only there, the data itself is known.
    const other = uneven.find((words) => words.includes('other data'));
    return other === undefined ? HELD : failed(`expected equal data; found: ${other}`);
  }
  const expected = `expected within ${formatSpan(withinUs)} of ${moment} (${formatInstant(fromUs)})`;
  if (atUs !== null) return failed(`${expected}; found at ${formatInstant(atUs)}, after ${formatSpan(atUs - fromUs)}`);
  if (now - fromUs < withinUs) return undecided(`not yet, ${formatSpan(now - fromUs)} after ${moment}; the run ended at ${formatInstant(now)}`);
  return failed(`${expected}; found not even at ${formatInstant(now)}: ${uneven.length === 0 ? 'replicas were never even for an instant' : differences}`);
}

/** 2.6 counts no offsets: there it is the links and the data that are even. */
function reached(after: Of<'converged'>['after'], evidence: Evidence): { readonly fromUs: number | null; readonly atUs: number | null } {
  const { atUs: now, states, convergence } = evidence;
  const found = convergence.reached(after, now);
  const { fromUs } = found;
  if (fromUs === null || !states.some(({ running, offset }) => running && offset < 0)) return found;
  const changes = evidence.changesOf(EVEN_BY_DATA);
  if (changes.findLast(({ atUs }) => atUs <= fromUs)?.holds === true) return { fromUs, atUs: fromUs };
  return { fromUs, atUs: changes.find(({ atUs, holds }) => holds && atUs > fromUs)?.atUs ?? null };
}

const MOMENTS = {
  'load-stopped': 'the load stopping', healed: 'the last fault being healed', us: 'that moment',
} as const;
