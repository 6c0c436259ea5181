/** Commands on sorted sets (t_zset.c). */
import { newZset, ownZset } from '../dataset/keyspace.ts';
import { deleteScored, setScore, type ScoredMember, type ZsetValue } from '../dataset/zset.ts';
import { formatDouble } from '../protocol/double.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import { doubleArgument, longArgument, parseDouble, positiveArgument, text, word } from './arguments.ts';
import { command, type CommandSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { readTyped, storeContainer, writeTyped } from './lookup.ts';
import { array, bulk, EMPTY_ARRAY, error, integer, NIL, SYNTAX_ERROR, ZERO, type ErrorReply } from './replies.ts';

interface AddOptions {
  nx: boolean;
  xx: boolean;
  gt: boolean;
  lt: boolean;
  ch: boolean;
  incr: boolean;
}

/** t_zset.c: zaddGenericCommand */
function zadd(ctx: CommandContext, argv: readonly Bytes[], incr: boolean): Reply {
  const options: AddOptions = { nx: false, xx: false, gt: false, lt: false, ch: false, incr };
  let at = 2;
  for (; at < argv.length; at++) {
    const option = word(argv[at]);
    if (!isAddOption(option)) break;
    options[option] = true;
  }
  const pairs = (argv.length - at) / 2;
  if (pairs === 0 || !Number.isInteger(pairs)) return SYNTAX_ERROR;
  const refusal = incompatible(options, pairs);
  if (refusal !== null) return refusal;
  const scores: number[] = [];
  for (let i = 0; i < pairs; i++) {
    const score = doubleArgument(argv[at + 2 * i]);
    if (typeof score === 'object') return score;
    scores.push(score);
  }
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'zset');
  if (found?.type === 'error') return found;
  if (found === undefined && options.xx) return options.incr ? NIL : ZERO;

  const zset = found === undefined ? newZset(ctx.keyspace) : ownZset(ctx.keyspace, found.value);
  const done = { added: 0, updated: 0, processed: 0, last: 0 };
  for (let i = 0; i < pairs; i++) {
    const member = text(argv[at + 2 * i + 1]);
    const current = zset.scores.get(member);
    const score = options.incr && current !== undefined ? current + scores[i]! : scores[i]!;
    if (Number.isNaN(score)) return error('ERR resulting score is not a number (NaN)');
    if (!admits(options, current, score)) continue;
    done.processed++;
    done.last = score;
    if (current === score) continue;
    if (current === undefined) done.added++;
    else done.updated++;
    setScore(zset, member, score);
  }
  const changed = done.added + done.updated;
  if (changed > 0) storeContainer(ctx, key, 'zset', zset, zset.order.length, found);
  ctx.dirty += changed;
  if (options.incr) return done.processed > 0 ? bulk(formatDouble(done.last)) : NIL;
  return integer(options.ch ? changed : done.added);
}

function isAddOption(option: string): option is keyof AddOptions {
  return ['nx', 'xx', 'gt', 'lt', 'ch', 'incr'].includes(option);
}

function incompatible({ nx, xx, gt, lt, incr }: AddOptions, pairs: number): ErrorReply | null {
  if (nx && xx) return error('ERR XX and NX options at the same time are not compatible');
  if ((nx && (gt || lt)) || (gt && lt)) return error('ERR GT, LT, and/or NX options at the same time are not compatible');
  return incr && pairs > 1 ? error('ERR INCR option supports a single increment-element pair') : null;
}

function admits({ nx, xx, gt, lt }: AddOptions, current: number | undefined, score: number): boolean {
  if (current === undefined) return !xx;
  return !nx && !(gt && score <= current) && !(lt && score >= current);
}

function zrem(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'zset');
  if (found === undefined) return ZERO;
  if (found.type === 'error') return found;
  const zset = ownZset(ctx.keyspace, found.value);
  let deleted = 0;
  for (let i = 2; i < argv.length; i++) if (deleteScored(zset, text(argv[i]))) deleted++;
  if (deleted > 0) storeContainer(ctx, key, 'zset', zset, zset.order.length, found);
  ctx.dirty += deleted;
  return integer(deleted);
}

