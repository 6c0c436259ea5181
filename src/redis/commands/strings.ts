/** Commands on strings (t_string.c). */
import { removeKey, setExpiry } from '../dataset/keyspace.ts';
import { bytesToString } from '../protocol/make.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import { int64Argument, longArgument, text, word } from './arguments.ts';
import { command, type CommandSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { invalidExpire, isAlreadyExpired } from './expiry.ts';
import { addInt64, multiplyInt64, nearestNumber, negateInt64, parseInt64, type Int64 } from './int64.ts';
import { addLongDoubles, formatLongDouble, parseLongDouble } from './long-double.ts';
import { lookupRead, lookupWrite, overwriteString, readTyped, rememberExpiry, storeExpiry, storeString, writeTyped } from './lookup.ts';
import {
  array, bulk, EMPTY_BULK, error, integer, NAN_OR_INFINITY, NIL, NOT_A_FLOAT, NOT_AN_INTEGER, OK, ONE, STRING_TOO_LONG, SYNTAX_ERROR,
  WOULD_OVERFLOW, wrongArity, ZERO, type ErrorReply,
} from './replies.ts';

/** What SET and GETEX may say about expiry: a unit, and whether from now or from the epoch. */
type ExpiryOption = 'ex' | 'px' | 'exat' | 'pxat';

interface StringOptions {
  only: 'always' | 'nx' | 'xx';
  get: boolean;
  keepTtl: boolean;
  persist: boolean;
  expiry: ExpiryOption | null;
  amount: Bytes;
}

const PLAIN: Readonly<StringOptions> = { only: 'always', get: false, keepTtl: false, persist: false, expiry: null, amount: '' };

/** t_string.c: parseExtendedStringArgumentsOrReply. null: a syntax error. */
function parseOptions(ctx: CommandContext, argv: readonly Bytes[], from: number, of: 'set' | 'getex'): StringOptions | null {
  const known: readonly string[] = of === 'set' ? ctx.profile.commands.setOptions : GETEX_OPTIONS;
  const options: StringOptions = { ...PLAIN };
  for (let i = from; i < argv.length; i++) {
    const option = word(argv[i]);
    if (!known.includes(option)) return null;
    if ((option === 'nx' || option === 'xx') && (options.only === 'always' || options.only === option)) options.only = option;
    else if (option === 'get') options.get = true;
    else if (option === 'keepttl' && options.expiry === null) options.keepTtl = true;
    else if (option === 'persist' && options.expiry === null) options.persist = true;
    else if (isExpiryOption(option) && !options.keepTtl && !options.persist && (options.expiry ?? option) === option && i + 1 < argv.length) {
      options.expiry = option;
      options.amount = argv[++i]!;
    } else return null;
  }
  if (options.get && options.only === 'nx' && ctx.profile.commands.setNxGet === 'refused') return null;
  return options;
}

const GETEX_OPTIONS = ['persist', 'ex', 'px', 'exat', 'pxat'];

function isExpiryOption(option: string): option is ExpiryOption {
  return option === 'ex' || option === 'px' || option === 'exat' || option === 'pxat';
}

/** t_string.c: getExpireMillisecondsOrReply */
function expiryTime(ctx: CommandContext, name: string, expiry: ExpiryOption, amount: Bytes): Int64 | ErrorReply {
  const given = int64Argument(amount);
  if (typeof given === 'object') return given;
  const invalid = invalidExpire(ctx, name);
  if (given <= 0) return invalid;
  const ms = expiry === 'ex' || expiry === 'exat' ? multiplyInt64(given, 1000) : given;
  if (ms === null) return invalid;
  return (expiry === 'ex' || expiry === 'px' ? addInt64(ms, ctx.nowMs) : ms) ?? invalid;
}

/** t_string.c: setGenericCommand. Since 7.0 absolute times travel in the stream, so that all nodes mean the same instant. */
function setGeneric(
  ctx: CommandContext,
  argv: readonly Bytes[],
  name: string,
  value: Bytes,
  options: Readonly<StringOptions>,
  replies: { readonly done: Reply; readonly refused: Reply } = { done: OK, refused: NIL },
): Reply {
  const key = text(argv[1]);
  let time: Int64 | null = null;
  if (options.expiry !== null) {
    const given = expiryTime(ctx, name, options.expiry, options.amount);
    if (typeof given === 'object') return given;
    time = given;
  }
  let old: Reply = NIL;
  if (options.get) {
    const found = readTyped(ctx, key, 'string');
    if (found?.type === 'error') return found;
    if (found !== undefined) old = bulk(found.value);
  }
  const before = lookupWrite(ctx, key);
  if (options.only === (before === undefined ? 'xx' : 'nx')) return options.get ? old : replies.refused;

  storeString(ctx, key, value, time !== null ? nearestNumber(time) : options.keepTtl ? (before?.expireMs ?? null) : null);
  ctx.dirty++;
  if (time !== null) {
    rememberExpiry(ctx, ctx.db, key);
    const travelling = setWithTtl(ctx, argv[1]!, value, time, options.expiry!);
    if (travelling !== null) ctx.rewrite(travelling);
  } else if (options.get) {
    ctx.rewrite(argv.filter((argument, i) => i < 3 || word(argument) !== 'get'));
  }
  return options.get ? old : replies.done;
}

/** What stands for a SET with a time to live in the stream; null: itself. */
function setWithTtl(ctx: CommandContext, key: Bytes, value: Bytes, time: Int64, expiry: ExpiryOption): readonly Bytes[] | null {
  const { setWithTtl: form } = ctx.profile.stream;
  if (form === 'as-given') return null;
  const relative = expiry === 'ex' || expiry === 'px';
  if (form === 'px' && relative) return ['SET', key, value, 'PX', String(addInt64(time, -ctx.nowMs))];
  return form === 'pxat' && expiry === 'pxat' ? null : ['SET', key, value, 'PXAT', String(time)];
}

function set(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  if (argv.length === 3) {
    overwriteString(ctx, text(argv[1]), argv[2]!);
    ctx.dirty++;
    return OK;
  }
  const options = parseOptions(ctx, argv, 3, 'set');
  return options === null ? SYNTAX_ERROR : setGeneric(ctx, argv, 'set', argv[2]!, options);
}

function setnx(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  return setGeneric(ctx, argv, 'setnx', argv[2]!, { ...PLAIN, only: 'nx' }, { done: ONE, refused: ZERO });
}

function setex(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  return setGeneric(ctx, argv, 'setex', argv[3]!, { ...PLAIN, expiry: 'ex', amount: argv[2]! });
}

function psetex(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  return setGeneric(ctx, argv, 'psetex', argv[3]!, { ...PLAIN, expiry: 'px', amount: argv[2]! });
}

function get(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const found = readTyped(ctx, text(argv[1]), 'string');
  if (found === undefined) return NIL;
  return found.type === 'error' ? found : bulk(found.value);
}

/** Sent on as what it did: PEXPIREAT (6.2: or PEXPIRE), PERSIST, or DEL when the time given has passed. */
function getex(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const options = parseOptions(ctx, argv, 2, 'getex');
  if (options === null) return SYNTAX_ERROR;
  const key = text(argv[1]);
  const found = readTyped(ctx, key, 'string');
  if (found === undefined) return NIL;
  if (found.type === 'error') return found;
  if (options.expiry !== null) {
    const time = expiryTime(ctx, 'getex', options.expiry, options.amount);
    if (typeof time === 'object') return time;
    if ((options.expiry === 'exat' || options.expiry === 'pxat') && isAlreadyExpired(ctx, time)) {
      removeKey(ctx.keyspace, ctx.db, key);
      ctx.rewrite([ctx.settings.lazyfreeLazyExpire ? 'UNLINK' : 'DEL', argv[1]!]);
    } else {
      storeExpiry(ctx, ctx.db, key, nearestNumber(time));
      const relative = (options.expiry === 'ex' || options.expiry === 'px') && ctx.profile.stream.expire === 'as-given';
      ctx.rewrite(relative ? ['PEXPIRE', argv[1]!, String(addInt64(time, -ctx.nowMs))] : ['PEXPIREAT', argv[1]!, String(time)]);
    }
  } else if (options.persist && found.expireMs !== null) {
    setExpiry(ctx.keyspace, ctx.db, found, null);
    ctx.rewrite(['PERSIST', argv[1]!]);
  } else {
    return bulk(found.value);
  }
  ctx.touch(ctx.db, key);
  ctx.dirty++;
  return bulk(found.value);
}

function getdel(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const found = readTyped(ctx, key, 'string');
  if (found === undefined) return NIL;
  if (found.type === 'error') return found;
  removeKey(ctx.keyspace, ctx.db, key);
  ctx.touch(ctx.db, key);
  ctx.rewrite([ctx.settings.lazyfreeLazyUserDel && ctx.profile.stream.getdel === 'unlink-if-lazy' ? 'UNLINK' : 'DEL', argv[1]!]);
  ctx.dirty++;
  return bulk(found.value);
}

function getset(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const found = readTyped(ctx, key, 'string');
  if (found?.type === 'error') return found;
  overwriteString(ctx, key, argv[2]!);
  ctx.dirty++;
  if (ctx.profile.stream.getset === 'set') ctx.rewrite(['SET', argv[1]!, argv[2]!]);
  return found === undefined ? NIL : bulk(found.value);
}

function mget(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  return array(
    argv.slice(1).map((key) => {
      const found = lookupRead(ctx, text(key));
      return found?.type === 'string' ? bulk(found.value) : NIL;
    }),
  );
}

/** t_string.c: msetGenericCommand */
function msetGeneric(ctx: CommandContext, argv: readonly Bytes[], name: string, onlyNew: boolean): Reply {
  if (argv.length % 2 === 0) return wrongArity(name);
  if (onlyNew) {
    for (let i = 1; i < argv.length; i += 2) if (lookupWrite(ctx, text(argv[i])) !== undefined) return ZERO;
  }
  for (let i = 1; i < argv.length; i += 2) {
    const key = text(argv[i]);
    overwriteString(ctx, key, argv[i + 1]!);
  }
  ctx.dirty += (argv.length - 1) / 2;
  return onlyNew ? ONE : OK;
}

function append(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'string');
  if (found?.type === 'error') return found;
  const addition = argv[2]!;
  if (found !== undefined && tooLong(ctx, found.value.length + addition.length)) return STRING_TOO_LONG;
  const value = found === undefined ? addition : bytesToString(found.value) + bytesToString(addition);
  storeString(ctx, key, value, found === undefined ? null : found.expireMs);
  ctx.dirty++;
  return integer(value.length);
}

