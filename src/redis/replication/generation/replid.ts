/**
 * Since 4.0 (PSYNC2): the data set has an id of its own, and remembers the one it had before, up to where both are the same. So the
 * process may change, and the master, without the replicas having to start over.
 */
import type { ReplicationInfo } from '../../persistence/rdb.ts';
import { isMaster, type Server } from '../../server.ts';
import { backlogWindow, createBacklog } from '../backlog.ts';
import { feedOwnStream } from '../feed.ts';
import { NO_PINGS } from '../final-pings.ts';
import { pingReplicas, sendNewlines } from '../heartbeat.ts';
import { changeReplicationId, clearReplicationId2, shiftReplicationId, tellReplid } from '../history.ts';
import { disconnectReplicas } from '../master/replica-client.ts';
import type { PsyncState } from '../psync.ts';
import { cacheMasterUsingMyself, discardCachedMaster } from '../replica/cached-master.ts';
import type { Generation } from './generation.ts';

export const replid: Generation = {
  position: (server) => {
    const { replication } = server;
    const side = replication.master?.master ?? replication.cachedMaster?.side ?? null;
    return { replid: replication.replid, offset: isMaster(server) ? replication.masterReplOffset : (side?.reploff ?? -1) };
  },
  psyncState,
  newcomerListed,
  newcomerServed: () => {},
  fullResyncOffset: (server) => server.replication.masterReplOffset,
  rdbInfo,
  canServe: (server) => rdbInfo(server) !== null,
  feed: (server, db, message) => {
    if (isMaster(server)) feedOwnStream(server, db, message);
  },
  isHeard: (server) => server.replication.backlog !== null && isMaster(server),
  giveSignsOfLife: (server) => {
    if (isMaster(server) && server.replication.replicas.length > 0) pingReplicas(server);
    sendNewlines(server);
  },
  backlogMayGo: isMaster,
  backlogGone: (server) => {
    // Without a backlog offsets stand still, so the id must change with it: or one name would stand for two pasts.
    changeReplicationId(server);
    clearReplicationId2(server);
    tellReplid(server, 'backlog-freed');
  },
  demoted: (server, wasMaster) => {
    if (server.profile.history.replicasOfDemoted === 'dropped') disconnectReplicas(server, 'replicaof');
    if (!wasMaster) return;
    discardCachedMaster(server);
    cacheMasterUsingMyself(server);
  },
  promotionBegins: (server) => {
    if (server.profile.history.newIdAtPromotion === 'before-letting-go') shiftReplicationId(server);
  },
  promoted: (server) => {
    if (server.profile.history.newIdAtPromotion === 'after-letting-go') shiftReplicationId(server);
    disconnectReplicas(server, 'replid-changed');
    server.replication.slaveSelDb = -1;
    server.replication.noReplicasSinceS = server.unixtime; // or the backlog of a long-time replica would be freed at once (incident S13)
  },
  installed,
};

function psyncState(server: Server): PsyncState {
  const { replid: id, replid2, secondReplidOffset } = server.replication;
  return { replid: id, replid2, secondOffset: secondReplidOffset, ...backlogWindow(server) };
}

/** A backlog made from scratch covers no past: no past offset may be asked for under the old id. */
function newcomerListed(server: Server): void {
  const { replication } = server;
  if (replication.replicas.length !== 1 || replication.backlog !== null) return;
  changeReplicationId(server);
  clearReplicationId2(server);
  createBacklog(server);
  const { replid: id, replid2 } = replication;
  server.ports.tell({ kind: 'backlog-created', size: server.config['repl-backlog-size'], firstByte: replication.masterReplOffset + 1, newReplid: true, replid: id, replid2 });
  tellReplid(server, 'first-backlog');
}

/** rdb.c: rdbPopulateSaveInfo */
function rdbInfo(server: Server): ReplicationInfo | null {
  const { replication } = server;
  const info = (streamDb: number): ReplicationInfo => ({ replid: replication.replid, offset: replication.masterReplOffset, streamDb });
  // -1 (unknown) is told as 0: the next write carries a SELECT in any case.
  if (isMaster(server) && replication.backlog !== null) return info(Math.max(replication.slaveSelDb, 0));
  if (replication.master !== null) return info(replication.master.db);
  if (replication.cachedMaster !== null) return info(replication.cachedMaster.db);
  return null;
}

/** replication.c: readSyncBulkPayload, its end: our master's history is ours. */
function installed(server: Server, masterReplid: string, offset: number): void {
  const { replication } = server;
  replication.replid = masterReplid;
  replication.masterReplOffset = offset;
  replication.finalPings = NO_PINGS;
  clearReplicationId2(server);
  tellReplid(server, 'full-resync');
  if (replication.backlog === null) createBacklog(server);
}
