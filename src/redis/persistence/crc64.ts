/** The checksum at the end of an RDB file: CRC-64 with the Jones polynomial, reflected (crc64.c). */

/** 0xad93d23594c935a9 with its bits reversed, in two halves. */
const POLYNOMIAL_HIGH = 0x95ac9329;
const POLYNOMIAL_LOW = 0xac4bc9b5;

const TABLE: Uint32Array = makeTable();

/** By byte, the high and the low half of what it adds. */
function makeTable(): Uint32Array {
  const table = new Uint32Array(512);
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const carry = (low & 1) !== 0;
      low = (low >>> 1) | ((high & 1) << 31);
      high >>>= 1;
      if (carry) {
        low ^= POLYNOMIAL_LOW;
        high ^= POLYNOMIAL_HIGH;
      }
    }
    table[2 * byte] = high;
    table[2 * byte + 1] = low;
  }
  return table;
}

/** The eight bytes, least first, as they stand in the file. */
export function crc64(bytes: Uint8Array, length: number): Uint8Array {
  let high = 0;
  let low = 0;
  for (let i = 0; i < length; i++) {
    const index = 2 * ((low ^ bytes[i]!) & 0xff);
    low = ((low >>> 8) | (high << 24)) ^ TABLE[index + 1]!;
    high = (high >>> 8) ^ TABLE[index]!;
  }
  return Uint8Array.from([0, 8, 16, 24, 32, 40, 48, 56], (shift) => (shift < 32 ? low >>> shift : high >>> (shift - 32)) & 0xff);
}
