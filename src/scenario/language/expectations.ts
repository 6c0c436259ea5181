/**
 * Expectations: what must hold, at the end or at an instant of the timeline.
 *
 * Each is written under the name of a node (`replica-a: { resyncs: … }`, expect-node.ts) or under a word of its own
 * (`converged:`). `server:` beside it says for which versions it is meant.
 */
import * as z from 'zod/mini';
import type { Profile } from '../../redis/profiles/index.ts';
import { expectationWords } from '../expectation-words.ts';
import type { Expectation, ExpectationBody, Observable } from '../expectation.ts';
import type { IntRange } from '../scenario.ts';
import { CLIENT_EXPECTATIONS } from './expect-clients.ts';
import { NODE_EXPECTATIONS, OF_NODE } from './expect-node.ts';
import { TIME_EXPECTATIONS } from './expect-time.ts';
import { infoField, nodeKey, observable } from './observables.ts';
import {
  doc, editorsUnion, type Entry, type Finding, forms, integer, into, kindOf, leaf, list, mapping, maybe, named, oneOrMore, pickKey, relay, type Schema, type Table, validate,
  withMeta,
} from './schema.ts';
import type { Scope } from './scope.ts';
import { countRange, nodeName, servers, UNBOUNDED } from './values.ts';

type Bodies = readonly ExpectationBody[];

/** Of several nodes, or of all together. */
const COMPARISONS: Table<Bodies> = {
  'offsets-equal': {
    says: 'These nodes have the same offset.',
    schema: (scope) => into(scope, severalNodes(scope), (nodes) => [{ expect: 'offsets-equal', nodes }]),
  },
  'same-data': {
    says: 'These nodes hold the same data.',
    schema: (scope) => into(scope, severalNodes(scope), (nodes) => [{ expect: 'same-data', nodes }]),
  },
  equal: {
    says: 'Values that are equal: [master.master_repl_offset, replica-a.slave_repl_offset], or one field of several nodes: { sync_full: [master, replica-a] }.',
    schema: (scope) => {
      const values = into(scope, list(observable(scope), 'two values or more', { minItems: 2 }), (each): Bodies => [{ expect: 'equal', values: each }]);
      const fieldKey = (key: string): { message: string; suggestion: string | null } | null => {
        const read = validate(infoField(), key);
        return read.ok ? null : read.findings[0]!;
      };
      const fields = into(scope, named(fieldKey, severalNodes(scope), 'a field and nodes, such as { offset: all }'), (each, report): Bodies => {
        if (each.length === 0) report([], 'this does not say what is equal', 'for instance { offset: all }');
        return each.map(([field, nodes]) => ({ expect: 'equal', values: nodes.map((node): Observable => ({ node, field })) }));
      });
      return forms(scope, 'values such as [master.offset, replica-a.offset], or { offset: [master, replica-a] }', { list: values, mapping: fields });
    },
  },
  delta: {
    says: 'How much a noted value has grown since, as in { offset-before: { at-least: 1000 } }; note: in the timeline writes it down.',
    schema: (scope) => {
      const noteKey = (): null => null;
      return into(scope, named(noteKey, growth(scope), 'a note and a count, such as { offset-before: 1000.. }'), (each, report): Bodies => {
        if (each.length === 0) report([], 'this does not say which note', 'for instance { offset-before: 1000.. }');
        return each.map(([note, count]) => ({ expect: 'delta', note, count }));
      });
    },
  },
  'writes-lost': {
    says: 'Writes that a master took and that no data set holds any more; 0: none.',
    schema: (scope) => into(scope, countRange(scope), (count) => [{ expect: 'writes-lost', count }]),
  },
};

const EXPECTATIONS: Table<Bodies> = {
  ...TIME_EXPECTATIONS,
  ...COMPARISONS,
  ...CLIENT_EXPECTATIONS,
  ...Object.fromEntries((['role', 'state', 'lag', 'keys', 'key', 'log', 'info'] as const).map((word) => [word, perNode(word)])),
};

