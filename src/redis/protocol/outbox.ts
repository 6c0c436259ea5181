/** What waits to be written to a socket, and writing as much of it as the socket takes. */
import type { Fd } from '../ports.ts';
import { batch } from './batch.ts';
import type { Message, Piece } from './payload.ts';

export interface Outbox {
  /** Free bytes of the socket's send buffer. */
  credit: number;
  /** Not handed to the socket yet. */
  output: Message[];
  /** Bytes of the first one that were. */
  outputSent: number;
}

/** Several messages leave in one write if the socket has room for all of them; otherwise each by itself, as far as it goes. */
export function writeOut(outbox: Outbox, fd: Fd, port: { send(fd: Fd, piece: Piece): void }): void {
  if (outbox.output.length > 1 && outbox.outputSent === 0) {
    const all = batch(outbox.output);
    if (all.size <= outbox.credit) {
      outbox.output = [];
      outbox.credit -= all.size;
      port.send(fd, { payload: all, from: 0, to: all.size });
      return;
    }
  }
  const { output } = outbox;
  while (output.length > 0) {
    const message = output[0]!;
    const bytes = Math.min(outbox.credit, message.size - outbox.outputSent);
    if (bytes <= 0) return;
    port.send(fd, { payload: message, from: outbox.outputSent, to: outbox.outputSent + bytes });
    outbox.credit -= bytes;
    outbox.outputSent += bytes;
    if (outbox.outputSent < message.size) return;
    outbox.outputSent = 0;
    output.shift();
  }
}
