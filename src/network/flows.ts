/**
 * Who may send next on a link with bandwidth.
 *
 * A link's wire is given away in turns: a turn is so many bytes of one socket, and takes one event however
 * many packets it is. Sockets that had nothing to send until now go before those that had their
 * turn and want more, and interrupt a long turn at the byte that is just leaving: so a heartbeat does
 * not wait behind the gigabytes of another connection, and large transfers share evenly.
 * (Linux' default queueing discipline, fq_codel, does the same with packets.)
 *
 * What is given away and has not left can be taken back, to the byte: at an interruption, a cut, or a new rate.
 *
 * Not here yet: several links sharing the NIC of a host. The place for it is one more clock with turns in
 * front of the links of a host, giving away the same turns.
 */

import { NO_EVENT } from '../kernel/index.ts';
import { stall } from './backoff.ts';
import type { Socket } from './connection.ts';
import type { Link } from './link.ts';
import type { Segment } from './segment.ts';
import type { NetworkState } from './state.ts';
import { awaitArrival, depart, maySend, PACKET_BYTES } from './transmission.ts';

/** A turn lasts at most 1/20 s, all who wait included, so that a receiver of much hears often. */
const TURNS_PER_S = 20;
/** Of the socket buffer: acknowledgements of one part come back while the next ones are on the wire. */
const BUFFER_PARTS = 8;
const MIN_TURN_BYTES = 16_384;
/** Up to so long one waits one's turn without interrupting; so far ahead small sends are given their place at once. */
const PATIENCE_US = 1_000;

/** Sends of the outbox what may be sent now. */
export function pump(net: NetworkState, socket: Socket): void {
  if (socket.outbox.head === null || socket.stalled) return;
  const { link } = socket;
  if (link.cuts > 0) {
    if (maySend(socket)) stall(net, socket, net.kernel.nowUs);
  } else if (link.clock.bytesPerS === 0) {
    depart(net, socket, Infinity);
  } else if (!socket.queued && maySend(socket)) {
    takeTurn(net, link, socket);
  }
}

/** The wire is free and somebody waits: the next turn. */
export function serve(net: NetworkState, link: Link): void {
  link.serveEvent = NO_EVENT;
  const socket = nextInTurn(link);
  if (socket === null) return;
  depart(net, socket, turnBytes(link, socket));
  link.serving = socket;
  if (maySend(socket)) queue(link, socket, false);
  scheduleServe(net, link);
}

/**
 * The link is cut, or its rate is about to change: what has not left returns to the outboxes. Sockets
 * come back to sending by `pump`.
 */
export function stopWire(net: NetworkState, link: Link): void {
  if (link.clock.bytesPerS === 0) return;
  const leftUs = link.clock.takeBack(net.kernel.nowUs);
  for (const socket of link.sockets) takeBack(net, socket, link.clock.committed, leftUs);
  for (let socket = dequeue(link); socket !== null; socket = dequeue(link));
  link.serving = null;
  if (link.serveEvent !== NO_EVENT) net.kernel.cancel(link.serveEvent);
  link.serveEvent = NO_EVENT;
}

/** Returns to the outbox what has not left, its sender having died: nobody else moves up. */
export function takeBackOwn(net: NetworkState, socket: Socket): void {
  const { clock } = socket.link;
  if (clock.bytesPerS === 0) return;
  const gone = clock.left(net.kernel.nowUs);
  takeBack(net, socket, gone, clock.leavesAtUs(gone));
}

function takeTurn(net: NetworkState, link: Link, socket: Socket): void {
  const { nowUs } = net.kernel;
  const aheadUs = link.clock.busyUntilUs - nowUs;
  if (link.waiting === 0 && aheadUs <= PATIENCE_US && isShort(link, socket.written - socket.sent)) {
    depart(net, socket, Infinity);
    return;
  }
  const hadTheLastTurn = link.serving === socket && aheadUs > 0;
  queue(link, socket, !hadTheLastTurn);
  if (aheadUs <= 0) {
    if (link.serveEvent === NO_EVENT) serve(net, link);
  } else if (aheadUs > PATIENCE_US && !hadTheLastTurn && mayInterrupt(link)) {
    interrupt(net, link);
  } else {
    scheduleServe(net, link);
  }
}

