/**
 * From a socket's inbox to the ears of its owner.
 *
 * All that an owner hears of a socket comes in one order, and waits in the inbox while the process is paused or
 * does not read. Owners are called from kernel events only. They may do anything in a call, also pause
 * or close, so nothing is assumed after one.
 */

import { acknowledge, learn, tellCredit } from './acks.ts';
import type { Socket } from './connection.ts';
import { Fifo } from './fifo.ts';
import type { Process } from './host.ts';
import { isHearing, markReady, wakeLater } from './ready.ts';
import {
  CONNECT_TIMED_OUT, CONNECTED, DATA, FIN, HANDSHAKE, type Mark, PROBE, REFUSED, RST, type Segment, TIMED_OUT, UNREACHABLE,
} from './segment.ts';
import type { NetworkState } from './state.ts';

/** Something came for the owner. Returns true when bytes were read: the caller acknowledges. */
export function hear(net: NetworkState, socket: Socket, news: Segment): boolean {
  if (isHearing(socket)) {
    // The usual case: it waits for nothing.
    if (news.mark === DATA && !socket.readingPaused && socket.inbox === null) return tell(net, socket, news);
    inboxOf(socket).push(news);
    return tellInbox(net, socket);
  }
  inboxOf(socket).push(news);
  markReady(net, socket);
  return false;
}

/** News of the socket's own kernel. */
export function hearMark(net: NetworkState, socket: Socket, mark: Mark, tag: number): void {
  if (socket.owned) hear(net, socket, net.segments.take(mark, tag));
}

/** As `hearMark`, for use inside a call of the owner: told from an event at this instant. */
export function hearMarkLater(net: NetworkState, socket: Socket, mark: Mark, tag: number): void {
  inboxOf(socket).push(net.segments.take(mark, tag));
  markReady(net, socket);
}

/** Event: a process hears what it has not heard, socket by socket, until it pauses again. */
export function wake(net: NetworkState, process: Process): void {
  const { ready } = process;
  const count = ready.length;
  let heard = 0;
  // `waking` stays true meanwhile: who becomes ready in a call of the owner is told from an event of its own.
  while (heard < count && !process.paused) {
    const socket = ready[heard]!;
    if (socket.process !== process) {
      heard++; // handed over, or gone
      continue;
    }
    socket.isReady = false;
    if (socket.owned) tellNews(net, socket);
    if (socket.process === process && isInterrupted(socket)) {
      socket.isReady = true;
      break;
    }
    heard++;
  }
  process.ready = ready.slice(heard);
  process.waking = false;
  wakeLater(net, process);
}

function tellNews(net: NetworkState, socket: Socket): void {
  learn(net, socket);
  tellCredit(net, socket);
  // Its owner may have closed it in the call, and both ends may be forgotten by now.
  if (tellInbox(net, socket) && socket.state !== 'gone') acknowledge(net, socket.peer, net.kernel.nowUs);
}

/** Its process has paused before it heard all of it, so it keeps its place. */
function isInterrupted(socket: Socket): boolean {
  return socket.process?.paused === true && hasNews(socket) && !socket.isReady;
}

/** There is something that its owner has not heard, and would. */
export function hasNews(socket: Socket): boolean {
  const { inbox } = socket;
  const mayHear = inbox !== null && !(socket.readingPaused && waitsForReading(inbox.head!.mark));
  return mayHear || (socket.state === 'open' && socket.credited > socket.told);
}

/** Tells what is in the inbox as far as the owner hears and reads. True when bytes were read. */
function tellInbox(net: NetworkState, socket: Socket): boolean {
  const readBefore = socket.read;
  // The owner may fill it anew in the call.
  for (let { inbox } = socket; inbox !== null && isHearing(socket); { inbox } = socket) {
    if (socket.readingPaused && waitsForReading(inbox.head!.mark)) break;
    const head = inbox.shift()!;
    if (inbox.head === null) socket.inbox = null;
    tell(net, socket, head);
  }
  return socket.read > readBefore;
}

/** True when bytes were read. */
function tell(net: NetworkState, socket: Socket, news: Segment): boolean {
  const { mark, payload, from, bytes, tag } = news;
  socket.read += bytes;
  net.segments.give(news);
  if (mark === DATA) socket.ears!.received(socket.id, { payload, from, to: from + bytes }, tag);
  else tellSign(socket, mark, tag);
  return bytes > 0;
}

function inboxOf(socket: Socket): Fifo<Segment> {
  return (socket.inbox ??= new Fifo());
}

/** Behind a socket that nobody reads, bytes wait, and so does what came after them. */
function waitsForReading(mark: Mark): boolean {
  return mark === DATA || mark === FIN || mark === RST || mark === TIMED_OUT;
}

function tellSign(socket: Socket, mark: Mark, tag: number): void {
  const events = socket.ears!;
  const { id, connection } = socket;
  switch (mark) {
    case HANDSHAKE:
      if (socket.listener !== null) socket.listener.waiting--;
      socket.listener = null;
      return events.accepted(id, connection.port, connection.shownHost.id, connection.shownPort, socket.bufferBytes, tag);
    case CONNECTED:
      return events.connected(id, socket.bufferBytes, tag);
    case FIN:
    case RST:
    case TIMED_OUT:
      if (socket.endTold) return;
      socket.endTold = true;
      return events.closed(id, mark === FIN ? 'eof' : mark === RST ? 'reset' : 'timeout', tag);
    case REFUSED:
      return events.connectFailed(id, 'refused', tag);
    case UNREACHABLE:
      return events.connectFailed(id, 'unreachable', tag);
    case CONNECT_TIMED_OUT:
      return events.connectFailed(id, 'timeout', tag);
    case DATA:
    case PROBE:
      return;
  }
}
