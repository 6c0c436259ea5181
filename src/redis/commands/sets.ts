/** Commands on sets (t_set.c). SPOP draws here and tells replicas what it drew. */
import { newSet, ownSet, removeKey, setContainer } from '../dataset/keyspace.ts';
import { addMember, deleteMember, type SetValue } from '../dataset/set.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import { positiveArgument, text } from './arguments.ts';
import { command, type CommandSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { deleteKey, lookupWrite, readTyped, storeContainer, writeTyped } from './lookup.ts';
import { array, bulk, EMPTY_ARRAY, integer, NIL, ONE, SYNTAX_ERROR, ZERO, type ErrorReply } from './replies.ts';


function sadd(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'set');
  if (found?.type === 'error') return found;
  const set = found === undefined ? newSet(ctx.keyspace) : ownSet(ctx.keyspace, found.value);
  let added = 0;
  for (let i = 2; i < argv.length; i++) if (addMember(set, text(argv[i]))) added++;
  if (added > 0) storeContainer(ctx, key, 'set', set, set.members.size, found);
  ctx.dirty += added;
  return integer(added);
}

function srem(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'set');
  if (found === undefined) return ZERO;
  if (found.type === 'error') return found;
  const set = ownSet(ctx.keyspace, found.value);
  let deleted = 0;
  for (let i = 2; i < argv.length; i++) if (deleteMember(set, text(argv[i]))) deleted++;
  if (deleted > 0) storeContainer(ctx, key, 'set', set, set.members.size, found);
  ctx.dirty += deleted;
  return integer(deleted);
}

function smove(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const fromKey = text(argv[1]);
  const toKey = text(argv[2]);
  const member = text(argv[3]);
  const source = writeTyped(ctx, fromKey, 'set');
  if (source === undefined) return ZERO;
  if (source.type === 'error') return source;
  const target = writeTyped(ctx, toKey, 'set');
  if (target?.type === 'error') return target;
  if (!source.value.members.has(member)) return ZERO;
  if (fromKey === toKey) return ONE;
  const from = ownSet(ctx.keyspace, source.value);
  const to = target === undefined ? newSet(ctx.keyspace) : ownSet(ctx.keyspace, target.value);
  deleteMember(from, member);
  storeContainer(ctx, fromKey, 'set', from, from.members.size, source);
  ctx.dirty++;
  if (addMember(to, member)) {
    storeContainer(ctx, toKey, 'set', to, to.members.size, target);
    ctx.dirty++;
  }
  return ONE;
}

function smembers(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const found = readTyped(ctx, text(argv[1]), 'set');
  if (found === undefined) return EMPTY_ARRAY;
  return found.type === 'error' ? found : membersReply(found.value.members);
}

function sismember(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const found = readTyped(ctx, text(argv[1]), 'set');
  if (found?.type === 'error') return found;
  return found?.value.members.has(text(argv[2])) === true ? ONE : ZERO;
}

function smismember(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const found = readTyped(ctx, text(argv[1]), 'set');
  if (found?.type === 'error') return found;
  return array(argv.slice(2).map((member) => (found?.value.members.has(text(member)) === true ? ONE : ZERO)));
}

function scard(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const found = readTyped(ctx, text(argv[1]), 'set');
  if (found === undefined) return ZERO;
  return found.type === 'error' ? found : integer(found.value.members.size);
}

/** One member: sent on as SREM. */
function spop(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  if (argv.length === 3) return spopCount(ctx, argv);
  if (argv.length > 3) return SYNTAX_ERROR;
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'set');
  if (found === undefined) return NIL;
  if (found.type === 'error') return found;
  const [member] = draw(ctx, found.value, 1);
  const set = ownSet(ctx.keyspace, found.value);
  deleteMember(set, member!);
  storeContainer(ctx, key, 'set', set, set.members.size, found);
  ctx.rewrite(['SREM', argv[1]!, member!]);
  ctx.dirty++;
  return bulk(member!);
}

/** All of them: sent on as DEL or UNLINK. Some: as SREM, in batches, and not as itself (t_set.c: spopWithCountCommand). */
function spopCount(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const count = positiveArgument(argv[2]);
  if (typeof count === 'object') return count;
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'set');
  if (found === undefined) return EMPTY_ARRAY;
  if (found.type === 'error') return found;
  if (count === 0) return EMPTY_ARRAY;
  const { size } = found.value.members;
  if (count >= size) {
    const all = membersReply(found.value.members);
    deleteKey(ctx, key);
    ctx.rewrite([ctx.settings.lazyfreeLazyServerDel && ctx.profile.stream.spopAll === 'unlink-if-lazy' ? 'UNLINK' : 'DEL', argv[1]!]);
    ctx.dirty += size;
    return all;
  }
  const drawn = draw(ctx, found.value, count);
  const set = ownSet(ctx.keyspace, found.value);
  for (const member of drawn) deleteMember(set, member);
  storeContainer(ctx, key, 'set', set, set.members.size, found);
  const { spopBatch } = ctx.profile.stream;
  for (let i = 0; i < drawn.length; i += spopBatch) {
    ctx.alsoPropagate(ctx.db, ['SREM', argv[1]!, ...drawn.slice(i, i + spopBatch)]);
  }
  ctx.preventPropagation();
  ctx.dirty += count;
  return membersReply(drawn);
}

