/**
 * What happens when the head of a flight reaches the other host.
 */

import { NO_EVENT } from '../kernel/index.ts';
import { acknowledge } from './acks.ts';
import { stall } from './backoff.ts';
import { answerWithReset, resetArrived } from './closing.ts';
import type { Socket } from './connection.ts';
import { hear } from './hearing.ts';
import { DATA, FIN, HANDSHAKE, PROBE, RST, type Segment } from './segment.ts';
import { type NetworkState, releaseIfDone } from './state.ts';
import { awaitArrival } from './transmission.ts';

/** Event: what `sender` sent has reached its peer. */
export function arrive(net: NetworkState, sender: Socket): void {
  sender.arrivalEvent = NO_EVENT;
  const { flight, peer } = sender;
  const { nowUs } = net.kernel;
  let answers = false;
  let departedUs = 0;
  for (let segment = flight.head; segment !== null && segment.arrivalUs <= nowUs; segment = flight.head) {
    flight.shift();
    if (segment.mark === DATA || segment.mark === PROBE) {
      answers = true;
      departedUs = segment.arrivalUs - segment.latencyUs;
    }
    if (peer.host.up) reach(net, sender, peer, segment);
    else missed(net, sender, segment);
  }
  if (answers && peer.state !== 'gone') acknowledge(net, sender, departedUs);
  awaitArrival(net, sender);
  releaseIfDone(net, sender);
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
    net.observer.detail('segment', sender.connection.number, sender.isOpener ? 0 : 1, bytes);
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
