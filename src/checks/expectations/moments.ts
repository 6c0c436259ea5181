/** Moments of an expectation as instants of a run, and intervals between two of them. */
import { unreachable } from '../../assert.ts';
import { momentWords } from '../../scenario/expectation-words.ts';
import type { EventPattern, Interval, Moment, TextPattern } from '../../scenario/expectation.ts';
import { createFaults } from '../../trace/faults.ts';
import type { Fact } from '../../trace/fact.ts';
import { formatInstant } from '../../units.ts';
import type { Change } from '../watches.ts';
import type { Evidence } from './evidence.ts';

/** When something came: its time, and its fact when one says so (0: none). */
export interface Occurrence {
  readonly atUs: number;
  readonly fact: number;
}

export const FROM_THE_START: Occurrence = { atUs: 0, fact: 0 };

/** The first time that it comes at or after another; null: it has not come yet. */
export function occurrenceOf(moment: Moment, evidence: Evidence, since: Occurrence = FROM_THE_START): Occurrence | null {
  switch (moment.at) {
    case 'start':
      return FROM_THE_START;
    case 'end':
      return evidence.stopped === '' ? { atUs: evidence.atUs, fact: 0 } : null;
    case 'time':
      return moment.us > evidence.atUs ? null : { atUs: moment.us, fact: 0 };
    case 'load-stopped':
      return loadStopped(evidence.facts);
    case 'healed':
      return lastHealed(evidence.facts);
    case 'condition': {
      const atUs = holdsFirst(evidence.changesOf(moment.condition), since.atUs);
      return atUs === null ? null : { atUs, fact: 0 };
    }
    case 'event':
      return eventsLike(moment, evidence).find((one) => isAfter(one, since)) ?? null;
    default:
      return unreachable(moment);
  }
}

/** Facts of one instant have an order of their own. */
function isAfter(one: Occurrence, other: Occurrence): boolean {
  return one.atUs > other.atUs || (one.atUs === other.atUs && (other.fact === 0 || one.fact > other.fact));
}

/** The first instant from here on at which a condition holds. */
export function holdsFirst(changes: readonly Change[], fromUs: number): number | null {
  let held = false;
  for (const { atUs, holds } of changes) {
    if (atUs > fromUs) {
      if (held) return fromUs;
      if (holds) return atUs;
    } else held = holds;
  }
  return held ? fromUs : null;
}

/** All that fit, in order. */
function eventsLike(pattern: EventPattern, evidence: Evidence): Occurrence[] {
  const { facts } = evidence;
  const at = ({ id, atUs }: Fact): Occurrence => ({ atUs, fact: id });
  switch (pattern.event) {
    case 'log': {
      const fits = fitting(pattern.pattern);
      const linesOf = evidence.log(pattern.node);
      return facts.filter((fact) => linesOf(fact).some(fits)).map(at);
    }
    case 'resync':
      return evidence.resyncs
        .filter(({ replica, kind, reason, outcome }) =>
          replica === pattern.replica && outcome === 'done' && (pattern.kind === 'any' || pattern.kind === kind) && (pattern.reason === null || pattern.reason === reason))
        .map(({ endedAtUs, facts: { ended } }) => ({ atUs: endedAtUs ?? 0, fact: ended }));
    case 'disconnection':
      return evidence.disconnections()
        .filter(({ replica, cause }) => replica === pattern.replica && (pattern.cause === 'any' || pattern.cause === cause))
        .map(({ atUs, fact }) => ({ atUs, fact }));
    case 'fault': {
      const faults = createFaults();
      for (const fact of facts) faults.feed(fact);
      const broken = faults.spans.filter(({ verb }) => verb === pattern.verb).map(({ fromUs, fact }) => ({ atUs: fromUs, fact }));
      // Verbs that break nothing, such as a command, can be waited for as well.
      return broken.length > 0 ? broken : facts.filter(({ body }) => body.kind === 'verb' && body.verb === pattern.verb).map(at);
    }
    case 'fault-healed': {
      const faults = createFaults();
      for (const fact of facts) faults.feed(fact);
      return faults.spans.flatMap(({ verb, toUs, healedBy }) => (verb === pattern.verb && toUs !== null ? [{ atUs: toUs, fact: healedBy }] : []));
    }
    case 'started':
      return facts.filter(({ body }) => body.kind === 'process-started' && body.node === pattern.node).map(at);
    case 'ended':
      return facts.filter(({ body }) => body.kind === 'process-ended' && body.node === pattern.node).map(at);
    default:
      return unreachable(pattern);
  }
}

/** When the last load stopped; null: one still runs, or there was none. */
function loadStopped(facts: readonly Fact[]): Occurrence | null {
  const running = new Set<string>();
  let last: Occurrence | null = null;
  for (const { id, atUs, body } of facts) {
    if (body.kind === 'client-started') running.add(body.client);
    else if (body.kind === 'client-stopped') {
      running.delete(body.client);
      last = { atUs, fact: id };
    }
  }
  return running.size === 0 ? last : null;
}

/** When the last fault was healed; null: one is still there, or there was none. */
function lastHealed(facts: readonly Fact[]): Occurrence | null {
  const faults = createFaults();
  let last: Occurrence | null = null;
  for (const fact of facts) {
    const before = faults.active().length;
    faults.feed(fact);
    if (faults.active().length < before) last = { atUs: fact.atUs, fact: fact.id };
  }
  return faults.active().length === 0 ? last : null;
}

export function fitting(pattern: TextPattern): (line: string) => boolean {
  if ('contains' in pattern) return (line) => line.includes(pattern.contains);
  const expression = new RegExp(pattern.matches, 'u');
  return (line) => expression.test(line);
}

// ------------------------------------------------------------------ intervals

/** The instants [fromUs, untilUs). `closed`: its end has come. */
export interface Span {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly closed: boolean;
}

/** A sentence instead when it has not begun, or is empty. */
export function spanOf({ from, until }: Interval, evidence: Evidence): Span | string {
  const begins = occurrenceOf(from, evidence);
  if (begins === null) return notYet(from, evidence);
  // The end of a run belongs to it: how things stand there was observed.
  if (until.at === 'end') return { fromUs: begins.atUs, untilUs: Infinity, closed: evidence.stopped === '' };
  const ends = occurrenceOf(until, evidence, begins);
  if (ends === null) return { fromUs: begins.atUs, untilUs: Infinity, closed: false };
  if (ends.atUs <= begins.atUs) return `nothing lies between ${momentWords(from)} (${formatInstant(begins.atUs)}) and ${momentWords(until)} (${formatInstant(ends.atUs)})`;
  return { fromUs: begins.atUs, untilUs: ends.atUs, closed: true };
}

/** `the run ended at 180.0s, before the load stopping` */
export function notYet(moment: Moment, { atUs, stopped }: Evidence): string {
  return `the run ended at ${formatInstant(atUs)}${stopped === '' ? '' : ` (${stopped})`}, before ${momentWords(moment)}`;
}
