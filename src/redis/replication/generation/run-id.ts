/**
 * 2.8 to 3.2 (the first PSYNC): a history is the stream of one process, named by its run id. A new process, or a new master, is another
 * history: everybody starts over. A replica feeds its own replicas a stream of its own, from what it applies.
 */
import { isMaster, type Server } from '../../server.ts';
import { backlogWindow, createBacklog, freeBacklog } from '../backlog.ts';
import { feedOwnStream } from '../feed.ts';
import { pingReplicas, sendNewlines } from '../heartbeat.ts';
import { tellReplid } from '../history.ts';
import { disconnectReplicas } from '../master/replica-client.ts';
import { discardCachedMaster } from '../replica/cached-master.ts';
import type { Generation } from './generation.ts';

export const runId: Generation = {
  position: (server) => {
    const { replication } = server;
    if (isMaster(server)) return { replid: server.runId, offset: replication.masterReplOffset };
    const side = replication.master?.master ?? replication.cachedMaster?.side ?? null;
    return { replid: side?.replid ?? '', offset: side?.reploff ?? -1 };
  },
  psyncState: (server) => ({ replid: server.runId, replid2: '', secondOffset: -1, ...backlogWindow(server) }),
  newcomerListed: () => {},
  newcomerServed: (server) => {
    if (server.replication.replicas.length === 1 && server.replication.backlog === null) createCountedBacklog(server);
  },
  // The backlog that its first replica makes adds one.
  fullResyncOffset: ({ replication }) => replication.masterReplOffset + (replication.backlog === null ? 1 : 0),
  rdbInfo: () => null,
  canServe: () => true,
  feed: feedOwnStream,
  isHeard: (server) => server.replication.backlog !== null,
  // Replicas ping, too, and a backlog without replicas hears it.
  giveSignsOfLife: (server) => {
    if (server.replication.backlog !== null) pingReplicas(server);
    sendNewlines(server);
  },
  backlogMayGo: () => true,
  backlogGone: () => {},
  demoted: (server) => {
    const { replication } = server;
    disconnectReplicas(server, 'replicaof');
    discardCachedMaster(server);
    freeBacklog(replication);
    replication.masterReplOffset = 0;
  },
  promotionBegins: (server) => {
    const { replication } = server;
    const side = replication.master?.master ?? null;
    if (side === null || replication.replicas.length > 0) return;
    // With nobody to serve it goes on counting where its master was, so that a human, or a Sentinel, can compare.
    replication.masterReplOffset = side.reploff;
    freeBacklog(replication);
  },
  promoted: (server) => tellReplid(server, 'own-process'),
  installed: () => {},
};

/**
 * replication.c: createReplicationBacklog, up to 3.2. Without backlog and replicas the offset stood still, whatever was written: one more, and
 * no old offset can be asked for.
 */
function createCountedBacklog(server: Server): void {
  const { replication } = server;
  replication.masterReplOffset += 1;
  createBacklog(server);
  server.ports.tell({
    kind: 'backlog-created', size: server.config['repl-backlog-size'], firstByte: replication.masterReplOffset + 1, newReplid: false,
    replid: isMaster(server) ? server.runId : '', replid2: '',
  });
}
