/** The words that values are made of: durations, sizes, names, ranges. Each says what it expects and suggests what was meant. */
import type { Distribution } from '../../kernel/index.ts';
import { findProfile, profiles, type Profile } from '../../redis/profiles/index.ts';
import { formatDuration, type Parsed, parseBitRate, parseByteRate, parseBytes, parseCount, parseDuration, parseRate, type Rate } from '../../units.ts';
import type { IntRange, KeyPattern } from '../scenario.ts';
import { suggestWord } from '../suggest.ts';
import { doc, forms, into, kindOf, leaf, type LeafResult, mapping, oneKeyOf, quantity, readQuantity, type Schema } from './schema.ts';
import type { Scope } from './scope.ts';

/** No time in a scenario is longer than a year: it would be a slip of the keyboard. */
export const MAX_DURATION_US: number = 365 * 24 * 3600 * 1_000_000;
const MAX_BYTES = 2 ** 50;
const MAX_KEYS = 1_000_000_000;
export const UNBOUNDED: number = Number.MAX_SAFE_INTEGER;
export const ONCE_OR_MORE: IntRange = { from: 1, to: UNBOUNDED };

const A_DURATION = 'a duration such as 500ms, 1.5s or 2m';
const DURATION_PATTERN = String.raw`\d+(\.\d+)?(us|ms|s|m|h)`;
const BYTES_PATTERN = String.raw`\d+(\.\d+)?([bB]|[kKmMgG][bB]?)`;
const COUNT_PATTERN = String.raw`\d+(\.\d+)?[kKmM]?`;

// ------------------------------------------------------------------ time

export function duration(scope: Scope): Schema<number> {
  return scope.shared('duration', () =>
    quantity(A_DURATION, parseLimitedDuration, { type: 'string', pattern: `^${DURATION_PATTERN}$`, examples: ['500ms', '1.5s', '2m'] }),
  );
}

/** A duration that must not be 0. */
export function someDuration(scope: Scope): Schema<number> {
  return into(scope, duration(scope), (us, report) => {
    if (us === 0) report([], 'this takes no time at all', `for instance 5s`);
    return us;
  });
}

/** A time that chance draws, µs: one of these, each equally likely. */
export interface Span {
  readonly chance: IntRange;
}

export function isSpan(value: unknown): value is Span {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'chance');
}

/** `10s`, or `10s..20s` for one of these by chance. */
export function span(scope: Scope): Schema<number | Span> {
  return scope.shared('span', () =>
    leaf<number | Span>({
      expects: A_DURATION,
      json: { type: 'string', pattern: `^${DURATION_PATTERN}(\\.\\.${DURATION_PATTERN})?$`, examples: ['500ms', '2m', '10s..20s'] },
      read: (value) => {
        const text = String(value);
        if (!text.includes('..')) return readQuantity(parseLimitedDuration, text);
        const range = readRange(text, parseLimitedDuration);
        if (!range.ok) return range;
        return { ok: true, value: range.value.from === range.value.to ? range.value.from : { chance: range.value } };
      },
    }),
  );
}

/** As `span`, of some time at the least. */
export function someSpan(scope: Scope): Schema<number | Span> {
  return into(scope, span(scope), (value, report) => {
    if ((isSpan(value) ? value.chance.from : value) === 0) report([], 'this takes no time at all', `for instance 5s`);
    return value;
  });
}

function parseLimitedDuration(text: string): Parsed<number> {
  const parsed = parseDuration(text);
  if (!parsed.ok || parsed.value <= MAX_DURATION_US) return parsed;
  return { ok: false, problem: `"${text}" is longer than a year`, suggestion: formatDuration(MAX_DURATION_US) };
}

/** `0.5ms`, `0.3ms..0.8ms`, or a distribution by its name. */
export function latency(scope: Scope): Schema<Distribution> {
  const expects = 'a latency such as 0.5ms, 0.3ms..0.8ms or { normal: { mean: 1ms, deviation: 0.2ms } }';
  return scope.shared('latency', () => forms<Distribution>(scope, expects, { scalar: latencyText(), mapping: distribution(scope) }));
}

