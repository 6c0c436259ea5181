/** Any piece as the bytes that it stands for: messages, slices of the command stream, slices of a file. */
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
    case 'stream':
      return encodeStream(payload, from, to);
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

/** The stream bytes numbered from+1 … to, found by walking from a stretch at or before them. */
function encodeStream(start: StreamLog, from: number, to: number): string {
  let text = '';
  for (let log: StreamLog | null = start; log !== null; log = log.next) {
    for (let index = firstEndingAfter(log, from); index < log.ends.length; index++) {
      const message = log.messages[index]!;
      const begin = log.ends[index]! - message.size;
      if (begin >= to) return text;
      text += encode(message, Math.max(from - begin, 0), Math.min(to - begin, message.size));
    }
  }
  return text;
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
