/**
 * The append-only file while the server runs (aof.c): gathering commands, writing and fsyncing them at the end of a turn,
 * stopping it for a sync, and rewriting it.
 *
 * The order within a turn decides what a power cut loses: execute, append to the buffer, feed replicas; then write and
 * fsync; then replies leave.
 */
import type { Command } from '../protocol/payload.ts';
import { type Server, wallMs } from '../server.ts';
import { type AofFile, append, createAof, isInParts, rebased } from './aof.ts';
import { forkAofRewrite } from './children.ts';
import { withInstants } from './instants.ts';
import type { RdbImage } from './rdb.ts';

/** aof.c: feedAppendOnlyFile. db -1: a command that needs no SELECT (MULTI, EXEC). */
export function feedAppendOnlyFile(server: Server, db: number, message: Command): void {
  const { file } = server.aof;
  if (file === null) return;
  const form = server.profile.aof.instants;
  if (form === 'as-sent') append(file, db, message);
  else for (const each of withInstants(form, message, wallMs(server))) append(file, db, each);
}

/** aof.c: flushAppendOnlyFile, in beforeSleep. Written to the kernel: it survives our own death. */
export function flushAppendOnlyFile(server: Server): void {
  const { aof } = server;
  if (aof.state === 'off' || aof.file === null) return;
  const wrote = aof.file.written < aof.file.tail.length;
  aof.file.written = aof.file.tail.length;
  const { appendfsync } = server.config;
  const due = appendfsync === 'everysec' && aof.file.synced < aof.file.written && everysecIsUp(server);
  if ((wrote && appendfsync === 'always') || due) fsyncAppendOnlyFile(server);
}

/** aof.c: aof_last_fsync. At the first turn of a new second of the wall clock, or, since 7.4, a second after the last time. */
function everysecIsUp(server: Server): boolean {
  const { profile, aof, unixtime } = server;
  return profile.aof.everysec === '1000-ms' ? wallMs(server) - aof.lastFsyncMs >= 1000 : unixtime > Math.floor(aof.lastFsyncMs / 1000);
}

/** With `everysec` a background thread does this, asked by the cron; here it takes no time of the event loop. */
export function fsyncAppendOnlyFile(server: Server): void {
  const { aof } = server;
  if (aof.file === null || aof.state === 'off') return;
  aof.file.synced = aof.file.written;
  aof.lastFsyncMs = wallMs(server);
  if (aof.state === 'on') aof.fsyncedReplOffset = server.replication.masterReplOffset;
}

/** aof.c: stopAppendOnly, before a file from the master is loaded, or by CONFIG SET. */
export function stopAppendOnly(server: Server, why: 'sync' | 'config'): void {
  server.ports.tell({ kind: 'aof-off', why });
  flushAppendOnlyFile(server);
  fsyncAppendOnlyFile(server);
  server.aof = { ...server.aof, state: 'off', fsyncedReplOffset: -1 };
  if (server.child?.type === 'aof-rewrite') killAppendOnlyChild(server);
}

/** aof.c: killAppendOnlyChild. It is gone when this returns. */
export function killAppendOnlyChild(server: Server): void {
  server.ports.killChildAndWait();
  server.child = null;
}

/** replication.c: restartAOFAfterSYNC, aof.c: startAppendOnly. The file starts over with a rewrite in a child. */
export function restartAofAfterSync(server: Server): void {
  if (server.aof.state !== 'off') return;
  // The old file stays the one that a restart would read, until the rewrite is done.
  server.aof = { ...server.aof, state: 'wait-rewrite', file: createAof(isInParts(server.profile), null, server.aof.file?.sequence ?? 0) };
  if (server.child === null) startRewrite(server);
}

/** server.c: serverCron, "start a scheduled AOF rewrite". */
export function rewriteIfScheduled(server: Server): void {
  if (server.aof.state === 'wait-rewrite' && server.child === null) startRewrite(server);
}

function startRewrite(server: Server): void {
  server.scripts.knownToAll.clear(); // the new file holds none of them (replicationScriptCacheFlush)
  if (server.aof.state === 'wait-rewrite') server.aof.fsyncedReplOffset = 0;
  server.ports.tell({ kind: 'aof-rewrite', phase: 'started', ok: true, sequence: server.aof.file?.sequence ?? 0 });
  forkAofRewrite(server);
}

/** aof.c: backgroundRewriteDoneHandler. The new base replaces everything that was written before the fork. */
export function aofRewriteDone(server: Server, image: RdbImage, tailAtFork: number, ok: boolean): void {
  const { aof } = server;
  server.ports.tell({ kind: 'aof-rewrite', phase: 'ended', ok, sequence: aof.file?.sequence ?? 0 });
  if (!ok || aof.file === null || aof.state === 'off') return;
  const { sequence } = aof.file;
  aof.file = rebased(aof.file, image, tailAtFork);
  if (aof.state === 'wait-rewrite') flushWhole(aof.file);
  aof.state = 'on';
  aof.fsyncedReplOffset = server.replication.masterReplOffset;
  server.ports.putAof(aof.file);
  server.ports.tell({ kind: 'aof-rewrite', phase: 'finished', ok: true, sequence });
}

/** What gathered while the base was being written is in the file as soon as that is one. */
function flushWhole(file: AofFile): void {
  file.written = file.tail.length;
  file.synced = file.tail.length;
}
