/**
 * What a line of redis.conf may say: a directive as a row of a table, and the reading of its value.
 *
 * Owns the rules of each kind of value (config.c: boolConfigSet, numericConfigSet, enumConfigSet, setConfig…Option):
 * what Redis refuses is refused here with Redis' own reason, and what it lets pass, passes, odd as it may be.
 * Which directives a version has, and with which defaults, is `directives.ts`; the values of one server are `config.ts`.
 */
import { formatSize, parseBytes, parseDuration } from '../../units.ts';

/** After `seconds` with at least `changes` changes, a save begins. */
export interface SavePoint {
  readonly seconds: number;
  readonly changes: number;
}

/** client-output-buffer-limit of one class of clients; 0 is no limit. */
export interface OutputBufferLimit {
  readonly hard: number;
  readonly soft: number;
  readonly softSeconds: number;
}

export interface OutputBufferLimits {
  readonly normal: OutputBufferLimit;
  readonly replica: OutputBufferLimit;
  readonly pubsub: OutputBufferLimit;
}

export interface MasterAddress {
  readonly host: string;
  readonly port: number;
}

/** A value as the program uses it: yes/no, number, text, or one of the few that are more. */
export type DirectiveValue = boolean | number | string | readonly SavePoint[] | OutputBufferLimits | MasterAddress | null;

export type DirectiveKind =
  | { readonly type: 'yes-no' }
  /** A plain decimal integer, nothing else. `unit` says what it counts; it may not be written. */
  | { readonly type: 'integer'; readonly min: bigint; readonly max: bigint; readonly unit: 's' | 'ms' | '' }
  /** Bytes, with k, kb, m, mb, g or gb behind the digits if wanted; `percent`: or a percentage, kept negative. */
  | { readonly type: 'memory'; readonly min: bigint; readonly max: bigint; readonly percent: boolean }
  | { readonly type: 'octal'; readonly max: number }
  /** One of the words. With `several`, some of them, separated by spaces (shutdown-on-sigterm). */
  | { readonly type: 'enum'; readonly words: readonly string[]; readonly several: boolean }
  | { readonly type: 'string'; readonly check: ((text: string) => string | null) | null }
  /** Known and of no consequence here: so many arguments, kept as they are. */
  | { readonly type: 'words'; readonly check: ((words: readonly string[]) => string | null) | null }
  | { readonly type: 'save' }
  | { readonly type: 'output-buffer-limit' }
  | { readonly type: 'replicaof' };

export interface Directive<Value extends DirectiveValue = DirectiveValue> {
  readonly name: string;
  /** Under which its value is kept: one name for all versions, of which some call it otherwise. */
  readonly field: string;
  /** The name it had in earlier versions (`slave-…`), accepted everywhere; '' when there is none. */
  readonly alias: string;
  readonly kind: DirectiveKind;
  readonly default: Value;
  /** Some part of the simulation reads it: its value is a field of ServerConfig. The others are only kept. */
  readonly simulated: boolean;
  /** CONFIG SET: allowed; never (`no`); only with enable-protected-configs (`protected`). */
  readonly runtime: 'yes' | 'no' | 'protected';
  /** CONFIG SET answers -LOADING while a data set is loaded. */
  readonly denyLoading: boolean;
  /** CONFIG GET shows it only when asked by its full name. */
  readonly hidden: boolean;
  /** A value outside is silently moved to the nearest bound: `always`, or only by CONFIG SET and never at start. */
  readonly clamp: { readonly min: number; readonly max: number; readonly when: 'always' | 'runtime' } | null;
}

export type Reading =
  | { readonly ok: true; readonly value: DirectiveValue }
  | {
      readonly ok: false;
      /** Why, in Redis' own words. */
      readonly reason: string;
      /** A value that would be accepted and was probably meant; null when there is no guess. */
      readonly suggestion: string | null;
      /** The words that would be accepted, when they are few. */
      readonly candidates: readonly string[];
    };

/** Does the directive take more than one argument (config.c: MULTI_ARG_CONFIG)? */
export function takesSeveral(directive: Directive): boolean {
  const { kind } = directive;
  return kind.type === 'save' || kind.type === 'output-buffer-limit' || kind.type === 'replicaof' || kind.type === 'words' ||
    (kind.type === 'enum' && kind.several);
}

/**
 * Reads the arguments of one directive. `current` is its value so far: client-output-buffer-limit changes only the classes
 * that it names, and further `save` lines of one file add to the first (`adding`).
 */
