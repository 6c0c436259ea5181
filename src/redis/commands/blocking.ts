/**
 * Pops that wait (t_list.c: blockingPopGenericCommand, t_zset.c: blockingGenericZpopCommand). What they take travels as the
 * pop that would have taken it: a replica never waits.
 */

import type { Bytes, Reply } from '../protocol/payload.ts';
import { parseDouble, text, word } from './arguments.ts';
import { command, type CommandSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { parseInt64 } from './int64.ts';
import { lookupWrite } from './lookup.ts';
import { lmove, pop, rpoplpush } from './lists.ts';
import { array, bulk, error, NIL, NIL_ARRAY, SYNTAX_ERROR, WRONG_TYPE, type ErrorReply } from './replies.ts';
import { zpop } from './zsets.ts';

/** timeout.c: getTimeoutFromObjectOrReply. Seconds, since 6.0 with a fraction if wanted; 0: for ever. Returns the deadline in ms. */
function deadline(ctx: CommandContext, argument: Bytes | undefined): number | ErrorReply {
  if (ctx.profile.commands.blockingTimeout === 'integer') {
    const whole = parseInt64(argument ?? '');
    if (whole === null) return error('ERR timeout is not an integer or out of range');
    if (whole < 0) return error('ERR timeout is negative');
    return Number(whole) === 0 ? Infinity : ctx.nowMs + Number(whole) * 1000;
  }
  const seconds = parseDouble(text(argument));
  if (seconds === null || !Number.isFinite(seconds)) return error('ERR timeout is not a float or out of range');
  if (seconds < 0) return error('ERR timeout is negative');
  return seconds === 0 ? Infinity : ctx.nowMs + Math.ceil(seconds * 1000);
}

interface PopForm {
  readonly type: 'list' | 'zset';
  /** What is run, and propagated, for the first key that has something. */
  readonly as: 'LPOP' | 'RPOP' | 'ZPOPMIN' | 'ZPOPMAX';
}

function blockingPop(ctx: CommandContext, argv: readonly Bytes[], { type, as }: PopForm): Reply {
  const until = deadline(ctx, argv.at(-1));
  if (typeof until === 'object') return until;
  const keys = argv.slice(1, -1);
  for (const key of keys) {
    const entry = lookupWrite(ctx, text(key));
    if (entry === undefined) continue;
    if (entry.type !== type) return WRONG_TYPE;
    const taken = type === 'list' ? pop(ctx, [as, key], as === 'LPOP' ? 'left' : 'right') : zpop(ctx, [as, key], as === 'ZPOPMIN' ? 'min' : 'max');
    ctx.rewrite([as, key]);
    return array([bulk(key), ...(taken.type === 'array' ? taken.items : [taken])]);
  }
  return ctx.waitFor({ keys: keys.map(text), type, deadlineMs: until }, NIL_ARRAY);
}

/** t_list.c: blmoveGenericCommand */
function blockingMove(ctx: CommandContext, argv: readonly Bytes[], as: 'LMOVE' | 'RPOPLPUSH'): Reply {
  if (as === 'LMOVE' && ![argv[3], argv[4]].every((end) => word(end) === 'left' || word(end) === 'right')) return SYNTAX_ERROR;
  const until = deadline(ctx, argv.at(-1));
  if (typeof until === 'object') return until;
  const key = text(argv[1]);
  if (lookupWrite(ctx, key) === undefined) return ctx.waitFor({ keys: [key], type: 'list', deadlineMs: until }, NIL);
  const plain = [as, ...argv.slice(1, -1)];
  const moved = as === 'LMOVE' ? lmove(ctx, plain) : rpoplpush(ctx, plain);
  const { brpoplpush, brpoplpushServed } = ctx.profile.stream;
  if (ctx.served && as === 'RPOPLPUSH' && brpoplpushServed === 'rpop-lpush' && moved.type === 'bulk') {
    ctx.alsoPropagate(ctx.db, ['RPOP', argv[1]!]);
    ctx.alsoPropagate(ctx.db, ['LPUSH', argv[2]!, moved.value]);
    ctx.preventPropagation();
  } else if (ctx.served || as === 'LMOVE' || brpoplpush === 'rpoplpush') ctx.rewrite(plain);
  return moved;
}

function popCommand(name: string, form: PopForm): CommandSpec {
  return command(name, -3, ['write', 'blocking', ...(form.type === 'zset' ? ['fast' as const] : [])], [1, -2, 1], (ctx, argv) => blockingPop(ctx, argv, form));
}

export const BLOCKING_COMMANDS: readonly CommandSpec[] = [
  popCommand('blpop', { type: 'list', as: 'LPOP' }),
  popCommand('brpop', { type: 'list', as: 'RPOP' }),
  popCommand('bzpopmin', { type: 'zset', as: 'ZPOPMIN' }),
  popCommand('bzpopmax', { type: 'zset', as: 'ZPOPMAX' }),
  command('blmove', 6, ['write', 'denyoom', 'blocking'], [1, 2, 1], (ctx, argv) => blockingMove(ctx, argv, 'LMOVE')),
  command('brpoplpush', 4, ['write', 'denyoom', 'blocking'], [1, 2, 1], (ctx, argv) => blockingMove(ctx, argv, 'RPOPLPUSH')),
];