/** `role: { replica-a: master }`: what may stand under a node, the other way round. */
function perNode(word: string): Entry<Bodies> {
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

/** By how much: a count, or bounds that may be negative. */
function growth(scope: Scope): Schema<IntRange> {
  const bound = integer(-UNBOUNDED, UNBOUNDED);
  const shape = { is: maybe('Exactly so much.', bound), 'at-least': maybe('So much, or more.', bound), 'at-most': maybe('So much, or less.', bound) };
  const bounds = into(scope, mapping('is, at-least or at-most', shape), ({ is, 'at-least': from, 'at-most': to }, report): IntRange => {
    if (is === undefined && from === undefined && to === undefined) report([], 'this does not say how much', 'write is:, at-least: or at-most:');
    if (is !== undefined && (from !== undefined || to !== undefined)) report(['is'], 'this says already how much, exactly', null, 'key');
    if (from !== undefined && to !== undefined && from > to) report(['at-most'], 'this is less than at-least:', null);
    return is === undefined ? { from: from ?? -UNBOUNDED, to: to ?? UNBOUNDED } : { from: is, to: is };
  });
  return forms(scope, 'a count such as 100.., or { at-least: 100 }', { scalar: countRange(scope), mapping: bounds });
}

// ------------------------------------------------------------------ the list

const A_LIST = 'a list of expectations';
const AN_EXPECTATION = 'an expectation such as replica-a: { resyncs: [full: first-contact] } or converged: { … }';
const SYNONYMS: Readonly<Record<string, string>> = {
  'offset-equal': 'offsets-equal', digest: 'same-data', digests: 'same-data', convergence: 'converged', within: 'eventually', sometime: 'eventually', 'lost-writes': 'writes-lost',
  sequence: 'order', replies: 'reply', error: 'errors', 'not-until': 'not-before', link: 'state',
};
/** What may stand beside any expectation. */
const SERVER = 'server';

/** Words that a node cannot have for a name. */
export const EXPECTATION_WORDS: readonly string[] = [...Object.keys(EXPECTATIONS), SERVER];

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
      const { [SERVER]: versions, ...rest } = item as Record<string, unknown>;
      const picked = pickKey(Object.keys(rest), isKnown, candidates, { noun: 'expectation', expects: AN_EXPECTATION, synonyms: SYNONYMS });
      if ('findings' in picked) {
        relay(report, [index], picked.findings.map(neitherNor));
        return [];
      }
      const { key } = picked;
      const read = validate(itemSchema(scope, key), rest[key]);
      if (!read.ok) relay(report, [index, key], read.findings);
      const meantFor = versions === undefined ? null : validate(serversOf(scope), versions);
      if (meantFor?.ok === false) relay(report, [index, SERVER], meantFor.findings);
      if (!read.ok) return [];
      const place = scope.placeOf(whole, index);
      const servers = meantFor?.ok === true ? meantFor.value.map(({ name }) => name) : null;
      return read.value.map((body) => ({ ...body, place, text: expectationWords(body), ...(servers === null ? {} : { servers }) }));
    }),
  );
}

function neitherNor(finding: Finding): Finding {
  return { ...finding, message: finding.message.replace(/^unknown key (".*")$/, '$1 is neither a node nor an expectation') };
}

function itemSchema(scope: Scope, key: string): Schema<Bodies> {
  if (Object.hasOwn(EXPECTATIONS, key)) return scope.schemaOf(EXPECTATIONS[key]!);
  return into(scope, scope.schemaOf(OF_NODE), (expectations) => expectations(key));
}

function serversOf(scope: Scope): Schema<readonly Profile[]> {
  const several = oneOrMore(scope, servers(scope), 'a server such as redis-7.2, a range such as 4.0.. or ..6.2, or a list of them');
  return into(scope, several, (lists) => lists.flat());
}

function forEditors(scope: Scope): Schema<readonly Expectation[]> {
  const meantFor = { [SERVER]: maybe('Only for these versions; for all if not said.', serversOf(scope)) };
  const words = z.strictObject({ ...editorsUnion(scope, EXPECTATIONS).shape, ...meantFor });
  const byKey = z.catchall(words, doc(OF_NODE.says, scope.schemaOf(OF_NODE)));
  const one = z.union([z.literal('converged'), withMeta(byKey, { minProperties: 1, maxProperties: 2 })]);
  return z.array(one) as unknown as Schema<readonly Expectation[]>;
}
