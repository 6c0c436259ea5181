/**
 * What travels on a connection: typed values that know their exact size on the wire, in bytes.
 *
 * A connection carries `Piece`s: a payload and the range of its bytes that is meant. Cutting a piece
 * (a full socket buffer, a broken link) changes only the two numbers, so a cut "in the middle of a
 * command" is a cut at a byte. Real bytes are made on demand, by `encode.ts`.
 */
import type { Entry } from '../dataset/entry.ts';
import type { RdbImage } from '../persistence/rdb.ts';
import type { StreamLog } from '../replication/stream-log.ts';

/**
 * A binary-safe string. A JavaScript string holds one byte per character (char codes 0 to 255);
 * a `Synthetic` stands for `length` bytes that are determined by its `seed` and made on demand.
 */
export type Bytes = string | Synthetic;

/** Incompressible filler text of `length` bytes, determined by `seed` (an unsigned 32-bit integer). */
export interface Synthetic {
  readonly seed: number;
  readonly length: number;
}

/** A RESP array of bulk strings, as clients and the replication stream carry it. */
export interface Command {
  readonly kind: 'command';
  readonly argv: readonly Bytes[];
  /** Bytes on the wire: `*argc\r\n` and, per argument, `$len\r\n` + the argument + `\r\n`. */
  readonly size: number;
  /** What was computed from the arguments once, shared by all nodes that apply this command (`commands/context.ts`). */
  memo: Entry | null;
}

/**
 * A line exactly as sent, its end (`\r\n`, or the lone `\n` of a keep-alive) included: inline commands,
 * handshake replies (`+PONG\r\n`, `+FULLRESYNC …\r\n`), bulk headers (`$171\r\n`, `$EOF:…\r\n`), the 40-byte end mark.
 */
export interface Line {
  readonly kind: 'line';
  readonly text: string;
  readonly size: number;
}

/** A reply to a client that is more than a line: integer, bulk, array, nil (RESP2). */
export interface ReplyMessage {
  readonly kind: 'reply';
  readonly reply: Reply;
  readonly size: number;
}

/** A reply as a value. Strings of `status` and `error` are without sign and line end: `OK`, `ERR no such key`. */
export type Reply =
  | { readonly type: 'status'; readonly text: string }
  | { readonly type: 'error'; readonly text: string }
  /** A bigint only beyond 2^53. */
  | { readonly type: 'integer'; readonly value: number | bigint }
  | { readonly type: 'bulk'; readonly value: Bytes }
  | { readonly type: 'nil' }
  | { readonly type: 'nil-array' }
  | { readonly type: 'array'; readonly items: readonly Reply[] };

export type Message = Command | Line | ReplyMessage;

/** Messages written to a socket in one call (a pipeline of requests, the replies of a turn): they travel together. */
export interface Batch {
  readonly kind: 'batch';
  readonly messages: readonly Message[];
  readonly size: number;
}

/**
 * Whatever a connection may carry. `RdbImage` is the file of a full sync (its bytes 0 … size);
 * `StreamLog` addresses the replication stream: `from` and `to` of its piece are *stream offsets*
 * (the piece holds the bytes numbered from+1 … to), found by walking from this stretch.
 */
export type Payload = Message | Batch | RdbImage | StreamLog;

/** The bytes [from, to) of a payload. Its length is `to - from` whatever the payload is. */
export interface Piece {
  readonly payload: Payload;
  readonly from: number;
  readonly to: number;
}
