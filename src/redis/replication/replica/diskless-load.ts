/**
 * Straight from the socket into memory (repl-diskless-load; replication.c: readSyncBulkPayload with useDisklessLoad).
 *
 *   on-empty-db   only when there are no keys: what comes fills the empty databases. A failure empties them again.
 *   swapdb        what comes fills databases of its own, which take the place of the old ones when all is there. Until then a
 *                 replica that gets a newer state of the same history goes on serving the old one (7.0+); a failure costs nothing.
 *
 * The socket is read in blocking mode: no cron runs, and nobody is heard but between two megabytes.
 */
import { assert } from '../../../assert.ts';
import { keyCount } from '../../dataset/keyspace.ts';
import type { RdbImage } from '../../persistence/rdb.ts';
import type { Piece } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import type { Handshake, Transfer } from '../state.ts';
import { attachToNewMaster } from './cached-master.ts';
import { cancelHandshake } from './connect.ts';
import { loadImage } from '../../persistence/load-image.ts';
import { finishSync, stopPersistence } from './load.ts';

/** replication.c: useDisklessLoad */
export function useDisklessLoad(server: Server): boolean {
  const load = server.config['repl-diskless-load'];
  return load === 'swapdb' || (load === 'on-empty-db' && keyCount(server.keyspace) === 0);
}

/** The first bytes of the file are here. From now on nothing else is read but the rest. */
export function beginDisklessLoad(server: Server, handshake: Handshake, transfer: Transfer, image: RdbImage, first: Piece): void {
  const swaps = server.config['repl-diskless-load'] === 'swapdb';
  transfer.image = image;
  transfer.swaps = swaps;
  stopPersistence(server);
  const beside = swaps && server.profile.load.swapdb === 'loads-beside';
  if (!beside) {
    attachToNewMaster(server, 'before-the-load');
    server.ports.tell({ kind: 'flush-started' }); // of nothing, or of what was set aside
  }
  // The old data may be shown as long as they are an earlier state of what comes.
  const async = beside && server.replication.replid === server.replication.masterReplid;
  server.loading = { why: 'sync', from: 'socket', async, phase: 'load', startedUs: server.nowUs, bytes: Math.max(transfer.size, 0) };
  server.ports.tell({ kind: 'load-started', bytes: image.size, from: 'socket' });
  if (image.version > server.profile.rdb.version) return disklessLoadFailed(server, `Can't handle RDB format version ${image.version}`);
  server.ports.loadFromSocket(handshake.fd, first, {
    bytes: image.size,
    delayUs: image.snapshot.keys * server.config['key-load-delay'],
    timeoutUs: server.config['repl-timeout'] * 1_000_000,
  });
}

/** The last byte was parsed, and the mark behind it, if there is one. */
export function disklessLoadDone(server: Server, transfer: Transfer): void {
  const { image } = transfer;
  assert(image !== null, 'a file was loaded');
  server.ports.endSocketLoad();
  if (transfer.swaps) {
    attachToNewMaster(server, 'before-the-load');
    if (server.profile.load.swapdb === 'loads-beside') server.ports.tell({ kind: 'data-swapped' });
    server.localWrites = false;
    server.replicaKeysWithExpire = null;
  }
  loadImage(server, image);
  server.dirty += 1; // nothing of it is on disk
  server.loading = null;
  finishSync(server, image);
}

/** The connection broke, or nothing came for repl-timeout. Databases that were filled are emptied; what was set aside is there as before. */
export function disklessLoadFailed(server: Server, error: string): void {
  server.ports.endSocketLoad();
  server.loading = null;
  server.ports.tell({ kind: 'load-failed', error, at: 'socket' });
  cancelHandshake(server, true);
}
