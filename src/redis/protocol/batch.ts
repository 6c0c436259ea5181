/** Several messages as one payload, and one by one again. */
import type { Batch, Message, Piece } from './payload.ts';

/** The array is kept, not copied: never change it afterwards. */
export function batch(messages: readonly Message[]): Batch {
  let size = 0;
  for (const message of messages) size += message.size;
  return { kind: 'batch', messages, size };
}

/** Calls `each` with the part of every message that lies in the bytes [from, to) of a batch, in order. */
export function unpack({ messages }: Batch, from: number, to: number, each: (piece: Piece) => void): void {
  let begin = 0;
  for (const message of messages) {
    const end = begin + message.size;
    if (end > from && begin < to) each({ payload: message, from: Math.max(from - begin, 0), to: Math.min(to - begin, message.size) });
    begin = end;
  }
}
