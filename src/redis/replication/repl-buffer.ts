/**
 * The replication stream as this node holds it, and the backlog window over it.
 *
 * Since 7.0 the bytes live once, in a list of blocks shared by the backlog and all replicas
 * (replication.c: feedReplicationBuffer, incrementalTrimReplicationBacklog). A block knows its
 * capacity, so the window moves by whole blocks, exactly as on a real server. Commands that begin in a block
 * hang on it; JavaScript's collector keeps a block alive as long as somebody still reads it,
 * while `refcount` counts what Redis would count.
 */
import type { Message } from '../protocol/payload.ts';

export interface StreamBlock {
  readonly kind: 'stream';
  /** Offset of the last byte before this block: its bytes are numbered start+1 … start+used. */
  readonly start: number;
  /** Payload bytes it can take. */
  readonly capacity: number;
  used: number;
  refcount: number;
  next: StreamBlock | null;
  /** Messages whose first byte lies in this block, with the stream offset of their last byte. */
  readonly messages: Message[];
  readonly ends: number[];
  /** The message that began in an earlier block and reaches into this one, with its end; null when a message begins right at `start`. */
  readonly carried: Message | null;
  readonly carriedEnd: number;
  /** For sizes of a piece on the wire this payload has no size of its own. */
  readonly size: 0;
}