function zscore(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const found = readTyped(ctx, text(argv[1]), 'zset');
  if (found?.type === 'error') return found;
  const score = found?.value.scores.get(text(argv[2]));
  return score === undefined ? NIL : bulk(formatDouble(score));
}

function zcard(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const found = readTyped(ctx, text(argv[1]), 'zset');
  if (found === undefined) return ZERO;
  return found.type === 'error' ? found : integer(found.value.order.length);
}

/** t_zset.c: genericZpopCommand */
export function zpop(ctx: CommandContext, argv: readonly Bytes[], end: 'min' | 'max'): Reply {
  if (argv.length > 3) return SYNTAX_ERROR;
  const count = argv.length === 3 ? positiveArgument(argv[2]) : 1;
  if (typeof count === 'object') return count;
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'zset');
  if (found === undefined) return EMPTY_ARRAY;
  if (found.type === 'error') return found;
  const { order } = found.value;
  const taken = end === 'min' ? order.slice(0, count) : order.slice(Math.max(0, order.length - count)).reverse();
  if (taken.length === 0) return EMPTY_ARRAY;
  const zset = ownZset(ctx.keyspace, found.value);
  for (const { member } of taken) deleteScored(zset, member);
  storeContainer(ctx, key, 'zset', zset, zset.order.length, found);
  ctx.dirty += taken.length;
  return membersReply(taken, true);
}

interface RangeOptions {
  /** null: by rank. */
  by: 'score' | 'lex' | null;
  rev: boolean;
  withScores: boolean;
  offset: number;
  /** Negative: all. */
  limit: number;
}

/** ZRANGE key min max [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES] */
function zrange(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const options = parseRangeOptions(argv);
  if ('type' in options) return options;
  // By score and by text a reversed range is given from its upper end.
  const [low, high] = options.rev && options.by !== null ? [argv[3]!, argv[2]!] : [argv[2]!, argv[3]!];
  const select = parseRange(options, low, high);
  if ('type' in select) return select;
  const found = readTyped(ctx, text(argv[1]), 'zset');
  if (found === undefined) return EMPTY_ARRAY;
  if (found.type === 'error') return found;
  const ordered = options.rev ? found.value.order.toReversed() : found.value.order;
  const matching = select.members(ordered);
  const from = options.offset < 0 ? matching.length : options.offset;
  return membersReply(options.limit < 0 ? matching.slice(from) : matching.slice(from, from + options.limit), options.withScores);
}

function parseRangeOptions(argv: readonly Bytes[]): RangeOptions | ErrorReply {
  const options: RangeOptions = { by: null, rev: false, withScores: false, offset: 0, limit: -1 };
  for (let i = 4; i < argv.length; i++) {
    const option = word(argv[i]);
    if (option === 'withscores') options.withScores = true;
    else if (option === 'rev' && !options.rev) options.rev = true;
    else if (option === 'byscore' && options.by === null) options.by = 'score';
    else if (option === 'bylex' && options.by === null) options.by = 'lex';
    else if (option === 'limit' && i + 2 < argv.length) {
      const offset = longArgument(argv[i + 1]);
      if (typeof offset === 'object') return offset;
      const limit = longArgument(argv[i + 2]);
      if (typeof limit === 'object') return limit;
      [options.offset, options.limit] = [offset, limit];
      i += 2;
    } else return SYNTAX_ERROR;
  }
  if (options.limit !== -1 && options.by === null) return error('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX');
  if (options.withScores && options.by === 'lex') return error('ERR syntax error, WITHSCORES not supported in combination with BYLEX');
  return options;
}

interface Selection {
  members(order: readonly ScoredMember[]): readonly ScoredMember[];
}

