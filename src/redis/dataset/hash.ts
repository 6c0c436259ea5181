import type { Bytes } from '../protocol/payload.ts';

/** A hash: fields in the order they were first set. */
export interface HashValue {
  readonly fields: ReadonlyMap<string, Bytes>;
}
