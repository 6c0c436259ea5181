/**
 * Fetches the memory of segments that will arrive next, before they do.
 *
 * With thousands of sockets hardly anything that an arrival looks at is in the processor's cache, and each look waits for the one
 * before: socket, flight, segment, peer. Several arrivals at once, step by step, wait together instead of one after the other. With 4,000
 * servers that is a fifth of the time. Nothing is changed but a sum that nobody reads: without it the loads would be left out.
 */

import type { Endpoint, SocketEvents } from './api.ts';
import type { Socket } from './connection.ts';
import type { NetworkState } from './state.ts';

export class Warmer {
  private readonly senders: Socket[] = [];
  private readonly owners: SocketEvents[] = [];
  private readonly endpoints: Endpoint[] = [];
  private sum: number = 0;

  /** `next`: endpoints whose flights arrive soon. */
  arrivals(net: NetworkState, next: Int32Array, count: number): void {
    const { senders, owners, endpoints } = this;
    for (let i = 0; i < count; i++) senders[i] = net.sockets[next[i]!]!;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += senders[i]!.touchSending();
    let hearing = 0;
    for (let i = 0; i < count; i++) {
      const { head, peer, nicIn, entry } = senders[i]!;
      if (head !== null) sum += head.mark + head.wireEnd;
      sum += peer.touchReceiving() + (nicIn === null ? 0 : nicIn.committed + nicIn.waiting);
      if (entry !== null) sum += entry.mark + (entry.flight.head === null ? 0 : 1);
      if (peer.ears === null) continue;
      endpoints[hearing] = peer.id;
      owners[hearing++] = peer.ears;
    }
    this.sum = (this.sum + sum) | 0;
    net.observer.soonHeard?.(owners, endpoints, hearing);
  }

  /** `endpoints`: those that will be written to soon. */
  sends(net: NetworkState, endpoints: readonly Endpoint[], count: number): void {
    const { senders } = this;
    let open = 0;
    for (let i = 0; i < count; i++) {
      const socket = net.sockets[endpoints[i]!];
      if (socket !== null && socket !== undefined) senders[open++] = socket;
    }
    let sum = 0;
    for (let i = 0; i < open; i++) sum += senders[i]!.touchSending();
    for (let i = 0; i < open; i++) sum += senders[i]!.outbox.mark;
    this.sum = (this.sum + sum + net.segments.touch(open)) | 0;
  }
}
