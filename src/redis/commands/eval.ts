/**
 * EVAL, EVALSHA, their read-only forms, and SCRIPT (eval.c, script.c). What a script changes travels as its effects, as
 * one unit: in MULTI/EXEC when there is more than one (7.0).
 */
import { type Client, createClient } from '../client.ts';
import { bytesToString, command as makeCommand } from '../protocol/make.ts';
import type { Bytes, Command, Reply } from '../protocol/payload.ts';
import { enoughGoodReplicas } from '../replication/acks.ts';
import { findScript, readHeader, rememberScript, type Script, type ScriptFlags, touchScript } from '../scripts/cache.ts';
import { type CallRedis, runScript, ScriptError } from '../scripts/run.ts';
import { isMaster, type Server } from '../server.ts';
import { parseInt64 } from './int64.ts';
import { arityMatches, command, type CommandSpec, Flag } from './command.ts';
import { call, lookupCommand } from './dispatch.ts';
import { error, integer, NOT_AN_INTEGER, OK, wrongArity, type ErrorReply } from './replies.ts';
import type { ServerCall } from './server-commands.ts';
import { word } from './arguments.ts';

const NO_SCRIPT = error('NOSCRIPT No matching script. Please use EVAL.');
const MASTERDOWN = "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";

/** eval.c: evalGenericCommand */
function evaluate({ server, client }: ServerCall, argv: readonly Bytes[], by: 'eval' | 'evalsha', readOnly: boolean): Reply {
  const given = parseInt64(argv[2] ?? '');
  if (by === 'evalsha' && argv[1]!.length !== 40) return NO_SCRIPT;
  if (given === null) return NOT_AN_INTEGER;
  const keys = Number(given);
  if (keys > argv.length - 3) return error("ERR Number of keys can't be greater than number of args");
  if (keys < 0) return error("ERR Number of keys can't be negative");
  const script = by === 'eval'
    ? rememberScript(server.scripts, argv[1]!, 'eval', server.profile.scripts.evalCacheLimit)
    : (findScript(server.scripts, bytesToString(argv[1]!).toLowerCase()) ?? NO_SCRIPT);
  if (typeof script === 'string') return error(script);
  if ('type' in script) return script;
  const refusal = refusalOf(server, client, script.flags, readOnly);
  if (refusal !== null) return error(refusal);
  return run(server, client, script, argv.slice(3, 3 + keys), argv.slice(3 + keys), readOnly || script.flags?.noWrites === true);
}

/** script.c: scriptPrepareForRun. A script that declares no flags is let in, and its commands are looked at one by one. */
function refusalOf(server: Server, client: Client, flags: ScriptFlags | null, readOnly: boolean): string | null {
  const stale = isStale(server);
  if (flags === null) return stale ? MASTERDOWN : null;
  if (stale && !flags.allowStale) {
    return "MASTERDOWN Link with MASTER is down, replica-serve-stale-data is set to 'no' and 'allow-stale' flag is not set on the script.";
  }
  if (flags.noWrites) return null;
  if (!isMaster(server) && server.config['replica-read-only'] && client.kind !== 'master') return 'READONLY Can not run script with write flag on readonly replica';
  if (readOnly) return 'ERR Can not execute a script with write flag using *_ro command.';
  return enoughGoodReplicas(server) ? null : 'NOREPLICAS Not enough good replicas to write.';
}

function isStale(server: Server): boolean {
  return !isMaster(server) && server.replication.linkState !== 'connected' && !server.config['replica-serve-stale-data'];
}

/** script_lua.c: luaCallFunction. Commands run as a client of the script's own: SELECT in it does not reach its caller. */
function run(server: Server, caller: Client, script: Script, keys: readonly Bytes[], argv: readonly Bytes[], readOnly: boolean): Reply {
  const client = createClient(caller.fd, caller.id, caller.peerHost, caller.peerPort, 0);
  client.kind = caller.kind === 'master' ? 'master' : 'normal';
  client.db = caller.db;
  client.authenticated = true;
  touchScript(server.scripts, script);
  server.inScript = true;
  try {
    return runScript(script.body, { keys, argv }, scriptCall(server, client, readOnly));
  } catch (failure) {
    if (failure instanceof ScriptError) return error(`${failure.text} script: ${script.sha}, on @user_script:${failure.line}.`);
    throw failure;
  } finally {
    server.inScript = false;
  }
}

