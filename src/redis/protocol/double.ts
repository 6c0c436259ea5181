/** Doubles as text, as Redis writes scores (util.c: d2string, deps/fpconv since 7.2). */

/**
 * How a double that is no whole number is written: with as many of 17 digits as it has (`%.17g` of C: 0.1 is
 * `0.10000000000000001`), or in the fewest that read back the same (since 7.2). Whole numbers are written as such up to 2^52,
 * since 7.0 up to 2^62.
 */
export type DoubleFormat = 'digits-17-whole-52' | 'digits-17' | 'shortest';

/** LLONG_MAX / 2 as a double. */
const LARGEST_WHOLE = 2 ** 62;
const LARGEST_WHOLE_52 = 2 ** 52;

/** Whether a score is kept and printed as an integer (util.c: double2ll). */
export function isWholeScore(value: number, format: DoubleFormat = 'shortest'): boolean {
  if (!Number.isInteger(value)) return false;
  // Up to 6.2 with the bounds of d2string, which leave out both.
  return format === 'digits-17-whole-52' ? value > 1 - LARGEST_WHOLE_52 && value < LARGEST_WHOLE_52 : Math.abs(value) <= LARGEST_WHOLE;
}

export function formatDouble(value: number, format: DoubleFormat = 'shortest'): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (isWholeScore(value, format)) return BigInt(value).toString();
  return (value < 0 ? '-' : '') + (format === 'shortest' ? shortest(Math.abs(value)) : seventeenDigits(Math.abs(value)));
}

/**
 * The shortest digits that read back as the same number, with Redis' own idea of where an exponent begins: 1e21 is
 * `1e+21`, 0.0000001 is `1e-7`, and 123456789012345680000 is written out. Of some doubles that nobody types
 * (eight in a thousand drawn at random) fpconv finds other last digits than the shortest; here they are the shortest.
 */
function shortest(value: number): string {
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e');
  return placePoint(mantissa.replace('.', ''), Number(exponentText));
}

/** deps/fpconv/fpconv_dtoa.c: emit_digits. `exponent` is that of the first digit. */
function placePoint(digits: string, exponent: number): string {
  const scale = exponent - (digits.length - 1);
  const distance = Math.abs(exponent);
  if (scale >= 0 && distance < digits.length + 7) return digits + '0'.repeat(scale);
  if (scale < 0 && (scale > -7 || distance < 4)) {
    const whole = digits.length + scale;
    return whole <= 0 ? `0.${'0'.repeat(-whole)}${digits}` : `${digits.slice(0, whole)}.${digits.slice(whole)}`;
  }
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${digits[0]!}${fraction}e${exponent < 0 ? '-' : '+'}${distance}`;
}

/** `%.17g` of C: no zeros at the end, an exponent below 1e-4 and from 1e17 up, of two digits at least. */
function seventeenDigits(value: number): string {
  const { digits, exponent } = roundedTo17(value);
  const kept = digits.replace(/0+$/, '');
  if (exponent < -4 || exponent >= 17) {
    const fraction = kept.length > 1 ? `.${kept.slice(1)}` : '';
    return `${kept[0]!}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${kept}`;
  const whole = digits.slice(0, exponent + 1);
  return kept.length > whole.length ? `${whole}.${kept.slice(whole.length)}` : whole;
}

/** A double half way between two texts of 17 digits goes to the even one, as in C; JavaScript goes up. */
function roundedTo17(value: number): { readonly digits: string; readonly exponent: number } {
  const [mantissa = '', exponentText = ''] = value.toExponential(100).split('e');
  const exact = mantissa.replace('.', '');
  const half = /^50*$/.test(exact.slice(17));
  if (half && Number(exact[16]) % 2 === 0) return { digits: exact.slice(0, 17), exponent: Number(exponentText) };
  const [rounded = '', roundedExponent = ''] = value.toExponential(16).split('e');
  return { digits: rounded.replace('.', ''), exponent: Number(roundedExponent) };
}
