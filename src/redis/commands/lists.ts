/** Commands on lists (t_list.c). Their waiting forms are in `blocking.ts`. */
import { newList, ownList } from '../dataset/keyspace.ts';
import { popLeft, popRight, pushLeft, pushRight, setItem, setItems, type ListValue } from '../dataset/list.ts';
import { equalBytes } from '../protocol/equality.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import { longArgument, positiveArgument, text, word } from './arguments.ts';
import { command, type CommandSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { readTyped, storeContainer, writeTyped } from './lookup.ts';
import { array, bulk, EMPTY_ARRAY, INDEX_OUT_OF_RANGE, integer, NIL, NIL_ARRAY, NO_SUCH_KEY, OK, SYNTAX_ERROR, wrongArity, ZERO } from './replies.ts';

type End = 'left' | 'right';

function pushAt(list: ListValue, end: End, item: Bytes): void {
  if (end === 'left') pushLeft(list, item);
  else pushRight(list, item);
}

function popAt(list: ListValue, end: End): Bytes | undefined {
  return end === 'left' ? popLeft(list) : popRight(list);
}

/** t_list.c: pushGenericCommand */
function push(ctx: CommandContext, argv: readonly Bytes[], end: End, onlyIfExists: boolean): Reply {
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'list');
  if (found?.type === 'error') return found;
  if (found === undefined && onlyIfExists) return ZERO;
  const list = found === undefined ? newList(ctx.keyspace) : ownList(ctx.keyspace, found.value);
  for (let i = 2; i < argv.length; i++) pushAt(list, end, argv[i]!);
  ctx.dirty += argv.length - 2;
  storeContainer(ctx, key, 'list', list, list.items.length, found);
  return integer(list.items.length);
}

/** t_list.c: popGenericCommand */
export function pop(ctx: CommandContext, argv: readonly Bytes[], end: End): Reply {
  if (argv.length > 3) return wrongArity(end === 'left' ? 'lpop' : 'rpop');
  const count = argv.length === 3 ? positiveArgument(argv[2]) : null;
  if (count !== null && typeof count === 'object') return count;
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'list');
  if (found === undefined) return count === null ? NIL : NIL_ARRAY;
  if (found.type === 'error') return found;
  if (count === 0) return EMPTY_ARRAY;
  const list = ownList(ctx.keyspace, found.value);
  const popped: Reply[] = [];
  for (let left = Math.min(count ?? 1, list.items.length); left > 0; left--) popped.push(bulk(popAt(list, end)!));
  ctx.dirty += popped.length;
  storeContainer(ctx, key, 'list', list, list.items.length, found);
  return count === null ? popped[0]! : array(popped);
}

function llen(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const found = readTyped(ctx, text(argv[1]), 'list');
  if (found === undefined) return ZERO;
  return found.type === 'error' ? found : integer(found.value.items.length);
}

/** The items [from, to) that two indexes, maybe negative, stand for. */
function rangeOf(first: number, last: number, length: number): { from: number; to: number } {
  const from = Math.max(0, first < 0 ? length + first : first);
  const to = Math.min(length, (last < 0 ? length + last : last) + 1);
  return from < to ? { from, to } : { from: 0, to: 0 };
}

function lrange(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const first = longArgument(argv[2]);
  if (typeof first === 'object') return first;
  const last = longArgument(argv[3]);
  if (typeof last === 'object') return last;
  const found = readTyped(ctx, text(argv[1]), 'list');
  if (found === undefined) return EMPTY_ARRAY;
  if (found.type === 'error') return found;
  const { from, to } = rangeOf(first, last, found.value.items.length);
  return array(found.value.items.slice(from, to).map(bulk));
}

/** Since 6.2 it counts as changed only by what it cut off: a trim that keeps everything is not propagated. */
function ltrim(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const first = longArgument(argv[2]);
  if (typeof first === 'object') return first;
  const last = longArgument(argv[3]);
  if (typeof last === 'object') return last;
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'list');
  if (found === undefined) return OK;
  if (found.type === 'error') return found;
  const list = ownList(ctx.keyspace, found.value);
  const { length } = list.items;
  const { from, to } = rangeOf(first, last, length);
  const removed = length - (to - from);
  if (removed > 0) setItems(list, list.items.slice(from, to));
  storeContainer(ctx, key, 'list', list, list.items.length, found);
  ctx.dirty += ctx.profile.stream.ltrim === 'always' ? 1 : removed;
  return OK;
}

function lindex(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const found = readTyped(ctx, text(argv[1]), 'list');
  if (found === undefined) return NIL;
  if (found.type === 'error') return found;
  const index = longArgument(argv[2]);
  if (typeof index === 'object') return index;
  const item = found.value.items.at(index);
  return item === undefined ? NIL : bulk(item);
}

