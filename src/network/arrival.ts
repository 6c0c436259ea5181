/**
 * What happens when the head of a flight reaches the other host.
 */

import { NO_EVENT } from '../kernel/index.ts';
import { acknowledge } from './acks.ts';
import { stall } from './backoff.ts';
import { answerWithReset, resetArrived } from './closing.ts';
import type { Socket } from './connection.ts';
import type { Fifo } from './fifo.ts';
import { offer } from './flows.ts';
import { hear } from './hearing.ts';
import { entryOf } from './lanes.ts';
import { DATA, FIN, HANDSHAKE, PROBE, RST, type Segment } from './segment.ts';
import { type NetworkState, releaseIfDone } from './state.ts';
import { awaitArrival, awaitLane, passOn, travel } from './transmission.ts';
import { ENTRY, EXIT, type Lane, type Wire } from './wire.ts';

/** Event: what `sender` sent has reached its peer. */
export function arrive(net: NetworkState, sender: Socket): void {
  sender.isAwaited = false;
  take(net, sender, sender.flight, sender.nicIn);
  awaitArrival(net, sender);
  releaseIfDone(net, sender);
}

/** Event: what waited for the NIC of the receiving host has passed it. */
export function enter(net: NetworkState, sender: Socket): void {
  const entry = sender.entry!;
  entry.event = NO_EVENT;
  take(net, sender, entry.flight, null);
  awaitLane(net, entry);
  releaseIfDone(net, sender);
}

/** Event: what has passed a slow link comes to the NIC of its own host. */
export function exit(net: NetworkState, sender: Socket): void {
  const { outbox } = sender;
  const lane = sender.exit!;
  const { nowUs } = net.kernel;
  outbox.event = NO_EVENT;
  for (let segment = outbox.flight.head; segment !== null && segment.arrivalUs <= nowUs; segment = outbox.flight.head) {
    outbox.flight.shift();
    if (passesAtOnce(sender, lane, lane.wire!, segment, nowUs)) travel(net, sender, segment, nowUs);
    else queueUp(net, lane, lane.wire!, segment);
  }
  awaitLane(net, outbox);
}

/** What has come is heard, unless it waits for `nic`. */
function take(net: NetworkState, sender: Socket, flight: Fifo<Segment>, nic: Wire | null): void {
  const { peer } = sender;
  const { nowUs } = net.kernel;
  let answers = false;
  let departedUs = 0;
  for (let segment = flight.head; segment !== null && segment.arrivalUs <= nowUs; segment = flight.head) {
    flight.shift();
    // A host that is down has no open sockets.
    const isUp = peer.state === 'open' || peer.host.up;
    if (nic !== null && isUp && !passesAtOnce(sender, sender.entry, nic, segment, nowUs)) {
      queueUp(net, entryOf(sender), nic, segment);
      continue;
    }
    if (segment.mark === DATA || segment.mark === PROBE) {
      answers = true;
      departedUs = segment.arrivalUs - segment.latencyUs;
    }
    if (isUp) reach(net, sender, peer, segment);
    else missed(net, sender, segment);
  }
  if (answers && peer.state !== 'gone') acknowledge(net, sender, departedUs);
}

/** Nothing of its own is before it, nobody waits, and the wire was free while it came. `lane` is null as long as nothing waited. */
function passesAtOnce(sender: Socket, lane: Lane | null, wire: Wire, segment: Segment, nowUs: number): boolean {
  if (lane !== null && (lane.head !== null || (lane.kind === ENTRY && lane.flight.head !== null))) return false;
  segment.wireEnd = 0;
  if (segment.bytes === 0) return true;
  const isFed = lane !== null && lane.kind === EXIT ? true : sender.isFedSlowly;
  return isFed && wire.waiting === 0 && wire.passes(segment.bytes, nowUs);
}

function queueUp(net: NetworkState, lane: Lane, wire: Wire, segment: Segment): void {
  lane.push(segment);
  if (lane.head!.bytes === 0) passOn(net, lane, 0);
  if (lane.head !== null) offer(net, wire, lane);
}

function reach(net: NetworkState, sender: Socket, receiver: Socket, segment: Segment): void {
  const { mark, tag, bytes } = segment;
  if (mark === RST) {
    net.segments.give(segment);
    resetArrived(net, receiver, tag);
    return;
  }
  if (mark === FIN && (receiver.state === 'open' || receiver.state === 'closing')) sender.finished = true;
  if (receiver.state !== 'open' || mark === PROBE) {
    net.segments.give(segment);
    const isExpected = receiver.state === 'open' || (receiver.state === 'closing' && mark !== DATA);
    if (!isExpected) answerWithReset(net, receiver);
    return;
  }
  if (mark === HANDSHAKE) receiver.accepted = true;
  if (mark === DATA) {
    sender.arrived += bytes;
    net.observer.detail('segment', sender.number, sender.isOpener ? 0 : 1, bytes);
  }
  hear(net, receiver, segment);
}

/** Nobody is there. The sender will try again, until somebody answers (by RST: it knows nothing any more) or it gives up. */
function missed(net: NetworkState, sender: Socket, segment: Segment): void {
  const repeats = segment.mark !== RST && (sender.state === 'open' || sender.state === 'closing');
  const departedUs = segment.arrivalUs - segment.latencyUs;
  net.segments.give(segment);
  if (repeats) stall(net, sender, departedUs);
}
