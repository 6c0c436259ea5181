/**
 * Running a script's tree: values, operators, and the way between Lua's values and Redis' replies (script_lua.c).
 */
import { bytesToString, isSynthetic } from '../protocol/make.ts';
import { equalBytes } from '../protocol/equality.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import type { RefusalWords } from './errors.ts';
import type { Expression, Statement } from './lua.ts';

/** A table as scripts use it here: a list, or what `redis.status_reply` and `redis.error_reply` make. */
export interface Table {
  readonly items: readonly Value[];
  readonly ok?: Bytes;
  readonly err?: Bytes;
}
interface Builtin {
  readonly builtin: (args: readonly Value[], line: number) => Value;
}
export type Value = null | boolean | number | Bytes | Table | Builtin;

/** What stopped a script: the reply begins with `text`, and says on which line. */
export class ScriptError extends Error {
  readonly text: string;
  readonly line: number;
  /** By a command's error, a command that was not run, or the language. */
  readonly kind: 'command' | 'refusal' | 'lua';
  constructor(text: string, line: number, kind: ScriptError['kind']) {
    super(text);
    this.text = text;
    this.line = line;
    this.kind = kind;
  }
}

/** What a script asks of the server. */
export interface ScriptHost {
  /** Runs one command. An error reply is a reply; a text is the reason why it was not run. */
  readonly call: (argv: readonly Bytes[]) => Reply | string;
  /** `redis.replicate_commands`; null: the version has no such function. */
  readonly replicateCommands: (() => boolean) | null;
  readonly words: Pick<RefusalWords, 'noArguments' | 'badArguments'>;
  readonly seen: (refusal: string, line: number) => string;
}

export interface Arguments {
  readonly keys: readonly Bytes[];
  readonly argv: readonly Bytes[];
}

/** The reply that the script returns. Throws ScriptError when it fails. */
export function runScript(body: readonly Statement[], { keys, argv }: Arguments, host: ScriptHost): Reply {
  const globals = new Map<string, Value>([['KEYS', { items: keys }], ['ARGV', { items: argv }], ...builtins(host)]);
  const returned = runBlock(body, new Scope(null, globals));
  return returned === undefined ? { type: 'nil' } : replyOf(returned);
}

class Scope {
  private readonly outer: Scope | null;
  private readonly names: Map<string, Value>;

  constructor(outer: Scope | null, names: Map<string, Value> = new Map()) {
    this.outer = outer;
    this.names = names;
  }

  declare(name: string, value: Value): void {
    this.names.set(name, value);
  }

  /** The names of the scope that knows this one; the parser saw to it that there is one, or that it is new to the script. */
  private owner(name: string): Map<string, Value> | null {
    return this.names.has(name) ? this.names : (this.outer?.owner(name) ?? null);
  }

  get(name: string): Value {
    return this.owner(name)?.get(name) ?? null;
  }

  set(name: string, value: Value): boolean {
    const names = this.owner(name);
    names?.set(name, value);
    return names !== null;
  }
}

/** undefined: it came to its end without a `return`. */
function runBlock(body: readonly Statement[], outer: Scope): Value | undefined {
  const scope = new Scope(outer);
  for (const statement of body) {
    const returned = runStatement(statement, scope);
    if (returned !== undefined) return returned;
  }
  return undefined;
}

function runStatement(statement: Statement, scope: Scope): Value | undefined {
  switch (statement.is) {
    case 'local':
      scope.declare(statement.name, statement.value === null ? null : evaluate(statement.value, scope));
      return undefined;
    case 'assign':
      if (!scope.set(statement.name, evaluate(statement.value, scope))) {
        throw new ScriptError(`ERR user_script:${statement.line}: Attempt to modify a readonly table`, statement.line, 'lua'); // a global
      }
      return undefined;
    case 'if': {
      const branch = statement.branches.find(({ when }) => isTrue(evaluate(when, scope)));
      return runBlock(branch?.then ?? statement.otherwise, scope);
    }
    case 'return':
      return statement.value === null ? null : evaluate(statement.value, scope);
    case 'call':
      evaluate(statement.call, scope);
      return undefined;
  }
}

