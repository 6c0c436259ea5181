/** Judges how a condition held over time, and what came after what. */
import { unreachable } from '../../assert.ts';
import { momentWords } from '../../scenario/expectation-words.ts';
import type { Expectation, Moment } from '../../scenario/expectation.ts';
import { formatInstant, formatSpan } from '../../units.ts';
import type { Change } from '../watches.ts';
import type { Evidence } from './evidence.ts';
import { failed, HELD, type Judgement, undecided } from './judgement.ts';
import { FROM_THE_START, holdsFirst, notYet, occurrenceOf, type Occurrence, type Span, spanOf } from './moments.ts';

type Of<Name extends Expectation['expect']> = Extract<Expectation, { expect: Name }>;

export function judgeOverTime(expectation: Of<'eventually' | 'never' | 'always' | 'not-before' | 'order'>, evidence: Evidence): Judgement {
  switch (expectation.expect) {
    case 'eventually':
      return judgeEventually(expectation, evidence);
    case 'never':
    case 'always':
      return judgeInterval(expectation, evidence);
    case 'not-before':
      return judgeNotBefore(expectation, evidence);
    case 'order':
      return judgeOrder(expectation, evidence);
    default:
      return unreachable(expectation);
  }
}

function judgeEventually({ condition, withinUs, after }: Of<'eventually'>, evidence: Evidence): Judgement {
  const from = occurrenceOf(after, evidence);
  if (from === null) return undecided(notYet(after, evidence));
  const atUs = holdsFirst(evidence.changesOf(condition), from.atUs);
  const took = atUs === null ? null : atUs - from.atUs;
  if (took !== null && (withinUs === null || took <= withinUs)) return HELD;
  const since = after.at === 'start' ? '' : ` of ${momentWords(after)} (${formatInstant(from.atUs)})`;
  const expected = `expected ${withinUs === null ? 'sometime' : `within ${formatSpan(withinUs)}${since}`}`;
  if (atUs !== null && took !== null) return failed(`${expected}; found at ${formatInstant(atUs)}, after ${formatSpan(took)}`);
  const passedUs = evidence.atUs - from.atUs;
  const timeLeft = withinUs === null ? evidence.stopped !== '' : passedUs < withinUs;
  if (timeLeft) return undecided(`not yet, ${formatSpan(passedUs)} after ${momentWords(after)}; the run ended at ${formatInstant(evidence.atUs)}`);
  return failed(`${expected}; found not once, up to ${formatInstant(evidence.atUs)}`);
}

function judgeInterval({ expect, condition, during }: Of<'never' | 'always'>, evidence: Evidence): Judgement {
  const span = spanOf(during, evidence);
  if (typeof span === 'string') return undecided(span);
  const wrong = stretches(evidence.changesOf(condition), span, expect === 'never');
  const [first] = wrong;
  if (first !== undefined) {
    const last = first.toUs === null ? 'to the end' : `for ${formatSpan(first.toUs - first.fromUs)}`;
    const more = wrong.length === 1 ? '' : `, and ${wrong.length - 1} more ${wrong.length === 2 ? 'time' : 'times'}`;
    const [wanted, found] = expect === 'never' ? ['at no instant', ''] : ['all the time', 'otherwise '];
    return failed(`expected ${wanted}; found ${found}at ${formatInstant(first.fromUs)}, ${last}${more}`);
  }
  return span.closed ? HELD : undecided(`so far ${expect === 'never' ? 'never' : 'always'}; ${notYet(during.until, evidence)}`);
}

interface Stretch {
  readonly fromUs: number;
  /** null: to the end of the run. */
  readonly toUs: number | null;
}

/** The stretches of a span during which a condition was so. */
function stretches(changes: readonly Change[], { fromUs, untilUs }: Span, wanted: boolean): Stretch[] {
  const found: Stretch[] = [];
  let sinceUs: number | null = wanted ? null : 0;
  const end = (toUs: number | null): void => {
    const endUs = toUs ?? (untilUs === Infinity ? null : untilUs);
    if (sinceUs !== null && (endUs === null || endUs > fromUs) && sinceUs < untilUs) found.push({ fromUs: Math.max(sinceUs, fromUs), toUs: endUs });
    sinceUs = null;
  };
  for (const { atUs, holds } of changes) {
    if (atUs >= untilUs) break;
    if (holds === wanted) sinceUs ??= atUs;
    else end(atUs);
  }
  end(null);
  return found;
}

function judgeNotBefore({ condition, moment, from }: Of<'not-before'>, evidence: Evidence): Judgement {
  const begins = occurrenceOf(from, evidence);
  if (begins === null) return undecided(notYet(from, evidence));
  const atUs = holdsFirst(evidence.changesOf(condition), begins.atUs);
  const limit = occurrenceOf(moment, evidence, begins);
  const expected = `expected not before ${momentWords(moment)}`;
  const when = limit === null ? '' : ` (${formatInstant(limit.atUs)})`;
  if (atUs !== null && (limit === null || atUs < limit.atUs)) return failed(`${expected}${when}; found at ${formatInstant(atUs)}`);
  if (atUs !== null) return HELD;
  if (evidence.stopped !== '' || limit === null) return undecided(`not yet; ${limit === null ? notYet(moment, evidence) : `the run ended at ${formatInstant(evidence.atUs)}`}`);
  return failed(`${expected}${when}; found not once, up to ${formatInstant(evidence.atUs)}`);
}

function judgeOrder({ moments }: Of<'order'>, evidence: Evidence): Judgement {
  const came: { readonly moment: Moment; readonly at: Occurrence }[] = [];
  for (const moment of moments) {
    const since = came.at(-1)?.at ?? FROM_THE_START;
    const at = occurrenceOf(moment, evidence, since);
    if (at !== null && at.atUs >= since.atUs) {
      came.push({ moment, at });
      continue;
    }
    const sofar = came.map((one) => `${momentWords(one.moment)} at ${formatInstant(one.at.atUs)}`);
    const earlier = at ?? occurrenceOf(moment, evidence);
    if (earlier === null && evidence.stopped !== '') return undecided([...sofar, notYet(moment, evidence)].join(', '));
    const missing = came.length === 0 ? `not once ${momentWords(moment)}` : `but not ${momentWords(moment)} after that`;
    const instead = earlier === null ? '' : ` (only before, at ${formatInstant(earlier.atUs)})`;
    return failed(`found ${[...sofar, missing].join(', ')}${instead}`);
  }
  return HELD;
}