function latencyText(): Schema<Distribution> {
  return leaf<Distribution>({
    expects: 'a latency such as 0.5ms or 0.3ms..0.8ms',
    json: { type: 'string', pattern: `^${DURATION_PATTERN}(\\.\\.${DURATION_PATTERN})?$`, examples: ['0.5ms', '0.3ms..0.8ms'] },
    read: (value) => {
      const range = readRange(String(value), parseLimitedDuration);
      if (!range.ok) return range;
      const { from, to } = range.value;
      return { ok: true, value: from === to ? { kind: 'constant', us: from } : { kind: 'uniform', fromUs: from, toUs: to } };
    },
  });
}

function distribution(scope: Scope): Schema<Distribution> {
  const time = duration(scope);
  return oneKeyOf<Distribution>(
    scope,
    {
      normal: {
        says: 'The bell curve; what would be negative is 0.',
        schema: () =>
          into(scope, mapping('a mean and a deviation', { mean: doc('The mean.', time), deviation: doc('The standard deviation.', time) }), ({ mean, deviation }) => ({
            kind: 'normal', meanUs: mean, sdUs: deviation,
          })),
      },
      lognormal: {
        says: 'Mostly near the median, sometimes much later: what networks look like.',
        schema: () =>
          into(scope, mapping('a median and a sigma', { median: doc('Half of the packets are quicker.', time), sigma: doc('Standard deviation of the logarithm: 0.5 is lively.', sigma()) }), ({ median, sigma }) => ({
            kind: 'lognormal', medianUs: median, sigma,
          })),
      },
      exponential: {
        says: 'Any wait, shorter ones more often.',
        schema: () => into(scope, mapping('a mean', { mean: doc('The mean.', time) }), ({ mean }) => ({ kind: 'exponential', meanUs: mean })),
      },
    },
    { noun: 'distribution', expects: 'a distribution: normal, lognormal or exponential' },
  );
}

function sigma(): Schema<number> {
  const expects = 'a number from 0 to 5, such as 0.5';
  return leaf({
    expects,
    json: { type: 'number', minimum: 0, maximum: 5 },
    read: (value) => (typeof value === 'number' && value >= 0 && value <= 5 ? { ok: true, value } : { ok: false, message: `expected ${expects}, found ${kindOf(value)}`, suggestion: null }),
  });
}

// ------------------------------------------------------------------ amounts

export function bytes(scope: Scope): Schema<number> {
  return scope.shared('size', () =>
    quantity('a size such as 128b, 64kb or 1mb', parseLimitedBytes, { type: 'string', pattern: `^${BYTES_PATTERN}$`, examples: ['128b', '64kb', '1mb'] }),
  );
}

export function bytesRange(scope: Scope): Schema<IntRange> {
  return scope.shared('size-range', () =>
    leaf({
      expects: 'a size such as 256b, or a range such as 128b..512b',
      json: { type: 'string', pattern: `^${BYTES_PATTERN}(\\.\\.${BYTES_PATTERN})?$`, examples: ['256b', '128b..512b'] },
      read: (value) => readRange(String(value), parseLimitedBytes),
    }),
  );
}

function parseLimitedBytes(text: string): Parsed<number> {
  const parsed = parseBytes(text);
  if (!parsed.ok || parsed.value <= MAX_BYTES) return parsed;
  return { ok: false, problem: `"${text}" is more than a server could hold`, suggestion: '128b, 64kb, 1mb or 2gb' };
}

/** How many keys: `200`, `50k`, `1m`. */
export function count(scope: Scope): Schema<number> {
  return scope.shared('count', () => countOf(0));
}

export function countOf(from: number): Schema<number> {
  const expects = 'a count such as 200, 50k or 1m';
  return leaf({
    expects,
    json: { anyOf: [{ type: 'integer', minimum: from }, { type: 'string', pattern: `^${COUNT_PATTERN}$` }] },
    read: (value) => {
      const read = readQuantity(parseCount, String(value));
      if (!read.ok) return read;
      if (read.value < from) return { ok: false, message: `expected at least ${from}, found ${read.value}`, suggestion: null };
      if (read.value > MAX_KEYS) return { ok: false, message: `${kindOf(value)} is too many`, suggestion: `at most ${MAX_KEYS}` };
      return read;
    },
  });
}

