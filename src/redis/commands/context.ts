/**
 * What a data command sees of the server that runs it, and what it may do there. Narrow on purpose.
 *
 * The dispatcher implements it (one object per server, reused for each call) and reads the effects when
 * `run` has returned. In which order and in which wrapping they enter the stream is the version's (`propagation.ts`).
 */
import type { Entry } from '../dataset/entry.ts';
import type { Keyspace } from '../dataset/keyspace.ts';
import type { Random } from '../ports.ts';
import type { Profile } from '../profiles/index.ts';
import type { KeyWish } from '../blocked.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';

export interface CommandContext {
  readonly keyspace: Keyspace;
  /** The client's selected database. */
  readonly db: number;
  /** One reading of the clock, in ms since the epoch, for a whole command, transaction or script (server.c: commandTimeSnapshot). */
  readonly nowMs: number;
  readonly random: Random;

  // -- the role, as far as it decides what exists and what may be deleted
  /** server.masterhost is set, whatever the state of the link. */
  readonly isReplica: boolean;
  /** replica-read-only; means nothing on a master. */
  readonly replicaReadOnly: boolean;
  /** The command came over the master link: for it no key is ever expired. */
  readonly fromMaster: boolean;
  /** The client asked for something that only reads, and not by way of a script. */
  readonly reading: boolean;
  /** The client had waited for a key, and is served now. */
  readonly served: boolean;
  /** A data set is being loaded (an append-only file replayed): nothing expires. */
  readonly loading: boolean;
  /** CLIENT PAUSE or FAILOVER: expired keys look missing, but are not deleted. */
  readonly expirePaused: boolean;
  readonly settings: DataSettings;
  readonly profile: DataProfile;

  // -- effects
  /** Changes since the last save; a command that raises it is propagated. */
  dirty: number;
  keyspaceHits: number;
  keyspaceMisses: number;
  /**
   * Belongs to the Command object being run, not to the node: what was computed from it once is shared by all
   * nodes that apply it. Read before `run`, kept after it: `ctx.memo = command.memo; …; command.memo = ctx.memo`.
   */
  memo: Entry | null;
  /** Replaces what is propagated of this command. */
  rewrite(argv: readonly Bytes[]): void;
  /** One more command for the stream: ahead of this one since 7.0, behind it before. */
  alsoPropagate(db: number, argv: readonly Bytes[]): void;
  /** This command itself does not enter the stream (its `alsoPropagate`s do). */
  preventPropagation(): void;
  /** This command is propagated even when nothing changed: FLUSHALL everywhere, PUBLISH to replicas only. */
  forcePropagation(target?: 'replicas'): void;
  /**
   * A key was just deleted because its time had come (db.c: deleteExpiredKeyAndPropagate): counts expired_keys and
   * propagates DEL, or UNLINK with lazyfree-lazy-expire, as by `alsoPropagate`. Called on masters and,
   * for writes on a writable replica, on replicas (where nothing is propagated to anyone).
   */
  expired(db: number, key: string): void;
  /** A key changed (db.c: signalModifiedKey): for WATCH. */
  touch(db: number, key: string): void;
  /** A whole database changed, -1: all of them (db.c: signalFlushedDb, SWAPDB). */
  touchDatabase(db: number): void;
  /** A key came into being that somebody may be blocked on (blocked.c: signalKeyAsReady). */
  keyReady(db: number, key: string): void;
  /** None of the keys is there: the client waits for one (blocked.c: blockForKeys). Where it may not, `otherwise` is its answer. */
  waitFor(wish: KeyWish, otherwise: Reply): Reply;
  /** FLUSHALL was run (db.c: flushAllDataAndResetRDB): a saving child is killed, and with save points an RDB is written. */
  allFlushed(): void;
  /** Delivers to subscribers of this node; returns how many there were. */
  publish(channel: Bytes, message: Bytes): number;
  /** A local write gave a key a time to live on a writable replica (expire.c: rememberSlaveKeyWithExpire). */
  replicaKeyWithExpire(db: number, key: string): void;
}

/** What of a version a data command sees. */
export type DataProfile = Pick<Profile, 'commands' | 'stream' | 'expiry'>;

/** The few settings that change what a data command does or what it propagates. */
export interface DataSettings {
  readonly lazyfreeLazyExpire: boolean;
  readonly lazyfreeLazyServerDel: boolean;
  readonly lazyfreeLazyUserDel: boolean;
  readonly hllSparseMaxBytes: number;
  /** Bytes a string may have: proto-max-bulk-len. */
  readonly protoMaxBulkLen: number;
}