/** script.c: scriptCall */
function scriptCall(server: Server, client: Client, readOnly: boolean): CallRedis {
  let wrote = false;
  return (argv) => {
    const found = lookupCommand(server, argv[0] ?? '');
    if (found === null) return error('ERR Unknown Redis command called from script');
    const { flags } = found.spec;
    if (!arityMatches(found.spec, argv.length)) return error('ERR Wrong number of args calling Redis command from script');
    if ((flags & Flag.noscript) !== 0) return error('ERR This Redis command is not allowed from script');
    if (isStale(server) && (flags & Flag.stale) === 0) return error('ERR Can not execute the command on a stale replica');
    const refusal = writeRefusal(server, client, flags, readOnly, wrote);
    if (refusal !== null) return refusal;
    wrote ||= (flags & Flag.write) !== 0;
    return call(server, client, found, makeCommand(argv)) ?? { type: 'nil' };
  };
}

/** script.c: scriptVerifyWriteCommandAllow. What was begun is carried through: only the first write is looked at. */
function writeRefusal(server: Server, client: Client, flags: number, readOnly: boolean, wrote: boolean): ErrorReply | null {
  if (readOnly && (flags & (Flag.write | Flag.mayReplicate)) !== 0) return error('ERR Write commands are not allowed from read-only scripts.');
  if ((flags & Flag.write) === 0 || wrote) return null;
  if (!isMaster(server) && server.config['replica-read-only'] && client.kind !== 'master') return error("READONLY You can't write against a read only replica.");
  return enoughGoodReplicas(server) ? null : error('NOREPLICAS Not enough good replicas to write.');
}

/** server.c: getCommandFlags, eval.c: evalGetCommandFlags. The flags of the command as the script in hand declares them. */
export function scriptCommandFlags(server: Server, flags: number, { argv }: Command): number {
  const source = bytesToString(argv[1] ?? '');
  const isSha = source.length === 40 && !source.startsWith('#!');
  const header = isSha ? findScript(server.scripts, source.toLowerCase()) : readHeader(source);
  if (header === undefined || typeof header === 'string' || header.flags === null) return flags;
  const { noWrites, allowOom, allowStale } = header.flags;
  const declared = (noWrites ? 0 : Flag.write) | (allowOom || noWrites ? 0 : Flag.denyoom) | (allowStale ? Flag.stale : 0);
  return (flags & ~(Flag.stale | Flag.denyoom | Flag.write | Flag.mayReplicate)) | declared;
}

/** eval.c: scriptCommand */
function script({ server }: ServerCall, argv: readonly Bytes[]): Reply {
  const { scripts } = server;
  const subcommand = word(argv[1]);
  switch (subcommand) {
    case 'load': {
      if (argv.length !== 3) return wrongArity('script|load');
      const loaded = rememberScript(scripts, argv[2]!, 'load', Infinity);
      return typeof loaded === 'string' ? error(loaded) : { type: 'bulk', value: loaded.sha };
    }
    case 'exists':
      if (argv.length < 3) return wrongArity('script|exists');
      return { type: 'array', items: argv.slice(2).map((sha) => integer(findScript(scripts, bytesToString(sha).toLowerCase()) === undefined ? 0 : 1)) };
    case 'flush':
      if (argv.length > 3 || (argv.length === 3 && !['sync', 'async'].includes(word(argv[2])))) return error('ERR SCRIPT FLUSH only support SYNC|ASYNC option');
      scripts.loaded.clear();
      scripts.evaluated.clear();
      return OK;
    case 'kill': return error('NOTBUSY No scripts in execution right now.'); // they take no time here
    default: return error(`ERR unknown subcommand '${bytesToString(argv[1] ?? '')}'. Try SCRIPT HELP.`);
  }
}

type Row = CommandSpec<ServerCall, Reply | null>;
const row = (name: string, arity: number, flags: Parameters<typeof command>[2], run: Row['run']): Row => command(name, arity, flags, null, run);

export const SCRIPT_COMMANDS: readonly Row[] = [
  row('eval', -3, ['noscript', 'mayReplicate', 'stale', 'flagsOfScript'], (at, argv) => evaluate(at, argv, 'eval', false)),
  row('evalsha', -3, ['noscript', 'mayReplicate', 'stale', 'flagsOfScript'], (at, argv) => evaluate(at, argv, 'evalsha', false)),
  row('eval_ro', -3, ['noscript', 'stale', 'readonly', 'flagsOfScript'], (at, argv) => evaluate(at, argv, 'eval', true)),
  row('evalsha_ro', -3, ['noscript', 'stale', 'readonly', 'flagsOfScript'], (at, argv) => evaluate(at, argv, 'evalsha', true)),
  row('script', -2, ['noscript', 'stale'], script),
];
