/** Doubles as text, as Redis writes scores (util.c: d2string, deps/fpconv since 7.2). */

/** LLONG_MAX / 2 as a double. */
const LARGEST_WHOLE = 2 ** 62;

/** Whether a score is kept and printed as an integer (util.c: double2ll). */
export function isWholeScore(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= LARGEST_WHOLE;
}

/**
 * The shortest digits that read back as the same number, with Redis' own idea of where an exponent begins: 1e21 is
 * `1e+21`, 0.0000001 is `1e-7`, and 123456789012345680000 is written out. Of some doubles that nobody types
 * (eight in a thousand drawn at random) fpconv finds other last digits than the shortest; here they are the shortest.
 */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (isWholeScore(value)) return BigInt(value).toString();
  const [mantissa = '', exponentText = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  return (value < 0 ? '-' : '') + placePoint(digits, exponent);
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
