/** Verbs of processes and hosts: they end, stop, sleep, and start again. */
import type * as z from 'zod/mini';
import type { Directive, Verb } from '../../scenario.ts';
import { suggestWord } from '../../suggest.ts';
import { directives } from '../directives.ts';
import { choice, doc, into, kindOf, leaf, mapping, maybe, type Schema, type Table, trueOrFalse } from '../schema.ts';
import type { Scope } from '../scope.ts';
import { nodeName, someSpan, span } from '../values.ts';
import { checkAll, eachNode, forWhich, one, onNodes, step, type Steps, whichNodes } from './pieces.ts';

export const PROCESS_VERBS: Table<Steps> = {
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
        after: maybe('How long they are down.', span(scope)),
      };
      return onNodes(scope, shape, (names, written, report) => {
        for (const name of names) checkAll(scope, name, written.config ?? [], false, ['config'], report);
        const { how = 'default', after = 0 } = written;
        const stops = names.map((node) => step(how === 'kill' || how === 'crash' ? { do: how, node } : { do: 'stop', node, how }));
        return [...stops, step(startAgain(names, written), after)];
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

export function replicaofKeys(scope: Scope): { node: Schema<string>; master: Schema<string | null> } {
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

