/**
 * A full sync over two connections (Valkey 8, replication.c: fullSyncWithPrimary, setupMainConnForPsync), from the replica's side:
 *
 *   main channel   PSYNC ► +DUALCHANNELSYNC      (not read)        REPLCONF set-rdb-client-id, PSYNC ► +CONTINUE ──► local buffer ─┐
 *                              │                                        ▲                                                        ├─► linked
 *   rdb channel                └─► connect, AUTH, REPLCONF …, SYNC ► $ENDOFF ──► the file ───────────────────────► loaded ───────┘
 *
 * $ENDOFF says which offset the file will have, so the stream from there on is asked for while the file is on its way. It waits
 * here instead of in the master's output buffer. Whatever goes wrong on either connection ends both; the next attempt begins anew.
 */
import { assert } from '../../../assert.ts';
import { createMasterSide } from '../../client.ts';
import type { Handshake } from '../state.ts';
import type { RedisFact } from '../../facts.ts';
import type { Server } from '../../server.ts';
import { command, line } from '../../protocol/make.ts';
import { writeAtOnce } from '../../networking.ts';
import type { Piece } from '../../protocol/payload.ts';
import { cancelHandshake } from './connect.ts';
import { announcedPort, auth } from './handshake.ts';
import { createLocalBuffer, keepForLater, type LocalBuffer } from './local-buffer.ts';
import { linkUp, readFromMaster, sendAck } from './master-link.ts';
import { newTransfer } from './psync-reply.ts';
import { onTransferLine } from './transfer.ts';

/** The second connection, with what both together know (server.h: repl_rdb_channel_state, repl_provisional_primary). */
export interface RdbChannel extends Handshake {
  state: 'connecting' | 'receive-auth-reply' | 'receive-replconf-reply' | 'receive-endoff' | 'rdb-load' | 'rdb-loaded';
  /** What $ENDOFF said: the history and the offset of the file, and the database that its stream has selected. */
  provisional: { readonly replid: string; readonly offset: number; readonly db: number } | null;
  /** The stream so far; null: the main channel has not got it yet. */
  buffer: LocalBuffer | null;
}

type Why = Extract<RedisFact, { kind: 'dual-channel-aborted' }>['why'];

/** The master answered +DUALCHANNELSYNC: on this connection it is silent until it is told which file we take. */
export function openRdbChannel(server: Server): void {
  const { replication } = server;
  const { handshake, masterHost, masterPort } = replication;
  if (handshake === null || masterHost === null) return;
  const fd = server.nextOutgoingFd--;
  replication.rdbChannel = { fd, credit: 0, lastIoS: server.unixtime, transfer: null, socket: 'open', state: 'connecting', provisional: null, buffer: null };
  server.ports.connect(fd, masterHost, masterPort);
  server.ports.pauseReading(handshake.fd);
}

// ------------------------------------------------------------------ the rdb channel

export function onRdbChannelConnected(server: Server, channel: RdbChannel, credit: number): void {
  const password = auth(server);
  channel.credit = credit;
  if (password !== null) writeAtOnce(server, channel, command(password));
  writeAtOnce(server, channel, command(['REPLCONF', 'capa', 'eof', 'rdb-only', '1', 'rdb-channel', '1', 'listening-port', announcedPort(server)]));
  channel.state = password === null ? 'receive-replconf-reply' : 'receive-auth-reply';
}

export function onRdbChannelRefused(server: Server, why: string): void {
  giveUp(server, 'rdb-channel-refused', why);
}

/** A line on it, without its end. */
export function onRdbChannelLine(server: Server, channel: RdbChannel, text: string): void {
  const { replication } = server;
  heard(server, channel);
  switch (channel.state) {
    case 'receive-auth-reply':
      if (text.startsWith('-')) return giveUp(server, 'auth-error', text);
      channel.state = 'receive-replconf-reply';
      return;
    case 'receive-replconf-reply':
      if (text.startsWith('-')) return giveUp(server, 'replconf-error', text);
      server.ports.tell({ kind: 'rdb-channel-sync-sent' });
      writeAtOnce(server, channel, SYNC);
      channel.state = 'receive-endoff';
      return;
    case 'receive-endoff': {
      if (text === '') return; // the master is alive, and waits for its child
      const match = ENDOFF.exec(text);
      if (match === null) return giveUp(server, 'bad-endoff', text);
      const [, offset = '', replid = '', db = '', clientId = ''] = match;
      channel.provisional = { replid, offset: Number(offset), db: Number(db) };
      replication.masterInitialOffset = Number(offset);
      server.ports.tell({ kind: 'endoff-received', replid, offset: Number(offset), clientId: Number(clientId) });
      channel.transfer = newTransfer(server);
      channel.state = 'rdb-load';
      return joinMainChannel(server, clientId);
    }
    case 'rdb-load':
      return onTransferLine(server, channel, text);
    default:
  }
}

const SYNC = line('SYNC\r\n');
const ENDOFF = /^\$ENDOFF:(\d+) ([0-9a-f]{40}) (-?\d+) (\d+)$/;

/** It broke before the file began; once it has, the transfer is what broke. */
export function onRdbChannelLost(server: Server, { state }: RdbChannel): void {
  giveUp(server, 'rdb-channel-lost', state === 'receive-auth-reply' ? 'auth' : state === 'receive-replconf-reply' ? 'replconf' : 'endoff');
}

