/** Verbs that say something to a server, as a client would. */
import type { Step } from '../../scenario.ts';
import { suggestWord } from '../../suggest.ts';
import { paceOf } from '../clients.ts';
import { commands } from '../commands.ts';
import { directives } from '../directives.ts';
import { choice, doc, integer, into, kindOf, leaf, list, mapping, maybe, oneOrMore, type Schema, type Table, trueOrFalse } from '../schema.ts';
import type { Scope } from '../scope.ts';
import { bytes, bytesRange, clientName, count, keyPattern, nodeName, NAME_PATTERN, someDuration, text } from '../values.ts';
import { checkAll, eachNode, nodes, one, step, type Steps } from './pieces.ts';
import { addressOf, replicaofKeys } from './processes.ts';

export const ORDER_VERBS: Table<Steps> = {
  command: {
    says: 'Sends a command, or several one after another, and waits for the replies.',
    schema: (scope) => {
      const shape = {
        node: doc('To whom.', nodeName(scope)),
        run: doc('A command as typed into redis-cli; or a list of commands.', commands(scope)),
        client: maybe('Commands of one client name share a connection, which stays: a MULTI is open until its EXEC; `cli` if not said.', text('the name of a connection')),
        together: maybe('true: all in one write, so that the server reads them in one turn.', trueOrFalse()),
        background: maybe('true: do not wait for the reply.', trueOrFalse()),
        as: maybe('A name for the reply: expectations refer to it, whenever it comes.', replyName(scope)),
      };
      return into(scope, mapping('node: and run:', shape), ({ node, run, client = 'cli', together = false, background = false, as }, report): Steps => {
        const [first = []] = run;
        const named = as === undefined ? {} : { as };
        if (run.length === 1) return one({ do: 'command', node, client, argv: first, background, ...named });
        if (background && !together) report(['background'], 'commands one after another wait for each other', 'add together: true, or leave only one in the background', 'key');
        return one({ do: 'commands', node, client, list: run, ...(together ? { together } : {}), ...(background ? { background } : {}), ...named });
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
    says: 'REPLICAOF: makes a server a replica of another, of whoever is at an address, or, with `no one`, a master.',
    schema: (scope) => into(scope, mapping('node: and master:', replicaofKeys(scope, true)), ({ node, master }, report) => {
      if (node === master) report(['master'], `${node} cannot replicate from itself`);
      const address = master === null ? null : addressOf(master);
      return one(address === null ? { do: 'replicaof', node, master } : { do: 'replicaof-address', node, ...address });
    }),
  },
  promote: {
    says: 'REPLICAOF NO ONE.',
    schema: (scope) => eachNode(scope, (node) => ({ do: 'replicaof', node, master: null })),
  },
  failover: {
    says: 'FAILOVER: a master pauses writes, and hands its role to a replica that has everything.',
    schema: (scope) => {
      const shape = {
        node: doc('The master.', nodeName(scope)),
        to: maybe('Who takes over; whoever has everything first if not said.', nodeName(scope)),
        timeout: maybe('How long it waits for that; for ever if not said.', someDuration(scope)),
        force: maybe('true: when that time is over, it lets go all the same. Needs to: and timeout:.', trueOrFalse()),
      };
      return into(scope, mapping('node:', shape), ({ node, to, timeout, force = false }, report) => {
        if (force && (to === undefined || timeout === undefined)) report(['force'], 'FAILOVER with FORCE needs to: and timeout:', 'add to: a replica, and timeout: 5s', 'key');
        return one({ do: 'failover', node, to: to ?? null, force, timeoutUs: timeout ?? 0 });
      });
    },
  },
  load: {
    says: 'Starts, stops or changes the load of a client.',
    schema: (scope) => {
      const clients = oneOrMore(scope, clientName(scope), 'a client, or a list of them');
      const shape = {
        start: maybe('Begins to send.', clients),
        stop: maybe('Sends no more.', clients),
        change: maybe('Goes on with another rate, pipeline, key or value.', clients),
        rate: maybe('How often from now on: 800/s; or unpaced.', paceOf(scope)),
        pipeline: maybe('Unpaced: so many operations in one write.', integer(1, 100_000)),
        key: maybe('Which keys.', keyPattern(scope)),
        value: maybe('Size of a value, or a range of sizes.', bytesRange(scope)),
      };
      return into(scope, mapping('start:, stop: or change: and a client', shape), ({ start, stop, change, ...changes }, report): Steps => {
        const orders = [start, stop, change].filter((order) => order !== undefined);
        if (orders.length !== 1) report([], orders.length === 0 ? 'this does not say what to do' : 'one of start, stop and change at a time', 'write start:, stop: or change: and a client');
        const { rate = null, pipeline = null, key = null, value: valueBytes = null } = changes;
        const changed = Object.keys(changes)[0];
        if (change === undefined && changed !== undefined) report([changed], `${changed}: belongs to change:`, null, 'key');
        if (change !== undefined && changed === undefined) report(['change'], 'this changes nothing', 'add rate: 800/s or value: 1kb', 'key');
        const set = (which: readonly string[] | undefined, to: 'start' | 'stop'): Step[] => (which ?? []).map((client) => step({ do: 'load', client, set: to }));
        const changing = (change ?? []).map((client) => step({ do: 'change-load', client, rate, pipeline, key, valueBytes }));
        return [...set(start, 'start'), ...set(stop, 'stop'), ...changing];
      });
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

/** A name of its own for each reply: two of the same name could not be told apart. */
function replyName(scope: Scope): Schema<string> {
  const expects = 'a name such as first-exec';
  return into(scope, text(expects), (name, report) => {
    if (!new RegExp(NAME_PATTERN).test(name)) report([], `expected ${expects}, found ${kindOf(name)}`);
    else if (scope.replies.has(name)) report([], `another reply is called ${name} already`);
    scope.replies.add(name);
    return name;
  });
}
