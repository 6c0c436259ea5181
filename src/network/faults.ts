/**
 * What befalls links and hosts: partitions, new latencies and rates, loss of power.
 *
 * A partition is a rule over two sets of hosts, not a flag on each of their links: links learn of it
 * when it begins, or when they are made. Bytes that had left before the cut arrive. Healing touches
 * nothing: who has stalled finds out at its next retransmission.
 */

import { assert } from '../assert.ts';
import type { LinkSpec, PartitionDirection } from './api.ts';
import { stall } from './backoff.ts';
import { dropOutbox, vanish } from './closing.ts';
import { offer, pump, withdraw } from './flows.ts';
import type { Socket } from './connection.ts';
import type { Host, Process } from './host.ts';
import { isSlow, newWire, retreat, route } from './lanes.ts';
import { describeLatency, type Link } from './link.ts';
import { type NetworkState, pairKey } from './state.ts';
import { maySend, passOn } from './transmission.ts';
import { noteWay } from './way.ts';
import type { Wire } from './wire.ts';

export interface Partition {
  readonly fault: number;
  readonly a: ReadonlySet<Host>;
  readonly b: ReadonlySet<Host>;
  readonly direction: PartitionDirection;
}

export function beginPartition(net: NetworkState, a: readonly Host[], b: readonly Host[], direction: PartitionDirection, tag: number): number {
  const fault = ++net.partitionsBegun;
  const partition: Partition = { fault, a: new Set(a), b: new Set(b), direction };
  net.partitions.push(partition);
  net.observer.tell({ kind: 'partition-began', fault, a: a.map(nameOf), b: b.map(nameOf), direction }, tag);
  for (const link of net.links) if (covers(partition, link)) cut(net, link);
  return fault;
}

export function healPartition(net: NetworkState, fault: number, tag: number): void {
  const index = net.partitions.findIndex((each) => each.fault === fault);
  assert(index >= 0, `there is no partition ${fault}`);
  const [partition] = net.partitions.splice(index, 1);
  for (const link of net.links) {
    if (!covers(partition!, link)) continue;
    link.cuts--;
    noteWay(link);
  }
  net.observer.tell({ kind: 'partition-healed', fault }, tag);
}

/** How many partitions cover a link that is being made. */
export function cutsOf(net: NetworkState, link: Link): number {
  let cuts = 0;
  for (const partition of net.partitions) if (covers(partition, link)) cuts++;
  return cuts;
}

function covers({ a, b, direction }: Partition, { from, to }: Link): boolean {
  if (direction !== 'b-to-a' && a.has(from) && b.has(to)) return true;
  return direction !== 'a-to-b' && b.has(from) && a.has(to);
}

function cut(net: NetworkState, link: Link): void {
  link.cuts++;
  if (link.cuts > 1) return;
  noteWay(link);
  for (const socket of link.sockets) retreat(net, socket);
  for (const socket of link.sockets) {
    if (socket.state === 'gone') dropOutbox(net, socket);
    else if (maySend(socket)) stall(net, socket, net.kernel.nowUs);
  }
}

export function setLink(net: NetworkState, a: Host, b: Host, spec: LinkSpec, tag: number): void {
  changeLink(net, a, b, spec, tag);
  changeLink(net, b, a, spec, tag);
}

function changeLink(net: NetworkState, from: Host, to: Host, spec: LinkSpec, tag: number): void {
  const key = pairKey(from, to);
  net.linkSpecs.set(key, spec);
  const link = net.linksByPair.get(key);
  if (link !== undefined) {
    const wasFelt = link.first !== null && link.first === link.wire;
    const sameRate = link.spec.bytesPerS === spec.bytesPerS;
    link.setSpec(spec);
    net.latencies.begin(link);
    noteWay(link);
    if (!sameRate && (wasFelt || isSlow(link))) {
      for (const socket of link.sockets) retreat(net, socket);
      route(net, link);
      for (const socket of link.sockets) pump(net, socket);
    }
  }
  const { bytesPerS, lossPpm, latency } = spec;
  net.observer.tell({ kind: 'link-changed', from: from.name, to: to.name, latency: describeLatency(latency), bytesPerS, lossPpm }, tag);
}

/** A NIC of another rate, each way; 0 = unlimited. Between sockets, whoever had least goes on first. */
export function setNic(net: NetworkState, host: Host, bytesPerS: number, tag: number): void {
  for (const { sockets } of host.linksOut) for (const socket of sockets) retreat(net, socket);
  for (const { sockets } of host.linksIn) for (const { entry } of sockets) if (entry !== null) withdraw(net, entry);
  host.nicOut = wireOfRate(net, host.nicOut, bytesPerS);
  host.nicIn = wireOfRate(net, host.nicIn, bytesPerS);
  for (const link of host.linksOut) route(net, link);
  for (const link of host.linksIn) noteWay(link);
  for (const { sockets } of host.linksOut) for (const socket of sockets) pump(net, socket);
  for (const { sockets } of host.linksIn) for (const socket of sockets) enterAgain(net, host, socket);
  net.observer.tell({ kind: 'nic-changed', host: host.name, bytesPerS }, tag);
}

function wireOfRate(net: NetworkState, wire: Wire | null, bytesPerS: number): Wire | null {
  if (bytesPerS === 0) return null;
  if (wire === null) return newWire(net, bytesPerS);
  wire.setRate(bytesPerS, net.kernel.nowUs);
  return wire;
}

function enterAgain(net: NetworkState, host: Host, { entry }: Socket): void {
  if (entry === null) return;
  for (let each = entry.flight.head; each !== null; each = each.next) each.wireEnd = 0;
  entry.wire = host.nicIn;
  entry.mark = 0;
  if (entry.head === null) return;
  if (entry.wire === null) passOn(net, entry, Infinity);
  else offer(net, entry.wire, entry);
}

export function crash(net: NetworkState, host: Host, tag: number): void {
  assert(host.up, `${host.name} is down already`);
  host.up = false;
  host.listeners.clear();
  for (const process of host.processes) endProcess(process);
  host.processes.clear();
  for (const socket of [...host.sockets]) vanish(net, socket, tag);
  net.observer.tell({ kind: 'host-down', host: host.name }, tag);
}

export function boot(net: NetworkState, host: Host, tag: number): void {
  assert(!host.up, `${host.name} is up already`);
  host.up = true;
  net.observer.tell({ kind: 'host-up', host: host.name }, tag);
}

export function endProcess(process: Process): void {
  process.alive = false;
  process.ready = [];
}

function nameOf(host: Host): string {
  return host.name;
}
