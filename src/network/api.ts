/**
 * The network as its users see it: hosts, processes, sockets, faults.
 *
 * It is entered by calls and leaves by `SocketEvents` and `NetworkObserver`. A call is an order and is never
 * answered inside itself: `SocketEvents` are told from kernel events only (facts are told at once). So an
 * owner's step runs to completion, and what an order leads to arrives later, even if at the same instant.
 *
 * Tags. Who sends, connects or closes may attach an integer (the fact that caused it). It is handed
 * back with what the other side sees of it; what nobody caused (time-outs) has tag 0.
 */

import type { Distribution } from '../kernel/index.ts';
import type { NetworkDetailKind, NetworkFact, RelayDirection } from './facts.ts';

/** Numbers of hosts and processes count up from 0 in the order they were added; none is used twice. */
export type HostId = number;
export type ProcessId = number;

/**
 * One side of a connection, as its owner knows it. It is valid from `connect` or `accepted` until its owner
 * calls `close`, which every endpoint needs once, whatever was heard of it (`connectFailed` and `closed`
 * included, as with an fd); the death of its process closes it too. Numbers are used again after that.
 */
export type Endpoint = number;

/** The bytes [from, to) of something the network never looks into. */
export interface Piece {
  readonly payload: unknown;
  readonly from: number;
  readonly to: number;
}

export type ConnectFailure = 'refused' | 'unreachable' | 'timeout';

/** The peer closed in order, the connection was reset, or retransmission was given up. */
export type ClosedWhy = 'eof' | 'reset' | 'timeout';

/** What a process hears of its sockets. */
export interface SocketEvents {
  /** A peer connected to `port`. `credit`: bytes that may be sent before any `drained`. */
  accepted(endpoint: Endpoint, port: number, peer: HostId, peerPort: number, credit: number, tag: number): void;
  /** Our connect succeeded. */
  connected(endpoint: Endpoint, credit: number, tag: number): void;
  connectFailed(endpoint: Endpoint, why: ConnectFailure, tag: number): void;
  received(endpoint: Endpoint, piece: Piece, tag: number): void;
  /** So many bytes of send credit are restored: the peer's side took them from the socket buffers. */
  drained(endpoint: Endpoint, bytes: number): void;
  /** Told once, after everything that came before it was read. After `eof` one may still send; then `close`. */
  closed(endpoint: Endpoint, why: ClosedWhy, tag: number): void;
}

/** Who writes down what the network tells. */
export interface NetworkObserver {
  tell(fact: NetworkFact, tag: number): void;
  detail(kind: NetworkDetailKind, a: number, b: number, c: number): void;
  /** The first `count` of `owners` will soon hear something of their `endpoints`: their memory may be fetched. Nothing that could be seen may change. */
  soonHeard?(owners: readonly SocketEvents[], endpoints: readonly Endpoint[], count: number): void;
}

export interface LinkSpec {
  /** One way, of one packet. */
  readonly latency: Distribution;
  /** Payload bytes per second each way; 0 = unlimited. The NICs at both ends limit all links of a host together. */
  readonly bytesPerS: number;
  /** Packets lost, in parts per million. */
  readonly lossPpm: number;
  /** Bytes that a connection holds per direction: written, and not yet read at the other end (both socket buffers). */
  readonly socketBufferBytes: number;
}

export type PartitionDirection = 'both' | 'a-to-b' | 'b-to-a';

export interface Network {
  // -- hosts and processes
  /** `address` is what others connect to. `nicBytesPerS`: payload that its NIC carries each way; 0 or absent = unlimited. */
  addHost(name: string, address: string, nicBytesPerS?: number): HostId;
  hostName(host: HostId): string;
  hostAddress(host: HostId): string;
  /** A process on a host that is up. `events` hears of its sockets. */
  addProcess(host: HostId, events: SocketEvents): ProcessId;
  /** The process ends: its listeners vanish, its kernel closes its sockets. */
  kill(process: ProcessId, tag: number): void;
  /** SIGSTOP, or a busy event loop: the kernel goes on (accepts, receives, acknowledges), the process hears nothing. */
  pause(process: ProcessId): void;
  /** What was not heard is told from an event at this instant, in the order in which it became ready. */
  resume(process: ProcessId): void;
  /** Power loss: all processes end, nobody is told, packets to this host vanish. */
  crash(host: HostId, tag: number): void;
  /** Power is back. Its processes are gone; packets of old connections are answered by RST. */
  boot(host: HostId, tag: number): void;

