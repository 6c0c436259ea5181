/** Conditions of the timeline, judged by looking at the servers directly: no time passes, nothing changes. */
import { unreachable } from '../assert.ts';
import { equalDigests } from '../redis/dataset/digest.ts';
import { digestOf, keyCount } from '../redis/dataset/keyspace.ts';
import { infoField } from '../redis/info.ts';
import type { Server } from '../redis/server.ts';
import type { Condition } from '../scenario/scenario.ts';
import { keyState, linkStateOf } from './observe.ts';
import type { Node } from './node.ts';
import type { World } from './world.ts';

/** What only the stage knows: lines logged so far, and what passed between a replica and its master. */
export interface Seen {
  logged(node: string, patterns: readonly string[]): boolean;
  /** PSYNC and SYNC requests, connections opened and closed, of a replica at its master. */
  requests(replica: string, master: string): number;
  openConnections(replica: string, master: string): number;
  closedConnections(replica: string, master: string): number;
}

export function holds(condition: Condition, world: World, seen: Seen): boolean {
  const server = (name: string): Server | null => world.node(name).server;
  switch (condition.is) {
    case 'online': return condition.replicas.every((name) => isOnline(world, world.node(name)));
    case 'link-down': return server(condition.replica)?.replication.linkState !== 'connected';
    case 'offset-equal': return offsetsEqual(condition.nodes.map(server));
    case 'acked': return allAcknowledged(server(condition.master));
    case 'role': return server(condition.node) !== null && (server(condition.node)?.replication.masterHost === null ? 'master' : 'replica') === condition.role;
    case 'info': return infoHolds(server(condition.node), condition);
    case 'link-state': {
      const replica = server(condition.replica);
      return replica !== null && linkStateOf(replica) === (condition.state === 'sync' ? 'transfer' : condition.state);
    }
    case 'log': return seen.logged(condition.node, condition.patterns);
    case 'save-held': return world.node(condition.node).saveHeld;
    case 'requests': return seen.requests(condition.replica, condition.master) >= condition.count;
    case 'closed': return seen.openConnections(condition.replica, condition.master) === 0;
    case 'dropped': return seen.closedConnections(condition.replica, condition.master) >= condition.count || server(condition.master)?.replication.replicas.length === 0;
    case 'keys': {
      const node = server(condition.node);
      return node !== null && keyCount(node.keyspace) === condition.count;
    }
    case 'bgsave': return server(condition.node)?.child?.type === 'rdb';
    case 'loading': return (server(condition.node)?.loading ?? null) !== null;
    case 'replicas': return (server(condition.node)?.replication.replicas.filter(({ replica }) => replica?.state === 'online').length ?? 0) >= condition.count;
    case 'offset': {
      const node = server(condition.node);
      if (node === null) return false;
      return (node.replication.masterHost === null ? node.replication.masterReplOffset : replOffset(node)) >= condition.atLeast;
    }
    case 'key': return keyHolds(server(condition.node), condition);
    case 'output-buffer': {
      const master = server(condition.master);
      const id = world.replicaId(condition.replica, condition.master);
      const client = master?.replication.replicas.find((one) => one.id === id);
      return master !== null && client !== undefined && master.stream.usedBytes(master, client) >= condition.atLeast;
    }
    case 'load-stopped': return condition.clients.every((name) => !world.client(name).load.isRunning);
    case 'converged': return isConverged(world);
    case 'all': return condition.of.every((part) => holds(part, world, seen));
    case 'any': return condition.of.some((part) => holds(part, world, seen));
    case 'not': return !holds(condition.of, world, seen);
    default: return unreachable(condition);
  }
}

/** Its link is up, and its master lists it as online. */
function isOnline(world: World, node: Node): boolean {
  const { server } = node;
  if (server?.replication.linkState !== 'connected') return false;
  const { masterHost, masterPort } = server.replication;
  const master = world.nodes.find((other) => world.network.hostAddress(other.host) === masterHost && other.config.port === masterPort)?.server;
  if (master === undefined || master === null) return false;
  const port = server.config['replica-announce-port'] || server.config.port;
  return master.replication.replicas.some((client) => client.listeningPort === port && client.replica?.state === 'online');
}

function replOffset(server: Server): number {
  const { replication } = server;
  return replication.master?.master?.reploff ?? replication.cachedMaster?.side.reploff ?? 1;
}

/** master_repl_offset of the first, slave_repl_offset of the rest. */
function offsetsEqual(servers: readonly (Server | null)[]): boolean {
  const [first, ...rest] = servers;
  if (first === undefined || first === null) return false;
  return rest.every((server) => server !== null && hasAllOf(server, first));
}

/** Where one of them counts no offset (2.6), equal data must do. */
function hasAllOf(replica: Server, master: Server): boolean {
  if (countsNothing(replica) || countsNothing(master)) return equalDigests(digestOf(replica.keyspace), digestOf(master.keyspace));
  return replOffset(replica) === master.replication.masterReplOffset;
}

function countsNothing({ profile }: Server): boolean {
  return profile.history.generation === 'sync-only';
}

/** To a 2.6 master nobody acknowledges anything: then all must have left for everybody. */
function allAcknowledged(server: Server | null): boolean {
  if (server === null || server.replication.replicas.length === 0) return false;
  if (countsNothing(server)) return server.replication.replicas.every((client) => client.replica?.state === 'online' && !server.stream.hasPending(server, client));
  return server.replication.replicas.every(({ replica }) => replica?.ackOffset === server.replication.masterReplOffset);
}

function keyHolds(server: Server | null, { key, exists, value }: Extract<Condition, { is: 'key' }>): boolean {
  if (server === null) return false;
  const found = keyState(server, 0, key);
  return found === null ? !exists : exists && (value === null || found.value === value);
}

function infoHolds(server: Server | null, { field, op, value }: Extract<Condition, { is: 'info' }>): boolean {
  const found = server === null ? undefined : infoField(server, field);
  return found !== undefined && compares(found, op, value);
}

/** An INFO field against a value: as numbers when both are, else as text. */
export function compares(found: string, op: '=' | '!=' | '>=' | '<=', value: string | number): boolean {
  const numbers = typeof value === 'number' && /^-?\d+(\.\d+)?$/.test(found);
  switch (op) {
    case '=': return numbers ? Number(found) === value : found === String(value);
    case '!=': return numbers ? Number(found) !== value : found !== String(value);
    case '>=': return numbers && Number(found) >= value;
    default: return numbers && Number(found) <= value;
  }
}

function isConverged(world: World): boolean {
  const running = world.nodes.filter((node) => node.server !== null);
  return running.every((node) => {
    const server = node.server;
    if (server === null || server.replication.masterHost === null) return true;
    const { masterHost, masterPort } = server.replication;
    const master = world.nodes.find((other) => world.network.hostAddress(other.host) === masterHost && other.config.port === masterPort)?.server;
    return master !== undefined && master !== null && server.replication.linkState === 'connected' &&
      hasAllOf(server, master) && equalDigests(digestOf(server.keyspace), digestOf(master.keyspace));
  });
}
