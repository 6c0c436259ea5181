/**
 * Lengths and strings of an RDB file read back (rdb.c: rdbLoadLen, rdbGenericLoadStringObject): the other way round of
 * `rdb-writer.ts`. Bytes are texts of one character each, as everywhere here.
 */

/** A file that is not what it should be, with the place. */
export class RdbFormatError extends Error {
  /** Bytes from the start of the file. */
  readonly at: number;
  constructor(at: number, what: string) {
    super(`${what} at byte ${at}`);
    this.name = 'RdbFormatError';
    this.at = at;
  }
}

export interface RdbReader {
  readonly bytes: Uint8Array;
  at: number;
}

export function createReader(bytes: Uint8Array): RdbReader {
  return { bytes, at: 0 };
}

export function readByte(reader: RdbReader): number {
  const byte = reader.bytes[reader.at];
  if (byte === undefined) throw new RdbFormatError(reader.at, 'the file ends too early');
  reader.at++;
  return byte;
}

export function readRaw(reader: RdbReader, length: number): Uint8Array {
  const { bytes, at } = reader;
  if (at + length > bytes.length) throw new RdbFormatError(at, 'the file ends too early');
  reader.at = at + length;
  return bytes.subarray(at, at + length);
}

export function readText(reader: RdbReader, length: number): string {
  return textOf(readRaw(reader, length));
}

const CHUNK = 8192;

/** One character a byte. */
export function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

/** A whole number of `count` bytes, least first; signed. */
export function readLittleEndian(reader: RdbReader, count: number): bigint {
  return signedLittleEndian(readRaw(reader, count));
}

export function signedLittleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return BigInt.asIntN(8 * bytes.length, value);
}

function readBigEndian(reader: RdbReader, count: number): number {
  let value = 0;
  for (const byte of readRaw(reader, count)) value = value * 256 + byte;
  return value;
}

/** What stands where a length may stand: a length, or, above 0xC0, the form of a string. */
type Prefix = { readonly length: number } | { readonly form: number };

function readPrefix(reader: RdbReader): Prefix {
  const first = readByte(reader);
  switch (first >> 6) {
    case 0:
      return { length: first & 0x3f };
    case 1:
      return { length: ((first & 0x3f) << 8) | readByte(reader) };
    case 2:
      if (first === 0x80) return { length: readBigEndian(reader, 4) };
      if (first === 0x81) return { length: readBigEndian(reader, 8) };
      throw new RdbFormatError(reader.at - 1, `no length begins with ${first}`);
    default:
      return { form: first & 0x3f };
  }
}

export function readLength(reader: RdbReader): number {
  const at = reader.at;
  const prefix = readPrefix(reader);
  if ('form' in prefix) throw new RdbFormatError(at, 'a string stands where a length is due');
  return prefix.length;
}

/** A number of things that follow, each of at least one byte. */
export function readCount(reader: RdbReader): number {
  const at = reader.at;
  const count = readLength(reader);
  if (count > reader.bytes.length - reader.at) throw new RdbFormatError(at, `${count} items do not fit into the file`);
  return count;
}

/** lzf_d.c: three bytes stand for at most so many. */
const LONGEST_MATCH = 264;

/** A string in any of its forms: as it is, an integer of 1, 2 or 4 bytes, or compressed. */
export function readString(reader: RdbReader): Uint8Array {
  const at = reader.at;
  const prefix = readPrefix(reader);
  if ('length' in prefix) return readRaw(reader, prefix.length);
  if (prefix.form <= 2) return bytesOf(String(readLittleEndian(reader, 1 << prefix.form)));
  if (prefix.form !== 3) throw new RdbFormatError(at, `no string has the form ${prefix.form}`);
  const compressed = readLength(reader);
  const length = readLength(reader);
  const input = readRaw(reader, compressed);
  const output = length > compressed * LONGEST_MATCH ? null : decompress(input, length);
  if (output === null) throw new RdbFormatError(at, 'a compressed string is damaged');
  return output;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** lzf_d.c: lzf_decompress. null: what comes out has not this length. */
export function decompress(input: Uint8Array, length: number): Uint8Array | null {
  const output = new Uint8Array(length);
  let from = 0;
  let to = 0;
  while (from < input.length) {
    const control = input[from++]!;
    if (control < 32) {
      const run = control + 1;
      if (to + run > length || from + run > input.length) return null;
      output.set(input.subarray(from, from + run), to);
      from += run;
      to += run;
      continue;
    }
    let same = (control >> 5) + 2;
    if (same === 9) same += input[from++] ?? 0;
    let source = to - ((control & 31) << 8) - (input[from++] ?? 0) - 1;
    if (source < 0 || to + same > length) return null;
    // Byte by byte: what is copied may overlap what is being written.
    for (; same > 0; same--) output[to++] = output[source++]!;
  }
  return to === length ? output : null;
}
