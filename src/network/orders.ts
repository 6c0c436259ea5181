/**
 * What an owner orders: send, listen, read or not, end. Nothing is answered inside an order.
 */

import { assert, SimulatorBug } from '../assert.ts';
import { awaitCredit, learn } from './acks.ts';
import type { Piece } from './api.ts';
import { closeSocket } from './closing.ts';
import type { Socket } from './connection.ts';
import { endProcess } from './faults.ts';
import { pump } from './flows.ts';
import type { Process } from './host.ts';
import { hasNews } from './hearing.ts';
import { lendEars, markReady } from './ready.ts';
import type { NetworkState } from './state.ts';
import { noteFollowers } from './transmission.ts';

/** Redis' own `tcp-backlog`. */
const DEFAULT_BACKLOG = 511;

export function send(net: NetworkState, socket: Socket, piece: Piece, tag: number): void {
  const bytes = piece.to - piece.from;
  // Without `assert`, whose words would be made for every segment.
  if (!(Number.isSafeInteger(bytes) && bytes >= 0)) throw new SimulatorBug(`a piece of ${bytes} bytes`);
  if (socket.state !== 'open' && socket.state !== 'gone') throw new SimulatorBug(`endpoint ${socket.id} is not connected`);
  // The connection has died, and its owner has not heard of it yet.
  if (socket.state === 'gone' || bytes === 0) return;
  const creditBytes = socket.bufferBytes - (socket.written - socket.told);
  if (bytes > creditBytes) throw new SimulatorBug(`endpoint ${socket.id} has credit for ${creditBytes} bytes, not for ${bytes}`);
  socket.written += bytes;
  socket.outbox.push(net.segments.takeData(piece, tag));
  if (socket.stalled) {
    if (socket.sentSinceLoss >= 0) noteFollowers(net, socket, bytes, net.kernel.nowUs);
  } else {
    pump(net, socket);
  }
  awaitCredit(net, socket);
}

export function creditOf(net: NetworkState, socket: Socket): number {
  learn(net, socket);
  return socket.bufferBytes - (socket.written - socket.credited);
}

export function pauseReading(socket: Socket): void {
  socket.readingPaused = true;
}

export function resumeReading(net: NetworkState, socket: Socket): void {
  socket.readingPaused = false;
  if (socket.inbox !== null) markReady(net, socket);
}

export function handOver(net: NetworkState, socket: Socket, to: Process): void {
  const from = socket.process;
  assert(from !== null && from.host === to.host, `endpoint ${socket.id} can be handed over on its host only`);
  from.sockets.delete(socket);
  to.sockets.add(socket);
  socket.process = to;
  lendEars(socket);
  // It may still stand in the other one's list: who wakes passes over what is not his.
  socket.isReady = false;
  if (hasNews(socket)) markReady(net, socket);
}

export function listen(process: Process, port: number, backlog: number = DEFAULT_BACKLOG): void {
  const { listeners, name } = process.host;
  assert(!listeners.has(port), `port ${port} of ${name} is taken`);
  listeners.set(port, { process, port, backlog, waiting: 0 });
}

/** Connections that were not accepted are reset. */
export function unlisten(net: NetworkState, process: Process, port: number): void {
  const { listeners, name } = process.host;
  const listener = listeners.get(port);
  assert(listener?.process === process, `the process does not listen on port ${port} of ${name}`);
  listeners.delete(port);
  for (const socket of [...process.sockets]) if (socket.listener === listener) closeSocket(net, socket, 'close', 0);
}

export function kill(net: NetworkState, process: Process, tag: number): void {
  const { host } = process;
  endProcess(process);
  for (const [port, listener] of host.listeners) if (listener.process === process) host.listeners.delete(port);
  for (const socket of [...process.sockets]) closeSocket(net, socket, 'kill', tag);
  host.processes.delete(process);
}
