/**
 * Connections (networking.c): accepting, reading commands off them, writing replies and stream, limits, and their end.
 *
 * Owns the life of a `Client`. Does not own what a command does (`commands/`), nor the handshake and transfer of
 * our own master link, which is no client yet (`replication/replica/`).
 */
import { assert } from '../assert.ts';
import { unblockFromKeys } from './blocked.ts';
import { type Client, createClient } from './client.ts';
import type { DisconnectCause } from './facts.ts';
import type { Fd } from './ports.ts';
import { unpack } from './protocol/batch.ts';
import { line, reply as replyMessage } from './protocol/make.ts';
import { writeOut } from './protocol/outbox.ts';
import type { Command, Line, Message, Piece, Reply } from './protocol/payload.ts';
import { processCommand } from './commands/dispatch.ts';
import { NOBODY, replicaName, type Server } from './server.ts';
import { masterLinkLost } from './replication/replica/master-link.ts';
import { staysForMainChannel } from './replication/master/rdb-channel.ts';
import { replicaGone } from './replication/master/replica-client.ts';
import { unwatchAll } from './commands/transactions.ts';

/** networking.c: acceptCommonHandler */
export function acceptClient(server: Server, fd: Fd, peerHost: string, peerPort: number, credit: number): void {
  if (server.clients.size >= server.config.maxclients) return refuseClient(server, fd);
  const client = createClient(fd, server.nextClientId++, peerHost, peerPort, credit);
  client.lastInteractionS = server.unixtime;
  client.lastHeardUs = server.nowUs;
  client.authenticated = server.config.requirepass === '';
  server.clients.set(fd, client);
  server.stats.connections += 1;
}

/** It is told why, as far as its socket takes it, and closed. */
function refuseClient(server: Server, fd: Fd): void {
  const { size } = TOO_MANY;
  server.ports.send(fd, { payload: TOO_MANY, from: 0, to: size });
  server.ports.close(fd);
  server.stats.rejectedConnections += 1;
}

const TOO_MANY = line('-ERR max number of clients reached\r\n');

/** networking.c: readQueryFromClient, for clients and replicas. */
export function readFromClient(server: Server, client: Client, piece: Piece): void {
  client.lastInteractionS = server.unixtime;
  client.lastHeardUs = server.nowUs;
  if (piece.payload.kind === 'batch') unpack(piece.payload, piece.from, piece.to, (part) => take(server, client, part));
  else take(server, client, piece);
}

function take(server: Server, client: Client, piece: Piece): void {
  const message = takeMessage(client, piece);
  if (message === null) return;
  if (client.blocked !== null) client.input.push(message);
  else processMessage(server, client, message);
}

/** Puts pieces of a message together; gives it when its last byte is here. */
function takeMessage(client: Client, piece: Piece): Message | null {
  const payload = piece.payload;
  assert(payload.kind === 'command' || payload.kind === 'line' || payload.kind === 'reply', 'a client sends messages');
  if (piece.from === 0 && piece.to === payload.size) return payload;
  const got = piece.from === 0 ? 0 : (client.partial?.got ?? 0);
  assert(got === piece.from, 'the bytes of a connection arrive in order');
  client.partial = piece.to === payload.size ? null : { message: payload, got: piece.to };
  return piece.to === payload.size ? payload : null;
}

/** networking.c: processInputBuffer, one request of it. */
export function processMessage(server: Server, client: Client, message: Message): void {
  if (client.closeAfterReply || client.closeAsap || server.exited) return;
  if (message.kind === 'command') {
    processCommand(server, client, message);
  } else if (message.kind === 'line') {
    const inline = inlineCommand(message);
    if (inline !== null) processCommand(server, client, inline);
    // An empty line of a replica that loads says that it is alive (networking.c: processInlineBuffer).
    else if (client.replica !== null) {
      client.replica.ackTimeS = server.unixtime;
      server.ports.detail('newline-received', client.fd, 0, 0);
    }
  }
}

/** After a client was unblocked: what it sent meanwhile is looked at now (blocked.c: processUnblockedClients). */
export function resumeClient(server: Server, client: Client): void {
  while (client.blocked === null && !client.closeAsap) {
    const message = client.input.shift();
    if (message === undefined) return;
    processMessage(server, client, message);
  }
}