// ------------------------------------------------------------------ expressions

function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.is) {
    case 'value': return expression.value;
    case 'name': return scope.get(expression.name);
    case 'table': return { items: expression.items.map((item) => evaluate(item, scope)) };
    case 'index': return indexed(evaluate(expression.of, scope), evaluate(expression.key, scope), expression.line);
    case 'call': {
      const callee = evaluate(expression.callee, scope);
      if (!isBuiltin(callee)) throw failure(`attempt to call a ${typeName(callee)} value`, expression.line);
      return callee.builtin(expression.args.map((argument) => evaluate(argument, scope)), expression.line);
    }
    case 'unary': {
      const value = evaluate(expression.of, scope);
      if (expression.op === 'not') return !isTrue(value);
      if (expression.op === '-') return -arithmetic(value, expression.line);
      if (isTable(value)) return value.items.length;
      if (isText(value)) return value.length;
      throw failure(`attempt to get length of a ${typeName(value)} value`, expression.line);
    }
    case 'binary': return binary(expression, scope);
  }
}

function binary({ op, left, right, line }: Extract<Expression, { is: 'binary' }>, scope: Scope): Value {
  const a = evaluate(left, scope);
  if (op === 'and') return isTrue(a) ? evaluate(right, scope) : a;
  if (op === 'or') return isTrue(a) ? a : evaluate(right, scope);
  const b = evaluate(right, scope);
  switch (op) {
    case '==': return equal(a, b);
    case '~=': return !equal(a, b);
    case '<': return less(a, b, line);
    case '<=': return !less(b, a, line);
    case '>': return less(b, a, line);
    case '>=': return !less(a, b, line);
    case '..': return concatenated(a, line) + concatenated(b, line);
    default: return calculate(op, arithmetic(a, line), arithmetic(b, line));
  }
}

function calculate(op: '+' | '-' | '*' | '/' | '%', a: number, b: number): number {
  switch (op) {
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    case '/': return a / b;
    case '%': return a - Math.floor(a / b) * b;
  }
}

function indexed(table: Value, key: Value, line: number): Value {
  if (!isTable(table)) throw failure(`attempt to index a ${typeName(table)} value`, line);
  if (typeof key === 'number') return table.items[key - 1] ?? null;
  return key === 'ok' ? (table.ok ?? null) : key === 'err' ? (table.err ?? null) : null;
}

function isTrue(value: Value): boolean {
  return value !== null && value !== false;
}

function equal(a: Value, b: Value): boolean {
  return isText(a) && isText(b) ? equalBytes(a, b) : a === b;
}

function less(a: Value, b: Value, line: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (isText(a) && isText(b)) return bytesToString(a) < bytesToString(b);
  throw failure(`attempt to compare ${typeName(a) === typeName(b) ? 'two' : typeName(a)} ${typeName(a) === typeName(b) ? `${typeName(a)} values` : `with ${typeName(b)}`}`, line);
}

function arithmetic(value: Value, line: number): number {
  const number = toNumber(value);
  if (number === null) throw failure(`attempt to perform arithmetic on a ${typeName(value)} value`, line);
  return number;
}

function toNumber(value: Value): number | null {
  if (typeof value === 'number') return value;
  if (!isText(value)) return null;
  const text = bytesToString(value).trim();
  return /^[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/.test(text) ? Number(text) : null;
}

function concatenated(value: Value, line: number): string {
  if (typeof value === 'number') return numberText(value);
  if (isText(value)) return bytesToString(value);
  throw failure(`attempt to concatenate a ${typeName(value)} value`, line);
}

/** LUAI_NUMFFORMAT, `%.14g`, for numbers in its plain range. */
function numberText(value: number): string {
  return String(Number(value.toPrecision(14)));
}

function isText(value: Value): value is Bytes {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && 'seed' in value && isSynthetic(value));
}

function isTable(value: Value): value is Table {
  return typeof value === 'object' && value !== null && 'items' in value;
}

