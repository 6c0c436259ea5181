/**
 * Lengths and strings as an RDB file has them (rdb.c: rdbSaveLen, rdbSaveRawString), counted or written: the format is said once,
 * and the sink decides whether bytes come of it.
 */
import type { Bytes } from '../protocol/payload.ts';
import type { ByteBuffer } from './bytes.ts';
import { createBuffer, pushArray, pushBigEndian, pushByte, pushBytes } from './bytes.ts';
import { compress, createCompressor } from './lzf.ts';
import type { Compressor } from './lzf.ts';

export interface RdbWriter {
  /** Bytes so far. */
  size: number;
  /** The bytes themselves; null: they are only counted. */
  readonly file: ByteBuffer | null;
  /** rdbcompression */
  readonly compresses: boolean;
  /** Made when the first string is long enough. */
  compressor: Compressor | null;
  readonly scratch: ByteBuffer;
}

export function createWriter(compresses: boolean, file: ByteBuffer | null): RdbWriter {
  return { size: 0, file, compresses, compressor: null, scratch: createBuffer() };
}

export function writeByte(writer: RdbWriter, value: number): void {
  writer.size += 1;
  if (writer.file !== null) pushByte(writer.file, value);
}

/** Bytes as they are. */
export function writeRaw(writer: RdbWriter, bytes: Bytes): void {
  writer.size += bytes.length;
  if (writer.file !== null) pushBytes(writer.file, bytes);
}

export function writeArray(writer: RdbWriter, array: Uint8Array, length: number = array.length): void {
  writer.size += length;
  if (writer.file !== null) pushArray(writer.file, array, length);
}

const LENGTH_32_BITS = 0x80;
const LENGTH_64_BITS = 0x81;
/** 0xC0 and above is no length: the string is an integer of 1, 2 or 4 bytes, or compressed. */
const INTEGER_8 = 0xc0;
const INTEGER_16 = 0xc1;
const INTEGER_32 = 0xc2;
const COMPRESSED = 0xc3;

function lengthSize(length: number): number {
  return length < 64 ? 1 : length < 16_384 ? 2 : length <= 0xffff_ffff ? 5 : 9;
}

export function writeLength(writer: RdbWriter, length: number): void {
  if (writer.file === null) {
    writer.size += lengthSize(length);
  } else if (length < 64) {
    writeByte(writer, length);
  } else if (length < 16_384) {
    writeByte(writer, 0x40 | (length >> 8));
    writeByte(writer, length & 0xff);
  } else {
    const width = lengthSize(length) - 1;
    writeByte(writer, width === 8 ? LENGTH_64_BITS : LENGTH_32_BITS);
    writer.size += width;
    pushBigEndian(writer.file, length, width);
  }
}

/** Integers up to this length are tried as such, `-2147483648` being the longest. */
const LONGEST_INTEGER = 11;
/** Shorter strings never shrink. */
const SHORTEST_COMPRESSED = 21;

/** A key, a value, or an item of a large container. Synthetic bytes are neither numbers nor compressible. */
export function writeString(writer: RdbWriter, bytes: Bytes): void {
  const { length } = bytes;
  if (typeof bytes === 'string') {
    if (length <= LONGEST_INTEGER && writeInteger(writer, bytes)) return;
    if (length >= SHORTEST_COMPRESSED && writer.compresses) {
      const { scratch } = writer;
      scratch.length = 0;
      pushBytes(scratch, bytes);
      if (writeCompressed(writer, scratch)) return;
    }
  }
  if (writer.file === null) {
    writer.size += lengthSize(length) + length;
    return;
  }
  writeLength(writer, length);
  writeRaw(writer, bytes);
}

/** A container in its compact form, saved as a string. */
export function writeBlob(writer: RdbWriter, blob: ByteBuffer): void {
  if (blob.length >= SHORTEST_COMPRESSED && writer.compresses && writeCompressed(writer, blob)) return;
  writeLength(writer, blob.length);
  writeArray(writer, blob.bytes, blob.length);
}

/** A number of the header, which is a string like any other. */
export function writeNumber(writer: RdbWriter, value: number): void {
  writeString(writer, String(value));
}

/** rdb.c: rdbTryIntegerEncoding. Only the canonical text of an integer of 32 bits. */
function writeInteger(writer: RdbWriter, text: string): boolean {
  const first = text.charCodeAt(0);
  // Nearly every string ends here: neither a digit nor a minus in front.
  if (!((first >= 48 && first <= 57) || first === 45)) return false;
  if (!/^(?:0|-?[1-9]\d*)$/.test(text)) return false;
  const value = Number(text);
  if (value !== (value | 0)) return false;
  const width = value === (value << 24) >> 24 ? 1 : value === (value << 16) >> 16 ? 2 : 4;
  writeByte(writer, width === 1 ? INTEGER_8 : width === 2 ? INTEGER_16 : INTEGER_32);
  for (let i = 0; i < width; i++) writeByte(writer, (value >> (8 * i)) & 0xff);
  return true;
}

/** rdb.c: rdbSaveLzfStringObject. Compressed only when that saves at least four bytes, its own lengths not counted. */
function writeCompressed(writer: RdbWriter, { bytes, length }: ByteBuffer): boolean {
  writer.compressor ??= createCompressor();
  const compressed = compress(writer.compressor, bytes, length, length - 4);
  if (compressed === 0) return false;
  writeLzf(writer, writer.compressor.output, compressed, length);
  return true;
}

/** rdb.c: rdbSaveLzfBlob */
export function writeLzf(writer: RdbWriter, output: Uint8Array, compressed: number, length: number): void {
  writeByte(writer, COMPRESSED);
  writeLength(writer, compressed);
  writeLength(writer, length);
  writeArray(writer, output, compressed);
}
