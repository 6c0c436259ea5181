/** Replies that many commands give, and Redis' own words for what is wrong (server.c: createSharedObjects). */
import type { Bytes, Reply } from '../protocol/payload.ts';
import type { Int64 } from './int64.ts';

export type ErrorReply = Extract<Reply, { type: 'error' }>;

export const OK: Reply = { type: 'status', text: 'OK' };
export const NIL: Reply = { type: 'nil' };
export const NIL_ARRAY: Reply = { type: 'nil-array' };
export const ZERO: Reply = { type: 'integer', value: 0 };
export const ONE: Reply = { type: 'integer', value: 1 };
export const EMPTY_BULK: Reply = { type: 'bulk', value: '' };
export const EMPTY_ARRAY: Reply = { type: 'array', items: [] };

export const WRONG_TYPE: ErrorReply = error('WRONGTYPE Operation against a key holding the wrong kind of value');
/** The same in 2.6, before errors had codes. */
export const WRONG_TYPE_2_6: ErrorReply = error('ERR Operation against a key holding the wrong kind of value');
export const SYNTAX_ERROR: ErrorReply = error('ERR syntax error');
export const NO_SUCH_KEY: ErrorReply = error('ERR no such key');
export const SAME_OBJECT: ErrorReply = error('ERR source and destination objects are the same');
export const INDEX_OUT_OF_RANGE: ErrorReply = error('ERR index out of range');
export const DB_OUT_OF_RANGE: ErrorReply = error('ERR DB index is out of range');
export const NOT_AN_INTEGER: ErrorReply = error('ERR value is not an integer or out of range');
export const NOT_POSITIVE: ErrorReply = error('ERR value is out of range, must be positive');
export const NOT_A_FLOAT: ErrorReply = error('ERR value is not a valid float');
export const WOULD_OVERFLOW: ErrorReply = error('ERR increment or decrement would overflow');
export const NAN_OR_INFINITY: ErrorReply = error('ERR increment would produce NaN or Infinity');
export const STRING_TOO_LONG: ErrorReply = error('ERR string exceeds maximum allowed size (proto-max-bulk-len)');

/** The text begins with its code: `ERR no such key`. */
export function error(text: string): ErrorReply {
  return { type: 'error', text };
}

export function wrongArity(name: string): ErrorReply {
  return error(`ERR wrong number of arguments for '${name}' command`);
}

export function integer(value: Int64): Reply {
  return value === 0 ? ZERO : value === 1 ? ONE : { type: 'integer', value };
}

export function bulk(value: Bytes): Reply {
  return { type: 'bulk', value };
}

export function array(items: readonly Reply[]): Reply {
  return items.length === 0 ? EMPTY_ARRAY : { type: 'array', items };
}