function isBuiltin(value: Value): value is Builtin {
  return typeof value === 'object' && value !== null && 'builtin' in value;
}

function typeName(value: Value): string {
  if (value === null) return 'nil';
  if (isTable(value)) return 'table';
  if (isBuiltin(value)) return 'function';
  return isText(value) ? 'string' : typeof value;
}

function failure(what: string, line: number): ScriptError {
  return new ScriptError(`ERR user_script:${line}: ${what}`, line, 'lua');
}

// ------------------------------------------------------------------ functions

function builtins({ call: callRedis, replicateCommands, words, seen }: ScriptHost): readonly (readonly [string, Value])[] {
  const call = (args: readonly Value[], line: number, raises: boolean): Value => {
    const fail = (text: string, kind: ScriptError['kind']): Value => {
      if (raises) throw new ScriptError(text, line, kind);
      return { items: [], err: text };
    };
    const refuse = (reason: string): Value => fail(seen(reason, line), 'refusal');
    if (args.length === 0) return refuse(words.noArguments);
    const argv = args.map((argument) => (typeof argument === 'number' ? String(Object.is(argument, -0) ? 0 : argument) : argument));
    if (!argv.every(isText)) return refuse(words.badArguments);
    const reply = callRedis(argv);
    if (typeof reply === 'string') return refuse(reply);
    return reply.type === 'error' ? fail(reply.text, 'command') : valueOf(reply);
  };
  const textOf = (args: readonly Value[], line: number): Bytes => {
    const [text] = args;
    if (args.length !== 1 || text === undefined || !isText(text)) throw new ScriptError('ERR wrong number or type of arguments', line, 'lua');
    return text;
  };
  const named = (name: string, builtin: Builtin['builtin']): readonly [string, Value] => [name, { builtin }];
  return [
    named('redis.call', (args, line) => call(args, line, true)),
    named('redis.pcall', (args, line) => call(args, line, false)),
    named('redis.status_reply', (args, line) => ({ items: [], ok: textOf(args, line) })),
    named('redis.error_reply', (args, line) => ({ items: [], err: errorText(bytesToString(textOf(args, line))) })),
    ...(replicateCommands === null ? [] : [named('redis.replicate_commands', replicateCommands)]),
    named('tonumber', ([value]) => toNumber(value ?? null)),
    named('tostring', ([value = null], line) => (value === null || typeof value === 'boolean' ? String(value ?? 'nil') : concatenated(value, line))),
  ];
}

/** script_lua.c: luaPushErrorBuff. One word alone is no code. */
function errorText(given: string): string {
  const text = given.replace(/^-/, '').replaceAll(/^[\r\n]+|[\r\n]+$/g, '');
  return text.includes(' ') ? text : `ERR ${text}`;
}

// ------------------------------------------------------------------ replies

/** script_lua.c: redisProtocolToLuaType (RESP2) */
function valueOf(reply: Reply): Value {
  switch (reply.type) {
    case 'integer': return Number(reply.value);
    case 'bulk': return reply.value;
    case 'nil':
    case 'nil-array': return false;
    case 'status': return { items: [], ok: reply.text };
    case 'error': return { items: [], err: reply.text };
    case 'array': return { items: reply.items.map(valueOf) };
  }
}

/** script_lua.c: luaReplyToRedisReply. A number loses its fraction; a list ends at its first nil. */
function replyOf(value: Value): Reply {
  if (value === null || value === false || isBuiltin(value)) return { type: 'nil' };
  if (value === true) return { type: 'integer', value: 1 };
  if (typeof value === 'number') return { type: 'integer', value: Number.isFinite(value) ? Math.trunc(value) : 0 };
  if (!isTable(value)) return { type: 'bulk', value };
  if (value.err !== undefined) return { type: 'error', text: bytesToString(value.err) };
  if (value.ok !== undefined) return { type: 'status', text: bytesToString(value.ok).replaceAll(/[\r\n]/g, ' ') };
  const end = value.items.indexOf(null);
  return { type: 'array', items: (end < 0 ? value.items : value.items.slice(0, end)).map(replyOf) };
}
