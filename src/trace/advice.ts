/**
 * What would have changed a decision, as far as its own numbers tell.
 *
 * Computed from the evidence alone, and therefore only said where the numbers allow no doubt; what needs
 * another run to know is `sim explain`'s business.
 */
import type { BacklogBegin } from './backlogs.ts';
import type { Resync } from './resyncs.ts';

type Evidence = NonNullable<Resync['evidence']>;

const KB = 1024;

/** Bytes of the stream that the master had to keep for this request: from the byte asked for to the last one. */
export function bytesNeeded({ masterOffset, askedOffset }: Evidence): number {
  return masterOffset - askedOffset + 1;
}

/**
 * The repl-backlog-size, in whole kb, that is sure to have kept a request partial which came too late.
 *
 * A backlog promises its size: up to 6.2 it holds exactly that, and from 7.0 on, where it is cut by whole
 * blocks, up to one block more. So a value somewhat smaller may have been enough, by luck; this one is enough.
 */
export function sufficientBacklogKb(evidence: Evidence): number {
  return Math.ceil(bytesNeeded(evidence) / KB);
}

/** What can be said of a request that came too late for the backlog. */
export type BacklogAdvice =
  /** So much would have kept it partial. */
  | { readonly is: 'size'; readonly kb: number }
  /** No size would have: this backlog began only after the byte asked for. */
  | { readonly is: 'began-later'; readonly began: BacklogBegin }
  /** It was large enough, and yet it did not reach back; what it was made anew for was not told. */
  | { readonly is: 'unknown' };

/** null: it did not come too late. */
export function backlogAdvice({ reason, evidence, backlog: began }: Pick<Resync, 'reason' | 'evidence' | 'backlog'>): BacklogAdvice | null {
  if (reason !== 'offset-before-backlog' || evidence === null) return null;
  if (began !== null && began.byte > evidence.askedOffset) return began.byte <= evidence.firstByte ? { is: 'began-later', began } : { is: 'unknown' };
  const kb = sufficientBacklogKb(evidence);
  return kb * KB > evidence.backlogSize ? { is: 'size', kb } : { is: 'unknown' };
}
