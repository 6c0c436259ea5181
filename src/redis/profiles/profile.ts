/**
 * What one version of the server does where versions differ: named behaviours, never a version number to compare with.
 *
 * A profile is a value; a newer one spreads its elder and lists what changed. A field stands here as soon as two versions
 * differ in it and some code reads it; its comment says the behaviour and where it comes from.
 */
import type { DirectiveTable } from '../config/table.ts';
import type { DoubleFormat } from '../protocol/double.ts';
import type { ReplyNodesName } from '../replication/output/reply-list.ts';
import type { CommandsProfile, RefusalsProfile } from './commands.ts';
import type { EvictionProfile, ExpiryProfile, ScriptsProfile, StreamProfile } from './stream.ts';

export interface Profile {
  /** As scenarios name it: `redis-7.2`. */
  readonly name: string;
  /** The release that the values were taken from, as the server itself prints it. */
  readonly version: string;
  /** What redis.conf may say, and the defaults (config.c: static_configs). */
  readonly directives: DirectiveTable;
  readonly product: ProductProfile;
  readonly handshake: HandshakeProfile;
  readonly replconf: ReplconfProfile;
  readonly link: MasterLinkProfile;
  readonly load: SyncLoadProfile;
  readonly history: HistoryProfile;
  readonly sync: SyncProfile;
  readonly bgsave: BgsaveProfile;
  readonly heartbeat: HeartbeatProfile;
  readonly shutdown: ShutdownProfile;
  readonly auth: AuthProfile;
  readonly wait: WaitProfile;
  readonly backlog: BacklogProfile;
  readonly limits: LimitsProfile;
  readonly output: OutputProfile;
  readonly children: ChildrenProfile;
  readonly diskless: DisklessProfile;
  readonly aof: AofProfile;
  readonly commands: CommandsProfile;
  readonly refusals: RefusalsProfile;
  readonly stream: StreamProfile;
  readonly expiry: ExpiryProfile;
  readonly eviction: EvictionProfile;
  readonly scripts: ScriptsProfile;
  readonly info: InfoProfile;
  readonly rdb: RdbProfile;
  readonly values: ValuesProfile;
}

/** What a server calls itself. */
export interface ProductProfile {
  /** In the error replies that name the product (server.c: createSharedObjects); `Redis` again with extended-redis-compatibility. */
  readonly title: 'Redis' | 'Valkey';
  /** The release of Redis that it passes for where clients look for one (INFO, HELLO): that from which Valkey parted. null: it is one. */
  readonly passesFor: string | null;
}

/** replication.c: syncWithMaster, replicationHandleMasterDisconnection, cancelReplicationHandshake */
export interface HandshakeProfile {
  /** How a replica words its requests: as lines (sendSynchronousCommand up to 4.0), or as RESP arrays (since 5.0). SYNC is a line always. */
  readonly requests: 'inline' | 'resp';
  /** What stands between PING and PSYNC is sent command by command, each when the one before was answered, or, since 6.2, in one burst. */
  readonly introduction: 'one-by-one' | 'burst';
  /** What REPLCONF capa says: nothing before 2.8.22; `eof`: takes a file of unknown length; `psync2`: an id with +CONTINUE (since 4.0). */
  readonly capabilities: readonly ('eof' | 'psync2')[];
  /** REPLCONF version, which Valkey added in 8.0. */
  readonly tellsVersion: boolean;
  /** SYNC alone, or PSYNC (since 2.8), which falls back to SYNC where the master does not know it. */
  readonly asks: 'sync' | 'psync';
  /**
   * `-NOMASTERLINK` and `-LOADING` mean: later, and what was known is kept (since 4.0); before, they were errors like any other, which
   * SYNC follows.
   */
  readonly refusal: 'is-an-error' | 'may-mean-later';
  /**
   * The connection breaks while a reply is awaited: the replica takes the error of its own read for what the master said (up to 6.2:
   * sendSynchronousCommand), even for a refusal of PSYNC; or it gives the attempt up and forgets nothing (since 7.0).
   */
  readonly brokenOff: 'read-as-an-error' | 'given-up';
  /** When what was known goes: the cached master, followers, the backlog. Once a full resync is in sight, or, since 7.0, once its data are here. */
  readonly forgets: 'at-the-verdict' | 'before-the-load';
  /** REPLICAOF, a lost link, or a transfer that broke, is followed by a new attempt at once (since 6.2), not at the next cron second. */
  readonly reconnectAtOnce: boolean;
  /**
   * Whether a replica acknowledges as soon as a file is loaded: when it came without a length, since the master streams only
   * then (since 6.2: `eof-framing`), or after every one (Valkey 8: replicationSteadyStateInit); otherwise at the next cron.
   */
  readonly acksLoad: 'never' | 'eof-framing' | 'always';
}

