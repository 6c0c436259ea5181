/**
 * How segments come back from a wire, and which wires a socket's bytes pass.
 */

import { NO_EVENT } from '../kernel/index.ts';
import type { Socket } from './connection.ts';
import { Fifo } from './fifo.ts';
import { withdraw } from './flows.ts';
import type { Link } from './link.ts';
import type { Segment } from './segment.ts';
import type { NetworkState } from './state.ts';
import { awaitArrival, awaitLane } from './transmission.ts';
import { noteWay } from './way.ts';
import { ENTRY, EXIT, Lane, SOURCE, Wire } from './wire.ts';

/** Bytes of this lane beyond byte `gone` of its wire, which left at `goneUs`, return to its queue; returns how many. */
export function takeBack(net: NetworkState, lane: Lane, gone: number, goneUs: number): number {
  const { flight } = lane;
  let last: Segment | null = null;
  let first = flight.head;
  while (first !== null && first.wireEnd <= gone) {
    last = first;
    first = first.next;
  }
  if (first === null) return 0;
  const { head } = flight;
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
    const onTheWayUs = endsInFlight(lane) ? first.latencyUs : 0;
    first.arrivalUs = Math.max(earliestUs, goneUs + onTheWayUs, net.kernel.nowUs);
    flight.push(first);
  }
  let bytes = 0;
  for (let each = chain; each !== null; each = each.next) {
    bytes += each.bytes;
    each.wireEnd = 0;
  }
  lane.unshiftChain(chain!, chainEnd);
  if (lane.kind === SOURCE) lane.socket.sent -= bytes;
  awaitAgain(net, lane, head === first);
  return bytes;
}

/** What has not left the sending host returns to the outbox. Nothing is offered: `pump` does that. */
export function retreat(net: NetworkState, socket: Socket): void {
  const { exit, outbox } = socket;
  if (exit !== null) withdraw(net, exit);
  withdraw(net, outbox);
  if (exit === null) return;
  for (const fifo of [outbox.flight, exit]) {
    const { head, tail } = fifo;
    if (head === null) continue;
    for (let each: Segment | null = head; each !== null; each = each.next) {
      socket.sent -= each.bytes;
      each.wireEnd = 0;
    }
    outbox.unshiftChain(head, tail!);
    fifo.cutAfter(null);
  }
  if (outbox.event !== NO_EVENT) net.kernel.cancel(outbox.event);
  outbox.event = NO_EVENT;
}

/** The wires that a link's bytes pass, by its rate and its sender's; all of its sockets have retreated. */
export function route(net: NetworkState, link: Link): void {
  const { nicOut } = link.from;
  const { bytesPerS } = link.spec;
  const slow = isSlow(link);
  if (slow && link.wire === null) link.wire = newWire(net, bytesPerS);
  else if (slow && link.wire!.bytesPerS !== bytesPerS) link.wire!.setRate(bytesPerS, net.kernel.nowUs);
  link.first = slow ? link.wire : nicOut;
  link.second = slow ? nicOut : null;
  for (const socket of link.sockets) {
    // Their places were numbered by another clock.
    for (let each = socket.flight.head; each !== null; each = each.next) each.wireEnd = 0;
    socket.outbox.mark = 0;
    takeLanes(socket);
  }
  noteWay(link);
}

/** Slower than the NIC before it: its bandwidth is felt. */
export function isSlow({ spec: { bytesPerS }, from: { nicOut } }: Link): boolean {
  return bytesPerS > 0 && (nicOut === null || bytesPerS < nicOut.bytesPerS);
}

/** The lanes of a socket, as its link has wires. */
export function takeLanes(socket: Socket): void {
  const { outbox, link, flight } = socket;
  outbox.wire = link.first;
  outbox.flight = link.second === null ? flight : new Fifo();
  socket.exit = link.second === null ? null : new Lane(socket, EXIT, link.second, flight);
}

export function newWire(net: NetworkState, bytesPerS: number): Wire {
  const wire = new Wire(net.wires.length, bytesPerS);
  net.wires.push(wire);
  return wire;
}

/** The lane's flight is the one that ends at the other host. */
function endsInFlight({ kind, socket }: Lane): boolean {
  return kind === EXIT || (kind === SOURCE && socket.exit === null);
}

function awaitAgain(net: NetworkState, lane: Lane, headMoved: boolean): void {
  const { socket } = lane;
  if (endsInFlight(lane)) {
    socket.lastArrivalUs = socket.flight.tail?.arrivalUs ?? net.kernel.nowUs;
    if (!headMoved || !socket.isAwaited) return;
    net.kernel.cancel(net.arrivalEvents[socket.id]!);
    socket.isAwaited = false;
    awaitArrival(net, socket);
  } else {
    if (!headMoved || lane.event === NO_EVENT) return;
    net.kernel.cancel(lane.event);
    lane.event = NO_EVENT;
    awaitLane(net, lane);
  }
}

/** The lane of a sender's bytes through the NIC of the receiving host; made when that is first contended. */
export function entryOf(sender: Socket): Lane {
  sender.entry ??= new Lane(sender, ENTRY, sender.nicIn, new Fifo());
  return sender.entry;
}
