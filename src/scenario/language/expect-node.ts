/** What is expected of one node: what stands under its name, `replica-a: { role: replica, keys: 100 }`. */
import * as z from 'zod/mini';
import type { Comparison, ExpectationBody } from '../expectation.ts';
import { LINK_STATES, LINK_STATE_SYNONYMS } from './conditions.ts';
import { ATTEMPTS, DISCONNECTIONS, type OfNode, RESYNC_CAUSES, RESYNCS } from './expect-resyncs.ts';
import { intervalKeys, readInterval, readText, textKeys } from './moments.ts';
import { comparisonKeys, infoField, infoValue, readComparison, role } from './observables.ts';
import {
  choice, doc, editorsUnion, type Entry, forms, integer, into, kindOf, leaf, list, mapping, maybe, named, oneKeyOf, oneOrMore, relay, type Schema, type Table, trueOrFalse,
  validate, withMeta,
} from './schema.ts';
import type { Scope } from './scope.ts';
import { anyText, bytesToExpect, countRange, ONCE_OR_MORE, text, timeToExpect } from './values.ts';

const WHOLE_RUN = { from: { at: 'start' }, until: { at: 'end' } } as const;

export const NODE_EXPECTATIONS: Table<OfNode> = {
  resyncs: RESYNCS,
  attempts: ATTEMPTS,
  'resync-causes': RESYNC_CAUSES,
  disconnections: DISCONNECTIONS,
  role: {
    says: 'It is a master, or a replica.',
    schema: (scope) => into(scope, role(), (value): OfNode => (node) => [{ expect: 'role', node, role: value }]),
  },
  state: {
    says: `Where this replica is on its way to the master: ${LINK_STATES.join(', ')}.`,
    schema: (scope) => into(scope, choice(LINK_STATES, LINK_STATE_SYNONYMS), (state): OfNode => (replica) => [{ expect: 'link-state', replica, state }]),
  },
  lag: {
    says: 'How far this replica is behind its master.',
    schema: (scope) => {
      const shape = {
        bytes: maybe('Bytes of the stream that it has not processed yet.', bytesToExpect(scope)),
        seconds: maybe('Whole seconds since its last ACK, as lag= in INFO of its master.', countRange(scope)),
      };
      return into(scope, mapping('bytes: or seconds:, such as { bytes: ..1mb }', shape), ({ bytes = null, seconds = null }, report): OfNode => {
        if (bytes === null && seconds === null) report([], 'this does not say how far', 'for instance { bytes: ..1mb }');
        return (replica) => [{ expect: 'lag', replica, bytes, seconds }];
      });
    },
  },
  keys: {
    says: 'How many keys it holds, those whose time has passed included.',
    schema: (scope) => into(scope, countRange(scope), (count): OfNode => (node) => [{ expect: 'keys', node, count }]),
  },
  key: {
    says: 'A key is there, is not there, has a value or a time to live.',
    schema: (scope) => {
      const several = into(scope, list(keyExpectation(scope), 'keys', { minItems: 1 }), (all): OfNode => (node) => all.flatMap((one) => one(node)));
      return forms(scope, 'a key such as { name: user:1, value: hello } or { name: user:1, exists: false }', { mapping: keyExpectation(scope), list: several });
    },
  },
  log: {
    says: 'It logged a line with this text; with count, so often.',
    schema: (scope) => {
      const line = text('a part of a log line');
      const once = into(scope, oneOrMore(scope, line, 'a part of a log line'), (parts): OfNode => (node) =>
        parts.map((contains) => ({ expect: 'log', node, pattern: { contains }, count: ONCE_OR_MORE, during: WHOLE_RUN })));
      const shape = { ...textKeys(), count: maybe('How often; without it, at least once.', countRange(scope)), ...intervalKeys(scope) };
      const counted = into(scope, mapping('a text and a count', shape), ({ count = ONCE_OR_MORE, ...written }, report): OfNode => {
        const pattern = readText(written, report);
        const during = readInterval(written, report);
        return (node) => [{ expect: 'log', node, pattern, count, during }];
      });
      return forms(scope, 'a part of a log line, or { contains: …, count: 0 }', { scalar: once, list: once, mapping: counted });
    },
  },
  info: {
    says: 'Fields of INFO and their values, such as { master_link_status: up, sync_full: { at-least: 2 } }.',
    schema: (scope) => {
      const equal = into(scope, infoValue(), (value): Comparison => ({ op: '=', value }));
      const compared = into(scope, mapping('is, is-not, at-least or at-most', comparisonKeys()), readComparison);
      const value = forms<Comparison>(scope, 'a value, or a comparison such as { at-least: 2 }', { scalar: equal, mapping: compared });
      const field = infoField();
      const fieldKey = (key: string): { message: string; suggestion: string | null } | null => {
        const read = validate(field, key);
        return read.ok ? null : read.findings[0]!;
      };
      return into(scope, named(fieldKey, value, 'fields of INFO, such as { master_link_status: up }'), (fields): OfNode => (node) =>
        fields.map(([name, wanted]) => ({ expect: 'info', node, field: name, ...wanted })));
    },
  },
};

