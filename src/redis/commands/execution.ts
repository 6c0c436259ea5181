/**
 * The context in which data commands run: it reads the server's state and gathers what the command wants propagated. One is enough
 * for all servers of a world, since no command runs inside that of another server.
 */
import { type KeyWish, signalKeyAsReady } from '../blocked.ts';
import type { Client } from '../client.ts';
import type { Entry } from '../dataset/entry.ts';
import { shareWith, type Keyspace } from '../dataset/keyspace.ts';
import { command as makeCommand } from '../protocol/make.ts';
import type { Bytes, Command, Reply } from '../protocol/payload.ts';
import type { Random } from '../ports.ts';
import { type PendingPropagation, type Server, wallMs } from '../server.ts';
import type { RunningScript } from './eval.ts';
import { isHeard } from './propagation.ts';
import { Flag } from './command.ts';
import type { CommandContext, DataProfile, DataSettings } from './context.ts';
import { touchWatchedDatabase, touchWatchedKey } from './transactions.ts';
import { currentImage, killRdbChild } from '../persistence/save.ts';

export class ExecutionContext implements CommandContext {
  db = 0;
  fromMaster = false;
  reading = false;
  served = false;
  dirty = 0;
  keyspaceHits = 0;
  keyspaceMisses = 0;
  memo: Entry | null = null;
  /** What the unit that runs wants sent on (server.also_propagate); empty between units. */
  readonly alsoPropagated: PendingPropagation[] = [];
  /** The command that ran waits for this; null: it is done. */
  wish: KeyWish | null = null;
  private server!: Server;
  private rewritten: readonly Bytes[] | null = null;
  private prevented = false;
  /** What it did is in the RDB already. */
  private saved = false;
  private forced: 'all' | 'replicas' | null = null;

  /** The context, as that of `server`. */
  of(server: Server): this {
    this.server = server;
    return this;
  }

  get random(): Random {
    return this.server.ports.random;
  }

  /** The clock stands still within an input, so also in EXEC (server.c: commandTimeSnapshot). */
  get nowMs(): number {
    return wallMs(this.server);
  }

  /** Before a command of `client` runs. */
  begin(client: Client, command: Command, flags: number): void {
    this.db = client.db;
    this.served = this.server.blockedOnKeys?.serving === true;
    this.reading = (flags & Flag.readonly) !== 0 && this.server.script === null;
    this.fromMaster = client.kind === 'master';
    this.dirty = 0;
    this.rewritten = null;
    this.prevented = false;
    this.saved = false;
    this.forced = null;
    this.wish = null;
    this.memo = command.memo;
    shareWith(this.server.keyspace, this.server.replication.replicas.length);
  }

  /** After it ran: counts its changes, and queues it, or what stands for it, for propagation. */
  end(server: Server, client: Client, command: Command): void {
    command.memo = this.memo;
    if (this.keyspaceHits > 0) server.stats.keyspaceHits += this.keyspaceHits;
    if (this.keyspaceMisses > 0) server.stats.keyspaceMisses += this.keyspaceMisses;
    this.keyspaceHits = 0;
    this.keyspaceMisses = 0;
    if (this.dirty > 0) {
      server.dirty = this.saved ? 0 : server.dirty + this.dirty;
      if (!this.fromMaster) this.noteLocalWrite(server);
    }
    const { script } = server;
    if (script?.asText === true) return this.leaveToScript(server, script);
    if ((this.dirty === 0 && this.forced === null) || this.prevented) {
      if (server.alsoPropagate.length > 0) server.propagation.ran(server, client.db, null, true);
      return;
    }
    if (!isHeard(server)) return;
    // Forced to replicas only (PUBLISH): nothing that a restart would have to do again.
    const toAof = this.dirty > 0 || this.forced === 'all';
    server.propagation.ran(server, client.db, this.rewritten === null ? command : makeCommand(this.rewritten), toAof);
  }

  /** The script itself will be sent on, if this changed something; what this command wants sent besides is not. */
  private leaveToScript(server: Server, script: RunningScript): void {
    script.dirty += this.dirty;
    if (this.forced !== null) script.forced = this.forced;
    server.alsoPropagate.length = 0;
  }

  private noteLocalWrite(server: Server): void {
    if (server.replication.masterHost === null || server.localWrites) return;
    server.localWrites = true;
    server.ports.tell({ kind: 'local-writes-began', offset: server.replication.masterReplOffset });
  }

  get keyspace(): Keyspace {
    return this.server.keyspace;
  }
  get isReplica(): boolean {
    return this.server.replication.masterHost !== null;
  }
  get replicaReadOnly(): boolean {
    return this.server.config['replica-read-only'];
  }
  get loading(): boolean {
    return this.server.loading !== null;
  }
  get expirePaused(): boolean {
    return this.server.writesPaused;
  }
  get profile(): DataProfile {
    return this.server.profile;
  }
  get settings(): DataSettings {
    const { config } = this.server;
    return {
      lazyfreeLazyExpire: config['lazyfree-lazy-expire'], lazyfreeLazyServerDel: config['lazyfree-lazy-server-del'],
      lazyfreeLazyUserDel: config['lazyfree-lazy-user-del'],
      protoMaxBulkLen: config['proto-max-bulk-len'], hllSparseMaxBytes: config['hll-sparse-max-bytes'],
    };
  }
  rewrite(argv: readonly Bytes[]): void {
    this.rewritten = argv;
  }
  alsoPropagate(db: number, argv: readonly Bytes[]): void {
    if (isHeard(this.server)) this.server.propagation.also(this.server, db, makeCommand(argv));
  }
  preventPropagation(): void {
    this.prevented = true;
  }
  forcePropagation(target?: 'replicas'): void {
    this.forced = target ?? 'all';
  }
  expired(db: number, key: string): void {
    this.server.stats.expiredKeys += 1;
    this.server.ports.detail('expired', db, 0, 0);
    touchWatchedKey(this.server, db, key);
    if (isHeard(this.server)) this.server.propagation.deleted(this.server, db, makeCommand([this.server.config['lazyfree-lazy-expire'] ? 'UNLINK' : 'DEL', key]));
  }
  touch(db: number, key: string): void {
    touchWatchedKey(this.server, db, key);
  }
  touchDatabase(db: number): void {
    touchWatchedDatabase(this.server, db);
  }
  keyReady(db: number, key: string): void {
    if (this.server.blockedOnKeys !== null) signalKeyAsReady(this.server.blockedOnKeys, db, key);
  }
  waitFor(wish: KeyWish, otherwise: Reply): Reply {
    if (!this.server.inExec && this.server.script === null && !this.fromMaster) this.wish = wish;
    return otherwise;
  }
  /** db.c: flushAllDataAndResetRDB. With save points the file is replaced by an empty one, or a restart would bring the data back. */
  allFlushed(): void {
    const { server } = this;
    if (server.child?.type === 'rdb') killRdbChild(server, 'flushall');
    if (server.config.save.length === 0) return;
    server.disk.rdb = currentImage(server);
    server.ports.putRdb(server.disk.rdb);
    server.lastSaveS = server.unixtime;
    server.ports.tell({ kind: 'rdb-saved', why: 'flushall' });
    this.saved = true;
  }
  publish(): number {
    return 0;
  }
  /** expire.c: rememberSlaveKeyWithExpire. Nobody will send a DEL for it: this node's own cycle must. */
  replicaKeyWithExpire(db: number, key: string): void {
    (this.server.replicaKeysWithExpire ??= new Map()).set(`${db}\0${key}`, { db, key });
  }
}