export function readDirective(directive: Directive, args: readonly string[], current: DirectiveValue, adding: boolean): Reading {
  const { kind } = directive;
  if (!takesSeveral(directive) && args.length !== 1) return refuse('wrong number of arguments');
  const [first = ''] = args;
  switch (kind.type) {
    case 'yes-no':
      return readYesNo(first);
    case 'integer':
      return readInteger(first, kind);
    case 'memory':
      return readMemory(first, kind);
    case 'octal':
      return readOctal(first, kind.max);
    case 'enum':
      return readEnum(args, kind);
    case 'string': {
      const problem = kind.check === null ? null : kind.check(first);
      return problem === null ? accept(first) : refuse(problem);
    }
    case 'words': {
      const problem = kind.check === null ? null : kind.check(args);
      return problem === null ? accept(args.join(' ')) : refuse(problem);
    }
    case 'save':
      return readSave(args, adding ? (current as readonly SavePoint[]) : []);
    case 'output-buffer-limit':
      return readOutputBufferLimits(args, current as OutputBufferLimits);
    case 'replicaof':
      return readReplicaOf(args);
  }
}

/** Writes a value as CONFIG GET does. */
export function printDirective(directive: Directive, value: DirectiveValue): string {
  const { kind } = directive;
  switch (kind.type) {
    case 'yes-no':
      return value === true ? 'yes' : 'no';
    case 'memory':
      return (value as number) < 0 ? `${-(value as number)}%` : `${value as number}`;
    case 'octal':
      return (value as number).toString(8);
    case 'integer':
      return `${value as number}`;
    case 'enum':
    case 'string':
    case 'words':
      return value as string;
    case 'save':
      return (value as readonly SavePoint[]).map(({ seconds, changes }) => `${seconds} ${changes}`).join(' ');
    case 'output-buffer-limit': {
      const { normal, replica, pubsub } = value as OutputBufferLimits;
      const print = (name: string, limit: OutputBufferLimit): string => `${name} ${limit.hard} ${limit.soft} ${limit.softSeconds}`;
      // Still the old word (networking.c: getClientTypeName).
      return [print('normal', normal), print('slave', replica), print('pubsub', pubsub)].join(' ');
    }
    case 'replicaof': {
      const master = value as MasterAddress | null;
      return master === null ? '' : `${master.host} ${master.port}`;
    }
  }
}

function accept(value: DirectiveValue): Reading {
  return { ok: true, value };
}

function refuse(reason: string, suggestion: string | null = null, candidates: readonly string[] = []): Reading {
  return { ok: false, reason, suggestion, candidates };
}

function readYesNo(text: string): Reading {
  const word = text.toLowerCase();
  if (word === 'yes' || word === 'no') return accept(word === 'yes');
  const meant = ['true', 'on', '1'].includes(word) ? 'yes' : ['false', 'off', '0'].includes(word) ? 'no' : null;
  return refuse("argument must be 'yes' or 'no'", meant, ['yes', 'no']);
}

function readInteger(text: string, kind: Extract<DirectiveKind, { type: 'integer' }>): Reading {
  // util.c: string2ll takes the canonical form alone: no sign +, no leading zero, no space.
  const value = /^(?:0|-?[1-9]\d{0,18})$/.test(text) ? BigInt(text) : null;
  if (value === null || value !== BigInt.asIntN(64, value)) {
    return refuse("argument couldn't be parsed into an integer", meantInteger(text, kind.unit));
  }
  return bounded(value, kind);
}

