/**
 * Moments: points in time that only the run can tell, from which an expectation counts or up to which it holds.
 *
 * A time, a word (`load-stopped`), an event (`{ resync: replica-a }`), or a condition: the first instant at which it holds.
 */
import { parseDuration } from '../../units.ts';
import type { EventPattern, Interval, Moment, TextPattern } from '../expectation.ts';
import { suggestWord } from '../suggest.ts';
import { allClients, CONDITIONS } from './conditions.ts';
import { nodeKey } from './observables.ts';
import { lossCause, resync } from './resyncs.ts';
import { choice, doc, editorsUnion, forms, into, kindOf, leaf, mapping, maybe, named, oneKeyOf, readQuantity, type Report, type Schema, type Table, withMeta } from './schema.ts';
import type { Scope } from './scope.ts';
import { nodeName, text } from './values.ts';
import { VERBS } from './verbs.ts';

export const A_FAULT = 'partition';

/** The name of a verb that may be behind something. */
export function faultVerb(scope: Scope, others: readonly string[] = []): Schema<string> {
  return scope.shared(`fault-verb${others.join('-')}`, () => choice([...others, ...Object.keys(VERBS)], {}, ['the name of a verb, such as partition', ...others].join(', or ')));
}

const EVENTS: Table<EventPattern> = {
  log: {
    says: 'A node logs a line with this text.',
    schema: (scope) => into(scope, mapping('a node and a text, such as { node: master, contains: Background saving started }', { node: doc('Whose log.', nodeName(scope)), ...textKeys() }), (written, report) => ({
      event: 'log', node: written.node, pattern: readText(written, report),
    })),
  },
  resync: {
    says: 'A resync of a replica is completed: replica-a, or { replica-a: partial }.',
    schema: (scope) => {
      const any = into(scope, nodeName(scope), (replica): EventPattern => ({ event: 'resync', replica, kind: 'any', reason: null }));
      const one = ofOneNode(scope, resync(scope), 'a replica and a resync, such as { replica-a: partial }', (replica, { kind, reason }): EventPattern => ({ event: 'resync', replica, kind, reason }));
      return forms<EventPattern>(scope, 'a replica, or { replica-a: full }', { scalar: any, mapping: one });
    },
  },
  disconnection: {
    says: 'A replica loses its link, or a transfer: replica-a, or { replica-a: repl-timeout }.',
    schema: (scope) => {
      const any = into(scope, nodeName(scope), (replica): EventPattern => ({ event: 'disconnection', replica, cause: 'any' }));
      const one = ofOneNode(scope, lossCause(), 'a replica and a cause, such as { replica-a: repl-timeout }', (replica, cause): EventPattern => ({ event: 'disconnection', replica, cause }));
      return forms<EventPattern>(scope, 'a replica, or { replica-a: repl-timeout }', { scalar: any, mapping: one });
    },
  },
  fault: {
    says: 'The timeline breaks something, by the name of its verb.',
    schema: (scope) => into(scope, faultVerb(scope), (verb) => ({ event: 'fault', verb })),
  },
  healed: {
    says: 'What this verb broke is healed.',
    schema: (scope) => into(scope, faultVerb(scope), (verb) => ({ event: 'fault-healed', verb })),
  },
  started: {
    says: 'A process starts.',
    schema: (scope) => into(scope, nodeName(scope), (node) => ({ event: 'started', node })),
  },
  ended: {
    says: 'A process ends.',
    schema: (scope) => into(scope, nodeName(scope), (node) => ({ event: 'ended', node })),
  },
};

const WORDS = ['start', 'end', 'load-stopped', 'healed'] as const;
const A_MOMENT = 'a moment such as 20s, healed or { resync: replica-a }';

