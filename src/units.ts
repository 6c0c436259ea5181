/**
 * Quantities as people write them, and as the program counts them.
 *
 * Inside, everything is a whole number below 2^53: time in microseconds, sizes in bytes, bandwidth
 * in bytes per second. Decimals are read digit by digit (2.01s is exactly 2010000 µs, which
 * 2.01 * 1e6 is not), and what is not a whole number of the inner unit is refused, never rounded.
 * The rules of redis.conf (`repl-backlog-size 1mb`) are not here: they are Redis' and live in redis/.
 *
 * Reading never throws: the author's mistake is a value, to be shown with its place in the file.
 */

export type Parsed<T> = { readonly ok: true; readonly value: T } | ParseProblem;

export interface ParseProblem {
  readonly ok: false;
  /** What is wrong, as a clause without a full stop: `"5 sec" has an unknown unit "sec"`. */
  readonly problem: string;
  /** What to write instead: either a value that parses (`5s`) or examples (`500ms, 1.5s or 2m`). */
  readonly suggestion: string;
}

/** So many events in so many microseconds: `400/s` is `{ count: 400, perUs: 1_000_000 }`. */
export interface Rate {
  readonly count: number;
  readonly perUs: number;
}

/** Units by name, each as its whole number of the inner unit. */
type UnitTable = Readonly<Record<string, number>>;

const MICROSECONDS: UnitTable = { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000 };

/** Like redis.conf: kb, mb and gb are powers of 1024, k, m and g of 1000. */
const BYTES: UnitTable = { b: 1, k: 1e3, kb: 2 ** 10, m: 1e6, mb: 2 ** 20, g: 1e9, gb: 2 ** 30 };

const BITS: UnitTable = { bit: 1, kbit: 1e3, mbit: 1e6, gbit: 1e9 };

const COUNTS: UnitTable = { '': 1, k: 1e3, m: 1e6 };

const RATE_PERIODS: UnitTable = { ms: 1_000, s: 1_000_000, min: 60_000_000, h: 3_600_000_000 };

/** What people write instead of a unit that we know. */
const DURATION_ALIASES = aliases({
  us: ['µs', 'μs', 'usec', 'usecs', 'micros', 'microsecond', 'microseconds'],
  ms: ['msec', 'msecs', 'millis', 'millisecond', 'milliseconds'],
  s: ['sec', 'secs', 'second', 'seconds'],
  m: ['min', 'mins', 'minute', 'minutes'],
  h: ['hr', 'hrs', 'hour', 'hours'],
});
const BYTE_ALIASES = aliases({
  b: ['byte', 'bytes'],
  kb: ['kib', 'ki'],
  mb: ['mib', 'mi'],
  gb: ['gib', 'gi'],
});
const BIT_ALIASES = aliases({
  bit: ['bits', 'bps', 'bit/s'],
  kbit: ['kbits', 'kbps', 'kbit/s'],
  mbit: ['mbits', 'mbps', 'mbit/s'],
  gbit: ['gbits', 'gbps', 'gbit/s'],
});
const PERIOD_ALIASES = aliases({
  ms: ['msec', 'millisecond'],
  s: ['sec', 'second'],
  min: ['m', 'minute'],
  h: ['hr', 'hour'],
});

/** Reads a duration (`500ms`, `1.5s`, `2m`, `1h`, `10us`) as microseconds. */
export function parseDuration(text: string): Parsed<number> {
  const examples = '500ms, 1.5s, 2m or 1h';
  const compound = /^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h)\s*){2,}$/.test(text.trim());
  if (compound) return compoundDuration(text, examples);
  return parseQuantity(text, {
    units: MICROSECONDS,
    aliases: DURATION_ALIASES,
    bareUnit: 's',
    noun: 'duration',
    inner: 'microseconds',
    examples,
  });
}

