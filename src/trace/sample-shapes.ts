/**
 * What states, samples and messages hold, for reading those that somebody else wrote down. As with facts, the compiler keeps this in step
 * with the types.
 */
import type { KeyState, NodeState } from './fact.ts';
import type { ClientSample, NodeSample, ReplicaSample, Sample, StreamMessage } from './sample.ts';
import { FLAG, listOf, NUMBER, oneOf, optional, orNull, record, type Shape, type ShapesOf, TEXT, wrongField } from './shapes.ts';

const LINK = oneOf('none', 'connect', 'connecting', 'handshake', 'transfer', 'connected');

/** A map is kept as a list of its pairs. */
function pairs(shape: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value) || !value.every((one) => Array.isArray(one) && one.length === 2 && typeof one[0] === 'string')) return 'is not a list of pairs';
    return value.map(([name, one]: [string, unknown]) => ({ name, wrong: shape(one) })).find(({ wrong }) => wrong !== null)?.wrong ?? null;
  };
}

const KEY: ShapesOf<KeyState> = { value: TEXT, ttlUs: orNull(NUMBER) };

const STATE: ShapesOf<NodeState> = {
  node: TEXT, atUs: NUMBER, running: FLAG, role: oneOf('master', 'replica'), master: orNull(TEXT), linkState: LINK, replid: TEXT, replid2: TEXT, offset: NUMBER, secondOffset: NUMBER,
  backlog: record<NodeState['backlog']>({ active: FLAG, size: NUMBER, firstByte: NUMBER, length: NUMBER }), keys: NUMBER, digest: TEXT, localWrites: FLAG,
  sync: record<NodeState['sync']>({ full: NUMBER, partialOk: NUMBER, partialErr: NUMBER }), loading: FLAG, info: pairs(TEXT), values: optional(pairs(orNull(record(KEY)))),
};

const REPLICA: ShapesOf<ReplicaSample> = { replica: TEXT, state: TEXT, acked: NUMBER, buffer: NUMBER };

const NODE: ShapesOf<NodeSample> = {
  node: TEXT, state: oneOf('down', 'silent', 'loading', 'up'), role: oneOf('master', 'replica'), master: orNull(TEXT), link: LINK, replid: TEXT, replid2: TEXT, secondOffset: NUMBER, offset: NUMBER,
  backlog: orNull(record<NonNullable<NodeSample['backlog']>>({ firstByte: NUMBER, length: NUMBER, size: NUMBER })), keys: NUMBER, memory: NUMBER,
  transfer: orNull(record<NonNullable<NodeSample['transfer']>>({ received: NUMBER, size: NUMBER })), replicas: listOf(record(REPLICA)),
};

const CLIENT: ShapesOf<ClientSample> = { client: TEXT, sent: NUMBER, acknowledged: NUMBER, errors: NUMBER, latencyUs: orNull(NUMBER), waitingUs: NUMBER };

const SAMPLE: ShapesOf<Sample> = { atUs: NUMBER, nodes: listOf(record(NODE)), clients: listOf(record(CLIENT)) };

const MESSAGE: ShapesOf<StreamMessage> = { from: TEXT, to: TEXT, sentUs: NUMBER, kind: oneOf('stream', 'ping', 'ack'), arrivedUs: orNull(NUMBER), offset: NUMBER };

/** What is wrong with a node state as it stands in a file; null: nothing. */
export function wrongState(value: unknown): string | null {
  return wrongField(STATE, value);
}

/** The same of a sample: `first` is the first of the file, and all look at the same nodes and clients. */
export function wrongSample(value: unknown, first: Sample | undefined): string | null {
  const wrong = wrongField(SAMPLE, value);
  if (wrong !== null || first === undefined) return wrong;
  const { nodes, clients } = value as Sample;
  const same = nodes.length === first.nodes.length && nodes.every(({ node }, index) => node === first.nodes[index]!.node)
    && clients.length === first.clients.length && clients.every(({ client }, index) => client === first.clients[index]!.client);
  return same ? null : 'its nodes and clients are not those of the first sample';
}

export function wrongMessage(value: unknown): string | null {
  return wrongField(MESSAGE, value);
}