/** How many to expect: `3`, `1..3`, `3..` (at least), `..3` (at most). */
export function countRange(scope: Scope): Schema<IntRange> {
  return scope.shared('count-range', () =>
    leaf<IntRange>({
      expects: 'a count such as 3, a range such as 1..3, or 3.. for at least 3',
      json: {
        anyOf: [{ type: 'integer', minimum: 0 }, { type: 'string', pattern: openRangePattern(COUNT_PATTERN) }],
        examples: [2, '1..3', '3..', '..3'],
      },
      read: (value) => readOpenRange(String(value), parseCount),
    }),
  );
}

/** How many bytes to expect: `1mb`, `1kb..1mb`, `1mb..`, `..1mb`. */
export function bytesToExpect(scope: Scope): Schema<IntRange> {
  return scope.shared('expected-size', () =>
    leaf<IntRange>({
      expects: 'a size such as 1mb, a range such as 1kb..1mb, or ..1mb for at most 1mb',
      json: { type: ['integer', 'string'], pattern: openRangePattern(`(${BYTES_PATTERN}|0)`), examples: ['..1mb', '1kb..1mb', 0] },
      read: (value) => readOpenRange(String(value), (text) => (text === '0' ? { ok: true, value: 0 } : parseLimitedBytes(text))),
    }),
  );
}

/** How long to expect, µs: `5s`, `1s..5s`, `5s..`, `..5s`. */
export function timeToExpect(scope: Scope): Schema<IntRange> {
  return scope.shared('expected-time', () =>
    leaf<IntRange>({
      expects: 'a time such as 5s, a range such as 1s..5s, or ..5s for at most 5s',
      json: { type: 'string', pattern: openRangePattern(DURATION_PATTERN), examples: ['..5s', '1s..5s'] },
      read: (value) => readOpenRange(String(value), parseLimitedDuration),
    }),
  );
}

function openRangePattern(of: string): string {
  return `^(${of})?(\\.\\.)?(${of})?$`;
}

/** `3..` and `..3` beside what `readRange` reads. */
function readOpenRange(text: string, parse: (text: string) => Parsed<number>): LeafResult<IntRange> {
  const open = /^(?:(.+)\.\.|\.\.(.+))$/.exec(text);
  if (open === null) return readRange(text, parse);
  const bound = readQuantity(parse, open[1] ?? open[2]!);
  if (!bound.ok) return bound;
  return { ok: true, value: open[1] === undefined ? { from: 0, to: bound.value } : { from: bound.value, to: UNBOUNDED } };
}

/** `a..b`, or one value for both ends. */
export function readRange(text: string, parse: (text: string) => Parsed<number>): LeafResult<IntRange> {
  const [left = '', right, ...more] = text.split('..');
  if (more.length > 0) return { ok: false, message: `${kindOf(text)} has more than two ends`, suggestion: null };
  const to = readQuantity(parse, right ?? left);
  if (!to.ok) return to;
  const from = right === undefined ? to : readQuantity(parse, left);
  if (!from.ok) {
    // `0.3..0.8ms`: the unit of the second end was meant for both.
    const unit = /[a-z]+$/i.exec(right ?? '')?.[0] ?? '';
    return parse(left + unit).ok ? { ...from, suggestion: `did you mean ${left}${unit}..${right ?? ''}?` } : from;
  }
  if (from.value > to.value) {
    return { ok: false, message: `${kindOf(text)} goes from more to less`, suggestion: `did you mean ${right ?? ''}..${left}?` };
  }
  return { ok: true, value: { from: from.value, to: to.value } };
}

export function rate(scope: Scope): Schema<Rate> {
  return scope.shared('rate', () => quantity('a rate such as 400/s, 20k/s or 10/min', parseLimitedRate, { type: 'string', pattern: `^${RATE_PATTERN}$`, examples: ['400/s', '10/min'] }));
}

export const RATE_PATTERN: string = String.raw`\d+(\.\d+)?[kKmM]?\s*/\s*(ms|s|min|h)`;

/** Time is in whole microseconds: more often than that, several would happen at one instant. */
export function parseLimitedRate(text: string): Parsed<Rate> {
  const read = parseRate(text);
  if (!read.ok || read.value.count <= read.value.perUs) return read;
  return { ok: false, problem: `"${text}" is more often than once a microsecond`, suggestion: '1m/s' };
}

