/** Commands on hashes (t_hash.c). */
import { deleteField, setField, type HashValue } from '../dataset/hash.ts';
import { newHash, ownHash } from '../dataset/keyspace.ts';
import { bytesToString } from '../protocol/make.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import { int64Argument, text } from './arguments.ts';
import { command, type CommandSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { addInt64, parseInt64 } from './int64.ts';
import { addLongDoubles, formatLongDouble, parseLongDouble } from './long-double.ts';
import { readTyped, storeContainer, writeTyped } from './lookup.ts';
import { array, bulk, EMPTY_ARRAY, error, integer, NAN_OR_INFINITY, NIL, NOT_A_FLOAT, OK, ONE, WOULD_OVERFLOW, wrongArity, ZERO } from './replies.ts';

/** HSET and HMSET differ only in what they answer. */
function hset(ctx: CommandContext, argv: readonly Bytes[], name: 'hset' | 'hmset'): Reply {
  if (argv.length % 2 === 1) return wrongArity(name);
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'hash');
  if (found?.type === 'error') return found;
  const hash = found === undefined ? newHash(ctx.keyspace) : ownHash(ctx.keyspace, found.value);
  let created = 0;
  for (let i = 2; i < argv.length; i += 2) if (setField(hash, text(argv[i]), argv[i + 1]!)) created++;
  storeContainer(ctx, key, 'hash', hash, hash.fields.size, found);
  ctx.dirty += (argv.length - 2) / 2;
  return name === 'hset' ? integer(created) : OK;
}

function hsetnx(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'hash');
  if (found?.type === 'error') return found;
  if (found !== undefined && found.value.fields.has(text(argv[2]))) return ZERO;
  const hash = found === undefined ? newHash(ctx.keyspace) : ownHash(ctx.keyspace, found.value);
  setField(hash, text(argv[2]), argv[3]!);
  storeContainer(ctx, key, 'hash', hash, hash.fields.size, found);
  ctx.dirty++;
  return ONE;
}

function hdel(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'hash');
  if (found === undefined) return ZERO;
  if (found.type === 'error') return found;
  const hash = ownHash(ctx.keyspace, found.value);
  let deleted = 0;
  for (let i = 2; i < argv.length; i++) if (deleteField(hash, text(argv[i]))) deleted++;
  if (deleted > 0) storeContainer(ctx, key, 'hash', hash, hash.fields.size, found);
  ctx.dirty += deleted;
  return integer(deleted);
}

function hincrby(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const by = int64Argument(argv[3]);
  if (typeof by === 'object') return by;
  const key = text(argv[1]);
  const field = text(argv[2]);
  const found = writeTyped(ctx, key, 'hash');
  if (found?.type === 'error') return found;
  const old = parseInt64(found?.value.fields.get(field) ?? '0');
  if (old === null) return error('ERR hash value is not an integer');
  const sum = addInt64(old, by);
  if (sum === null) return WOULD_OVERFLOW;
  const hash = found === undefined ? newHash(ctx.keyspace) : ownHash(ctx.keyspace, found.value);
  setField(hash, field, String(sum));
  storeContainer(ctx, key, 'hash', hash, hash.fields.size, found);
  ctx.dirty++;
  return integer(sum);
}

/** Sent on as HSET with the digits printed here. */
function hincrbyfloat(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const by = parseLongDouble(text(argv[3]));
  if (by === null) return NOT_A_FLOAT;
  if (typeof by === 'string') return error('ERR value is NaN or Infinity');
  const key = text(argv[1]);
  const field = text(argv[2]);
  const found = writeTyped(ctx, key, 'hash');
  if (found?.type === 'error') return found;
  const old = parseLongDouble(bytesToString(found?.value.fields.get(field) ?? '0'));
  if (old === null) return error('ERR hash value is not a float');
  const sum = addLongDoubles(old, by);
  if (sum === null || typeof sum === 'string') return NAN_OR_INFINITY;
  const value = formatLongDouble(sum);
  const hash = found === undefined ? newHash(ctx.keyspace) : ownHash(ctx.keyspace, found.value);
  setField(hash, field, value);
  storeContainer(ctx, key, 'hash', hash, hash.fields.size, found);
  ctx.dirty++;
  ctx.rewrite(['HSET', argv[1]!, argv[2]!, value]);
  return bulk(value);
}

/** A command that reads one hash, with its answer for a key that is not there. */
function reader(absent: Reply, read: (hash: HashValue, argv: readonly Bytes[]) => Reply): CommandSpec['run'] {
  return (ctx, argv) => {
    const found = readTyped(ctx, text(argv[1]), 'hash');
    if (found === undefined) return absent;
    return found.type === 'error' ? found : read(found.value, argv);
  };
}

function hmget(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const found = readTyped(ctx, text(argv[1]), 'hash');
  if (found?.type === 'error') return found;
  return array(argv.slice(2).map((field) => fieldReply(found?.value.fields.get(text(field)))));
}

function fieldReply(value: Bytes | undefined): Reply {
  return value === undefined ? NIL : bulk(value);
}

const hget = reader(NIL, ({ fields }, argv) => fieldReply(fields.get(text(argv[2]))));
const hexists = reader(ZERO, ({ fields }, argv) => (fields.has(text(argv[2])) ? ONE : ZERO));
const hlen = reader(ZERO, ({ fields }) => integer(fields.size));
const hstrlen = reader(ZERO, ({ fields }, argv) => integer(fields.get(text(argv[2]))?.length ?? 0));
const hkeys = reader(EMPTY_ARRAY, ({ fields }) => array([...fields.keys()].map(bulk)));
const hvals = reader(EMPTY_ARRAY, ({ fields }) => array([...fields.values()].map(bulk)));
const hgetall = reader(EMPTY_ARRAY, ({ fields }) => array([...fields].flatMap(([field, value]) => [bulk(field), bulk(value)])));

export const HASH_COMMANDS: readonly CommandSpec[] = [
  command('hset', -4, ['write', 'denyoom', 'fast'], [1, 1, 1], (ctx, argv) => hset(ctx, argv, 'hset')),
  command('hmset', -4, ['write', 'denyoom', 'fast'], [1, 1, 1], (ctx, argv) => hset(ctx, argv, 'hmset')),
  command('hsetnx', 4, ['write', 'denyoom', 'fast'], [1, 1, 1], hsetnx),
  command('hdel', -3, ['write', 'fast'], [1, 1, 1], hdel),
  command('hincrby', 4, ['write', 'denyoom', 'fast'], [1, 1, 1], hincrby),
  command('hincrbyfloat', 4, ['write', 'denyoom', 'fast'], [1, 1, 1], hincrbyfloat),
  command('hget', 3, ['readonly', 'fast'], [1, 1, 1], hget),
  command('hmget', -3, ['readonly', 'fast'], [1, 1, 1], hmget),
  command('hexists', 3, ['readonly', 'fast'], [1, 1, 1], hexists),
  command('hlen', 2, ['readonly', 'fast'], [1, 1, 1], hlen),
  command('hstrlen', 3, ['readonly', 'fast'], [1, 1, 1], hstrlen),
  command('hkeys', 2, ['readonly'], [1, 1, 1], hkeys),
  command('hvals', 2, ['readonly'], [1, 1, 1], hvals),
  command('hgetall', 2, ['readonly'], [1, 1, 1], hgetall),
];
