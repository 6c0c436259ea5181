/** MULTI, EXEC, DISCARD, WATCH (multi.c). */
import type { Client } from '../client.ts';
import { bytesToString } from '../protocol/make.ts';
import type { Bytes, Command, Reply } from '../protocol/payload.ts';
import type { Server } from '../server.ts';
import { call, lookupCommand } from './dispatch.ts';

const OK: Reply = { type: 'status', text: 'OK' };

export function multi(client: Client): Reply {
  if (client.multi !== null) return { type: 'error', text: 'ERR MULTI calls can not be nested' };
  client.multi = { queue: [], dirty: false, flags: 0, missingFlags: 0 };
  return OK;
}

export function queueCommand(client: Client, command: Command, flags: number): void {
  const state = client.multi;
  if (state === null || state.dirty || client.watchedChanged) return; // it will not run: not worth keeping (multi.c: queueMultiCommand)
  state.queue.push(command);
  state.flags |= flags;
  state.missingFlags |= ~flags;
}

export function discard(server: Server, client: Client): Reply {
  if (client.multi === null) return { type: 'error', text: 'ERR DISCARD without MULTI' };
  discardTransaction(server, client);
  return OK;
}

export function discardTransaction(server: Server, client: Client): void {
  client.multi = null;
  unwatchAll(server, client);
}

/** multi.c: execCommand. Everything queued runs as one execution unit. */
export function exec(server: Server, client: Client): Reply {
  const state = client.multi;
  if (state === null) return { type: 'error', text: 'ERR EXEC without MULTI' };
  const changed = client.watchedChanged;
  discardTransaction(server, client);
  if (state.dirty) return { type: 'error', text: 'EXECABORT Transaction discarded because of previous errors.' };
  if (changed) return { type: 'nil-array' };
  server.inExec = true;
  const items: Reply[] = [];
  for (const command of state.queue) {
    const found = lookupCommand(command.argv[0] ?? '');
    if (found !== null) items.push(call(server, client, found, command) ?? { type: 'nil' });
  }
  server.inExec = false;
  return { type: 'array', items };
}

export function watch(server: Server, client: Client, argv: readonly Bytes[]): Reply {
  if (client.multi !== null) return { type: 'error', text: 'ERR WATCH inside MULTI is not allowed' };
  client.watched ??= new Set();
  for (const key of argv.slice(1)) {
    const name = watchName(client.db, bytesToString(key));
    client.watched.add(name);
    const watchers = server.watchers.get(name);
    if (watchers === undefined) server.watchers.set(name, new Set([client]));
    else watchers.add(client);
  }
  return OK;
}

export function unwatchAll(server: Server, client: Client): void {
  for (const name of client.watched ?? []) {
    const watchers = server.watchers.get(name);
    watchers?.delete(client);
    if (watchers?.size === 0) server.watchers.delete(name);
  }
  client.watched = null;
  client.watchedChanged = false;
}

/** multi.c: touchWatchedKey */
export function touchWatchedKey(server: Server, db: number, key: string): void {
  if (server.watchers.size === 0) return;
  for (const client of server.watchers.get(watchName(db, key)) ?? []) client.watchedChanged = true;
}

/** multi.c: touchAllWatchedKeysInDb, -1: in all. */
export function touchWatchedDatabase(server: Server, db: number): void {
  if (server.watchers.size === 0) return;
  for (const [name, clients] of server.watchers) {
    if (db !== -1 && !name.startsWith(`${db}\0`)) continue;
    for (const client of clients) client.watchedChanged = true;
  }
}

function watchName(db: number, key: string): string {
  return `${db}\0${key}`;
}
