/**
 * Hosts, and the links between them as they are asked for.
 */

import { assert } from '../assert.ts';
import type { LinkSpec, SocketEvents } from './api.ts';
import { cutsOf } from './faults.ts';
import { Host, Process } from './host.ts';
import { newWire, route } from './lanes.ts';
import { Link } from './link.ts';
import { type NetworkState, pairKey } from './state.ts';

/** `nicBytesPerS`: payload each way; 0 = unlimited. */
export function addHost(net: NetworkState, name: string, address: string, nicBytesPerS: number): Host {
  assert(!net.hostsByAddress.has(address), `two hosts have the address ${address}`);
  const host = new Host(net.hosts.length, name, address);
  if (nicBytesPerS > 0) {
    host.nicOut = newWire(net, nicBytesPerS);
    host.nicIn = newWire(net, nicBytesPerS);
  }
  net.hosts.push(host);
  net.hostsByAddress.set(address, host);
  return host;
}

/** The host of a relay: nobody connects to it by its own address. */
export function addRelayHost(net: NetworkState, name: string): Host {
  const host = new Host(net.hosts.length, name, '');
  net.hosts.push(host);
  return host;
}

export function addProcess(net: NetworkState, host: Host, events: SocketEvents): Process {
  assert(host.up, `${host.name} is down`);
  const process = new Process(net.processes.length, host, events);
  net.processes.push(process);
  host.processes.add(process);
  return process;
}

/** The link from one host to another; made now if it is the first time that one sends to the other. */
export function linkBetween(net: NetworkState, from: Host, to: Host): Link {
  if (from === to) return net.ideal;
  const key = pairKey(from, to);
  let link = net.linksByPair.get(key);
  if (link === undefined) {
    link = new Link(net.links.length + 1, from, to, specOf(net, from, to), net.streams);
    link.cuts = cutsOf(net, link);
    net.latencies.begin(link);
    route(net, link);
    from.linksOut.push(link);
    to.linksIn.push(link);
    net.links.push(link);
    net.linksByPair.set(key, link);
  }
  return link;
}

export function specOf(net: NetworkState, from: Host, to: Host): LinkSpec {
  return net.linkSpecs.get(pairKey(from, to)) ?? net.defaultLink;
}
