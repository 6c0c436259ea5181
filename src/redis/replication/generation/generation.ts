/**
 * The three generations of Redis replication behind one set of moments: who names a history, and what its number, its backlog and
 * its followers come to when roles change.
 *
 *   sync-only  2.6           no ids, no offsets, no backlog: every replica has a buffer of its own, every reconnection costs a full sync
 *   run-id     2.8 to 3.2    the master's process names the history; a replica re-generates the stream for its own replicas
 *   replid     since 4.0     the data set names it, and remembers the id before; a replica hands its master's bytes on
 *
 * A server has one of them from its start (`profile.history.generation`).
 */
import type { Command } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import type { ReplicationInfo } from '../../persistence/rdb.ts';
import type { PsyncState } from '../psync.ts';

export interface Generation {
  /** Where the data stand: in whose history, at which offset; '' and -1 when nobody can say. */
  readonly position: (server: Server) => { readonly replid: string; readonly offset: number };
  /** What a PSYNC is compared with. */
  readonly psyncState: (server: Server) => PsyncState;
  /** A replica that needs a full resync was put on the list; no BGSAVE was looked for yet. */
  readonly newcomerListed: (server: Server) => void;
  /** The same, after that. */
  readonly newcomerServed: (server: Server) => void;
  /** The offset that a full resync which begins now announces. */
  readonly fullResyncOffset: (server: Server) => number;
  /** What an RDB written now says of replication; null: nothing. */
  readonly rdbInfo: (server: Server) => ReplicationInfo | null;
  /** Whether a full resync can begin: a replica without a master to speak for may not know what its data are. */
  readonly canServe: (server: Server) => boolean;
  /** replication.c: replicationFeedSlaves. What this server itself propagates; `db` -1: needs no SELECT. */
  readonly feed: (server: Server, db: number, message: Command) => void;
  /** Whether anybody, or a backlog, hears what `feed` says. */
  readonly isHeard: (server: Server) => boolean;
  /** replication.c: replicationCron. PINGs and newlines to those who follow. */
  readonly giveSignsOfLife: (server: Server) => void;
  /** Nobody has followed for repl-backlog-ttl: the backlog is to go. False: it stays. */
  readonly backlogMayGo: (server: Server) => boolean;
  readonly backlogGone: (server: Server) => void;
  /** REPLICAOF: the old master is let go, the new one not called yet. */
  readonly demoted: (server: Server, wasMaster: boolean) => void;
  /** REPLICAOF NO ONE, before and after the old master is let go. */
  readonly promotionBegins: (server: Server) => void;
  readonly promoted: (server: Server) => void;
  /** The data of a full resync are in place. */
  readonly installed: (server: Server, replid: string, offset: number) => void;
}
