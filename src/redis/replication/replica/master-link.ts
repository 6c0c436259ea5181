/**
 * The live link to our master: its beginning, applying its stream, acknowledging, losing it.
 *
 * Two counters: bytes read, and bytes *applied*. The offset we acknowledge and ask from is the applied one: half a
 * command, or a transaction still open, is asked for again (4.0+). Up to 3.2 it is the one read: what a lost link leaves,
 * half a command or an open MULTI, is kept until the rest comes. Then what we apply is handed on in the master's own bytes (4.0+),
 * or executed as if a client had said it, and so part of a stream of our own.
 */
import { assert } from '../../../assert.ts';
import { type Client, createClient, type MasterSide } from '../../client.ts';
import { processCommand } from '../../commands/dispatch.ts';
import { digestLow, digestOf } from '../../dataset/keyspace.ts';
import type { DisconnectCause } from '../../facts.ts';
import { addMessage, inlineCommand } from '../../networking.ts';
import { unpack } from '../../protocol/batch.ts';
import { command } from '../../protocol/make.ts';
import type { Line, Message, Piece } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import { feedStream } from '../feed.ts';
import { disconnectReplicas } from '../master/replica-client.ts';
import { firstEndingAfter, type StreamLog } from '../stream-log.ts';
import { cacheMaster } from './cached-master.ts';
import { connectWithMaster } from './connect.ts';

/** replication.c: replicationCreateMasterClient. The handshake is over: its connection is our master's, with `db` selected. */
export function linkUp(server: Server, side: MasterSide, db: number): Client {
  const { replication } = server;
  const { handshake } = replication;
  assert(handshake !== null, 'a link begins as a handshake');
  const client = createClient(handshake.fd, server.nextClientId++, replication.masterHost ?? '', replication.masterPort, handshake.credit);
  client.kind = 'master';
  client.authenticated = true;
  client.db = db;
  client.lastInteractionS = server.unixtime;
  client.lastHeardUs = server.nowUs;
  client.master = side;
  server.clients.set(client.fd, client);
  replication.handshake = null;
  replication.master = client;
  replication.linkState = 'connected';
  replication.downSinceS = 0;
  return client;
}

/** networking.c: readQueryFromClient and processInputBuffer, for our master. */
export function readFromMaster(server: Server, client: Client, piece: Piece): void {
  const side = client.master;
  if (side === null) return;
  client.lastInteractionS = server.unixtime;
  client.lastHeardUs = server.nowUs;
  if (piece.payload.kind === 'stream') joinStream(side, piece.from);
  side.readOffset += piece.to - piece.from;
  if (!countsApplied(server)) side.reploff = side.readOffset;
  if (client.blocked !== null) side.unread.push(piece);
  else applyPiece(server, client, side, piece);
}

/**
 * A master that speaks no PSYNC does not tell where its stream is: our own count begins somewhere. And one that took PINGs back (6.0.3) goes on
 * further back than where we stand.
 */
function joinStream(side: MasterSide, from: number): void {
  const isBehind = from + side.ahead < side.readOffset && side.parsedOffset === side.readOffset;
  if (isBehind || (side.prePsync && side.parsedOffset === side.readOffset)) side.ahead = side.readOffset - from;
  assert(from + side.ahead === side.readOffset, 'the stream goes on where it ended');
}

function countsApplied(server: Server): boolean {
  return server.profile.link.offset === 'applied';
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
  if (client.closeAfterReply) return; // it is not in step any more
  if (payload.kind === 'stream') {
    applyStream(server, client, side, payload, piece.from, piece.to);
    // Writes are paused: what is left of the piece waits in front of what comes after it.
    if (client.blocked !== null) side.unread.unshift({ payload, from: Math.max(piece.from, side.parsedOffset - side.ahead), to: piece.to });
  } else if (payload.kind === 'batch') {
    // A 2.6 master writes to each replica as to any client.
    unpack(payload, piece.from, piece.to, (part) => applyPiece(server, client, side, part));
  } else if (payload.kind === 'command' && piece.to === payload.size) {
    applyMessage(server, client, side, payload, side.parsedOffset + payload.size, null);
    if (client.blocked !== null) side.unread.unshift(piece);
  } else if (payload.kind === 'line' && piece.to === payload.size) onLine(server, client, side, payload);
}

