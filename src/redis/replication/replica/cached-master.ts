/**
 * The master we lost, remembered: with its id and our offset the next PSYNC may go on (replication.c: "MASTER CACHING FOR PSYNC").
 */
import { assert } from '../../../assert.ts';
import { createClient, type MasterSide } from '../../client.ts';
import type { Server } from '../../server.ts';

/** replication.c: replicationCacheMaster. What was read but not applied is forgotten, an open MULTI with it: it will be asked for again. */
export function cacheMaster(server: Server, side: MasterSide, db: number): void {
  side.unread = [];
  side.unfed = [];
  side.readOffset = side.reploff;
  side.parsedOffset = side.reploff;
  server.replication.cachedMaster = { side, db };
  server.ports.tell({ kind: 'cached-master-made', from: 'lost-link', replid: side.replid, offset: side.reploff });
}

/** replication.c: replicationCacheMasterUsingMyself. A master that turns replica asks its new master to go on where it stands. */
export function cacheMasterUsingMyself(server: Server, db = 0): void {
  const { replid, masterReplOffset } = server.replication;
  server.replication.masterInitialOffset = masterReplOffset;
  server.replication.cachedMaster = {
    side: { replid, reploff: masterReplOffset, readOffset: masterReplOffset, prePsync: false, unread: [], parsedOffset: masterReplOffset, unfed: [] },
    db,
  };
  server.ports.tell({ kind: 'cached-master-made', from: 'own-history', replid, offset: masterReplOffset });
}

/** replication.c: replicationDiscardCachedMaster */
export function discardCachedMaster(server: Server): void {
  if (server.replication.cachedMaster === null) return;
  server.replication.cachedMaster = null;
  server.ports.tell({ kind: 'cached-master-discarded' });
}

/** replication.c: replicationResurrectCachedMaster. The handshake's connection becomes the live link. */
export function resurrectCachedMaster(server: Server): void {
  const replication = server.replication;
  const { handshake, cachedMaster } = replication;
  assert(handshake !== null && cachedMaster !== null, 'a connection and a cached master make a link');
  const client = createClient(handshake.fd, server.nextClientId++, replication.masterHost ?? '', replication.masterPort, handshake.credit);
  client.kind = 'master';
  client.authenticated = true;
  client.db = cachedMaster.db;
  client.lastInteractionS = server.unixtime;
  client.lastHeardUs = server.nowUs;
  client.master = cachedMaster.side;
  server.clients.set(client.fd, client);
  replication.cachedMaster = null;
  replication.handshake = null;
  replication.master = client;
  replication.linkState = 'connected';
  replication.downSinceS = 0;
  server.ports.tell({ kind: 'link-online', how: 'partial', replid: client.master.replid, offset: client.master.reploff });
}