/** replication.c: replconfCommand */
export interface ReplconfProfile {
  /** What a replica may tell its master; anything else is answered by an error, capabilities apart, of which the unknown are passed over. */
  readonly options: readonly ReplconfOption[];
}

/** ACK and capa came with 2.8, ip-address and GETACK with 3.2, rdb-only with 6.2, the rest with Valkey 8. */
export type ReplconfOption = 'listening-port' | 'ip-address' | 'capa' | 'ack' | 'getack' | 'rdb-only' | 'version' | 'rdb-channel' | 'set-rdb-client-id';

/** networking.c and replication.c: the live link to our master. */
export interface MasterLinkProfile {
  /**
   * What our offset counts: nothing (2.6), the bytes read (2.8 to 3.2), or those applied (since 4.0), which are then handed on to our own
   * replicas as they are. Before, our replicas got a stream of our own making.
   */
  readonly offset: 'none' | 'read' | 'applied';
  /** What REPLCONF ACK tells: the offset, and, since 7.2, up to where the append-only file is fsynced. */
  readonly acks: 'offset' | 'offset-and-fsync';
  /**
   * A line that is no array is a command like any other, or, since 6.0, a sign that the stream is not in step: nothing more of it is taken in, and
   * the link is closed with the next word that we have for our master, without being cached (networking.c: processInlineBuffer).
   */
  readonly inline: 'is-obeyed' | 'is-a-protocol-error';
  /** That a command of the stream was answered by an error is logged since 4.0; up to 6.0 not of the ready-made errors, as WRONGTYPE (afterErrorReply). */
  readonly errors: 'pass-unheard' | 'composed-ones-are-told' | 'are-told';
}

/** replication.c: readSyncBulkPayload, once the file is here */
export interface SyncLoadProfile {
  /** It takes the place of dbfilename before the old data are flushed, or, since 6.0, between that and the load. */
  readonly file: 'installed-first' | 'installed-later';
  /** All of it is fsynced before that (since 5.0); before, the kernel wrote its end when it liked. */
  readonly syncsFile: boolean;
  /**
   * The append-only file: of no concern until it starts over afterwards (up to 3.2), off meanwhile and on again however it ends (4.0,
   * 5.0), or off until a sync succeeds (since 6.0).
   */
  readonly appendOnly: 'goes-on' | 'off-meanwhile' | 'off-until-success';
  /** A child that saves the old data: may put its file in the place of the new one (up to 3.2), or is killed before. */
  readonly savingChild: 'goes-on' | 'is-killed';
  /** A newline tells the master once a second that the replica, while it flushes and loads, lives (since 2.8). */
  readonly signsOfLife: boolean;
  /** repl-diskless-load swapdb sets the old data aside (6.0, 6.2), or keeps them in their place, maybe served, until the new ones are complete. */
  readonly swapdb: 'sets-aside' | 'loads-beside';
}

/** server.c: authCommand; acl.c: authCommand (since 6.0). Errors without their sign. */
export interface AuthProfile {
  readonly wrongPassword: string;
  /** To AUTH where no password is configured. */
  readonly needless: string;
}