function strlen(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const found = readTyped(ctx, text(argv[1]), 'string');
  if (found?.type === 'error') return found;
  return integer(found === undefined ? 0 : found.value.length);
}

function setrange(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const offset = longArgument(argv[2]);
  if (typeof offset === 'object') return offset;
  if (offset < 0) return error('ERR offset is out of range');
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'string');
  if (found?.type === 'error') return found;
  const patch = bytesToString(argv[3]!);
  if (patch.length === 0) return integer(found === undefined ? 0 : found.value.length);
  if (tooLong(ctx, offset + patch.length)) return STRING_TOO_LONG;
  const old = found === undefined ? '' : bytesToString(found.value);
  const value = old.slice(0, offset).padEnd(offset, '\0') + patch + old.slice(offset + patch.length);
  storeString(ctx, key, value, found === undefined ? null : found.expireMs);
  ctx.dirty++;
  return integer(value.length);
}

function getrange(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const first = longArgument(argv[2]);
  if (typeof first === 'object') return first;
  const last = longArgument(argv[3]);
  if (typeof last === 'object') return last;
  const found = readTyped(ctx, text(argv[1]), 'string');
  if (found === undefined) return EMPTY_BULK;
  if (found.type === 'error') return found;
  if (first < 0 && last < 0 && first > last) return EMPTY_BULK;
  const { length } = found.value;
  const from = Math.max(0, first < 0 ? length + first : first);
  const to = Math.min(length - 1, Math.max(0, last < 0 ? length + last : last));
  return from > to ? EMPTY_BULK : bulk(bytesToString(found.value).slice(from, to + 1));
}

