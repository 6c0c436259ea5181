/**
 * Saves and loads in the foreground: SAVE, and DEBUG RELOAD, which saves, empties and loads in place. Ids, offsets,
 * backlog and links stay as they are: only the data are written out and read in again (debug.c: debugCommand).
 */
import type { Client } from '../client.ts';
import { emptyKeyspace } from '../dataset/keyspace.ts';
import { addReply, resumeClient } from '../networking.ts';
import type { Command } from '../protocol/payload.ts';
import type { Server } from '../server.ts';
import { currentImage, dataBytes } from './save.ts';
import { loadImage } from './load-image.ts';
import { onFinalSave } from './shutdown.ts';

export function save(server: Server, client: Client, request: Command): void {
  client.blocked = { on: 'save', request };
  server.ports.save(currentImage(server).size);
}

export function debugReload(server: Server, client: Client, request: Command): void {
  client.blocked = { on: 'reload', request };
  server.ports.save(currentImage(server).size);
}

/** A save in the foreground is done; whoever asked for it goes on. */
export function onSaved(server: Server, ok: boolean): void {
  if (server.shutdown?.phase === 'saving') return onFinalSave(server);
  const client = [...server.clients.values()].find(({ blocked }) => blocked?.on === 'save' || blocked?.on === 'reload');
  if (client === undefined) return;
  if (ok) {
    if (server.dirty > 0 && server.profile.stream.sentOn === 'any-change-of-dirty') sendOn(server, client);
    server.disk.rdb = currentImage(server);
    server.ports.putRdb(server.disk.rdb);
    server.dirty = 0;
    server.lastSaveS = server.unixtime;
    server.ports.tell({ kind: 'rdb-saved', why: client.blocked?.on === 'save' ? 'save' : 'reload' });
  }
  if (client.blocked?.on === 'save') return answer(server, client);
  const bytes = dataBytes(server);
  server.loading = { why: 'reload', from: 'file', async: false, phase: 'flush', startedUs: server.nowUs, bytes };
  emptyKeyspace(server.keyspace);
  server.ports.flush(bytes, 0);
}

export function onFlushedForReload(server: Server): void {
  const { loading, disk } = server;
  if (loading === null || disk.rdb === null) return;
  loading.phase = 'load';
  server.ports.load(disk.rdb.size, disk.rdb.snapshot.keys * server.config['key-load-delay']);
}

export function onReloaded(server: Server): void {
  server.loading = null;
  if (server.disk.rdb !== null) loadImage(server, server.disk.rdb);
  server.ports.tell({ kind: 'debug-reload' });
  const client = [...server.clients.values()].find(({ blocked }) => blocked?.on === 'reload');
  if (client !== undefined) answer(server, client);
}

/** In 2.6 a command is sent on when the count of unsaved changes is another than before, and here it falls to nothing (redis.c: call). */
function sendOn(server: Server, client: Client): void {
  const { blocked } = client;
  if (blocked?.on === 'save' || blocked?.on === 'reload') server.propagation.ran(server, client.db, blocked.request, true);
}

function answer(server: Server, client: Client): void {
  client.blocked = null;
  addReply(server, client, { type: 'status', text: 'OK' });
  resumeClient(server, client);
}
