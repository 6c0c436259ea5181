/**
 * Conditions: what a track may begin at (`when:`) and a step may wait for (`wait-until:`).
 *
 * One row a condition: what it says, what may be written, and the value it becomes.
 */
import * as z from 'zod/mini';
import type { Condition } from '../scenario.ts';
import { linkKeys, onLink, resolveLink } from './links.ts';
import { choice, doc, forms, integer, into, leaf, list, mapping, maybe, named, oneKeyOf, oneOrMore, type Report, type Schema, type Table, trueOrFalse, withMeta } from './schema.ts';
import type { Scope } from './scope.ts';
import { comparisonKeys, infoField, nodeKey, readComparison, role } from './observables.ts';
import { utf8 } from './commands.ts';
import { anyText, bytes, clientName, count, nodeName, text } from './values.ts';

/** The states of a replica's link, in the order in which they come (ROLE's words; its `sync` is `transfer`). */
export const LINK_STATES = ['connect', 'connecting', 'handshake', 'transfer', 'connected'] as const;
export const LINK_STATE_SYNONYMS = { sync: 'transfer', 'wait-bgsave': 'transfer', online: 'connected', loading: 'transfer' } as const;

export const CONDITIONS: Table<Condition> = {
  online: {
    says: 'The replica’s link is up and its master lists it as online.',
    schema: (scope) => into(scope, oneOrMore(scope, nodeName(scope), 'a replica, or a list of them'), (replicas) => ({ is: 'online', replicas })),
  },
  'link-down': {
    says: 'The replica knows that its link to the master is down.',
    schema: (scope) => into(scope, nodeName(scope), (replica) => ({ is: 'link-down', replica })),
  },
  state: {
    says: 'Where the replica is on its way to the master: connect, connecting, handshake, transfer or connected.',
    schema: (scope) => {
      const state = choice(LINK_STATES, LINK_STATE_SYNONYMS);
      return each(scope, state, 'a replica and its state, such as { replica-a: transfer }', (replica, value) => ({ is: 'link-state', replica, state: value }));
    },
  },
  'offsets-equal': {
    says: 'The master’s offset (the first name) has been processed by all the others.',
    schema: (scope) => into(scope, list(nodeName(scope), 'a master and its replicas', { minItems: 2 }), (nodes) => ({ is: 'offset-equal', nodes })),
  },
  acked: {
    says: 'Every replica has acknowledged all that the master produced.',
    schema: (scope) => into(scope, nodeName(scope), (master) => ({ is: 'acked', master })),
  },
  role: {
    says: 'The node is a master, or a replica.',
    schema: (scope) => each(scope, role(), 'a node and its role, such as { replica-a: master }', (node, value) => ({ is: 'role', node, role: value })),
  },
  keys: {
    says: 'The node holds so many keys.',
    schema: (scope) => each(scope, count(scope), 'a node and a count, such as { replica-a: 50k }', (node, value) => ({ is: 'keys', node, count: value })),
  },
  bgsave: {
    says: 'A forked child of the node writes an RDB: for a BGSAVE, a save point or a full sync.',
    schema: (scope) => into(scope, nodeName(scope), (node) => ({ is: 'bgsave', node })),
  },
  loading: {
    says: 'The node reads a data set: its own file, or what its master sent.',
    schema: (scope) => into(scope, nodeName(scope), (node) => ({ is: 'loading', node })),
  },
  replicas: {
    says: 'So many replicas, or more, are online at the node.',
    schema: (scope) => each(scope, count(scope), 'a node and a count, such as { master: 2 }', (node, value) => ({ is: 'replicas', node, count: value })),
  },
  offset: {
    says: 'The node has produced, or as a replica processed, its stream as far as this byte, or further.',
    schema: (scope) => each(scope, integer(0, Number.MAX_SAFE_INTEGER), 'a node and an offset, such as { master: 5000 }', (node, atLeast) => ({ is: 'offset', node, atLeast })),
  },
  key: {
    says: 'A key is there, is not there, or has a value.',
    schema: (scope) => {
      const shape = {
        node: doc('Whose data.', nodeName(scope)),
        name: doc('The key, in database 0.', anyText('the name of a key')),
        value: maybe('Its value, exactly.', anyText('the value of a key')),
        exists: maybe('false: the key is not there.', trueOrFalse()),
      };
      return into(scope, mapping('node: and name:', shape), ({ node, name, value = null, exists = true }, report) => {
        if (!exists && value !== null) report(['value'], 'a key that is not there has no value', null, 'key');
        return { is: 'key', node, key: utf8(name), exists, value: value === null ? null : utf8(value) };
      });
    },
  },
  'output-buffer': {
    says: 'What waits at the master for a replica, as its limits count it, is so much or more.',
    schema: (scope) => {
      const shape = { ...linkKeys(scope), 'at-least': doc('How much: 16mb.', bytes(scope)) };
      return into(scope, mapping('a link and at-least:', shape), (written, report) => ({ is: 'output-buffer', ...resolveLink(scope, written, report), atLeast: written['at-least'] }));
    },
  },
  info: {
    says: 'A field of INFO has a value.',
    schema: (scope) => {
      const shape = { node: doc('Whose INFO.', nodeName(scope)), field: doc('The field as INFO names it.', infoField()), ...comparisonKeys() };
      return into(scope, mapping('a node, a field and a value, such as { node: master, field: connected_slaves, is: 2 }', shape), (written, report) => ({
        is: 'info', node: written.node, field: written.field, ...readComparison(written, report),
      }));
    },
  },
  log: {
    says: 'The node has logged a line that contains this text.',
    schema: (scope) => {
      const contains = oneOrMore(scope, text('a part of a log line'), 'a part of a log line, or a list of them');
      const shape = { node: doc('Whose log.', nodeName(scope)), contains: doc('One of these is enough.', contains) };
      return into(scope, mapping('a node and a text, such as { node: master, contains: Background saving started }', shape), ({ node, contains: patterns }) => ({
        is: 'log', node, patterns,
      }));
    },
  },
  requests: {
    says: 'So many PSYNC or SYNC requests were seen on the link.',
    schema: (scope) => countedLink(scope, 'requests'),
  },
  dropped: {
    says: 'So many connections of the link have closed, or the master has no replica.',
    schema: (scope) => countedLink(scope, 'dropped'),
  },
  closed: {
    says: 'All connections of the link are closed.',
    schema: (scope) => into(scope, onLink(scope), (link) => ({ is: 'closed', ...link })),
  },
  'save-held': {
    says: 'hold-save: has caught a saving child of this node.',
    schema: (scope) => into(scope, nodeName(scope), (node) => ({ is: 'save-held', node })),
  },
  'load-stopped': {
    says: 'The loads of these clients, or of all, have ended.',
    schema: (scope) => {
      const one = into(scope, clientName(scope), (name): readonly string[] => [name]);
      const several = list(clientName(scope), 'clients', { minItems: 1 });
      const all = into(scope, nothing(), (_, report) => allClients(scope, report));
      const clients = forms<readonly string[]>(scope, 'a client, a list of clients, or nothing for all', { scalar: one, list: several, empty: all });
      return into(scope, clients, (names) => ({ is: 'load-stopped', clients: names }));
    },
  },
  converged: {
    says: 'All replicas are up, with the offsets and the data of their masters.',
    schema: (scope) => into(scope, nothing(), () => ({ is: 'converged' })),
  },
  all: {
    says: 'All of these hold.',
    schema: (scope) => into(scope, list(condition(scope), 'a list of conditions', { minItems: 1 }), (of) => ({ is: 'all', of })),
  },
  any: {
    says: 'At least one of these holds.',
    schema: (scope) => into(scope, list(condition(scope), 'a list of conditions', { minItems: 1 }), (of) => ({ is: 'any', of })),
  },
  not: {
    says: 'This does not hold.',
    schema: (scope) => into(scope, condition(scope), (of) => ({ is: 'not', of })),
  },
};

