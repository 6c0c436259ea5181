/** Any piece as the bytes that it stands for: messages, slices of the command stream, slices of a file. */
import { assert } from '../assert.ts';
import { unpack } from './protocol/batch.ts';
import { encode } from './protocol/encode.ts';
import type { Piece } from './protocol/payload.ts';
import { encodeRdb } from './persistence/rdb.ts';
import type { RdbImage } from './persistence/rdb.ts';
import { firstEndingAfter, type StreamLog } from './replication/stream-log.ts';

/** A file is asked for slice by slice: its bytes are made once, and kept for as long as somebody knows the file. */
export interface Wire {
  readonly files: WeakMap<RdbImage, Uint8Array>;
}

export function createWire(): Wire {
  return { files: new WeakMap() };
}

/** One byte per character. */
export function encodePiece(wire: Wire, { payload, from, to }: Piece): string {
  switch (payload.kind) {
    case 'rdb':
      return toLatin1(fileBytes(wire, payload).subarray(from, to));
    case 'stream': {
      let text = '';
      forEachStreamPart(payload, from, to, (part) => { text += part; });
      return text;
    }
    case 'batch': {
      let text = '';
      unpack(payload, from, to, (part) => { text += encodePiece(wire, part); });
      return text;
    }
    case 'command':
    case 'line':
    case 'reply':
      return encode(payload, from, to);
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

function fileBytes({ files }: Wire, image: RdbImage): Uint8Array {
  const known = files.get(image);
  if (known !== undefined) return known;
  const bytes = encodeRdb(image);
  files.set(image, bytes);
  return bytes;
}

const CHUNK = 8192;

function toLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}
