/**
 * Which sockets have news that their process has not heard, and the event that wakes it.
 */

import type { Socket } from './connection.ts';
import type { Process } from './host.ts';
import type { NetworkState } from './state.ts';

export function isHearing(socket: Socket): boolean {
  return socket.ears !== null;
}

/** The socket's owner is another one, or pauses, or goes on. The socket keeps its ears, so that it need not be asked for each segment. */
export function lendEars(socket: Socket): void {
  const { process } = socket;
  socket.ears = process === null || process.paused ? null : process.events;
}

/** It hears nothing of its sockets, or does again. */
export function setPaused(process: Process, paused: boolean): void {
  process.paused = paused;
  for (const socket of process.sockets) lendEars(socket);
}

/** Notes that there is news for the owner; if it is not paused, it wakes at this instant. */
export function markReady(net: NetworkState, socket: Socket): void {
  const { process } = socket;
  if (process === null || !socket.owned) return;
  if (!socket.isReady) {
    socket.isReady = true;
    process.ready.push(socket);
  }
  wakeLater(net, process);
}

export function wakeLater(net: NetworkState, process: Process): void {
  if (process.paused || process.waking || process.ready.length === 0) return;
  process.waking = true;
  net.kernel.after(0, net.handlers.wake, process.id);
}
