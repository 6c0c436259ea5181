/**
 * The `long double` of INCRBYFLOAT and HINCRBYFLOAT on x86-64: 64 bits of mantissa, rounded half to even, and printed
 * with 17 decimals. Replicas get the printed text, so the digits must be those of a real server.
 */

/** `mantissa` × 2^`exponent`, the mantissa with its sign and at most 64 bits; or what has no digits. */
export type LongDouble = { readonly mantissa: bigint; readonly exponent: number } | 'infinity' | '-infinity';

const BITS = 64;
/** Beyond these powers of ten strtold reports a range error. */
const LARGEST_POWER = 4932;
const SMALLEST_POWER = -4951;
const DECIMALS = 17;

/** util.c: string2ld. null: not a valid float. Hexadecimal floats, which strtold would read, are refused. */
export function parseLongDouble(text: string): LongDouble | null {
  const special = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (special !== null) return special[1] === '-' ? '-infinity' : 'infinity';
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return null;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return { mantissa: 0n, exponent: 0 };
  const power = Number(exponent) - fraction.length;
  const first = power + String(digits).length - 1;
  if (first > LARGEST_POWER || first < SMALLEST_POWER) return null;
  const signed = sign === '-' ? -digits : digits;
  return power >= 0 ? rounded(signed * powerOfTen(power), 0, false) : divided(signed, powerOfTen(-power));
}

export function addLongDoubles(a: LongDouble, b: LongDouble): LongDouble | null {
  if (typeof a === 'string') return typeof b === 'string' && a !== b ? null : a;
  if (typeof b === 'string') return b;
  const exponent = Math.min(a.exponent, b.exponent);
  const sum = (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent));
  return rounded(sum, exponent, false);
}

/** util.c: ld2string, LD_STR_HUMAN: `%.17Lf` without trailing zeros. */
export function formatLongDouble(value: LongDouble): string {
  if (typeof value === 'string') return value === 'infinity' ? 'inf' : '-inf';
  const negative = value.mantissa < 0n;
  const magnitude = (negative ? -value.mantissa : value.mantissa) * powerOfTen(DECIMALS);
  const scaled = value.exponent >= 0 ? magnitude << BigInt(value.exponent) : shiftedRight(magnitude, -value.exponent, false);
  const digits = String(scaled).padStart(DECIMALS + 1, '0');
  const text = `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`.replace(/\.?0+$/, '');
  return negative && text !== '0' ? `-${text}` : text;
}

function divided(numerator: bigint, denominator: bigint): LongDouble {
  // Enough bits below the point that the quotient has more than a mantissa holds; what is left over only breaks ties.
  const shift = BITS + 2 + bitLength(denominator);
  const negative = numerator < 0n;
  const dividend = (negative ? -numerator : numerator) << BigInt(shift);
  const quotient = dividend / denominator;
  const inexact = dividend % denominator !== 0n;
  return rounded(negative ? -quotient : quotient, -shift, inexact);
}

/** The nearest value; `more`: the true one is a little larger in magnitude than `mantissa` says. */
function rounded(mantissa: bigint, exponent: number, more: boolean): LongDouble {
  const negative = mantissa < 0n;
  const magnitude = negative ? -mantissa : mantissa;
  const excess = bitLength(magnitude) - BITS;
  if (excess <= 0) return { mantissa, exponent };
  const kept = shiftedRight(magnitude, excess, more);
  return { mantissa: negative ? -kept : kept, exponent: exponent + excess };
}

/** Shifts right, rounding half to even. */
function shiftedRight(magnitude: bigint, by: number, more: boolean): bigint {
  const shift = BigInt(by);
  const kept = magnitude >> shift;
  const rest = magnitude - (kept << shift);
  const half = 1n << (shift - 1n);
  const up = rest > half || (rest === half && (more || (kept & 1n) === 1n));
  return up ? kept + 1n : kept;
}

function bitLength(magnitude: bigint): number {
  return magnitude === 0n ? 0 : magnitude.toString(2).length;
}

function powerOfTen(power: number): bigint {
  return BigInt(`1${'0'.repeat(power)}`);
}
