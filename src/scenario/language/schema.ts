/**
 * How the language is defined: small schemas of zod/mini, each of which reads, checks, converts and documents itself.
 *
 * One definition serves three ends. Held against what was written it gives either a finished value of the type that
 * TypeScript infers, or problems with their paths; and for editors it gives JSON Schema. Schemas are made for one
 * loading, with the names of that scenario in their `Scope`, and only as far as the scenario uses them.
 *
 * zod's own unions answer "invalid input". Here the form is picked first, by the kind of the value (`forms`) or by the
 * key (`oneKeyOf`), and only that form is held against it. Editors get the union.
 */
import * as z from 'zod/mini';
import { assert } from '../../assert.ts';
import type { Parsed } from '../../units.ts';
import { suggestWord } from '../suggest.ts';
import type { Path } from '../tree.ts';
import type { Scope } from './scope.ts';

export type Schema<T> = z.ZodMiniType<T>;

/** A problem at a path below the value that was validated. */
export interface Finding {
  readonly path: Path;
  /** What to underline: the value, or the key that leads to it. */
  readonly part: 'key' | 'value';
  readonly message: string;
  readonly suggestion: string | null;
  /** Set when nothing is there: what should be. The key's name is known only to who knows the whole path. */
  readonly missing: string | null;
}

export type Validated<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly findings: readonly Finding[] };

/** What is known of a schema beside its rules: JSON Schema's own keywords, and `expects` for messages. */
type Meta = Readonly<Record<string, unknown>> & { readonly expects?: string };
const metaOf = z.registry<Meta>();

/** What every schema that reads for itself begins with; one instance does for all. */
const ANYTHING = z.unknown();

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

export function validate<T>(schema: Schema<T>, value: unknown): Validated<T> {
  // zod forgets which schema raised an issue, unless asked while it makes the message.
  const raised: RawIssue[] = [];
  const remember = (issue: RawIssue): string => String(raised.push(issue) - 1);
  const result = z.safeParse(schema, value, { error: remember, jitless: true });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, findings: result.error.issues.flatMap((issue) => findingsOf(issue, raised)) };
}

function findingsOf(issue: z.core.$ZodIssue, raised: readonly RawIssue[]): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'custom') {
    const { part = 'value', suggestion = null, missing = null } = (issue.params ?? {}) as Partial<Finding>;
    return [{ path, part, message: issue.message, suggestion, missing }];
  }
  const raw = raised[Number(issue.message)];
  assert(raw !== undefined, 'zod raised an issue without asking for its message');
  if (issue.code === 'unrecognized_keys') {
    const known = raw.inst instanceof z.ZodMiniObject ? Object.keys(raw.inst.shape) : [];
    return issue.keys.map((key) => ({ path: [...path, key], part: 'key', missing: null, ...unknownKey(key, known) }));
  }
  const expects = (raw.inst === undefined ? undefined : metaOf.get(raw.inst as z.ZodMiniType)?.expects) ?? expectedKind(issue);
  const missing = raw.input === undefined ? expects : null;
  return [{ path, part: 'value', missing, message: `expected ${expects}, found ${kindOf(raw.input)}`, suggestion: null }];
}

function expectedKind(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return 'something else';
  return issue.expected === 'array' ? 'a list' : issue.expected === 'object' || issue.expected === 'record' ? 'a mapping' : `a ${issue.expected}`;
}

interface Words {
  readonly message: string;
  readonly suggestion: string | null;
}

export function unknownKey(key: string, known: readonly string[], synonyms: Readonly<Record<string, string>> = KEY_SYNONYMS): Words {
  const meant = Object.hasOwn(synonyms, key.toLowerCase()) ? synonyms[key.toLowerCase()]! : '';
  return {
    message: `unknown key "${key}"`,
    suggestion: known.includes(meant) ? `did you mean "${meant}"?` : suggestWord(key, known),
  };
}

/** What people write for keys of ours, wherever that key is known. */
const KEY_SYNONYMS: Readonly<Record<string, string>> = {
  slaveof: 'replicaof', master: 'replicaof', primary: 'replicaof', version: 'server', settings: 'config', disc: 'disk', jitter: 'latency', delay: 'latency', rtt: 'latency',
  rate: 'writes', write: 'writes', read: 'reads', target: 'to', node: 'to', start: 'from', end: 'until', stop: 'until', keys: 'key', size: 'value', values: 'value',
  duration: 'for', time: 'for', seconds: 'for', nodes: 'node', server_name: 'node', pair: 'between', link: 'between', timeout: 'within', limit: 'within',
  cmd: 'run', command: 'run', commands: 'run', args: 'run', argv: 'run', text: 'contains', pattern: 'contains', line: 'contains', equals: 'is', value: 'is',
};

