/**
 * A connection as the server knows it (server.h: client): one record for ordinary clients, for replicas,
 * and for our own master. Plain data; behaviour stands in `networking.ts` and the replication rooms.
 */
import type { DisconnectCause } from './facts.ts';
import type { Fd } from './ports.ts';
import type { Command, Message, Piece } from './protocol/payload.ts';
import type { ReplicaCopy } from './replication/output/copies.ts';
import type { ReplicaCursor } from './replication/repl-buffer.ts';
import type { StreamLog } from './replication/stream-log.ts';
import type { RdbImage } from './persistence/rdb.ts';

/** States of a replica, as its master sees it (server.h: SLAVE_STATE_*); `wait-bgsave-*` are INFO's `wait_bgsave`.
 * `rdb-transmitted`: it wanted a file only, and has it. `bg-transfer`: it gets the stream while its file comes over another connection. */
export type ReplicaState = 'wait-bgsave-start' | 'wait-bgsave-end' | 'send-bulk' | 'rdb-transmitted' | 'bg-transfer' | 'online';

/** What the master keeps for a connection that asked SYNC or PSYNC. */
export interface ReplicaSide {
  state: ReplicaState;
  /** Came with SYNC: gets no +FULLRESYNC line, is never expected to acknowledge. */
  prePsync: boolean;
  /** The offset announced by FULLRESYNC, handed on to replicas that attach to the same BGSAVE. */
  psyncInitialOffset: number;
  /** Position in the shared stream of the next byte to send; null: nothing is queued. */
  cursor: ReplicaCursor | null;
  /** The same up to 6.2: its own copy of what it has not been sent. */
  copy: ReplicaCopy | null;
  /** Bytes sent to it by the time it let go of the stream (`cursor` and `copy` are null since then). */
  sentOffset: number;
  /** Database selected in its own buffer (2.6); later versions have one for all, `slaveSelDb`. */
  selectedDb: number;
  ackOffset: number;
  aofOffset: number;
  /** Second of the last ACK (or of going online), wall clock. */
  ackTimeS: number;
  /** After a diskless transfer: the stream waits for the first ACK (replication.c: repl_start_cmd_stream_on_ack). */
  startStreamOnAck: boolean;
  /** Second of the last partial write of a diskless transfer; 0: none pending. */
  lastPartialWriteS: number;
  /** The file being sent from disk, and how many of its bytes were handed to the socket. */
  bulk: { image: RdbImage; headerSent: boolean; sent: number } | null;
  /** Second since which the soft output limit has been exceeded; 0: it is not. */
  softLimitSinceS: number;
  /** Its file is on the way or there, and the stream is kept for the main channel, which has not asked yet (CLIENT_PROTECTED_RDB_CHANNEL). */
  awaitsMainChannel: boolean;
  /** Second since which it would be gone, but for that; 0: it is not. */
  graceSinceS: number;
}

/** What we keep of the link to our master once it is CONNECTED (and of the cached master). */
export interface MasterSide {
  replid: string;
  /** The offset we acknowledge and ask to continue from: bytes applied, or, before 4.0, read. */
  reploff: number;
  /** Bytes read off the socket. */
  readOffset: number;
  /** Offset up to which whole units were applied: commands, or transactions. */
  appliedOffset: number;
  /** By how much our offsets are ahead of those of the stream: our master does not count the newlines that it sends between commands. */
  ahead: number;
  /** The master speaks no PSYNC: no ACKs, no partial resync (its initial offset was -1). */
  prePsync: boolean;
  /** Stream bytes that were read but not applied yet: pieces in order, the first one maybe half used. */
  unread: Piece[];
  /** Offset up to which whole commands were consumed (≥ reploff inside an open MULTI). */
  parsedOffset: number;
  /** Messages taken in but not yet fed to sub-replicas and backlog, since they belong to an open MULTI; and where they stand; null: none. */
  unfed: { readonly message: Message; readonly end: number; readonly source: StreamLog | null }[] | null;
}

export interface MultiState {
  readonly queue: Command[];
  /** A command was refused while queueing: EXEC answers EXECABORT. */
  dirty: boolean;
  /** Flag bits of any of the queued commands, and bits that at least one of them lacks (mstate.cmd_flags, cmd_inv_flags). */
  flags: number;
  missingFlags: number;
}

