/**
 * Puts the room together: registers the handlers, and turns the numbers of the interface into records.
 */

import { assert, SimulatorBug } from '../assert.ts';
import type { Kernel, Streams } from '../kernel/index.ts';
import { drain } from './acks.ts';
import type { Endpoint, HostId, LinkSpec, Network, NetworkObserver, ProcessId } from './api.ts';
import { arrive, enter, exit } from './arrival.ts';
import { closeSocket } from './closing.ts';
import type { Socket } from './connection.ts';
import { beginPartition, boot, crash, healPartition, setLink, setNic } from './faults.ts';
import { serve } from './flows.ts';
import { openTo, repeatSyn, synAnswered, synArrived } from './handshake.ts';
import { wake } from './hearing.ts';
import { Warmer } from './warm.ts';
import type { Host, Process } from './host.ts';
import { creditOf, handOver, kill, listen, pauseReading, resumeReading, send, unlisten } from './orders.ts';
import { setPaused, wakeLater } from './ready.ts';
import { createRelays } from './relay.ts';
import { retransmit } from './retransmission.ts';
import { createState, type NetworkState } from './state.ts';
import { addHost, addProcess, specOf } from './topology.ts';

/** `link`: how every pair of hosts is joined unless `setLink` says otherwise. */
export function createNetwork(kernel: Kernel, streams: Streams, link: LinkSpec, observer: NetworkObserver): Network {
  const net = createState(kernel, streams, link, observer);
  const warmer = new Warmer();
  registerHandlers(net, warmer);
  const relays = createRelays(net);

  const hostOf = (id: HostId): Host => {
    const host = net.hosts[id];
    assert(host !== undefined, `there is no host ${id}`);
    return host;
  };
  const processOf = (id: ProcessId): Process => {
    const process = net.processes[id];
    assert(process?.alive === true, `process ${id} is not alive`);
    return process;
  };
  const socketOf = (endpoint: Endpoint): Socket => {
    const socket = net.sockets[endpoint];
    if (socket?.owned === true) return socket;
    throw new SimulatorBug(`endpoint ${endpoint} is not open`);
  };

  return {
    addHost: (name, address, nicBytesPerS) => addHost(net, name, address, nicBytesPerS ?? 0).id,
    hostName: (host) => hostOf(host).name,
    hostAddress: (host) => hostOf(host).address,
    addProcess: (host, events) => addProcess(net, hostOf(host), events).id,
    kill: (process, tag) => kill(net, processOf(process), tag),
    pause: (process) => {
      setPaused(processOf(process), true);
    },
    resume: (process) => {
      setPaused(processOf(process), false);
      wakeLater(net, processOf(process));
    },
    crash: (host, tag) => crash(net, hostOf(host), tag),
    boot: (host, tag) => boot(net, hostOf(host), tag),

    listen: (process, port, backlog) => listen(processOf(process), port, backlog),
    unlisten: (process, port) => unlisten(net, processOf(process), port),
    connect: (process, address, port, tag) => openTo(net, processOf(process), address, port, tag).id,
    soonSent: (endpoints, count) => warmer.sends(net, endpoints, count),
    send: (endpoint, piece, tag) => send(net, socketOf(endpoint), piece, tag),
    close: (endpoint, tag) => closeSocket(net, socketOf(endpoint), 'close', tag),
    pauseReading: (endpoint) => pauseReading(socketOf(endpoint)),
    resumeReading: (endpoint) => resumeReading(net, socketOf(endpoint)),
    handOver: (endpoint, to) => handOver(net, socketOf(endpoint), processOf(to)),
    creditOf: (endpoint) => creditOf(net, socketOf(endpoint)),

    linkOf: (from, to) => specOf(net, hostOf(from), hostOf(to)),
    setNic: (host, bytesPerS, tag) => setNic(net, hostOf(host), bytesPerS, tag),
    setLink: (a, b, spec, tag) => setLink(net, hostOf(a), hostOf(b), spec, tag),
    partition: (a, b, direction, tag) => beginPartition(net, a.map(hostOf), b.map(hostOf), direction, tag),
    healPartition: (fault, tag) => healPartition(net, fault, tag),
    addRelay: (from, to, tap, roundUs) => relays.add(hostOf(from), hostOf(to), tap ?? null, roundUs ?? 0),
  };
}

/** An event for a socket that is gone is a bug: whoever frees a socket cancels its events. */
function registerHandlers(net: NetworkState, warmer: Warmer): void {
  const { kernel, handlers, sockets, wires, processes } = net;
  const onSocket = (name: string, handle: (net: NetworkState, socket: Socket, b: number) => void) =>
    kernel.on(`network: ${name}`, (id, b) => handle(net, sockets[id]!, b));
  // Without a closure between: it runs for every segment.
  handlers.arrive = kernel.on('network: arrive', (id) => arrive(net, sockets[id]!));
  kernel.lookAhead(handlers.arrive, (next, count) => warmer.arrivals(net, next, count));
  handlers.exit = onSocket('exit', exit);
  handlers.enter = onSocket('enter', enter);
  handlers.drain = onSocket('drain', drain);
  handlers.retransmit = onSocket('retransmit', retransmit);
  handlers.syn = onSocket('SYN', synArrived);
  handlers.synAnswer = onSocket('answer to SYN', synAnswered);
  handlers.synTimer = onSocket('repeat SYN', repeatSyn);
  handlers.serve = kernel.on('network: serve', (id) => serve(net, wires[id]!));
  handlers.wake = kernel.on('network: wake', (id) => wake(net, processes[id]!));
}
