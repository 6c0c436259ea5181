/**
 * Acknowledgements: what the sender learns of what arrived and was read, and the credit it gets back.
 *
 * They take the typical latency of the way back (no draw: that would double the draws of every run for what
 * nobody sees), and cost no event as a rule. An owner is told of its credit by `drained` when less
 * than half of its buffer is left, and then at the instant when it returns. So a burst of more than half the
 * buffer may be accepted in two parts, both at one instant.
 */

import { armTimer } from './backoff.ts';
import { NO_ACK, type Socket } from './connection.ts';
import { pump } from './flows.ts';
import { isHearing, markReady } from './ready.ts';
import type { NetworkState } from './state.ts';
import { waitsForWindow } from './transmission.ts';

export class Ack {
  next: Ack | null = null;
  arrived: number = 0;
  read: number = 0;
  /** When it reaches the sender. */
  atUs: number = 0;
}

export class AckPool {
  private free: Ack | null = null;

  take(arrived: number, read: number, atUs: number): Ack {
    let ack = this.free;
    if (ack === null) ack = new Ack();
    else this.free = ack.next;
    ack.next = null;
    ack.arrived = arrived;
    ack.read = read;
    ack.atUs = atUs;
    return ack;
  }

  give(ack: Ack): void {
    ack.next = this.free;
    this.free = ack;
  }

  giveChain(first: Ack | null): void {
    for (let each = first; each !== null; ) {
      const { next } = each;
      this.give(each);
      each = next;
    }
  }
}

/** The peer's kernel tells `sender` how far its bytes arrived and were read. `departedUs`: when the bytes it answers left. */
export function acknowledge(net: NetworkState, sender: Socket, departedUs: number): void {
  if (sender.state !== 'open' && sender.state !== 'closing') return;
  const { peer } = sender;
  const { nowUs } = net.kernel;
  if (sender.isBackCut) {
    sender.owedArrived = sender.arrived;
    sender.owedRead = peer.read;
    armTimer(net, sender, departedUs);
    return;
  }
  learn(net, sender);
  const atUs = nowUs + sender.backUs;
  if (sender.ackAtUs === NO_ACK) sendAck(sender, sender.arrived, peer.read, atUs);
  else sendLaterAck(net, sender, atUs);
  awaitCredit(net, sender);
}

function sendAck(sender: Socket, arrived: number, read: number, atUs: number): void {
  sender.ackArrived = arrived;
  sender.ackRead = read;
  sender.ackAtUs = atUs;
}

/** One is under way already: it overtakes none, and says the same as one that comes at the same instant. */
function sendLaterAck(net: NetworkState, sender: Socket, atUs: number): void {
  const { peer } = sender;
  const last = sender.lastAck;
  const lastUs = last === null ? sender.ackAtUs : last.atUs;
  if (lastUs < atUs) {
    const ack = net.acks.take(sender.arrived, peer.read, atUs);
    if (last === null) sender.laterAcks = ack;
    else last.next = ack;
    sender.lastAck = ack;
  } else if (last === null) {
    sendAck(sender, sender.arrived, peer.read, lastUs);
  } else {
    last.arrived = sender.arrived;
    last.read = peer.read;
  }
}

/** Takes in the acknowledgements that have come by now. */
export function learn(net: NetworkState, sender: Socket): void {
  const { nowUs } = net.kernel;
  while (sender.ackAtUs !== NO_ACK && sender.ackAtUs <= nowUs) {
    if (sender.ackArrived > sender.acked || sender.ackRead > sender.credited) {
      sender.retries = 0;
      sender.lastAckUs = sender.ackAtUs;
    }
    sender.acked = sender.ackArrived;
    sender.credited = sender.ackRead;
    const next = sender.laterAcks;
    if (next === null) sender.ackAtUs = NO_ACK;
    else {
      sender.laterAcks = next.next;
      if (next.next === null) sender.lastAck = null;
      sendAck(sender, next.arrived, next.read, next.atUs);
      net.acks.give(next);
    }
  }
}

/** None is under way any more; the socket hears of nothing that was. */
export function forgetAcks(net: NetworkState, sender: Socket): void {
  sender.ackAtUs = NO_ACK;
  net.acks.giveChain(sender.laterAcks);
  sender.laterAcks = null;
  sender.lastAck = null;
}

/** Sees to it that credit is told when it returns, if somebody waits for it: the owner, or bytes in the outbox. */
export function awaitCredit(net: NetworkState, sender: Socket): void {
  if (sender.awaitsCredit) return;
  const ownerWaits = sender.owned && sender.state === 'open' && (sender.written - sender.told) * 2 > sender.bufferBytes;
  const outboxWaits = waitsForWindow(sender);
  if (!ownerWaits && !outboxWaits) return;
  const { nowUs } = net.kernel;
  if (ownerWaits && sender.credited > sender.told && isHearing(sender)) {
    awaitDrain(net, sender, nowUs);
  } else if (sender.ackAtUs !== NO_ACK) {
    awaitDrain(net, sender, Math.max(nowUs, sender.ackAtUs));
  }
}

function awaitDrain(net: NetworkState, sender: Socket, atUs: number): void {
  sender.awaitsCredit = true;
  net.drainEvents[sender.id] = net.kernel.at(atUs, net.handlers.drain, sender.id);
}

/** Event: credit has come back that somebody waits for. */
export function drain(net: NetworkState, sender: Socket): void {
  sender.awaitsCredit = false;
  learn(net, sender);
  pump(net, sender);
  tellCredit(net, sender);
  awaitCredit(net, sender);
}

/** Tells the owner what credit it has back; a paused one hears of it when it wakes. */
export function tellCredit(net: NetworkState, sender: Socket): void {
  const bytes = sender.credited - sender.told;
  if (bytes === 0 || !sender.owned || sender.state !== 'open') return;
  if (!isHearing(sender)) {
    markReady(net, sender);
    return;
  }
  sender.told = sender.credited;
  sender.ears!.drained(sender.id, bytes);
}
