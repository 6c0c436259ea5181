/** What a piece puts on the wire: its bytes, or for the file of a full sync only how many. */
import { assert } from '../../assert.ts';
import { unpack } from '../../redis/protocol/batch.ts';
import { encode } from '../../redis/protocol/encode.ts';
import type { Piece } from '../../redis/protocol/payload.ts';
import { firstEndingAfter, type StreamLog } from '../../redis/replication/stream-log.ts';

export type Wire = { readonly is: 'bytes'; readonly text: string } | { readonly is: 'file'; readonly bytes: number };

/** Calls `each` with the bytes of a piece in order, one character per byte, in parts of moderate size. */
export function forEachPart(piece: Piece, each: (part: Wire) => void): void {
  const { payload, from, to } = piece;
  switch (payload.kind) {
    case 'rdb':
      if (to > from) each({ is: 'file', bytes: to - from });
      return;
    case 'stream':
      forEachStreamPart(payload, from, to, (text) => each({ is: 'bytes', text }));
      return;
    case 'batch':
      unpack(payload, from, to, (part) => forEachPart(part, each));
      return;
    case 'command':
    case 'line':
    case 'reply':
      if (to > from) each({ is: 'bytes', text: encode(payload, from, to) });
  }
}

/** The stream bytes numbered from+1 … to, message by message, walking from `start`. */
export function forEachStreamPart(start: StreamLog, from: number, to: number, each: (text: string) => void): void {
  let at = from;
  for (let log: StreamLog | null = start; log !== null && at < to; log = log.next) {
    for (let index = firstEndingAfter(log, at); index < log.ends.length && at < to; index++) {
      const message = log.messages[index]!;
      const end = log.ends[index]!;
      const begin = end - message.size;
      assert(begin <= at, `stream bytes ${at + 1} to ${begin} are not in any message`);
      const until = Math.min(end, to);
      each(encode(message, at - begin, until - begin));
      at = until;
    }
  }
  assert(at === to, `stream bytes ${at + 1} to ${to} are not reached from here`);
}
