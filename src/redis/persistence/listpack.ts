/**
 * Listpacks and intsets, byte for byte: the compact forms in which small containers are kept, and saved as one string
 * (listpack.c, intset.c).
 *
 * A listpack is its length (4 bytes), its number of elements (2), the elements, and 0xFF. An element is an integer or a
 * string behind a prefix that says which, and then its own length once more, to be read backwards.
 */
import type { Bytes } from '../protocol/payload.ts';
import { createBuffer, pushByte, pushBytes, pushLittleEndian } from './bytes.ts';
import type { ByteBuffer } from './bytes.ts';
import { signedLittleEndian, textOf } from './rdb-reader.ts';

/** An element: bytes, or a number that is known to be a whole one (the score of a member). */
export type Element = Bytes | number;

export const EMPTY_LISTPACK_BYTES = 7;

export function listpackOf(elements: readonly Element[]): ByteBuffer {
  const buffer = createBuffer(EMPTY_LISTPACK_BYTES + 16 * elements.length);
  buffer.length = 6;
  for (const element of elements) pushElement(buffer, element);
  pushByte(buffer, 0xff);
  const header = createBuffer(6);
  pushLittleEndian(header, buffer.length, 4);
  // 65535 and more are not counted: "walk through it to know".
  pushLittleEndian(header, Math.min(elements.length, 0xffff), 2);
  buffer.bytes.set(header.bytes.subarray(0, 6));
  return buffer;
}

/** Bytes that an element takes in a listpack. */
export function elementSize(element: Element): number {
  const integer = typeof element === 'number' ? BigInt(element) : canonicalInteger(element);
  const size = integer === null ? stringSize((element as Bytes).length) : integerSize(integer);
  return size + backLengthSize(size);
}

function pushElement(buffer: ByteBuffer, element: Element): void {
  const start = buffer.length;
  const integer = typeof element === 'number' ? BigInt(element) : canonicalInteger(element);
  if (integer === null) pushString(buffer, element as Bytes);
  else pushInteger(buffer, integer);
  pushBackLength(buffer, buffer.length - start);
}

function stringSize(length: number): number {
  return length + (length < 64 ? 1 : length < 4096 ? 2 : 5);
}

function pushString(buffer: ByteBuffer, text: Bytes): void {
  const { length } = text;
  if (length < 64) {
    pushByte(buffer, 0x80 | length);
  } else if (length < 4096) {
    pushByte(buffer, 0xe0 | (length >> 8));
    pushByte(buffer, length & 0xff);
  } else {
    pushByte(buffer, 0xf0);
    pushLittleEndian(buffer, length, 4);
  }
  pushBytes(buffer, text);
}

function integerSize(value: bigint): number {
  if (value >= 0n && value <= 127n) return 1;
  if (value >= -4096n && value <= 4095n) return 2;
  for (const bits of [16, 24, 32]) if (value === BigInt.asIntN(bits, value)) return 1 + bits / 8;
  return 9;
}

function pushInteger(buffer: ByteBuffer, value: bigint): void {
  const size = integerSize(value);
  if (size === 1) {
    pushByte(buffer, Number(value));
  } else if (size === 2) {
    const low = Number(value & 0x1fffn);
    pushByte(buffer, 0xc0 | (low >> 8));
    pushByte(buffer, low & 0xff);
  } else {
    // 0xF1 to 0xF4: 2, 3, 4 or 8 bytes follow.
    pushByte(buffer, size === 9 ? 0xf4 : 0xee + size);
    pushLittleEndian(buffer, value, size - 1);
  }
}

/** Each byte but the first carries a flag; the limits are one lower than seven bits each allow (lpEncodeBacklen). */
function backLengthSize(size: number): number {
  return size <= 127 ? 1 : size < 16_383 ? 2 : size < 2_097_151 ? 3 : size < 268_435_455 ? 4 : 5;
}

function pushBackLength(buffer: ByteBuffer, size: number): void {
  for (let i = backLengthSize(size) - 1, first = true; i >= 0; i--, first = false) {
    pushByte(buffer, ((size >>> (7 * i)) & 127) | (first ? 0 : 128));
  }
}