export function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** What a value is, for people. */
export function kindOf(input: unknown): string {
  if (input === null || input === undefined) return 'nothing';
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : 'a list';
  if (!isScalar(input)) return 'a mapping';
  const text = String(input);
  return text === '' ? 'an empty text' : `"${text.length > 40 ? `${text.slice(0, 39)}…` : text}"`;
}

// ------------------------------------------------------------------ words with a meaning

/** What a leaf makes of a value: the result, or what is wrong with it. */
export type LeafResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string; readonly suggestion: string | null };

export interface Leaf<T> {
  /** `a duration such as 500ms, 1.5s or 2m`: said when the value is of the wrong kind, or missing. */
  readonly expects: string;
  /** JSON Schema of what is written. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Is not asked about nothing, lists and mappings. */
  readonly read: (value: string | number | boolean) => LeafResult<T>;
}

/** A schema for a scalar. */
export function leaf<T>({ expects, json, read }: Leaf<T>): Schema<T> {
  const schema = z.pipe(
    ANYTHING,
    z.transform((value: unknown, context): T => {
      if (!isScalar(value)) return refuseKind(context, expects, value);
      const result = read(value);
      return result.ok ? result.value : refuse(context, result.message, result.suggestion);
    }),
  );
  return withMeta(schema, { ...json, expects });
}

/** A leaf read by one of the parsers of `units.ts`. */
export function quantity<T>(expects: string, parse: (text: string) => Parsed<T>, json: Readonly<Record<string, unknown>>): Schema<T> {
  return leaf({ expects, json, read: (value) => readQuantity(parse, String(value)) });
}

export function readQuantity<T>(parse: (text: string) => Parsed<T>, text: string): LeafResult<T> {
  const parsed = parse(text);
  if (parsed.ok) return parsed;
  const single = parse(parsed.suggestion).ok;
  return {
    ok: false,
    message: parsed.problem,
    suggestion: single ? `did you mean ${parsed.suggestion}?` : parsed.suggestion.startsWith('at most ') ? parsed.suggestion : `for instance ${parsed.suggestion}`,
  };
}

