/**
 * A write becomes stream bytes: into the shared buffer, from which the backlog and all replicas are served.
 *
 * Owns the order of bytes in the stream (SELECT before a command of another database) and who may read them from
 * where. Does not own what enters it: `commands/propagation.ts` decides that.
 */
import { assert } from '../../assert.ts';
import type { Client } from '../client.ts';
import { command } from '../protocol/make.ts';
import type { Command, Message } from '../protocol/payload.ts';
import { closeOnOutputLimit, queueForWriting } from '../networking.ts';
import { isMaster, type Server } from '../server.ts';
import { TRIM_BLOCKS_PER_CALL, trimBacklog } from './backlog.ts';
import { appendMessage, appendWithin, cursorAt } from './repl-buffer.ts';
import type { ReplicationState } from './state.ts';
import type { StreamLog } from './stream-log.ts';

export const PING: Command = command(['ping']);
export const GETACK: Command = command(['REPLCONF', 'GETACK', '*']);
export const MULTI: Command = command(['MULTI']);
export const EXEC: Command = command(['EXEC']);

/** replication.c: canFeedReplicaReplBuffer */
function canFeed(server: Server, replica: Client): boolean {
  if (replica.closeAsap && server.profile.limits.closingReplicaLetsGo) return false;
  return replica.replica !== null && replica.replica.state !== 'wait-bgsave-start';
}

/**
 * replication.c: feedReplicationBuffer. Appends one message to buffer and backlog, and lets replicas begin to read there.
 * `source`: where it stands, if it is our master's word; null: it is our own.
 */
export function feedStream(server: Server, message: Message, source: StreamLog | null = null): void {
  const replication = server.replication;
  const backlog = replication.backlog;
  if (backlog === null) return;
  const size = server.config['repl-backlog-size'];
  const { buffer, replicas } = replication;
  for (let i = 0; i < replicas.length; i++) if (canFeed(server, replicas[i]!)) queueForWriting(server, replicas[i]!);
  const from = replication.masterReplOffset;
  if (appendWithin(buffer, message, from, source)) {
    replication.masterReplOffset += message.size;
    backlog.histlen += message.size;
    for (let i = 0; i < replicas.length; i++) if (canFeed(server, replicas[i]!)) beginReading(replication, replicas[i]!, from);
    return;
  }
  appendMessage(buffer, message, from, source, size, server.allocator, (block, partFrom, to, added) => {
    replication.masterReplOffset = to;
    backlog.histlen += to - partFrom;
    for (const replica of replication.replicas) {
      if (!canFeed(server, replica)) continue;
      beginReading(replication, replica, partFrom);
      if (added) closeOnOutputLimit(server, replica);
    }
    if (backlog.block === null) {
      backlog.block = block;
      block.refcount += 1;
    }
    // Only when a block was added: otherwise the window cannot have grown past the one it may drop.
    if (added) trimBacklog(replication, size, TRIM_BLOCKS_PER_CALL);
  });
}

function beginReading({ buffer }: ReplicationState, replica: Client, offset: number): void {
  const side = replica.replica;
  if (side === null || side.cursor !== null || buffer.tail === null) return;
  side.cursor = cursorAt(buffer.tail.start <= offset ? buffer.tail : buffer.head!, offset);
  side.cursor.block.refcount += 1;
}

/**
 * replication.c: replicationFeedSlaves, for what this master propagates. `db` -1: a command that touches no keys and
 * needs no SELECT. A replica feeds nothing of its own: it forwards its master's bytes.
 */
export function feedReplicas(server: Server, db: number, message: Command): void {
  const replication = server.replication;
  if (!isMaster(server)) return;
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

