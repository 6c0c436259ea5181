/** Commands on the bits of strings (bitops.c). Bit 0 is the highest one of the first byte. */
import { bytesToString } from '../protocol/make.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import { int64Argument, longArgument, text, word } from './arguments.ts';
import { command, type CommandSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { readTyped, storeString, writeTyped } from './lookup.ts';
import { error, integer, ONE, SYNTAX_ERROR, ZERO, type ErrorReply } from './replies.ts';

/** bitops.c: getBitOffsetFromArgument */
function bitOffset(ctx: CommandContext, argument: Bytes | undefined): number | ErrorReply {
  const offset = int64Argument(argument);
  const wrong = error('ERR bit offset is not an integer or out of range');
  if (typeof offset === 'object' || offset < 0) return wrong;
  const number = Number(offset);
  return Math.floor(number / 8) >= ctx.settings.protoMaxBulkLen ? wrong : number;
}

function setbit(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const offset = bitOffset(ctx, argv[2]);
  if (typeof offset === 'object') return offset;
  const bit = text(argv[3]);
  if (bit !== '0' && bit !== '1') return error('ERR bit is not an integer or out of range');
  const key = text(argv[1]);
  const found = writeTyped(ctx, key, 'string');
  if (found?.type === 'error') return found;
  const at = Math.floor(offset / 8);
  const mask = 0x80 >> (offset % 8);
  const old = found === undefined ? '' : bytesToString(found.value);
  const byte = at < old.length ? old.charCodeAt(at) : 0;
  const was = (byte & mask) !== 0;
  // A bit that stays as it was, in a string that stays as long, changes nothing (7.0).
  if (was === (bit === '1') && at < old.length) return was ? ONE : ZERO;
  const changed = bit === '1' ? byte | mask : byte & ~mask;
  const value = old.slice(0, at).padEnd(at, '\0') + String.fromCharCode(changed) + old.slice(at + 1);
  storeString(ctx, key, value, found === undefined ? null : found.expireMs);
  ctx.dirty++;
  return was ? ONE : ZERO;
}

function getbit(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const offset = bitOffset(ctx, argv[2]);
  if (typeof offset === 'object') return offset;
  const found = readTyped(ctx, text(argv[1]), 'string');
  if (found?.type === 'error') return found;
  const value = found === undefined ? '' : bytesToString(found.value);
  const at = Math.floor(offset / 8);
  return at < value.length && (value.charCodeAt(at) & (0x80 >> (offset % 8))) !== 0 ? ONE : ZERO;
}

/** A range in bytes, or in bits when the last word says so. */
function bitcount(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  if (argv.length === 3 || argv.length > 5) return SYNTAX_ERROR;
  const unit = argv.length === 5 ? word(argv[4]) : 'byte';
  if (unit !== 'byte' && unit !== 'bit') return SYNTAX_ERROR;
  const first = argv.length > 3 ? longArgument(argv[2]) : 0;
  if (typeof first === 'object') return first;
  const last = argv.length > 3 ? longArgument(argv[3]) : -1;
  if (typeof last === 'object') return last;
  const found = readTyped(ctx, text(argv[1]), 'string');
  if (found === undefined) return ZERO;
  if (found.type === 'error') return found;
  const value = bytesToString(found.value);
  const perUnit = unit === 'bit' ? 1 : 8;
  const length = (value.length * 8) / perUnit;
  if (first < 0 && last < 0 && first > last) return ZERO;
  const from = Math.max(0, first < 0 ? length + first : first);
  const to = Math.min(length - 1, Math.max(0, last < 0 ? length + last : last));
  let count = 0;
  for (let bit = from * perUnit; bit < (to + 1) * perUnit; bit++) if ((value.charCodeAt(bit >> 3) & (0x80 >> (bit & 7))) !== 0) count++;
  return integer(count);
}

export const BIT_COMMANDS: readonly CommandSpec[] = [
  command('setbit', 4, ['write', 'denyoom'], [1, 1, 1], setbit),
  command('getbit', 3, ['readonly', 'fast'], [1, 1, 1], getbit),
  command('bitcount', -2, ['readonly'], [1, 1, 1], bitcount),
];
