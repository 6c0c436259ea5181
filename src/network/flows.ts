/**
 * Who may send next.
 *
 * Bytes pass up to three wires: a link that is slower than the sending NIC (it paces what it takes), the NIC of
 * the sending host, and, after the latency, the NIC of the receiving one. Each wire gives itself away by one policy:
 *
 * 1. A turn is so many bytes of one lane: 1/20 s of the wire, shared with all who wait, at least 16 KiB of it, at most 1/8 of a
 *    socket buffer and at least a packet. It takes one event, however many packets it is.
 * 2. Who had least goes next. A wire counts what it carried for each lane (its mark); the lowest has the next turn, among equals
 *    who came first. Who comes after having had nothing to send starts from where the last turn began, if its own mark is lower.
 *    A wire that is fed by one that is not quicker passes bytes while they come: what finds it free so long needs no turn, and
 *    is not counted.
 * 3. Turns are given when somebody comes or the wire is free, until 1 ms of it is given away; further ones when it is free.
 * 4. Who comes with no more of a mark than the last turn has by now, when that has more than 1 ms to go, interrupts it at
 *    the byte that is just leaving. So a heartbeat does not wait behind the gigabytes of another connection.
 * 5. What was given away and has not left can be taken back, to the byte. At a cut, the end of a socket and a change of rate, what
 *    has not left the sending host returns to the outbox. The wire is free at once if nobody else has a place behind
 *    the first of it; if somebody has, its time is lost.
 *
 * n transfers share evenly, as under Linux' fq_codel, and cost a few events a turn each. A connection is one lane, so the
 * command stream waits behind its own RDB; what stalls one link or one socket holds up nobody else. Signs (FIN, …) take no time.
 */

import { NO_EVENT } from '../kernel/index.ts';
import { learn } from './acks.ts';
import { stall } from './backoff.ts';
import type { Socket } from './connection.ts';
import { takeBack } from './lanes.ts';
import { add, takeFirst } from './line.ts';
import type { NetworkState } from './state.ts';
import { depart, maySend, PACKET_BYTES, passOn } from './transmission.ts';
import { type Lane, SOURCE, type Wire } from './wire.ts';

/** Of the socket buffer: acknowledgements of one part come back while the next ones are on the wire. */
const BUFFER_PARTS = 8;
const MIN_TURN_BYTES = 16_384;
/** So much of a wire is given away without regard to who may come. */
const AHEAD_US = 1_000;

/** Sends of the outbox what may be sent now. */
export function pump(net: NetworkState, socket: Socket): void {
  const { outbox } = socket;
  if (outbox.head === null || socket.stalled) return;
  if (socket.isCut) {
    if (maySend(socket)) stall(net, socket, net.kernel.nowUs);
    return;
  }
  if (outbox.wire === null) depart(net, socket, Infinity);
  else {
    if (outbox.head.bytes === 0) depart(net, socket, 0);
    if (maySend(socket)) offer(net, outbox.wire, outbox);
  }
}

/** A lane has something to send. */
export function offer(net: NetworkState, wire: Wire, lane: Lane): void {
  if (lane.place >= 0) return;
  if (lane.mark < wire.mark) lane.mark = wire.mark;
  const hasRoom = wire.busyUntilUs - net.kernel.nowUs < AHEAD_US;
  if (hasRoom && wire.waiting === 0) {
    giveTurn(net, wire, lane);
  } else {
    add(wire, lane);
    if (hasRoom) giveTurns(net, wire);
    else if (mayInterrupt(net, wire, lane)) interrupt(net, wire);
  }
  awaitTurns(net, wire);
}

/** Event: the wire is free, and somebody waits. */
export function serve(net: NetworkState, wire: Wire): void {
  wire.event = NO_EVENT;
  // More was given away since this was arranged.
  if (wire.busyUntilUs <= net.kernel.nowUs) giveTurns(net, wire);
  awaitTurns(net, wire);
}

