/**
 * Constructors of messages: each computes its size once, so that nobody ever counts again.
 */
import type { Bytes, Command, Line, Reply, ReplyMessage, Synthetic } from './payload.ts';
import { commandSize, replySize } from './resp-size.ts';
import { expand } from './synthetic.ts';

/** A RESP array of bulk strings. The array is kept, not copied: never change it afterwards. */
export function command(argv: readonly Bytes[]): Command {
  return { kind: 'command', argv, size: commandSize(argv), memo: null };
}

/** A line exactly as sent, its end included: `+PONG\r\n`, `\n`. One character is one byte. */
export function line(text: string): Line {
  return { kind: 'line', text, size: text.length };
}

export function reply(value: Reply): ReplyMessage {
  return { kind: 'reply', reply: value, size: replySize(value) };
}

export function synthetic(seed: number, length: number): Synthetic {
  return { seed: seed >>> 0, length };
}

export function isSynthetic(bytes: Bytes): bytes is Synthetic {
  return typeof bytes !== 'string';
}

export function bytesLength(bytes: Bytes): number {
  return bytes.length;
}

/** The bytes themselves, one per character; makes those that are synthetic. */
export function bytesToString(bytes: Bytes): string {
  return typeof bytes === 'string' ? bytes : expand(bytes, 0, bytes.length);
}
