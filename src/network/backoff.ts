/**
 * When TCP tries again: the timer of one socket, and its doubling.
 *
 * As Linux does: the first retransmission of data comes one retransmission time-out (RTO) after the
 * send, or after the last acknowledgement if that is later; each further one after twice the time, at
 * most 120 s. The RTO is the round trip plus 200 ms (its lower bound for the variance, which governs on any
 * steady path). SYN starts at 1 s. Not here: tail loss probes and selective acknowledgement.
 */

import { NO_EVENT } from '../kernel/index.ts';
import type { Socket } from './connection.ts';
import { cancelEvent } from './events.ts';
import type { NetworkState } from './state.ts';

export const MIN_RTO_US = 200_000;
export const SYN_RTO_US = 1_000_000;
export const MAX_RTO_US = 120_000_000;
/** net.ipv4.tcp_retries2: data is given up when the timer fires for the 16th time, after about 924 s. */
export const DATA_RETRIES = 15;
/** The same for a socket that its owner has closed (tcp_orphan_retries): about 102 s. */
export const ORPHAN_RETRIES = 8;
/** net.ipv4.tcp_syn_retries: SYN is sent at 0, 1, 3, 7, 15, 31 and 63 s; a connect fails after 127 s. */
export const SYN_RETRIES = 6;

/** `base`, doubled `times` times, at most 120 s. */
export function backedOff(baseUs: number, times: number): number {
  return Math.min(baseUs * (1 << Math.min(times, 16)), MAX_RTO_US);
}

export function roundTripUs(socket: Socket): number {
  return socket.link.typicalUs + socket.peer.link.typicalUs;
}

export function rtoUs(socket: Socket): number {
  return backedOff(MIN_RTO_US + roundTripUs(socket), socket.retries);
}

/** Starts the retransmission timer, as of `baseUs`, unless it runs. */
export function armTimer(net: NetworkState, socket: Socket, baseUs: number): void {
  if (net.timers[socket.id] !== NO_EVENT) return;
  socket.timerBaseUs = baseUs;
  const dueUs = Math.max(baseUs + rtoUs(socket), net.kernel.nowUs);
  net.timers[socket.id] = net.kernel.at(dueUs, net.handlers.retransmit, socket.id);
}

/** Nothing leaves before the next retransmission. */
export function hush(socket: Socket): void {
  socket.stalled = true;
  socket.outbox.leaveLine();
}

/** What left at `baseUs` and what is in the outbox go into the void: they wait for the timer. */
export function stall(net: NetworkState, socket: Socket, baseUs: number): void {
  if (socket.state === 'gone') return;
  hush(socket);
  armTimer(net, socket, baseUs);
}

/** A packet was lost that others follow: their duplicate acknowledgements bring it back within a round trip. */
export function repairSoon(net: NetworkState, socket: Socket, atUs: number): void {
  cancelEvent(net, net.timers, socket);
  socket.fastRepair = true;
  net.timers[socket.id] = net.kernel.at(atUs, net.handlers.retransmit, socket.id);
}

export function stopTimer(net: NetworkState, socket: Socket): void {
  cancelEvent(net, net.timers, socket);
}