const INT64_DIGITS = 20;

/** The number that a text is the canonical form of, when it fits 64 bits: no sign +, no leading zero, not `-0` (util.c: string2ll). */
export function canonicalInteger(text: Bytes): bigint | null {
  if (typeof text !== 'string' || text.length === 0 || text.length > INT64_DIGITS) return null;
  const first = text.charCodeAt(0);
  // Nearly all that is no number ends here: neither a digit nor a minus in front.
  if (first !== MINUS && (first < ZERO || first > NINE)) return null;
  if (!/^(?:0|-?[1-9]\d*)$/.test(text)) return null;
  const value = BigInt(text);
  return value === BigInt.asIntN(64, value) ? value : null;
}

const MINUS = 45;
const ZERO = 48;
const NINE = 57;

/** intset.c: integers in ascending order, each in as many bytes as the largest needs. */
export function intsetOf(integers: readonly bigint[]): ByteBuffer {
  const sorted = integers.toSorted((a, b) => (a < b ? -1 : 1));
  const width = [2, 4].find((bytes) => sorted.every((value) => value === BigInt.asIntN(8 * bytes, value))) ?? 8;
  const buffer = createBuffer(8 + width * sorted.length);
  pushLittleEndian(buffer, width, 4);
  pushLittleEndian(buffer, sorted.length, 4);
  for (const value of sorted) pushLittleEndian(buffer, value, width);
  return buffer;
}

/** The elements of a listpack as texts; null when it is none. */
export function listpackElements(bytes: Uint8Array): string[] | null {
  if (bytes.length < EMPTY_LISTPACK_BYTES || signedLittleEndian(bytes.subarray(0, 4)) !== BigInt(bytes.length)) return null;
  const elements: string[] = [];
  let at = 6;
  while (bytes[at] !== 0xff) {
    if (at >= bytes.length - 1) return null;
    const size = elementAt(bytes, at, elements);
    if (size === 0) return null;
    at += size + backLengthSize(size);
  }
  return at === bytes.length - 1 ? elements : null;
}

/** Appends the element that begins there: how many bytes it takes without its length, 0 when there is none. */
function elementAt(bytes: Uint8Array, at: number, elements: string[]): number {
  const first = bytes[at]!;
  if (first < 0x80) {
    elements.push(String(first));
    return 1;
  }
  if (first < 0xc0) return pushText(bytes, at, 1, first & 0x3f, elements);
  if (first < 0xe0) {
    const value = ((first & 0x1f) << 8) | bytes[at + 1]!;
    elements.push(String(value < 4096 ? value : value - 8192));
    return 2;
  }
  if (first < 0xf0) return pushText(bytes, at, 2, ((first & 0x0f) << 8) | bytes[at + 1]!, elements);
  if (first === 0xf0) return pushText(bytes, at, 5, Number(BigInt.asUintN(32, signedLittleEndian(bytes.subarray(at + 1, at + 5)))), elements);
  if (first > 0xf4) return 0;
  const width = first === 0xf4 ? 8 : first - 0xef;
  elements.push(String(signedLittleEndian(bytes.subarray(at + 1, at + 1 + width))));
  return 1 + width;
}

function pushText(bytes: Uint8Array, at: number, head: number, length: number, elements: string[]): number {
  elements.push(textOf(bytes.subarray(at + head, at + head + length)));
  return head + length;
}

/** The members of an intset, ascending; null when it is none. */
export function intsetMembers(bytes: Uint8Array): string[] | null {
  const width = Number(signedLittleEndian(bytes.subarray(0, 4)));
  const count = Number(signedLittleEndian(bytes.subarray(4, 8)));
  if (![2, 4, 8].includes(width) || bytes.length !== 8 + width * count) return null;
  return Array.from({ length: count }, (_, i) => String(signedLittleEndian(bytes.subarray(8 + width * i, 8 + width * (i + 1)))));
}
