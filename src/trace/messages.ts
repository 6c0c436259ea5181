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
  readonly sentUs: number;
  readonly offset: number;
}

/** Listens from now on, and keeps about one message of a kind between two nodes every `everyUs`. */
export function watchMessages(trace: Trace, everyUs: number): Messages {
  const { names } = trace;
  const peers = createPeers();
  const resyncs = createResyncs(peers);
  trace.onMilestone(resyncs.feed); // feeds peers, too
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const told: StreamMessage[] = [];
  const marks = new Map<number, Mark[]>();
  const lastMark = new Map<number, number>();
  /** Marks that a node has passed, by writer. */
  const passed = names.map(() => new Map<number, number>());
  const waiting = names.map((): Ack[] => []);
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
    if (sentUs - lastAck[from]! < everyUs) return;
    lastAck[from] = sentUs;
    waiting[from]!.push({ from, sentUs, offset });
  };

  const ackReceived = (atUs: number, master: number, fd: number, offset: number): void => {
    const replica = indexOf.get(resyncs.replicaOf(names[master]!, fd) ?? '');
    const list = replica === undefined ? undefined : waiting[replica];
    const index = list?.findIndex((ack) => ack.offset === offset) ?? -1;
    if (list === undefined || replica === undefined || index < 0) return;
    // What was sent before it on the same way, and was not heard, never will be.
    for (const [place, ack] of list.splice(0, index + 1).entries()) {
      told.push({ kind: 'ack', from: names[replica]!, to: names[master]!, sentUs: ack.sentUs, arrivedUs: place === index ? atUs : null, offset: ack.offset });
    }
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
        ackReceived(atUs, node, a, b);
    }
  });

  return {
    list: () => {
      const unheard = waiting.flatMap((list, node) => list.map(({ sentUs, offset }): StreamMessage => (
        { kind: 'ack', from: names[node]!, to: names[masterOf(node)] ?? '', sentUs, arrivedUs: null, offset })));
      return [...told, ...unheard].sort((one, other) => one.sentUs - other.sentUs);
    },
  };
}
