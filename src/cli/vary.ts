/**
 * `--vary PATH=FROM..TO` or `PATH=A|B|C`: the values that a knob may have.
 *
 * A range counts in the unit that it is written in: `1mb..1gb` in whole megabytes, `500ms..2s` in milliseconds. So what is
 * tried is what one would type, and how fine it is needs no option of its own, though `--step` is one.
 */
import type { Override } from '../scenario/overrides.ts';
import type { Problem } from '../scenario/place.ts';
import { placeOf, type Source } from '../scenario/source.ts';
import { problem } from './problem.ts';

export interface VaryRange {
  readonly is: 'range';
  readonly path: string;
  /** In the unit: whole numbers. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** As one would type it. */
  readonly text: (value: number) => string;
  readonly override: (value: number) => Override;
}

export interface VaryList {
  readonly is: 'list';
  readonly path: string;
  readonly values: readonly string[];
  readonly override: (index: number) => Override;
}

export type Vary = VaryRange | VaryList;
export type VaryRead = { readonly ok: true; readonly vary: Vary } | { readonly ok: false; readonly problem: Problem };

/** Units that belong together, each as its whole number of the smallest; a bare number among its multiples. */
const FAMILIES: readonly Readonly<Record<string, number>>[] = [
  { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000 },
  { b: 1, kb: 1024, mb: 1_048_576, gb: 1_073_741_824 },
  { '': 1, k: 1_000, m: 1_000_000, g: 1_000_000_000 },
  { bit: 1, kbit: 1_000, mbit: 1_000_000, gbit: 1_000_000_000 },
  { '%': 1 },
];

const EXAMPLES = 'for instance repl-backlog-size=1mb..1gb, timeline[0].partition.for=1s..90s or repl-diskless-sync=yes|no';

export function readVary(text: string, stepText: string | undefined): VaryRead {
  const source: Source = { file: '--vary', text, main: false };
  const refuse = (from: number, to: number, message: string, suggestion: string | null): VaryRead => ({ ok: false, problem: { message, suggestion, place: placeOf({ source, from, to }) } });
  const equals = text.indexOf('=');
  if (equals < 1) return refuse(0, text.length, 'it does not say what to vary, and from where to where', EXAMPLES);
  const path = text.slice(0, equals).trim();
  const values = text.slice(equals + 1);
  if (path === 'seed' || path === 'seeds') return refuse(0, equals, 'seeds are no knob: each is a draw of its own', 'to ask with several: --seeds 1..20');
  const override = (value: string): Override => ({ path, value, typed: { option: '--vary', text, valueFrom: equals + 1 } });
  if (values.includes('|')) {
    if (stepText !== undefined) return { ok: false, problem: problem('--step is for ranges, and --vary names a list', 'leave one of them out') };
    const list = values.split('|').map((value) => value.trim());
    if (list.includes('')) return refuse(equals + 1, text.length, 'there is an empty value between two |', null);
    if (new Set(list).size < list.length) return refuse(equals + 1, text.length, 'a value stands there twice', null);
    return { ok: true, vary: { is: 'list', path, values: list, override: (index) => override(list[index]!) } };
  }
  const dots = values.indexOf('..');
  if (dots < 0) return refuse(equals + 1, text.length, `"${values}" is one value`, `a range is written ${values === '' ? '1mb' : values}..${values === '' ? '1gb' : 'MORE'}, a list with | between its values`);
  const [low, high] = [values.slice(0, dots).trim(), values.slice(dots + 2).trim()];
  const highFrom = equals + 1 + dots + 2;
  const ends = [readNumber(low), readNumber(high)];
  const [from, to] = ends;
  if (from === undefined || from === null) return refuse(equals + 1, equals + 1 + Math.max(1, dots), `"${low}" is not a number with a unit`, EXAMPLES);
  if (to === undefined || to === null) return refuse(highFrom, text.length, `"${high}" is not a number with a unit`, EXAMPLES);
  const family = familyOf(from, to);
  if (family === null) return refuse(equals + 1, text.length, `"${low}" and "${high}" have units that do not go together`, to.unit === '' ? `did you mean ${low}..${high}${from.unit}?` : 'write both ends in the same unit');
  const unit = unitFor(family, [from, to]);
  const [first, last] = [wholeIn(family, unit, from), wholeIn(family, unit, to)];
  if (first === null || last === null) return refuse(equals + 1, text.length, 'an end of the range is too fine or too large to count', 'write it in a smaller unit');
  if (first >= last) return refuse(equals + 1, text.length, `"${values}" goes from more to less`, first === last ? 'there is nothing to vary' : `did you mean ${high}..${low}?`);
  const step = readStep(stepText, family, unit, from.tail);
  if (typeof step === 'string') return { ok: false, problem: { message: step, suggestion: `for instance --step 1${unit}${from.tail}`, place: stepText === undefined ? null : placeOf({ source: { file: '--step', text: stepText, main: false }, from: 0, to: stepText.length }) } };
  // Nobody who typed seconds is told minutes.
  const units = [from.unit, to.unit, unit].sort((a, b) => family[b]! - family[a]!);
  const say = (value: number): string => inLargest(family, units, unit, value) + from.tail;
  return { ok: true, vary: { is: 'range', path, from: first, to: last, step, text: say, override: (value) => override(say(value)) } };
}

