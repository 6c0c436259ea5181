/** Verbs of processes and hosts: they end, stop, sleep, and start again. */
import type * as z from 'zod/mini';
import type { Profile } from '../../../redis/profiles/index.ts';
import type { Directive, Verb } from '../../scenario.ts';
import { suggestWord } from '../../suggest.ts';
import { directives } from '../directives.ts';
import { choice, doc, forms, into, kindOf, leaf, mapping, maybe, oneKeyOf, type Report, type Schema, type Table, trueOrFalse } from '../schema.ts';
import type { Scope } from '../scope.ts';
import { countOf, nodeName, server, someSpan, span, text } from '../values.ts';
import { checkAll, eachNode, forWhich, nodes, one, oneOf, onNodes, step, type Steps, whichNodes } from './pieces.ts';

export const PROCESS_VERBS: Table<Steps> = {
  kill: {
    says: 'Ends a process at once (SIGKILL). Its connections close: the other ends are told.',
    schema: (scope) => {
      const each = (names: readonly string[]): Steps => names.map((node) => step({ do: 'kill', node }));
      const some = into(scope, nodes(scope), each);
      const special = oneKeyOf<Steps>(scope, {
        'one-of': { says: 'Chance picks one of these.', schema: () => into(scope, oneOf(scope), (which) => forWhich(which, each)) },
        'child-of': { says: 'Its forked child instead: of a save, a transfer or a rewrite.', schema: () => into(scope, nodes(scope), (names) => names.map((node) => step({ do: 'kill-child', node }))) },
      }, { noun: 'word', expects: 'one-of: or child-of:' });
      return forms(scope, 'a node, a list of nodes, or { child-of: master }', { scalar: some, list: some, mapping: special });
    },
  },
  crash: {
    says: 'Power off: nobody is told, and the disk keeps what was synced.',
    schema: (scope) => eachNode(scope, (node) => ({ do: 'crash', node })),
  },
  freeze: {
    says: 'Stops a process without ending it (SIGSTOP): connections stay, nothing runs.',
    schema: (scope) => onNodes(scope, { for: maybe('Goes on after this time; otherwise at resume:.', someSpan(scope)) }, (nodes, { for: forUs = null }) =>
      nodes.map((node) => step({ do: 'freeze', node, forUs }))),
  },
  resume: {
    says: 'Lets a frozen process go on (SIGCONT).',
    schema: (scope) => eachNode(scope, (node) => ({ do: 'resume', node })),
  },
  block: {
    says: 'Keeps a server busy, as a slow command does: it reads and answers nothing meanwhile.',
    schema: (scope) => {
      const shape = { node: doc('The server, or several.', whichNodes(scope)), for: doc('How long.', someSpan(scope)) };
      return into(scope, mapping('node: and for:', shape), ({ node, for: forUs }) => forWhich(node, (names) => names.map((name) => step({ do: 'block', node: name, forUs }))));
    },
  },
  start: {
    says: 'Starts servers that are not running, on the files they have.',
    schema: (scope) => onNodes(scope, startKeys(scope), (names, written, report) => {
      checkStart(scope, names, written, report);
      const plain = written.server === undefined && written.files === undefined && written.config === undefined && written['wait-for-load'] === undefined;
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
        after: maybe('How long they are down.', span(scope)),
      };
      return onNodes(scope, shape, (names, written, report) => {
        checkStart(scope, names, written, report);
        const { how = 'default', after = 0 } = written;
        const stops = names.map((node) => step(how === 'kill' || how === 'crash' ? { do: how, node } : { do: 'stop', node, how }));
        return [...stops, step(startAgain(names, written), after)];
      });
    },
  },
  disk: {
    says: 'What a disk refuses.',
    schema: (scope) => {
      const shape = {
        node: doc('The server, or several.', whichNodes(scope)),
        rename: doc('fails: the file of a full sync cannot be put in place, and the replica begins anew.', choice(['fails'])),
        times: maybe('So often; once if not said.', countOf(1)),
        for: maybe('For so long, however often.', someSpan(scope)),
      };
      return into(scope, mapping('node: and rename: fails', shape), ({ node, times, for: forUs = null }, report) => {
        if (times !== undefined && forUs !== null) report(['times'], 'so often or for so long: one of them', null, 'key');
        return forWhich(node, (names) => names.map((name) => step({ do: 'failing-rename', node: name, times: forUs === null ? (times ?? 1) : null, forUs })));
      });
    },
  },
  answer: {
    says: 'A server does not carry out the next commands of a name, but answers them with this line.',
    schema: (scope) => {
      const shape = {
        node: doc('The server, or several.', whichNodes(scope)),
        to: doc('The command: PING, REPLCONF, PSYNC …', text('the name of a command')),
        with: doc('The line: an error such as "-NOAUTH Authentication required.", or a status such as +PONG.', text('a line such as "-ERR no"')),
        times: maybe('So often; once if not said.', countOf(1)),
      };
      return into(scope, mapping('node:, to: and with:', shape), ({ node, to, with: line, times = 1 }, report) => {
        if (!/^[A-Za-z]+$/.test(to)) report(['to'], `expected the name of a command, found ${kindOf(to)}`);
        if (!/^[-+]/.test(line)) report(['with'], 'a line begins with - (an error) or + (a status)', `write "-${line}"`);
        return forWhich(node, (names) => names.map((name) => step({ do: 'answer', node: name, to: to.toUpperCase(), line, times })));
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
  },};

// A type, not an interface: it is spread among the keys of a mapping.
type StartKeys = {
  server: z.ZodMiniOptional<Schema<Profile>>;
  files: z.ZodMiniOptional<Schema<'keep' | 'wipe'>>;
  config: z.ZodMiniOptional<Schema<readonly Directive[]>>;
  'wait-for-load': z.ZodMiniOptional<Schema<boolean>>;
};

function startKeys(scope: Scope): StartKeys {
  return {
    server: maybe('Its version from now on: 7.2. Files and settings stay; otherwise the version stays, too.', server(scope)),
    files: maybe('keep: with what its disk has; wipe: with an empty one.', choice(['keep', 'wipe'])),
    config: maybe('Settings changed for this start and later ones.', directives(scope, 'timeline')),
    'wait-for-load': maybe('false: go on before the data set is loaded.', trueOrFalse()),
  };
}

interface WrittenStart {
  readonly server?: Profile | undefined;
  readonly files?: 'keep' | 'wipe' | undefined;
  readonly config?: readonly Directive[] | undefined;
  readonly 'wait-for-load'?: boolean | undefined;
}

/** From here on these nodes have the new version, if one is named; settings are held against it. */
function checkStart(scope: Scope, names: readonly string[], written: WrittenStart, report: Report): void {
  for (const name of names) {
    if (written.server !== undefined) scope.versions.set(name, written.server);
    checkAll(scope, name, written.config ?? [], false, ['config'], report);
  }
}

function startAgain(names: readonly string[], { server, files = 'keep', config = [], 'wait-for-load': awaitLoad = true }: WrittenStart): Verb {
  return { do: 'restart', nodes: names, server: server?.name ?? null, files, config, awaitLoad };
}

/** `addresses`: `10.9.9.9:6379` will do for a master, too. */
export function replicaofKeys(scope: Scope, addresses = false): { node: Schema<string>; master: Schema<string | null> } {
  const expects = addresses ? 'the name of a node, an address such as 10.9.9.9:6379, or no one' : 'the name of a node, or no one';
  const names = [...scope.nodes.keys()];
  const master = leaf<string | null>({
    expects,
    json: { type: 'string' },
    read: (value) => {
      const name = String(value);
      if (/^no[ -]one$/i.test(name)) return { ok: true, value: null };
      if (names.includes(name) || (addresses && addressOf(name) !== null)) return { ok: true, value: name };
      return { ok: false, message: `there is no node ${kindOf(value)}`, suggestion: suggestWord(name, [...names, 'no one']) };
    },
  });
  const says = addresses ? 'From whom: a node, or 10.9.9.9:6379; `no one` makes it a master.' : 'From whom; `no one` makes it a master.';
  return { node: doc('Who replicates.', nodeName(scope)), master: doc(says, master) };
}

/** `10.9.9.9:6379`; null when it is no address. */
export function addressOf(written: string): { readonly host: string; readonly port: number } | null {
  const match = /^((?:\d{1,3}\.){3}\d{1,3}):(\d{1,5})$/.exec(written);
  if (match === null) return null;
  const [, host = '', port = ''] = match;
  return host.split('.').every((part) => Number(part) < 256) && Number(port) >= 1 && Number(port) < 65_536 ? { host, port: Number(port) } : null;
}