/** t_string.c: incrDecrCommand */
function increase(ctx: CommandContext, argv: readonly Bytes[], by: Int64): Reply {
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'string');
  if (found?.type === 'error') return found;
  const old = found === undefined ? 0 : parseInt64(found.value);
  if (old === null) return NOT_AN_INTEGER;
  const sum = addInt64(old, by);
  if (sum === null) return WOULD_OVERFLOW;
  storeString(ctx, key, String(sum), found === undefined ? null : found.expireMs);
  ctx.dirty++;
  return integer(sum);
}

function incrby(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const by = int64Argument(argv[2]);
  return typeof by === 'object' ? by : increase(ctx, argv, by);
}

function decrby(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const by = int64Argument(argv[2]);
  if (typeof by === 'object') return by;
  const negated = negateInt64(by);
  return negated === null ? error('ERR decrement would overflow') : increase(ctx, argv, negated);
}

/** Sent on as SET with the digits printed here, so that no replica computes with floats of its own. */
function incrbyfloat(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'string');
  if (found?.type === 'error') return found;
  const old = parseLongDouble(found === undefined ? '0' : bytesToString(found.value));
  const by = parseLongDouble(text(argv[2]));
  if (old === null || by === null) return NOT_A_FLOAT;
  const sum = addLongDoubles(old, by);
  if (sum === null || typeof sum === 'string') return NAN_OR_INFINITY;
  const value = formatLongDouble(sum);
  storeString(ctx, key, value, found === undefined ? null : found.expireMs);
  ctx.dirty++;
  ctx.rewrite(ctx.profile.stream.incrbyfloat === 'set' ? ['SET', argv[1]!, value] : ['SET', argv[1]!, value, 'KEEPTTL']);
  return bulk(value);
}

