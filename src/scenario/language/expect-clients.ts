/** What is expected of what clients were told: replies that have a name, error replies to loads, the stream that an observer hears. */
import type { ExpectationBody, StreamExpectation } from '../expectation.ts';
import type { IntRange } from '../scenario.ts';
import { suggestWord } from '../suggest.ts';
import { forms, into, list, mapping, maybe, named, oneOrMore, type Schema, type Table, trueOrFalse } from './schema.ts';
import type { Scope } from './scope.ts';
import { anyText, countRange, ONCE_OR_MORE, text, timeToExpect } from './values.ts';

type Bodies = readonly ExpectationBody[];
type WithoutObserver<Body> = Body extends unknown ? Omit<Body, 'expect' | 'observer'> : never;
type Heard = WithoutObserver<StreamExpectation>;
type Wanted = Omit<Extract<ExpectationBody, { expect: 'reply' }>, 'expect' | 'name'>;

export const CLIENT_EXPECTATIONS: Table<Bodies> = {
  reply: {
    says: 'What a command of the timeline was answered, by the name that as: gave it, such as { first-write: OK, second-write: { error: NOREPLICAS } }.',
    schema: (scope) => {
      const one = into(scope, anyText('a reply'), (value): Wanted => ({ is: [value], error: null, took: null, came: true }));
      const all = into(scope, list(anyText('a reply'), 'replies', { minItems: 1 }), (values): Wanted => ({ is: values, error: null, took: null, came: true }));
      const replies = named(() => null, forms<Wanted>(scope, 'a reply, a list of replies, or { error: READONLY }', { scalar: one, list: all, mapping: wanted(scope) }), 'names of replies and what they should be');
      return into(scope, replies, (each, report): Bodies => {
        if (each.length === 0) report([], 'this does not say which reply', 'for instance { first-write: OK }');
        return each.map(([name, body]) => ({ expect: 'reply', name, ...body }));
      });
    },
  },
  errors: {
    says: 'How many error replies a load was given, by their first word, or in all: { app: { READONLY: 1.., total: ..5 } } or { app: 0 }.',
    schema: (scope) => {
      const total = into(scope, countRange(scope), (count): readonly (readonly [string | null, IntRange])[] => [[null, count]]);
      const code = (key: string): { message: string; suggestion: string | null } | null =>
        /^[A-Z][A-Z0-9]*$/.test(key) || key === 'total' ? null : { message: `"${key}" is not the first word of an error reply`, suggestion: /^[a-z]+$/i.test(key) ? `did you mean ${key.toUpperCase()}?` : 'such as READONLY or MASTERDOWN' };
      const byCode = into(scope, named(code, countRange(scope), 'first words of error replies and counts'), (each, report): readonly (readonly [string | null, IntRange])[] => {
        if (each.length === 0) report([], 'this does not say how many', 'for instance { total: 0 }');
        return each.map(([key, count]) => [key === 'total' ? null : key, count]);
      });
      const client = (key: string): { message: string; suggestion: string | null } | null =>
        scope.clients.includes(key) ? null : { message: `there is no client "${key}"`, suggestion: suggestWord(key, scope.clients) };
      const clients = named(client, forms(scope, 'a count, or counts such as { READONLY: 1.. }', { scalar: total, mapping: byCode }), 'clients and their errors, such as { app: 0 }');
      return into(scope, clients, (each) => each.flatMap(([name, counts]) => counts.map(([prefix, count]): ExpectationBody => ({ expect: 'client-errors', client: name, prefix, count }))));
    },
  },
  stream: {
    says: 'What an observer heard of the stream, command by command: { watcher: SET greeting hello }, or { watcher: { all: [SELECT 0, SET a 1] } }.',
    schema: (scope) => {
      const observer = (key: string): { message: string; suggestion: string | null } | null =>
        scope.observers.includes(key) ? null : { message: `there is no observer "${key}"`, suggestion: scope.observers.length === 0 ? 'observers: { watcher: { to: replica-a } } makes one' : suggestWord(key, scope.observers) };
      const part = text('a part of a command');
      const once = into(scope, oneOrMore(scope, part, 'a part of a command'), (parts): readonly Heard[] => parts.map((contains) => ({ asks: 'count', contains, count: ONCE_OR_MORE })));
      const heard = forms<readonly Heard[]>(scope, 'a part of a command, or { contains: PING, count: 3.. }', { scalar: once, list: once, mapping: heardOf(scope) });
      return into(scope, named(observer, heard, 'observers and what they heard'), (each, report): Bodies => {
        if (each.length === 0) report([], 'this does not say which observer', 'for instance { watcher: SET greeting hello }');
        return each.flatMap(([name, all]) => all.map((one): ExpectationBody => ({ expect: 'stream', observer: name, ...one })));
      });
    },
  },
};

function heardOf(scope: Scope): Schema<readonly Heard[]> {
  const part = text('a part of a command');
  const commands = list(part, 'commands');
  const shape = {
    contains: maybe('A part of a command, its words with a space between; with count, so often.', part),
    count: maybe('How often; without it, at least once.', countRange(scope)),
    order: maybe('Parts of commands that come one after another, whatever is between them.', list(part, 'parts of commands', { minItems: 2 })),
    all: maybe('Every command, from the first to the last, SELECTs and PINGs included.', commands),
    offset: maybe('Up to which byte of the history.', countRange(scope)),
  };
  return into(scope, mapping('contains:, order:, all: or offset:', shape), ({ contains, count, order, all, offset }, report): readonly Heard[] => {
    if (count !== undefined && contains === undefined) report(['count'], 'this does not say of what', 'write contains: too', 'key');
    const asked: Heard[] = [
      ...(contains === undefined ? [] : [{ asks: 'count', contains, count: count ?? ONCE_OR_MORE } as const]),
      ...(order === undefined ? [] : [{ asks: 'order', contains: order } as const]),
      ...(all === undefined ? [] : [{ asks: 'all', commands: all } as const]),
      ...(offset === undefined ? [] : [{ asks: 'offset', offset } as const]),
    ];
    if (asked.length === 0 && count === undefined) report([], 'this does not say what was heard', 'write contains:, order:, all: or offset:');
    return asked;
  });
}

function wanted(scope: Scope): Schema<Wanted> {
  const several = forms<readonly string[]>(scope, 'a reply, or a list of replies', {
    scalar: into(scope, anyText('a reply'), (value) => [value]), list: list(anyText('a reply'), 'replies', { minItems: 1 }),
  });
  const shape = {
    is: maybe('The reply, as redis-cli shows it; of several commands, all of them.', several),
    error: maybe('It is an error that begins so, such as LOADING, MASTERDOWN, NOREPLICAS or READONLY.', text('the beginning of an error')),
    took: maybe('How long it took, such as ..2s.', timeToExpect(scope)),
    came: maybe('false: no reply has come.', trueOrFalse()),
  };
  return into(scope, mapping('is:, error: or took:', shape), ({ is = null, error = null, took = null, came = true }, report): Wanted => {
    if (is !== null && error !== null) report(['error'], 'a reply is a value or an error, not both', null, 'key');
    if (!came && (is ?? error ?? took) !== null) report(['came'], 'a reply that has not come is nothing yet', null, 'key');
    return { is, error: error === null ? null : error.replace(/^-/, ''), took, came };
  });
}
