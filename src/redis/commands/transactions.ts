/** MULTI, EXEC, DISCARD, WATCH (multi.c). */
import type { Client } from '../client.ts';
import { bytesToString } from '../protocol/make.ts';
import type { Bytes, Command, Reply } from '../protocol/payload.ts';
import { isMaster, type Server, wallMs } from '../server.ts';
import { Flag } from './command.ts';
import { findEntry } from '../dataset/keyspace.ts';
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

/** multi.c: execCommand. Everything queued runs as one execution unit, at one reading of the clock. */
export function exec(server: Server, client: Client, request: Command): Reply {
  const state = client.multi;
  if (state === null) return { type: 'error', text: 'ERR EXEC without MULTI' };
  const changed = client.watchedChanged || watchedKeyExpired(server, client);
  discardTransaction(server, client);
  if (state.dirty) return { type: 'error', text: 'EXECABORT Transaction discarded because of previous errors.' };
  if (changed) return { type: 'nil-array' };
  if (server.profile.refusals.exec === 'by-its-own-flags-and-readonly' && (state.flags & Flag.write) !== 0 && isReadOnlyFor(server, client)) {
    return { type: 'error', text: 'ERR Transaction contains write commands but instance is now a read-only slave. EXEC aborted.' };
  }
  server.inExec = true;
  const items: Reply[] = [];
  for (const command of state.queue) {
    const found = lookupCommand(server, command.argv[0] ?? '');
    if (found === null) continue;
    server.propagation.queuedRuns(server, client, found.spec.flags);
    items.push(call(server, client, found, command) ?? { type: 'nil' });
  }
  server.propagation.transactionDone(server, client, request);
  server.inExec = false;
  return { type: 'array', items };
}

function isReadOnlyFor(server: Server, client: Client): boolean {
  return !isMaster(server) && server.config['replica-read-only'] && client.kind !== 'master' && server.loading === null;
}

export function watch(server: Server, client: Client, argv: readonly Bytes[]): Reply {
  if (client.multi !== null) return { type: 'error', text: 'ERR WATCH inside MULTI is not allowed' };
  client.watched ??= new Map();
  for (const argument of argv.slice(1)) {
    const key = bytesToString(argument);
    const name = watchName(client.db, key);
    if (client.watched.has(name)) continue;
    client.watched.set(name, { db: client.db, key, expired: isExpired(server, client.db, key) });
    const watched = (server.watchers ??= new Map<string, Set<Client>>());
    const watchers = watched.get(name);
    if (watchers === undefined) watched.set(name, new Set([client]));
    else watchers.add(client);
  }
  return OK;
}

export function unwatchAll(server: Server, client: Client): void {
  for (const name of client.watched?.keys() ?? []) {
    const watchers = server.watchers?.get(name);
    watchers?.delete(client);
    if (watchers?.size === 0) server.watchers?.delete(name);
  }
  client.watched = null;
  client.watchedChanged = false;
}

/** multi.c: isWatchedKeyExpired. A key whose time passed since WATCH has changed, deleted or not. */
function watchedKeyExpired(server: Server, client: Client): boolean {
  for (const { db, key, expired } of client.watched?.values() ?? []) if (!expired && isExpired(server, db, key)) return true;
  return false;
}

function isExpired(server: Server, db: number, key: string): boolean {
  const expireMs = findEntry(server.keyspace, db, key)?.expireMs ?? null;
  return expireMs !== null && expireMs < wallMs(server);
}

/** multi.c: touchWatchedKey. A key that had expired before WATCH and is deleted now has not changed. */
export function touchWatchedKey(server: Server, db: number, key: string): void {
  if (server.watchers === null) return;
  const name = watchName(db, key);
  for (const client of server.watchers.get(name) ?? []) {
    const watched = client.watched?.get(name);
    if (watched?.expired === true && findEntry(server.keyspace, db, key) === undefined) watched.expired = false;
    else client.watchedChanged = true;
  }
}

/** multi.c: touchAllWatchedKeysInDb, while the keys are still there; -1: in all databases. */
export function touchWatchedDatabase(server: Server, db: number): void {
  if (server.watchers === null) return;
  for (const clients of server.watchers.values()) {
    for (const client of clients) {
      for (const watched of client.watched?.values() ?? []) {
        if ((db === -1 || watched.db === db) && findEntry(server.keyspace, watched.db, watched.key) !== undefined) client.watchedChanged = true;
      }
    }
  }
}

function watchName(db: number, key: string): string {
  return `${db}\0${key}`;
}
