/**
 * From the file on disk into memory (replication.c: readSyncBulkPayload, its second half): old data go, the file takes the place
 * of dbfilename, new data come, and the link becomes our master.
 */
import { assert } from '../../../assert.ts';
import { createMasterSide } from '../../client.ts';
import { databaseSize, emptyKeyspace, keyCount } from '../../dataset/keyspace.ts';
import { sayLine } from './handshake.ts';
import { restartAofAfterSync, stopAppendOnly } from '../../persistence/append-only.ts';
import { allPersistenceDisabled, dataBytes, killRdbChild } from '../../persistence/save.ts';
import type { RdbImage } from '../../persistence/rdb.ts';
import { type Server, wallSeconds } from '../../server.ts';
import { createBacklog } from '../backlog.ts';
import { clearReplicationId2, tellReplid } from '../history.ts';
import { type Handshake, type Transfer, transferLink } from '../state.ts';
import { attachToNewMaster } from './cached-master.ts';
import { cancelHandshake } from './connect.ts';
import { type RdbChannel, rdbChannelLoaded } from './dual-channel.ts';
import { loadImage } from '../../persistence/load-image.ts';
import { linkUp, sendAck } from './master-link.ts';

/** The last byte was received: from here on the old data are lost. */
export function beginLoad(server: Server, handshake: Handshake, transfer: Transfer, image: RdbImage): void {
  assert(handshake.transfer === transfer, 'the transfer in hand is the one that ended');
  stopPersistence(server);
  attachToNewMaster(server, 'before-the-load');
  server.loading = { why: 'sync', from: 'file', async: false, phase: 'flush', startedUs: server.nowUs, bytes: image.size };
  server.ports.pauseReading(handshake.fd);
  if (server.profile.load.file === 'installed-first') install(server, transfer, image);
  else flushOldData(server);
}

/** What would write to the disk while other data come: the append-only file, and a child that saves the old data (4.0+). */
export function stopPersistence(server: Server): void {
  const { appendOnly, savingChild } = server.profile.load;
  if (server.aof.state !== 'off' && appendOnly !== 'goes-on') stopAppendOnly(server, 'sync');
  if (server.child?.type === 'rdb' && savingChild === 'is-killed') killRdbChild(server, 'load');
}

/** db.c: emptyData. With replica-lazy-flush another thread frees what was there. */
function flushOldData(server: Server): void {
  server.ports.tell({ kind: 'flush-started' });
  const lazily = server.config['replica-lazy-flush'];
  const bytes = lazily ? 0 : dataBytes(server);
  const steps = lazily ? 0 : flushCallbacks(server);
  if (steps > 0) sendNewlineToMaster(server);
  emptyKeyspace(server.keyspace);
  server.localWrites = false;
  server.replicaKeysWithExpire = null;
  server.ports.flush(bytes, steps);
}

/** dict.c: _dictClear calls back for the first of each 65,536 buckets, of which a table has a power of two, at least as many as keys. */
function flushCallbacks(server: Server): number {
  let calls = 0;
  for (let db = 0; db < server.config.databases; db++) {
    const keys = databaseSize(server.keyspace, db);
    let buckets = 4;
    while (buckets < keys) buckets *= 2;
    if (keys > 0) calls += Math.ceil(buckets / 65_536);
  }
  return calls;
}

/** Old data are gone. */
export function onFlushed(server: Server): void {
  const { loading } = server;
  const transfer = transferLink(server.replication)?.transfer ?? null;
  const image = transfer?.image ?? null;
  if (loading === null || transfer === null || image === null) return;
  loading.phase = 'load';
  server.ports.tell({ kind: 'load-started', bytes: image.size, from: 'file' });
  if (server.profile.load.file === 'installed-first') readFile(server, image);
  else install(server, transfer, image);
}

/** The file received takes the place of dbfilename; since 5.0 the disk has all of it by then. */
function install(server: Server, transfer: Transfer, image: RdbImage): void {
  if (server.profile.load.syncsFile) server.ports.install(image.size - transfer.writtenBack);
  else onInstalled(server, true);
}

export function onInstalled(server: Server, ok: boolean): void {
  const image = transferLink(server.replication)?.transfer?.image ?? null;
  if (server.loading === null || image === null) return;
  if (!ok) return loadFailed(server, '', 'rename');
  server.disk.rdb = image;
  server.ports.putRdb(image);
  if (server.profile.load.file === 'installed-first') flushOldData(server);
  else readFile(server, image);
}

