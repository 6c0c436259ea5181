/**
 * Latencies of packets, drawn eight at a time for each link.
 *
 * The state of a generator lies all over the memory, and with a thousand links fetching it takes longer than everything else that a
 * packet does. So do the records of links: what was drawn ahead stands in one array for all, eight numbers (one line of the cache)
 * to a row, and a socket knows its row.
 */

import { draw, type Distribution, type Stream, type Streams } from '../kernel/index.ts';
import type { Socket } from './connection.ts';
import type { Link } from './link.ts';

const DRAWS = 8;

export class Latencies {
  private readonly streams: Streams;
  private drawnUs: Float64Array = new Float64Array(64 * DRAWS);
  /** So many of each row are left. */
  private left: Uint8Array = new Uint8Array(64);
  /** By row; made when first needed. */
  private readonly generators: (Stream | undefined)[] = [];

  constructor(streams: Streams) {
    this.streams = streams;
  }

  /** What the next packet of a socket takes, µs. Its link is not looked at unless nothing is left of what was drawn. */
  drawUs({ constantUs, row, link }: Pick<Socket, 'constantUs' | 'row' | 'link'>): number {
    if (constantUs >= 0) return constantUs;
    const us = this.takeUs(row);
    return us >= 0 ? us : this.drawAheadUs(link);
  }

  /** The next one of a row; -1: nothing is left. */
  takeUs(row: number): number {
    const left = this.left[row]!;
    if (left === 0) return -1;
    this.left[row] = left - 1;
    return this.drawnUs[row * DRAWS + left - 1]!;
  }

  /** Draws the next eight, and returns the first of them. */
  private drawAheadUs({ row, from, to, spec: { latency } }: Link): number {
    this.generators[row] ??= this.streams.stream(`latency ${from.name}>${to.name}`);
    this.fill(row, latency, this.generators[row]);
    return this.takeUs(row);
  }

  /** A link is made, or has another latency from now on. */
  begin({ row }: Link): void {
    if (row >= this.left.length) this.grow(row);
    this.left[row] = 0;
  }

  /** Used from the end, so that the first drawn is the first used. */
  private fill(row: number, latency: Distribution, generator: Stream): void {
    for (let i = DRAWS - 1; i >= 0; i--) this.drawnUs[row * DRAWS + i] = draw(latency, generator);
    this.left[row] = DRAWS;
  }

  private grow(row: number): void {
    const rows = Math.max(row + 1, this.left.length * 2);
    const { drawnUs, left } = this;
    this.drawnUs = new Float64Array(rows * DRAWS);
    this.drawnUs.set(drawnUs);
    this.left = new Uint8Array(rows);
    this.left.set(left);
  }
}