function parseRange({ by }: RangeOptions, low: Bytes, high: Bytes): Selection | ErrorReply {
  if (by === null) {
    const first = longArgument(low);
    if (typeof first === 'object') return first;
    const last = longArgument(high);
    if (typeof last === 'object') return last;
    return {
      members: (order) => {
        const from = Math.max(0, first < 0 ? order.length + first : first);
        return order.slice(from, Math.max(from, (last < 0 ? order.length + last : last) + 1));
      },
    };
  }
  if (by === 'score') {
    const min = parseScoreBound(text(low));
    const max = parseScoreBound(text(high));
    if (min === null || max === null) return error('ERR min or max is not a float');
    const inside = (score: number): boolean =>
      (min.exclusive ? score > min.value : score >= min.value) && (max.exclusive ? score < max.value : score <= max.value);
    return { members: (order) => order.filter(({ score }) => inside(score)) };
  }
  const min = parseLexBound(text(low));
  const max = parseLexBound(text(high));
  if (min === null || max === null) return error('ERR min or max not valid string range item');
  return { members: (order) => order.filter(({ member }) => isBeyond(min, member, 1) && isBeyond(max, member, -1)) };
}

/** `1.5`, `(1.5` (exclusive), `-inf`. */
function parseScoreBound(source: string): { value: number; exclusive: boolean } | null {
  const exclusive = source.startsWith('(');
  const value = parseDouble(exclusive ? source.slice(1) : source);
  return value === null ? null : { value, exclusive };
}

type LexBound = { readonly text: string; readonly exclusive: boolean } | 'lowest' | 'highest';

/** `[a` (inclusive), `(a`, `-`, `+`. */
function parseLexBound(source: string): LexBound | null {
  if (source === '-') return 'lowest';
  if (source === '+') return 'highest';
  if (source.startsWith('[') || source.startsWith('(')) return { text: source.slice(1), exclusive: source.startsWith('(') };
  return null;
}

/** Whether a member lies on that side of a bound: 1 above it, -1 below it. */
function isBeyond(bound: LexBound, member: string, side: 1 | -1): boolean {
  if (typeof bound === 'string') return bound === (side === 1 ? 'lowest' : 'highest');
  if (member === bound.text) return !bound.exclusive;
  return side === 1 ? member > bound.text : member < bound.text;
}

function zrank(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const withScore = argv.length === 4 && word(argv[3]) === 'withscore';
  if (argv.length > 3 && !withScore) return SYNTAX_ERROR;
  const found = readTyped(ctx, text(argv[1]), 'zset');
  if (found?.type === 'error') return found;
  const rank = found === undefined ? -1 : rankIn(found.value, text(argv[2]));
  if (rank < 0) return withScore ? { type: 'nil-array' } : NIL;
  return withScore ? array([integer(rank), bulk(formatDouble(found!.value.order[rank]!.score))]) : integer(rank);
}

function rankIn(zset: ZsetValue, member: string): number {
  return zset.order.findIndex((other) => other.member === member);
}

function membersReply(members: readonly ScoredMember[], withScores: boolean): Reply {
  return array(members.flatMap(({ member, score }) => (withScores ? [bulk(member), bulk(formatDouble(score))] : [bulk(member)])));
}

export const ZSET_COMMANDS: readonly CommandSpec[] = [
  command('zadd', -4, ['write', 'denyoom', 'fast'], [1, 1, 1], (ctx, argv) => zadd(ctx, argv, false)),
  command('zincrby', 4, ['write', 'denyoom', 'fast'], [1, 1, 1], (ctx, argv) => zadd(ctx, argv, true)),
  command('zrem', -3, ['write', 'fast'], [1, 1, 1], zrem),
  command('zscore', 3, ['readonly', 'fast'], [1, 1, 1], zscore),
  command('zcard', 2, ['readonly', 'fast'], [1, 1, 1], zcard),
  command('zrange', -4, ['readonly'], [1, 1, 1], zrange),
  command('zrank', -3, ['readonly', 'fast'], [1, 1, 1], zrank),
  command('zpopmin', -2, ['write', 'fast'], [1, 1, 1], (ctx, argv) => zpop(ctx, argv, 'min')),
  command('zpopmax', -2, ['write', 'fast'], [1, 1, 1], (ctx, argv) => zpop(ctx, argv, 'max')),
];
