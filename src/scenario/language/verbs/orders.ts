/** Verbs that say something to a server, as a client would. */
import { suggestWord } from '../../suggest.ts';
import { commands } from '../commands.ts';
import { directives } from '../directives.ts';
import { choice, doc, integer, into, kindOf, leaf, list, mapping, maybe, oneKeyOf, oneOrMore, type Schema, type Table, trueOrFalse } from '../schema.ts';
import { bytes, clientName, count, nodeName, text } from '../values.ts';
import { checkAll, eachNode, nodes, one, step, type Steps } from './pieces.ts';
import { replicaofKeys } from './processes.ts';

export const ORDER_VERBS: Table<Steps> = {
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
  },};

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