/** A sign of life on either connection counts for both (replication.c: repl_transfer_lastio). */
function heard(server: Server, channel: RdbChannel): void {
  channel.lastIoS = server.unixtime;
  if (server.replication.handshake !== null) server.replication.handshake.lastIoS = server.unixtime;
}

// ------------------------------------------------------------------ the main channel

/** Says whose stream it is that we want, and is heard again. */
function joinMainChannel(server: Server, clientId: string): void {
  const { replication } = server;
  const main = replication.handshake;
  assert(main !== null, 'there is a main channel');
  replication.linkState = 'receive-capa-reply';
  if (main.socket === 'dead') return onMainChannelLost(server);
  server.ports.resumeReading(main.fd);
  writeAtOnce(server, main, command(['REPLCONF', 'set-rdb-client-id', clientId]));
}

/** replication.c: setupMainConnForPsync. Anything but +CONTINUE ends the attempt. */
export function onMainChannelLine(server: Server, channel: RdbChannel, reply: string): void {
  const { replication } = server;
  const main = replication.handshake;
  if (main === null || channel.provisional === null) return;
  heard(server, channel);
  if (replication.linkState === 'receive-capa-reply') {
    if (reply.startsWith('-')) return restart(server, 'main-channel-unknown', reply);
    const { replid, offset } = channel.provisional;
    replication.masterInitialOffset = -1;
    server.ports.tell({ kind: 'main-channel-psync-sent', replid, offset: offset + 1 });
    writeAtOnce(server, main, command(['PSYNC', replid, String(offset + 1)]));
    replication.linkState = 'receive-psync-reply';
    return;
  }
  if (reply === '') return;
  if (!reply.startsWith('+CONTINUE')) return restart(server, 'main-channel-refused', reply);
  const inBackground = channel.state !== 'rdb-loaded';
  server.ports.tell({ kind: 'main-channel-streams', inBackground });
  if (!inBackground) return succeed(server, channel);
  channel.buffer = createLocalBuffer();
  replication.linkState = 'transfer';
}

/** replication.c: bufferReplData. The stream, while the file is not loaded. */
export function onMainChannelStream(server: Server, channel: RdbChannel, piece: Piece): void {
  const { buffer } = channel;
  const main = server.replication.handshake;
  if (buffer === null || main === null || buffer.full || keepForLater(server, buffer, piece)) return;
  const { hard } = server.config['client-output-buffer-limit'].replica;
  server.ports.tell({ kind: 'local-buffer-full', bytes: buffer.size, limit: hard });
  server.ports.pauseReading(main.fd);
}

/** Nobody looks at it until $ENDOFF came: then it turns out. */
export function onMainChannelLost(server: Server): void {
  const { linkState, rdbChannel } = server.replication;
  if (rdbChannel !== null && rdbChannel.provisional === null) return;
  restart(server, 'main-channel-lost', linkState === 'receive-capa-reply' ? 'set-rdb-client-id' : linkState === 'receive-psync-reply' ? 'psync' : 'stream');
}

// ------------------------------------------------------------------ together

/** replication.c: dualChannelSyncHandleRdbLoadCompletion. The file is in memory; true: and the link is up. */
export function rdbChannelLoaded(server: Server, channel: RdbChannel): boolean {
  channel.state = 'rdb-loaded';
  server.ports.close(channel.fd);
  channel.transfer = null;
  if (server.replication.linkState !== 'transfer') return false;
  succeed(server, channel);
  return true;
}

/** replication.c: dualChannelSyncSuccess, replicationResurrectProvisionalPrimary. What was kept is applied, and the main channel is our master. */
function succeed(server: Server, channel: RdbChannel): void {
  const { replication } = server;
  const { provisional, buffer } = channel;
  assert(provisional !== null, 'the rdb channel came so far');
  const { replid, offset, db } = provisional;
  const client = linkUp(server, createMasterSide(replid, offset), db);
  replication.masterInitialOffset = offset;
  replication.masterReplOffset = offset;
  replication.replid = replid;
  replication.rdbChannel = null;
  replication.localBufferPeak = buffer?.peak ?? replication.localBufferPeak;
  server.ports.tell({ kind: 'link-online', how: 'full', replid, offset });
  for (const piece of buffer?.pieces ?? []) readFromMaster(server, client, piece);
  server.ports.tell({ kind: 'local-buffer-applied', bytes: buffer?.bytes ?? 0 });
  server.ports.resumeReading(client.fd);
  sendAck(server);
}

/** replication.c: replicationAbortDualChannelSyncTransfer. The main channel is the caller's. */
export function abortDualChannel(server: Server, why: Why = 'given-up', error = ''): void {
  const channel = server.replication.rdbChannel;
  if (channel === null) return;
  server.replication.rdbChannel = null;
  server.replication.localBufferPeak = channel.buffer?.peak ?? server.replication.localBufferPeak;
  if (channel.state !== 'rdb-loaded' && channel.socket === 'open') server.ports.close(channel.fd);
  server.ports.tell({ kind: 'dual-channel-aborted', why, error });
}

/**
 * replication.c: fullSyncWithPrimary, its error path: the cron begins anew. The main channel is forgotten, and not closed: it stays open,
 * and read by nobody, as long as both processes live.
 */
function giveUp(server: Server, why: Why, error: string): void {
  abortDualChannel(server, why, error);
  server.replication.handshake = null;
  server.replication.linkState = 'connect';
}

/** And at once, when the main channel failed. */
function restart(server: Server, why: Why, error: string): void {
  abortDualChannel(server, why, error);
  cancelHandshake(server, true);
}
