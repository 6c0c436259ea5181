/** PFADD, PFCOUNT, PFMERGE (hyperloglog.c). PFCOUNT keeps what it counted in the value, so it may travel though it reads. */
import { EMPTY_HYPERLOGLOG, estimate, type HyperLogLog, placeOf, readHyperLogLog, REGISTERS, writeHyperLogLog } from '../dataset/hyperloglog.ts';
import type { StringEntry } from '../dataset/entry.ts';
import { bytesToString } from '../protocol/make.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import { text } from './arguments.ts';
import { command, type CommandSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { readTyped, storeString, writeTyped } from './lookup.ts';
import { error, integer, OK, ONE, ZERO, type ErrorReply } from './replies.ts';

const NOT_ONE = error('WRONGTYPE Key is not a valid HyperLogLog string value.');
const CORRUPT = error('INVALIDOBJ Corrupted HLL object detected');

function valueOf(found: StringEntry): HyperLogLog | ErrorReply {
  const value = readHyperLogLog(bytesToString(found.value));
  return value === null ? NOT_ONE : value === 'corrupt' ? CORRUPT : value;
}

function pfadd(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'string');
  if (found?.type === 'error') return found;
  const old = found === undefined ? EMPTY_HYPERLOGLOG : valueOf(found);
  if ('type' in old) return old;
  const registers = old.registers.slice();
  let updated = found === undefined ? 1 : 0;
  for (const element of argv.slice(2)) {
    const { register, value } = placeOf(bytesToString(element));
    if (value <= registers[register]!) continue;
    registers[register] = value;
    updated++;
  }
  if (updated === 0) return ZERO;
  store(ctx, key, { ...old, registers, cached: null }, found);
  ctx.dirty += updated;
  return ONE;
}

function store(ctx: CommandContext, key: string, value: HyperLogLog, before: StringEntry | undefined): void {
  storeString(ctx, key, writeHyperLogLog(value, ctx.settings.hllSparseMaxBytes), before === undefined ? null : before.expireMs);
}

function pfcount(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  if (argv.length > 2) {
    const union = merged(ctx, argv.slice(1));
    return 'type' in union ? union : integer(estimate(union.registers));
  }
  const key = text(argv[1]);
  const found = readTyped(ctx, key, 'string');
  if (found === undefined) return ZERO;
  if (found.type === 'error') return found;
  const value = valueOf(found);
  if ('type' in value) return value;
  if (value.cached !== null) return integer(value.cached);
  const counted = estimate(value.registers);
  store(ctx, key, { ...value, cached: counted }, found);
  ctx.dirty++;
  return integer(counted);
}

function pfmerge(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const union = merged(ctx, argv.slice(1));
  if ('type' in union) return union;
  const key = text(argv[1]);
  const target = writeTyped(ctx, key, 'string');
  if (target?.type === 'error') return target;
  store(ctx, key, union, target);
  ctx.dirty++;
  return OK;
}

/** hyperloglog.c: hllMerge. The greatest value of each register; dense as soon as one of them is. */
function merged(ctx: CommandContext, keys: readonly Bytes[]): HyperLogLog | ErrorReply {
  const registers = new Uint8Array(REGISTERS);
  let dense = false;
  for (const key of keys) {
    const found = readTyped(ctx, text(key), 'string');
    if (found === undefined) continue;
    if (found.type === 'error') return found;
    const value = valueOf(found);
    if ('type' in value) return value;
    dense ||= value.dense;
    for (let i = 0; i < REGISTERS; i++) registers[i] = Math.max(registers[i]!, value.registers[i]!);
  }
  return { registers, dense, cached: null };
}

export const HYPERLOGLOG_COMMANDS: readonly CommandSpec[] = [
  command('pfadd', -2, ['write', 'denyoom', 'fast'], [1, 1, 1], pfadd),
  command('pfcount', -2, ['readonly', 'mayReplicate'], [1, -1, 1], pfcount),
  command('pfmerge', -2, ['write', 'denyoom'], [1, -1, 1], pfmerge),
];
