/**
 * Changing role: REPLICAOF a master, REPLICAOF NO ONE.
 */
import { disconnectBlockedClients } from '../blocked.ts';
import { freeClient } from '../networking.ts';
import { restartAofAfterSync } from '../persistence/append-only.ts';
import type { Server } from '../server.ts';
import { discardCachedMaster } from './replica/cached-master.ts';
import { cancelHandshake, connectWithMaster } from './replica/connect.ts';

/** replication.c: replicationSetMaster */
export function setMaster(server: Server, host: string, port: number, by: string): void {
  const replication = server.replication;
  const wasMaster = replication.masterHost === null;
  replication.masterHost = null; // so that losing the old master does not reconnect to it
  if (replication.master !== null) freeClient(server, replication.master, 'replicaof');
  disconnectBlockedClients(server);
  replication.masterHost = host;
  replication.masterPort = port;
  server.generation.demoted(server, wasMaster);
  cancelHandshake(server, false);
  replication.linkState = 'connect';
  if (server.profile.handshake.reconnectAtOnce) connectWithMaster(server, 'replicaof');
  // Whoever ordered it logs it, when all is done (replicaofCommand).
  server.ports.tell({ kind: 'role-changed', role: 'replica', masterHost: host, masterPort: port, by });
}

/** replication.c: replicationUnsetMaster. Same data, new history. */
export function unsetMaster(server: Server, by: string): void {
  const replication = server.replication;
  if (replication.masterHost === null) return;
  replication.masterHost = null;
  server.generation.promotionBegins(server);
  if (replication.master !== null) freeClient(server, replication.master, 'replicaof');
  discardCachedMaster(server);
  cancelHandshake(server, false);
  server.generation.promoted(server);
  replication.linkState = 'none';
  replication.downSinceS = 0;
  server.ports.tell({ kind: 'role-changed', role: 'master', masterHost: '', masterPort: 0, by });
  if (server.config.appendonly && server.aof.state === 'off') restartAofAfterSync(server);
}
