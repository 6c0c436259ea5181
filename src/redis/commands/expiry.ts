/** Commands on times to live (expire.c). What they set travels as it was given, or, since 7.0, as PEXPIREAT with an absolute time. */
import { findEntry, setExpiry } from '../dataset/keyspace.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import { int64Argument, text, word } from './arguments.ts';
import { command, type CommandSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { addInt64, multiplyInt64, nearestNumber, type Int64 } from './int64.ts';
import { deleteKey, lookupRead, lookupWrite, storeExpiry } from './lookup.ts';
import { error, integer, ONE, ZERO, type ErrorReply } from './replies.ts';

interface ExpireForm {
  readonly name: string;
  readonly unit: 's' | 'ms';
  /** The argument counts from now, or from the epoch. */
  readonly from: 'now' | 'epoch';
}

/** networking.c: addReplyErrorExpireTime, in the words of the version. */
export function invalidExpire(ctx: CommandContext, name: string): ErrorReply {
  const form = ctx.profile.commands.invalidExpire;
  return error(`ERR invalid expire time ${form === 'in SETEX' ? form : form === 'in name' ? `in ${name}` : `in '${name}' command`}`);
}

interface Conditions {
  nx: boolean;
  xx: boolean;
  gt: boolean;
  lt: boolean;
}

/** expire.c: checkAlreadyExpired. Only a master that is not loading turns a passed time into a deletion. */
export function isAlreadyExpired(ctx: CommandContext, time: Int64): boolean {
  return time <= ctx.nowMs && !ctx.loading && !ctx.isReplica;
}

/** expire.c: expireGenericCommand */
function expire(ctx: CommandContext, argv: readonly Bytes[], form: ExpireForm): Reply {
  const conditions = parseConditions(argv);
  if ('type' in conditions) return conditions;
  const given = int64Argument(argv[2]);
  if (typeof given === 'object') return given;
  const ms = form.unit === 's' ? multiplyInt64(given, 1000) : given;
  const time = ms === null ? null : addInt64(ms, form.from === 'now' ? ctx.nowMs : 0);
  if (time === null) return invalidExpire(ctx, form.name);

  const key = text(argv[1]);
  const entry = lookupWrite(ctx, key);
  if (entry === undefined || !allows(conditions, entry.expireMs, time)) return ZERO;
  if (isAlreadyExpired(ctx, time)) {
    deleteKey(ctx, key);
    ctx.rewrite([ctx.settings.lazyfreeLazyExpire ? 'UNLINK' : 'DEL', argv[1]!]);
  } else {
    storeExpiry(ctx, ctx.db, key, nearestNumber(time));
    ctx.touch(ctx.db, key);
    // Only what says something else is replaced: PEXPIREAT itself stays as it was sent, options stay too.
    if (form.name !== 'pexpireat' && ctx.profile.stream.expire === 'pexpireat') ctx.rewrite(['PEXPIREAT', argv[1]!, String(time), ...argv.slice(3)]);
  }
  ctx.dirty++;
  return ONE;
}

/** expire.c: parseExtendedExpireArgumentsOrReply */
function parseConditions(argv: readonly Bytes[]): Conditions | ErrorReply {
  const conditions: Conditions = { nx: false, xx: false, gt: false, lt: false };
  for (let i = 3; i < argv.length; i++) {
    const option = word(argv[i]);
    if (option !== 'nx' && option !== 'xx' && option !== 'gt' && option !== 'lt') return error(`ERR Unsupported option ${text(argv[i])}`);
    conditions[option] = true;
  }
  const { nx, xx, gt, lt } = conditions;
  if (nx && (xx || gt || lt)) return error('ERR NX and XX, GT or LT options at the same time are not compatible');
  if (gt && lt) return error('ERR GT and LT options at the same time are not compatible');
  return conditions;
}

/** A key without an expiry lives for ever: nothing is greater than that, everything is less. */
function allows({ nx, xx, gt, lt }: Conditions, current: number | null, time: Int64): boolean {
  if (nx && current !== null) return false;
  if (xx && current === null) return false;
  if (gt && (current === null || time <= current)) return false;
  return !(lt && current !== null && time >= current);
}

/** expire.c: ttlGenericCommand. -2: no such key; -1: it does not expire. */
function ttl(ctx: CommandContext, argv: readonly Bytes[], unit: 's' | 'ms', from: 'now' | 'epoch'): Reply {
  if (ctx.profile.expiry.ttlOfMissing === -1) return ttlOrNone(ctx, argv, unit);
  const entry = lookupRead(ctx, text(argv[1]));
  if (entry === undefined) return integer(-2);
  if (entry.expireMs === null) return integer(-1);
  const ms = Math.max(0, from === 'now' ? entry.expireMs - ctx.nowMs : entry.expireMs);
  return integer(unit === 'ms' ? ms : Math.floor((ms + 500) / 1000));
}

/** redis.c of 2.6: ttlGenericCommand. -1 for all that has no time left, be it that it lives for ever, or expired, or is not there. */
function ttlOrNone(ctx: CommandContext, argv: readonly Bytes[], unit: 's' | 'ms'): Reply {
  const expireMs = findEntry(ctx.keyspace, ctx.db, text(argv[1]))?.expireMs ?? null;
  if (expireMs === null || expireMs < ctx.nowMs) return integer(-1);
  const ms = expireMs - ctx.nowMs;
  return integer(unit === 'ms' ? ms : Math.floor((ms + 500) / 1000));
}

function persist(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const entry = lookupWrite(ctx, key);
  if (entry === undefined || entry.expireMs === null) return ZERO;
  setExpiry(ctx.keyspace, ctx.db, entry, null);
  ctx.touch(ctx.db, key);
  ctx.dirty++;
  return ONE;
}

function expireCommand(name: string, unit: 's' | 'ms', from: 'now' | 'epoch'): CommandSpec {
  const form: ExpireForm = { name, unit, from };
  return command(name, -3, ['write', 'fast'], [1, 1, 1], (ctx, argv) => expire(ctx, argv, form));
}

function ttlCommand(name: string, unit: 's' | 'ms', from: 'now' | 'epoch'): CommandSpec {
  return command(name, 2, ['readonly', 'fast'], [1, 1, 1], (ctx, argv) => ttl(ctx, argv, unit, from));
}

export const EXPIRY_COMMANDS: readonly CommandSpec[] = [
  expireCommand('expire', 's', 'now'),
  expireCommand('pexpire', 'ms', 'now'),
  expireCommand('expireat', 's', 'epoch'),
  expireCommand('pexpireat', 'ms', 'epoch'),
  ttlCommand('ttl', 's', 'now'),
  ttlCommand('pttl', 'ms', 'now'),
  ttlCommand('expiretime', 's', 'epoch'),
  ttlCommand('pexpiretime', 'ms', 'epoch'),
  command('persist', 2, ['write', 'fast'], [1, 1, 1], persist),
];