/** t_string.c: checkStringLength */
function tooLong(ctx: CommandContext, length: number): boolean {
  return !ctx.fromMaster && length > ctx.settings.protoMaxBulkLen;
}

export const STRING_COMMANDS: readonly CommandSpec[] = [
  command('set', -3, ['write', 'denyoom'], [1, 1, 1], set),
  command('setnx', 3, ['write', 'denyoom', 'fast'], [1, 1, 1], setnx),
  command('setex', 4, ['write', 'denyoom'], [1, 1, 1], setex),
  command('psetex', 4, ['write', 'denyoom'], [1, 1, 1], psetex),
  command('get', 2, ['readonly', 'fast'], [1, 1, 1], get),
  command('getset', 3, ['write', 'denyoom', 'fast'], [1, 1, 1], getset),
  command('getdel', 2, ['write', 'fast'], [1, 1, 1], getdel),
  command('getex', -2, ['write', 'fast'], [1, 1, 1], getex),
  command('mset', -3, ['write', 'denyoom'], [1, -1, 2], (ctx, argv) => msetGeneric(ctx, argv, 'mset', false)),
  command('msetnx', -3, ['write', 'denyoom'], [1, -1, 2], (ctx, argv) => msetGeneric(ctx, argv, 'msetnx', true)),
  command('mget', -2, ['readonly', 'fast'], [1, -1, 1], mget),
  command('append', 3, ['write', 'denyoom', 'fast'], [1, 1, 1], append),
  command('strlen', 2, ['readonly', 'fast'], [1, 1, 1], strlen),
  command('setrange', 4, ['write', 'denyoom'], [1, 1, 1], setrange),
  command('getrange', 4, ['readonly'], [1, 1, 1], getrange),
  command('substr', 4, ['readonly'], [1, 1, 1], getrange),
  command('incr', 2, ['write', 'denyoom', 'fast'], [1, 1, 1], (ctx, argv) => increase(ctx, argv, 1)),
  command('decr', 2, ['write', 'denyoom', 'fast'], [1, 1, 1], (ctx, argv) => increase(ctx, argv, -1)),
  command('incrby', 3, ['write', 'denyoom', 'fast'], [1, 1, 1], incrby),
  command('decrby', 3, ['write', 'denyoom', 'fast'], [1, 1, 1], decrby),
  command('incrbyfloat', 3, ['write', 'denyoom', 'fast'], [1, 1, 1], incrbyfloat),
];
