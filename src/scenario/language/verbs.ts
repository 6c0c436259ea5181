/**
 * Verbs: what the timeline does to the world.
 *
 * One row a verb: what it does, what may be written, and the steps it becomes. A new verb is one row here, one variant in
 * `scenario.ts`, one sentence in `words.ts`, and its work in each Stage.
 */
import * as z from 'zod/mini';
import { findDirective } from '../../redis/config.ts';
import type { Condition, Directive, Shape, Verb } from '../scenario.ts';
import { suggestWord } from '../suggest.ts';
import { commands } from './commands.ts';
import { A_CONDITION, condition, CONDITIONS, nothing } from './conditions.ts';
import { checkDirective, directives } from './directives.ts';
import { expectations } from './expectations.ts';
import { type Link, linkKeys, linkText, onLink, resolveLink } from './links.ts';
import {
  choice, doc, editorsUnion, forms, integer, into, kindOf, leaf, list, mapping, maybe, oneKeyOf, oneOrMore, relay, type Report, type Schema, type Table,
  trueOrFalse, validate, withMeta,
} from './schema.ts';
import type { Scope } from './scope.ts';
import { bandwidth, bytes, clientName, count, duration, hostName, nodeName, someDuration, text } from './values.ts';

/** A verb, and how long after the step before it comes. */
export interface Planned {
  readonly afterUs: number;
  readonly verb: Verb;
}

type Steps = readonly Planned[];

