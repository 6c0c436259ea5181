/**
 * How connections end: by FIN, by RST, or without a word.
 *
 * As Linux does:
 * - A socket that is closed with all bytes read sends what was written, then FIN. Its owner is gone; the
 *   kernel goes on alone.
 * - Closed with unread bytes, or before it was accepted, it sends RST at once; what was written is lost.
 * - Bytes that come for a closed or unknown socket are answered by RST, and what it had still to send is lost.
 * - Who receives RST loses what it had to send, and hears of it after the bytes that came before.
 * - A host that lost power answers nothing; once it is back, it answers RST.
 */

import { NO_EVENT } from '../kernel/index.ts';
import { forgetAcks } from './acks.ts';
import { stall, stopTimer } from './backoff.ts';
import type { Socket } from './connection.ts';
import type { CloseReason } from './facts.ts';
import { pump, withdraw } from './flows.ts';
import { hearMark } from './hearing.ts';
import { retreat } from './lanes.ts';
import { FIN, HANDSHAKE, REFUSED, RST, TIMED_OUT } from './segment.ts';
import { cancelEvent } from './events.ts';
import { dropInbox, type NetworkState, releaseIfDone } from './state.ts';
import { fly } from './transmission.ts';
import type { Lane } from './wire.ts';

/** The owner closes, or dies. */
export function closeSocket(net: NetworkState, socket: Socket, why: 'close' | 'kill', tag: number): void {
  const unread = socket.peer.arrived > socket.read || (!socket.isOpener && socket.listener !== null);
  disown(net, socket);
  socket.endTag = tag;
  if (socket.state === 'connecting') {
    abandonConnect(net, socket);
  } else if (socket.state === 'open') {
    tellClosed(net, socket, unread && why === 'close' ? 'reset' : why, tag);
    if (unread) {
      forget(net, socket);
      sendReset(net, socket, tag);
    } else {
      socket.state = 'closing';
      socket.outbox.push(net.segments.take(FIN, tag));
      pump(net, socket);
    }
  }
  releaseIfDone(net, socket);
}

/** Bytes came for a socket that is not open: RST goes back. */
export function answerWithReset(net: NetworkState, socket: Socket): void {
  if (socket.state === 'closing') {
    tellClosed(net, socket, 'reset', socket.endTag);
    forget(net, socket);
  }
  if (socket.flight.tail?.mark !== RST) sendReset(net, socket, socket.endTag);
}

/** RST has come. */
export function resetArrived(net: NetworkState, socket: Socket, tag: number): void {
  const { state } = socket;
  if (state === 'gone' || state === 'unborn') return;
  const neverAccepted = !socket.isOpener && !socket.accepted;
  if (state === 'connecting') abandonConnect(net, socket);
  else forget(net, socket);
  socket.endTag = tag;
  if (neverAccepted) disown(net, socket);
  else hearMark(net, socket, state === 'connecting' ? REFUSED : RST, tag);
  releaseIfDone(net, socket);
}

/** Retransmission is given up. The peer is not told: it learns by RST when it sends something. */
export function giveUp(net: NetworkState, socket: Socket): void {
  tellClosed(net, socket, 'timeout', 0);
  forget(net, socket);
  hearMark(net, socket, TIMED_OUT, 0);
  releaseIfDone(net, socket);
}

/** Power is lost. */
export function vanish(net: NetworkState, socket: Socket, tag: number): void {
  disown(net, socket);
  socket.endTag = tag;
  if (socket.state === 'connecting') abandonConnect(net, socket);
  else if (socket.state !== 'unborn') forget(net, socket);
  if (socket.peer.entry !== null) vanishAtEntry(net, socket.peer, socket.peer.entry);
  releaseIfDone(net, socket);
}

/** What was in the NIC of a host that lost power. */
function vanishAtEntry(net: NetworkState, sender: Socket, entry: Lane): void {
  if (entry.isEmpty) return;
  withdraw(net, entry);
  net.segments.giveChain(entry.cutAfter(null));
  net.segments.giveChain(entry.flight.cutAfter(null));
  if (entry.event !== NO_EVENT) net.kernel.cancel(entry.event);
  entry.event = NO_EVENT;
  if (sender.state === 'open' || sender.state === 'closing') stall(net, sender, net.kernel.nowUs);
}

/** The RST of a socket that is gone was about to leave when the link was cut. */
export function dropOutbox(net: NetworkState, socket: Socket): void {
  net.segments.giveChain(socket.outbox.cutAfter(null));
  releaseIfDone(net, socket);
}

/** A SYN and its answer have no effect any more. */
export function abandonConnect(net: NetworkState, opener: Socket): void {
  cancelEvent(net, net.synEvents, opener);
  stopTimer(net, opener);
  opener.state = 'gone';
  dropEmbryo(net, opener.peer);
}

/** A connection that was never completed is dropped by the listener's kernel; nobody there has heard of it. */
function dropEmbryo(net: NetworkState, acceptor: Socket): void {
  if (acceptor.state !== 'open' || acceptor.accepted) return;
  disown(net, acceptor);
  acceptor.state = 'gone';
}

/** Nothing is heard of it any more, and what was not read is dropped. */
function disown(net: NetworkState, socket: Socket): void {
  socket.process?.sockets.delete(socket);
  socket.process = null;
  socket.owned = false;
  socket.ears = null;
  if (socket.listener !== null) socket.listener.waiting--;
  socket.listener = null;
  dropInbox(net, socket);
}

/** The kernel forgets the connection; what has left still arrives. */
function forget(net: NetworkState, socket: Socket): void {
  socket.state = 'gone';
  retreat(net, socket);
  if (socket.isOpener && socket.flight.head?.mark !== HANDSHAKE) dropEmbryo(net, socket.peer);
  net.segments.giveChain(socket.outbox.cutAfter(null));
  forgetAcks(net, socket);
  stopTimer(net, socket);
  cancelEvent(net, net.drainEvents, socket);
  socket.awaitsCredit = false;
}

/** One packet, never repeated: in a partition it is lost. */
function sendReset(net: NetworkState, socket: Socket, tag: number): void {
  if (!socket.host.up || socket.link.cuts > 0 || socket.link.loses()) return;
  fly(net, socket, net.segments.take(RST, tag));
}

/** Tells who ended a connection, once. */
function tellClosed(net: NetworkState, socket: Socket, why: CloseReason, tag: number): void {
  const { connection, isOpener, peer, host } = socket;
  if (connection.closed || !connection.opened) return;
  connection.closed = true;
  const from = (isOpener ? host : peer.host).name;
  const to = (isOpener ? peer.host : host).name;
  net.observer.tell({ kind: 'connection-closed', from, to, connection: connection.number, by: host.name, why }, tag);
}
