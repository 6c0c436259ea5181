/**
 * A connection as a replica of ours: becoming one, going online, being judged alive, and being gone.
 */
import type { Client, ReplicaSide, ReplicaState } from '../../client.ts';
import type { DisconnectCause } from '../../facts.ts';
import { freeClient, queueForWriting } from '../../networking.ts';
import { NOBODY, type Server, replicaName } from '../../server.ts';
import { refreshGoodReplicas } from '../acks.ts';
import { killRdbChild } from '../../persistence/save.ts';
import { pipeTargetGone } from './rdb-pipe.ts';

/** Turns a connection into a replica in `state` and appends it to the list (server.slaves). */
export function becomeReplica(server: Server, client: Client, state: ReplicaState): ReplicaSide {
  client.kind = 'replica';
  client.replica = {
    // First what every write looks at.
    state, startStreamOnAck: false, cursor: null, copy: null,
    prePsync: false, psyncInitialOffset: 0, sentOffset: 0, selectedDb: 0, ackOffset: 0, aofOffset: 0, ackTimeS: 0, lastPartialWriteS: 0, bulk: null, softLimitSinceS: 0,
    awaitsMainChannel: false, graceSinceS: 0,
  };
  const { replication } = server;
  if (replication.replicas === NOBODY) replication.replicas = [];
  replication.replicas.push(client);
  return client.replica;
}

type How = 'full' | 'full-socket' | 'full-dual-channel' | 'partial' | 'sync';

/** replication.c: replicaPutOnline. False: it wanted the file only, has it, and shall be closed. */
export function putOnline(server: Server, client: Client, how: How): boolean {
  const side = client.replica;
  if (side === null) return false;
  if (client.rdbOnly) {
    side.state = 'rdb-transmitted';
    server.ports.tell({ kind: 'rdb-channel-sent', replica: replicaName(client), fd: client.fd, from: how === 'full-socket' ? 'socket' : 'disk' });
    return false;
  }
  side.state = 'online';
  side.ackTimeS = server.unixtime; // prevents a false timeout before the first ACK
  refreshGoodReplicas(server);
  server.ports.tell({ kind: 'replica-state', replica: replicaName(client), fd: client.fd, state: 'online', how });
  return true;
}

/** replication.c: replicaStartCommandStream */
export function startCommandStream(server: Server, client: Client): void {
  if (client.replica === null) return;
  client.replica.startStreamOnAck = false;
  server.ports.tell({ kind: 'replica-streaming', replica: replicaName(client), fd: client.fd });
  queueForWriting(server, client);
}

/** networking.c: freeClient, "Case 1: we lost the connection with a slave". */
export function replicaGone(server: Server, client: Client, cause: DisconnectCause): void {
  const replication = server.replication;
  const side = client.replica;
  if (side === null) return;
  server.ports.tell({
    kind: 'replica-lost', replica: replicaName(client), fd: client.fd, cause, state: side.state,
    acked: side.ackOffset, sent: server.stream.sentOffset(client),
    ...(client.rdbChannel ? { channel: 'rdb' as const } : {}),
  });
  if (side.softLimitSinceS !== 0) server.softLimited -= 1;
  server.stream.letGo(server, client);
  const others = replication.replicas.filter((replica) => replica !== client);
  const child = server.child;
  // A save for nobody is stopped, unless save points say that the file itself is wanted (6.2, networking.c: freeClient).
  if (
    server.profile.children.abandonedSave === 'killed' &&
    side.state === 'wait-bgsave-end' && child?.type === 'rdb' && child.target === 'disk' && server.config.save.length === 0 &&
    !others.some((replica) => replica.replica?.state === 'wait-bgsave-end')
  ) {
    killRdbChild(server, 'last-replica-dropped');
  }
  replication.replicas = others;
  if (others.length === 0) replication.noReplicasSinceS = server.unixtime;
  refreshGoodReplicas(server);
  pipeTargetGone(server, client);
}

/** replication.c: disconnectSlaves */
export function disconnectReplicas(server: Server, cause: DisconnectCause): void {
  for (const replica of [...server.replication.replicas]) freeClient(server, replica, cause);
}

/** replication.c: replicationCron, "Disconnect timedout slaves". Whole seconds, strictly more than repl-timeout. */
export function dropTimedOutReplicas(server: Server): void {
  const { dropsSilent } = server.profile.heartbeat;
  const limit = server.config['repl-timeout'];
  const child = server.child;
  for (const client of [...server.replication.replicas]) {
    const side = client.replica;
    if (side === null) continue;
    let since = 0;
    if (side.state === 'online' && !side.prePsync) since = side.ackTimeS;
    else if (dropsSilent === 'online-and-stalled' && side.state === 'wait-bgsave-end' && child?.type === 'rdb' && child.target === 'socket') since = side.lastPartialWriteS;
    if (since === 0) continue;
    const silent = server.unixtime - since;
    if (silent <= limit) continue;
    server.ports.tell({
      kind: 'replica-timeout', replica: replicaName(client), fd: client.fd,
      phase: side.state === 'online' ? 'streaming' : 'full-sync', silentSeconds: silent, limitSeconds: limit,
    });
    freeClient(server, client, 'repl-timeout');
  }
}

