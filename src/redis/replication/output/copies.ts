/**
 * Up to 6.2: each replica has a copy of what it has not read yet, among its replies, and the backlog is a ring of exactly
 * repl-backlog-size bytes (replication.c: feedReplicationBacklog, replicationFeedSlaves).
 *
 * Copied are only numbers here: where in the stream the copy begins and ends, and what its bytes count as. The words stand in the
 * log of whoever wrote them, as ever.
 */
import type { Client, ReplicaSide } from '../../client.ts';
import { closeOnOutputLimit, queueForWriting } from '../../networking.ts';
import { writeOut } from '../../protocol/outbox.ts';
import type { Message } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import type { StreamLog } from '../stream-log.ts';
import { appendParts } from './parts.ts';
import { appendToBuffer, appendToLast, copyReplyList, createReplyList, REPLY_NODES, type ReplyList, replyListBytes, takeSent } from './reply-list.ts';
import { endOfWriter, logAt, moveFirst, noteInRing, stretches } from './ring.ts';
import type { StreamStore } from './stream-store.ts';

/** What waits for one replica: the stream's bytes offset+1 … end. */
export interface ReplicaCopy {
  /** Everything up to here was handed to the socket. */
  offset: number;
  end: number;
  /** Where byte `offset` + 1 stands or will stand. */
  log: StreamLog;
  readonly list: ReplyList;
}

export const COPIES: StreamStore = { feed, readFrom, readAs, sentOffset, hasPending, write, usedBytes, letGo, endTurn: () => {}, resized };

/** replication.c: feedReplicationBacklog, then replicationFeedSlaves */
function feed(server: Server, message: Message, source: StreamLog | null): void {
  const { replication } = server;
  const { backlog, ring, replicas } = replication;
  if (backlog === null) return;
  const from = replication.masterReplOffset;
  const log = noteInRing(ring, message, from, source);
  replication.masterReplOffset += message.size;
  backlog.histlen = Math.min(backlog.histlen + message.size, server.config['repl-backlog-size']);
  backlog.firstByte = replication.masterReplOffset - backlog.histlen + 1;
  if (ring.first!.next !== null || ring.turns.length > 0) moveFirst(ring, backlog.firstByte - 1, () => slowest(server));
  for (let i = 0; i < replicas.length; i++) {
    const side = replicas[i]!.replica;
    if (side === null || side.state === 'wait-bgsave-start' || replicas[i]!.rdbOnly) continue;
    if (replicas[i]!.closeAsap && server.profile.limits.closing !== 'by-cron') continue;
    add(server, replicas[i]!, side, message, from, log, source === null);
  }
}

/** Offset of the replica that has been sent least. */
function slowest({ replication }: Server): number {
  let least = replication.masterReplOffset;
  for (const { replica } of replication.replicas) if (replica !== null && replica.copy !== null) least = Math.min(least, replica.copy.offset);
  return least;
}

/** One message behind what waits for this replica already. `ours`: it comes in parts; a master's words are handed on as they came. */
function add(server: Server, client: Client, side: ReplicaSide, message: Message, from: number, log: StreamLog, ours: boolean): void {
  const copy = (side.copy ??= { offset: from, end: from, log, list: createReplyList() });
  queueForWriting(server, client);
  const { list } = copy;
  const nodes = REPLY_NODES[server.profile.output.nodes];
  if (appendToBuffer(list, message.size)) {
    copy.end += message.size;
  } else if (appendToLast(list, message.size, nodes)) {
    copy.end += message.size;
    if (server.profile.limits.checked === 'each-part') closeOnOutputLimit(server, client);
  } else if (ours && message.kind === 'command' && message.argv[0] !== 'SELECT') {
    appendParts(message, (length, small) => addPart(server, client, copy, length, small));
  } else addPart(server, client, copy, message.size, false);
}

/** networking.c: addReply. False: it is not taken, the client is about to be closed. */
function addPart(server: Server, client: Client, copy: ReplicaCopy, length: number, small: boolean): boolean {
  const { list } = copy;
  const { output, limits } = server.profile;
  copy.end += length;
  if (appendToBuffer(list, length)) return true;
  const before = list.nodes.length;
  REPLY_NODES[output.nodes].append(list, length, small, server.allocator);
  if (limits.checked === 'each-part' || list.nodes.length > before) closeOnOutputLimit(server, client);
  return !client.closeAsap || limits.closing === 'by-cron';
}

/** replication.c: addReplyReplicationBacklog. The bytes are handed over at once, so a limit below the backlog's size may end it here. */
function readFrom(server: Server, client: Client, offset: number): void {
  const { replication } = server;
  const log = logAt(replication.ring, offset);
  const length = replication.masterReplOffset - offset;
  if (client.replica === null || log === null || length === 0) return;
  const copy: ReplicaCopy = { offset, end: offset, log, list: createReplyList() };
  client.replica.copy = copy;
  queueForWriting(server, client);
  for (const part of stretches(replication.ring, server.config['repl-backlog-size'], offset, length)) {
    if (!addPart(server, client, copy, part, false)) return;
  }
}

export function readAs({ replica }: Client, other: Client): void {
  const copy = other.replica?.copy ?? null;
  if (replica === null || copy === null) return;
  replica.copy = { ...copy, list: copyReplyList(copy.list) };
}

export function sentOffset({ replica }: Client): number {
  return replica?.copy?.offset ?? replica?.sentOffset ?? 0;
}

function hasPending(_server: Server, { replica }: Client): boolean {
  const copy = replica?.copy ?? null;
  return copy !== null && copy.offset < copy.end;
}

function write(server: Server, client: Client): void {
  // What it was answered just before it became a replica.
  if (client.output.length > 0) writeOut(client, client.fd, server.ports);
  const copy = client.replica?.copy ?? null;
  if (copy === null) return;
  const from = copy.offset;
  const until = Math.min(from + client.credit, copy.end);
  while (copy.offset < until) {
    const to = endOfWriter(server.replication.ring, copy, until);
    server.ports.send(client.fd, { payload: copy.log, from: copy.offset, to });
    client.credit -= to - copy.offset;
    copy.offset = to;
  }
  takeSent(copy.list, copy.offset - from);
}

export function usedBytes(server: Server, { replica }: Client): number {
  const list = replica?.copy?.list ?? null;
  return list === null || list.nodes.length === 0 ? 0 : replyListBytes(list, REPLY_NODES[server.profile.output.nodes]);
}

export function letGo(_server: Server, { replica }: Client): void {
  if (replica === null || replica.copy === null) return;
  replica.sentOffset = replica.copy.offset;
  replica.copy = null;
}

/** Another size means another ring, which holds nothing yet. */
function resized(server: Server): void {
  const { replication } = server;
  const { backlog, ring, masterReplOffset } = replication;
  if (backlog === null) return;
  backlog.histlen = 0;
  backlog.firstByte = masterReplOffset + 1;
  ring.origin = masterReplOffset;
  moveFirst(ring, masterReplOffset, () => slowest(server));
}