function lset(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'list');
  if (found === undefined) return NO_SUCH_KEY;
  if (found.type === 'error') return found;
  const given = longArgument(argv[2]);
  if (typeof given === 'object') return given;
  const { length } = found.value.items;
  const index = given < 0 ? length + given : given;
  if (index < 0 || index >= length) return INDEX_OUT_OF_RANGE;
  const list = ownList(ctx.keyspace, found.value);
  setItem(list, index, argv[3]!);
  storeContainer(ctx, key, 'list', list, length, found);
  ctx.dirty++;
  return OK;
}

function linsert(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const where = word(argv[2]);
  if (where !== 'before' && where !== 'after') return SYNTAX_ERROR;
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'list');
  if (found === undefined) return ZERO;
  if (found.type === 'error') return found;
  const pivot = found.value.items.findIndex((item) => equalBytes(item, argv[3]!));
  if (pivot < 0) return integer(-1);
  const list = ownList(ctx.keyspace, found.value);
  setItems(list, list.items.toSpliced(where === 'before' ? pivot : pivot + 1, 0, argv[4]!));
  storeContainer(ctx, key, 'list', list, list.items.length, found);
  ctx.dirty++;
  return integer(list.items.length);
}

function lrem(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const count = longArgument(argv[2]);
  if (typeof count === 'object') return count;
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'list');
  if (found === undefined) return ZERO;
  if (found.type === 'error') return found;
  let left = count === 0 ? Infinity : Math.abs(count);
  const keep = (item: Bytes): boolean => left === 0 || !equalBytes(item, argv[3]!) || left-- <= 0;
  const { items } = found.value;
  const kept = count < 0 ? items.toReversed().filter(keep).reverse() : items.filter(keep);
  const removed = items.length - kept.length;
  if (removed === 0) return ZERO;
  const list = ownList(ctx.keyspace, found.value);
  setItems(list, kept);
  storeContainer(ctx, key, 'list', list, kept.length, found);
  ctx.dirty += removed;
  return integer(removed);
}

/** t_list.c: lmoveGenericCommand */
function moveItem(ctx: CommandContext, argv: readonly Bytes[], from: End, to: End): Reply {
  const sourceKey = text(argv[1]);
  const targetKey = text(argv[2]);
  const source = writeTyped(ctx, sourceKey, 'list');
  if (source === undefined) return NIL;
  if (source.type === 'error') return source;
  const target = writeTyped(ctx, targetKey, 'list');
  if (target?.type === 'error') return target;
  const taken = ownList(ctx.keyspace, source.value);
  const item = popAt(taken, from)!;
  if (sourceKey === targetKey) {
    pushAt(taken, to, item);
  } else {
    const given = target === undefined ? newList(ctx.keyspace) : ownList(ctx.keyspace, target.value);
    pushAt(given, to, item);
    storeContainer(ctx, targetKey, 'list', given, given.items.length, target);
  }
  storeContainer(ctx, sourceKey, 'list', taken, taken.items.length, source);
  ctx.dirty++;
  return bulk(item);
}

export function lmove(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const from = word(argv[3]);
  const to = word(argv[4]);
  if ((from !== 'left' && from !== 'right') || (to !== 'left' && to !== 'right')) return SYNTAX_ERROR;
  return moveItem(ctx, argv, from, to);
}

export function rpoplpush(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  return moveItem(ctx, argv, 'right', 'left');
}

export const LIST_COMMANDS: readonly CommandSpec[] = [
  command('lpush', -3, ['write', 'denyoom', 'fast'], [1, 1, 1], (ctx, argv) => push(ctx, argv, 'left', false)),
  command('rpush', -3, ['write', 'denyoom', 'fast'], [1, 1, 1], (ctx, argv) => push(ctx, argv, 'right', false)),
  command('lpushx', -3, ['write', 'denyoom', 'fast'], [1, 1, 1], (ctx, argv) => push(ctx, argv, 'left', true)),
  command('rpushx', -3, ['write', 'denyoom', 'fast'], [1, 1, 1], (ctx, argv) => push(ctx, argv, 'right', true)),
  command('lpop', -2, ['write', 'fast'], [1, 1, 1], (ctx, argv) => pop(ctx, argv, 'left')),
  command('rpop', -2, ['write', 'fast'], [1, 1, 1], (ctx, argv) => pop(ctx, argv, 'right')),
  command('lrange', 4, ['readonly'], [1, 1, 1], lrange),
  command('llen', 2, ['readonly', 'fast'], [1, 1, 1], llen),
  command('lrem', 4, ['write'], [1, 1, 1], lrem),
  command('ltrim', 4, ['write'], [1, 1, 1], ltrim),
  command('lindex', 3, ['readonly'], [1, 1, 1], lindex),
  command('linsert', 5, ['write', 'denyoom'], [1, 1, 1], linsert),
  command('lset', 4, ['write', 'denyoom'], [1, 1, 1], lset),
  command('rpoplpush', 3, ['write', 'denyoom'], [1, 2, 1], rpoplpush),
  command('lmove', 5, ['write', 'denyoom'], [1, 2, 1], lmove),
];
