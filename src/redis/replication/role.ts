/**
 * Changing role: REPLICAOF a master, REPLICAOF NO ONE.
 */
import { disconnectBlockedClients } from '../blocked.ts';
import { freeClient } from '../networking.ts';
import { restartAofAfterSync } from '../persistence/append-only.ts';
import type { Server } from '../server.ts';
import { shiftReplicationId } from './history.ts';
import { disconnectReplicas } from './master/replica-client.ts';
import { cacheMasterUsingMyself, discardCachedMaster } from './replica/cached-master.ts';
import { cancelHandshake, connectWithMaster } from './replica/connect.ts';

/** replication.c: replicationSetMaster. Followers stay until it shows whether they can go on with us (7.0+). */
export function setMaster(server: Server, host: string, port: number, by: string): void {
  const replication = server.replication;
  const wasMaster = replication.masterHost === null;
  replication.masterHost = null; // so that losing the old master does not reconnect to it
  if (replication.master !== null) freeClient(server, replication.master, 'replicaof');
  disconnectBlockedClients(server);
  replication.masterHost = host;
  replication.masterPort = port;
  cancelHandshake(server, false);
  if (wasMaster) {
    discardCachedMaster(server);
    cacheMasterUsingMyself(server);
  }
  replication.linkState = 'connect';
  server.ports.tell({ kind: 'role-changed', role: 'replica', masterHost: host, masterPort: port, by });
  if (server.profile.handshake.reconnectAtOnce) connectWithMaster(server, 'replicaof');
}

/** replication.c: replicationUnsetMaster. Same data, new history: the old id stays good up to here. */
export function unsetMaster(server: Server, by: string): void {
  const replication = server.replication;
  if (replication.masterHost === null) return;
  replication.masterHost = null;
  if (replication.master !== null) freeClient(server, replication.master, 'replicaof');
  discardCachedMaster(server);
  cancelHandshake(server, false);
  shiftReplicationId(server);
  disconnectReplicas(server, 'replid-changed');
  replication.linkState = 'none';
  replication.slaveSelDb = -1;
  replication.noReplicasSinceS = server.unixtime; // or the backlog of a long-time replica would be freed at once (incident S13)
  replication.downSinceS = 0;
  server.ports.tell({ kind: 'role-changed', role: 'master', masterHost: '', masterPort: 0, by });
  if (server.config.appendonly && server.aof.state === 'off') restartAofAfterSync(server);
}