interface Quantity {
  readonly digits: string;
  readonly unit: string;
  /** `/s`, of a rate; else ''. */
  readonly tail: string;
}

type Family = Readonly<Record<string, number>>;

function readNumber(text: string): Quantity | null {
  const match = /^(\d{1,15}(?:\.\d{1,9})?)([a-z%]*)(\/[a-z]+)?$/i.exec(text);
  if (match === null) return null;
  const [, digits = '', unit = '', tail = ''] = match;
  return FAMILIES.some((family) => Object.hasOwn(family, unit.toLowerCase())) ? { digits, unit: unit.toLowerCase(), tail } : null;
}

/** The first that knows both units: `m` beside `h` is minutes, beside `k` millions. */
function familyOf(from: Quantity, to: Quantity): Family | null {
  if (from.tail !== to.tail) return null;
  return FAMILIES.find((family) => Object.hasOwn(family, from.unit) && Object.hasOwn(family, to.unit)) ?? null;
}

/** The unit of the lower end; a smaller one, when an end is no whole number of it. */
function unitFor(family: Family, ends: readonly Quantity[]): string {
  const units = Object.keys(family).sort((a, b) => family[b]! - family[a]!);
  const smallest = ends.reduce((least, { unit }) => (family[unit]! < family[least]! ? unit : least), ends[0]!.unit);
  return units.slice(units.indexOf(smallest)).find((unit) => ends.every((end) => wholeIn(family, unit, end) !== null)) ?? smallest;
}

/** So many of a unit, exactly; null when they are no whole number, or too many. */
function wholeIn(family: Family, unit: string, { digits, unit: own }: Quantity): number | null {
  const [whole = '', decimals = ''] = digits.split('.');
  let denominator = BigInt(family[unit]!);
  for (let i = 0; i < decimals.length; i++) denominator *= 10n;
  const numerator = BigInt(whole + decimals) * BigInt(family[own]!);
  const count = numerator / denominator;
  return numerator % denominator !== 0n || count > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(count);
}

function readStep(text: string | undefined, family: Family, unit: string, tail: string): number | string {
  if (text === undefined) return 1;
  const read = readNumber(text.trim());
  if (read === null || read.tail !== tail || !Object.hasOwn(family, read.unit)) return `"${text}" is no step of such a range`;
  const count = wholeIn(family, unit, read);
  return count === null || count === 0 ? `"${text}" is no whole number of ${unit === '' ? 'ones' : unit}: write the range in a smaller unit` : count;
}

/** In the largest of these units that it is a whole number of. */
function inLargest(family: Family, units: readonly string[], unit: string, value: number): string {
  const amount = BigInt(value) * BigInt(family[unit]!);
  const largest = value === 0 ? unit : (units.find((one) => amount % BigInt(family[one]!) === 0n) ?? unit);
  return `${amount / BigInt(family[largest]!)}${largest}`;
}
