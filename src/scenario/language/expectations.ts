/**
 * Expectations: what must hold, at the end or at an instant of the timeline.
 *
 * Each is written under the name of a node (`replica-a: { resyncs: … }`) or under a word of its own (`converged:`).
 */
import * as z from 'zod/mini';
import type { PsyncReason } from '../../redis/replication/psync.ts';
import { parseDuration } from '../../units.ts';
import type { Expectation, ExpectationBody, IntRange, ResyncKind } from '../scenario.ts';
import { suggestWord } from '../suggest.ts';
import { expectationWords } from '../words.ts';
import { allClients, nothing } from './conditions.ts';
import { type Comparison, comparisonKeys, infoField, infoValue, nodeKey, readComparison, role } from './observables.ts';
import {
  choice, doc, editorsUnion, type Entry, type Finding, forms, into, kindOf, leaf, type LeafResult, list, mapping, maybe, named, oneKeyOf, oneOrMore, pickKey,
  readQuantity, relay, type Schema, type Table, trueOrFalse, validate, withMeta,
} from './schema.ts';
import type { Scope } from './scope.ts';
import { anyText, countRange, duration, nodeName, text, UNBOUNDED } from './values.ts';

/** Why a resync was what it was, and which kind each reason makes it. */
const REASONS: Readonly<Record<PsyncReason, ResyncKind>> = {
  'first-contact': 'full',
  'unknown-id': 'full',
  'past-second-offset': 'full',
  'no-backlog': 'full',
  'offset-before-backlog': 'full',
  'offset-after-end': 'full',
  'sync-command': 'full',
  'in-backlog': 'partial',
};

const ONCE_OR_MORE: IntRange = { from: 1, to: UNBOUNDED };

/** What an entry of a node gives: one or several expectations about it. */
type OfNode = (node: string) => readonly ExpectationBody[];

// ------------------------------------------------------------------ under the name of a node