export const VERBS: Table<Steps> = {
  // ---------------------------------------------------------------- network
  partition: {
    says: 'Drops every packet between two sides and tells nobody. Heals after `for`, or at heal:.',
    schema: (scope) => {
      const shape = {
        between: maybe('Two hosts, or two lists of hosts: [master, [replica-a, replica-b]].', sides(scope)),
        node: maybe('This host, or these, from everybody else.', hosts(scope)),
        'one-way': maybe('Only packets of this direction vanish: master->replica-a.', oneWay(scope)),
        for: maybe('Heals after this time.', someDuration(scope)),
      };
      return into(scope, mapping('between:, node: or one-way:', shape), ({ between, node, 'one-way': way, for: forUs = null }, report): Steps => {
        const written = [between, node, way].filter((part) => part !== undefined);
        if (written.length !== 1) report([], written.length === 0 ? 'this does not say between whom' : 'one of between, node and one-way at a time', 'write between: [master, replica-a]');
        if (way !== undefined) return one({ do: 'partition', a: [way[0]], b: [way[1]], direction: 'a-to-b', forUs });
        const [a, b] = between ?? [node ?? [], othersThan(scope, node ?? [], report)];
        return one({ do: 'partition', a, b, direction: 'both', forUs });
      });
    },
  },
  heal: {
    says: 'Ends partitions, holds and refusals: all of them, or those of one pair or one link.',
    schema: (scope) => {
      const all: Steps = one({ do: 'heal', between: null });
      const word = choice(['all']);
      const shape = {
        between: maybe('Two hosts, or two lists of hosts.', sides(scope)),
        node: maybe('This host, or these, and everybody else.', hosts(scope)),
        link: maybe('A relayed link: what hold:, refuse: or arm: did to it.', linkText(scope)),
      };
      const some = into(scope, mapping('between:, node: or link:', shape), ({ between, node, link }, report): Steps => {
        if ([between, node, link].filter((part) => part !== undefined).length !== 1) report([], 'one of between, node and link, please', 'to heal everything write heal: all');
        if (link !== undefined) return one({ do: 'heal-link', ...link });
        return one({ do: 'heal', between: between ?? [node ?? [], othersThan(scope, node ?? [], report)] });
      });
      return forms(scope, 'all, or a pair: { between: [master, replica-a] }', {
        scalar: into(scope, word, () => all),
        empty: into(scope, nothing(), () => all),
        mapping: some,
      });
    },
  },
  hold: {
    says: 'A proxy in between keeps the connections of a link open and passes nothing; when it heals, everything arrives at once.',
    schema: (scope) =>
      relayed(scope, {
        direction: maybe('up: from the replica to its master only; down: from the master only.', choice(['both', 'up', 'down'], DIRECTIONS)),
        for: maybe('Lets go after this time.', someDuration(scope)),
      }, (link, { direction = 'both', for: forUs = null }) => ({ do: 'hold', ...link, direction, forUs })),
  },
  reset: {
    says: 'Closes the connections of a link; both ends are told at once.',
    schema: (scope) => into(scope, onLink(scope), (link) => one({ do: 'reset', ...needsRelay(scope, link) })),
  },
  refuse: {
    says: 'Closes the connections of a link and refuses new ones, as a closed port does.',
    schema: (scope) =>
      relayed(scope, { for: maybe('Accepts again after this time.', someDuration(scope)) }, (link, { for: forUs = null }) => ({ do: 'refuse', ...link, forUs })),
  },
  shape: {
    says: 'Makes a link slow: delay and bandwidth of each direction.',
    schema: (scope) =>
      relayed(scope, {
        up: maybe('From the replica to its master.', shapeOf(scope)),
        down: maybe('From the master to the replica.', shapeOf(scope)),
        'receive-buffer': maybe('A small receive buffer on the master’s side.', bytes(scope)),
      }, (link, { up = null, down = null, 'receive-buffer': receiveBuffer = null }) => ({ do: 'shape', ...link, up, down, receiveBuffer })),
  },
  arm: {
    says: 'Cuts a link by itself, once exactly so many bytes have passed on one of its connections.',
    schema: (scope) => {
      const size = bytes(scope);
      const after = oneKeyOf<{ rdbBytes: number } | { streamBytes: number }>(scope, {
        rdb: { says: 'Bytes of the file of a full sync.', schema: () => into(scope, size, (rdbBytes) => ({ rdbBytes })) },
        stream: { says: 'Bytes of the stream after it.', schema: () => into(scope, size, (streamBytes) => ({ streamBytes })) },
      }, { noun: 'count', expects: 'rdb: or stream: and a size, such as { rdb: 1mb }' });
      return relayed(scope, {
        after: doc('When it strikes: { rdb: 1mb } or { stream: 40b }.', after),
        then: doc('What it does then.', choice(['reset', 'refuse', 'hold', 'hold-down', 'hold-up'])),
      }, (link, written) => ({ do: 'arm', ...link, after: written.after, then: written.then }));
    },
  },

  // ---------------------------------------------------------------- processes and hosts
  kill: {
    says: 'Ends a process at once (SIGKILL). Its connections close: the other ends are told.',
    schema: (scope) => eachNode(scope, (node) => ({ do: 'kill', node })),
  },
  crash: {
    says: 'Power off: nobody is told, and the disk keeps what was synced.',
    schema: (scope) => eachNode(scope, (node) => ({ do: 'crash', node })),
  },
  freeze: {
    says: 'Stops a process without ending it (SIGSTOP): connections stay, nothing runs.',
    schema: (scope) => onNodes(scope, { for: maybe('Goes on after this time; otherwise at resume:.', someDuration(scope)) }, (nodes, { for: forUs = null }) =>
      nodes.map((node) => step({ do: 'freeze', node, forUs }))),
  },
  resume: {
    says: 'Lets a frozen process go on (SIGCONT).',
    schema: (scope) => eachNode(scope, (node) => ({ do: 'resume', node })),
  },
  block: {
    says: 'Keeps a server busy, as a slow command does: it reads and answers nothing meanwhile.',
    schema: (scope) => {
      const shape = { node: doc('The server, or several.', nodes(scope)), for: doc('How long.', someDuration(scope)) };
      return into(scope, mapping('node: and for:', shape), ({ node, for: forUs }) => node.map((name) => step({ do: 'block', node: name, forUs })));
    },
  },
  start: {
    says: 'Starts servers that are not running, on the files they have.',
    schema: (scope) => onNodes(scope, startKeys(scope), (names, written, report) => {
      for (const name of names) checkAll(scope, name, written.config ?? [], false, ['config'], report);
      const plain = written.files === undefined && written.config === undefined && written['wait-for-load'] === undefined;
      return plain ? one({ do: 'start', nodes: names }) : one(startAgain(names, written));
    }),
  },
  stop: {
    says: 'SHUTDOWN, in one of its forms; done when the process has ended. A server that is down stays down.',
    schema: (scope) => onNodes(scope, { how: maybe('save, nosave, sigterm; default: save if there are save points.', choice(['default', 'save', 'nosave', 'sigterm'])) }, (names, { how = 'default' }) =>
      names.map((node) => step({ do: 'stop', node, how }))),
  },
  restart: {
    says: 'Stops servers, if they run, and starts them again: with their files or without, with other settings if wanted.',
    schema: (scope) => {
      const shape = {
        ...startKeys(scope),
        how: maybe('How they are stopped; default: SHUTDOWN, which saves if there are save points.', choice(['default', 'save', 'nosave', 'sigterm', 'kill', 'crash'])),
        after: maybe('How long they are down.', duration(scope)),
      };
      return onNodes(scope, shape, (names, written, report) => {
        for (const name of names) checkAll(scope, name, written.config ?? [], false, ['config'], report);
        const { how = 'default', after = 0 } = written;
        const stops = names.map((node) => step(how === 'kill' || how === 'crash' ? { do: how, node } : { do: 'stop', node, how }));
        return [...stops, { afterUs: after, verb: startAgain(names, written) }];
      });
    },
  },
  'set-replicaof': {
    says: 'Changes from whom a server replicates when it starts the next time.',
    schema: (scope) => into(scope, mapping('node: and master:', replicaofKeys(scope)), ({ node, master }) => one({ do: 'set-replicaof', node, master })),
  },
  'hold-save': {
    says: 'Stops the next saving child of a server as soon as it appears.',
    schema: (scope) => eachNode(scope, (node) => ({ do: 'hold-save', node })),
  },
  'release-save': {
    says: 'Lets a held saving child go on.',
    schema: (scope) => eachNode(scope, (node) => ({ do: 'release-save', node })),
  },

  // ---------------------------------------------------------------- words said to a server
  command: {
    says: 'Sends a command, or several one after another, and waits for the replies.',
    schema: (scope) => {
      const shape = {
        node: doc('To whom.', nodeName(scope)),
        run: doc('A command as typed into redis-cli; or a list of commands.', commands(scope)),
        client: maybe('Commands of one client name share a connection; `cli` if not said.', text('the name of a connection')),
        background: maybe('true: do not wait for the reply.', trueOrFalse()),
      };
      return into(scope, mapping('node: and run:', shape), ({ node, run, client = 'cli', background = false }, report): Steps => {
        const [first = []] = run;
        if (run.length === 1) return one({ do: 'command', node, client, argv: first, background });
        if (background) report(['background'], 'only a single command can be left in the background', null, 'key');
        return one({ do: 'commands', node, client, list: run });
      });
    },
  },
  'write-many': {
    says: 'SETs keys prefix0, prefix1, … in batches; a value is the number of its key, filled up with x.',
    schema: (scope) => {
      const shape = {
        node: doc('To whom.', nodeName(scope)),
        count: doc('How many keys.', count(scope)),
        size: doc('Size of a value.', bytes(scope)),
        prefix: maybe('What keys begin with; `key:` if not said.', text('the beginning of keys', { empty: true })),
        first: maybe('The number of the first key; 0 if not said.', integer(0, 1e15)),
        batch: maybe('Commands sent together; 200 if not said.', integer(1, 1e6)),
      };
      return into(scope, mapping('node:, count: and size:', shape), ({ node, count: howMany, size, prefix = 'key:', first = 0, batch = 200 }) =>
        one({ do: 'write-many', node, prefix, first, count: howMany, size, batch }));
    },
  },
  config: {
    says: 'CONFIG SET, by the rules of CONFIG SET.',
    schema: (scope) => {
      const shape = { node: doc('The server, or several.', nodes(scope)), set: doc('Directives and their values.', directives(scope, 'timeline')) };
      return into(scope, mapping('node: and set:', shape), ({ node, set }, report) => {
        for (const name of node) checkAll(scope, name, set, true, ['set'], report);
        return node.map((name) => step({ do: 'config', node: name, set }));
      });
    },
  },
  replicaof: {
    says: 'REPLICAOF: makes a server a replica of another, or, with `no one`, a master.',
    schema: (scope) => into(scope, mapping('node: and master:', replicaofKeys(scope)), ({ node, master }, report) => {
      if (node === master) report(['master'], `${node} cannot replicate from itself`);
      return one({ do: 'replicaof', node, master });
    }),
  },
  promote: {
    says: 'REPLICAOF NO ONE.',
    schema: (scope) => eachNode(scope, (node) => ({ do: 'replicaof', node, master: null })),
  },
  load: {
    says: 'Starts or stops the load of a client.',
    schema: (scope) => {
      const clients = oneOrMore(scope, clientName(scope), 'a client, or a list of them');
      const all = (set: 'start' | 'stop'): Schema<Steps> => into(scope, clients, (names) => names.map((client) => step({ do: 'load', client, set })));
      return oneKeyOf(scope, {
        start: { says: 'Begins to send.', schema: () => all('start') },
        stop: { says: 'Sends no more.', schema: () => all('stop') },
      }, { noun: 'order', expects: 'start: or stop: and a client' });
    },
  },
  'psync-probe': {
    says: 'A bare connection that asks for PSYNC, to find the edges of the window.',
    schema: (scope) => {
      const shape = {
        node: doc('Whom it asks.', nodeName(scope)),
        id: maybe('current, second or run_id, or 40 hex digits; current if not said.', probedId()),
        at: maybe('Counted from: the first byte kept, the last byte produced, second_repl_offset, or zero; last if not said.', choice(['first', 'last', 'second', 'zero'])),
        delta: maybe('Added to it.', integer(-1e15, 1e15)),
        capa: maybe('REPLCONF capa; [psync2] if not said.', list(text('a capability'))),
      };
      return into(scope, mapping('node:, id: and at:', shape), ({ node, id = 'current', at = 'last', delta = 0, capa = ['psync2'] }) =>
        one({ do: 'psync-probe', node, id, at, delta, capa }));
    },
  },

  // ---------------------------------------------------------------- watching and waiting
  sleep: {
    says: 'Waits.',
    schema: (scope) => into(scope, duration(scope), (us) => one({ do: 'sleep', us })),
  },
  'wait-until': {
    says: 'Waits for a condition; with `within`, no longer than that.',
    schema: (scope) => {
      const keys = { within: maybe('Gives up after this time; the run has then failed.', someDuration(scope)), poll: maybe('Looks only so often, as a script would.', someDuration(scope)) };
      if (scope.forEditors) {
        const shape = z.extend(editorsUnion(scope, CONDITIONS), keys) as unknown as Schema<Steps>;
        return z.union([condition(scope) as unknown as Schema<Steps>, shape]);
      }
      return forms(scope, A_CONDITION, {
        scalar: into(scope, condition(scope), (wanted) => one(wait(wanted))),
        mapping: into(scope, z.record(z.string(), z.unknown()) as Schema<Record<string, unknown>>, (written, report): Steps => {
          const { within, poll, ...rest } = written;
          const limits = validate(mapping('within:', keys), { ...(within === undefined ? {} : { within }), ...(poll === undefined ? {} : { poll }) });
          const wanted = validate(condition(scope), rest);
          if (!limits.ok) relay(report, [], limits.findings);
          if (!wanted.ok) relay(report, [], wanted.findings);
          return limits.ok && wanted.ok ? one(wait(wanted.value, limits.value.within, limits.value.poll)) : [];
        }),
      });
    },
  },
  observe: {
    says: 'Writes down what INFO, ROLE and the data of these nodes, or of all, say.',
    schema: (scope) => {
      const all = (): readonly string[] => [...scope.nodes.keys()];
      const expects = 'a node, a list of nodes, or all';
      const word = leaf<readonly string[]>({
        expects,
        json: { type: 'string' },
        read: (value) => {
          const name = String(value);
          if (name === 'all') return { ok: true, value: all() };
          if (scope.nodes.has(name)) return { ok: true, value: [name] };
          return { ok: false, message: `there is no node ${kindOf(value)}`, suggestion: suggestWord(name, [...all(), 'all']) };
        },
      });
      const which = forms(scope, expects, { scalar: word, list: list(nodeName(scope), expects, { minItems: 1 }), empty: into(scope, nothing(), all) });
      return into(scope, which, (names) => one({ do: 'observe', nodes: names }));
    },
  },
  expect: {
    says: 'Expectations that must hold at this instant.',
    schema: (scope) => into(scope, expectations(scope), (list) => one({ do: 'expect', expectations: list })),
  },
};

