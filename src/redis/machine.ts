/**
 * The one door into a server: `step(server, input)`. Everything that ever happens to it comes through here.
 */
import { unreachable } from '../assert.ts';
import type { Client } from './client.ts';
import { onCron, onResumed } from './cron.ts';
import type { Input } from './inputs.ts';
import { acceptClient, drained, freeClient, readFromClient } from './networking.ts';
import { onChildExited, onForkFailed } from './persistence/children.ts';
import { onFlushedForReload, onReloaded, onSaved } from './persistence/foreground.ts';
import { onStartLoaded } from './persistence/start.ts';
import type { Fd } from './ports.ts';
import { unpack } from './protocol/batch.ts';
import type { Piece } from './protocol/payload.ts';
import { sendBulk } from './replication/master/bulk.ts';
import { activePipe, onChildWrote } from './replication/master/rdb-pipe.ts';
import { type Broken, onHandshakeBroken } from './replication/replica/broken-off.ts';
import { dropHandshake } from './replication/replica/connect.ts';
import {
  onMainChannelLine, onMainChannelLost, onMainChannelStream, onRdbChannelConnected, onRdbChannelLine, onRdbChannelLost, onRdbChannelRefused, type RdbChannel,
} from './replication/replica/dual-channel.ts';
import { onConnected, onHandshakeLine } from './replication/replica/handshake.ts';
import { disklessLoadFailed } from './replication/replica/diskless-load.ts';
import { onFlushed, onInstalled, onSyncLoaded, sendNewlineToMaster } from './replication/replica/load.ts';
import { readFromMaster } from './replication/replica/master-link.ts';
import { onTransferBytes, onTransferLine, onTransferLost } from './replication/replica/transfer.ts';
import type { Server } from './server.ts';
import { endTurn } from './turn.ts';

/** Feeds one input. Inputs of one instant are fed in order, then `turnEnded`. */
export function step(server: Server, input: Input): void {
  if (server.exited) return;
  updateCachedTime(server);
  switch (input.type) {
    case 'received': return onReceived(server, input.fd, input.piece);
    case 'turnEnded': return endTurn(server);
    case 'drained': return onDrained(server, input.fd, input.bytes);
    case 'timer':
      if (input.timer === 'cron') onCron(server);
      return;
    case 'resumed': return onResumed(server, input.sinceUs);
    case 'accepted':
      acceptClient(server, input.fd, input.peerHost, input.peerPort, input.credit);
      return;
    case 'connected':
      if (server.replication.handshake?.fd === input.fd) onConnected(server, input.credit);
      else if (server.replication.rdbChannel?.fd === input.fd) onRdbChannelConnected(server, server.replication.rdbChannel, input.credit);
      return;
    case 'connectFailed': return onConnectFailed(server, input.fd, input.why);
    case 'closed': return onClosed(server, input.fd, input.why);
    case 'childExited': return onChildExited(server, input.outcome);
    case 'forkFailed': return onForkFailed(server);
    case 'childWrote': return onChildWrote(server, input.fd, input.ok, input.credit);
    case 'childProduced': {
      const pipe = activePipe(server);
      if (pipe !== null) pipe.produced = input.bytes;
      return;
    }
    case 'workProgress':
      if (server.loading?.why === 'sync') sendNewlineToMaster(server);
      return;
    case 'installed': return onInstalled(server, input.ok);
    case 'readTimedOut': return disklessLoadFailed(server, '');
    case 'flushed': return server.loading?.why === 'reload' ? onFlushedForReload(server) : onFlushed(server);
    case 'loaded': return onLoaded(server);
    case 'saved': return onSaved(server, input.ok);
    case 'signal':
      server.signalled = input.signal;
      return;
    default: return unreachable(input);
  }
}

/** server.c: updateCachedTime. Since 7.0 the clock is read at every wake-up of the event loop. */
function updateCachedTime(server: Server): void {
  const nowUs = server.ports.nowUs();
  if (nowUs === server.nowUs) return;
  const wallUs = server.ports.wallUs();
  server.nowUs = nowUs;
  server.unixtime = Math.floor(wallUs / 1_000_000);
}

