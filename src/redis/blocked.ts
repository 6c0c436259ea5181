/**
 * Clients that wait for a key (blocked.c): who waits for what, who is served when it comes, and who has waited too long.
 *
 * A client that is served runs its command anew, as an execution unit of its own: behind the one that made the key.
 */
import type { Client } from './client.ts';
import { processCommand } from './commands/dispatch.ts';
import { findEntry } from './dataset/keyspace.ts';
import { addReply, resumeClient } from './networking.ts';
import type { Command } from './protocol/payload.ts';
import { type Server, wallMs } from './server.ts';

/** What a command waits for when none of its keys is there. */
export interface KeyWish {
  readonly keys: readonly string[];
  readonly type: 'list' | 'zset';
  /** Wall clock, ms; Infinity: for ever. */
  readonly deadlineMs: number;
}

export interface BlockedOnKeys {
  /** Clients by db and key joined by a NUL, in the order in which they came. */
  readonly waiting: Map<string, Client[]>;
  /** Keys that came into being and that somebody waits for (server.ready_keys). */
  ready: { readonly db: number; readonly key: string }[];
  /** They are being served: a command that does so makes further keys ready, but does not begin again. */
  serving: boolean;
}

const nameOf = (db: number, key: string): string => `${db}\0${key}`;

/** blocked.c: blockForKeys */
export function blockForKeys(server: Server, client: Client, command: Command, wish: KeyWish): void {
  client.blocked = { on: 'keys', db: client.db, command, ...wish };
  const { waiting } = (server.blockedOnKeys ??= { waiting: new Map<string, Client[]>(), ready: [], serving: false });
  for (const key of new Set(wish.keys)) {
    const name = nameOf(client.db, key);
    const others = waiting.get(name);
    if (others === undefined) waiting.set(name, [client]);
    else others.push(client);
  }
}

/** blocked.c: unblockClientWaitingData */
export function unblockFromKeys(server: Server, client: Client): void {
  const { blocked } = client;
  if (blocked?.on !== 'keys' || server.blockedOnKeys === null) return;
  client.blocked = null;
  const { waiting } = server.blockedOnKeys;
  for (const key of new Set(blocked.keys)) {
    const name = nameOf(blocked.db, key);
    const left = (waiting.get(name) ?? []).filter((other) => other !== client);
    if (left.length === 0) waiting.delete(name);
    else waiting.set(name, left);
  }
}

/** blocked.c: signalKeyAsReady */
export function signalKeyAsReady(blockedOnKeys: BlockedOnKeys, db: number, key: string): void {
  if (blockedOnKeys.waiting.has(nameOf(db, key))) blockedOnKeys.ready.push({ db, key });
}

/** blocked.c: handleClientsBlockedOnKeys, after a command. What those who are served push may serve others. */
export function serveReadyKeys(server: Server, blockedOnKeys: BlockedOnKeys): void {
  if (blockedOnKeys.serving || blockedOnKeys.ready.length === 0) return;
  blockedOnKeys.serving = true;
  const served: Client[] = [];
  while (blockedOnKeys.ready.length > 0) {
    const ready = blockedOnKeys.ready;
    blockedOnKeys.ready = [];
    for (const { db, key } of ready) serveKey(server, blockedOnKeys, db, key, served);
  }
  blockedOnKeys.serving = false;
  // blocked.c: processUnblockedClients. What they had sent behind it comes last.
  for (const client of served) resumeClient(server, client);
}

/** blocked.c: handleClientsBlockedOnKey. The first who came is the first served; a value of another type is nothing to wait for. */
function serveKey(server: Server, { waiting }: BlockedOnKeys, db: number, key: string, served: Client[]): void {
  for (const client of [...(waiting.get(nameOf(db, key)) ?? [])]) {
    const { blocked } = client;
    if (blocked?.on !== 'keys' || !blocked.keys.includes(key)) continue;
    if (findEntry(server.keyspace, db, key)?.type !== blocked.type) continue;
    unblockFromKeys(server, client);
    processCommand(server, client, blocked.command);
    // Not there any more after all: it waits on, and no longer than it said at first.
    const again = client.blocked;
    if (again?.on === 'keys') client.blocked = { ...again, deadlineMs: blocked.deadlineMs };
    else served.push(client);
  }
}

/** timeout.c: handleBlockedClientsTimeout, at the end of a turn. Nothing wakes up for them: the next tick or request finds them. */
export function timeOutBlocked(server: Server): void {
  const waiting = server.blockedOnKeys?.waiting;
  if (waiting === undefined || waiting.size === 0) return;
  const late = new Set<Client>();
  for (const clients of waiting.values()) {
    for (const client of clients) if (deadlineOf(client) < wallMs(server)) late.add(client);
  }
  for (const client of [...late].sort((a, b) => deadlineOf(a) - deadlineOf(b) || a.id - b.id)) {
    unblockFromKeys(server, client);
    addReply(server, client, { type: 'nil-array' });
    resumeClient(server, client);
  }
}

function deadlineOf({ blocked }: Client): number {
  return blocked?.on === 'keys' ? blocked.deadlineMs : Infinity;
}

/** blocked.c: disconnectAllBlockedClients. What they wait for will not come to a replica. */
export function disconnectBlockedClients(server: Server): void {
  for (const client of [...server.clients.values()]) {
    const on = client.blocked?.on;
    if (on !== 'keys' && on !== 'replicas' && on !== 'aof') continue;
    unblockFromKeys(server, client);
    server.waitingAcks = server.waitingAcks.filter((waiting) => waiting !== client);
    client.blocked = null;
    addReply(server, client, { type: 'error', text: 'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)' });
    client.closeAfterReply = true;
  }
}
