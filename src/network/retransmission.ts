/**
 * The retransmission timer fires: only here does a stalled socket come back to life.
 *
 * After a partition heals nothing happens by itself; the next retransmission is the first packet to find out. If
 * it gets through, and its acknowledgement can come back, everything that waited follows at once (slow
 * start is left out). If only the way there is open, the window of a sender that has timed out is one packet:
 * so a partition of one direction soon stops the other one too.
 */

import { NO_EVENT } from '../kernel/index.ts';
import { awaitCredit, learn } from './acks.ts';
import { armTimer, DATA_RETRIES, hush, ORPHAN_RETRIES, rtoUs } from './backoff.ts';
import { giveUp } from './closing.ts';
import type { Socket } from './connection.ts';
import { pump } from './flows.ts';
import { PROBE } from './segment.ts';
import type { NetworkState } from './state.ts';
import { depart, fly, maySend, PACKET_BYTES } from './transmission.ts';

/** Event: the timer of `socket` has run out. */
export function retransmit(net: NetworkState, socket: Socket): void {
  net.timers[socket.id] = NO_EVENT;
  learn(net, socket);
  if (!socket.stalled && isAnswered(socket)) return awaitCredit(net, socket);
  const { fastRepair } = socket;
  socket.fastRepair = false;
  if (!fastRepair) {
    // An acknowledgement since then has started the timer anew.
    if (socket.lastAckUs > socket.timerBaseUs && socket.lastAckUs + rtoUs(socket) > net.kernel.nowUs) {
      return armTimer(net, socket, socket.lastAckUs);
    }
    socket.retries++;
    if (socket.retries > (socket.owned ? DATA_RETRIES : ORPHAN_RETRIES)) return giveUp(net, socket);
  }
  net.observer.detail('retransmission', socket.connection.number, socket.isOpener ? 0 : 1, socket.retries);
  const isLost = socket.link.cuts > 0 || !socket.peer.host.up || socket.link.loses();
  if (isLost) {
    hush(socket);
    armTimer(net, socket, net.kernel.nowUs);
  } else if (socket.peer.link.cuts > 0) {
    sendOnePacket(net, socket);
  } else {
    resume(net, socket);
  }
}

function resume(net: NetworkState, socket: Socket): void {
  socket.stalled = false;
  socket.sentSinceLoss = -1;
  if (socket.outbox.head === null || !isAnswered(socket)) fly(net, socket, net.segments.take(PROBE, 0));
  pump(net, socket);
}

/** What was not acknowledged is sent again before anything new. The timer is armed when no answer can come back. */
function sendOnePacket(net: NetworkState, socket: Socket): void {
  socket.stalled = false;
  if (socket.acked === socket.sent && maySend(socket)) depart(net, socket, PACKET_BYTES);
  else fly(net, socket, net.segments.take(PROBE, 0));
  hush(socket);
  armTimer(net, socket, net.kernel.nowUs);
}

/** What the lost acknowledgement would have said has been said by a later one. */
function isAnswered(socket: Socket): boolean {
  return socket.acked >= socket.owedArrived && socket.credited >= socket.owedRead;
}
