/**
 * A process starts: its state, and the files it finds (server.c: initServer, loadDataFromDisk).
 */
import { createKeyspace, digestLow, keyCount } from '../dataset/keyspace.ts';
import { accessWanted } from '../access.ts';
import type { ServerConfig } from '../config.ts';
import { expireAll } from '../commands/active-expire.ts';
import { ExecutionContext } from '../commands/execution.ts';
import { knownCommands } from '../commands/known.ts';
import { propagationOf } from '../commands/propagation.ts';
import { startCron } from '../cron.ts';
import type { DiskFiles, Ports } from '../ports.ts';
import { command } from '../protocol/make.ts';
import type { Profile } from '../profiles/index.ts';
import { streamStore } from '../replication/output/stream-store.ts';
import { createBacklog, freeBacklog } from '../replication/backlog.ts';
import { feedReplicas } from '../replication/feed.ts';
import { generationOf } from '../replication/generation/index.ts';
import { cacheMasterUsingMyself } from '../replication/replica/cached-master.ts';
import { createReplicationState } from '../replication/state.ts';
import { createScriptCache } from '../scripts/cache.ts';
import { type AofState, isMaster, NOBODY, type Server, type Stats, wallMs } from '../server.ts';
import type { Allocator } from '../allocator.ts';
import { type AofFile, aofOf, createAof, findAof, isInParts, rdbBase } from './aof.ts';
import { loadImage } from './load-image.ts';
import { currentImage } from './save.ts';
import { type Unreadable, unknownInAof, unreadableBase, unreadableRdb } from './readable.ts';
import { replayAof } from './replay.ts';

export interface StartOptions {
  readonly profile: Profile;
  readonly config: ServerConfig;
  readonly allocator: Allocator;
  readonly files: DiskFiles;
  readonly ports: Ports;
  /** Lets every cron tick happen, also those at which nothing can: for the test that it makes no difference. */
  readonly cronEveryTick?: boolean;
  /** µs by which its cron is shifted, so that the order of servers that start together is explicit. */
  readonly cronSkewUs?: number;
  /** µs by which each timer goes off late: the machine's doing. */
  readonly timersLateUs?: number;
  /** In which its commands run; servers may share one. */
  readonly context?: ExecutionContext;
}

const noStats = (): Stats => ({
  syncFull: 0, syncPartialOk: 0, syncPartialErr: 0, expiredKeys: 0, evictedKeys: 0, commandsBefore: 0, connections: 0, rejectedConnections: 0,
  keyspaceHits: 0, keyspaceMisses: 0,
});

/** A process that just started: ids drawn, files opened, nothing loaded yet. Follow with `boot`. */
export function createServer(options: StartOptions): Server {
  const { ports, config, files } = options;
  const wallUs = ports.wallUs();
  const unixtime = Math.floor(wallUs / 1_000_000);
  const runId = ports.random.hex(40);
  const context = options.context ?? new ExecutionContext();
  // What every input looks at stands together in front: with thousands of servers, time goes by in fetching their memory.
  const server: Server = {
    // When a piece of the stream comes, in this order …
    exited: false, nowUs: ports.nowUs(), unixtime, ports,
    replication: createReplicationState(options.profile.history.generation === 'replid' ? ports.random.hex(40) : runId),
    commands: knownCommands(options.profile.commands), profile: options.profile, maxmemory: config.maxmemory, lastBgsaveOk: true, loading: null, writesPaused: false, clientsPaused: false,
    commandsRun: 0, context, access: accessWanted(config) ? new Map() : null, blockedOnKeys: null, script: null, keyspace: createKeyspace(config.databases), watchers: null, dirty: 0,
    propagation: propagationOf(options.profile.stream), alsoPropagate: context.alsoPropagated, inExec: false, evictionDue: false, stream: streamStore(options.profile), generation: generationOf(options.profile),
    // … and at the end of a turn.
    waitingAcks: NOBODY, aof: aofAtStart(options), writesPending: false, child: null, closing: NOBODY, cronArmedTicks: 0,
    shutdown: null, signalled: null, timeoutS: config.timeout, savePoints: config.save, lastSaveS: unixtime, softLimited: 0, activeExpire: true, replicaKeysWithExpire: null, bgsaveScheduled: false,
    config, clients: new Map(), pendingWrites: [], stats: noStats(), localWrites: false,
    multiSent: false, evictionPool: [], evictedDb: -1, outOfMemory: false,
    cronLoops: 0, cronLastUs: 0, cronDueUs: 0, cronEveryTick: options.cronEveryTick ?? false, cronSkewUs: options.cronSkewUs ?? 0, timersLateUs: options.timersLateUs ?? 0,
    runId, allocator: options.allocator, startedUs: ports.nowUs(), nextClientId: 1, nextOutgoingFd: -1, postponed: [], pauses: new Map(),
    lastBgsaveTryS: 0, disk: { rdb: files.rdb }, rdbForReplicas: false, scripts: createScriptCache(),
  };
  const { replicaof } = config;
  if (replicaof !== null) {
    server.replication.masterHost = replicaof.host;
    server.replication.masterPort = replicaof.port;
    server.replication.linkState = 'connect';
  }
  server.replication.noReplicasSinceS = unixtime;
  return server;
}

/** That of all servers that never had an append-only file: looked at in each of their turns. */
const NO_AOF: AofState = Object.freeze<AofState>({ state: 'off', file: null, fsyncedReplOffset: -1, lastFsyncMs: 0 });