/** What people write, and other tools call, our verbs. */
export const VERB_SYNONYMS: Readonly<Record<string, string>> = {
  cut: 'partition', disconnect: 'partition', isolate: 'partition', split: 'partition', drop: 'partition', blackhole: 'partition', hole: 'hold',
  pause: 'freeze', suspend: 'freeze', sigstop: 'freeze', continue: 'resume', unfreeze: 'resume', sigcont: 'resume', sigkill: 'kill', poweroff: 'crash',
  'power-off': 'crash', shutdown: 'stop', sigterm: 'stop', slaveof: 'replicaof', failover: 'promote', wait: 'sleep', until: 'wait-until', 'wait-for': 'wait-until',
  assert: 'expect', check: 'expect', commands: 'command', run: 'command', send: 'command', 'config-set': 'config', set: 'config', write: 'write-many', slow: 'shape',
  close: 'reset', reject: 'refuse',
};

export const A_VERB = 'a verb such as partition: or kill:';

// ------------------------------------------------------------------ pieces of verbs

function step(verb: Verb, afterUs = 0): Planned {
  return { afterUs, verb };
}

function one(verb: Verb): Steps {
  return [step(verb)];
}

const DIRECTIONS = { 'replica-to-master': 'up', 'master-to-replica': 'down' } as const;

