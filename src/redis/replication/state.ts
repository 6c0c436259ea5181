/**
 * Offsets, role and links of one server, as plain data: the replication part of server.h's redisServer.
 */
import type { Client, MasterSide, MultiState } from '../client.ts';
import type { Fd } from '../ports.ts';
import type { ReplBacklog } from './backlog.ts';
import { NO_PINGS, type PingRun } from './final-pings.ts';
import { NOBODY } from '../server.ts';
import { NO_FAILOVER, type Failover } from './failover.ts';
import type { RdbImage } from '../persistence/rdb.ts';
import { createRing, type Ring } from './output/ring.ts';
import type { RdbChannel } from './replica/dual-channel.ts';
import { createReplBuffer, type ReplBuffer } from './repl-buffer.ts';

/** States of our own link to the master (server.h: REPL_STATE_*), in the order in which they are passed. */
export type LinkState =
  | 'none'
  | 'connect'
  | 'connecting'
  | 'receive-ping-reply'
  | 'receive-auth-reply'
  | 'receive-port-reply'
  | 'receive-ip-reply'
  | 'receive-capa-reply'
  | 'receive-version-reply'
  | 'receive-psync-reply'
  | 'transfer'
  | 'connected';

/** replication.c: slaveIsInHandshakeState */
export function isHandshake(state: LinkState): boolean {
  return state.startsWith('receive-');
}

/** A full sync being received. */
export interface Transfer {
  /** null: the header has not come yet. */
  framing: 'length' | 'eof' | null;
  mark: string;
  /** Announced bytes; 0 in `eof` framing, -1 before the header. */
  size: number;
  received: number;
  /** Of those, what is on its way to disk already. */
  writtenBack: number;
  image: RdbImage | null;
  /** Where the file goes: to disk first, or straight to the parser (repl-diskless-load). */
  to: 'disk' | 'parser';
  /** Straight into databases that will take the place of the old ones (swapdb). */
  swaps: boolean;
}

/** The link to our master before it becomes a client: the handshake and the transfer. */
export interface Handshake {
  fd: Fd;
  credit: number;
  /** Second of the last sign of life on it, wall clock (replication.c: repl_transfer_lastio). */
  lastIoS: number;
  transfer: Transfer | null;
  /** `half-closed`: the peer says no more, but takes one write yet; `dead`: none. Whoever writes all the same finds out (`write-failed`). */
  socket: 'open' | 'half-closed' | 'dead' | 'write-failed';
}

/** The connection over which a file comes. */
export function transferLink({ handshake, rdbChannel }: ReplicationState): Handshake | null {
  return rdbChannel ?? handshake;
}

export const NO_REPLID: string = '0'.repeat(40);

export interface ReplicationState {
  masterHost: string | null;
  masterPort: number;
  linkState: LinkState;
  handshake: Handshake | null;
  /** The second connection of a full sync over two (Valkey 8). */
  rdbChannel: RdbChannel | null;
  /** The most that the local buffer of such a sync took, bytes. */
  localBufferPeak: number;
  /** The live link, CONNECTED. */
  master: Client | null;
  /** The parked link (replication.c: "MASTER CACHING FOR PSYNC"), with the db its stream had selected, and, up to 3.2, its open MULTI. */
  cachedMaster: { side: MasterSide; db: number; multi: MultiState | null } | null;
  /** What +FULLRESYNC announced: id and offset for the data set being received; offset -1: nothing valid. */
  masterReplid: string;
  masterInitialOffset: number;
  /** A newline was sent to the master in this wall second while flushing or loading. */
  newlineSentS: number;
  /** Wall second at which the link went down; 0: it is up, -1: it never was. */
  downSinceS: number;
  replid: string;
  replid2: string;
  /** Bytes produced (master) or applied (replica). */
  masterReplOffset: number;
  secondReplidOffset: number;
  /** Database the stream has selected; -1: unknown, so the next write emits SELECT. */
  slaveSelDb: number;
  /** Where the stream's bytes are: in shared blocks, or, up to 6.2, in the ring. */
  buffer: ReplBuffer;
  ring: Ring;
  backlog: ReplBacklog | null;
  /** The PINGs at the end of the stream, as far as this version takes note of them (`final-pings.ts`). */
  finalPings: PingRun;
  /** What the backlog held when it was freed: INFO goes on showing it up to 6.2. */
  freedBacklog: { readonly firstByte: number; readonly histlen: number };
  /** Connections that asked SYNC/PSYNC, in order of arrival (server.slaves). */
  replicas: Client[];
  noReplicasSinceS: number;
  goodReplicas: number;
  failover: Failover;
  getAckFromReplicas: boolean;
  cronLoops: number;
}

/** A server that has just started, before it read any file. */
export function createReplicationState(replid: string): ReplicationState {
  return {
    // First what every delivery looks at.
    master: null, masterReplOffset: 0, masterHost: null, backlog: null, buffer: createReplBuffer(), replicas: NOBODY, getAckFromReplicas: false, failover: NO_FAILOVER,
    linkState: 'none', slaveSelDb: -1, handshake: null, rdbChannel: null, localBufferPeak: 0, cachedMaster: null, masterPort: 0,
    masterReplid: '', masterInitialOffset: -1, newlineSentS: 0, downSinceS: -1,
    replid, replid2: NO_REPLID, secondReplidOffset: -1, ring: createRing(0), finalPings: NO_PINGS, freedBacklog: { firstByte: 0, histlen: 0 }, noReplicasSinceS: 0, goodReplicas: 0, cronLoops: 0,
  };
}
