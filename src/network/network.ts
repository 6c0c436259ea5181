/**
 * A first network: ideal links (latency, no bandwidth, no loss), so that the rooms above can be built.
 * Faults, bandwidth, retransmission and relays follow behind the same interface.
 */

import { assert, SimulatorBug } from '../assert.ts';
import { draw, type Kernel, type Streams } from '../kernel/index.ts';
import type { Endpoint, HostId, LinkSpec, Network, NetworkObserver, Piece, ProcessId, SocketEvents } from './api.ts';

interface Process { readonly host: HostId; readonly events: SocketEvents; alive: boolean; paused: boolean; readonly sockets: Set<Socket>; readonly ready: Socket[] }
interface Item { kind: 'accepted' | 'connected' | 'refused' | 'unreachable' | 'data' | 'drained' | 'eof'; piece: Piece | null; bytes: number; tag: number; atUs: number }
interface Socket { id: Endpoint; process: Process | null; host: HostId; peer: Socket | null; port: number; peerPort: number; credit: number; open: boolean; paused: boolean; lastAtUs: number; coming: Item[]; waiting: Item[] }

export function createNetwork(kernel: Kernel, streams: Streams, defaults: LinkSpec, observer: NetworkObserver): Network {
  const hosts: { name: string; address: string; nextPort: number; listeners: Map<number, Process> }[] = [];
  const processes: Process[] = [];
  const sockets: (Socket | undefined)[] = [];
  let connections = 0;

  const latency = (from: HostId, to: HostId): number =>
    from === to ? 0 : draw(defaults.latency, streams.stream(`link:${hosts[from]!.name}>${hosts[to]!.name}`));

  const arrive = kernel.on('network: arrive', (id) => {
    const socket = sockets[id];
    while (socket !== undefined && socket.coming.length > 0 && socket.coming[0]!.atUs <= kernel.nowUs) {
      socket.waiting.push(socket.coming.shift()!);
      hand(socket);
    }
    if (socket !== undefined && socket.coming.length > 0) kernel.at(socket.coming[0]!.atUs, arrive, id);
  });
  const wake = kernel.on('network: wake', (id) => {
    const process = processes[id]!;
    for (const socket of process.sockets) hand(socket);
  });

  function schedule(to: Socket, kind: Item['kind'], piece: Piece | null, bytes: number, tag: number, delayUs: number): void {
    to.lastAtUs = Math.max(to.lastAtUs, kernel.nowUs + delayUs);
    to.coming.push({ kind, piece, bytes, tag, atUs: to.lastAtUs });
    if (to.coming.length === 1) kernel.at(to.lastAtUs, arrive, to.id);
  }

  function hand(socket: Socket): void {
    const { process } = socket;
    while (process !== null && process.alive && socket.open && !process.paused && !socket.paused) {
      const item = socket.waiting.shift();
      if (item === undefined) return;
      const { events } = process;
      if (item.kind === 'accepted') events.accepted(socket.id, socket.port, socket.peer!.host, socket.peerPort, socket.credit, item.tag);
      else if (item.kind === 'connected') events.connected(socket.id, socket.credit, item.tag);
      else if (item.kind === 'refused' || item.kind === 'unreachable') events.connectFailed(socket.id, item.kind, item.tag);
      else if (item.kind === 'drained') {
        socket.credit += item.bytes;
        events.drained(socket.id, item.bytes);
      } else if (item.kind === 'eof') events.closed(socket.id, 'eof', item.tag);
      else {
        const { peer } = socket;
        if (peer?.open === true) schedule(peer, 'drained', null, item.bytes, 0, latency(socket.host, peer.host));
        events.received(socket.id, item.piece!, item.tag);
      }
    }
  }

  function socketOf(endpoint: Endpoint): Socket {
    const socket = sockets[endpoint];
    assert(socket?.open === true, `endpoint ${endpoint} is not open`);
    return socket;
  }

  function newSocket(process: Process | null, host: HostId): Socket {
    const socket: Socket = { id: sockets.length, process, host, peer: null, port: 0, peerPort: 0, credit: defaults.socketBufferBytes, open: true, paused: false, lastAtUs: 0, coming: [], waiting: [] };
    sockets.push(socket);
    process?.sockets.add(socket);
    return socket;
  }

  function close(socket: Socket, why: 'close' | 'kill', tag: number): void {
    socket.open = false;
    socket.process?.sockets.delete(socket);
    const { peer } = socket;
    if (peer !== null) {
      if (peer.open) {
        observer.tell({ kind: 'connection-closed', from: '', to: '', connection: 0, by: hosts[socket.host]!.name, why }, tag);
        schedule(peer, 'eof', null, 0, tag, latency(socket.host, peer.host));
      }
    }
  }

  function later(name: string): never {
    throw new SimulatorBug(`${name} is not built yet`);
  }

  return {
    addHost: (name, address) => hosts.push({ name, address, nextPort: 32768, listeners: new Map() }) - 1,
    hostName: (host) => hosts[host]!.name,
    hostAddress: (host) => hosts[host]!.address,
    addProcess: (host, events): ProcessId => processes.push({ host, events, alive: true, paused: false, sockets: new Set(), ready: [] }) - 1,
    kill(id, tag) {
      const process = processes[id]!;
      process.alive = false;
      for (const [port, owner] of hosts[process.host]!.listeners) if (owner === process) hosts[process.host]!.listeners.delete(port);
      for (const socket of [...process.sockets]) close(socket, 'kill', tag);
    },
    pause(id) {
      processes[id]!.paused = true;
    },
    resume(id) {
      processes[id]!.paused = false;
      kernel.after(0, wake, id);
    },
    crash: () => later('crash'),
    boot: () => later('boot'),
    listen(id, port) {
      hosts[processes[id]!.host]!.listeners.set(port, processes[id]!);
    },
    unlisten(id, port) {
      hosts[processes[id]!.host]!.listeners.delete(port);
    },
    connect(id, address, port, tag) {
      const process = processes[id]!;
      const socket = newSocket(process, process.host);
      const to = hosts.findIndex((host) => host.address === address);
      if (to < 0) {
        schedule(socket, 'unreachable', null, 0, tag, 0);
        return socket.id;
      }
      // One round trip; whoever listens is looked up now rather than when the SYN arrives.
      const roundTripUs = latency(process.host, to) + latency(to, process.host);
      const listener = hosts[to]!.listeners.get(port);
      if (listener === undefined) {
        schedule(socket, 'refused', null, 0, tag, roundTripUs);
        return socket.id;
      }
      const peer = newSocket(listener, to);
      socket.peer = peer;
      peer.peer = socket;
      peer.port = port;
      peer.peerPort = hosts[process.host]!.nextPort++;
      connections++;
      observer.tell({ kind: 'connection-opened', from: hosts[process.host]!.name, to: hosts[to]!.name, port, connection: connections }, tag);
      schedule(socket, 'connected', null, 0, tag, roundTripUs);
      schedule(peer, 'accepted', null, 0, tag, roundTripUs + latency(process.host, to));
      return socket.id;
    },
    send(endpoint, piece, tag) {
      const socket = socketOf(endpoint);
      const bytes = piece.to - piece.from;
      assert(bytes <= socket.credit, `endpoint ${endpoint} has credit for ${socket.credit} bytes, not ${bytes}`);
      socket.credit -= bytes;
      const { peer } = socket;
      if (peer?.open === true) schedule(peer, 'data', piece, bytes, tag, latency(socket.host, peer.host));
    },
    close(endpoint, tag) {
      close(socketOf(endpoint), 'close', tag);
    },
    pauseReading(endpoint) {
      socketOf(endpoint).paused = true;
    },
    resumeReading(endpoint) {
      socketOf(endpoint).paused = false;
      const { process } = socketOf(endpoint);
      if (process !== null) kernel.after(0, wake, processes.indexOf(process));
    },
    creditOf: (endpoint) => socketOf(endpoint).credit,
    setLink: () => later('setLink'),
    partition: () => later('partition'),
    healPartition: () => later('healPartition'),
    addRelay: () => later('addRelay'),
  };
}