function keyExpectation(scope: Scope): Schema<OfNode> {
  const shape = {
    name: doc('The key.', anyText('the name of a key')),
    value: maybe('Its value, exactly.', anyText('the value of the key')),
    exists: maybe('false: the key is not there.', trueOrFalse()),
    ttl: maybe('What is left of its life, such as 1s..10s; none: it has no time to live.', timeToLive(scope)),
    physical: maybe('true: as it lies in memory, though its time may have passed; otherwise as a client would be told.', trueOrFalse()),
    db: maybe('The database; 0 if not said.', integer(0, 1_000_000)),
  };
  return into(scope, mapping('a key such as { name: user:1, value: hello }', shape), ({ name, value = null, exists = true, ttl = null, physical = false, db = 0 }, report): OfNode => {
    if (!exists && value !== null) report(['exists'], 'a key that does not exist has no value', null, 'key');
    if (!exists && ttl !== null) report(['exists'], 'a key that does not exist has no time to live', null, 'key');
    return (node): readonly ExpectationBody[] => [{ expect: 'key', node, db, key: name, exists, value, ttl, physical }];
  });
}

type TimeToLive = { readonly fromUs: number; readonly toUs: number } | 'none';

function timeToLive(scope: Scope): Schema<TimeToLive> {
  const time = timeToExpect(scope);
  const expects = 'a time such as 1s..10s, or none';
  if (scope.forEditors) return z.union([z.literal('none'), time]) as unknown as Schema<TimeToLive>;
  return leaf<TimeToLive>({
    expects,
    json: {},
    read: (value) => {
      if (value === 'none') return { ok: true, value };
      const read = validate(time, value);
      if (read.ok) return { ok: true, value: { fromUs: read.value.from, toUs: read.value.to } };
      const [finding] = read.findings;
      return { ok: false, message: finding?.message ?? `expected ${expects}, found ${kindOf(value)}`, suggestion: finding?.suggestion ?? null };
    },
  });
}

/** All that is expected of one node, in the order in which it is written. */
export const OF_NODE: Entry<OfNode> = {
  says: 'What is expected of this node.',
  schema: (scope) => {
    const expects = 'expectations of the node, such as { resyncs: [full: first-contact] }';
    if (scope.forEditors) return withMeta(editorsUnion(scope, NODE_EXPECTATIONS), { minProperties: 1 }) as unknown as Schema<OfNode>;
    const one = oneKeyOf(scope, NODE_EXPECTATIONS, { noun: 'expectation', expects, synonyms: NODE_SYNONYMS });
    const parts = z.pipe(
      withMeta(z.record(z.string(), z.unknown()), { expects }),
      z.transform((written: Record<string, unknown>) => Object.entries(written).map(([key, value]) => ({ [key]: value }))),
    ) as Schema<Record<string, unknown>[]>;
    return into(scope, parts, (list, report): OfNode => {
      if (list.length === 0) report([], `expected ${expects}, found nothing`);
      const made: OfNode[] = [];
      for (const part of list) {
        const read = validate(one, part);
        if (read.ok) made.push(read.value);
        else relay(report, [], read.findings);
      }
      return (node) => made.flatMap((expectation) => expectation(node));
    });
  },
};

const NODE_SYNONYMS: Readonly<Record<string, string>> = {
  resync: 'resyncs', syncs: 'resyncs', dbsize: 'keys', link: 'state', 'link-state': 'state', losses: 'disconnections', disconnects: 'disconnections', causes: 'resync-causes',
};