function aofAtStart({ profile, config, files }: StartOptions): AofState {
  if (config.appendonly) return { state: 'on', file: findAof(profile, files), fsyncedReplOffset: 0, lastFsyncMs: 0 };
  const file = aofOf(profile, files);
  return file === null ? NO_AOF : { ...NO_AOF, file };
}

/** Reads what the disk has; when there is nothing to read, the event loop starts at once. */
export function boot(server: Server): void {
  const { aof, disk, ports } = server;
  if (aof.state === 'on' && aof.file !== null) {
    const wrong = unreadableBase(server, aof.file);
    if (wrong !== null) return startFailed(server, wrong);
    const bytes = aof.file.bytes;
    server.loading = { why: 'start-aof', from: 'file', async: false, phase: 'load', startedUs: server.nowUs, bytes };
    return ports.load(bytes, 0);
  }
  if (aof.state === 'off' && disk.rdb !== null) {
    const wrong = unreadableRdb(server, disk.rdb);
    if (wrong !== null) return startFailed(server, wrong);
    server.loading = { why: 'start-rdb', from: 'file', async: false, phase: 'load', startedUs: server.nowUs, bytes: disk.rdb.size };
    return ports.load(disk.rdb.size, disk.rdb.snapshot.keys * server.config['key-load-delay']);
  }
  started(server, 'nothing');
}

function startFailed(server: Server, wrong: Unreadable): void {
  server.exited = true;
  server.ports.tell({ kind: 'start-failed', ...wrong });
  server.ports.exit(1);
}

/** The file is in memory. */
export function onStartLoaded(server: Server): void {
  const why = server.loading?.why;
  server.loading = null;
  if (why === 'start-aof') {
    // An append-only file tells nothing of the replication history: whoever follows us starts over.
    const { file } = server.aof;
    const wrong = file === null ? null : unknownInAof(server, file);
    if (wrong !== null) return startFailed(server, wrong);
    if (file !== null) replayAof(server, file);
    return started(server, 'aof');
  }
  loadRdb(server);
  started(server, 'rdb');
}

/** server.c: loadDataFromDisk, RDB part. A replica takes the file's id for its own; a master keeps it as its second one (7.0+). */
function loadRdb(server: Server): void {
  const { replication, disk } = server;
  if (disk.rdb === null) return;
  const { restoredFromRdb } = server.profile.history;
  const info = disk.rdb.replication;
  loadImage(server, disk.rdb);
  if (!isMaster(server)) {
    if (info === null) return;
    replication.replid = info.replid;
    replication.masterReplOffset = info.offset;
    cacheMasterUsingMyself(server, info.streamDb);
    tellRestored(server);
    return;
  }
  if (restoredFromRdb !== 'by-everyone') return dropExpiredSilently(server);
  // First the position, then what expired while we were away: its DELs go into the fresh backlog behind it (7.0+).
  if (info !== null) {
    replication.replid2 = info.replid;
    replication.secondReplidOffset = info.offset + 1;
    replication.masterReplOffset = info.offset;
    replication.noReplicasSinceS = server.unixtime;
  }
  createBacklog(server);
  if (info !== null) tellRestored(server);
  dropExpired(server);
  if (info === null) return freeBacklog(replication);
  const { masterReplOffset } = replication;
  if (masterReplOffset > info.offset) server.ports.detail('write', masterReplOffset - info.offset, masterReplOffset, digestLow(server.keyspace));
}

/** rdb.c: rdbLoadRioWithLoadingCtx. A master does not load keys whose time has passed, and tells its future replicas. */
function dropExpired(server: Server): void {
  const name = server.config['lazyfree-lazy-expire'] ? 'UNLINK' : 'DEL';
  expireAll(server.keyspace, wallMs(server), (db, key) => feedReplicas(server, db, command([name, key])));
}

/** rdb.c: rdbLoadRio, before 7.0: nobody is listening. */
function dropExpiredSilently(server: Server): void {
  expireAll(server.keyspace, wallMs(server), () => {});
}

function tellRestored(server: Server): void {
  const { replid, replid2, masterReplOffset, secondReplidOffset } = server.replication;
  server.ports.tell({ kind: 'replid-restored', from: 'rdb', replid, replid2, offset: masterReplOffset, secondOffset: secondReplidOffset });
}

/** aof.c: aofOpenIfNeededOnServerStart. Since 7.0 an RDB is the base from the start, of an empty data set; before, the file is empty. */
function firstAof(server: Server): AofFile {
  const inParts = isInParts(server.profile);
  return createAof(inParts, inParts && server.config['aof-use-rdb-preamble'] ? currentImage(server) : null);
}

function started(server: Server, loaded: 'nothing' | 'rdb' | 'aof'): void {
  const base = loaded !== 'aof' || server.aof.file === null ? null : rdbBase(server.aof.file);
  if (server.aof.state === 'on' && server.aof.file === null) {
    server.aof.file = firstAof(server);
    server.ports.tell({ kind: 'aof-rewrite', phase: 'base-created', ok: true, sequence: server.aof.file.sequence });
    server.ports.putAof(server.aof.file);
  }
  const { replid, masterReplOffset } = server.replication;
  server.ports.tell({
    kind: 'server-started', version: server.profile.version, role: isMaster(server) ? 'master' : 'replica',
    replid, offset: masterReplOffset, loaded, ...(base === null ? {} : { base }), keys: keyCount(server.keyspace),
  });
  startCron(server);
}
