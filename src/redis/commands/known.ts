/** The commands of one version: those of the tables that it knows, with its own numbers of arguments and flags. */
import type { Reply } from '../protocol/payload.ts';
import type { CommandsProfile } from '../profiles/commands.ts';
import { type CommandSpec, Flag } from './command.ts';
import type { CommandContext } from './context.ts';
import { SERVER_COMMANDS, type ServerCall } from './server-commands.ts';
import { DATA_COMMANDS } from './table.ts';

/** A row of either table: a data command sees a narrow context, a server command the server and its client. */
export type AnyCommand =
  | { readonly on: 'data'; readonly spec: CommandSpec<CommandContext> }
  | { readonly on: 'server'; readonly spec: CommandSpec<ServerCall, Reply | null> };

export interface KnownCommands {
  /** By name, in lower case and in every other spelling that was met. */
  readonly byName: Map<string, AnyCommand>;
  /** What was looked up last: a write comes to all replicas one after the other. */
  lastName: string;
  last: AnyCommand | null;
}

/** Made once for a version: the ten thousandth server looks at the same one as the first. */
const MADE = new WeakMap<CommandsProfile, KnownCommands>();

export function knownCommands(profile: CommandsProfile): KnownCommands {
  const made = MADE.get(profile);
  if (made !== undefined) return made;
  const byName = new Map<string, AnyCommand>();
  const known: KnownCommands = { byName, lastName: '', last: null };
  MADE.set(profile, known);
  for (const [name, spec] of DATA_COMMANDS) if (name in profile.arities) byName.set(name, { on: 'data', spec: asIn(profile, spec) });
  for (const [name, spec] of SERVER_COMMANDS) if (name in profile.arities) byName.set(name, { on: 'server', spec: asIn(profile, spec) });
  return known;
}

function asIn<Context, Result>({ arities, flags }: CommandsProfile, spec: CommandSpec<Context, Result>): CommandSpec<Context, Result> {
  const arity = arities[spec.name]!;
  const named = flags[spec.name];
  if (arity === spec.arity && named === undefined) return spec;
  return { ...spec, arity, flags: named === undefined ? spec.flags : named.reduce((bits, name) => bits | Flag[name], 0) };
}
