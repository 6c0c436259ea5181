/**
 * How connections begin: SYN, its answer, and the listener's accept.
 *
 * The opener hears `connected` (or `refused`) one round trip after its SYN left; the listener hears `accepted`
 * half a round trip later, when the third packet reaches it. A SYN that is lost, or whose answer is,
 * leaves again after 1, 2, 4 … s. Kernels answer, not processes: a frozen one still lets others connect.
 */

import { assert } from '../assert.ts';
import { NO_EVENT } from '../kernel/index.ts';
import type { ConnectFailure } from './api.ts';
import { backedOff, SYN_RETRIES, SYN_RTO_US } from './backoff.ts';
import { abandonConnect } from './closing.ts';
import { Connection, type Socket } from './connection.ts';
import { pump } from './flows.ts';
import { hearMark, hearMarkLater } from './hearing.ts';
import type { Host, Listener, Process } from './host.ts';
import type { Link } from './link.ts';
import { CONNECT_TIMED_OUT, CONNECTED, HANDSHAKE, type Mark, REFUSED, UNREACHABLE } from './segment.ts';
import { linkBetween } from './topology.ts';
import { cancelEvent } from './events.ts';
import { lendEars } from './ready.ts';
import { type NetworkState, newConnection, pairKey, releaseIfDone } from './state.ts';

/** As whom a relay opens a connection, and over what. */
export interface OpenedFor {
  readonly shownHost: Host;
  readonly shownPort: number;
  readonly link: Link;
  /** Of the opener; null: as large as the socket buffer. */
  readonly receiveBufferBytes: number | null;
}

const ANSWER_YES = 0;
const ANSWER_NO = 1;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

export function openTo(net: NetworkState, process: Process, address: string, port: number, tag: number): Socket {
  const host = net.hostsByAddress.get(address) ?? net.nowhere;
  const relay = host === net.nowhere ? undefined : net.relays.get(pairKey(process.host, host));
  const socket = open(net, process, relay ?? host, port, host, null, tag);
  if (host === net.nowhere && !IPV4.test(address)) {
    fail(net, socket, 'unreachable', tag, hearMarkLater);
    return socket;
  }
  sendSyn(net, socket);
  return socket;
}

/** A relay opens the connection behind it. */
export function openFor(net: NetworkState, process: Process, host: Host, port: number, as: OpenedFor, tag: number): Socket {
  const socket = open(net, process, host, port, host, as, tag);
  sendSyn(net, socket);
  return socket;
}

/** `wireTo` is the host whose link is taken: a relay stands in front of it. */
function open(net: NetworkState, process: Process, host: Host, port: number, wireTo: Host, as: OpenedFor | null, tag: number): Socket {
  assert(process.alive, `process ${process.id} is dead`);
  const { host: from } = process;
  const connection = new Connection(++net.connectionsOpened, port, as?.shownHost ?? from, as?.shownPort ?? from.ephemeralPort());
  const there = as?.link ?? linkBetween(net, from, wireTo);
  const back = as?.link ?? linkBetween(net, wireTo, from);
  const socket = newConnection(net, connection, from, host, there, back);
  if (as !== null && as.receiveBufferBytes !== null) socket.peer.peerBufferBytes = as.receiveBufferBytes;
  socket.process = process;
  socket.owned = true;
  lendEars(socket);
  socket.endTag = tag;
  process.sockets.add(socket);
  return socket;
}

/** Event: the SYN timer has run out. */
export function repeatSyn(net: NetworkState, socket: Socket): void {
  net.timers[socket.id] = NO_EVENT;
  if (socket.retries === SYN_RETRIES) {
    fail(net, socket, 'timeout', 0, hearMark);
    return;
  }
  socket.retries++;
  net.observer.detail('retransmission', socket.connection.number, 0, socket.retries);
  sendSyn(net, socket);
}

function sendSyn(net: NetworkState, socket: Socket): void {
  const { link } = socket;
  const { kernel, handlers } = net;
  // While one SYN or its answer is on its way, another would say nothing new.
  if (net.synEvents[socket.id] === NO_EVENT && link.cuts === 0 && !link.loses()) {
    net.synEvents[socket.id] = kernel.after(net.latencies.drawUs(socket), handlers.syn, socket.id);
  }
  net.timers[socket.id] = kernel.after(backedOff(SYN_RTO_US, socket.retries), handlers.synTimer, socket.id);
}

/** Event: a SYN has reached the listener's host. */
export function synArrived(net: NetworkState, socket: Socket): void {
  net.synEvents[socket.id] = NO_EVENT;
  const { peer, connection } = socket;
  if (!peer.host.up) return;
  const listener = peer.host.listenerOf(connection.port);
  const isKnown = peer.state === 'open';
  // A full backlog drops the SYN without a word.
  if (!isKnown && listener !== null && listener.waiting >= listener.backlog) return;
  const { link } = peer;
  if (link.cuts > 0 || link.loses()) return;
  const answerUs = net.kernel.nowUs + net.latencies.drawUs(peer);
  const answer = isKnown || listener !== null ? ANSWER_YES : ANSWER_NO;
  if (!isKnown && listener !== null) beginAccept(peer, listener, answerUs);
  net.synEvents[socket.id] = net.kernel.at(answerUs, net.handlers.synAnswer, socket.id, answer);
}

function beginAccept(acceptor: Socket, listener: Listener, answerUs: number): void {
  listener.waiting++;
  acceptor.listener = listener;
  acceptor.process = listener.process;
  acceptor.owned = true;
  lendEars(acceptor);
  acceptor.state = 'open';
  // What it sends, if only RST, comes after the answer.
  acceptor.lastArrivalUs = answerUs;
  listener.process.sockets.add(acceptor);
}

/** Event: the answer to a SYN is back at the opener. */
export function synAnswered(net: NetworkState, socket: Socket, answer: number): void {
  net.synEvents[socket.id] = NO_EVENT;
  if (answer === ANSWER_NO) {
    fail(net, socket, 'refused', socket.endTag, hearMark);
    return;
  }
  cancelEvent(net, net.timers, socket);
  socket.retries = 0;
  socket.state = 'open';
  const { connection, endTag } = socket;
  connection.opened = true;
  const { number, port } = connection;
  net.observer.tell({ kind: 'connection-opened', from: socket.host.name, to: socket.peer.host.name, port, connection: number }, endTag);
  socket.outbox.push(net.segments.take(HANDSHAKE, endTag));
  pump(net, socket);
  hearMark(net, socket, CONNECTED, endTag);
}

const FAILED: Readonly<Record<ConnectFailure, Mark>> = { refused: REFUSED, unreachable: UNREACHABLE, timeout: CONNECT_TIMED_OUT };

function fail(net: NetworkState, socket: Socket, why: ConnectFailure, tag: number, say: typeof hearMark): void {
  abandonConnect(net, socket);
  const { number, port } = socket.connection;
  net.observer.tell({ kind: 'connection-failed', from: socket.host.name, to: socket.peer.host.name, port, connection: number, why }, tag);
  say(net, socket, FAILED[why], tag);
  releaseIfDone(net, socket);
}