function readFile(server: Server, image: RdbImage): void {
  if (image.version > server.profile.rdb.version) return loadFailed(server, `Can't handle RDB format version ${image.version}`, 'file');
  server.ports.load(image.size, image.snapshot.keys * server.config['key-load-delay']);
}

/** The file is in memory. */
export function onSyncLoaded(server: Server): void {
  const image = transferLink(server.replication)?.transfer?.image ?? null;
  assert(image !== null, 'a load ends a transfer');
  server.loading = null;
  loadImage(server, image);
  removeSyncFile(server);
  finishSync(server, image);
}

/** replication.c: readSyncBulkPayload, "Final setup": a replica in step with the announced offset. */
export function finishSync(server: Server, image: RdbImage): void {
  const replication = server.replication;
  if (replication.rdbChannel !== null) return finishDualChannel(server, replication.rdbChannel, image);
  const { handshake } = replication;
  assert(handshake?.transfer !== null && handshake !== null, 'a load ends a transfer');
  const { framing } = handshake.transfer;
  const offset = replication.masterInitialOffset;
  const db = server.profile.link.offset === 'applied' ? (image.replication?.streamDb ?? 0) : 0;
  const client = linkUp(server, createMasterSide(replication.masterReplid, offset), db);
  server.generation.installed(server, replication.masterReplid, offset);
  server.ports.tell({ kind: 'load-finished', bytes: image.size, keys: keyCount(server.keyspace) });
  server.ports.tell({ kind: 'link-online', how: 'full', replid: replication.masterReplid, offset });
  server.ports.resumeReading(client.fd);
  const { acksLoad } = server.profile.handshake;
  if (acksLoad === 'always' || (acksLoad === 'eof-framing' && framing === 'eof')) sendAck(server);
  restartAppendOnly(server);
}

/** replication.c: restartAOFAfterSYNC. A file that went on meanwhile (up to 3.2) tells of other data: it starts over, too. */
function restartAppendOnly(server: Server): void {
  if (!server.config.appendonly) return;
  if (server.aof.state !== 'off') stopAppendOnly(server, 'sync');
  restartAofAfterSync(server);
}

/** The same, when the stream came over another connection meanwhile, or is about to. */
function finishDualChannel(server: Server, channel: RdbChannel, image: RdbImage): void {
  const { replication } = server;
  server.ports.tell({ kind: 'rdb-loaded', bytes: image.size, keys: keyCount(server.keyspace) });
  rdbChannelLoaded(server, channel);
  replication.downSinceS = 0;
  clearReplicationId2(server);
  tellReplid(server, 'full-resync');
  if (replication.backlog === null) createBacklog(server);
  server.ports.tell({ kind: 'sync-finished' });
  if (server.config.appendonly) restartAofAfterSync(server);
}

/** What was flushed stays lost, and, since 6.0, the append-only file stays off until a sync succeeds, or we are promoted. */
function loadFailed(server: Server, error: string, at: 'file' | 'rename'): void {
  server.loading = null;
  server.ports.tell({ kind: 'load-failed', error, at });
  cancelHandshake(server, true);
  if (at === 'file') removeSyncFile(server);
  if (at === 'file' && server.profile.load.appendOnly === 'off-meanwhile') restartAppendOnly(server);
}

/** rdb-del-sync-files: who keeps nothing on disk keeps no copy of its master's data either. */
function removeSyncFile(server: Server): void {
  if (!server.config['rdb-del-sync-files'] || !allPersistenceDisabled(server)) return;
  server.ports.tell({ kind: 'sync-file-removed', side: 'replica' });
  server.disk.rdb = null;
  server.ports.putRdb(null);
}

/** replication.c: replicationSendNewlineToMaster (2.8+). At most one a wall second, so that the master does not think us dead. */
export function sendNewlineToMaster(server: Server): void {
  if (!server.profile.load.signsOfLife) return;
  const second = wallSeconds(server);
  const handshake = server.replication.handshake;
  if (handshake === null || second === server.replication.newlineSentS) return;
  server.replication.newlineSentS = second;
  sayLine(server, '\n');
  server.ports.detail('newline-sent', handshake.fd, 0, 0);
}
