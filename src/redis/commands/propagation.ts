/**
 * What of an execution unit enters the stream and the append-only file (server.c: alsoPropagate, propagatePendingCommands).
 *
 * A unit is one command, or everything in EXEC. Since 7.0 all effects of a unit are gathered, and wrapped in MULTI/EXEC
 * only if there is more than one.
 */
import { digestLow } from '../dataset/keyspace.ts';
import { feedAppendOnlyFile } from '../persistence/append-only.ts';
import type { Command } from '../protocol/payload.ts';
import { EXEC, feedReplicas, MULTI } from '../replication/feed.ts';
import { isMaster, type Server } from '../server.ts';
import { Flag } from './command.ts';

/** server.c: propagateNow */
function propagateNow(server: Server, db: number, command: Command, toAof: boolean): void {
  if (toAof && server.aof.state !== 'off') feedAppendOnlyFile(server, db, command);
  feedReplicas(server, db, command);
}

/** server.c: afterCommand, postExecutionUnitOperations. Nothing happens inside EXEC: its end is the end of the unit. */
export function afterExecution(server: Server, flags: number): void {
  const pending = server.alsoPropagate;
  if (pending.length === 0 || server.inExec) return;
  const before = server.replication.masterReplOffset;
  // What a command deletes at random (RANDOMKEY, SCAN finding expired keys) belongs to no transaction.
  const transaction = pending.length > 1 && (flags & Flag.touchesArbitraryKeys) === 0;
  if (transaction) propagateNow(server, -1, MULTI, true);
  for (const { db, command, toAof } of pending) propagateNow(server, db, command, toAof);
  if (transaction) propagateNow(server, -1, EXEC, true);
  pending.length = 0;
  if (!isMaster(server) || server.replication.masterReplOffset === before) return;
  server.ports.detail('write', server.replication.masterReplOffset - before, server.replication.masterReplOffset, digestLow(server.keyspace));
}
