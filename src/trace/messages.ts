/**
 * Messages between nodes as lines in time: when a byte of the stream was written and when each replica applied it, when an
 * acknowledgement left and when the master heard it. Of many alike one is kept, with its true instants.
 */
import type { StreamMessage } from './sample.ts';
import { createPeers } from './peers.ts';
import { createResyncs } from './resyncs.ts';
import { KIND, type Trace } from './trace.ts';

export interface Messages {
  /** In the order in which they were sent. */
  list(): StreamMessage[];
}

/** A byte of the stream that is followed on its way. */
interface Mark {
  readonly kind: 'stream' | 'ping';
  readonly offset: number;
  /** When each node had it, by node. */
  readonly at: Map<number, number>;
}

interface Ack {
  readonly from: number;
  readonly to: string;
  readonly sentUs: number;
  readonly offset: number;
  /** The how manieth of its connection. */
  readonly nth: number;
}

/** A replica's connection to its master. It loses nothing and changes no order, so the n-th one sent is the n-th one heard: on an idle link all look alike. */
interface Connection {
  sent: number;
  heard: number;
  /** Acknowledgements that are followed on their way. */
  readonly waiting: Ack[];
}

/** Listens from now on, and keeps about one message of a kind between two nodes every `everyUs`. */
export function watchMessages(trace: Trace, everyUs: number): Messages {
  const { names } = trace;
  const peers = createPeers();
  const resyncs = createResyncs(peers);
  const indexOf = new Map(names.map((name, index) => [name, index]));
  /** By replica, the one on which it asked last; and by master and descriptor. */
  const asking = new Map<string, Connection>();
  const byDescriptor = new Map<string, Connection>();
  const connections: Connection[] = [];
  trace.onMilestone((fact) => {
    resyncs.feed(fact); // feeds peers, too
    const { node, body } = fact;
    if (body.kind === 'psync-sent' || body.kind === 'sync-sent') {
      const connection: Connection = { sent: 0, heard: 0, waiting: [] };
      asking.set(node, connection);
      connections.push(connection);
    } else if (body.kind === 'sync-asked') {
      const connection = asking.get(resyncs.replicaOf(node, body.fd) ?? '');
      if (connection === undefined) byDescriptor.delete(`${node} ${body.fd}`);
      else byDescriptor.set(`${node} ${body.fd}`, connection);
    }
  });
  const told: StreamMessage[] = [];
  const marks = new Map<number, Mark[]>();
  const lastMark = new Map<number, number>();
  /** Marks that a node has passed, by writer. */
  const passed = names.map(() => new Map<number, number>());
  const lastAck = names.map(() => -Infinity);

  const masterOf = (node: number): number => indexOf.get(peers.masterOf(names[node]!) ?? resyncs.masterOf(names[node]!) ?? '') ?? -1;

  const mark = (atUs: number, node: number, kind: Mark['kind'], offset: number): void => {
    let list = marks.get(node);
    if (list === undefined) marks.set(node, (list = []));
    if (list.length > 0 && list.at(-1)!.offset >= offset) {
      // A history that begins anew counts from lower down; the order by offset is what the search relies on.
      marks.set(node, (list = []));
      for (const places of passed) places.delete(node);
    }
    list.push({ kind, offset, at: new Map([[node, atUs]]) });
  };

  const applied = (atUs: number, node: number, before: number, after: number): void => {
    for (const [writer, list] of marks) {
      if (writer === node) continue;
      let index = passed[node]!.get(writer) ?? 0;
      if (index >= list.length || list[index]!.offset > after) continue;
      const from = masterOf(node);
      for (; index < list.length && list[index]!.offset <= after; index++) {
        const { kind, offset, at } = list[index]!;
        if (offset <= before || at.has(node)) continue;
        at.set(node, atUs);
        const sentUs = at.get(from);
        if (sentUs !== undefined) told.push({ kind, from: names[from]!, to: names[node]!, sentUs, arrivedUs: atUs, offset });
      }
      passed[node]!.set(writer, index);
    }
  };

  const ackSent = (sentUs: number, from: number, offset: number): void => {
    const connection = asking.get(names[from]!);
    if (connection === undefined) return;
    const nth = connection.sent++;
    if (sentUs - lastAck[from]! < everyUs) return;
    lastAck[from] = sentUs;
    connection.waiting.push({ from, to: names[masterOf(from)] ?? '', sentUs, offset, nth });
  };

  const ackReceived = (atUs: number, master: number, fd: number): void => {
    const connection = byDescriptor.get(`${names[master]!} ${fd}`);
    if (connection === undefined) return;
    const nth = connection.heard++;
    const [ack] = connection.waiting;
    if (ack?.nth !== nth) return;
    connection.waiting.shift();
    told.push({ kind: 'ack', from: names[ack.from]!, to: names[master]!, sentUs: ack.sentUs, arrivedUs: atUs, offset: ack.offset });
  };

  trace.subscribe(['write', 'ping', 'applied', 'ack-sent', 'ack-received'], (atUs, node, kind, a, b) => {
    switch (kind) {
      case KIND.write:
        if (atUs - (lastMark.get(node) ?? -Infinity) < everyUs) break;
        lastMark.set(node, atUs);
        mark(atUs, node, 'stream', b);
        break;
      case KIND.ping:
        mark(atUs, node, 'ping', a);
        break;
      case KIND.applied:
        applied(atUs, node, a, b);
        break;
      case KIND['ack-sent']:
        ackSent(atUs, node, a);
        break;
      default:
        ackReceived(atUs, node, a);
    }
  });

  return {
    list: () => {
      const unheard = connections.flatMap(({ waiting }) => waiting.map(({ from, to, sentUs, offset }): StreamMessage => (
        { kind: 'ack', from: names[from]!, to, sentUs, arrivedUs: null, offset })));
      return [...told, ...unheard].sort((one, other) => one.sentUs - other.sentUs);
    },
  };
}
