/**
 * What a recording proxy sees of a link: the seam between the simulated network and the recorder.
 *
 * A link is named `replica>master` (node names). Its connections are numbered by whoever taps, in the
 * order in which the proxy accepted them; a number is never used twice on a link. Times are virtual
 * µs. `forwarded` tells what passed, when it passed: bytes that a hole holds back are told at the
 * heal, bytes that a cut swallowed never. An observer: it never changes the run.
 */
import type { Piece } from '../../redis/protocol/payload.ts';

/** Towards the master (what the replica sends), or towards the replica. */
export type Direction = 'up' | 'down';

/**
 * Who closed first, as the proxy saw it. `recorder`: a cut. `master refused`: the proxy accepted, but nobody
 * listened at the master. `end` is for connections that live to the end of a case; the recorder adds it by itself.
 */
export type ClosedBy = 'replica' | 'master' | 'recorder' | 'end' | 'master refused';

export interface RelayTap {
  opened(link: string, connection: number, atUs: number): void;
  forwarded(link: string, connection: number, direction: Direction, piece: Piece, atUs: number): void;
  closed(link: string, connection: number, by: ClosedBy, atUs: number): void;
}

/** A tap is told of many links by their ends; this is the only place that spells their name. */
export function linkName(replica: string, master: string): string {
  return `${replica}>${master}`;
}