/** What was probably meant by `60s` or `1k`, where only the digits of a whole number may stand. */
function meantInteger(text: string, unit: 's' | 'ms' | ''): string | null {
  const duration = unit === '' ? null : parseDuration(text);
  if (duration?.ok === true) {
    const perUnit = unit === 's' ? 1_000_000 : 1_000;
    return String(Math.max(1, Math.ceil(duration.value / perUnit)));
  }
  const number = /^\s*\+?(\d{1,15})(k|m)?\s*$/i.exec(text.replaceAll(/[_' ]/g, ''));
  if (number === null) return null;
  const factor = number[2] === undefined ? 1 : number[2].toLowerCase() === 'k' ? 1_000 : 1_000_000;
  return String(Number(number[1]) * factor);
}

const MEMORY_FACTORS: Readonly<Record<string, bigint>> = {
  '': 1n, b: 1n, k: 1_000n, kb: 1n << 10n, m: 1_000_000n, mb: 1n << 20n, g: 1_000_000_000n, gb: 1n << 30n,
};
const UNSIGNED_64_MAX = (1n << 64n) - 1n;

/** util.c: memtoull. Too many digits stop at 2^64 - 1 and the product wraps, as in C. Null when it is no memory value. */
function memoryBytes(text: string): bigint | null {
  const match = /^(\d{0,127})(|b|k|kb|m|mb|g|gb)$/i.exec(text);
  if (match === null) return null;
  const digits = BigInt(match[1]!);
  return BigInt.asUintN(64, (digits > UNSIGNED_64_MAX ? UNSIGNED_64_MAX : digits) * MEMORY_FACTORS[match[2]!.toLowerCase()]!);
}

function readMemory(text: string, kind: Extract<DirectiveKind, { type: 'memory' }>): Reading {
  const bytes = memoryBytes(text);
  if (bytes !== null) return bounded(bytes, kind);
  if (kind.percent && /^(?:0|[1-9]\d{0,17})%$/.test(text)) {
    const percent = -BigInt(text.slice(0, -1));
    if (percent >= kind.min) return accept(Number(percent));
    return refuse(`percentage argument must be less or equal to ${-kind.min}`, `${-kind.min}%`);
  }
  const meant = parseBytes(text);
  const suggestion = meant.ok ? formatSize(meant.value) : memoryBytes(meant.suggestion) === null ? null : meant.suggestion;
  return refuse(kind.percent ? 'argument must be a memory or percent value' : 'argument must be a memory value', suggestion);
}

function bounded(value: bigint, { min, max }: { readonly min: bigint; readonly max: bigint }): Reading {
  if (value < min || value > max) {
    return refuse(`argument must be between ${min} and ${max} inclusive`, String(value < min ? min : max));
  }
  // Beyond 2^53 a number of bytes or seconds is as good as infinite.
  const largest = BigInt(Number.MAX_SAFE_INTEGER);
  return accept(Number(value > largest ? largest : value));
}

function readOctal(text: string, max: number): Reading {
  if (!/^0*[0-7]{1,10}$/.test(text)) return refuse("argument couldn't be parsed as an octal number");
  const value = Number.parseInt(text, 8);
  return value <= max ? accept(value) : refuse(`argument must be between 0 and ${max.toString(8)} inclusive`, max.toString(8));
}

function readEnum(args: readonly string[], { words, several }: Extract<DirectiveKind, { type: 'enum' }>): Reading {
  const chosen = args.map((arg) => words.indexOf(arg.toLowerCase()));
  if (chosen.length === 0 || (!several && chosen.length !== 1) || chosen.includes(-1)) {
    return refuse(`argument(s) must be one of the following: ${words.join(', ')}`, null, words);
  }
  if (!several) return accept(words[chosen[0]!]!);
  // Flags: said twice is said once, printed in the table's order; the first word says that there are none.
  const set = words.filter((_, i) => i > 0 && chosen.includes(i));
  if (set.includes('save') && set.includes('nosave')) {
    return refuse("shutdown options SAVE and NOSAVE can't be used simultaneously");
  }
  return accept(set.length === 0 ? words[0]! : set.join(' '));
}

/**
 * strtoll(text, &end, 10) with nothing left behind the number. C reads an empty text as 0, so `CONFIG SET save "3600 "`
 * (3600 and an empty word) is `save 3600 0`.
 */
function strtoll(text: string): number | null {
  return text === '' ? 0 : /^[ \t\n\v\f\r]*[+-]?\d+$/.test(text) ? Number(text) : null;
}

/** config.c: setConfigSaveOption */
function readSave(args: readonly string[], points: readonly SavePoint[]): Reading {
  if (args.length === 1 && args[0] === '') return accept([]);
  const numbers = args.map(strtoll);
  const wrong = numbers.some((value, i) => value === null || value < (i % 2 === 0 ? 1 : 0));
  if (numbers.length % 2 === 1 || wrong) return refuse('Invalid save parameters', '3600 1 300 100');
  const added: SavePoint[] = [];
  for (let i = 0; i < numbers.length; i += 2) added.push({ seconds: numbers[i]!, changes: numbers[i + 1]! });
  return accept([...points, ...added]);
}

/** config.c: updateClientOutputBufferLimit */
function readOutputBufferLimits(args: readonly string[], current: OutputBufferLimits): Reading {
  const example = 'replica 256mb 64mb 60';
  if (args.length % 4 !== 0) return refuse('Wrong number of arguments in buffer limit configuration.', example);
  let limits = current;
  for (let i = 0; i < args.length; i += 4) {
    const name = args[i]!.toLowerCase();
    const clientClass = name === 'slave' ? 'replica' : name;
    if (clientClass !== 'normal' && clientClass !== 'replica' && clientClass !== 'pubsub') {
      return refuse('Invalid client class specified in buffer limit configuration.', null, ['normal', 'replica', 'pubsub']);
    }
    const [hard, soft, softSeconds] = [memoryBytes(args[i + 1]!), memoryBytes(args[i + 2]!), strtoll(args[i + 3]!)];
    if (hard === null || soft === null || softSeconds === null || softSeconds < 0) {
      return refuse('Error in hard, soft or soft_seconds setting in buffer limit configuration.', example);
    }
    limits = { ...limits, [clientClass]: { hard: Number(hard), soft: Number(soft), softSeconds } };
  }
  return accept(limits);
}

/** config.c: setConfigReplicaOfOption */
function readReplicaOf(args: readonly string[]): Reading {
  if (args.length !== 2) return refuse('wrong number of arguments', args.length === 1 ? `${args[0]} 6379` : null);
  const [host, port] = [args[0]!, args[1]!];
  if (host.toLowerCase() === 'no' && port.toLowerCase() === 'one') return accept(null);
  const number = strtoll(port);
  if (number === null || number < 0 || number > 65535) return refuse('Invalid master port');
  return accept({ host, port: number });
}