/** Why a client waits, and what ends it. */
export type Blocked =
  | { readonly on: 'replicas'; readonly offset: number; readonly replicas: number; readonly deadlineMs: number }
  | { readonly on: 'aof'; readonly offset: number; readonly local: number; readonly replicas: number; readonly deadlineMs: number }
  /** A key that is not there: `command` runs anew when one comes (blocked.c: blockForKeys). */
  | { readonly on: 'keys'; readonly db: number; readonly keys: readonly string[]; readonly type: 'list' | 'zset'; readonly deadlineMs: number; readonly command: Command }
  /** Postponed by a pause (blocked.c: blockPostponeClient): the command runs again when it ends. */
  | { readonly on: 'pause' }
  /** Waits for the process to end (SHUTDOWN) or for a save in the foreground. */
  | { readonly on: 'shutdown' }
  | { readonly on: 'reload' | 'save'; readonly request: Command };

export interface Client {
  readonly fd: Fd;
  /** Counted from 1 in a process, as CLIENT LIST shows it. */
  readonly id: number;
  kind: 'normal' | 'replica' | 'master';
  peerHost: string;
  peerPort: number;
  name: string;
  db: number;
  authenticated: boolean;
  /** Free bytes of the socket's send buffer. */
  credit: number;
  /** Replies not handed to the socket yet; the first one may be half sent. */
  output: Message[];
  outputSent: number;
  /** Complete messages waiting while the client is blocked; `partial` is one not complete yet. */
  input: Message[];
  partial: { message: Message; got: number } | null;
  multi: MultiState | null;
  /**
   * Keys watched, by db and key joined by a NUL; `expired`: its time had passed already, so that its deletion changes nothing.
   * And whether one of them changed since (CLIENT_DIRTY_CAS).
   */
  watched: Map<string, { readonly db: number; readonly key: string; expired: boolean }> | null;
  watchedChanged: boolean;
  blocked: Blocked | null;
  /** Offset of this client's last write (server.h: woff), for WAIT. */
  writeOffset: number;
  /** Second of the last byte read, wall clock. */
  lastInteractionS: number;
  /** Instant of the last byte read, µs: for evidence, not for decisions. */
  lastHeardUs: number;
  closeAfterReply: boolean;
  /** Scheduled to be freed at the end of the turn (server.h: CLIENT_CLOSE_ASAP). */
  closeAsap: boolean;
  /** Why. */
  closeCause: DisconnectCause | null;
  /** It stands in the list of those who are written to when the turn ends. */
  pendingWrite: boolean;
  // -- what a replica told about itself (REPLCONF)
  listeningPort: number;
  announcedIp: string;
  capaEof: boolean;
  capaPsync2: boolean;
  capaDualChannel: boolean;
  /** It wants a file and no stream (rdb-only), over a connection of its own (rdb-channel). */
  rdbOnly: boolean;
  rdbChannel: boolean;
  /** Whose file the stream that it asks for belongs to (set-rdb-client-id), by client id; 0: none. */
  rdbClientId: number;
  replica: ReplicaSide | null;
  master: MasterSide | null;
}

/** The side of a link on which everything up to `offset` was applied; -1: the master speaks no PSYNC. */
export function createMasterSide(replid: string, offset: number): MasterSide {
  return {
    replid, reploff: offset, readOffset: offset, appliedOffset: offset, ahead: 0, prePsync: offset === -1,
    unread: [], parsedOffset: offset, unfed: null,
  };
}

/** A fresh connection. */
export function createClient(fd: Fd, id: number, peerHost: string, peerPort: number, credit: number): Client {
  return {
    // First what every piece of the stream looks at, coming or going.
    fd, closeAsap: false, replica: null, pendingWrite: false, rdbOnly: false, credit,
    master: null, lastInteractionS: 0, lastHeardUs: 0, blocked: null, closeAfterReply: false, multi: null, kind: 'normal', authenticated: false, db: 0, writeOffset: 0,
    output: [], outputSent: 0, input: [], partial: null, watched: null, watchedChanged: false, closeCause: null,
    id, peerHost, peerPort, name: '', listeningPort: 0, announcedIp: '', capaEof: false, capaPsync2: false, capaDualChannel: false, rdbChannel: false, rdbClientId: 0,
  };
}