/** Every message that ends in (from, to]; a loop of its own, since a closure for each delivery would be memory for each. */
function applyStream(server: Server, client: Client, side: MasterSide, first: StreamLog, from: number, to: number): void {
  const { ahead } = side;
  for (let log: StreamLog | null = first; log !== null; log = log.next) {
    for (let index = firstEndingAfter(log, from); index < log.ends.length; index++) {
      const end = log.ends[index]!;
      if (end > to) return;
      // A link that was just lost takes nothing more in: those bytes will be asked for again.
      if (client.closeAsap || client.blocked !== null || server.replication.master !== client) return;
      applyMessage(server, client, side, log.messages[index]!, end + ahead, ahead === 0 ? log : null);
    }
  }
}

/** An inline command, as 2.6 sends SELECT, or an empty line. A stray newline is no command: it counts as read, and as applied, and handed on, with the next command (facts 2.9). */
function onLine(server: Server, client: Client, side: MasterSide, newline: Line): void {
  if (inlineCommand(newline) !== null && server.profile.link.inline === 'is-a-protocol-error') {
    server.ports.tell({ kind: 'stream-corrupt', line: newline.text.trimEnd() });
    client.closeAfterReply = true;
    return;
  }
  if (inlineCommand(newline) !== null) return applyMessage(server, client, side, newline, side.parsedOffset + newline.size, null);
  server.ports.detail('newline-received', client.fd, 0, 0);
  side.ahead += newline.size;
  side.parsedOffset += newline.size;
  if (countsApplied(server)) (side.unfed ??= []).push({ message: newline, end: side.parsedOffset, source: null });
}

/** networking.c: commandProcessed. Outside of MULTI the applied offset moves, and what was applied is handed on. */
function applyMessage(server: Server, client: Client, side: MasterSide, message: Message, end: number, log: StreamLog | null): void {
  const command = message.kind === 'line' ? inlineCommand(message) : message;
  if (command?.kind === 'command') processCommand(server, client, command);
  if (client.blocked !== null) return; // postponed: it was not carried out
  side.parsedOffset = end;
  const handsOn = countsApplied(server);
  if (client.multi !== null) {
    if (handsOn) (side.unfed ??= []).push({ message, end, source: log });
    return;
  }
  const before = side.appliedOffset;
  side.appliedOffset = end;
  if (handsOn) handOn(server, side, message, end, log);
  server.ports.detail('applied', before, end, digestLow(server.keyspace));
}

function handOn(server: Server, side: MasterSide, message: Message, end: number, log: StreamLog | null): void {
  const { replication } = server;
  side.reploff = end;
  // reploff is what we have applied, masterReplOffset what our own followers may ask for: they move together.
  if (replication.backlog === null) replication.masterReplOffset = end;
  else {
    if (side.unfed !== null) for (const earlier of side.unfed) forward(server, earlier.message, earlier.end, earlier.source);
    forward(server, message, end, log);
  }
  side.unfed = null;
}

/** replication.c: replicationFeedStreamFromMasterStream. Byte for byte, and as a rule at the offset that it has everywhere. */
function forward(server: Server, message: Message, end: number, source: StreamLog | null): void {
  feedStream(server, message, server.replication.masterReplOffset + message.size === end ? source : null);
}

/** replication.c: replicationSendAck. FACK tells how far the append-only file is fsynced (7.2+). */
export function sendAck(server: Server): void {
  const client = server.replication.master;
  const side = client?.master ?? null;
  if (client === null || side === null) return;
  const argv = ['REPLCONF', 'ACK', String(side.reploff)];
  if (server.profile.link.acks === 'offset-and-fsync' && server.aof.fsyncedReplOffset !== -1) argv.push('FACK', String(server.aof.fsyncedReplOffset));
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
  if (server.profile.link.offset !== 'none' && cause !== 'protocol-error' && !client.closeAfterReply) cacheMaster(server, client, side);
  client.multi = null;
  replication.master = null;
  replication.linkState = 'connect';
  replication.downSinceS = server.unixtime;
  // Sub-replicas stay for now: they are dropped only if we cannot go on, which 2.6 never can.
  if (server.profile.link.offset === 'none' && replication.masterHost !== null) disconnectReplicas(server, 'full-resync');
  if (replication.masterHost !== null && server.profile.handshake.reconnectAtOnce) connectWithMaster(server, 'lost');
}