/** Takes from a wire what it has not carried of this lane's; nobody else moves up. */
export function withdraw(net: NetworkState, lane: Lane): void {
  const { wire } = lane;
  if (wire === null) return;
  lane.leaveLine();
  if (wire.served === lane) wire.served = null;
  const { nowUs } = net.kernel;
  const gone = wire.left(nowUs);
  const first = firstBehind(lane, gone);
  const bytes = takeBack(net, lane, gone, wire.leavesAtUs(gone));
  lane.mark -= bytes;
  if (bytes === 0 || first + bytes < wire.committed) return;
  wire.release(first, nowUs);
  if (wire.event !== NO_EVENT) net.kernel.cancel(wire.event);
  wire.event = NO_EVENT;
  awaitTurns(net, wire);
}

function giveTurns(net: NetworkState, wire: Wire): void {
  const untilUs = net.kernel.nowUs + AHEAD_US;
  while (wire.waiting > 0 && wire.busyUntilUs < untilUs) giveTurn(net, wire, takeFirst(wire));
}

function giveTurn(net: NetworkState, wire: Wire, lane: Lane): void {
  if (wire.mark < lane.mark) wire.mark = lane.mark;
  const before = wire.committed;
  const budget = turnBytes(wire, lane);
  if (lane.kind === SOURCE) {
    learn(net, lane.socket);
    depart(net, lane.socket, budget);
  } else passOn(net, lane, budget);
  wire.served = lane;
  wire.servedFrom = before;
  wire.servedTo = wire.committed;
  lane.mark += wire.committed - before;
  if (hasMore(lane)) add(wire, lane);
}

function turnBytes({ waiting, turnBytes: all }: Wire, { socket }: Lane): number {
  const shared = waiting === 0 ? all : Math.max(Math.floor(all / (waiting + 1)), Math.min(all, MIN_TURN_BYTES));
  return Math.max(PACKET_BYTES, Math.min(shared, Math.floor(socket.bufferBytes / BUFFER_PARTS)));
}

function hasMore(lane: Lane): boolean {
  return lane.kind === SOURCE ? maySend(lane.socket) : lane.head !== null;
}

/** Only the last turn given away can be taken back without moving others. */
function mayInterrupt(net: NetworkState, wire: Wire, lane: Lane): boolean {
  const { served, servedFrom, servedTo } = wire;
  if (served === null || served === lane || servedTo !== wire.committed) return false;
  const rest = servedTo - Math.max(servedFrom, wire.left(net.kernel.nowUs));
  return lane.mark <= served.mark - rest && rest * 1_000_000 > AHEAD_US * wire.bytesPerS;
}

function interrupt(net: NetworkState, wire: Wire): void {
  const { servedFrom } = wire;
  const { nowUs } = net.kernel;
  const served = wire.served!;
  const left = Math.max(servedFrom, wire.left(nowUs));
  takeBack(net, served, left, wire.leavesAtUs(left));
  served.mark -= wire.committed - left;
  wire.release(left, nowUs);
  wire.served = null;
  served.leaveLine();
  if (hasMore(served)) add(wire, served);
  if (wire.event !== NO_EVENT) net.kernel.cancel(wire.event);
  wire.event = NO_EVENT;
  giveTurns(net, wire);
}

function awaitTurns(net: NetworkState, wire: Wire): void {
  if (wire.waiting === 0 || wire.event !== NO_EVENT) return;
  const freeUs = Math.max(net.kernel.nowUs, wire.busyUntilUs);
  wire.event = net.kernel.at(freeUs, net.handlers.serve, wire.id);
}

/** The place before the first byte of this lane's that has not left. */
function firstBehind({ flight }: Lane, gone: number): number {
  for (let each = flight.head; each !== null; each = each.next) if (each.wireEnd > gone) return Math.max(gone, each.wireEnd - each.bytes);
  return gone;
}