/** What people write, and Redis' own tests say, for our words. */
const SYNONYMS: Readonly<Record<string, string>> = {
  saving: 'bgsave', save: 'bgsave', 'bgsave-running': 'bgsave', transfer: 'state', 'in-transfer': 'state', buffer: 'output-buffer', 'replica-count': 'replicas',
  'offset-equal': 'offsets-equal', dbsize: 'keys', and: 'all', or: 'any', down: 'link-down', 'link-state': 'state', connected: 'online', synced: 'converged',
};

export const A_CONDITION = 'a condition such as { online: replica-a }';

/** A condition; those that need no more words may stand alone: `converged`, `load-stopped`. */
export function condition(scope: Scope): Schema<Condition> {
  return scope.shared('condition', () => {
    const byKey = z.lazy(() => oneKeyOf(scope, CONDITIONS, { noun: 'condition', expects: A_CONDITION, synonyms: SYNONYMS }));
    return forms<Condition>(scope, A_CONDITION, { scalar: loneWord(scope), mapping: byKey });
  });
}

const LONE_WORDS: readonly string[] = ['converged', 'load-stopped'];

function loneWord(scope: Scope): Schema<Condition> {
  const word = leaf({
    expects: A_CONDITION,
    json: { type: 'string', enum: LONE_WORDS },
    read: (value) => {
      const name = String(value);
      if (LONE_WORDS.includes(name)) return { ok: true, value: name };
      const known = Object.hasOwn(CONDITIONS, name);
      return { ok: false, message: known ? `"${name}" needs to know of what` : `expected ${A_CONDITION}, found "${name}"`, suggestion: known ? `write { ${name}: … }` : null };
    },
  });
  return into(scope, word, (name, report) =>
    name === 'converged' ? { is: 'converged' } : { is: 'load-stopped', clients: allClients(scope, report) },
  );
}

export function allClients(scope: Scope, report: Report): readonly string[] {
  if (scope.clients.length === 0) report([], 'there is no load that could stop', 'add clients:');
  return scope.clients;
}

/** Several nodes, each with a value: one condition, or all of several. */
function each<T>(scope: Scope, value: Schema<T>, expects: string, make: (node: string, value: T) => Condition): Schema<Condition> {
  return into(scope, named(nodeKey(scope), value, expects), (entries, report): Condition => {
    const of = entries.map(([node, wanted]) => make(node, wanted));
    if (of.length === 0) report([], `expected ${expects}, found nothing`);
    return of.length === 1 ? of[0]! : { is: 'all', of };
  });
}

function countedLink(scope: Scope, is: 'requests' | 'dropped'): Schema<Condition> {
  const shape = { ...linkKeys(scope), count: doc('How many, at least.', count(scope)) };
  return into(scope, mapping('a link and a count', shape), (written, report) => ({ is, ...resolveLink(scope, written, report), count: written.count }));
}

/** Nothing behind the colon. */
export function nothing(): Schema<null> {
  return withMeta(z.null(), { expects: 'nothing behind the colon' });
}