function onReceived(server: Server, fd: Fd, piece: Piece): void {
  const { master } = server.replication;
  if (master !== null && master.fd === fd) return readFromMaster(server, master, piece);
  const client = server.clients.get(fd);
  if (client !== undefined) {
    if (client.kind === 'master') readFromMaster(server, client, piece);
    else readFromClient(server, client, piece);
    return;
  }
  onReceivedOfHandshake(server, fd, piece);
}

/** On a connection that is no client yet. */
function onReceivedOfHandshake(server: Server, fd: Fd, piece: Piece): void {
  const { handshake, rdbChannel } = server.replication;
  if (rdbChannel !== null) return onReceivedOfTwo(server, rdbChannel, fd, piece);
  if (handshake?.fd !== fd) return;
  if (piece.payload.kind === 'batch') return unpack(piece.payload, piece.from, piece.to, (part) => onReceived(server, fd, part));
  if (piece.payload.kind === 'rdb') return onTransferBytes(server, handshake, piece);
  const text = lineOf(piece);
  if (text === null) return;
  if (handshake.transfer !== null) onTransferLine(server, handshake, text);
  else onHandshakeLine(server, text);
}

/** During a full sync over two connections. */
function onReceivedOfTwo(server: Server, channel: RdbChannel, fd: Fd, piece: Piece): void {
  if (piece.payload.kind === 'batch') return unpack(piece.payload, piece.from, piece.to, (part) => onReceived(server, fd, part));
  const { handshake, linkState } = server.replication;
  const onChannel = fd === channel.fd;
  if (!onChannel && fd !== handshake?.fd) return;
  if (!onChannel && linkState === 'transfer') return onMainChannelStream(server, channel, piece);
  if (onChannel && piece.payload.kind === 'rdb') return onTransferBytes(server, channel, piece);
  const text = lineOf(piece);
  if (text === null) return;
  if (onChannel) onRdbChannelLine(server, channel, text);
  else onMainChannelLine(server, channel, text);
}

/** A line without its end; a status or error reply is one, too. null: not a whole line. */
function lineOf(piece: Piece): string | null {
  const { payload } = piece;
  if (payload.kind === 'line') return piece.to === payload.size ? payload.text.replace(/\r?\n$/, '') : null;
  if (payload.kind !== 'reply') return null;
  if (payload.reply.type === 'status') return `+${payload.reply.text}`;
  return payload.reply.type === 'error' ? `-${payload.reply.text}` : null;
}

function onDrained(server: Server, fd: Fd, bytes: number): void {
  const client = server.clients.get(fd);
  if (client !== undefined) {
    drained(server, client, bytes);
    if (client.replica?.state === 'send-bulk') sendBulk(server, client);
    return;
  }
  const { handshake, rdbChannel } = server.replication;
  if (handshake?.fd === fd) handshake.credit += bytes;
  else if (rdbChannel?.fd === fd) rdbChannel.credit += bytes;
}

function onConnectFailed(server: Server, fd: Fd, why: 'refused' | 'unreachable' | 'timeout'): void {
  if (server.replication.rdbChannel?.fd === fd) return onRdbChannelRefused(server, why);
  if (server.replication.handshake?.fd !== fd) return;
  server.ports.tell({ kind: 'link-connect-failed', why });
  server.replication.handshake.socket = 'dead';
  dropHandshake(server);
}

/** The peer is gone. */
function onClosed(server: Server, fd: Fd, how: Broken): void {
  const client: Client | undefined = server.clients.get(fd);
  if (client !== undefined) return freeClient(server, client, 'peer-closed', true);
  const { handshake, linkState, rdbChannel } = server.replication;
  if (rdbChannel?.fd === fd) {
    rdbChannel.socket = 'dead';
    return rdbChannel.transfer === null ? onRdbChannelLost(server, rdbChannel) : onTransferLost(server);
  }
  if (handshake?.fd !== fd) return;
  if (rdbChannel !== null) {
    handshake.socket = 'dead';
    return onMainChannelLost(server);
  }
  if (linkState !== 'transfer') return onHandshakeBroken(server, handshake, how);
  handshake.socket = 'dead';
  onTransferLost(server);
}

function onLoaded(server: Server): void {
  const { loading } = server;
  if (loading === null) return;
  if (loading.why === 'sync') onSyncLoaded(server);
  else if (loading.why === 'reload') onReloaded(server);
  else onStartLoaded(server);
}
