/** What an observer sees of a node, in one look that costs no time, opens no connection and changes nothing. */
import { databaseSize, digestOf, findEntry, keyCount } from '../redis/dataset/keyspace.ts';
import { infoFields, roleReply } from '../redis/info.ts';
import { countedMemory } from '../redis/memory.ts';
import { bytesToString } from '../redis/protocol/make.ts';
import { isHandshake, transferLink } from '../redis/replication/state.ts';
import type { Server } from '../redis/server.ts';
import type { NodeObservation } from '../scenario/stage.ts';
import { type ClientState, keyId, type KeyState, type NodeState } from '../trace/fact.ts';
import type { ClientSample, NodeSample } from '../trace/sample.ts';
import type { Node } from './node.ts';
import type { ClientHost } from './world.ts';

/** INFO, ROLE, DBSIZE (of database 0) and DEBUG DIGEST, as the recordings have them. */
export function observation(node: Node): NodeObservation {
  const { server, process } = node;
  const silent = { node: node.name, info: new Map<string, string>(), role: null, dbsize: 0, digest: '' };
  if (server === null || process === null) return { ...silent, state: 'down' };
  if (process.held) return { ...silent, state: 'no-answer' };
  return { node: node.name, state: 'ok', info: infoFields(server), role: 'role' in server.profile.commands.arities ? roleReply(server) : null, dbsize: databaseSize(server.keyspace, 0), digest: digestText(server).padStart(40, '0') };
}

export function digestText(server: Server): string {
  const { low, high } = digestOf(server.keyspace);
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** The state of a node, for reports and checks. A node that is down shows what its next start would find unknown: nothing. */
export function nodeState(node: Node): NodeState {
  const { server, world } = node;
  const base = { node: node.name, atUs: world.kernel.nowUs };
  if (server === null) {
    return {
      ...base, running: false, role: 'master', master: null, linkState: 'none', replid: '', replid2: '', offset: -1, secondOffset: -1,
      backlog: { active: false, size: 0, firstByte: 0, length: 0 }, keys: 0, digest: '', localWrites: false,
      sync: { full: 0, partialOk: 0, partialErr: 0 }, loading: false, info: new Map(),
    };
  }
  const { replication, stats, config } = server;
  const role = replication.masterHost === null ? 'master' : 'replica';
  const { replid, offset } = server.generation.position(server);
  return {
    ...base, running: true, role, master: role === 'master' ? null : masterName(node, server), linkState: linkStateOf(server),
    replid, replid2: replication.replid2, offset, secondOffset: replication.secondReplidOffset,
    backlog: {
      active: replication.backlog !== null, size: config['repl-backlog-size'],
      firstByte: replication.backlog?.firstByte ?? 0, length: replication.backlog?.histlen ?? 0,
    },
    keys: keyCount(server.keyspace), digest: digestText(server), localWrites: server.localWrites,
    sync: { full: stats.syncFull, partialOk: stats.syncPartialOk, partialErr: stats.syncPartialErr },
    loading: server.loading !== null, info: infoFields(server),
    values: new Map((world.askedKeys.get(node.name) ?? []).map(({ db, key }) => [keyId(db, key), keyState(server, db, key)])),
  };
}

/** The same for curves: what moves from one instant to the next. `replicaAt`: the node that announces a port. */
export function nodeSample(node: Node, replicaAt: (port: number) => string | undefined): NodeSample {
  const { server, process } = node;
  if (server === null || process === null) return { ...DOWN, node: node.name };
  const { replication, config } = server;
  const { backlog } = replication;
  const role = replication.masterHost === null ? 'master' : 'replica';
  const { replid, offset } = server.generation.position(server);
  const transfer = replication.linkState === 'transfer' ? (transferLink(replication)?.transfer ?? null) : null;
  return {
    node: node.name, state: server.loading !== null ? 'loading' : process.held ? 'silent' : 'up', role,
    master: role === 'master' ? null : masterName(node, server), link: linkStateOf(server),
    replid, replid2: replication.replid2, secondOffset: replication.secondReplidOffset, offset,
    backlog: backlog === null ? null : { firstByte: backlog.firstByte, length: backlog.histlen, size: config['repl-backlog-size'] },
    keys: keyCount(server.keyspace), memory: countedMemory(server),
    transfer: transfer === null ? null : { received: Math.max(transfer.received, 0), size: Math.max(transfer.size, 0) },
    replicas: replication.replicas.flatMap((client) => client.replica === null ? [] : [{
      replica: replicaAt(client.listeningPort) ?? `:${client.listeningPort}`, state: client.replica.state,
      acked: client.replica.ackOffset, buffer: server.stream.usedBytes(server, client),
    }]),
  };
}

const DOWN: Omit<NodeSample, 'node'> = {
  state: 'down', role: 'master', master: null, link: 'none', replid: '', replid2: '', secondOffset: -1, offset: -1, backlog: null, keys: 0, memory: 0,
  transfer: null, replicas: [],
};

/** What a load was answered up to now, and how long one of its requests took; another is followed from now on. */
export function clientSample({ spec, load }: ClientHost): ClientSample {
  const { sent, acknowledged, errors } = load.counts;
  return { client: spec.name, sent, acknowledged, errors, ...load.watchLatency() };
}

/** A key as it lies in memory, expired or not; looking at it does not delete it. */
export function keyState(server: Server, db: number, key: string): KeyState | null {
  const entry = findEntry(server.keyspace, db, key);
  if (entry === undefined) return null;
  const ttlUs = entry.expireMs === null ? null : entry.expireMs * 1000 - server.ports.wallUs();
  return { value: entry.type === 'string' ? bytesToString(entry.value) : `(${entry.type})`, ttlUs };
}

/** What a load was answered up to now. */
export function clientState({ spec, load }: ClientHost): ClientState {
  return { client: spec.name, sent: load.counts.sent, acknowledged: load.counts.acknowledged, errors: new Map(load.errorsOf) };
}

/** Name of the node that a replica follows; its address when nobody in the scenario has it. */
function masterName(node: Node, server: Server): string {
  const { masterHost, masterPort } = server.replication;
  const { world } = node;
  const master = masterHost === null ? undefined : world.nodeAt(masterHost);
  return master?.config.port === masterPort ? master.name : `${masterHost}:${masterPort}`;
}

/** The state of a replica's link in the words of scenarios. */
export function linkStateOf(server: Server): NodeState['linkState'] {
  const { linkState } = server.replication;
  if (isHandshake(linkState)) return 'handshake';
  return linkState as NodeState['linkState'];
}