/** replication.c: waitCommand; server.c: processCommand */
export interface WaitProfile {
  /** What a client waits for: the offset at which its last command of any kind left the stream (up to 7.0), or the last that moved it. */
  readonly target: 'last-command' | 'last-write';
  /** On a replica it counts that one's own replicas (up to 3.2), or is refused: what is written there goes nowhere (since 4.0). */
  readonly onReplica: 'counts' | 'is-refused';
}

/** replication.c: replicationFeedSlaves, createReplicationBacklog */
export interface BacklogProfile {
  /**
   * Without a backlog the offset moves by one per propagated command while the append-only file is on, as a mark for
   * WAITAOF (since 7.2); otherwise it stands still.
   */
  readonly countsCommandsWithoutBacklog: boolean;
  /** What INFO shows of a backlog that was freed: the window that it had, up to 6.2; zeros since. */
  readonly freedShows: 'what-it-held' | 'zeros';
}

/** networking.c: checkClientOutputBufferLimits */
export interface LimitsProfile {
  /**
   * The least hard limit of class replica that takes effect: since 7.0 a limit below repl-backlog-size means
   * repl-backlog-size, because a partial resync may hand a replica as much at once. `none`: as configured.
   */
  readonly hardLimitFloor: 'backlog-size' | 'none';
  /**
   * When what waits is compared: whenever a part of a command was appended behind the static buffer (up to 6.0), or only when
   * that took another node or block (since 6.2).
   */
  readonly checked: 'each-part' | 'new-node';
  /** serverCron compares, too, so a soft limit needs no traffic (since 6.2.4: closeClientOnOutputBufferLimitReached in clientsCron). */
  readonly cronChecks: boolean;
  /**
   * How a client marked for closing ends: by the next serverCron, and it is fed and written to meanwhile (up to 5.0); at the end of
   * the turn, and it gets nothing more (6.0, 6.2: prepareClientToWrite) or keeps its place in the shared blocks (7.0, 7.2); or, since 7.4,
   * it lets go of them at once (canFeedReplicaReplBuffer, freeClientAsync).
   */
  readonly closing: 'by-cron' | 'mute' | 'keeps-blocks' | 'lets-go';
}

/** replication.c: replicationFeedSlaves, feedReplicationBuffer */
export interface OutputProfile {
  /** Where the stream waits for its readers: in each one's own buffer (2.6), as a copy for each beside a ring (2.8 to 6.2), or in blocks that all share. */
  readonly store: 'own-buffers' | 'copies' | 'shared-blocks';
  /** How the bytes of a copy count (networking.c: _addReplyToList): `output/reply-list.ts`. */
  readonly nodes: ReplyNodesName;
  /** A command on a replica's link that has a reply: it stands in the stream, or, since 7.0, the replica is disconnected (prepareClientToWrite). */
  readonly replies: 'stand-in-the-stream' | 'disconnect';
}

/** What forked children and their parent leave to each other (networking.c: freeClient, unlinkClient). */
export interface ChildrenProfile {
  /**
   * Which connections are shut down when they are closed while a child lives: none (up to 4.0, and from 6.0 to 7.0), so that the child keeps
   * them open; those of replicas that wait for its end (5.0); all (since 7.2).
   */
  readonly shutsDown: 'never' | 'full-sync' | 'always';
  /** A save to disk for replicas that are all gone goes on to its end (up to 6.0), or is killed if no save point wants the file (since 6.2). */
  readonly abandonedSave: 'finished' | 'killed';
}

/** A full sync whose file touches no disk of the master (rdb.c: rdbSaveToSlavesSockets; replication.c: rdbPipeReadHandler, replconfCommand) */
export interface DisklessProfile {
  /**
   * Who writes to the replicas: the child itself, blocking, and a reader that stalls is given up after two send time-outs of repl-timeout (up to
   * 5.0); or the parent, who reads the child's pipe, and whose cron drops a reader that stalls (since 6.0).
   */
  readonly transfer: 'child' | 'parent';
  /** An ACK that comes before the cron noticed the child's end: starts nothing, the next one will (up to 6.0), or has the parent look (since 6.2). */
  readonly earlyAck: 'waits-for-next' | 'looks-at-child';
}