/** networking.c: processInlineBuffer. The words of a line; null: there are none. */
export function inlineCommand(message: Line): Command | null {
  const argv = message.text.split(/[ \r\n]+/).filter((word) => word !== '');
  return argv.length === 0 ? null : { kind: 'command', argv, size: message.size, memo: null };
}

// ------------------------------------------------------------------ replies

/** networking.c: addReply. Our master gets no replies; a replica that asks for one has no business on its link (7.0+). */
export function addReply(server: Server, client: Client, reply: Reply): void {
  if (client.kind === 'master' || client.closeAsap) return;
  if (client.replica === null) {
    client.output.push(replyAsMessage(reply));
    return writeLater(server, client);
  }
  if (server.profile.output.replies === 'disconnect') return freeClientAsync(server, client, 'protocol-error');
  client.output.push(replyAsMessage(reply));
  queueForWriting(server, client);
}

/** A message to whoever is at the other end, the master included (CLIENT_MASTER_FORCE_REPLY). */
export function addMessage(server: Server, client: Client, message: Message): void {
  client.output.push(message);
  writeLater(server, client);
}

function writeLater(server: Server, client: Client): void {
  if (client.pendingWrite) return;
  client.pendingWrite = true;
  server.writesPending = true;
  server.pendingWrites.push(client);
}

function replyAsMessage(reply: Reply): Message {
  if (reply.type === 'status') return reply.text === 'OK' ? OK : reply.text === 'QUEUED' ? QUEUED : line(`+${reply.text}\r\n`);
  if (reply.type === 'error') return line(`-${reply.text}\r\n`);
  return replyMessage(reply);
}

const OK = line('+OK\r\n');
const QUEUED = line('+QUEUED\r\n');

/** A message written straight to the socket of a client or a handshake, past all buffers (connWrite); false when it does not take it whole. */
export function writeAtOnce(server: Server, to: { readonly fd: Fd; credit: number }, message: Message): boolean {
  if (to.credit < message.size) return false;
  to.credit -= message.size;
  server.ports.send(to.fd, { payload: message, from: 0, to: message.size });
  return true;
}

/** networking.c: clientHasPendingReplies */
export function hasPendingReplies(server: Server, client: Client): boolean {
  if (client.replica !== null) return server.stream.hasPending(server, client);
  return client.output.length > 0;
}

/** networking.c: putClientInPendingWriteQueue. A replica gets the stream only when it is online, and after a diskless transfer only once it acknowledged. */
export function queueForWriting(server: Server, client: Client): void {
  if (client.closeAsap && server.profile.limits.closing !== 'by-cron') return;
  const side = client.replica;
  if (side !== null && ((side.state !== 'online' && side.state !== 'bg-transfer') || side.startStreamOnAck)) return;
  writeLater(server, client);
}

/** networking.c: handleClientsWithPendingWrites */
export function writePending(server: Server): void {
  const { pendingWrites } = server;
  for (const client of pendingWrites) {
    if (!client.pendingWrite) continue;
    client.pendingWrite = false;
    if (client.closeAsap && server.profile.limits.closing !== 'by-cron') continue;
    if (client.replica === null) writeReplies(server, client);
    else {
      if (server.profile.output.store === 'copies' && client.output.length > 0) writeReplies(server, client);
      server.stream.write(server, client);
    }
  }
  while (pendingWrites.length > 0) pendingWrites.pop(); // setting the length would call the runtime
  server.writesPending = false;
}

/** networking.c: flushSlavesOutputBuffers. The last words of a process: what was executed in its last turn still leaves. */
export function flushReplicaOutput(server: Server): void {
  for (const client of server.pendingWrites) if (client.pendingWrite && client.replica !== null && !client.closeAsap) server.stream.write(server, client);
}

function writeReplies(server: Server, client: Client): void {
  writeOut(client, client.fd, server.ports);
  if (client.output.length === 0 && client.closeAfterReply) closeClient(server, client, 'protocol-error');
}

// ------------------------------------------------------------------ output limits

/**
 * networking.c: checkClientOutputBufferLimits and closeClientOnOutputBufferLimitReached, for replicas. A hard limit below
 * the backlog's size is raised to it (7.0): the data are shared, so closing would save nothing.
 */