/** `count` different members, at most all of them, in the order drawn. */
function draw(ctx: CommandContext, set: SetValue, count: number): string[] {
  const left = [...set.members];
  for (let i = 0; i < count; i++) {
    const j = i + ctx.random.below(left.length - i);
    [left[i], left[j]] = [left[j]!, left[i]!];
  }
  return left.slice(0, count);
}

type Combine = (sets: readonly ReadonlySet<string>[]) => Iterable<string>;

/** A key that is not there counts as an empty set. */
function gather(ctx: CommandContext, keys: readonly Bytes[]): ReadonlySet<string>[] | ErrorReply {
  const sets: ReadonlySet<string>[] = [];
  for (const key of keys) {
    const found = readTyped(ctx, text(key), 'set');
    if (found?.type === 'error') return found;
    sets.push(found === undefined ? new Set() : found.value.members);
  }
  return sets;
}

const union: Combine = (sets) => new Set(sets.flatMap((set) => [...set]));

const difference: Combine = ([first, ...others]) => [...first!].filter((member) => !others.some((set) => set.has(member)));

const intersection: Combine = (sets) => {
  const smallest = sets.reduce((least, set) => (set.size < least.size ? set : least));
  return [...smallest].filter((member) => sets.every((set) => set.has(member)));
};

function combine(ctx: CommandContext, argv: readonly Bytes[], how: Combine): Reply {
  const sets = gather(ctx, argv.slice(1));
  return 'type' in sets ? sets : membersReply(how(sets));
}

/** An empty result deletes the key. */
function combineAndStore(ctx: CommandContext, argv: readonly Bytes[], how: Combine): Reply {
  const sets = gather(ctx, argv.slice(2));
  if ('type' in sets) return sets;
  const result = newSet(ctx.keyspace);
  for (const member of how(sets)) addMember(result, member);
  const key = text(argv[1]);
  const { size } = result.members;
  if (size === 0) {
    if (deleteKey(ctx, key)) ctx.dirty++;
    return ZERO;
  }
  const before = lookupWrite(ctx, key);
  if (before !== undefined) removeKey(ctx.keyspace, ctx.db, key);
  setContainer(ctx.keyspace, ctx.db, key, 'set', result, null);
  ctx.keyReady(ctx.db, key);
  ctx.touch(ctx.db, key);
  ctx.dirty++;
  return integer(size);
}

function membersReply(members: Iterable<string>): Reply {
  return array([...members].map(bulk));
}

export const SET_COMMANDS: readonly CommandSpec[] = [
  command('sadd', -3, ['write', 'denyoom', 'fast'], [1, 1, 1], sadd),
  command('srem', -3, ['write', 'fast'], [1, 1, 1], srem),
  command('smembers', 2, ['readonly'], [1, 1, 1], smembers),
  command('sismember', 3, ['readonly', 'fast'], [1, 1, 1], sismember),
  command('smismember', -3, ['readonly', 'fast'], [1, 1, 1], smismember),
  command('scard', 2, ['readonly', 'fast'], [1, 1, 1], scard),
  command('spop', -2, ['write', 'fast'], [1, 1, 1], spop),
  command('smove', 4, ['write', 'fast'], [1, 2, 1], smove),
  command('sinter', -2, ['readonly'], [1, -1, 1], (ctx, argv) => combine(ctx, argv, intersection)),
  command('sunion', -2, ['readonly'], [1, -1, 1], (ctx, argv) => combine(ctx, argv, union)),
  command('sdiff', -2, ['readonly'], [1, -1, 1], (ctx, argv) => combine(ctx, argv, difference)),
  command('sinterstore', -3, ['write', 'denyoom'], [1, -1, 1], (ctx, argv) => combineAndStore(ctx, argv, intersection)),
  command('sunionstore', -3, ['write', 'denyoom'], [1, -1, 1], (ctx, argv) => combineAndStore(ctx, argv, union)),
  command('sdiffstore', -3, ['write', 'denyoom'], [1, -1, 1], (ctx, argv) => combineAndStore(ctx, argv, difference)),
];
