/** The network as plain data. Behaviour stands around it, in functions that take it first. */

import type { EventId, HandlerId, Kernel, Streams } from '../kernel/index.ts';
import { NO_EVENT } from '../kernel/index.ts';
import { AckPool, forgetAcks } from './acks.ts';
import type { LinkSpec, NetworkObserver } from './api.ts';
import { type Connection, Socket } from './connection.ts';
import { cancelEvent, eventsOf } from './events.ts';
import type { Partition } from './faults.ts';
import { Host, type Process } from './host.ts';
import { takeLanes } from './lanes.ts';
import { Latencies } from './latencies.ts';
import { Link } from './link.ts';
import { SegmentPool } from './segment.ts';
import { takeWay } from './way.ts';
import type { Wire } from './wire.ts';

export interface NetworkState {
  readonly kernel: Kernel;
  readonly streams: Streams;
  readonly observer: NetworkObserver;
  readonly defaultLink: LinkSpec;

  readonly hosts: Host[];
  readonly hostsByAddress: Map<string, Host>;
  readonly processes: Process[];
  /** Where packets to an address that no host has go: nobody is there. */
  readonly nowhere: Host;

  /** By `pairKey`: directions that differ from the default, and links made so far. */
  readonly linkSpecs: Map<number, LinkSpec>;
  readonly linksByPair: Map<number, Link>;
  readonly links: Link[];
  readonly wires: Wire[];
  /** Inside a host, and between a relay and the host behind it: no latency, no limit, no fault. */
  readonly ideal: Link;
  readonly partitions: Partition[];
  partitionsBegun: number;
  /** By `pairKey`: the relay's own host, to which connections of this pair go instead. */
  readonly relays: Map<number, Host>;

  /** By endpoint. The two sockets of a connection are neighbours: opener even, acceptor odd. */
  readonly sockets: (Socket | null)[];
  // -- of each, its events. Arrays of numbers, since an id in a field would be an object of its own.
  /** The head of its flight arrives. */
  readonly arrivalEvents: EventId[];
  /** It gets credit back. */
  readonly drainEvents: EventId[];
  /** A SYN, or the answer to it, is under way. */
  readonly synEvents: EventId[];
  /** SYN or data retransmission, see retransmission.ts. */
  readonly timers: EventId[];
  /** Even endpoints of pairs that are free again; the one free for longest is used first. */
  freePairs: number[];
  freePairsUsed: number;
  connectionsOpened: number;

  readonly latencies: Latencies;
  readonly segments: SegmentPool;
  readonly acks: AckPool;
  readonly handlers: Handlers;
}

/** Every event is a handler and a socket (or wire, or process) by its number. */
export interface Handlers {
  arrive: HandlerId;
  /** Past a slow link. */
  exit: HandlerId;
  /** Past the NIC of the receiving host. */
  enter: HandlerId;
  drain: HandlerId;
  retransmit: HandlerId;
  serve: HandlerId;
  syn: HandlerId;
  synAnswer: HandlerId;
  synTimer: HandlerId;
  wake: HandlerId;
}

const LATENCY_ZERO = { kind: 'constant', us: 0 } as const;
const MAX_HOSTS = 67_108_864;

export function createState(kernel: Kernel, streams: Streams, defaultLink: LinkSpec, observer: NetworkObserver): NetworkState {
  const nowhere = new Host(-1, 'nowhere', '');
  nowhere.up = false;
  const idealSpec = { latency: LATENCY_ZERO, bytesPerS: 0, lossPpm: 0, socketBufferBytes: defaultLink.socketBufferBytes };
  const ideal = new Link(0, nowhere, nowhere, idealSpec, streams);
  return {
    kernel,
    streams,
    observer,
    defaultLink,
    hosts: [],
    hostsByAddress: new Map(),
    processes: [],
    nowhere,
    linkSpecs: new Map(),
    linksByPair: new Map(),
    links: [],
    wires: [],
    ideal,
    partitions: [],
    partitionsBegun: 0,
    relays: new Map(),
    sockets: [],
    arrivalEvents: [],
    drainEvents: [],
    synEvents: [],
    timers: [],
    freePairs: [],
    freePairsUsed: 0,
    connectionsOpened: 0,
    latencies: new Latencies(streams),
    segments: new SegmentPool(),
    acks: new AckPool(),
    handlers: {} as Handlers,
  };
}

export function pairKey(from: Host, to: Host): number {
  return from.id * MAX_HOSTS + to.id;
}

/** The two sockets of a new connection; the acceptor's is unborn until SYN arrives. */
export function newConnection(net: NetworkState, connection: Connection, from: Host, to: Host, there: Link, back: Link): Socket {
  const id = takePair(net);
  const opener = new Socket(id, connection, true, from, there, 'connecting');
  const acceptor = new Socket(id + 1, connection, false, to, back, 'unborn');
  opener.peer = acceptor;
  acceptor.peer = opener;
  net.sockets[id] = opener;
  net.sockets[id + 1] = acceptor;
  for (const socket of [opener, acceptor]) {
    for (const events of eventsOf(net)) events[socket.id] = NO_EVENT;
    socket.host.sockets.add(socket);
    if (socket.link.second !== null) takeLanes(socket);
    if (socket.link !== net.ideal) socket.link.sockets.add(socket);
    takeWay(socket);
  }
  return opener;
}

function takePair(net: NetworkState): number {
  if (net.freePairsUsed === net.freePairs.length) return net.sockets.length;
  const id = net.freePairs[net.freePairsUsed++]!;
  if (net.freePairsUsed === 1024) {
    net.freePairs = net.freePairs.slice(1024);
    net.freePairsUsed = 0;
  }
  return id;
}

/** Frees a connection once both owners are done with it and nothing of it travels any more. */
export function releaseIfDone(net: NetworkState, socket: Socket): void {
  const { peer } = socket;
  if (!isDone(socket) || !isDone(peer) || net.sockets[socket.id] !== socket) return;
  for (const each of [socket, peer]) {
    for (const events of eventsOf(net)) cancelEvent(net, events, each);
    net.segments.giveChain(each.outbox.cutAfter(null));
    dropInbox(net, each);
    forgetAcks(net, each);
    each.host.sockets.delete(each);
    each.link.sockets.delete(each);
    net.sockets[each.id] = null;
  }
  net.freePairs.push(Math.min(socket.id, peer.id));
}

/** What was not read of it is gone. */
export function dropInbox(net: NetworkState, socket: Socket): void {
  if (socket.inbox !== null) net.segments.giveChain(socket.inbox.head);
  socket.inbox = null;
}

function isDone(socket: Socket): boolean {
  if (socket.owned || socket.flight.head !== null || isBetweenWires(socket)) return false;
  if (socket.state === 'gone') return socket.outbox.head === null;
  return socket.state === 'unborn' || (socket.state === 'closing' && socket.finished);
}

function isBetweenWires({ outbox, exit, entry }: Socket): boolean {
  return (exit !== null && (outbox.flight.head !== null || exit.head !== null)) || (entry !== null && !entry.isEmpty);
}
