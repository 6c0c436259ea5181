/**
 * Hosts and the processes on them: who may be connected to, who hears, who is busy.
 *
 * Owns power, ports and pauses. What a socket does is not here.
 */

import type { HostId, ProcessId, SocketEvents } from './api.ts';
import type { Socket } from './connection.ts';
import type { Link } from './link.ts';
import type { Wire } from './wire.ts';

export class Host {
  readonly id: HostId;
  readonly name: string;
  readonly address: string;
  up: boolean = true;
  readonly listeners: Map<number, Listener> = new Map();
  /** A relay listens on every port. */
  anyPort: Listener | null = null;
  readonly processes: Set<Process> = new Set();
  /** Every socket that this host's kernel knows, orphans included, in the order they were opened. */
  readonly sockets: Set<Socket> = new Set();
  // -- its NIC, each way; null: no limit
  nicOut: Wire | null = null;
  nicIn: Wire | null = null;
  /** In the order in which they were made. */
  readonly linksOut: Link[] = [];
  readonly linksIn: Link[] = [];
  private nextPort: number = FIRST_EPHEMERAL_PORT;

  constructor(id: HostId, name: string, address: string) {
    this.id = id;
    this.name = name;
    this.address = address;
  }

  listenerOf(port: number): Listener | null {
    return this.listeners.get(port) ?? this.anyPort;
  }

  /** Ports of outgoing connections, in Linux' default range; a real kernel picks at random, but always five digits. */
  ephemeralPort(): number {
    const port = this.nextPort;
    this.nextPort = port === LAST_EPHEMERAL_PORT ? FIRST_EPHEMERAL_PORT : port + 1;
    return port;
  }
}

const FIRST_EPHEMERAL_PORT = 32_768;
const LAST_EPHEMERAL_PORT = 60_999;

export class Process {
  readonly id: ProcessId;
  readonly host: Host;
  readonly events: SocketEvents;
  alive: boolean = true;
  paused: boolean = false;
  /** Sockets it has not closed, and those it has not accepted yet. */
  readonly sockets: Set<Socket> = new Set();
  /** Sockets with news that it has not heard, in the order in which they became ready. */
  ready: Socket[] = [];
  /** A wake-up is on its way. */
  waking: boolean = false;

  constructor(id: ProcessId, host: Host, events: SocketEvents) {
    this.id = id;
    this.host = host;
    this.events = events;
  }
}

export interface Listener {
  readonly process: Process;
  readonly port: number;
  readonly backlog: number;
  /** Connections that the kernel opened and the process has not heard of. */
  waiting: number;
}
