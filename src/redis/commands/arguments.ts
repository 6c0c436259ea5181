/**
 * Arguments as values, or the error that Redis answers (object.c: get…FromObjectOrReply):
 * `typeof argument === 'object'` says that it is one.
 */
import { bytesToString } from '../protocol/make.ts';
import type { Bytes } from '../protocol/payload.ts';
import { parseInt64, type Int64 } from './int64.ts';
import { DB_OUT_OF_RANGE, error, NOT_A_FLOAT, NOT_AN_INTEGER, NOT_POSITIVE, type ErrorReply } from './replies.ts';

/** Keys, fields and members are compared byte by byte: the text, not the value, is what counts. */
export function text(bytes: Bytes | undefined): string {
  return bytes === undefined ? '' : bytesToString(bytes);
}

/** An option or a subcommand in lower case. */
export function word(bytes: Bytes | undefined): string {
  return typeof bytes === 'string' ? bytes.toLowerCase() : '';
}

/** object.c: getLongLongFromObjectOrReply */
export function int64Argument(bytes: Bytes | undefined): Int64 | ErrorReply {
  return parseInt64(bytes ?? '') ?? NOT_AN_INTEGER;
}

/** An index or a count: what lies beyond 2^53 is as good as infinite. */
export function longArgument(bytes: Bytes | undefined): number | ErrorReply {
  const value = parseInt64(bytes ?? '');
  return value === null ? NOT_AN_INTEGER : Number(value);
}

/** object.c: getPositiveLongFromObjectOrReply. Zero counts as positive. */
export function positiveArgument(bytes: Bytes | undefined): number | ErrorReply {
  const value = parseInt64(bytes ?? '');
  return value === null || value < 0 ? NOT_POSITIVE : Number(value);
}

/** The number of a database (object.c: getIntFromObjectOrReply, db.c: selectDb). */
export function databaseArgument(bytes: Bytes | undefined, databases: number, invalid?: ErrorReply): number | ErrorReply {
  const value = parseInt64(bytes ?? '');
  if (value === null) return invalid ?? NOT_AN_INTEGER;
  if (value < -2147483648 || value > 2147483647) {
    return invalid ?? error('ERR value is out of range, value must between -2147483648 and 2147483647');
  }
  return value < 0 || value >= databases ? DB_OUT_OF_RANGE : Number(value);
}

/** object.c: getDoubleFromObjectOrReply. Hexadecimal floats, which strtod would read, are refused. */
export function doubleArgument(bytes: Bytes | undefined): number | ErrorReply {
  return parseDouble(text(bytes)) ?? NOT_A_FLOAT;
}

export function parseDouble(source: string): number | null {
  const special = /^([+-]?)inf(?:inity)?$/i.exec(source);
  if (special !== null) return special[1] === '-' ? -Infinity : Infinity;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(source)) return null;
  const value = Number(source);
  return Number.isFinite(value) ? value : null;
}
