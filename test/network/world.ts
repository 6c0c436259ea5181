/**
 * A small world for stories about sockets: hosts named by letters, a log of what each process heard.
 *
 * One line per event: time in µs, who heard it, what. Consecutive bytes are `got 10..30` (positions in the
 * stream of its sender).
 */
import { createKernel, createStreams, type Kernel } from '../../src/kernel/index.ts';
import {
  createNetwork, type Endpoint, type HostId, type LinkSpec, type Network, type NetworkFact, type ProcessId, type SocketEvents,
} from '../../src/network/index.ts';

export const PORT = 6379;

export interface Side {
  /** -1 until accepted. */
  endpoint: Endpoint;
  readonly name: string;
  /** Known once both have heard of the connection. */
  peer: Side | null;
  state: 'waiting' | 'open' | 'failed' | 'eof' | 'reset' | 'timeout' | 'closed';
  credit: number;
  sent: number;
  /** Of those, what its peer was given. */
  delivered: number;
  received: number;
  /** Send as much as credit allows, now and whenever there is some, until so many bytes were sent. */
  goal: number;
  readonly tags: number[];
}

export interface World {
  readonly kernel: Kernel;
  readonly net: Network;
  readonly log: string[];
  readonly facts: NetworkFact[];
  readonly details: string[];
  host(name: string): HostId;
  process(name: string): ProcessId;
  /** Connects from one host to another; returns its side. */
  connect(from: string, to: string, port?: number): Side;
  /** The other side: set when accepted. */
  accepted(to: string): Side;
  /** Every side that is neither failed nor closed by its owner. */
  open(): Side[];
  send(side: Side, bytes: number, tag?: number): void;
  /** Sends so many bytes as fast as credit allows. */
  pour(side: Side, bytes: number): void;
  close(side: Side, tag?: number): void;
  /** The sides of a host that has no power are nobody's. */
  forget(name: string): void;
  /** Starts a process on a host whose process has ended, and listens. */
  restart(name: string): void;
  run(untilUs: number): void;
  /** Events of the network alone. */
  readonly eventsRun: number;
  /** The log since this was last asked. */
  heard(): string[];
}

export const DEFAULT_LINK: LinkSpec = { latency: { kind: 'constant', us: 1000 }, bytesPerS: 0, lossPpm: 0, socketBufferBytes: 4_194_304 };

