/** Verbs of the network: what two ends feel when something between them breaks, or is slow. */
import type { Shape } from '../../scenario.ts';
import { linkKeys, linkText, onLink, pair, resolveLink } from '../links.ts';
import { nothing } from '../conditions.ts';
import { choice, doc, forms, into, mapping, maybe, oneKeyOf, type Schema, type Table } from '../schema.ts';
import type { Scope } from '../scope.ts';
import { bandwidth, bytes, duration, hostName, latency, loss, someSpan } from '../values.ts';
import { hosts, needsRelay, one, oneWay, othersThan, relayed, sides, type Steps } from './pieces.ts';

export const NETWORK_VERBS: Table<Steps> = {
  partition: {
    says: 'Drops every packet between two sides and tells nobody. Heals after `for`, or at heal:.',
    schema: (scope) => {
      const shape = {
        between: maybe('Two hosts, or two lists of hosts: [master, [replica-a, replica-b]].', sides(scope)),
        node: maybe('This host, or these, from everybody else.', hosts(scope)),
        'one-way': maybe('Only packets of this direction vanish: master->replica-a.', oneWay(scope)),
        for: maybe('Heals after this time.', someSpan(scope)),
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
        for: maybe('Lets go after this time.', someSpan(scope)),
      }, (link, { direction = 'both', for: forUs = null }) => ({ do: 'hold', ...link, direction, forUs })),
  },
  reset: {
    says: 'Closes the connections of a link; both ends are told at once.',
    schema: (scope) => into(scope, onLink(scope), (link) => one({ do: 'reset', ...needsRelay(scope, link) })),
  },
  refuse: {
    says: 'Closes the connections of a link and refuses new ones, as a closed port does.',
    schema: (scope) =>
      relayed(scope, { for: maybe('Accepts again after this time.', someSpan(scope)) }, (link, { for: forUs = null }) => ({ do: 'refuse', ...link, forUs })),
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
  link: {
    says: 'Makes the link of two hosts slow, far or lossy, both ways: what is not named stays.',
    schema: (scope) => {
      const shape = {
        between: doc('Two hosts.', pair(scope, hostName(scope))),
        latency: maybe('One way.', latency(scope)),
        bandwidth: maybe('Each way: 10mbit, 1mb/s, or unlimited.', bandwidth(scope)),
        loss: maybe('Packets lost: 0.1%.', loss(scope)),
        for: maybe('As it was after this time.', someSpan(scope)),
      };
      return into(scope, mapping('between: and what changes', shape), ({ between, latency: far, bandwidth: bytesPerS, loss: lossPpm, for: forUs = null }, report) => {
        if (far === undefined && bytesPerS === undefined && lossPpm === undefined) report([], 'this changes nothing', 'add bandwidth: 10mbit, latency: 40ms or loss: 1%');
        const change = { ...(far === undefined ? {} : { latency: far }), ...(bytesPerS === undefined ? {} : { bytesPerS }), ...(lossPpm === undefined ? {} : { lossPpm }) };
        return one({ do: 'link', between, change, forUs });
      });
    },
  },
  nic: {
    says: 'What the NIC of a host carries each way, for all of its connections together.',
    schema: (scope) => {
      const shape = {
        node: doc('The host: a node or a client.', hostName(scope)),
        bandwidth: doc('Each way: 100mbit, 10mb/s, or unlimited.', bandwidth(scope)),
        for: maybe('As it was after this time.', someSpan(scope)),
      };
      return into(scope, mapping('node: and bandwidth:', shape), ({ node, bandwidth: bytesPerS, for: forUs = null }) => one({ do: 'nic', host: node, bytesPerS, forUs }));
    },
  },
  close: {
    says: 'One side closes its connection of a link, as CLIENT KILL does; the other side is told.',
    schema: (scope) => {
      const shape = { ...linkKeys(scope), side: doc('Who closes it.', choice(['replica', 'master'], { slave: 'replica', primary: 'master' })) };
      return into(scope, mapping('a link and side:', shape), (written, report) => one({ do: 'close', ...resolveLink(scope, written, report), side: written.side }));
    },
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
};

const DIRECTIONS = { 'replica-to-master': 'up', 'master-to-replica': 'down' } as const;

function shapeOf(scope: Scope): Schema<Shape> {
  const shape = {
    delay: maybe('Added to every packet.', duration(scope)),
    bandwidth: maybe('At most so much passes.', bandwidth(scope)),
  };
  return scope.shared('shape', () =>
    into(scope, mapping('delay: and bandwidth:', shape), ({ delay = 0, bandwidth: bytesPerS = 0 }) => ({ delayUs: delay, bytesPerS })));
}
