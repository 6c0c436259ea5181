/**
 * SHUTDOWN and SIGTERM (server.c: prepareForShutdown, finishShutdown). Since 7.0 a master first lets its replicas catch up:
 * writes are paused, and it waits until all have acknowledged everything, or shutdown-timeout has passed.
 */
import type { Client } from '../client.ts';
import { addReply, flushReplicaOutput, resumeClient } from '../networking.ts';
import { pauseActions, unpauseActions } from '../pause.ts';
import { sendGetack } from '../replication/acks.ts';
import { replicaName, type Server, wallMs } from '../server.ts';
import { flushAppendOnlyFile, fsyncAppendOnlyFile, killAppendOnlyChild } from './append-only.ts';
import { currentImage, killRdbChild } from './save.ts';

export interface ShutdownFlags {
  readonly save: boolean;
  readonly nosave: boolean;
  readonly now: boolean;
  readonly force: boolean;
}

/** Begins; the process ends at once, or when the replicas have caught up. */
export function requestShutdown(server: Server, client: Client | null, flags: ShutdownFlags): void {
  if (server.shutdown !== null) return;
  const loading = server.loading !== null; // half a data set must never overwrite a whole file
  const waits = server.profile.shutdown.waitsForReplicas && !flags.now && server.config['shutdown-timeout'] > 0 && !replicasCaughtUp(server);
  server.shutdown = {
    save: flags.save && !loading, nosave: flags.nosave || loading, now: flags.now, force: flags.force,
    deadlineMs: wallMs(server) + server.config['shutdown-timeout'] * 1000, client, phase: 'waiting',
  };
  server.ports.tell({ kind: 'shutdown-started', save: flags.save, waitsForReplicas: waits });
  if (!waits) return finishShutdown(server);
  sendGetack(server);
  pauseActions(server, 'shutdown', Infinity, 'write');
}

/** server.c: serverCron. */
export function continueShutdown(server: Server): void {
  const { shutdown } = server;
  if (shutdown?.phase !== 'waiting') return;
  if (wallMs(server) >= shutdown.deadlineMs || replicasCaughtUp(server)) finishShutdown(server);
}

/** SHUTDOWN ABORT (server.c: abortShutdown). False: there was nothing to abort. */
export function abortShutdown(server: Server): boolean {
  if (server.shutdown?.phase !== 'waiting') return false;
  server.ports.tell({ kind: 'shutdown-aborted' });
  cancelShutdown(server);
  return true;
}

/** server.c: cancelShutdown. Whoever asked for the shutdown is told; life goes on. */
function cancelShutdown(server: Server): void {
  server.shutdown = null;
  for (const client of server.clients.values()) {
    if (client.blocked?.on !== 'shutdown') continue;
    client.blocked = null;
    addReply(server, client, { type: 'error', text: 'ERR Errors trying to SHUTDOWN. Check logs.' });
    resumeClient(server, client);
  }
  unpauseActions(server, 'shutdown');
}

/** server.c: isReadyToShutdown */
function replicasCaughtUp(server: Server): boolean {
  return server.replication.replicas.every(({ replica }) => replica?.ackOffset === server.replication.masterReplOffset);
}

function finishShutdown(server: Server): void {
  const { shutdown, replication, config } = server;
  if (shutdown === null) return;
  const lagging = replication.replicas.filter(({ replica }) => replica?.ackOffset !== replication.masterReplOffset);
  const total = replication.replicas.length;
  if (total > 0 && server.profile.shutdown.waitsForReplicas) server.ports.tell({ kind: 'shutdown-replicas', inSync: total - lagging.length, total, lagging: lagging.map(replicaName) });
  if (server.child?.type === 'rdb') killRdbChild(server, 'shutdown');
  if (server.child?.type === 'aof-rewrite') {
    // The old file is of before the sync: without the first one of the new data nothing would be kept of them.
    if (server.aof.state === 'wait-rewrite') {
      server.ports.tell({ kind: 'shutdown-blocked', by: 'initial-aof', forced: shutdown.force });
      if (!shutdown.force) return cancelShutdown(server);
    }
    killAppendOnlyChild(server);
  }
  if (server.aof.state !== 'off') {
    server.ports.tell({ kind: 'final-fsync' });
    flushAppendOnlyFile(server);
    fsyncAppendOnlyFile(server);
  }
  if (!shutdown.save && (config.save.length === 0 || shutdown.nosave)) return exit(server);
  shutdown.phase = 'saving';
  server.ports.tell({ kind: 'final-save', bytes: currentImage(server).size });
  server.ports.save(currentImage(server).size);
}

/** The final RDB is written. */
export function onFinalSave(server: Server): void {
  const image = currentImage(server);
  server.disk.rdb = image;
  server.ports.putRdb(image);
  exit(server);
}

function exit(server: Server): void {
  if (server.profile.shutdown.flushesReplicas) flushReplicaOutput(server);
  server.exited = true;
  server.ports.tell({ kind: 'server-stopped', how: 'shutdown' });
  server.ports.exit(0);
}