function nodes(scope: Scope): Schema<readonly string[]> {
  return scope.shared('nodes', () => oneOrMore(scope, nodeName(scope), 'a node, or a list of nodes'));
}

function hosts(scope: Scope): Schema<readonly string[]> {
  return scope.shared('hosts', () => oneOrMore(scope, hostName(scope), 'a host, or a list of hosts'));
}

/** A verb that needs nothing but nodes: one step for each. */
function eachNode(scope: Scope, make: (node: string) => Verb): Schema<Steps> {
  return into(scope, nodes(scope), (names) => names.map((node) => step(make(node))));
}

/** `stop: master`, `stop: [a, b]` or `stop: { node: master, how: save }`. */
function onNodes<S extends z.core.$ZodShape>(scope: Scope, keys: S, make: (nodes: readonly string[], written: Partial<z.output<z.ZodMiniObject<S>>>, report: Report) => Steps): Schema<Steps> {
  const full = mapping('node: and what to do', { node: doc('The node, or several.', nodes(scope)), ...keys }) as unknown as Schema<{ node: readonly string[] } & Partial<z.output<z.ZodMiniObject<S>>>>;
  const short = into(scope, nodes(scope), (names, report) => make(names, {}, report));
  return forms(scope, 'a node, a list of nodes, or a mapping with node:', {
    scalar: short,
    list: short,
    mapping: into(scope, full, (written, report) => make(written.node, written, report)),
  });
}

