/** What a piece puts on the wire: its bytes, or for the file of a full sync only how many. */
import { unpack } from '../../redis/protocol/batch.ts';
import { encode } from '../../redis/protocol/encode.ts';
import type { Piece } from '../../redis/protocol/payload.ts';
import { forEachStreamPart } from '../../redis/wire.ts';

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
