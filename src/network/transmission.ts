/**
 * From a socket's outbox onto its wires and its link, and when it will arrive.
 *
 * What leaves at one instant shares one draw of latency, as one flush of a server is one burst of
 * packets. Order is kept: what draws less than its predecessor arrives together with it. Only the head
 * of a flight has an event in the kernel's queue.
 */

import { NO_EVENT } from '../kernel/index.ts';
import { armTimer, repairSoon, roundTripUs } from './backoff.ts';
import type { Socket } from './connection.ts';
import type { Link } from './link.ts';
import type { Segment } from './segment.ts';
import type { NetworkState } from './state.ts';
import { ENTRY, EXIT, type Lane } from './wire.ts';

/** Payload bytes of a full packet: Ethernet's 1500 without the headers of IP and TCP with timestamps. */
export const PACKET_BYTES = 1448;
const FAST_RETRANSMIT_PACKETS = 3;

/** Gives at most `budget` bytes of the outbox to the first wire or the link, as far as the peer's window allows. */
export function depart(net: NetworkState, socket: Socket, budget: number): void {
  const { outbox, link } = socket;
  let left = budget;
  for (let segment = outbox.head; segment !== null; segment = outbox.head) {
    const bytes = Math.min(left, fittingBytes(socket, segment));
    if (bytes < segment.bytes && bytes === 0) return;
    outbox.shift();
    if (bytes < segment.bytes) outbox.unshift(net.segments.split(segment, bytes));
    left -= bytes;
    if (socket.isLossy) {
      const lost = lostPacket(link, bytes);
      if (lost >= 0) {
        lose(net, socket, segment, lost * PACKET_BYTES);
        return;
      }
    }
    fly(net, socket, segment);
  }
}

/** Something in the outbox may leave, as far as socket and peer are concerned. */
export function maySend(socket: Socket): boolean {
  return socket.outbox.head !== null && !socket.stalled && !waitsForWindow(socket);
}

/** The receive buffer of the peer, as far as this side knows, has no room. */
export function waitsForWindow(socket: Socket): boolean {
  if (socket.sent === socket.written) return false; // at most a sign is left
  const { head } = socket.outbox;
  return head !== null && head.bytes > 0 && fittingBytes(socket, head) === 0;
}

/**
 * How many bytes of a segment fit the peer's receive buffer. A small rest of it is not filled with a part of what
 * one has (silly window avoidance, RFC 1122).
 */
function fittingBytes(socket: Socket, { bytes }: Segment): number {
  const { peerBufferBytes } = socket;
  const window = peerBufferBytes - (socket.sent - socket.credited);
  if (bytes <= window) return bytes;
  return window >= Math.min(PACKET_BYTES, Math.ceil(peerBufferBytes / 2)) ? window : 0;
}

/** Puts a segment on the first wire, or on the link. It is out of the outbox, and nothing is in its way. */
export function fly(net: NetworkState, socket: Socket, segment: Segment): void {
  const { outbox, exit } = socket;
  const { wire } = outbox;
  const { nowUs } = net.kernel;
  let departureUs = nowUs;
  if (wire !== null && segment.bytes > 0) {
    departureUs = Math.max(nowUs, wire.commit(segment.bytes, nowUs));
    segment.wireEnd = wire.committed;
  }
  socket.sent += segment.bytes;
  if (exit === null) travel(net, socket, segment, departureUs);
  else lead(net, outbox, segment, departureUs);
}

/** What waits in a lane between two wires: gives at most `budget` bytes of it to the next one. */
export function passOn(net: NetworkState, lane: Lane, budget: number): void {
  const { wire, socket } = lane;
  const { nowUs } = net.kernel;
  let left = budget;
  for (let segment = lane.head; segment !== null; segment = lane.head) {
    const bytes = Math.min(left, segment.bytes);
    if (bytes < segment.bytes && bytes === 0) return;
    lane.shift();
    if (bytes < segment.bytes) lane.unshift(net.segments.split(segment, bytes));
    left -= bytes;
    let passedUs = nowUs;
    if (wire !== null && bytes > 0) {
      passedUs = lane.kind === EXIT || socket.isFedSlowly ? wire.follow(bytes, nowUs) : wire.commit(bytes, nowUs);
      segment.wireEnd = wire.committed;
    }
    if (lane.kind === EXIT) travel(net, socket, segment, passedUs);
    else lead(net, lane, segment, passedUs);
  }
}