/** `150m/s`. */
export function throughput(scope: Scope): Schema<number> {
  return scope.shared('throughput', () =>
    into(
      scope,
      quantity('a throughput such as 150m/s', parseByteRate, { type: 'string', pattern: `^${BYTES_PATTERN}\\s*/\\s*s$`, examples: ['150m/s', '1g/s'] }),
      (value, report) => {
        if (value === 0) report([], 'nothing would ever move', 'for instance 150m/s');
        return value;
      },
    ),
  );
}

/**
 * Of each Ethernet frame with its gap, preamble and headers (1538 bytes on the wire), TCP hands on 1448 bytes:
 * 1gbit carries 117.7 MB of payload a second.
 */
const PAYLOAD_OF_FRAME = 1448n;
const FRAME = 1538n;

/** Payload bytes per second of `1gbit` (on the wire), `100mb/s` (payload, as it is), or 0 for `unlimited`. */
export function bandwidth(scope: Scope): Schema<number> {
  const expects = 'a bandwidth such as 1gbit, 100mb/s or unlimited';
  return scope.shared('bandwidth', () =>
    leaf({
      expects,
      json: { type: 'string', pattern: `^(\\d+(\\.\\d+)?[kKmMgG]?bit|${BYTES_PATTERN}\\s*/\\s*s|unlimited)$`, examples: ['1gbit', '100mb/s', 'unlimited'] },
      read: (value) => {
        const text = String(value);
        if (text === 'unlimited') return { ok: true, value: 0 };
        const payload = text.includes('/') && !/bit/i.test(text);
        const read = readQuantity(payload ? parseByteRate : parseBitRate, text);
        if (!read.ok) return read;
        const perSecond = payload ? read.value : Number((BigInt(read.value) * PAYLOAD_OF_FRAME) / FRAME);
        if (perSecond === 0) return { ok: false, message: 'nothing would ever pass', suggestion: 'for a cut, use partition: in the timeline' };
        return { ok: true, value: perSecond };
      },
    }),
  );
}

/** `0.1%`, as parts per million. */
export function loss(scope: Scope): Schema<number> {
  const expects = 'a percentage such as 0.1%';
  return scope.shared('loss', () =>
    leaf({
      expects,
      json: { type: 'string', pattern: String.raw`^\d{1,2}(\.\d{1,4})?%$`, examples: ['0.1%'] },
      read: (value) => {
        const text = String(value);
        const match = /^(\d{1,3})(?:\.(\d{1,4}))?%$/.exec(text);
        if (match === null) {
          const bare = /^\d+(\.\d+)?$/.test(text);
          return { ok: false, message: bare ? `"${text}" has no unit` : `expected ${expects}, found ${kindOf(value)}`, suggestion: bare ? `did you mean ${text}%?` : /^\d{1,2}\.\d{5,}%$/.test(text) ? 'four decimals are the finest' : null };
        }
        const ppm = Number(match[1]) * 10_000 + Number((match[2] ?? '').padEnd(4, '0'));
        if (ppm < 1_000_000) return { ok: true, value: ppm };
        return { ok: false, message: 'a link that loses everything is cut', suggestion: 'use partition: in the timeline' };
      },
    }),
  );
}

// ------------------------------------------------------------------ names and texts

export const NAME_PATTERN = '^[A-Za-z][A-Za-z0-9_-]{0,62}$';

/** A text, of one line unless said otherwise. */
export function text(expects: string, { lines = false, empty = false }: { readonly lines?: boolean; readonly empty?: boolean } = {}): Schema<string> {
  return leaf({
    expects,
    json: { type: 'string', ...(empty ? {} : { minLength: 1 }) },
    read: (value) => {
      if (typeof value !== 'string') return { ok: false, message: `expected ${expects}, found ${kindOf(value)}`, suggestion: `put it in quotes: "${value}"` };
      if (!empty && value.trim() === '') return { ok: false, message: `expected ${expects}, found an empty text`, suggestion: null };
      if (!lines && value.trimEnd().includes('\n')) return { ok: false, message: 'this must stand on one line', suggestion: null };
      return { ok: true, value: lines ? value : value.trimEnd() };
    },
  });
}

/** A text for which a number or a yes will do, as keys and values are written. */
export function anyText(expects: string): Schema<string> {
  return leaf({ expects, json: { type: ['string', 'number', 'boolean'] }, read: (value) => ({ ok: true, value: String(value) }) });
}

