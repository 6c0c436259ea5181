/**
 * What a thoughtful observer would write down about a server, with the numbers that decided.
 *
 * Milestones are objects (`RedisFact`); details are integers (`DetailKind` with three numbers). The world
 * adds time, node and cause. A log line in Redis' own words is a view of a fact (`trace/log-lines.ts`),
 * so every line a server logs about replication has exactly one fact behind it.
 */
import type { Unreadable } from './persistence/readable.ts';
import type { PsyncEvidence, PsyncReason } from './replication/psync.ts';
import type { LinkState } from './replication/state.ts';

/** `ip:port` as Redis names a replica in its log: the peer's ip and the listening port it announced. */
export type ReplicaName = string;

export type DisconnectCause =
  /** The peer closed or reset the connection. */
  | 'peer-closed'
  /** repl-timeout passed in silence. */
  | 'repl-timeout'
  /** client-output-buffer-limit replica. */
  | 'output-buffer-limit'
  /** CLIENT KILL, or the server's own REPLICAOF/promotion, or an id that changed under its replicas. */
  | 'client-kill' | 'replicaof' | 'replid-changed' | 'full-resync'
  | 'bgsave-failed' | 'shutdown' | 'protocol-error'
  /** It wanted a file and no stream, and has it. */
  | 'file-sent';