/** The segment leaves the host, and has its latency before it. */
export function travel(net: NetworkState, socket: Socket, segment: Segment, departureUs: number): void {
  segment.latencyUs = latencyAtThisInstant(net, socket);
  segment.arrivalUs = Math.max(socket.lastArrivalUs, departureUs + segment.latencyUs);
  socket.lastArrivalUs = segment.arrivalUs;
  socket.flight.push(segment);
  awaitArrival(net, socket);
}

/** The segment comes to the end of a lane at an instant. */
function lead(net: NetworkState, lane: Lane, segment: Segment, atUs: number): void {
  const { tail } = lane.flight;
  segment.arrivalUs = tail === null ? atUs : Math.max(atUs, tail.arrivalUs);
  lane.flight.push(segment);
  awaitLane(net, lane);
}

export function awaitLane(net: NetworkState, lane: Lane): void {
  const { head } = lane.flight;
  if (head === null || lane.event !== NO_EVENT) return;
  lane.event = net.kernel.at(head.arrivalUs, lane.kind === ENTRY ? net.handlers.enter : net.handlers.exit, lane.socket.id);
}

export function awaitArrival(net: NetworkState, socket: Socket): void {
  const { head } = socket.flight;
  if (head !== null && !socket.isAwaited) {
    socket.isAwaited = true;
    net.arrivalEvents[socket.id] = net.kernel.at(head.arrivalUs, net.handlers.arrive, socket.id);
  }
}

function latencyAtThisInstant(net: NetworkState, socket: Socket): number {
  const { nowUs } = net.kernel;
  if (socket.drawnAtUs !== nowUs) {
    socket.drawnAtUs = nowUs;
    socket.drawnUs = net.latencies.drawUs(socket);
  }
  return socket.drawnUs;
}

/** The first packet of so many bytes (or of a sign, which is one packet) that is lost; -1: none. */
function lostPacket(link: Link, bytes: number): number {
  const packets = Math.max(1, Math.ceil(bytes / PACKET_BYTES));
  for (let packet = 0; packet < packets; packet++) if (link.loses()) return packet;
  return -1;
}

/**
 * The packet that begins `good` bytes into `segment` is lost. It took its time on the wire all the same. All
 * behind it waits until it was sent again: order is kept. If three packets follow it, that is after one round
 * trip (fast retransmission), else at the time-out.
 */
function lose(net: NetworkState, socket: Socket, segment: Segment, good: number): void {
  let lost = segment;
  if (good > 0) {
    lost = net.segments.split(segment, good);
    fly(net, socket, segment);
  }
  socket.outbox.unshift(lost);
  const { wire } = socket.outbox;
  const { nowUs } = net.kernel;
  const lostBytes = Math.min(lost.bytes, PACKET_BYTES);
  const departureUs = wire === null ? nowUs : Math.max(nowUs, wire.commit(lostBytes, nowUs));
  socket.stalled = true;
  socket.sentSinceLoss = 0;
  const followingBytes = socket.written - socket.sent - lostBytes;
  if (!noteFollowers(net, socket, followingBytes, departureUs)) armTimer(net, socket, departureUs);
}

/** `bytes` more follow a lost packet. True when they bring it back. */
export function noteFollowers(net: NetworkState, socket: Socket, bytes: number, departureUs: number): boolean {
  const before = socket.sentSinceLoss;
  socket.sentSinceLoss += Math.ceil(bytes / PACKET_BYTES);
  if (before >= FAST_RETRANSMIT_PACKETS || socket.sentSinceLoss < FAST_RETRANSMIT_PACKETS) return false;
  if (socket.retries > 0 || socket.link.cuts > 0 || socket.peer.link.cuts > 0) return false;
  repairSoon(net, socket, departureUs + roundTripUs(socket));
  return true;
}
