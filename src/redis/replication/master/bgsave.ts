/**
 * The BGSAVE behind a full resync: when it starts, for whom, to disk or into sockets, and who may join it.
 */
import type { Client } from '../../client.ts';
import { addReply, closeClient, freeClientAsync, writeAtOnce } from '../../networking.ts';
import { line } from '../../protocol/make.ts';
import { forkRdbChild } from '../../persistence/children.ts';
import { allPersistenceDisabled } from '../../persistence/save.ts';
import { replicaName, type Server } from '../../server.ts';
import { announceEndOffset } from './rdb-channel.ts';
import { putOnline } from './replica-client.ts';
import { createPipe } from './rdb-pipe.ts';
import { sendBulk } from './bulk.ts';

/**
 * replication.c: startBgsaveForReplication. All who wait share it. Into sockets when diskless sync is on and everyone
 * who waits understands the end mark.
 */
export function startBgsaveForReplication(server: Server, allUnderstandEof: boolean, overRdbChannel = false): void {
  const socket = server.config['repl-diskless-sync'] && allUnderstandEof;
  const waiting = server.replication.replicas.filter((client) => client.replica?.state === 'wait-bgsave-start' && client.rdbChannel === overRdbChannel);
  // A replica that lost its master, and with it what to say of its history, cannot serve a full sync (rdb.c: rdbPopulateSaveInfo).
  if (!server.generation.canServe(server)) return startFailed(server, waiting);
  if (socket && overRdbChannel) for (const client of waiting) announceEndOffset(server, client);
  const offset = server.generation.fullResyncOffset(server);
  server.scripts.knownToAll.clear(); // who gets the file knows no scripts
  for (const client of waiting) setUpForFullResync(server, client, offset);
  if (!socket && server.config['rdb-del-sync-files']) server.rdbForReplicas = true;
  const by = overRdbChannel ? 'child' : server.profile.diskless.transfer;
  forkRdbChild(server, socket ? 'socket' : 'disk', 'sync', socket ? (image) => createPipe(server, image, waiting, by) : null, socket && overRdbChannel ? 'rdb' : null);
}

function startFailed(server: Server, waiting: readonly Client[]): void {
  server.ports.tell({ kind: 'bgsave-start-failed' });
  const replication = server.replication;
  replication.replicas = replication.replicas.filter((client) => !waiting.includes(client));
  for (const client of waiting) {
    client.replica = null;
    client.kind = 'normal';
    addReply(server, client, { type: 'error', text: "ERR BGSAVE failed, replication can't continue" });
    client.closeAfterReply = true;
  }
}

/**
 * replication.c: replicationSetupSlaveForFullResync. From here on the stream is kept for this replica. Every such reply
 * makes the next write carry a SELECT, for everyone: the newcomer has no database selected.
 */
export function setUpForFullResync(server: Server, client: Client, offset: number): void {
  const side = client.replica;
  if (side === null) return;
  side.psyncInitialOffset = offset;
  side.state = 'wait-bgsave-end';
  server.replication.slaveSelDb = -1;
  if (side.prePsync) return;
  const { replid } = server.replication;
  if (!writeAtOnce(server, client, line(`+FULLRESYNC ${replid} ${offset}\r\n`))) freeClientAsync(server, client, 'bgsave-failed');
  server.ports.tell({ kind: 'fullresync-sent', replica: replicaName(client), fd: client.fd, replid, offset });
}

/**
 * replication.c: syncCommand, case 1. A running BGSAVE is good for a newcomer only if somebody else already gathers
 * what was written since its fork, and the newcomer can do all that one can.
 */
export function attachToBgsave(server: Server, client: Client): boolean {
  const other = server.replication.replicas.find((replica) => replica.replica?.state === 'wait-bgsave-end' && (!replica.rdbOnly || client.rdbOnly));
  const source = other?.replica ?? null;
  if (other === undefined || source === null || client.replica === null) return false;
  if (other.rdbChannel !== client.rdbChannel) return false;
  if ((other.capaEof && !client.capaEof) || (other.capaPsync2 && !client.capaPsync2)) return false;
  if (!client.rdbOnly) server.stream.readAs(client, other);
  setUpForFullResync(server, client, source.psyncInitialOffset);
  server.ports.tell({ kind: 'sync-waits', replica: replicaName(client), fd: client.fd, for: 'bgsave-attached' });
  return true;
}

/**
 * replication.c: replicationStartPendingFork and shouldStartChildReplication; up to 6.0 two places, updateSlavesWaitingBgsave and replicationCron.
 * The longest wait counts: newcomers do not prolong it.
 */
export function startPendingFork(server: Server, childEnded = false): void {
  if (server.child !== null) return;
  let longest = 0;
  let waiting = 0;
  let allUnderstandEof = true;
  let overRdbChannel: boolean | null = null;
  for (const client of server.replication.replicas) {
    if (client.replica?.state !== 'wait-bgsave-start') continue;
    // The first one decides; who wants his file by another way waits for the next.
    overRdbChannel ??= client.rdbChannel;
    if (client.rdbChannel !== overRdbChannel) continue;
    longest = Math.max(longest, server.unixtime - client.lastInteractionS);
    allUnderstandEof &&= client.capaEof;
    waiting += 1;
  }
  if (waiting === 0) return;
  const { delayed, due, afterAnother } = server.profile.bgsave;
  const maxReplicas = server.config['repl-diskless-sync-max-replicas'];
  const delay = server.config['repl-diskless-sync-delay'];
  const starts =
    (childEnded && afterAnother === 'at-once') ||
    (delayed === 'the-diskless' && !server.config['repl-diskless-sync']) ||
    (maxReplicas > 0 && waiting >= maxReplicas) ||
    (due === 'longer-than-delay' ? longest > delay : longest >= delay);
  if (starts) startBgsaveForReplication(server, allUnderstandEof, overRdbChannel === true);
}

/**
 * replication.c: removeRDBUsedToSyncReplicas. Where nothing is kept on disk, the file that was made for replicas goes when nobody
 * needs it any more.
 */
export function removeRdbUsedToSyncReplicas(server: Server): void {
  if (!server.config['rdb-del-sync-files']) server.rdbForReplicas = false;
  if (!server.rdbForReplicas || !allPersistenceDisabled(server) || server.disk.rdb === null) return;
  if (server.replication.replicas.some(({ replica }) => replica !== null && replica.state !== 'online')) return;
  server.rdbForReplicas = false;
  server.ports.tell({ kind: 'sync-file-removed', side: 'master' });
  server.disk.rdb = null;
  server.ports.putRdb(null);
}

/** replication.c: updateSlavesWaitingBgsave. The child is done: the file goes out, or, after a diskless transfer, the replicas are online. */
export function bgsaveDone(server: Server, ok: boolean, target: 'disk' | 'socket'): void {
  for (const client of [...server.replication.replicas]) {
    const side = client.replica;
    if (side?.state !== 'wait-bgsave-end') continue;
    if (!ok) {
      closeClient(server, client, 'bgsave-failed');
    } else if (target === 'socket') {
      if (putOnline(server, client, 'full-socket')) side.startStreamOnAck = true;
      else freeClientAsync(server, client, 'file-sent');
    } else {
      const image = server.disk.rdb;
      if (image === null) {
        closeClient(server, client, 'bgsave-failed');
        continue;
      }
      side.bulk = { image, headerSent: false, sent: 0 };
      side.state = 'send-bulk';
      server.ports.tell({ kind: 'replica-state', replica: replicaName(client), fd: client.fd, state: 'send_bulk', how: side.prePsync ? 'sync' : 'full' });
      sendBulk(server, client);
    }
  }
}