  // -- sockets
  /** `backlog`: connections that wait to be accepted while the process is paused; further SYNs are dropped. */
  listen(process: ProcessId, port: number, backlog?: number): void;
  unlisten(process: ProcessId, port: number): void;
  /**
   * Opens a connection; answered by `connected` or `connectFailed`. An IPv4 address that no host has
   * is silent (`timeout` after 127 s); any other unknown text is a name that does not resolve (`unreachable`).
   */
  connect(process: ProcessId, address: string, port: number, tag: number): Endpoint;
  /** Queues bytes. More than the credit is the caller's bug. */
  send(endpoint: Endpoint, piece: Piece, tag: number): void;
  /** The first `count` of `endpoints` will soon be written to: their memory may be fetched. Nothing that could be seen changes. */
  soonSent(endpoints: readonly Endpoint[], count: number): void;
  /** Closes at once; bytes already sent still travel. Nothing more is heard of the endpoint. */
  close(endpoint: Endpoint, tag: number): void;
  /** Nobody reads this socket for now: bytes pile up in its receive buffer, then at the sender. `closed` waits behind them. */
  pauseReading(endpoint: Endpoint): void;
  resumeReading(endpoint: Endpoint): void;
  /** Another process of this host goes on with the socket, as a child with one that it inherited. It hears what was not heard yet. */
  handOver(endpoint: Endpoint, to: ProcessId): void;
  /** Send credit now, exactly; `drained` may not have told all of it yet. */
  creditOf(endpoint: Endpoint): number;

  // -- faults and links
  /** Both directions of a pair of hosts. Bytes that have left keep the latency they drew; all others go by the new rate. */
  setLink(a: HostId, b: HostId, spec: LinkSpec, tag: number): void;
  /** What one sends the other goes by this, for now. */
  linkOf(from: HostId, to: HostId): LinkSpec;
  /** The NIC of a host carries so many payload bytes per second each way from now on; 0 = unlimited. What has left has left. */
  setNic(host: HostId, bytesPerS: number, tag: number): void;
  /** Packets between the two sets vanish until healed. Several partitions may overlap. Returns the fault's number. */
  partition(a: readonly HostId[], b: readonly HostId[], direction: PartitionDirection, tag: number): number;
  healPartition(fault: number, tag: number): void;

  /**
   * From now on connections from `from` to `to` pass a relay (a proxy in front of `to`). `roundUs`: what one round of its loop
   * takes: it reads what is there, each way on its own and at most 64 kB (or what its receive buffer
   * holds), and passes it on so much later; 0: no time.
   */
  addRelay(from: HostId, to: HostId, tap?: RelayTap, roundUs?: number): Relay;
}

// ------------------------------------------------------------------ relays

/** Who ended a relayed connection first. `relay`: a cut. `refused`: the relay accepted, nobody listened behind it. */
export type RelayedClosedBy = 'from' | 'to' | 'relay' | 'refused';

/** What a relay sees pass. An observer: it never changes the run. Connections count up from 1 per relay. */
export interface RelayTap {
  opened(connection: number, atUs: number): void;
  /** `up`: from the opener to the listener. Told when it passed: held bytes at the heal, swallowed ones never. */
  forwarded(connection: number, direction: 'up' | 'down', piece: Piece, atUs: number): void;
  closed(connection: number, by: RelayedClosedBy, atUs: number): void;
}

/** `bytesPerS` 0 = unlimited. */
export interface RelayShape {
  readonly delayUs: number;
  readonly bytesPerS: number;
}

/** A cut that waits for its byte. */
export interface RelayArm {
  /** Forwarded bytes that count until it strikes, on one connection, in direction `down`. */
  readonly bytes: number;
  /**
   * How many bytes at the end of this piece count, 0 … its length: the owner knows what bytes mean, the network
   * does not. Asked once for each piece that passes while armed, in order.
   */
  readonly counted: (connection: number, piece: Piece) => number;
  readonly then: 'reset' | 'refuse' | 'hold' | 'hold-up' | 'hold-down';
}

export interface Relay {
  /** Forwards nothing that way and closes nothing; new connections are accepted, and opened behind it at the heal. */
  hold(direction: RelayDirection, tag: number): void;
  /** Closes both sides of all connections. */
  reset(tag: number): void;
  /** The same, and refuses new ones until healed. */
  refuse(tag: number): void;
  /** Undoes hold and refuse: what was held back flows on, then a close that was held back. What is armed stays armed. */
  heal(tag: number): void;
  /**
   * Delay and bytes per second each way (null: as the link is). `receiveBufferBytes`: receive buffer of the sockets
   * towards `to` that are opened from now on (null: no small one).
   */
  shape(up: RelayShape | null, down: RelayShape | null, receiveBufferBytes: number | null, tag: number): void;
  arm(arm: RelayArm, tag: number): void;
}
