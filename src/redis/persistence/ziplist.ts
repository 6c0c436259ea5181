/**
 * Ziplists, byte for byte: what small containers and the nodes of lists were kept in before listpacks (ziplist.c, up to 6.2).
 *
 * A ziplist is its length (4 bytes), the place of its last entry (4), its number of entries (2), the entries, and 0xFF. An entry
 * is the length of the one before it (1 byte, or 5 from 254 on), what it is, and its bytes.
 */
import type { Bytes } from '../protocol/payload.ts';
import { createBuffer, pushByte, pushBytes, pushLittleEndian } from './bytes.ts';
import type { ByteBuffer } from './bytes.ts';
import { canonicalInteger } from './listpack.ts';
import { signedLittleEndian, textOf } from './rdb-reader.ts';

export const EMPTY_ZIPLIST_BYTES = 11;
const HEADER_BYTES = 10;
/** ZIP_BIG_PREVLEN */
const LONG_PREVIOUS = 254;
/** Longer texts are not tried as integers. */
const LONGEST_INTEGER = 31;

export function ziplistOf(entries: readonly Bytes[]): ByteBuffer {
  const buffer = createBuffer(EMPTY_ZIPLIST_BYTES + 16 * entries.length);
  buffer.length = HEADER_BYTES;
  let last = HEADER_BYTES;
  let previous = 0;
  for (const entry of entries) {
    last = buffer.length;
    pushPrevious(buffer, previous);
    pushEntry(buffer, entry);
    previous = buffer.length - last;
  }
  pushByte(buffer, 0xff);
  const header = createBuffer(HEADER_BYTES);
  pushLittleEndian(header, buffer.length, 4);
  pushLittleEndian(header, last, 4);
  pushLittleEndian(header, Math.min(entries.length, 0xffff), 2);
  buffer.bytes.set(header.bytes.subarray(0, HEADER_BYTES));
  return buffer;
}

/** Bytes of an entry behind one of `previous` bytes (0: it is the first). */
export function ziplistEntrySize(entry: Bytes, previous: number): number {
  const integer = integerOf(entry);
  return (previous < LONG_PREVIOUS ? 1 : 5) + (integer === null ? stringHeaderSize(entry.length) + entry.length : integerSize(integer));
}

function pushPrevious(buffer: ByteBuffer, previous: number): void {
  if (previous < LONG_PREVIOUS) return pushByte(buffer, previous);
  pushByte(buffer, LONG_PREVIOUS);
  pushLittleEndian(buffer, previous, 4);
}

function pushEntry(buffer: ByteBuffer, entry: Bytes): void {
  const integer = integerOf(entry);
  if (integer !== null) return pushInteger(buffer, integer);
  const { length } = entry;
  if (length < 64) {
    pushByte(buffer, length);
  } else if (length < 16_384) {
    pushByte(buffer, 0x40 | (length >> 8));
    pushByte(buffer, length & 0xff);
  } else {
    pushByte(buffer, 0x80);
    for (const shift of [24, 16, 8, 0]) pushByte(buffer, (length >>> shift) & 0xff);
  }
  pushBytes(buffer, entry);
}

function stringHeaderSize(length: number): number {
  return length < 64 ? 1 : length < 16_384 ? 2 : 5;
}

/** ziplist.c: zipTryEncoding */
function integerOf(entry: Bytes): bigint | null {
  return entry.length > LONGEST_INTEGER ? null : canonicalInteger(entry);
}

/** 0 to 12 stand in the byte that says what the entry is: 0xF1 and up. */
const LARGEST_IMMEDIATE = 12n;
/** By bytes of the integer: what says so. */
const INTEGERS = [[1, 0xfe], [2, 0xc0], [3, 0xf0], [4, 0xd0], [8, 0xe0]] as const;

function integerSize(value: bigint): number {
  return value >= 0n && value <= LARGEST_IMMEDIATE ? 1 : 1 + integerForm(value)[0];
}

function integerForm(value: bigint): (typeof INTEGERS)[number] {
  return INTEGERS.find(([bytes]) => value === BigInt.asIntN(8 * bytes, value)) ?? INTEGERS[4];
}

function pushInteger(buffer: ByteBuffer, value: bigint): void {
  if (value >= 0n && value <= LARGEST_IMMEDIATE) return pushByte(buffer, 0xf1 + Number(value));
  const [bytes, mark] = integerForm(value);
  pushByte(buffer, mark);
  pushLittleEndian(buffer, value, bytes);
}

/** The entries of a ziplist as texts; null when it is none. */
export function ziplistEntries(bytes: Uint8Array): string[] | null {
  if (bytes.length < EMPTY_ZIPLIST_BYTES || signedLittleEndian(bytes.subarray(0, 4)) !== BigInt(bytes.length)) return null;
  const entries: string[] = [];
  let at = HEADER_BYTES;
  while (bytes[at] !== 0xff) {
    if (at >= bytes.length - 1) return null;
    at = entryAt(bytes, at + (bytes[at] === LONG_PREVIOUS ? 5 : 1), entries);
    if (at < 0) return null;
  }
  return at === bytes.length - 1 ? entries : null;
}

/** Appends the entry whose header stands there: where the next one begins, -1 when there is none. */
function entryAt(bytes: Uint8Array, at: number, entries: string[]): number {
  const first = bytes[at]!;
  if (first < 0xc0) {
    const [head, length] = stringHead(bytes, at);
    entries.push(textOf(bytes.subarray(at + head, at + head + length)));
    return at + head + length;
  }
  if (first > 0xf0 && first < 0xfe) {
    entries.push(String(first - 0xf1));
    return at + 1;
  }
  const found = INTEGERS.find(([, mark]) => mark === first);
  if (found === undefined) return -1;
  entries.push(String(signedLittleEndian(bytes.subarray(at + 1, at + 1 + found[0]))));
  return at + 1 + found[0];
}

/** Bytes of the header, and of the string. */
function stringHead(bytes: Uint8Array, at: number): readonly [number, number] {
  const first = bytes[at]!;
  if (first < 0x40) return [1, first];
  if (first < 0x80) return [2, ((first & 0x3f) << 8) | bytes[at + 1]!];
  return [5, bytes.subarray(at + 1, at + 5).reduce((value, byte) => value * 256 + byte, 0)];
}