const NODE_EXPECTATIONS: Table<OfNode> = {
  resyncs: {
    says: 'The completed resyncs of this replica in their order, each with or without its reason; or how many.',
    schema: (scope) => {
      const inOrder = into(scope, list(resync(scope), 'a list of resyncs'), (items): OfNode => (replica) => [{ expect: 'resyncs', replica, list: items }]);
      return forms(scope, 'a list such as [full: first-contact, partial], or counts such as { full: 2 }', { list: inOrder, mapping: resyncCounts(scope, false) });
    },
  },
  attempts: {
    says: 'How many resyncs this replica asked for, whatever became of them.',
    schema: (scope) => {
      const total = into(scope, countRange(scope), (count): OfNode => (replica) => [{ expect: 'resync-count', replica, kind: 'any', attempts: true, count }]);
      return forms(scope, 'a count, or counts such as { full: 3.. }', { scalar: total, mapping: resyncCounts(scope, true) });
    },
  },
  role: {
    says: 'It is a master, or a replica.',
    schema: (scope) => into(scope, role(), (value): OfNode => (node) => [{ expect: 'role', node, role: value }]),
  },
  keys: {
    says: 'How many keys it holds.',
    schema: (scope) => into(scope, countRange(scope), (count): OfNode => (node) => [{ expect: 'keys', node, count }]),
  },
  key: {
    says: 'A key is there, is not there, or has a value.',
    schema: (scope) => {
      const several = into(scope, list(keyExpectation(scope), 'keys', { minItems: 1 }), (all): OfNode => (node) => all.flatMap((one) => one(node)));
      return forms(scope, 'a key such as { name: user:1, value: hello } or { name: user:1, exists: false }', { mapping: keyExpectation(scope), list: several });
    },
  },
  log: {
    says: 'It logged a line that contains this text; with count, so often.',
    schema: (scope) => {
      const line = text('a part of a log line');
      const once = into(scope, oneOrMore(scope, line, 'a part of a log line'), (patterns): OfNode => (node) =>
        patterns.map((pattern) => ({ expect: 'log', node, pattern, count: ONCE_OR_MORE })));
      const counted = into(
        scope,
        mapping('a text and a count', { contains: doc('A part of the line.', line), count: maybe('How often; without it, at least once.', countRange(scope)) }),
        ({ contains, count }): OfNode => (node) => [{ expect: 'log', node, pattern: contains, count: count ?? ONCE_OR_MORE }],
      );
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

function resync(scope: Scope): Schema<{ kind: ResyncKind; reason: PsyncReason | null }> {
  const table = {
    full: { says: 'Everything is copied; the reason why.', schema: () => reasonOf(scope, 'full') },
    partial: { says: 'Only what was missed is sent; the reason why.', schema: () => reasonOf(scope, 'partial') },
  };
  const kind = choice(['full', 'partial'], { fullresync: 'full', continue: 'partial' });
  return forms<{ kind: ResyncKind; reason: PsyncReason | null }>(scope, 'full or partial, with or without a reason: full: first-contact', {
    scalar: into(scope, kind, (word) => ({ kind: word, reason: null })),
    mapping: oneKeyOf(scope, table, { noun: 'resync', expects: 'full: or partial: and a reason' }),
  });
}

function reasonOf(scope: Scope, kind: ResyncKind): Schema<{ kind: ResyncKind; reason: PsyncReason | null }> {
  const all = Object.keys(REASONS) as PsyncReason[];
  const fitting = all.filter((reason) => REASONS[reason] === kind);
  const reason = leaf<PsyncReason>({
    expects: `a reason: ${fitting.join(', ')}`,
    json: { type: 'string', enum: fitting },
    read: (value): LeafResult<PsyncReason> => {
      const word = fitting.find((one) => one === value);
      if (word !== undefined) return { ok: true, value: word };
      const other = all.find((one) => one === value);
      if (other !== undefined) {
        return { ok: false, message: `${other} is the reason of a ${REASONS[other]} resync`, suggestion: `did you mean ${REASONS[other]}: ${other}?` };
      }
      return { ok: false, message: `unknown reason ${kindOf(value)}`, suggestion: suggestWord(String(value), fitting) };
    },
  });
  return into(scope, reason, (word) => ({ kind, reason: word }));
}

function resyncCounts(scope: Scope, attempts: boolean): Schema<OfNode> {
  const shape = {
    full: maybe('Full ones.', countRange(scope)),
    partial: maybe('Partial ones.', countRange(scope)),
    total: maybe('Of both kinds.', countRange(scope)),
  };
  return into(scope, mapping('counts such as { full: 2, partial: 0 }', shape), ({ full, partial, total }, report): OfNode => {
    const counts = [['full', full], ['partial', partial], ['any', total]] as const;
    if (counts.every(([, count]) => count === undefined)) report([], 'this does not say how many', 'write full:, partial: or total:');
    return (replica) =>
      counts.flatMap(([kind, count]): ExpectationBody[] => (count === undefined ? [] : [{ expect: 'resync-count', replica, kind, attempts, count }]));
  });
}

function keyExpectation(scope: Scope): Schema<OfNode> {
  const shape = {
    name: doc('The key.', anyText('the name of a key')),
    value: maybe('Its value, exactly.', anyText('the value of the key')),
    exists: maybe('false: the key is not there.', trueOrFalse()),
  };
  return into(scope, mapping('a key such as { name: user:1, value: hello }', shape), ({ name, value, exists }, report): OfNode => {
    if (exists === false && value !== undefined) report(['exists'], 'a key that does not exist has no value', null, 'key');
    return (node) => [{ expect: 'key', node, key: name, exists: exists ?? true, value: value ?? null }];
  });
}

/** All that is expected of one node, in the order in which it is written. */
const OF_NODE: Entry<OfNode> = {
  says: 'What is expected of this node.',
  schema: (scope) => {
    const expects = 'expectations of the node, such as { resyncs: [full: first-contact] }';
    if (scope.forEditors) return withMeta(editorsUnion(scope, NODE_EXPECTATIONS), { minProperties: 1 }) as unknown as Schema<OfNode>;
    const one = oneKeyOf(scope, NODE_EXPECTATIONS, { noun: 'expectation', expects, synonyms: { resync: 'resyncs', syncs: 'resyncs', dbsize: 'keys' } });
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

// ------------------------------------------------------------------ under words of their own

const EXPECTATIONS: Table<readonly ExpectationBody[]> = {
  converged: {
    says: 'All replicas are up, with the offsets and the data of their masters: at the end, or within so long of something.',
    schema: (scope) => {
      const atEnd: readonly ExpectationBody[] = [{ expect: 'converged', withinUs: 0, after: 'end' }];
      return forms(scope, 'within: and after:, or nothing for the end', { empty: into(scope, nothing(), () => atEnd), mapping: convergedWithin(scope) });
    },
  },
  'offsets-equal': {
    says: 'These nodes have the same offset.',
    schema: (scope) => into(scope, severalNodes(scope), (nodes) => [{ expect: 'offsets-equal', nodes }]),
  },
  'same-data': {
    says: 'These nodes hold the same data.',
    schema: (scope) => into(scope, severalNodes(scope), (nodes) => [{ expect: 'same-data', nodes }]),
  },
  ...Object.fromEntries((['role', 'keys', 'key', 'log', 'info'] as const).map((word) => [word, perNode(word)])),
};

/** `role: { replica-a: master }`: what may stand under a node, the other way round. */
function perNode(word: string): Entry<readonly ExpectationBody[]> {
  const entry = NODE_EXPECTATIONS[word]!;
  return {
    says: `${entry.says} Of each node named.`,
    schema: (scope) => {
      const nodes = named(nodeKey(scope), scope.schemaOf(entry), `nodes and what to expect of them`);
      return into(scope, nodes, (each) => each.flatMap(([node, expectations]) => expectations(node)));
    },
  };
}

function severalNodes(scope: Scope): Schema<readonly string[]> {
  const expects = 'two nodes or more, or all';
  const word = leaf<readonly string[]>({
    expects,
    json: { type: 'string', enum: ['all'] },
    read: (value) => (value === 'all' ? { ok: true, value: [...scope.nodes.keys()] } : { ok: false, message: `expected ${expects}, found ${kindOf(value)}`, suggestion: null }),
  });
  return forms<readonly string[]>(scope, expects, { scalar: word, list: list(nodeName(scope), expects, { minItems: 2 }) });
}

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

// ------------------------------------------------------------------ the list

const A_LIST = 'a list of expectations';
const AN_EXPECTATION = 'an expectation such as replica-a: { resyncs: [full: first-contact] } or converged: { … }';
const SYNONYMS: Readonly<Record<string, string>> = { 'offset-equal': 'offsets-equal', digest: 'same-data', digests: 'same-data', convergence: 'converged' };

/** Words that a node cannot have for a name. */
export const EXPECTATION_WORDS: readonly string[] = Object.keys(EXPECTATIONS);

export function expectations(scope: Scope): Schema<readonly Expectation[]> {
  return scope.shared('expectations', () => (scope.forEditors ? forEditors(scope) : reading(scope)));
}

function reading(scope: Scope): Schema<readonly Expectation[]> {
  const items = withMeta(z.array(z.unknown()), { expects: A_LIST }) as Schema<unknown[]>;
  const isKnown = (key: string): boolean => Object.hasOwn(EXPECTATIONS, key) || scope.nodes.has(key);
  const candidates = [...scope.nodes.keys(), ...EXPECTATION_WORDS];
  return into(scope, items, (written, report, whole): readonly Expectation[] =>
    written.flatMap((value, index) => {
      const item = value === 'converged' ? { converged: null } : value;
      if (typeof item !== 'object' || item === null || Array.isArray(item)) {
        report([index], `expected ${AN_EXPECTATION}, found ${kindOf(item)}`);
        return [];
      }
      const picked = pickKey(Object.keys(item), isKnown, candidates, { noun: 'expectation', expects: AN_EXPECTATION, synonyms: SYNONYMS });
      if ('findings' in picked) {
        relay(report, [index], picked.findings.map(neitherNor));
        return [];
      }
      const { key } = picked;
      const read = validate(itemSchema(scope, key), (item as Record<string, unknown>)[key]);
      if (!read.ok) {
        relay(report, [index, key], read.findings);
        return [];
      }
      const place = scope.placeOf(whole, index);
      return read.value.map((body) => ({ ...body, place, text: expectationWords(body) }));
    }),
  );
}

function neitherNor(finding: Finding): Finding {
  return { ...finding, message: finding.message.replace(/^unknown key (".*")$/, '$1 is neither a node nor an expectation') };
}

function itemSchema(scope: Scope, key: string): Schema<readonly ExpectationBody[]> {
  if (Object.hasOwn(EXPECTATIONS, key)) return scope.schemaOf(EXPECTATIONS[key]!);
  return into(scope, scope.schemaOf(OF_NODE), (expectations) => expectations(key));
}

function forEditors(scope: Scope): Schema<readonly Expectation[]> {
  const byKey = z.catchall(editorsUnion(scope, EXPECTATIONS), doc(OF_NODE.says, scope.schemaOf(OF_NODE)));
  const one = z.union([z.literal('converged'), withMeta(byKey, { minProperties: 1, maxProperties: 1 })]);
  return z.array(one) as unknown as Schema<readonly Expectation[]>;
}