/** Reads a size (`128b`, `1kb` = 1024, `1k` = 1000, `1.5mb`, `2gb`; any case) as bytes. */
export function parseBytes(text: string): Parsed<number> {
  return parseQuantity(text, {
    anyCase: true,
    units: BYTES,
    aliases: BYTE_ALIASES,
    bareUnit: 'b',
    noun: 'size',
    inner: 'bytes',
    examples: '128b, 64kb, 1mb or 2gb',
  });
}

/** Reads a bandwidth in bits per second (`1gbit`, `100mbit`, `64kbit`) as bytes per second. */
export function parseBitRate(text: string): Parsed<number> {
  const examples = '1gbit, 100mbit or 64kbit (per second)';
  const bits = parseQuantity(text, {
    anyCase: true,
    units: BITS,
    aliases: BIT_ALIASES,
    bareUnit: 'mbit',
    noun: 'bandwidth',
    inner: 'bits per second',
    examples,
  });
  if (!bits.ok || bits.value % 8 === 0) return bits.ok ? { ok: true, value: bits.value / 8 } : bits;
  return refuse(`"${text}" is not a whole number of bytes per second`, examples);
}

/** Reads a throughput in bytes (`150mb/s`, `1gb/s`) as bytes per second. */
export function parseByteRate(text: string): Parsed<number> {
  const examples = '150mb/s or 1gb/s';
  const slash = text.indexOf('/');
  const amount = parseBytes(slash < 0 ? text : text.slice(0, slash));
  if (slash < 0 && amount.ok) {
    return refuse(`"${text}" does not say per what`, `${text.trim().toLowerCase()}/s`);
  }
  if (!amount.ok) return { ...amount, suggestion: examples };
  if (text.slice(slash + 1).trim() !== 's') {
    return refuse(`"${text}" is not a number of bytes per second`, examples);
  }
  return amount;
}

/** Reads how many, without a unit (`12`, `50k` = 50 000, `1.5m` = 1 500 000). */
export function parseCount(text: string): Parsed<number> {
  return parseQuantity(text, {
    anyCase: true,
    units: COUNTS,
    aliases: aliases({ k: ['kb'], m: ['mb', 'mio', 'million'] }),
    bareUnit: '',
    noun: 'count',
    inner: 'units',
    examples: '200, 50k or 1m',
  });
}

/** Reads how often (`400/s`, `20k/s`, `10/min`, `0.5/s`). The count stays whole: 0.5/s is 1 in 2 s. */
export function parseRate(text: string): Parsed<Rate> {
  const examples = '400/s, 20k/s or 10/min';
  const match = /^(\d+(?:\.\d+)?)(k|m)?\s*\/\s*([a-zµμ]+)$/i.exec(text.trim());
  if (match === null) {
    const count = parseCount(text);
    if (count.ok) return refuse(`"${text}" does not say per what`, `${text.trim()}/s`);
    return refuse(`"${text}" is not a rate`, examples);
  }
  const [, digits = '', multiplier = '', writtenPeriod = ''] = match;
  const period = writtenPeriod.toLowerCase();
  const perUs = lookUp(RATE_PERIODS, period);
  if (perUs === undefined) {
    const meant = PERIOD_ALIASES.get(period);
    return refuse(
      `"${text}" has an unknown period "${writtenPeriod}"`,
      meant === undefined ? examples : `${digits}${multiplier}/${meant}`,
    );
  }
  const { numerator, denominator } = fraction(digits, lookUp(COUNTS, multiplier.toLowerCase()) ?? 1);
  const divisor = greatestCommonDivisor(numerator, denominator);
  const count = numerator / divisor;
  const per = BigInt(perUs) * (denominator / divisor);
  if (count === 0n) return refuse(`"${text}" never happens`, examples);
  if (!isSafe(count) || !isSafe(per)) return refuse(`"${text}" is too large or too fine`, examples);
  return { ok: true, value: { count: Number(count), perUs: Number(per) } };
}