/** aof.c: flushAppendOnlyFile */
export interface AofProfile {
  /**
   * What it is, and what of others' a server can read: commands and nothing else (up to 3.2); commands that may stand behind an RDB (4.0 to
   * 6.2); or several files in a directory, where an old one is moved (since 7.0: loadAppendOnlyFiles).
   */
  readonly file: 'commands' | 'behind-an-rdb' | 'parts';
  /** `everysec` waits until the second has changed since the last fsync (`wall-second`), or, since 7.4, until 1000 ms have passed. */
  readonly everysec: 'wall-second' | '1000-ms';
  /**
   * Times to live that are sent as they were given are written as instants: those of EXPIRE and SETEX (up to 2.8), and of SET, which
   * becomes two commands (3.2 to 6.0) or one with PXAT (6.2). Since 7.0 they travel as instants anyway (feedAppendOnlyFile).
   */
  readonly instants: 'of-expire-and-setex' | 'of-set-too' | 'as-pxat' | 'as-sent';
}

/** server.c: genRedisInfoString */
export interface InfoProfile {
  /** Fields that this version does not print, of those that 7.2 does. */
  readonly lacks: readonly string[];
  /** A replica in INFO of its master: `ip,port,state` (2.6), or with names, the acknowledged offset and the lag. */
  readonly replicaLine: 'bare' | 'named';
  /** master_link_down_since_seconds of a link that was never up: the seconds since 1970, or -1 (since 6.2). */
  readonly neverUp: 'since-1970' | 'minus-one';
  /** Fields about full syncs over two connections: type= of each replica, replicas_waiting_psync, replicas_repl_buffer_… (Valkey 8). */
  readonly dualChannel: boolean;
}

/** rdb.c: what a file of this version contains. */
export interface RdbProfile {
  /** RDB_VERSION: the four digits behind `REDIS`. A loader refuses a greater one. */
  readonly version: number;
  /**
   * Fields between the first nine bytes and the data (rdbSaveInfoAuxFields): `none`; the version, its bits, the date and the memory
   * in use (`server`, 3.2); or these, the position in the history, and `baseField` (`history`, since 4.0).
   */
  readonly header: 'none' | 'server' | 'history';
  /** Name of the field that carries the server's version: `redis-ver`, `valkey-ver` in Valkey. */
  readonly versionField: string;
  /** The last field of the header: says whether the file is the base of an append-only file. `aof-preamble` up to 6.2. */
  readonly baseField: 'aof-base' | 'aof-preamble';
  /** Each database begins with its number of keys and of keys with an expiry, so that tables are made in their final size (since 3.2). */
  readonly tableSizes: 'absent' | 'written';
  /** What has expired and is still in memory: left out (up to 3.2), or saved like the rest, for the loader to judge (since 4.0: rdbSaveKeyValuePair). */
  readonly expiredKeys: 'left-out' | 'saved';
  /** Behind the data, when the file tells of the history, the text of each remembered script (4.0 to 6.2): an EVALSHA may come in the stream. */
  readonly scripts: 'absent' | 'fields';
  /** With an LRU or LFU policy each key is saved with when, or how often, it was used (since 5.0). */
  readonly access: 'absent' | 'saved';
}

