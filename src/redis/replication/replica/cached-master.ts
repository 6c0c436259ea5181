/**
 * The master we lost, remembered: with its id and our offset the next PSYNC may go on (replication.c: "MASTER CACHING FOR PSYNC").
 */
import { assert } from '../../../assert.ts';
import { type Client, createMasterSide, type MasterSide } from '../../client.ts';
import type { HandshakeProfile } from '../../profiles/profile.ts';
import type { Server } from '../../server.ts';
import { freeBacklog } from '../backlog.ts';
import { forgetFinalPings } from '../final-pings.ts';
import { disconnectReplicas } from '../master/replica-client.ts';
import { linkUp } from './master-link.ts';

/**
 * replication.c: replicationCacheMaster. What was read but not applied is forgotten, an open MULTI with it: it will be asked for
 * again (4.0+). Up to 3.2 all of it is kept: it counts as had.
 */
export function cacheMaster(server: Server, client: Client, side: MasterSide): void {
  const forgets = server.profile.link.offset === 'applied';
  if (forgets) {
    side.unread = [];
    side.unfed = null;
    if (server.profile.history.finalPings === 'are-forgotten') side.reploff = side.appliedOffset = forgetFinalPings(server);
    side.readOffset = side.reploff;
    side.parsedOffset = side.reploff;
    side.ahead = 0;
  }
  server.replication.cachedMaster = { side, db: client.db, multi: forgets ? null : client.multi };
  server.ports.tell({ kind: 'cached-master-made', from: 'lost-link', replid: side.replid, offset: side.reploff });
}

/** replication.c: replicationCacheMasterUsingMyself. A master that turns replica asks its new master to go on where it stands. */
export function cacheMasterUsingMyself(server: Server, db = 0): void {
  const { replid } = server.replication;
  const masterReplOffset = forgetFinalPings(server);
  server.replication.masterInitialOffset = masterReplOffset;
  server.replication.cachedMaster = { side: createMasterSide(replid, masterReplOffset), db, multi: null };
  server.ports.tell({ kind: 'cached-master-made', from: 'own-history', replid, offset: masterReplOffset });
}

/** replication.c: replicationDiscardCachedMaster */
export function discardCachedMaster(server: Server): void {
  if (server.replication.cachedMaster === null) return;
  server.replication.cachedMaster = null;
  server.ports.tell({ kind: 'cached-master-discarded' });
}

/**
 * replication.c: replicationAttachToNewMaster (7.0+), syncWithMaster, "PSYNC failed or is not supported" (up to 6.2). Other data come, of
 * another history: who follows us must start over, too.
 */
export function attachToNewMaster(server: Server, now: HandshakeProfile['forgets']): void {
  if (server.profile.handshake.forgets !== now) return;
  discardCachedMaster(server);
  disconnectReplicas(server, 'full-resync');
  freeBacklog(server.replication);
}

/** replication.c: replicationResurrectCachedMaster. The handshake's connection becomes the live link. */
export function resurrectCachedMaster(server: Server): void {
  const { cachedMaster } = server.replication;
  assert(cachedMaster !== null, 'only a cached master is resurrected');
  const { side, db, multi } = cachedMaster;
  server.replication.cachedMaster = null;
  linkUp(server, side, db).multi = multi;
  server.ports.tell({ kind: 'link-online', how: 'partial', replid: side.replid, offset: side.reploff });
}
