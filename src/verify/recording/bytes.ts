/** What a piece puts on the wire: its bytes, or for the file of a full sync only how many. */
import { assert } from '../../assert.ts';
import { unpack } from '../../redis/protocol/batch.ts';
import { encode } from '../../redis/protocol/encode.ts';
import type { Message, Piece } from '../../redis/protocol/payload.ts';
import type { StreamBlock } from '../../redis/replication/repl-buffer.ts';

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

/** The stream bytes numbered from+1 … to, message by message, walking from `block`. */
export function forEachStreamPart(block: StreamBlock, from: number, to: number, each: (text: string) => void): void {
  let at = from;
  const take = (message: Message, end: number): void => {
    if (at >= to || end <= at) return;
    const start = end - message.size;
    assert(start <= at, `stream bytes ${at + 1} to ${start} are not in any message`);
    const until = Math.min(end, to);
    each(encode(message, at - start, until - start));
    at = until;
  };
  for (let here: StreamBlock | null = block; here !== null && at < to; here = here.next) {
    if (here.carried !== null) take(here.carried, here.carriedEnd);
    for (let i = 0; i < here.messages.length && at < to; i++) take(here.messages[i]!, here.ends[i]!);
  }
  assert(at === to, `stream bytes ${at + 1} to ${to} are not reached from this block`);
}