/** `20s`, `healed`, `{ resync: replica-a }`, `{ online: replica-a }` */
export function moment(scope: Scope): Schema<Moment> {
  return scope.shared('moment', () => {
    const events: Table<Moment> = Object.fromEntries(Object.entries(EVENTS).map(([key, { says, schema }]) => [key, { says, schema: (inner: Scope) => into(inner, inner.schemaOf({ says, schema }), (event): Moment => ({ at: 'event', ...event })) }]));
    const conditions: Table<Moment> = Object.fromEntries(
      Object.entries(CONDITIONS).map(([key, entry]) => [key, { says: entry.says, schema: (inner: Scope) => into(inner, inner.schemaOf(entry), (condition): Moment => ({ at: 'condition', condition })) }]),
    );
    const table = { ...conditions, ...events };
    const byKey = scope.forEditors
      ? (withMeta(editorsUnion(scope, table), { minProperties: 1, maxProperties: 1 }) as unknown as Schema<Moment>)
      : oneKeyOf(scope, table, { noun: 'moment', expects: A_MOMENT, synonyms: { logged: 'log', resynced: 'resync', disconnected: 'disconnection', lost: 'disconnection', start: 'started', kill: 'fault', partition: 'fault' } });
    return forms<Moment>(scope, A_MOMENT, { scalar: wordOrTime(scope), mapping: byKey });
  });
}

function wordOrTime(scope: Scope): Schema<Moment> {
  const read = leaf<Moment>({
    expects: A_MOMENT,
    json: { type: 'string', examples: [...WORDS, '20s'] },
    read: (value) => {
      const written = String(value);
      const word = WORDS.find((one) => one === written);
      if (word !== undefined) return { ok: true, value: { at: word } };
      if (!/^[\d.-]/.test(written)) return { ok: false, message: `expected ${A_MOMENT}, found ${kindOf(value)}`, suggestion: suggestWord(written, WORDS) };
      const time = readQuantity(parseDuration, written);
      return time.ok ? { ok: true, value: { at: 'time', us: time.value } } : time;
    },
  });
  return into(scope, read, (made, report) => {
    if (made.at === 'load-stopped') allClients(scope, report);
    return made;
  });
}

/** Keys to be spread into a mapping: from when and until when it is looked at. */
export function intervalKeys(scope: Scope): { from: ReturnType<typeof maybe<Moment>>; until: ReturnType<typeof maybe<Moment>> } {
  return {
    from: maybe('From this moment on; from the start if not said.', moment(scope)),
    until: maybe('Up to this moment; to the end if not said.', moment(scope)),
  };
}

export function readInterval({ from, until }: { readonly from?: Moment | undefined; readonly until?: Moment | undefined }, report: Report): Interval {
  const interval: Interval = { from: from ?? { at: 'start' }, until: until ?? { at: 'end' } };
  if (interval.from.at === 'time' && interval.until.at === 'time' && interval.until.us <= interval.from.us) report(['until'], 'this ends before it begins', 'a later until:');
  if (interval.from.at === 'end') report(['from'], 'nothing comes after the end', 'an earlier from:');
  if (interval.until.at === 'start') report(['until'], 'nothing comes before the start', 'a later until:');
  return interval;
}

/** Keys to be spread into a mapping; exactly one of them must be written. */
export function textKeys(): { contains: ReturnType<typeof maybe<string>>; matches: ReturnType<typeof maybe<string>> } {
  return {
    contains: maybe('A part of the line.', text('a part of a log line')),
    matches: maybe('A regular expression that the line matches.', regularExpression()),
  };
}

export function readText({ contains, matches }: { readonly contains?: string | undefined; readonly matches?: string | undefined }, report: Report): TextPattern {
  if ((contains === undefined) === (matches === undefined)) report([], contains === undefined ? 'this does not say which text' : 'one text at a time', 'write contains: or matches:');
  return matches === undefined ? { contains: contains ?? '' } : { matches };
}

function regularExpression(): Schema<string> {
  return leaf({
    expects: 'a regular expression such as "replica .* lost"',
    json: { type: 'string', minLength: 1 },
    read: (value) => {
      const source = String(value);
      try {
        new RegExp(source, 'u');
        return { ok: true, value: source };
      } catch (error) {
        const why = error instanceof Error ? (/: ([^:]*)$/.exec(error.message)?.[1] ?? '') : '';
        return { ok: false, message: `${kindOf(value)} is no regular expression${why === '' ? '' : `: ${why.toLowerCase()}`}`, suggestion: 'for a plain text, write contains:' };
      }
    },
  });
}

function ofOneNode<T, R>(scope: Scope, value: Schema<T>, expects: string, make: (node: string, value: T) => R): Schema<R> {
  return into(scope, named(nodeKey(scope), value, expects), (entries, report): R => {
    if (entries.length !== 1) report([], `expected ${expects}, found ${entries.length === 0 ? 'nothing' : 'several'}`);
    const [node = '', wanted] = entries[0] ?? [];
    return make(node, wanted as T);
  });
}