/** One of some words; `expects` says it shorter where there are many. */
export function choice<const T extends string>(words: readonly T[], synonyms: Readonly<Record<string, T>> = {}, expects?: string): Schema<T> {
  const list = expects ?? (words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} or ${words.at(-1)!}`);
  return leaf({
    expects: list,
    json: { type: 'string', enum: words },
    read: (value) => {
      const text = String(value);
      const found = words.find((word) => word === text);
      if (found !== undefined) return { ok: true, value: found };
      const lower = text.toLowerCase();
      const meant = Object.hasOwn(synonyms, lower) ? synonyms[lower] : words.find((word) => word === lower);
      return {
        ok: false,
        message: `expected ${list}, found ${kindOf(value)}`,
        suggestion: meant === undefined ? suggestWord(text, words) : `did you mean "${meant}"?`,
      };
    },
  });
}

/** A whole number; `from` and `to` are allowed. */
export function integer(from: number, to: number): Schema<number> {
  const expects = to < 1e9 ? `a whole number from ${from} to ${to}` : from < 0 ? 'a whole number' : `a whole number of at least ${from}`;
  return leaf({
    expects,
    json: { type: 'integer', minimum: from, maximum: to },
    read: (value) => {
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= from && value <= to) return { ok: true, value };
      const digits = typeof value === 'string' && String(Number(value)) === value;
      return { ok: false, message: `expected ${expects}, found ${kindOf(value)}`, suggestion: digits ? `write ${value} without quotes` : null };
    },
  });
}

const YES_NO: Readonly<Record<string, string>> = { yes: 'true', on: 'true', '1': 'true', no: 'false', off: 'false', '0': 'false' };

export function trueOrFalse(): Schema<boolean> {
  return leaf({
    expects: 'true or false',
    json: { type: 'boolean' },
    read: (value) => {
      if (typeof value === 'boolean') return { ok: true, value };
      const meant = YES_NO[String(value).toLowerCase()];
      return { ok: false, message: `expected true or false, found ${kindOf(value)}`, suggestion: meant === undefined ? null : `did you mean ${meant}?` };
    },
  });
}

// ------------------------------------------------------------------ what is made of them

/** A mapping with these keys and no others. */
export function mapping<const S extends z.core.$ZodShape>(expects: string, shape: S): z.ZodMiniObject<z.core.util.Writeable<S>, z.core.$strict> {
  return withMeta(z.strictObject(shape), { expects });
}

export function list<T>(item: Schema<T>, expects: string = 'a list', limits: { readonly minItems?: number } = {}): Schema<T[]> {
  const array = z.array(item);
  return withMeta(limits.minItems === undefined ? array : array.check(atLeast(limits.minItems, expects)), { ...limits, expects });
}

function atLeast<T>(minItems: number, expects: string): z.core.$ZodCheck<readonly T[]> {
  return z.check((payload) => {
    if (payload.value.length >= minItems) return;
    payload.issues.push({ code: 'custom', input: payload.value, message: `expected ${expects}, found ${kindOf(payload.value)}` });
  });
}

/** A mapping from names to values of one kind, in the order of the file. */
export function named<T>(name: (key: string) => Words | null, value: Schema<T>, expects: string, pattern?: string): Schema<(readonly [string, T])[]> {
  const key = pattern === undefined ? z.string() : withMeta(z.string(), { pattern });
  const schema = z.pipe(
    withMeta(z.record(key, value), { expects }),
    z.transform((record: Record<string, T>, context): (readonly [string, T])[] => {
      const entries = Object.entries(record);
      for (const [key] of entries) {
        const wrong = name(key);
        if (wrong !== null) report(context, [key], wrong.message, wrong.suggestion, 'key');
      }
      return entries;
    }),
  );
  return withMeta(schema, { expects });
}

/** Explains a schema to who reads it in an editor. */
export function doc<T>(says: string, schema: Schema<T>): Schema<T> {
  // A schema can be used in several places and explained differently in each: the explanation needs a wrapper.
  return withMeta(z.lazy(() => schema), { description: says, expects: metaOf.get(schema)?.expects ?? says });
}

/** As `doc`, for a key that may be left out. */
export function maybe<T>(says: string, schema: Schema<T>): z.ZodMiniOptional<Schema<T>> {
  return withMeta(z.optional(schema), { description: says });
}

export interface Forms<T> {
  /** A text, a number, true or false. */
  readonly scalar?: Schema<T>;
  readonly list?: Schema<T>;
  readonly mapping?: Schema<T>;
  /** Nothing after the colon. */
  readonly empty?: Schema<T>;
}

/** A value that may be written in several forms, told apart by their kind. */
export function forms<T>(scope: Scope, expects: string, { scalar, list, mapping, empty }: Forms<T>): Schema<T> {
  const all = [...new Set([scalar, list, mapping, empty])].filter((form) => form !== undefined);
  if (scope.forEditors) return withMeta(z.union(all), { expects });
  const schema = z.pipe(
    ANYTHING,
    z.transform((value: unknown, context): T => {
      const form = value === null ? empty : Array.isArray(value) ? list : typeof value === 'object' ? mapping : value === undefined ? undefined : scalar;
      if (form !== undefined) return within(context, [], validate(form, value));
      return refuseKind(context, expects, value);
    }),
  );
  return withMeta(schema, { expects });
}

/** One, or a list of several. */
export function oneOrMore<T>(scope: Scope, item: Schema<T>, expects: string): Schema<readonly T[]> {
  const one = z.pipe(item, z.transform((value: T): readonly T[] => [value]));
  return forms<readonly T[]>(scope, expects, { scalar: one, list: list(item, expects, { minItems: 1 }) });
}

/** A value made from another, with checks that concern more than one part of it. */
export function into<S, T>(scope: Scope, schema: Schema<S>, make: (value: S, report: Report, written: unknown) => T): Schema<T> {
  if (scope.forEditors) return schema as Schema<unknown> as Schema<T>;
  // What was written is asked for beside what was read of it: places are remembered by it.
  const made = z.pipe(
    ANYTHING,
    z.transform((written: unknown, context): T => {
      const read = validate(schema, written);
      if (!read.ok) return within(context, [], read);
      return make(
        read.value,
        (path, message, suggestion = null, part = 'value', missing = null) => {
          report(context, path, message, suggestion, part, missing);
        },
        written,
      );
    }),
  );
  return withMeta(made, metaOf.get(schema) ?? {});
}

/** Reports a problem at a path below the value at hand. */
export type Report = (path: Path, message: string, suggestion?: string | null, part?: 'key' | 'value', missing?: string | null) => void;

/** Reports what a validation further down has found. */
export function relay(report: Report, prefix: Path, findings: readonly Finding[]): void {
  for (const { path, message, suggestion, part, missing } of findings) report([...prefix, ...path], message, suggestion, part, missing);
}

// ------------------------------------------------------------------ picked by the key

export interface Entry<T> {
  /** What it does, in a sentence for the manual and for editors. */
  readonly says: string;
  readonly schema: (scope: Scope) => Schema<T>;
}

export type Table<T> = Readonly<Record<string, Entry<T>>>;

export interface KeyWords {
  /** `a verb such as partition: or kill:`, `a condition such as …`. */
  readonly expects: string;
  readonly noun: string;
  /** What people write for a word of ours. */
  readonly synonyms?: Readonly<Record<string, string>>;
}

/** A mapping with exactly one key out of a table; the entry of that key reads the value. */
export function oneKeyOf<T>(scope: Scope, table: Table<T>, words: KeyWords): Schema<T> {
  if (scope.forEditors) return withMeta(editorsUnion(scope, table), { minProperties: 1, maxProperties: 1 }) as unknown as Schema<T>;
  const schema = z.pipe(
    ANYTHING,
    z.transform((value: unknown, context): T => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        if (value === undefined) return refuseKind(context, words.expects, value);
        return refuse(context, `expected ${words.expects}, found ${kindOf(value)}`, meantAsKey(value, table));
      }
      const picked = pickKey(Object.keys(value), (key) => Object.hasOwn(table, key), Object.keys(table), words);
      if ('findings' in picked) return within(context, [], { ok: false, findings: picked.findings });
      const { key } = picked;
      return within(context, [key], validate(scope.schemaOf(table[key]!), (value as Record<string, unknown>)[key]));
    }),
  );
  return withMeta(schema, { expects: words.expects });
}

/** `- converged` where `- converged: …` was meant. */
export function meantAsKey(value: unknown, table: Table<unknown>): string | null {
  return typeof value === 'string' && Object.hasOwn(table, value) ? `write "${value}: …"` : null;
}

/** The one key that is meant, or what is wrong with them. */
export function pickKey(
  keys: readonly string[],
  isKnown: (key: string) => boolean,
  candidates: readonly string[],
  { noun, expects, synonyms = {} }: KeyWords,
): { readonly key: string } | { readonly findings: readonly Finding[] } {
  const finding = (path: Path, message: string, suggestion: string | null): Finding => ({ path, part: 'key', message, suggestion, missing: null });
  const known = keys.filter(isKnown);
  const findings = keys.filter((key) => !isKnown(key)).map((key): Finding => {
    const { message, suggestion } = unknownKey(key, candidates, synonyms);
    return finding([key], message, suggestion);
  });
  const [first, ...others] = known;
  for (const other of others) findings.push(finding([other], `one ${noun} at a time: "${first!}" stands here already`, `give "${other}" an entry of its own`));
  if (findings.length > 0) return { findings };
  return first === undefined ? { findings: [finding([], `expected ${expects}, found nothing`, null)] } : { key: first };
}

/** All entries as keys that may be left out, each with its explanation. */
export function editorsUnion<T>(scope: Scope, table: Table<T>): z.ZodMiniObject {
  const keys = Object.entries(table).map(([key, entry]) => [key, maybe(entry.says, z.lazy(() => scope.schemaOf(entry)))] as const);
  return z.strictObject(Object.fromEntries(keys));
}

// ------------------------------------------------------------------ inside transforms

type Context = z.core.ParsePayload;

function report(
  context: Context, path: Path, message: string, suggestion: string | null, part: 'key' | 'value' = 'value', missing: string | null = null,
): void {
  context.issues.push({ code: 'custom', input: undefined, path: [...path], message, params: { suggestion, part, missing } });
}

function refuse(context: Context, message: string, suggestion: string | null): never {
  report(context, [], message, suggestion);
  return z.NEVER;
}

function refuseKind(context: Context, expects: string, value: unknown): never {
  report(context, [], `expected ${expects}, found ${kindOf(value)}`, null, 'value', value === undefined ? expects : null);
  return z.NEVER;
}

/** Hands on what a nested validation gave. */
function within<T>(context: Context, path: Path, result: Validated<T>): T {
  if (result.ok) return result.value;
  for (const finding of result.findings) {
    report(context, [...path, ...finding.path], finding.message, finding.suggestion, finding.part, finding.missing);
  }
  return z.NEVER;
}

/** Notes what is known of a schema; what has an `id` is shared by reference in JSON Schema. */
export function withMeta<S extends z.core.$ZodType>(schema: S, meta: Meta): S {
  metaOf.add(schema, { ...metaOf.get(schema), ...meta });
  return schema;
}

/** JSON Schema (draft 2020-12) of what may be written. */
export function jsonSchemaOf(schema: Schema<unknown>): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    io: 'input',
    metadata: metaOf as never,
    reused: 'inline',
    override: ({ zodSchema, jsonSchema }) => {
      delete (jsonSchema as Record<string, unknown>)['expects'];
      // zod leaves examples out where it believes them to be of the value made, not of the text written.
      const examples = metaOf.get(zodSchema as unknown as Schema<unknown>)?.['examples'];
      if (examples !== undefined) jsonSchema.examples = examples as unknown[];
    },
  });
}