export function nodeName(scope: Scope): Schema<string> {
  return scope.shared('node', () => reference('the name of a node', 'node', [...scope.nodes.keys()]));
}

export function clientName(scope: Scope): Schema<string> {
  return scope.shared('client', () => reference('the name of a client', 'client', scope.clients));
}

/** Whatever has a place in the network: a node or a client. */
export function hostName(scope: Scope): Schema<string> {
  return scope.shared('host', () => reference('the name of a node or client', 'node or client', [...scope.nodes.keys(), ...scope.clients, ...scope.observers]));
}

function reference(expects: string, noun: string, names: readonly string[]): Schema<string> {
  const known = new Set(names);
  return leaf({
    expects,
    json: { type: 'string', pattern: NAME_PATTERN },
    read: (value) => {
      const name = String(value);
      // Without any node every name would be wrong, and that there is none is said already.
      if (known.has(name) || (names.length === 0 && noun === 'node')) return { ok: true, value: name };
      return { ok: false, message: `there is no ${noun} ${kindOf(value)}`, suggestion: names.length === 0 ? null : suggestWord(name, names) };
    },
  });
}

/** A server by its version: `redis-7.2`, `7.2`. */
export function server(scope: Scope): Schema<Profile> {
  return scope.shared('server', () =>
    leaf({
      expects: 'a server such as redis-7.2',
      json: { type: 'string', examples: ['redis-7.2'] },
      read: (value) => {
        const found = findProfile(String(value));
        if (found.ok) return { ok: true, value: found.profile };
        return { ok: false, message: `there is no server ${kindOf(value)}`, suggestion: suggestWord(String(value), found.candidates) };
      },
    }),
  );
}

/** One server, or all from one to another in the order of their release: `7.2`, `2.8..3.2`, `..3.2`, `4.0..`. */
export function servers(scope: Scope): Schema<readonly Profile[]> {
  return scope.shared('servers', () =>
    leaf({
      expects: 'a server such as redis-7.2, or a range such as 4.0.. or ..6.2',
      json: { type: 'string', examples: ['redis-7.2', '4.0..', '2.8..3.2'] },
      read: (value) => readServers(String(value)),
    }),
  );
}

function readServers(text: string): LeafResult<readonly Profile[]> {
  const all = [...profiles.values()];
  const [, from, to] = /^(.*?)\s*\.\.\s*(.*)$/.exec(text) ?? [null, text, text];
  const ends = [from === '' ? all[0]!.name : from, to === '' ? all.at(-1)!.name : to].map((name) => ({ name, ...findProfile(name) }));
  for (const end of ends) if (!end.ok) return { ok: false, message: `there is no server ${kindOf(end.name)}`, suggestion: suggestWord(end.name, end.candidates) };
  const [first, last] = ends.map((end) => (end.ok ? all.indexOf(end.profile) : 0)) as [number, number];
  if (first > last) return { ok: false, message: `${kindOf(text)} runs backwards`, suggestion: `${to}..${from}` };
  return { ok: true, value: all.slice(first, last + 1) };
}

/** `user:{1..10k}`: literal text with one range, or a plain key. */
export function keyPattern(scope: Scope): Schema<KeyPattern> {
  return scope.shared('key-pattern', () =>
    leaf({
      expects: 'a key such as counter or "user:{1..10k}"',
      json: { type: 'string', minLength: 1, examples: ['user:{1..10k}', 'counter'] },
      read: (value) => readKeyPattern(String(value)),
    }),
  );
}

function readKeyPattern(key: string): LeafResult<KeyPattern> {
  const match = /^(.*?)\{([^{}]*\.\.[^{}]*)\}(.*)$/su.exec(key);
  if (match === null) return key === '' ? { ok: false, message: 'the key is empty', suggestion: null } : { ok: true, value: { before: key, range: null, after: '' } };
  const [, before = '', written = '', after = ''] = match;
  if (/\{[^{}]*\.\.[^{}]*\}/.test(after)) return { ok: false, message: `${kindOf(key)} has more than one range`, suggestion: 'keep one {from..to}' };
  const range = readRange(written, parseCount);
  return range.ok ? { ok: true, value: { before, range: range.value, after } } : range;
}