/** Two sides, each a host or several, with nobody on both. */
function sides(scope: Scope): Schema<readonly [readonly string[], readonly string[]]> {
  const expects = 'two sides, such as [master, replica-a] or [[master, replica-a], [replica-b]]';
  return scope.shared('sides', () =>
    into(scope, withMeta(list(hosts(scope), expects), { minItems: 2, maxItems: 2 }), (written, report): readonly [readonly string[], readonly string[]] => {
      const [a = [], b = []] = written;
      if (written.length !== 2) report([], `expected ${expects}, found ${written.length}`);
      const both = b.find((name) => a.includes(name));
      if (both !== undefined) report([1], `"${both}" stands on both sides`);
      return [a, b];
    }),
  );
}

function othersThan(scope: Scope, side: readonly string[], report: Report): readonly string[] {
  const others = [...scope.nodes.keys(), ...scope.clients].filter((name) => !side.includes(name));
  if (others.length === 0) report(['node'], 'nobody is left on the other side');
  return others;
}

/** `master->replica-a` */
function oneWay(scope: Scope): Schema<readonly [string, string]> {
  const expects = 'a direction such as master->replica-a';
  const known = [...scope.nodes.keys(), ...scope.clients];
  return leaf<readonly [string, string]>({
    expects,
    json: { type: 'string', pattern: String.raw`^\S+\s*->\s*\S+$`, examples: ['master->replica-a'] },
    read: (value) => {
      const match = /^\s*([^\s>]+?)\s*(?:->|→|>)\s*([^\s>]+)\s*$/.exec(String(value));
      if (match === null) return { ok: false, message: `expected ${expects}, found ${kindOf(value)}`, suggestion: null };
      const [, from = '', to = ''] = match;
      const stranger = [from, to].find((name) => !known.includes(name));
      if (stranger !== undefined) return { ok: false, message: `there is no node or client "${stranger}"`, suggestion: suggestWord(stranger, known) };
      if (from === to) return { ok: false, message: `"${from}" stands on both sides`, suggestion: null };
      return { ok: true, value: [from, to] };
    },
  });
}

/** The link passes through a relay from the start: only a proxy can do this to it. */
function needsRelay(scope: Scope, link: Link): Link {
  scope.relays.add(`${link.replica}>${link.master}`);
  return link;
}