/** rdb.c: rdbSaveObject, and the forms in which values are kept (t_list.c, t_hash.c, t_set.c, t_zset.c). */
export interface ValuesProfile {
  /** What small hashes and sorted sets, and the nodes of lists, are written in (since 7.0: listpacks). */
  readonly compact: 'ziplist' | 'listpack';
  /**
   * A list is one ziplist or, when it is large, a chain of its items (up to 2.8); a chain of ziplists or listpacks (`nodes`, since 3.2);
   * or that, the first of them filling up by a rule of its own (`lone-node`, since 7.2).
   */
  readonly lists: 'one-or-items' | 'nodes' | 'lone-node';
  /** Small sets that are not all integers are kept and saved as a listpack (since 7.2), not member by member. */
  readonly setListpacks: boolean;
  /** Scores of large sorted sets: as text (up to 3.2), or as the eight bytes that they are (since 4.0: RDB_TYPE_ZSET_2). */
  readonly scores: 'text' | 'binary';
  readonly doubles: DoubleFormat;
}

/** replication.c: what names the past that a master and its replicas share, and what a change of role or a restart does to it. */
export interface HistoryProfile {
  /**
   * What a replica names when it asks to go on: nothing (`sync-only`: no offsets, no backlog, 2.6), the process of its master (`run-id`: 2.8 to
   * 3.2), or the data set's own id and the one before it (`replid`: since 4.0). Each is a file of `replication/generation/`.
   */
  readonly generation: 'sync-only' | 'run-id' | 'replid';
  /** Replicas of a node that becomes a replica itself: dropped at REPLICAOF, or, since 7.0, only when it shows that they cannot go on. */
  readonly replicasOfDemoted: 'dropped' | 'kept';
  /** Promotion takes the new id before (4.0, 5.0) or after (since 6.0) the old master's link is let go. Only the order of the log shows it. */
  readonly newIdAtPromotion: 'before-letting-go' | 'after-letting-go';
  /** Who takes up the id and the offset that its RDB names (`rdb.header`), at its start: a replica, or a master, too (since 7.0: as its second id). */
  readonly restoredFromRdb: 'by-replicas' | 'by-everyone';
  /** PINGs at the end of the stream count, or are forgotten when the link is lost or the role changes (6.0-rc3 to 6.0.3: "meaningful offset"). */
  readonly finalPings: 'count' | 'are-forgotten';
}

/** replication.c: syncCommand, its refusals */
export interface SyncProfile {
  /** To a replica whose own link is down. Its code decides what the asker does with its cached master. */
  readonly noMasterLink: string;
  /** Replies to earlier commands have not left yet. */
  readonly pendingOutput: string;
  /**
   * PSYNC with an offset that is no number: `refused` (since 6.2.7); before, a full resync, and the error after the FULLRESYNC line: whatever the
   * id (4.0 to 6.0), or only if that is ours (2.8 to 3.2).
   */
  readonly badOffset: 'full-resync-if-our-id' | 'full-resync' | 'refused';
}

/** replication.c: which BGSAVE serves a full resync, and when it starts */
export interface BgsaveProfile {
  /** With repl-diskless-sync-delay 0 a diskless one starts with the next cron, or, since 6.2, at once. */
  readonly withoutDelay: 'at-the-cron' | 'at-once';
  /** When a child ends and replicas wait for the next one, that starts at once, or, since 6.2, as late as the delay says. */
  readonly afterAnother: 'at-once' | 'after-the-delay';
  /** Whose start the cron delays: every one (2.8), or only a diskless one. */
  readonly delayed: 'every-one' | 'the-diskless';
  /** The longest wait must be longer than repl-diskless-sync-delay, or, since 6.2, as long. Whole seconds. */
  readonly due: 'longer-than-delay' | 'as-long-as-delay';
}

/** replication.c: replicationCron, the signs of life */
export interface HeartbeatProfile {
  /** Replicas that a master waits for in vain are dropped: those online that came by PSYNC, or also those that stop reading a diskless transfer (since 6.0.16). */
  readonly dropsSilent: 'online' | 'online-and-stalled';
}

/** server.c: prepareForShutdown */
export interface ShutdownProfile {
  /** A master that shuts down lets its replicas catch up first (since 7.0). */
  readonly waitsForReplicas: boolean;
  /** What replicas have not been sent yet leaves with the last breath (since 3.0). */
  readonly flushesReplicas: boolean;
}
