/**
 * A command as a row of a table: name, arity, flags, keys, and the function that runs it.
 *
 * What is decided before a command runs (arity, role, loading, authentication) and what follows from its
 * effects (propagation, replies) is the dispatcher's; a row only says what it is and does.
 */
import { assert } from '../../assert.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import type { CommandContext } from './context.ts';

/** Flags as COMMAND INFO names them, one bit each: `(spec.flags & Flag.write) !== 0`. */
export const Flag = {
  /** May modify the data set. */
  write: 0x0001,
  readonly: 0x0002,
  /** May grow memory: refused when maxmemory is reached. */
  denyoom: 0x0004,
  admin: 0x0008,
  pubsub: 0x0010,
  noscript: 0x0020,
  /** May wait for something. */
  blocking: 0x0040,
  /** Runs while a data set is loaded. */
  loading: 0x0080,
  /** Runs on a replica without a link though replica-serve-stale-data is no. */
  stale: 0x0100,
  fast: 0x0200,
  noAuth: 0x0400,
  /** May enter the stream though it is not a write (PUBLISH, PFCOUNT). */
  mayReplicate: 0x0800,
  noMulti: 0x1000,
  /** Refused while a replica loads asynchronously (swapdb, 7.0). */
  noAsyncLoading: 0x2000,
  /** Touches keys that its arguments do not name: what it deletes by expiry is not wrapped in MULTI. */
  touchesArbitraryKeys: 0x4000,
  /** Runs while clients are paused for writes though it is a write or may replicate. */
  allowBusy: 0x8000,
  /** Its flags are those of the script that it runs, or of its subcommand (server.c: getCommandFlags). */
  flagsOfScript: 0x10000,
} as const;

export type FlagName = keyof typeof Flag;

/** Which arguments are keys: `last` counts from the end when negative. */
export interface KeyRange {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

export interface CommandSpec<Context = CommandContext, Result = Reply> {
  /** Lower case. */
  readonly name: string;
  /** Number of arguments with the name itself; -n: at least n. */
  readonly arity: number;
  /** Bits of `Flag`. */
  readonly flags: number;
  readonly keys: KeyRange | null;
  readonly run: (ctx: Context, argv: readonly Bytes[]) => Result;
}

/** A row: flags in words, keys as [first, last, step]. */
export function command<Context = CommandContext, Result = Reply>(
  name: string,
  arity: number,
  flags: readonly FlagName[],
  keys: readonly [first: number, last: number, step: number] | null,
  run: (ctx: Context, argv: readonly Bytes[]) => Result,
): CommandSpec<Context, Result> {
  let bits = 0;
  for (const flag of flags) bits |= Flag[flag];
  return { name, arity, flags: bits, keys: keys && { first: keys[0], last: keys[1], step: keys[2] }, run };
}

/** A table by lower-case name, in the order given; a name may stand in it once. */
export function commandTable<Context, Result>(
  ...groups: readonly (readonly CommandSpec<Context, Result>[])[]
): ReadonlyMap<string, CommandSpec<Context, Result>> {
  const table = new Map<string, CommandSpec<Context, Result>>();
  for (const group of groups) {
    for (const spec of group) {
      assert(!table.has(spec.name), `the command ${spec.name} is in the table twice`);
      table.set(spec.name, spec);
    }
  }
  return table;
}

/** server.c: commandCheckArity */
export function arityMatches(spec: { readonly arity: number }, argc: number): boolean {
  return spec.arity >= 0 ? argc === spec.arity : argc >= -spec.arity;
}
