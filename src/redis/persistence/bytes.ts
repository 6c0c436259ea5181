/** A growing run of bytes: the scratch paper on which listpacks and files are written. */
import { expand } from '../protocol/synthetic.ts';
import type { Bytes } from '../protocol/payload.ts';

export interface ByteBuffer {
  bytes: Uint8Array;
  length: number;
}

export function createBuffer(capacity = 256): ByteBuffer {
  return { bytes: new Uint8Array(capacity), length: 0 };
}

export function pushByte(buffer: ByteBuffer, value: number): void {
  reserve(buffer, 1);
  buffer.bytes[buffer.length++] = value;
}

/** `count` bytes of a whole number, least first; negative numbers as two's complement. */
export function pushLittleEndian(buffer: ByteBuffer, value: number | bigint, count: number): void {
  reserve(buffer, count);
  let rest = BigInt(value);
  for (let i = 0; i < count; i++) {
    buffer.bytes[buffer.length++] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

export function pushBigEndian(buffer: ByteBuffer, value: number, count: number): void {
  reserve(buffer, count);
  let rest = value;
  for (let i = count - 1; i >= 0; i--) {
    buffer.bytes[buffer.length + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  buffer.length += count;
}

export function pushBytes(buffer: ByteBuffer, value: Bytes): void {
  reserve(buffer, value.length);
  const text = typeof value === 'string' ? value : expand(value, 0, value.length);
  const { bytes } = buffer;
  let at = buffer.length;
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
  buffer.length = at;
}

export function pushArray(buffer: ByteBuffer, array: Uint8Array, length: number = array.length): void {
  reserve(buffer, length);
  buffer.bytes.set(array.subarray(0, length), buffer.length);
  buffer.length += length;
}

function reserve(buffer: ByteBuffer, count: number): void {
  const needed = buffer.length + count;
  if (needed <= buffer.bytes.length) return;
  const grown = new Uint8Array(Math.max(needed, buffer.bytes.length * 2));
  grown.set(buffer.bytes.subarray(0, buffer.length));
  buffer.bytes = grown;
}