/** A verb on a relayed link: `replica-a>master`, a pair, or a mapping with more to say. */
function relayed<S extends z.core.$ZodShape>(scope: Scope, keys: S, make: (link: Link, written: z.output<z.ZodMiniObject<S>>) => Verb): Schema<Steps> {
  type Written = z.output<z.ZodMiniObject<S>>;
  const full = mapping('a link and what to do with it', { ...linkKeys(scope), ...keys }) as unknown as Schema<
    { between?: readonly [string, string] | undefined; link?: Link | undefined } & Written
  >;
  const long = into(scope, full, (written, report) => one(make(needsRelay(scope, resolveLink(scope, written, report)), written)));
  const allOptional = Object.values(keys).every((key) => (key)._zod.optin === 'optional');
  if (!allOptional) return long;
  const short = into(scope, onLink(scope), (link) => one(make(needsRelay(scope, link), {} as Written)));
  return forms(scope, 'a link such as replica-a>master, or a mapping with between: or link:', { scalar: short, list: short, mapping: long });
}

function shapeOf(scope: Scope): Schema<Shape> {
  const shape = {
    delay: maybe('Added to every packet.', duration(scope)),
    bandwidth: maybe('At most so much passes.', bandwidth(scope)),
  };
  return scope.shared('shape', () =>
    into(scope, mapping('delay: and bandwidth:', shape), ({ delay = 0, bandwidth: bytesPerS = 0 }) => ({ delayUs: delay, bytesPerS })));
}

// A type, not an interface: it is spread among the keys of a mapping.
type StartKeys = {
  files: z.ZodMiniOptional<Schema<'keep' | 'wipe'>>;
  config: z.ZodMiniOptional<Schema<readonly Directive[]>>;
  'wait-for-load': z.ZodMiniOptional<Schema<boolean>>;
};

function startKeys(scope: Scope): StartKeys {
  return {
    files: maybe('keep: with what its disk has; wipe: with an empty one.', choice(['keep', 'wipe'])),
    config: maybe('Settings changed for this start and later ones.', directives(scope, 'timeline')),
    'wait-for-load': maybe('false: go on before the data set is loaded.', trueOrFalse()),
  };
}

interface WrittenStart {
  readonly files?: 'keep' | 'wipe' | undefined;
  readonly config?: readonly Directive[] | undefined;
  readonly 'wait-for-load'?: boolean | undefined;
}

function startAgain(names: readonly string[], { files = 'keep', config = [], 'wait-for-load': awaitLoad = true }: WrittenStart): Verb {
  return { do: 'restart', nodes: names, files, config, awaitLoad };
}

function replicaofKeys(scope: Scope): { node: Schema<string>; master: Schema<string | null> } {
  const expects = 'the name of a node, or no one';
  const names = [...scope.nodes.keys()];
  const master = leaf<string | null>({
    expects,
    json: { type: 'string' },
    read: (value) => {
      const name = String(value);
      if (/^no[ -]one$/i.test(name)) return { ok: true, value: null };
      if (names.includes(name)) return { ok: true, value: name };
      return { ok: false, message: `there is no node ${kindOf(value)}`, suggestion: suggestWord(name, [...names, 'no one']) };
    },
  });
  return { node: doc('Who replicates.', nodeName(scope)), master: doc('From whom; `no one` makes it a master.', master) };
}

function probedId(): Schema<'current' | 'second' | 'run_id' | { readonly literal: string }> {
  return leaf<'current' | 'second' | 'run_id' | { readonly literal: string }>({
    expects: 'current, second, run_id, or 40 hex digits',
    json: { type: 'string' },
    read: (value) => {
      const id = String(value);
      if (id === 'current' || id === 'second' || id === 'run_id') return { ok: true, value: id };
      if (id === '?' || /^[0-9a-f]{40}$/i.test(id)) return { ok: true, value: { literal: id } };
      return { ok: false, message: `expected current, second, run_id, or 40 hex digits, found ${kindOf(value)}`, suggestion: suggestWord(id, ['current', 'second', 'run_id']) };
    },
  });
}

function wait(wanted: Condition, timeoutUs: number | null = null, pollUs = 0): Verb {
  return { do: 'wait-until', condition: wanted, timeoutUs, pollUs };
}

/** Holds settings against the version of a node. */
function checkAll(scope: Scope, node: string, set: readonly Directive[], runtime: boolean, path: readonly string[], report: Report): void {
  const profile = scope.nodes.get(node);
  if (profile === undefined || profile === null) return;
  for (const directive of set) {
    // Whether protected settings may change is the server's to say: its own settings decide.
    if (runtime && findDirective(profile, directive.name)?.runtime === 'protected') continue;
    const wrong = checkDirective(profile, directive, runtime);
    if (wrong !== null) report([...path, directive.name], wrong.message, wrong.suggestion, wrong.part);
  }
}
