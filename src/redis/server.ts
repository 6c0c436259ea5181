/**
 * The state of one server process, as plain data (server.h: redisServer). Behaviour stands around it in files
 * named after Redis' own ideas; the only way in is `machine.ts`.
 */
import type { Allocator } from './allocator.ts';
import type { Access } from './access.ts';
import type { BlockedOnKeys } from './blocked.ts';
import type { Client } from './client.ts';
import type { ServerConfig } from './config.ts';
import type { SavePoint } from './config/directive.ts';
import type { Keyspace } from './dataset/keyspace.ts';
import type { ChildOutcome } from './inputs.ts';
import type { Fd, Ports } from './ports.ts';
import type { Pause, PausePurpose } from './pause.ts';
import type { EvictionPool } from './evict.ts';
import type { Profile } from './profiles/index.ts';
import type { AofFile } from './persistence/aof.ts';
import type { RdbImage } from './persistence/rdb.ts';
import type { Generation } from './replication/generation/index.ts';
import type { StreamStore } from './replication/output/stream-store.ts';
import type { ReplicationState } from './replication/state.ts';
import type { Command, Line } from './protocol/payload.ts';
import type { ScriptCache } from './scripts/cache.ts';
import type { CommandContext } from './commands/context.ts';
import type { RunningScript } from './commands/eval.ts';
import type { KnownCommands } from './commands/known.ts';
import type { Propagation } from './commands/propagation.ts';

/** A forked child at work (server.child_type). */
export type Child =
  | {
      readonly type: 'rdb';
      readonly target: 'disk' | 'socket';
      readonly reason: 'sync' | 'save-points' | 'command';
      readonly image: RdbImage;
      /** Changes counted before the fork: they are saved when the child ends well. */
      readonly dirtyAtFork: number;
      /** Set when the child ended; the parent notices at its next cron (≤ 100 ms later). */
      exited: ChildOutcome | null;
      /** The pipe of a socket child. */
      readonly pipe: RdbPipe | null;
    }
  | { readonly type: 'aof-rewrite'; readonly image: RdbImage; readonly tailAtFork: number; exited: ChildOutcome | null };

/** Diskless transfer: child → pipe → parent → all replicas, the slowest throttles all (replication.c: rdbPipeReadHandler). */
export interface RdbPipe {
  /** Who writes to the replicas: the parent, or, up to 5.0, the child itself: then there is no pipe. */
  readonly by: 'parent' | 'child';
  readonly header: Line;
  readonly mark: Line;
  /** Bytes the child has produced and bytes forwarded to every replica still up; header and mark included. */
  produced: number;
  forwarded: number;
  readonly total: number;
  /** Replicas of this transfer that are still connected, in order. */
  readonly targets: Client[];
  drained: boolean;
  /** Replicas that the child could not write to. */
  readonly failed: Client[];
}

/** The append-only file while it is on (server.aof_state). */
export interface AofState {
  /** `wait-rewrite`: the base is being written after a sync, commands gather for it. */
  state: 'off' | 'on' | 'wait-rewrite';
  file: AofFile | null;
  /** Stream offset up to which the file is fsynced, for WAITAOF's FACK; -1: no file. */
  fsyncedReplOffset: number;
  /** Wall clock of the last fsync, ms. */
  lastFsyncMs: number;
}

/** A data set being read into memory. */
export interface Loading {
  readonly why: 'start-rdb' | 'start-aof' | 'sync' | 'reload';
  readonly from: 'file' | 'socket';
  /** The old data are shown meanwhile (server.async_loading). */
  readonly async: boolean;
  phase: 'flush' | 'load';
  readonly startedUs: number;
  readonly bytes: number;
}

export interface Shutdown {
  readonly save: boolean;
  readonly nosave: boolean;
  readonly now: boolean;
  readonly force: boolean;
  /** Wall clock, ms: when waiting for the replicas ends. */
  readonly deadlineMs: number;
  /** The client that asked, if a client did. */
  readonly client: Client | null;
  /** `saving`: the final RDB is being written. */
  phase: 'waiting' | 'saving';
}

export interface Stats {
  syncFull: number;
  syncPartialOk: number;
  syncPartialErr: number;
  expiredKeys: number;
  evictedKeys: number;
  /** Commands run before these were counted from 0 (CONFIG RESETSTAT). */
  commandsBefore: number;
  connections: number;
  /** Refused because there were maxclients already. */
  rejectedConnections: number;
  keyspaceHits: number;
  keyspaceMisses: number;
}

/** One command on its way into stream and append-only file (server.h: redisOp). */
export interface PendingPropagation {
  readonly db: number;
  readonly command: Command;
  /** It goes into the append-only file, too. */
  readonly toAof: boolean;
}

/** A list in which there is nobody: the same for all servers, as most have nobody in most of their lists. Never changed. */
export const NOBODY: Client[] = Object.freeze<Client[]>([]) as Client[];

