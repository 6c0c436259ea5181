/**
 * Times to live as the append-only file says them, up to 6.2 (aof.c: feedAppendOnlyFile, catAppendOnlyExpireAtCommand): as instants, because the
 * file is read later. Since 7.0 the stream itself speaks of instants.
 */
import { addInt64, multiplyInt64, parseInt64 } from '../commands/int64.ts';
import { bytesToString, command } from '../protocol/make.ts';
import type { Bytes, Command } from '../protocol/payload.ts';
import type { AofProfile } from '../profiles/profile.ts';

/** The commands that stand for one in the file. */
export function withInstants(form: AofProfile['instants'], message: Command, nowMs: number): readonly Command[] {
  const { argv } = message;
  const [, key = '', second = '', third = ''] = argv;
  switch (word(argv[0])) {
    case 'expire': return [pexpireat(key, second, 1000, nowMs)];
    case 'pexpire': return [pexpireat(key, second, 1, nowMs)];
    case 'expireat': return [pexpireat(key, second, 1000, 0)];
    case 'setex': return [command(['SET', key, third]), pexpireat(key, second, 1000, nowMs)];
    case 'psetex': return [command(['SET', key, third]), pexpireat(key, second, 1, nowMs)];
    case 'set': return argv.length > 3 && form !== 'of-expire-and-setex' ? setWithInstant(form, message, nowMs) : [message];
    default: return [message];
  }
}

function setWithInstant(form: AofProfile['instants'], message: Command, nowMs: number): readonly Command[] {
  const { argv } = message;
  const at = argv.findIndex((argument, i) => i >= 3 && (word(argument) === 'ex' || word(argument) === 'px'));
  if (at < 0) return [message];
  const unit = word(argv[at]) === 'ex' ? 1000 : 1;
  if (form === 'as-pxat') return [command([argv[0]!, argv[1]!, argv[2]!, 'PXAT', instant(argv[at + 1], unit, nowMs)])];
  return [command(argv.slice(0, 3)), pexpireat(argv[1]!, argv[at + 1], unit, nowMs)];
}

function pexpireat(key: Bytes, time: Bytes | undefined, unit: number, from: number): Command {
  return command(['PEXPIREAT', key, instant(time, unit, from)]);
}

function instant(time: Bytes | undefined, unit: number, from: number): string {
  const ms = multiplyInt64(parseInt64(time ?? '') ?? 0, unit);
  return String(ms === null ? 0 : addInt64(ms, from));
}

function word(argument: Bytes | undefined): string {
  return argument === undefined ? '' : bytesToString(argument).toLowerCase();
}