export type RedisFact =
  // -- life of a process
  /** `base`: how the append-only file that was read begins, if it does with an RDB: in the same file, or in one of its own. */
  | { kind: 'server-started'; version: string; role: 'master' | 'replica'; replid: string; offset: number; loaded: 'nothing' | 'rdb' | 'aof'; base?: 'preamble' | 'file'; keys: number }
  /** It cannot read what another version left on its disk, and exits. */
  | ({ kind: 'start-failed' } & Unreadable)
  | { kind: 'replid-restored'; from: 'rdb'; replid: string; replid2: string; offset: number; secondOffset: number }
  | { kind: 'shutdown-started'; save: boolean; waitsForReplicas: boolean }
  | { kind: 'shutdown-replicas'; inSync: number; total: number; lagging: ReplicaName[] }
  /** `refused`: the first append-only file after a sync is not written yet. */
  | { kind: 'shutdown-blocked'; by: 'initial-aof'; forced: boolean }
  | { kind: 'final-fsync' }
  | { kind: 'shutdown-aborted' }
  | { kind: 'final-save'; bytes: number }
  /** An RDB was written in the foreground: for SAVE, for DEBUG RELOAD, or because FLUSHALL replaces the file (db.c: flushAllDataAndResetRDB). */
  | { kind: 'rdb-saved'; why: 'save' | 'reload' | 'flushall' }
  | { kind: 'server-stopped'; how: 'shutdown' | 'signal' }
  // -- role and history
  /** `by`: what the log says in parentheses, as `user request from 'id=3 addr=…'`; '' when it says nothing. */
  | { kind: 'role-changed'; role: 'master' | 'replica'; masterHost: string; masterPort: number; by: string }
  /** The first write of a writable replica's own: from now on its data is not its master's. */
  | { kind: 'local-writes-began'; offset: number }
  | { kind: 'replid-changed'; why: 'first-backlog' | 'promotion' | 'own-process' | 'backlog-freed' | 'continue' | 'full-resync' | 'debug'; replid: string; replid2: string; offset: number; secondOffset: number }
  | { kind: 'backlog-created'; size: number; firstByte: number; newReplid: boolean; replid: string; replid2: string }
  | { kind: 'backlog-freed'; afterSeconds: number; ttlSeconds: number }
  /** 6.0-rc3 to 6.0.3 (`final-pings.ts`): `offset` is what is left of `instead`. */
  | { kind: 'final-pings-forgotten'; offset: number; instead: number }
  | { kind: 'backlog-resized'; from: number; to: number }
  // -- the replica's side of its link
  | { kind: 'link-connecting'; masterHost: string; masterPort: number; why: 'start' | 'cron' | 'lost' | 'failure' | 'replicaof' }
  | { kind: 'link-sync-started' }
  | { kind: 'link-connect-failed'; why: 'refused' | 'unreachable' | 'timeout' }
  | { kind: 'link-timeout'; phase: 'handshake' | 'transfer' | 'connected'; silentSeconds: number; limitSeconds: number }
  | { kind: 'link-handshake-error'; step: 'ping' | 'auth' | 'listening-port' | 'ip-address' | 'capa' | 'version' | 'psync' | 'sync'; error: string; fatal: boolean }
  | { kind: 'link-handshake-lost'; step: LinkState }
  | { kind: 'cached-master-made'; from: 'lost-link' | 'own-history'; replid: string; offset: number }
  | { kind: 'cached-master-discarded' }
  /** A command of the stream failed: the data may have parted. `command` '': it is unknown. */
  | { kind: 'error-to-master'; command: string; error: string; logged: boolean }
  | { kind: 'psync-sent'; replid: string; offset: number; cached: boolean }
  /** SYNC, by a version that knows no other question (2.6). */
  | { kind: 'sync-sent' }
  | { kind: 'sync-fallback' }
  | { kind: 'psync-reply'; reply: 'fullresync' | 'continue' | 'dual-channel' | 'try-later' | 'not-supported'; replid: string; offset: number; line: string }
  | { kind: 'transfer-started'; framing: 'length' | 'eof'; bytes: number; to: 'disk' | 'parser' }
  /** `received`: bytes of the RDB; -1 while its header (`$…`) had not come. `error`: what the master said, or the system. */
  | { kind: 'transfer-aborted'; why: 'connection-lost' | 'error-reply' | 'bad-protocol' | 'io-error' | 'superseded'; error: string; received: number }
  | { kind: 'flush-started' }
  /** The last byte is here: of the file, not of the mark behind it. */
  | { kind: 'transfer-ended'; bytes: number }
  | { kind: 'load-started'; bytes: number; from: 'file' | 'socket' }
  /** `rename`: the file could not take the place of dbfilename. */
  | { kind: 'load-failed'; error: string; at: 'file' | 'rename' | 'socket' }
  /** swapdb: what was loaded took the place of the old data. */
  | { kind: 'data-swapped' }
  /** rdb-del-sync-files: the file that was got from the master, or made for replicas, is gone. */
  | { kind: 'sync-file-removed'; side: 'replica' | 'master' }
  | { kind: 'load-finished'; bytes: number; keys: number }
  | { kind: 'link-online'; how: 'full' | 'partial'; replid: string; offset: number }
  /** Our master said something that is no part of a stream. */
  | { kind: 'stream-corrupt'; line: string }
  | { kind: 'link-lost'; cause: DisconnectCause; replid: string; offset: number; silentUs: number }
  // -- a full sync over two connections, as the replica tells it (Valkey 8)
  | { kind: 'rdb-channel-sync-sent' }
  | { kind: 'endoff-received'; replid: string; offset: number; clientId: number }
  | { kind: 'main-channel-psync-sent'; replid: string; offset: number }
  /** `inBackground`: the file is not loaded yet, and the stream is kept meanwhile. */
  | { kind: 'main-channel-streams'; inBackground: boolean }
  /** `limit`: the hard limit of client-output-buffer-limit replica. */
  | { kind: 'local-buffer-full'; bytes: number; limit: number }
  | { kind: 'local-buffer-applied'; bytes: number }
  | { kind: 'rdb-loaded'; bytes: number; keys: number }
  | { kind: 'sync-finished' }
  /** `given-up`: for a reason that was told before. `error`: what the master said, or the system. */
  /** `error`: what was said; of a lost channel at which step. */
  | { kind: 'dual-channel-aborted'; why: 'rdb-channel-refused' | 'rdb-channel-lost' | 'auth-error' | 'replconf-error' | 'bad-endoff' | 'main-channel-unknown' | 'main-channel-refused' | 'main-channel-lost' | 'given-up'; error: string }
  // -- and as its master does
  | { kind: 'dual-channel-offered'; replica: ReplicaName; fd: number }
  | { kind: 'rdb-channel-asked'; replica: ReplicaName; fd: number }
  /** `pinned`: the stream is kept from here on for the main channel to come. */
  | { kind: 'endoff-sent'; replica: ReplicaName; fd: number; replid: string; offset: number; clientId: number }
  | { kind: 'main-channel-joined'; replica: ReplicaName; fd: number; offset: number; toSend: number }
  | { kind: 'rdb-channel-sent'; replica: ReplicaName; fd: number; from: 'disk' | 'socket' }
  | { kind: 'rdb-channel-grace-over'; replica: ReplicaName; fd: number; clientId: number; afterSeconds: number }
  // -- the master's side of a replica
  | { kind: 'sync-asked'; replica: ReplicaName; fd: number; psync: boolean; replid: string; offset: number }
  | { kind: 'sync-refused'; replica: ReplicaName; fd: number; error: string }
  | { kind: 'sync-decided'; replica: ReplicaName; fd: number; verdict: 'full' | 'partial'; reason: PsyncReason; evidence: PsyncEvidence }
  | { kind: 'sync-waits'; replica: ReplicaName; fd: number; for: 'bgsave-attached' | 'bgsave-incompatible' | 'bgsave-socket' | 'diskless-delay' | 'other-child' }
  | { kind: 'fullresync-sent'; replica: ReplicaName; fd: number; replid: string; offset: number }
  | { kind: 'bgsave-started'; reason: 'sync' | 'save-points' | 'command'; target: 'disk' | 'socket'; bytes: number; offset: number; channel?: 'rdb' }
  | { kind: 'bgsave-start-failed' }
  | { kind: 'bgsave-ended'; reason: 'sync' | 'save-points' | 'command'; target: 'disk' | 'socket'; outcome: 'ok' | 'error' | 'killed' | 'signal'; replicasStillUp: number }
  | { kind: 'bgsave-killed'; target: 'disk' | 'socket'; why: 'last-replica-dropped' | 'role-change' | 'shutdown' | 'load' | 'flushall' }
  | { kind: 'replica-state'; replica: ReplicaName; fd: number; state: 'wait_bgsave' | 'send_bulk' | 'bg_transfer' | 'online'; how: 'full' | 'full-socket' | 'full-dual-channel' | 'partial' | 'sync' }
  | { kind: 'replica-streaming'; replica: ReplicaName; fd: number }
  | { kind: 'replica-timeout'; replica: ReplicaName; fd: number; phase: 'streaming' | 'full-sync'; silentSeconds: number; limitSeconds: number }
  | { kind: 'replica-over-limit'; replica: ReplicaName; fd: number; used: number; hard: number; soft: number; softSeconds: number; overSeconds: number; by: 'hard' | 'soft' }
  | { kind: 'replica-lost'; replica: ReplicaName; fd: number; cause: DisconnectCause; state: string; acked: number; sent: number; channel?: 'rdb' }
  // -- append-only file
  /** `sequence`: number of the base file made (`base-created`) or of the files replaced (`finished`). */
  /** It is switched off: by a sync, to start over with the new data, or by CONFIG SET. */
  | { kind: 'aof-off'; why: 'sync' | 'config' }
  | { kind: 'aof-rewrite'; phase: 'base-created' | 'started' | 'ended' | 'finished'; ok: boolean; sequence: number }
  // -- commands that matter to an observer
  | { kind: 'debug-reload' }
  | { kind: 'failover'; phase: string; detail: string };

/**
 * Details: three integers each.
 * - `write`: a command was fed to the stream of this master: a = bytes, b = offset after it, c = digest (low 32 bits) after it.
 * - `applied`: a replica applied stream bytes: a = offset before, b = offset after, c = digest (low 32 bits) after.
 * - `ack-sent`: a = offset, b = digest low, c = digest high.
 * - `ack-received`: a = fd, b = offset, c = 0. - `ping`: a = offset after it. - `getack`: a = offset after it.
 * - `newline-sent`, `newline-received`: a = fd.
 * - `expired`: a key was deleted by expiry: a = db.
 */
export const DETAIL_KINDS = ['write', 'applied', 'ack-sent', 'ack-received', 'ping', 'getack', 'newline-sent', 'newline-received', 'expired'] as const;
export type DetailKind = (typeof DETAIL_KINDS)[number];
