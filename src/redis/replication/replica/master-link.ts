/**
 * The live link to our master: applying its stream, acknowledging, losing it.
 *
 * Two counters: bytes read, and bytes *applied*. The offset we acknowledge and ask from is the applied one: half a
 * command, or a transaction still open, is asked for again (4.0+).
 */
import { assert } from '../../../assert.ts';
import type { Client, MasterSide } from '../../client.ts';
import { processCommand } from '../../commands/dispatch.ts';
import { digestLow, digestOf } from '../../dataset/keyspace.ts';
import type { DisconnectCause } from '../../facts.ts';
import { addMessage } from '../../networking.ts';
import { command } from '../../protocol/make.ts';
import type { Message, Piece } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import { feedStream } from '../feed.ts';
import { forEachMessageEnding, type StreamLog } from '../stream-log.ts';
import { cacheMaster } from './cached-master.ts';
import { connectWithMaster } from './connect.ts';

/** networking.c: readQueryFromClient and processInputBuffer, for our master. */
export function readFromMaster(server: Server, client: Client, piece: Piece): void {
  const side = client.master;
  if (side === null) return;
  client.lastInteractionS = server.unixtime;
  client.lastHeardUs = server.nowUs;
  side.readOffset += piece.to - piece.from;
  if (piece.payload.kind === 'stream') assert(side.prePsync || piece.from === side.readOffset - (piece.to - piece.from), 'the stream goes on where it ended');
  if (client.blocked !== null) side.unread.push(piece);
  else applyPiece(server, client, side, piece);
}

/** A pause is over (blocked.c: processUnblockedClients): what came meanwhile is applied, until the next one. */
export function resumeMaster(server: Server, client: Client, side: MasterSide): void {
  while (client.blocked === null && !client.closeAsap) {
    const piece = side.unread.shift();
    if (piece === undefined) return;
    applyPiece(server, client, side, piece);
  }
}

/** Takes in every command whose last byte is in `piece`. */
function applyPiece(server: Server, client: Client, side: MasterSide, piece: Piece): void {
  const payload = piece.payload;
  if (payload.kind === 'stream') {
    forEachMessageEnding(payload, piece.from, piece.to, (message, end, log) => {
      // A link that was just lost takes nothing more in: those bytes will be asked for again.
      if (client.closeAsap || client.blocked !== null || server.replication.master !== client) return false;
      applyMessage(server, client, side, message, end, log);
      return true;
    });
    // Writes are paused: what is left of the piece waits in front of what comes after it.
    if (client.blocked !== null) side.unread.unshift({ payload, from: Math.max(piece.from, side.parsedOffset), to: piece.to });
  } else if (payload.kind === 'command' && piece.to === payload.size) {
    applyMessage(server, client, side, payload, side.parsedOffset + payload.size, null);
    if (client.blocked !== null) side.unread.unshift(piece);
  } else if (payload.kind === 'line') {
    // A stray newline is no command: it counts as read, and as applied with the next command (facts 2.9).
    server.ports.detail('newline-received', client.fd, 0, 0);
  }
}

/** networking.c: commandProcessed. Outside of MULTI the applied offset moves, and what was applied is handed on. */
function applyMessage(server: Server, client: Client, side: MasterSide, message: Message, end: number, log: StreamLog | null): void {
  if (message.kind === 'command') processCommand(server, client, message);
  if (client.blocked !== null) return; // postponed: it was not carried out
  side.parsedOffset = end;
  if (client.multi !== null) {
    side.unfed.push({ message, end, source: log });
    return;
  }
  const { replication } = server;
  const before = side.reploff;
  side.reploff = end;
  // reploff is what we have applied, masterReplOffset what our own followers may ask for: they move together.
  if (replication.backlog === null) replication.masterReplOffset = end;
  else {
    for (const earlier of side.unfed) forward(server, earlier.message, earlier.end, earlier.source);
    forward(server, message, end, log);
  }
  if (side.unfed.length > 0) side.unfed = [];
  server.ports.detail('applied', before, end, digestLow(server.keyspace));
}

/** replication.c: replicationFeedStreamFromMasterStream. Byte for byte, and as a rule at the offset that it has everywhere. */
function forward(server: Server, message: Message, end: number, source: StreamLog | null): void {
  feedStream(server, message, server.replication.masterReplOffset + message.size === end ? source : null);
}

/** replication.c: replicationSendAck. FACK tells how far the append-only file is fsynced (7.2). */
export function sendAck(server: Server): void {
  const client = server.replication.master;
  const side = client?.master ?? null;
  if (client === null || side === null) return;
  const argv = ['REPLCONF', 'ACK', String(side.reploff)];
  if (server.aof.fsyncedReplOffset !== -1) argv.push('FACK', String(server.aof.fsyncedReplOffset));
  addMessage(server, client, command(argv));
  const { low, high } = digestOf(server.keyspace);
  server.ports.detail('ack-sent', side.reploff, low, high);
}

/** networking.c: freeClient for our master, then replication.c: replicationHandleMasterDisconnection. */
export function masterLinkLost(server: Server, client: Client, cause: DisconnectCause): void {
  const replication = server.replication;
  const side = client.master;
  if (replication.master !== client || side === null) return;
  server.ports.tell({ kind: 'link-lost', cause, replid: side.replid, offset: side.reploff, silentUs: server.nowUs - client.lastHeardUs });
  if (cause !== 'protocol-error') cacheMaster(server, side, client.db);
  client.multi = null;
  replication.master = null;
  replication.linkState = 'connect';
  replication.downSinceS = server.unixtime;
  // Sub-replicas stay for now: they are dropped only if we cannot go on.
  if (replication.masterHost !== null && server.profile.handshake.reconnectAtOnce) connectWithMaster(server, 'lost');
}