/** So little that nobody minds waiting behind it. */
function isShort(link: Link, bytes: number): boolean {
  return bytes <= Math.max(PACKET_BYTES, Math.floor((link.clock.bytesPerS * PATIENCE_US) / 1_000_000));
}

/** Only the last turn given away can be taken back without moving others. */
function mayInterrupt(link: Link): boolean {
  return link.serving?.flight.tail?.wireEnd === link.clock.committed;
}

function interrupt(net: NetworkState, link: Link): void {
  const served = link.serving!;
  const leftUs = link.clock.interrupt(net.kernel.nowUs);
  takeBack(net, served, link.clock.committed, leftUs);
  link.serving = null;
  if (!served.queued && maySend(served)) queue(link, served, false);
  if (link.serveEvent !== NO_EVENT) net.kernel.cancel(link.serveEvent);
  serve(net, link);
}

function turnBytes(link: Link, socket: Socket): number {
  const atOnce = Math.floor(link.clock.bytesPerS / TURNS_PER_S);
  const shared = Math.max(Math.floor(atOnce / (link.waiting + 1)), Math.min(atOnce, MIN_TURN_BYTES));
  return Math.max(PACKET_BYTES, Math.min(shared, Math.floor(socket.bufferBytes / BUFFER_PARTS)));
}

function queue(link: Link, socket: Socket, first: boolean): void {
  socket.queued = true;
  link.waiting++;
  if (first) link.fresh.push(socket);
  else link.turning.push(socket);
}

function dequeue(link: Link): Socket | null {
  const socket = link.fresh.shift() ?? link.turning.shift();
  if (socket === null) return null;
  socket.queued = false;
  link.waiting--;
  return socket;
}

/** Passes over those who have died or stalled since they queued. */
function nextInTurn(link: Link): Socket | null {
  for (let socket = dequeue(link); socket !== null; socket = dequeue(link)) if (maySend(socket)) return socket;
  return null;
}

function scheduleServe(net: NetworkState, link: Link): void {
  if (link.waiting === 0 || link.serveEvent !== NO_EVENT) return;
  const freeUs = Math.max(net.kernel.nowUs, link.clock.busyUntilUs);
  link.serveEvent = net.kernel.at(freeUs, net.handlers.serve, link.id);
}

/** Bytes of this socket beyond byte number `gone` of the wire, which left at `goneUs`, return to the outbox. */
function takeBack(net: NetworkState, socket: Socket, gone: number, goneUs: number): void {
  const { flight, outbox } = socket;
  let last: Segment | null = null;
  let first = flight.head;
  while (first !== null && first.wireEnd <= gone) {
    last = first;
    first = first.next;
  }
  if (first === null) return;
  const head = flight.head;
  let chainEnd = flight.tail!;
  let chain = flight.cutAfter(last);
  const started = first.bytes - (first.wireEnd - gone);
  if (started > 0) {
    const rest = net.segments.split(first, started);
    rest.next = first.next;
    if (chainEnd === first) chainEnd = rest;
    chain = rest;
    first.wireEnd = gone;
    const earliestUs = last === null ? 0 : last.arrivalUs;
    first.arrivalUs = Math.max(earliestUs, goneUs + first.latencyUs, net.kernel.nowUs);
    flight.push(first);
  }
  for (let each = chain; each !== null; each = each.next) {
    socket.sent -= each.bytes;
    each.wireEnd = 0;
  }
  outbox.unshiftChain(chain!, chainEnd);
  socket.lastArrivalUs = flight.tail?.arrivalUs ?? net.kernel.nowUs;
  if (socket.arrivalEvent !== NO_EVENT && head === first) {
    net.kernel.cancel(socket.arrivalEvent);
    socket.arrivalEvent = NO_EVENT;
    awaitArrival(net, socket);
  }
}
