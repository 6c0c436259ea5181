/**
 * EVAL, EVALSHA, their read-only forms, and SCRIPT (scripting.c; since 7.0 eval.c, script.c). A script travels as its text, and is run
 * again (up to 4.0), or as what it did (since 5.0).
 */
import { type Client, createClient } from '../client.ts';
import { bytesToString, command as makeCommand } from '../protocol/make.ts';
import type { Bytes, Command, Reply } from '../protocol/payload.ts';
import { enoughGoodReplicas } from '../replication/acks.ts';
import { findScript, readHeader, rememberScript, type Script, type ScriptFlags, touchScript } from '../scripts/cache.ts';
import { refusalWords, scriptFailure, seenByScript, wholeReply } from '../scripts/errors.ts';
import { runScript, ScriptError, type ScriptHost } from '../scripts/run.ts';
import { isMaster, type Server } from '../server.ts';
import { parseInt64 } from './int64.ts';
import { arityMatches, command, type CommandSpec, Flag } from './command.ts';
import { call, lookupCommand, masterDown, notEnoughReplicas, OUT_OF_MEMORY, readOnly as readOnlyText } from './dispatch.ts';
import { isHeard } from './propagation.ts';
import { error, integer, NOT_AN_INTEGER, OK, wrongArity } from './replies.ts';
import type { ServerCall } from './server-commands.ts';
import { word } from './arguments.ts';


/** Before 7.0 a `#!` line is no Lua (scripting.c: luaCreateFunction). */
function remember({ scripts, profile }: Server, source: Bytes, by: 'eval' | 'load'): Script | string {
  const { error: form, evalCacheLimit } = profile.scripts;
  if (form !== 'structured' && bytesToString(source).startsWith('#!')) {
    return `ERR Error compiling script (new function): user_script:1: unexpected symbol near '#'${form === 'place-trimmed' ? '' : ' '}`;
  }
  return rememberScript(scripts, source, by, by === 'eval' ? evalCacheLimit : Infinity);
}

/** eval.c: evalGenericCommand */
function evaluate(call: ServerCall, argv: readonly Bytes[], by: 'eval' | 'evalsha', readOnly: boolean): Reply {
  const { server, client } = call;
  const given = parseInt64(argv[2] ?? '');
  const unknown = error(server.profile.scripts.unknownSha);
  if (by === 'evalsha' && argv[1]!.length !== 40) return unknown;
  if (given === null) return NOT_AN_INTEGER;
  const keys = Number(given);
  if (keys > argv.length - 3) return error("ERR Number of keys can't be greater than number of args");
  if (keys < 0) return error("ERR Number of keys can't be negative");
  const script = by === 'eval'
    ? remember(server, argv[1]!, 'eval')
    : (findScript(server.scripts, bytesToString(argv[1]!).toLowerCase()) ?? unknown);
  if (typeof script === 'string') return error(script);
  if ('type' in script) return script;
  const refusal = refusalOf(server, client, script.flags, readOnly);
  if (refusal !== null) return error(refusal);
  return run(call, script, argv.slice(3, 3 + keys), argv.slice(3 + keys), readOnly || script.flags?.noWrites === true);
}

