/**
 * What of an execution unit enters the stream and the append-only file (server.c: call, propagate, alsoPropagate).
 *
 * A unit is one command, or everything in EXEC, or a script. Up to 6.2 its effects are sent one by one as they come
 * (`propagation-at-once.ts`); since 7.0 they are gathered first (`propagation-gathered.ts`).
 */
import { digestLow } from '../dataset/keyspace.ts';
import type { Client } from '../client.ts';
import { feedAppendOnlyFile } from '../persistence/append-only.ts';
import type { Command } from '../protocol/payload.ts';
import type { StreamProfile } from '../profiles/stream.ts';
import { feedReplicas, hasStream } from '../replication/feed.ts';
import { isMaster, type Server } from '../server.ts';
import { sendingAtOnce } from './propagation-at-once.ts';
import { GATHERING } from './propagation-gathered.ts';

export interface Propagation {
  /** A key was deleted because its time had come, or for its memory (db.c: propagateExpire, since 7.0 propagateDeletion). */
  deleted(server: Server, db: number, deletion: Command): void;
  /** server.c: alsoPropagate. One more command, from within a call. */
  also(server: Server, db: number, command: Command): void;
  /** A command, or what stands for it, was carried out; null: nothing of it itself is sent. `toAof`: it goes into the file, too. */
  ran(server: Server, db: number, command: Command | null, toAof: boolean): void;
  /** A command of a transaction is about to run (multi.c: execCommand). */
  queuedRuns(server: Server, client: Client, flags: number): void;
  /** The transaction is over; `exec` is the request that ran it. */
  transactionDone(server: Server, client: Client, exec: Command): void;
  /** A script that is sent as what it does is about to write for the first time (scripting.c: luaRedisGenericCommand). */
  scriptWrites(server: Server, caller: Client): void;
  scriptDone(server: Server, caller: Client): void;
  /** The unit is over (server.c: afterCommand, postExecutionUnitOperations). `flags`: of the command that it was. */
  unitDone(server: Server, flags: number): void;
}

export function propagationOf(profile: StreamProfile): Propagation {
  return profile.effects === 'gathered' ? GATHERING : sendingAtOnce(profile);
}

/** Somebody listens: a file, if it is not the one just being read, or a stream of this node's own. */
export function isHeard(server: Server): boolean {
  if (server.loading?.why === 'start-aof') return false;
  return server.aof.state !== 'off' || hasStream(server);
}

/** server.c: propagateNow, up to 6.2 propagate. */
export function propagateNow(server: Server, db: number, command: Command, toAof: boolean): void {
  if (toAof && server.aof.state !== 'off') feedAppendOnlyFile(server, db, command);
  feedReplicas(server, db, command);
}

/** The unit is over: what it wants sent is sent. `before`: where the stream stood when it began. */
export function afterExecution(server: Server, flags: number, before: number): void {
  server.propagation.unitDone(server, flags);
  const after = server.replication.masterReplOffset;
  if (after !== before && isMaster(server)) server.ports.detail('write', after - before, after, digestLow(server.keyspace));
}