export interface Server {
  readonly profile: Profile;
  /** How this version names its history and passes it on. */
  readonly generation: Generation;
  readonly ports: Ports;
  /** Set by `setConfig`. */
  config: ServerConfig;
  // Of `config`, once more, what is looked at before each command and at the end of each turn (`setConfig`).
  maxmemory: number;
  timeoutS: number;
  savePoints: readonly SavePoint[];
  /** 40 hex digits, new at every start. */
  readonly runId: string;
  readonly allocator: Allocator;
  /** How this version keeps the stream for its readers. */
  readonly stream: StreamStore;
  readonly startedUs: number;
  // -- the clock as cached at the beginning of an input (server.c: updateCachedTime)
  nowUs: number;
  unixtime: number;
  // -- clients, in order of arrival
  clients: Map<Fd, Client>;
  nextClientId: number;
  nextOutgoingFd: Fd;
  /** Clients with replies to write, in the order in which they got them (clients_pending_write); of those that are gone, `pendingWrite` is false. */
  readonly pendingWrites: Client[];
  /** There are some. */
  writesPending: boolean;
  /** Clients to free at the end of the turn (clients_to_close). */
  closing: Client[];
  waitingAcks: Client[];
  postponed: Client[];
  /** null: nobody ever waited for a key. */
  blockedOnKeys: BlockedOnKeys | null;
  readonly pauses: Map<PausePurpose, Pause>;
  /** What follows from them (server.paused_actions): commands of clients that may write are paused, or all commands. */
  writesPaused: boolean;
  clientsPaused: boolean;
  /** Keys watched → clients; db and key joined by a NUL. null: nobody ever watched one. */
  watchers: Map<string, Set<Client>> | null;
  // -- cron
  cronLoops: number;
  cronLastUs: number;
  /** When the armed tick is due, µs: it may come later, when the event loop is taken. */
  cronDueUs: number;
  /** Ticks that pass until the armed one, itself included. */
  cronArmedTicks: number;
  // -- data
  keyspace: Keyspace;
  dirty: number;
  lastSaveS: number;
  lastBgsaveTryS: number;
  lastBgsaveOk: boolean;
  bgsaveScheduled: boolean;
  disk: { rdb: RdbImage | null };
  /** The file there was made for replicas only (RDBGeneratedByReplication). */
  rdbForReplicas: boolean;
  aof: AofState;
  child: Child | null;
  loading: Loading | null;
  shutdown: Shutdown | null;
  /** SIGTERM or SIGINT came; the cron acts on it (server.shutdown_asap). */
  signalled: 'SIGTERM' | 'SIGINT' | null;
  /** Replicas over the soft output limit: their time is looked at by each tick. */
  softLimited: number;
  exited: boolean;
  /** A replica took writes of its own that its master does not have. */
  localWrites: boolean;
  /** DEBUG SET-ACTIVE-EXPIRE (server.active_expire_enabled). */
  activeExpire: boolean;
  /** Keys to which writes of a replica's own gave a time to live (expire.c: slaveKeysWithExpire); null: there never was one. */
  replicaKeysWithExpire: Map<string, { readonly db: number; readonly key: string }> | null;
  // -- propagation of the command, transaction or script being executed (server.also_propagate)
  readonly alsoPropagate: PendingPropagation[];
  readonly propagation: Propagation;
  /** MULTI stands in the stream and its EXEC not yet (server.propagate_in_transaction, lua_multi_emitted; up to 6.2). */
  multiSent: boolean;
  /** When keys were used; null: nobody asks (no maxmemory, or a policy that does not go by it). */
  access: Access | null;
  evictionPool: EvictionPool;
  /** The database in which a key was evicted at random last. */
  evictedDb: number;
  /** maxmemory changed: keys are to go as soon as this unit is over. */
  evictionDue: boolean;
  /** At the last look memory was over the limit, and nothing could be done. */
  outOfMemory: boolean;
  inExec: boolean;
  /** A script is running: nothing in it may block. */
  script: RunningScript | null;
  readonly scripts: ScriptCache;
  readonly commands: KnownCommands;
  context: CommandContext;
  /** Let every cron tick happen, also those at which nothing can. */
  readonly cronEveryTick: boolean;
  /** µs by which this process ticks later than its neighbours: no two event loops tick at the same instant. */
  readonly cronSkewUs: number;
  /** µs by which each timer of this process goes off late. */
  readonly timersLateUs: number;
  replication: ReplicationState;
  /** Commands run by this process (stat_numcommands). */
  commandsRun: number;
  stats: Stats;
}

/** Its settings are these from now on. What follows from a change is the caller's business. */
export function setConfig(server: Server, config: ServerConfig): void {
  server.config = config;
  server.maxmemory = config.maxmemory;
  server.timeoutS = config.timeout;
  server.savePoints = config.save;
}

/** This host's wall clock, ms since the Unix epoch; it stands still within an input. */
export function wallMs({ ports }: Server): number {
  return Math.floor(ports.wallUs() / 1000);
}

/** Seconds of the wall clock, as `time(NULL)` gives them. */
export function wallSeconds(server: Server): number {
  return Math.floor(server.ports.wallUs() / 1_000_000);
}

/** What an error reply calls the product (Valkey, server.c: createSharedObjectsWithCompat). */
export function productTitle({ profile, config }: Server): string {
  return config['extended-redis-compatibility'] ? 'Redis' : profile.product.title;
}

/** The version that goes with that name. */
export function shownVersion(server: Server): string {
  const { version, product } = server.profile;
  return productTitle(server) === product.title ? version : (product.passesFor ?? version);
}

export function isMaster(server: Server): boolean {
  return server.replication.masterHost === null;
}

/** replication.c: replicationGetSlaveName */
export function replicaName(client: Client): string {
  const ip = client.announcedIp !== '' ? client.announcedIp : client.peerHost;
  return client.listeningPort > 0 ? `${ip}:${client.listeningPort}` : `${ip}:<unknown-replica-port>`;
}