/** Writes microseconds exactly, so that `parseDuration` reads the same: `500ms`, `1.5s`, `90s`, `2h`. */
export function formatDuration(us: number): string {
  if (us === 0) return '0s';
  if (us % 3_600_000_000 === 0) return `${us / 3_600_000_000}h`;
  const unit = us >= 1_000_000 ? 's' : us >= 1_000 ? 'ms' : 'us';
  return `${exactDecimal(BigInt(us), BigInt(MICROSECONDS[unit]!))!}${unit}`;
}

/** Writes an instant for people, in seconds: `0.02s` below one second, `66.4s` above. */
export function formatInstant(us: number): string {
  return `${roundedDecimal(us, 1_000_000, us < 1_000_000 ? 2 : 1)}s`;
}

/** Writes how long for people, with about three digits: `300 µs`, `12.5 ms`, `66.4 s`, `2 h 05 min`. */
export function formatSpan(us: number): string {
  if (us < 1_000) return `${us} µs`;
  if (us < 999_950) return `${trimZero(roundedDecimal(us, 1_000, 1))} ms`;
  if (us < 600_000_000) return `${trimZero(roundedDecimal(us, 1_000_000, 1))} s`;
  const minutes = Number(roundedDecimal(us, 60_000_000, 0));
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Writes bytes for people: `640 B`, `13.0 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let unit = 1024;
  for (const name of ['KiB', 'MiB', 'GiB']) {
    const rounded = roundedDecimal(bytes, unit, 1);
    if (Number(rounded) < 1024) return `${rounded} ${name}`;
    unit *= 1024;
  }
  return `${roundedDecimal(bytes, unit, 1)} TiB`;
}

/** Writes bytes exactly, as redis.conf and `parseBytes` read them: `1mb`, `12416kb`, `100b`. */
export function formatSize(bytes: number): string {
  for (const unit of ['gb', 'mb', 'kb']) {
    const factor = BYTES[unit]!;
    if (bytes !== 0 && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return `${bytes}b`;
}

/** Writes bytes per second as the bandwidth people know: `1 Gbit/s`, `1.5 Mbit/s`. */
export function formatBitRate(bytesPerSecond: number): string {
  const bits = bytesPerSecond * 8;
  if (bits >= 1e9) return `${trimZero(roundedDecimal(bits, 1e9, 1))} Gbit/s`;
  if (bits >= 1e6) return `${trimZero(roundedDecimal(bits, 1e6, 1))} Mbit/s`;
  if (bits >= 1e3) return `${trimZero(roundedDecimal(bits, 1e3, 1))} kbit/s`;
  return `${bits} bit/s`;
}

/** Writes a rate exactly, as `parseRate` reads it: `400/s`, `10/min`, `0.5/s`. */
export function formatRate(rate: Rate): string {
  for (const period of ['s', 'min', 'h', 'ms']) {
    const count = exactDecimal(BigInt(rate.count) * BigInt(RATE_PERIODS[period]!), BigInt(rate.perUs));
    if (count !== undefined) return `${count}/${period}`;
  }
  return `${rate.count} in ${formatDuration(rate.perUs)}`;
}

/**
 * Writes a whole number in groups of three: `13 836 112`. The separator is a plain space, so that
 * what is printed can be searched for; pass U+202F where a line may be broken.
 */
export function formatCount(value: number, separator = ' '): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, separator);
}

interface QuantityRules {
  readonly units: UnitTable;
  readonly aliases: ReadonlyMap<string, string>;
  /** The unit to suggest when there is none; '' when a bare number is right. */
  readonly bareUnit: string;
  readonly noun: string;
  readonly inner: string;
  readonly examples: string;
  /** `MB` is `mb`. */
  readonly anyCase?: boolean;
}

/** A decimal number and one unit, as a whole number of the inner unit. */
function parseQuantity(text: string, rules: QuantityRules): Parsed<number> {
  const match = /^(-?)(\d{1,30}(?:\.\d{1,30})?)(\s*)([a-zµμ/]*)$/i.exec(text.trim());
  if (match === null) return refuse(`"${text}" is not a ${rules.noun}`, rules.examples);
  const [, sign = '', digits = '', gap = '', unit = ''] = match;
  if (sign === '-') return refuse(`a ${rules.noun} cannot be negative`, rules.examples);
  const factor = lookUp(rules.units, rules.anyCase === true ? unit.toLowerCase() : unit);
  if (factor === undefined) return unknownUnit(text, digits, unit, rules);
  if (gap !== '') return refuse(`"${text}" has a space before its unit`, `${digits}${unit}`);
  const { numerator, denominator } = fraction(digits, factor);
  if (numerator % denominator !== 0n) {
    return refuse(`"${text}" is not a whole number of ${rules.inner}`, rules.examples);
  }
  const value = numerator / denominator;
  if (!isSafe(value)) return refuse(`"${text}" is too large`, `at most ${Number.MAX_SAFE_INTEGER} ${rules.inner}`);
  return { ok: true, value: Number(value) };
}

function unknownUnit(text: string, digits: string, unit: string, rules: QuantityRules): ParseProblem {
  if (unit === '') return refuse(`"${text}" has no unit`, `${digits}${rules.bareUnit}`);
  const lower = unit.toLowerCase();
  const meant = lookUp(rules.units, lower) === undefined ? rules.aliases.get(lower) : lower;
  return refuse(
    `"${text}" has an unknown unit "${unit}"`,
    meant === undefined ? rules.examples : `${digits}${meant}`,
  );
}

/** `1m30s` is understood, and refused with its sum: one way to write a value is enough. */
function compoundDuration(text: string, examples: string): ParseProblem {
  let sum = 0;
  for (const part of text.match(/\d+(?:\.\d+)?(?:us|ms|s|m|h)/g) ?? []) {
    const parsed = parseDuration(part);
    if (!parsed.ok) return parsed;
    sum += parsed.value;
  }
  const suggestion = Number.isSafeInteger(sum) ? formatDuration(sum) : examples;
  return refuse(`"${text}" has more than one unit`, suggestion);
}

function refuse(problem: string, suggestion: string): ParseProblem {
  return { ok: false, problem, suggestion };
}

/** `digits × factor` as an exact fraction. */
function fraction(digits: string, factor: number): { numerator: bigint; denominator: bigint } {
  const [whole = '', decimals = ''] = digits.split('.');
  let denominator = 1n;
  for (let i = 0; i < decimals.length; i++) denominator *= 10n;
  return { numerator: BigInt(whole + decimals) * BigInt(factor), denominator };
}

/** `value / unit`, rounded half up to so many decimals. */
function roundedDecimal(value: number, unit: number, decimals: number): string {
  let scale = 1n;
  for (let i = 0; i < decimals; i++) scale *= 10n;
  const scaled = (BigInt(value) * scale * 2n + BigInt(unit)) / (BigInt(unit) * 2n);
  return placePoint(scaled, decimals);
}

/** `value / unit` with as many decimals as it takes; undefined when it never ends (1/3). */
function exactDecimal(value: bigint, unit: bigint): string | undefined {
  let rest = value % unit;
  let decimals = '';
  while (rest !== 0n) {
    if (decimals.length === 30) return undefined;
    rest *= 10n;
    decimals += String(rest / unit);
    rest %= unit;
  }
  return decimals === '' ? String(value / unit) : `${value / unit}.${decimals}`;
}

function placePoint(scaled: bigint, decimals: number): string {
  const digits = String(scaled).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function trimZero(text: string): string {
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function isSafe(value: bigint): boolean {
  return value <= BigInt(Number.MAX_SAFE_INTEGER);
}

/** A unit's factor; `toString` and its like are no units. */
function lookUp(units: UnitTable, name: string): number | undefined {
  return Object.hasOwn(units, name) ? units[name] : undefined;
}

function aliases(table: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(table).flatMap(([unit, names]) => names.map((name) => [name, unit] as const)));
}
