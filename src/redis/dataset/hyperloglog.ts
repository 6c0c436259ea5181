/**
 * HyperLogLog values (hyperloglog.c): 16384 registers in a string, sparse while few are set, then dense.
 *
 * The bytes are those of Redis' layout. A sparse value is written in its shortest form; where Redis has patched one in place,
 * runs of more than four equal registers may be cut at other points, seldom into more pieces.
 */
export const REGISTERS = 16384;
const HEADER_BYTES = 16;
const DENSE_BYTES = HEADER_BYTES + (REGISTERS * 6) / 8;
/** Greatest value that a sparse register can have. */
const SPARSE_MAX = 32;
/** 64 bits of hash, 14 of them choose the register. */
const HASH_BITS = 50;
const ALPHA_INFINITY = 0.7213475204444817;

export interface HyperLogLog {
  readonly registers: Uint8Array;
  readonly dense: boolean;
  /** The number counted last; null: something was added since. */
  readonly cached: number | null;
}

export const EMPTY_HYPERLOGLOG: HyperLogLog = { registers: new Uint8Array(REGISTERS), dense: false, cached: 0 };

/** hyperloglog.c: isHLLObjectOrReply, and the checks while reading. null: it is none; 'corrupt': it claims to be one. */
export function readHyperLogLog(text: string): HyperLogLog | null | 'corrupt' {
  const encoding = text.charCodeAt(4);
  if (text.length < HEADER_BYTES || !text.startsWith('HYLL') || encoding > 1 || (encoding === 0 && text.length !== DENSE_BYTES)) return null;
  const registers = encoding === 0 ? readDense(text) : readSparse(text);
  return registers === null ? 'corrupt' : { registers, dense: encoding === 0, cached: readCached(text) };
}

function readCached(text: string): number | null {
  if ((text.charCodeAt(15) & 0x80) !== 0) return null;
  let value = 0;
  for (let i = 7; i >= 0; i--) value = value * 256 + text.charCodeAt(8 + i);
  return value;
}

function readDense(text: string): Uint8Array {
  const registers = new Uint8Array(REGISTERS);
  for (let i = 0; i < REGISTERS; i++) {
    const bit = i * 6;
    const at = HEADER_BYTES + (bit >> 3);
    const pair = text.charCodeAt(at) | ((at + 1 < text.length ? text.charCodeAt(at + 1) : 0) << 8);
    registers[i] = (pair >> (bit & 7)) & 63;
  }
  return registers;
}

function readSparse(text: string): Uint8Array | null {
  const registers = new Uint8Array(REGISTERS);
  let index = 0;
  for (let at = HEADER_BYTES; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    if (byte < 0x40) index += byte + 1;
    else if (byte < 0x80) index += (((byte & 0x3f) << 8) | text.charCodeAt(++at)) + 1;
    else {
      const length = (byte & 3) + 1;
      if (index + length > REGISTERS) return null;
      registers.fill(((byte >> 2) & 31) + 1, index, index + length);
      index += length;
    }
  }
  return index === REGISTERS ? registers : null;
}

/** The string: sparse unless it is dense already, a value is too great, or it would be longer than `sparseMaxBytes`. */
export function writeHyperLogLog({ registers, dense, cached }: HyperLogLog, sparseMaxBytes: number): string {
  const sparse = dense || registers.some((value) => value > SPARSE_MAX) ? null : writeSparse(registers);
  const isSparse = sparse !== null && sparse.length <= sparseMaxBytes;
  const card = cached === null ? '\0\0\0\0\0\0\0\x80' : cardBytes(cached);
  return `HYLL${isSparse ? '\x01' : '\0'}\0\0\0${card}${isSparse ? sparse : writeDense(registers)}`;
}

function cardBytes(cached: number): string {
  const out: number[] = [];
  for (let i = 0, rest = cached; i < 8; i++, rest = Math.floor(rest / 256)) out.push(rest % 256);
  return bytes(out);
}

function writeSparse(registers: Uint8Array): string {
  const out: number[] = [];
  for (let index = 0; index < REGISTERS; ) {
    const value = registers[index]!;
    let length = 1;
    while (index + length < REGISTERS && registers[index + length] === value) length++;
    index += length;
    if (value === 0 && length <= 64) out.push(length - 1);
    else if (value === 0) out.push(0x40 | ((length - 1) >> 8), (length - 1) & 0xff);
    else for (; length > 0; length -= 4) out.push(0x80 | ((value - 1) << 2) | (Math.min(length, 4) - 1));
  }
  return bytes(out);
}

function writeDense(registers: Uint8Array): string {
  const out = new Array<number>(DENSE_BYTES - HEADER_BYTES).fill(0);
  for (let i = 0; i < REGISTERS; i++) {
    const shifted = registers[i]! << ((i * 6) & 7);
    const at = (i * 6) >> 3;
    out[at]! |= shifted & 0xff;
    if (shifted > 0xff) out[at + 1]! |= shifted >> 8;
  }
  return bytes(out);
}

function bytes(values: readonly number[]): string {
  let text = '';
  for (const value of values) text += String.fromCharCode(value);
  return text;
}

/** hyperloglog.c: hllPatLen. The register that an element falls to, and the length of its run of zeros with the one behind it. */
export function placeOf(element: string): { readonly register: number; readonly value: number } {
  const hash = murmurHash64A(element, 0xadc83b19n);
  let rest = hash >> 14n;
  let value = 1;
  for (; value <= HASH_BITS && (rest & 1n) === 0n; rest >>= 1n) value++;
  return { register: Number(hash & 0x3fffn), value };
}

const MULTIPLIER = 0xc6a4a7935bd1e995n;
const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);

function murmurHash64A(text: string, seed: bigint): bigint {
  let hash = seed ^ wrap(BigInt(text.length) * MULTIPLIER);
  const whole = text.length & ~7;
  for (let at = 0; at < whole; at += 8) {
    let word = wrap(littleEndian(text, at, 8) * MULTIPLIER);
    word ^= word >> 47n;
    hash = wrap((hash ^ wrap(word * MULTIPLIER)) * MULTIPLIER);
  }
  if (whole < text.length) hash = wrap((hash ^ littleEndian(text, whole, text.length - whole)) * MULTIPLIER);
  hash = wrap((hash ^ (hash >> 47n)) * MULTIPLIER);
  return hash ^ (hash >> 47n);
}

function littleEndian(text: string, from: number, length: number): bigint {
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(text.charCodeAt(from + i) & 0xff);
  return value;
}

/** hyperloglog.c: hllCount. The estimate of Ertl (arXiv:1702.01284) from how many registers have which value. */
export function estimate(registers: Uint8Array): number {
  const histogram = new Array<number>(64).fill(0);
  for (const value of registers) histogram[value]!++;
  let z = REGISTERS * tau((REGISTERS - histogram[HASH_BITS + 1]!) / REGISTERS);
  for (let value = HASH_BITS; value >= 1; value--) z = (z + histogram[value]!) * 0.5;
  z += REGISTERS * sigma(histogram[0]! / REGISTERS);
  return Math.round((ALPHA_INFINITY * REGISTERS * REGISTERS) / z);
}

function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let [root, y, z, before] = [x, 1, 1 - x, NaN];
  while (before !== z) {
    root = Math.sqrt(root);
    before = z;
    y *= 0.5;
    z -= (1 - root) * (1 - root) * y;
  }
  return z / 3;
}

function sigma(x: number): number {
  if (x === 1) return Infinity;
  let [square, y, z, before] = [x, 1, x, NaN];
  while (before !== z) {
    square *= square;
    before = z;
    z += square * y;
    y += y;
  }
  return z;
}
