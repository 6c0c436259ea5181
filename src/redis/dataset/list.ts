import type { Bytes } from '../protocol/payload.ts';

/** A list from left to right. */
export interface ListValue {
  readonly items: readonly Bytes[];
}
