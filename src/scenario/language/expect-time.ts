/** Expectations of how something held over time: eventually, never, always, not before, in this order. */
import * as z from 'zod/mini';
import type { ExpectationBody, Moment } from '../expectation.ts';
import type { Condition } from '../scenario.ts';
import { A_CONDITION, allClients, condition, CONDITIONS, nothing } from './conditions.ts';
import { intervalKeys, moment, readInterval } from './moments.ts';
import { doc, editorsUnion, type Entry, forms, into, kindOf, leaf, list, mapping, maybe, readQuantity, relay, type Report, type Schema, type Table, validate, withMeta } from './schema.ts';
import type { Scope } from './scope.ts';
import { parseDuration } from '../../units.ts';
import { suggestWord } from '../suggest.ts';
import { duration } from './values.ts';

type Bodies = readonly ExpectationBody[];

const START: Moment = { at: 'start' };

export const TIME_EXPECTATIONS: Table<Bodies> = {
  converged: {
    says: 'All replicas are up, with the offsets and the data of their masters: at the end, or within so long of something.',
    schema: (scope) => {
      const atEnd: Bodies = [{ expect: 'converged', withinUs: 0, after: 'end' }];
      return forms(scope, 'within: and after:, or nothing for the end', { empty: into(scope, nothing(), () => atEnd), mapping: convergedWithin(scope) });
    },
  },
  eventually: {
    says: 'A condition comes true, as in { online: replica-a, within: 5s, after: healed }.',
    schema: (scope) => {
      const shape = {
        within: maybe('How long it may take; to the end of the run if not said.', duration(scope)),
        after: maybe('From when that counts; from the start if not said.', moment(scope)),
      };
      return conditionAnd(scope, shape, (wanted, { within = null, after = START }, report) => {
        if (after.at === 'end') report(['after'], 'nothing comes after the end', 'an earlier moment');
        return [{ expect: 'eventually', condition: wanted, withinUs: within, after }];
      });
    },
  },
  never: overInterval('never', 'A condition does not hold at any instant, as in { link-down: replica-a, from: 20s }.'),
  always: overInterval('always', 'A condition holds at every instant, as in { online: replica-a, from: 20s, until: { fault: kill } }.'),
  'not-before': {
    says: 'A condition comes true, but not before a moment, as in { online: replica-a, moment: 105s }.',
    schema: (scope) => {
      const shape = {
        moment: doc('Before this it must not hold.', moment(scope)),
        from: maybe('It is not looked at before this; from the start if not said.', moment(scope)),
      };
      return conditionAnd(scope, shape, (wanted, { moment: until, from = START }, report) => {
        readInterval({ from, until }, report);
        return [{ expect: 'not-before', condition: wanted, moment: until, from }];
      });
    },
  },
  order: {
    says: 'Moments that come one after another, or at the same time, as in [{ fault: partition }, { disconnection: replica-a }, { resync: replica-a }].',
    schema: (scope) => into(scope, list(moment(scope), 'two moments or more', { minItems: 2 }), (moments): Bodies => [{ expect: 'order', moments }]),
  },
};

function overInterval(expect: 'never' | 'always', says: string): Entry<Bodies> {
  return {
    says,
    schema: (scope) => conditionAnd(scope, intervalKeys(scope), (wanted, written, report) => [{ expect, condition: wanted, during: readInterval(written, report) }]),
  };
}

type Written<S extends z.core.$ZodShape> = z.output<z.ZodMiniObject<z.core.util.Writeable<S>, z.core.$strict>>;

/** A condition with more keys beside its own, or, when none is needed, a lone condition. */
function conditionAnd<const S extends z.core.$ZodShape, T>(
  scope: Scope, shape: S, make: (wanted: Condition, written: Written<S>, report: Report) => T,
): Schema<T> {
  if (scope.forEditors) {
    const keys = z.strictObject({ ...editorsUnion(scope, CONDITIONS).shape, ...shape });
    return z.union([condition(scope), keys]) as unknown as Schema<T>;
  }
  const alone = condition(scope);
  const others = mapping('a condition and its time', shape) as unknown as Schema<Written<S>>;
  const anything = withMeta(z.unknown(), { expects: A_CONDITION });
  return into(scope, anything, (value, report): T => {
    const [wanted, beside] = partedAt(value, shape);
    const read = validate(alone, wanted);
    const rest = validate(others, beside);
    if (!read.ok) relay(report, [], read.findings);
    if (!rest.ok) relay(report, [], rest.findings);
    return read.ok && rest.ok ? make(read.value, rest.value, report) : (undefined as T);
  });
}

/** The keys of a condition, and those of `shape`. */
function partedAt(value: unknown, shape: Readonly<Record<string, unknown>>): [wanted: unknown, beside: Record<string, unknown>] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [value, {}];
  const entries = Object.entries(value as Record<string, unknown>);
  const isBeside = ([key]: [string, unknown]): boolean => Object.hasOwn(shape, key);
  return [Object.fromEntries(entries.filter((entry) => !isBeside(entry))), Object.fromEntries(entries.filter(isBeside))];
}

// ------------------------------------------------------------------ converged

type After = Extract<ExpectationBody, { expect: 'converged' }>['after'];

function convergedWithin(scope: Scope): Schema<readonly ExpectationBody[]> {
  const shape = {
    within: maybe('How long it may take, counted from `after`.', duration(scope)),
    after: maybe('load-stopped, healed (the last fault), end, or a time such as 120s.', after()),
  };
  return into(scope, mapping('within: and after:', shape), ({ within, after: since = 'end' }, report) => {
    if (since === 'end') {
      if (within !== undefined) report(['within'], 'nothing comes after the end', 'add after: load-stopped, after: healed or a time', 'key');
    } else if (within === undefined) {
      report([], 'this does not say how long it may take', 'add within: 5s');
    }
    if (since === 'load-stopped') allClients(scope, (_, message, suggestion) => { report(['after'], message, suggestion); });
    return [{ expect: 'converged', withinUs: within ?? 0, after: since }];
  });
}

function after(): Schema<After> {
  const words = ['load-stopped', 'healed', 'end'] as const;
  const expects = 'load-stopped, healed, end, or a time such as 120s';
  return leaf<After>({
    expects,
    json: { type: 'string', examples: [...words, '120s'] },
    read: (value) => {
      const written = String(value);
      const word = words.find((one) => one === written);
      if (word !== undefined) return { ok: true, value: word };
      if (!/^[\d.-]/.test(written)) return { ok: false, message: `expected ${expects}, found ${kindOf(value)}`, suggestion: suggestWord(written, words) };
      const time = readQuantity(parseDuration, written);
      return time.ok ? { ok: true, value: { us: time.value } } : time;
    },
  });
}