/** script.c: scriptPrepareForRun. A script that declares no flags is let in, and its commands are looked at one by one. */
function refusalOf(server: Server, client: Client, flags: ScriptFlags | null, readOnly: boolean): string | null {
  const stale = isStale(server);
  if (flags === null) return stale ? masterDown(server.profile.refusals.follower) : null;
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

/** A script at work (script.h: scriptRunCtx; server.lua_… before 7.0). */
export interface RunningScript {
  /** What it does is not sent on: the script will be, and run again. */
  asText: boolean;
  /** Changes that its commands made, and whether one of them is to be sent on in any case: of a script that travels as text. */
  dirty: number;
  forced: 'all' | 'replicas' | null;
  wrote: boolean;
  /** It asked for something that another node may answer otherwise. */
  drew: boolean;
}

/** script_lua.c: luaCallFunction. Commands run as a client of the script's own: SELECT in it does not reach its caller (2.6: it does). */
function run(call: ServerCall, script: Script, keys: readonly Bytes[], argv: readonly Bytes[], readOnly: boolean): Reply {
  const { server, client: caller } = call;
  const { travel, select, error: form } = server.profile.scripts;
  const client = createClient(caller.fd, caller.id, caller.peerHost, caller.peerPort, 0);
  client.kind = caller.kind === 'master' ? 'master' : 'normal';
  client.db = caller.db;
  client.authenticated = true;
  touchScript(server.scripts, script);
  const running: RunningScript = { asText: travel !== 'effects', dirty: 0, forced: null, wrote: false, drew: false };
  server.script = running;
  try {
    return runScript(script.body, { keys, argv }, {
      call: scriptCall(server, caller, client, running, readOnly),
      replicateCommands: travel === 'text' ? null : () => replicateCommands(running),
      words: refusalWords(form),
      seen: (reason, line) => seenByScript(form, reason, line),
    });
  } catch (failure) {
    if (failure instanceof ScriptError) return error(scriptFailure(form, script.sha, failure));
    throw failure;
  } finally {
    server.script = null;
    if (select === 'moves-caller') caller.db = client.db;
    if (running.asText) sendScript(call, script, running);
    else server.propagation.scriptDone(server, caller);
  }
}

/** scripting.c: luaRedisReplicateCommandsCommand. Too late once it has written. */
function replicateCommands(running: RunningScript): boolean {
  if (!running.wrote) running.asText = false;
  return !running.asText;
}

/**
 * scripting.c: evalGenericCommand, up to 4.0. Who may not know the script gets its text: with 2.6 always, since 2.8 the first time,
 * even if it changed nothing.
 */
function sendScript({ server, client, request }: ServerCall, script: Script, { dirty, forced }: RunningScript): void {
  const { evalsha } = server.profile.scripts;
  const bySha = bytesToString(request.argv[0] ?? '').toLowerCase() === 'evalsha';
  const news = bySha && (evalsha === 'eval' || !server.scripts.knownToAll.has(script.sha));
  const mustBeTold = news && evalsha === 'eval-once';
  if (mustBeTold) server.scripts.knownToAll.add(script.sha);
  if ((dirty === 0 && forced === null && !mustBeTold) || !isHeard(server)) return;
  const sent = news ? makeCommand(['EVAL', script.text, ...request.argv.slice(2)]) : request;
  server.propagation.ran(server, client.db, sent, dirty > 0 || forced === 'all' || mustBeTold);
}

/** What another node may answer otherwise (redisCommandTable up to 4.0: R), and answers of no order, which are sorted (S). */
const RANDOM = new Set(['spop', 'randomkey', 'scan', 'lastsave']);
const SORTED = new Set(['keys', 'smembers', 'sinter', 'sunion', 'sdiff', 'hkeys', 'hvals']);

/** script.c: scriptCall, scripting.c: luaRedisGenericCommand */
function scriptCall(server: Server, caller: Client, client: Client, running: RunningScript, readOnly: boolean): ScriptHost['call'] {
  const { scripts } = server.profile;
  const words = refusalWords(scripts.error);
  return (argv) => {
    const found = lookupCommand(server, argv[0] ?? '');
    if (found === null) return words.unknown;
    const { flags, name } = found.spec;
    if (!arityMatches(found.spec, argv.length)) return words.arity;
    if ((flags & Flag.noscript) !== 0) return words.notAllowed;
    if (isStale(server) && scripts.error === 'structured' && (flags & Flag.stale) === 0) return 'ERR Can not execute the command on a stale replica';
    const refusal = writeRefusal(server, client, flags, readOnly, running);
    if (refusal !== null) return refusal;
    if ((flags & Flag.write) !== 0) {
      if (!running.asText) server.propagation.scriptWrites(server, caller);
      running.wrote = true;
    }
    running.drew ||= RANDOM.has(name);
    const reply = call(server, client, found, makeCommand(argv)) ?? { type: 'nil' };
    return running.asText && reply.type === 'array' && SORTED.has(name) ? sorted(reply.items) : reply;
  };
}

function sorted(items: readonly Reply[]): Reply {
  const texts = items.map((item) => (item.type === 'bulk' ? bytesToString(item.value) : '')).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { type: 'array', items: texts.map((value): Reply => ({ type: 'bulk', value })) };
}

/**
 * script.c: scriptVerifyWriteCommandAllow. Since 7.0 what was begun is carried through: only the first write is looked at. A script that
 * travels as text may not write after it drew, or its replicas would write something else.
 */
function writeRefusal(server: Server, client: Client, flags: number, readOnly: boolean, running: RunningScript): string | null {
  const { refusals, scripts } = server.profile;
  const form = scripts.error;
  if (readOnly && (flags & (Flag.write | Flag.mayReplicate)) !== 0) return 'ERR Write commands are not allowed from read-only scripts.';
  if (!running.wrote && (flags & Flag.denyoom) !== 0 && server.config.maxmemory > 0 && server.outOfMemory) return wholeReply(form, OUT_OF_MEMORY);
  if ((flags & Flag.write) === 0 || (form === 'structured' && running.wrote)) return null;
  if (running.asText && running.drew) {
    const hint = ' Call redis.replicate_commands() at the start of your script in order to switch to single commands replication mode.';
    return refusalWords(form).afterRandom + (scripts.travel === 'text-or-effects' ? `.${hint}` : '');
  }
  if (!isMaster(server) && server.config['replica-read-only'] && client.kind !== 'master') return wholeReply(form, readOnlyText(refusals.follower));
  if (form !== 'structured' && form !== 'place-trimmed') return null;
  return enoughGoodReplicas(server) ? null : wholeReply(form, notEnoughReplicas(refusals.follower));
}

/** server.c: getCommandFlags, eval.c: evalGetCommandFlags. The flags of the command as the script in hand declares them. */
export function scriptCommandFlags(server: Server, flags: number, { argv }: Command): number {
  if (server.profile.scripts.error !== 'structured') return flags;
  // Subcommands have flags of their own since 7.0: of SCRIPT, only LOAD and HELP do without a link (commands/script-*.json).
  if (word(argv[0]) === 'script') return ['load', 'help'].includes(word(argv[1])) ? flags : flags & ~Flag.stale;
  const source = bytesToString(argv[1] ?? '');
  const isSha = source.length === 40 && !source.startsWith('#!');
  const header = isSha ? findScript(server.scripts, source.toLowerCase()) : readHeader(source);
  if (header === undefined || typeof header === 'string' || header.flags === null) return flags;
  const { noWrites, allowOom, allowStale } = header.flags;
  const declared = (noWrites ? 0 : Flag.write) | (allowOom || noWrites ? 0 : Flag.denyoom) | (allowStale ? Flag.stale : 0);
  return (flags & ~(Flag.stale | Flag.denyoom | Flag.write | Flag.mayReplicate)) | declared;
}

/** eval.c: scriptCommand */
function script({ server, client, request }: ServerCall, argv: readonly Bytes[]): Reply {
  const { scripts } = server;
  const subcommand = word(argv[1]);
  switch (subcommand) {
    case 'load': {
      if (argv.length !== 3) return wrongArity('script|load');
      const loaded = remember(server, argv[2]!, 'load');
      if (typeof loaded === 'string') return error(loaded);
      if (server.profile.scripts.load === 'sent-on' && isHeard(server)) server.propagation.ran(server, client.db, request, true);
      return { type: 'bulk', value: loaded.sha };
    }
    case 'exists':
      if (argv.length < 3) return wrongArity('script|exists');
      return { type: 'array', items: argv.slice(2).map((sha) => integer(findScript(scripts, bytesToString(sha).toLowerCase()) === undefined ? 0 : 1)) };
    case 'flush':
      if (argv.length > 3 || (argv.length === 3 && !['sync', 'async'].includes(word(argv[2])))) return error('ERR SCRIPT FLUSH only support SYNC|ASYNC option');
      scripts.loaded.clear();
      scripts.evaluated.clear();
      scripts.knownToAll.clear();
      if (server.profile.scripts.flush === 'sent-on' && isHeard(server)) {
        server.dirty += 1;
        server.propagation.ran(server, client.db, request, true);
      }
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
  row('script', -2, ['noscript', 'stale', 'flagsOfScript'], script),
];
