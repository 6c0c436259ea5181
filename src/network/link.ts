/**
 * A link in one direction: the way packets go from one host to another.
 *
 * Owns its latency, loss, bandwidth and whether it is cut. Links are made when first used, so ten thousand hosts do not need a hundred million.
 */

import type { Distribution, Stream, Streams } from '../kernel/index.ts';
import { unreachable } from '../assert.ts';
import type { LinkSpec } from './api.ts';
import type { Socket } from './connection.ts';
import type { Host } from './host.ts';
import type { Wire } from './wire.ts';

export class Link {
  /** Where its latencies stand, see latencies.ts. */
  readonly row: number;
  readonly from: Host;
  readonly to: Host;
  spec: LinkSpec;
  /** A representative latency, without a draw: what acknowledgements take, and what retransmission reckons with. */
  typicalUs: number;
  /** Partitions that cover it; 0: packets pass. */
  cuts: number = 0;
  /** Sockets that send over it, in the order they were opened. */
  readonly sockets: Set<Socket> = new Set();

  // -- bandwidth, see lanes.ts
  /** Its own, once it was slower than the NIC before it. */
  wire: Wire | null = null;
  /** What its bytes pass before they leave the sending host; null: nothing. */
  first: Wire | null = null;
  /** The NIC behind a slow link. */
  second: Wire | null = null;

  private readonly streams: Streams;
  private lossStream: Stream | null = null;

  constructor(row: number, from: Host, to: Host, spec: LinkSpec, streams: Streams) {
    this.row = row;
    this.from = from;
    this.to = to;
    this.spec = spec;
    this.typicalUs = typicalUs(spec.latency);
    this.streams = streams;
  }

  /** How it delays and loses from now on; its rate is the business of `route`. */
  setSpec(spec: LinkSpec): void {
    this.spec = spec;
    this.typicalUs = typicalUs(spec.latency);
  }

  /** Is this packet lost on the way? */
  loses(): boolean {
    const { lossPpm } = this.spec;
    if (lossPpm === 0) return false;
    this.lossStream ??= this.streams.stream(`loss ${this.from.name}>${this.to.name}`);
    return this.lossStream.chance(lossPpm, 1_000_000);
  }
}

function typicalUs(latency: Distribution): number {
  switch (latency.kind) {
    case 'constant':
      return latency.us;
    case 'uniform':
      return Math.floor((latency.fromUs + latency.toUs) / 2);
    case 'normal':
    case 'exponential':
      return Math.max(0, Math.round(latency.meanUs));
    case 'lognormal':
      return Math.round(latency.medianUs);
    default:
      return unreachable(latency);
  }
}

/** A latency distribution in words, for facts. */
export function describeLatency(latency: Distribution): string {
  switch (latency.kind) {
    case 'constant':
      return `${latency.us}us`;
    case 'uniform':
      return `${latency.fromUs}us..${latency.toUs}us`;
    case 'normal':
      return `normal ${latency.meanUs}us sd ${latency.sdUs}us`;
    case 'lognormal':
      return `lognormal ${latency.medianUs}us sigma ${latency.sigma}`;
    case 'exponential':
      return `exponential ${latency.meanUs}us`;
    default:
      return unreachable(latency);
  }
}
