/**
 * Messages become bytes: only for who asks (a tap, a golden comparison, a real socket).
 *
 * Bytes are a string with one byte per character (latin1); `toUint8Array` makes the other form. A slice
 * [from, to) is made without the rest, so a message with a gigabyte of synthetic value can be streamed.
 */
import { assert, unreachable } from '../../assert.ts';
import type { Bytes, Message, Reply } from './payload.ts';
import { expand } from './synthetic.ts';

/** The bytes [from, to) of a message; all of them by default. */
export function encode(message: Message, from = 0, to: number = message.size): string {
  assert(0 <= from && from <= to && to <= message.size, `bytes ${from}..${to} of a message of ${message.size}`);
  const slice: Slice = { from, to, at: 0, text: '' };
  switch (message.kind) {
    case 'command':
      writeCommand(slice, message.argv);
      break;
    case 'line':
      write(slice, message.text);
      break;
    case 'reply':
      writeReply(slice, message.reply);
      break;
    default:
      unreachable(message);
  }
  return slice.text;
}

/** One byte per character becomes one byte per element. */
export function toUint8Array(latin1: string): Uint8Array {
  const bytes = new Uint8Array(latin1.length);
  for (let i = 0; i < latin1.length; i++) bytes[i] = latin1.charCodeAt(i);
  return bytes;
}

/** The bytes seen so far (`at`), of which those in [from, to) are collected. */
interface Slice {
  readonly from: number;
  readonly to: number;
  at: number;
  text: string;
}

function writeCommand(slice: Slice, argv: readonly Bytes[]): void {
  write(slice, `*${argv.length}\r\n`);
  for (const argument of argv) {
    if (slice.at >= slice.to) return;
    writeBulk(slice, argument);
  }
}

function writeReply(slice: Slice, reply: Reply): void {
  switch (reply.type) {
    case 'status':
      return write(slice, `+${reply.text}\r\n`);
    case 'error':
      return write(slice, `-${reply.text}\r\n`);
    case 'integer':
      return write(slice, `:${reply.value}\r\n`);
    case 'bulk':
      return writeBulk(slice, reply.value);
    case 'nil':
      return write(slice, '$-1\r\n');
    case 'nil-array':
      return write(slice, '*-1\r\n');
    case 'array':
      write(slice, `*${reply.items.length}\r\n`);
      for (const item of reply.items) {
        if (slice.at >= slice.to) return;
        writeReply(slice, item);
      }
  }
}

function writeBulk(slice: Slice, bytes: Bytes): void {
  write(slice, `$${bytes.length}\r\n`);
  write(slice, bytes);
  write(slice, '\r\n');
}

function write(slice: Slice, bytes: Bytes): void {
  const start = Math.max(slice.from - slice.at, 0);
  const end = Math.min(slice.to - slice.at, bytes.length);
  if (start < end) slice.text += typeof bytes === 'string' ? bytes.slice(start, end) : expand(bytes, start, end);
  slice.at += bytes.length;
}
