/**
 * The file is here: old data go, new data come, and the link becomes our master (replication.c: readSyncBulkPayload, its end).
 */
import { assert } from '../../../assert.ts';
import { createClient } from '../../client.ts';
import { emptyKeyspace, keyCount, loadSnapshot } from '../../dataset/keyspace.ts';
import { sayLine } from './handshake.ts';
import { restartAofAfterSync, stopAppendOnly } from '../../persistence/append-only.ts';
import { dataBytes, killRdbChild } from '../../persistence/save.ts';
import type { RdbImage } from '../../persistence/rdb.ts';
import { type Server, wallSeconds } from '../../server.ts';
import { createBacklog, freeBacklog } from '../backlog.ts';
import { clearReplicationId2, tellReplid } from '../history.ts';
import { disconnectReplicas } from '../master/replica-client.ts';
import type { Handshake, Transfer } from '../state.ts';
import { discardCachedMaster } from './cached-master.ts';
import { cancelHandshake } from './connect.ts';
import { sendAck } from './master-link.ts';

/** The last byte was received: from here on the old data are lost. */
export function beginLoad(server: Server, handshake: Handshake, transfer: Transfer, image: RdbImage): void {
  if (server.aof.state !== 'off') stopAppendOnly(server);
  if (server.child?.type === 'rdb') killRdbChild(server, 'load');
  attachToNewMaster(server);
  server.ports.tell({ kind: 'flush-started' });
  const bytes = dataBytes(server);
  // The file takes the place of dbfilename even when nothing else is ever saved here.
  server.disk.rdb = image;
  server.ports.putRdb(image);
  server.loading = { why: 'sync', phase: 'flush', startedUs: server.nowUs, bytes: image.size };
  // dict.c calls back for the first bucket of a table that is not empty.
  if (keyCount(server.keyspace) > 0) sendNewlineToMaster(server);
  emptyKeyspace(server.keyspace);
  server.localWrites = false;
  server.replicaKeysWithExpire.clear();
  server.ports.pauseReading(handshake.fd);
  server.ports.flush(bytes);
  assert(handshake.transfer === transfer, 'the transfer in hand is the one that ended');
}

/** Old data are gone; now the file is read. */
export function onFlushed(server: Server): void {
  const loading = server.loading;
  const image = server.replication.handshake?.transfer?.image ?? null;
  if (loading === null || image === null) return;
  loading.phase = 'load';
  server.ports.tell({ kind: 'load-started', bytes: image.size });
  // rdb.c: rdbLoadRioWithLoadingCtx looks at the format first; the old data are gone by then.
  if (image.version > server.profile.rdb.version) return loadFailed(server, `Can't handle RDB format version ${image.version}`);
  server.ports.load(image.size, image.snapshot.keys * server.config['key-load-delay']);
}

/** replication.c: replicationAttachToNewMaster. Another history: who follows us must start over, too. */
function attachToNewMaster(server: Server): void {
  discardCachedMaster(server);
  disconnectReplicas(server, 'full-resync');
  freeBacklog(server.replication);
}

/** The file is in memory: we are a replica in step with the announced offset. */
export function onSyncLoaded(server: Server): void {
  const replication = server.replication;
  const handshake = replication.handshake;
  const transfer = handshake?.transfer ?? null;
  const image = transfer?.image ?? null;
  assert(handshake !== null && transfer !== null && image !== null, 'a load ends a transfer');
  server.loading = null;
  loadSnapshot(server.keyspace, image.snapshot);
  replication.handshake = null;

  const offset = replication.masterInitialOffset;
  const client = createClient(handshake.fd, server.nextClientId++, replication.masterHost ?? '', replication.masterPort, handshake.credit);
  client.kind = 'master';
  client.authenticated = true;
  client.db = image.replication?.streamDb ?? 0;
  client.lastInteractionS = server.unixtime;
  client.lastHeardUs = server.nowUs;
  client.master = { replid: replication.masterReplid, reploff: offset, readOffset: offset, prePsync: offset === -1, unread: [], parsedOffset: offset, unfed: [] };
  server.clients.set(client.fd, client);
  replication.master = client;
  replication.linkState = 'connected';
  replication.downSinceS = 0;
  replication.replid = replication.masterReplid;
  replication.masterReplOffset = offset;
  clearReplicationId2(server);
  tellReplid(server, 'full-resync');
  if (replication.backlog === null) createBacklog(replication);
  server.ports.tell({ kind: 'load-finished', bytes: image.size, keys: keyCount(server.keyspace) });
  server.ports.tell({ kind: 'link-online', how: 'full', replid: replication.replid, offset });
  server.ports.resumeReading(client.fd);
  if (transfer.framing === 'eof') sendAck(server); // the master waits for it before it streams
  if (server.config.appendonly) restartAofAfterSync(server);
}

/** The replica is empty now, and asks for everything again at once, as often as it takes. */
function loadFailed(server: Server, error: string): void {
  server.loading = null;
  server.ports.tell({ kind: 'load-failed', error });
  cancelHandshake(server, true);
}

/** replication.c: replicationSendNewlineToMaster. At most one a wall second, so that the master does not think us dead. */
export function sendNewlineToMaster(server: Server): void {
  const second = wallSeconds(server);
  const handshake = server.replication.handshake;
  if (handshake === null || second === server.replication.newlineSentS) return;
  server.replication.newlineSentS = second;
  sayLine(server, '\n');
  server.ports.detail('newline-sent', handshake.fd, 0, 0);
}