export function closeOnOutputLimit(server: Server, client: Client): boolean {
  const side = client.replica;
  if (side === null || (client.closeAsap && !side.awaitsMainChannel)) return false;
  const limit = server.config['client-output-buffer-limit'].replica;
  const used = server.stream.usedBytes(server, client);
  const hard = limit.hard > 0 ? Math.max(limit.hard, server.profile.limits.hardLimitFloor === 'backlog-size' ? server.config['repl-backlog-size'] : 0) : 0;
  const overHard = hard > 0 && used >= hard;
  let overSoft = limit.soft > 0 && used >= limit.soft;
  let overSeconds = 0;
  if (!overSoft) {
    if (side.softLimitSinceS !== 0) server.softLimited -= 1;
    side.softLimitSinceS = 0;
  } else if (side.softLimitSinceS === 0) {
    server.softLimited += 1;
    side.softLimitSinceS = server.unixtime;
    overSoft = false;
  } else {
    overSeconds = server.unixtime - side.softLimitSinceS;
    overSoft = overSeconds > limit.softSeconds;
  }
  if (!overHard && !overSoft) return false;
  server.ports.tell({
    kind: 'replica-over-limit', replica: replicaName(client), fd: client.fd, used, hard, soft: limit.soft,
    softSeconds: limit.softSeconds, overSeconds, by: overHard ? 'hard' : 'soft',
  });
  side.awaitsMainChannel = false;
  if (client.closeAsap) client.closeCause = 'output-buffer-limit';
  freeClientAsync(server, client, 'output-buffer-limit');
  return true;
}

// ------------------------------------------------------------------ the end of a connection

/**
 * networking.c: freeClientAsync. The client lives on, mute, until the turn ends; up to 5.0 until the next cron, and what it is sent
 * goes on meanwhile.
 */
export function freeClientAsync(server: Server, client: Client, cause: DisconnectCause): void {
  if (client.closeAsap) return;
  client.closeAsap = true;
  if (server.profile.limits.closing === 'lets-go') server.stream.letGo(server, client);
  client.closeCause = cause;
  if (server.closing === NOBODY) server.closing = [];
  server.closing.push(client);
}

/** Closes a client as soon as that can be: at once, where only limits are left to the cron (up to 5.0), or when the turn ends. */
export function closeClient(server: Server, client: Client, cause: DisconnectCause): void {
  if (server.profile.limits.closing === 'by-cron') freeClient(server, client, cause);
  else freeClientAsync(server, client, cause);
}

/** networking.c: freeClientsInAsyncFreeQueue */
export function freeClosingClients(server: Server): void {
  let staying = 0;
  for (const client of server.closing) {
    if (client.closeCause === null) continue;
    if (staysForMainChannel(server, client)) server.closing[staying++] = client;
    else freeClient(server, client, client.closeCause);
  }
  if (staying === 0) server.closing = NOBODY;
  else server.closing.length = staying;
}

/** networking.c: freeClient. `alreadyClosed`: the peer closed it, there is nothing to close any more. */
export function freeClient(server: Server, client: Client, cause: DisconnectCause, alreadyClosed = false): void {
  if (client.replica?.awaitsMainChannel === true) return freeClientAsync(server, client, cause);
  if (!server.clients.delete(client.fd)) return;
  client.pendingWrite = false;
  if (!alreadyClosed) closeSocket(server, client);
  client.closeAsap = true;
  if (client.blocked !== null) unlinkBlocked(server, client);
  unwatchAll(server, client);
  if (client.kind === 'master') masterLinkLost(server, client, cause);
  else if (client.replica !== null) replicaGone(server, client, cause);
}

/** networking.c: unlinkClient. A child has the connection, too: unless it is shut down, the peer learns of its end with that of the child. */
function closeSocket(server: Server, client: Client): void {
  const { shutsDown } = server.profile.children;
  const all = shutsDown === 'always' || (shutsDown === 'full-sync' && client.replica?.state === 'wait-bgsave-end');
  if (all && server.child !== null) server.ports.shutDown(client.fd);
  else server.ports.close(client.fd);
}

function unlinkBlocked(server: Server, client: Client): void {
  unblockFromKeys(server, client);
  server.waitingAcks = server.waitingAcks.filter((waiting) => waiting !== client);
  server.postponed = server.postponed.filter((waiting) => waiting !== client);
  client.blocked = null;
}

/** The socket took so many bytes more: there is room to write again. */
export function drained(server: Server, client: Client, bytes: number): void {
  client.credit += bytes;
  if (hasPendingReplies(server, client)) queueForWriting(server, client);
}
