/**
 * A write becomes stream bytes, which the backlog keeps and all replicas get (`output/`).
 *
 * Owns the order of bytes in the stream (SELECT before a command of another database). Does not own what enters it: `commands/propagation.ts` decides that.
 */
import { assert } from '../../assert.ts';
import { command } from '../protocol/make.ts';
import type { Command, Message } from '../protocol/payload.ts';
import type { Server } from '../server.ts';
import type { StreamLog } from './stream-log.ts';

const PINGS = { PING: command(['PING']), ping: command(['ping']) };
export const GETACK: Command = command(['REPLCONF', 'GETACK', '*']);
export const MULTI: Command = command(['MULTI']);
export const EXEC: Command = command(['EXEC']);

/**
 * Appends one message to the stream (replication.c: feedReplicationBuffer, or feedReplicationBacklog). `source`: where it stands, if
 * it is our master's word; null: it is our own.
 */
export function feedStream(server: Server, message: Message, source: StreamLog | null = null): void {
  server.stream.feed(server, message, source);
}

/** The heartbeat, as this version spells it. */
export function ping(server: Server): Command {
  return PINGS[server.profile.stream.ping];
}

/** Whether a backlog or a replica hears what this server itself propagates. */
export function hasStream(server: Server): boolean {
  return server.generation.isHeard(server);
}

/** replication.c: replicationFeedSlaves, for what this server propagates. `db` -1: a command that touches no keys and needs no SELECT. */
export function feedReplicas(server: Server, db: number, message: Command): void {
  server.generation.feed(server, db, message);
}

/** The same, into the one stream that backlog and replicas share. */
export function feedOwnStream(server: Server, db: number, message: Command): void {
  const replication = server.replication;
  if (replication.backlog === null) {
    assert(replication.replicas.length === 0, 'a replica without a backlog');
    // Counted only as a mark for the append-only file's fsync (7.2): one per command, not its bytes.
    if (server.profile.backlog.countsCommandsWithoutBacklog) replication.masterReplOffset += 1;
    return;
  }
  if (db !== -1 && replication.slaveSelDb !== db) {
    feedStream(server, selectCommand(db));
    replication.slaveSelDb = db;
  }
  feedStream(server, message);
}

const selects: Command[] = Array.from({ length: 10 }, (_, db) => command(['SELECT', String(db)]));

function selectCommand(db: number): Command {
  return selects[db] ?? command(['SELECT', String(db)]);
}