export function createWorld(hosts: string, link: Partial<LinkSpec> = {}, seed = '7'): World {
  const kernel = createKernel();
  const log: string[] = [];
  const facts: NetworkFact[] = [];
  const details: string[] = [];
  const net = createNetwork(kernel, createStreams(seed), { ...DEFAULT_LINK, ...link }, {
    tell: (fact) => void facts.push(fact),
    detail: (kind, a, b, c) => void details.push(`${kernel.nowUs} ${kind} ${a} ${b} ${c}`),
  });
  const ids = new Map<string, HostId>();
  const processes = new Map<string, ProcessId>();
  const sides = new Map<Endpoint, Side>();
  /** By the tag of their connect, counted from 1. */
  const openers = new Map<number, Side>();
  const lastAccepted = new Map<string, Side>();
  let read = 0;
  let ticks = 0;
  const tick = kernel.on('test: tick', () => {});

  const say = (name: string, what: string): void => {
    log.push(`${kernel.nowUs} ${name} ${what}`);
  };
  const newSide = (endpoint: Endpoint, name: string): Side => {
    const side: Side = { endpoint, name, peer: null, state: 'waiting', credit: 0, sent: 0, delivered: 0, received: 0, goal: 0, tags: [] };
    sides.set(endpoint, side);
    return side;
  };
  const pourOn = (side: Side): void => {
    const bytes = Math.min(side.credit, side.goal - side.sent);
    if (bytes > 0) world.send(side, bytes);
  };

  const eventsOf = (name: string): SocketEvents => ({
    accepted(endpoint, port, peer, peerPort, credit, tag) {
      const side = newSide(endpoint, name);
      side.state = 'open';
      side.credit = credit;
      side.tags.push(tag);
      side.peer = openers.get(tag)!;
      side.peer.peer = side;
      lastAccepted.set(name, side);
      say(name, `accepted ${net.hostName(peer)}${port === PORT ? '' : ` on ${port}`}`);
    },
    connected(endpoint, credit) {
      const side = sides.get(endpoint)!;
      side.state = 'open';
      side.credit = credit;
      say(name, 'connected');
      pourOn(side);
    },
    connectFailed(endpoint, why) {
      sides.get(endpoint)!.state = 'failed';
      say(name, `failed: ${why}`);
    },
    received(endpoint, piece, tag) {
      const side = sides.get(endpoint)!;
      // In order, without a gap, each byte once: always.
      if (piece.from !== side.received) throw new Error(`${name} expected byte ${side.received} and got ${piece.from}`);
      side.received += piece.to - piece.from;
      (piece.payload as Side).delivered += piece.to - piece.from;
      side.tags.push(tag);
      say(name, `got ${piece.from}..${piece.to}`);
    },
    drained(endpoint, bytes) {
      const side = sides.get(endpoint)!;
      side.credit += bytes;
      if (side.goal === 0) say(name, `drained ${bytes}`);
      pourOn(side);
    },
    closed(endpoint, why, tag) {
      const side = sides.get(endpoint)!;
      side.state = why;
      side.tags.push(tag);
      say(name, why);
    },
  });

  const forget = (name: string): void => {
    for (const side of [...sides.values()]) if (side.name === name) sides.delete(side.endpoint);
  };
  const start = (name: string): void => {
    // What the process before had open died with it.
    forget(name);
    const process = net.addProcess(ids.get(name)!, eventsOf(name));
    processes.set(name, process);
    net.listen(process, PORT);
  };
  for (const [index, name] of [...hosts].entries()) {
    ids.set(name, net.addHost(name, `10.0.0.${index + 1}`));
    start(name);
  }

  const world: World = {
    kernel,
    net,
    log,
    facts,
    details,
    host: (name) => ids.get(name)!,
    process: (name) => processes.get(name)!,
    connect(from, to, port = PORT) {
      const address = ids.has(to) ? net.hostAddress(ids.get(to)!) : to;
      const tag = openers.size + 1;
      const side = newSide(net.connect(processes.get(from)!, address, port, tag), from);
      openers.set(tag, side);
      return side;
    },
    accepted(to) {
      const side = lastAccepted.get(to);
      if (side === undefined) throw new Error(`${to} has accepted nothing`);
      return side;
    },
    open: () => [...sides.values()],
    send(side, bytes, tag = 0) {
      side.credit -= bytes;
      net.send(side.endpoint, { payload: side, from: side.sent, to: side.sent + bytes }, tag);
      side.sent += bytes;
    },
    pour(side, bytes) {
      side.goal = side.sent + bytes;
      if (side.state === 'open') pourOn(side);
    },
    close(side, tag = 0) {
      side.state = 'closed';
      net.close(side.endpoint, tag);
      sides.delete(side.endpoint);
    },
    restart: start,
    forget,
    run(untilUs) {
      // The clock of an idle kernel stays at the last event: an event of our own moves it.
      kernel.at(untilUs, tick);
      ticks++;
      kernel.advance(Infinity, untilUs);
    },
    get eventsRun() {
      return kernel.eventsRun - ticks;
    },
    heard() {
      const news = log.slice(read);
      read = log.length;
      return news;
    },
  };
  return world;
}

/** A world in which `a` is connected to `b`; the log starts after that. */
export function connectedWorld(link: Partial<LinkSpec> = {}, hosts = 'ab', seed = '7'): { w: World; a: Side; b: Side } {
  const w = createWorld(hosts, link, seed);
  const a = w.connect('a', 'b');
  for (let ms = 10; a.state !== 'open' || !w.log.some((line) => line.includes('b accepted')); ms += 10) w.run(ms * 1000);
  w.run(1_000_000);
  w.heard();
  return { w, a, b: w.accepted('b') };
}
