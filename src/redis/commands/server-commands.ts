/**
 * Commands about the server itself: roles, settings, clients, persistence, transactions. They see the whole server;
 * those on data are in `table.ts`.
 */
import { accessWanted } from '../access.ts';
import type { Client } from '../client.ts';
import { performEvictions } from '../evict.ts';
import { getDirective, setDirective } from '../config.ts';
import { digestOf } from '../dataset/keyspace.ts';
import { rearmCron, settleCron } from '../cron.ts';
import { closeClient, freeClient } from '../networking.ts';
import { pauseActions, unpauseActions } from '../pause.ts';
import { forkRdbChild } from '../persistence/children.ts';
import { debugReload, save } from '../persistence/foreground.ts';
import { abortShutdown, requestShutdown } from '../persistence/shutdown.ts';
import { restartAofAfterSync, stopAppendOnly } from '../persistence/append-only.ts';
import { bytesToString } from '../protocol/make.ts';
import { commandSize } from '../protocol/resp-size.ts';
import type { Bytes, Command, Reply } from '../protocol/payload.ts';
import { NO_AOF, refreshGoodReplicas, waitForFsync, waitForReplicas } from '../replication/acks.ts';
import { changeReplicationId, clearReplicationId2, tellReplid } from '../replication/history.ts';
import { failoverCommand } from '../replication/failover.ts';
import { notePing } from '../replication/final-pings.ts';
import { replconf } from '../replication/master/replconf.ts';
import { sync } from '../replication/master/sync-command.ts';
import { setMaster, unsetMaster } from '../replication/role.ts';
import { productTitle, type Server, setConfig, shownVersion, wallMs } from '../server.ts';
import { command, type CommandSpec, commandTable } from './command.ts';
import { SCRIPT_COMMANDS } from './eval.ts';
import { INFO_SECTIONS, infoText, type InfoSection, roleReply } from '../info.ts';
import { discard, discardTransaction, exec, multi, unwatchAll, watch } from './transactions.ts';

export interface ServerCall {
  readonly server: Server;
  readonly client: Client;
  /** The request as it came. */
  readonly request: Command;
}

const OK: Reply = { type: 'status', text: 'OK' };
const PONG: Reply = { type: 'status', text: 'PONG' };
const error = (text: string): Reply => ({ type: 'error', text });
const integer = (value: number): Reply => ({ type: 'integer', value });
const bulk = (value: string): Reply => ({ type: 'bulk', value });
const SYNTAX = error('ERR syntax error');
const NOT_INTEGER = error('ERR value is not an integer or out of range');

const text = (argv: readonly Bytes[], index: number): string => bytesToString(argv[index] ?? '');
const word = (argv: readonly Bytes[], index: number): string => text(argv, index).toLowerCase();
const isInteger = (value: string): boolean => /^-?\d{1,15}$/.test(value);

type Row = CommandSpec<ServerCall, Reply | null>;
type Run = (call: ServerCall, argv: readonly Bytes[]) => Reply | null;
const row = (name: string, arity: number, flags: Parameters<typeof command>[2], run: Run): Row => command<ServerCall, Reply | null>(name, arity, flags, null, run);

// ------------------------------------------------------------------ connection

function ping({ server, client }: ServerCall, argv: readonly Bytes[]): Reply {
  if (client.kind === 'master') notePing(server, commandSize(argv));
  if (argv.length > 2) return error("ERR wrong number of arguments for 'ping' command");
  return argv.length === 2 ? { type: 'bulk', value: argv[1] ?? '' } : PONG;
}

function auth({ server, client }: ServerCall, argv: readonly Bytes[]): Reply {
  const { needless, wrongPassword } = server.profile.auth;
  if (argv.length > 3) return SYNTAX;
  const password = text(argv, argv.length - 1);
  if (argv.length === 2 && server.config.requirepass === '') {
    return error(needless);
  }
  const user = argv.length === 3 ? text(argv, 1) : 'default';
  if (user !== 'default' || (server.config.requirepass !== '' && password !== server.config.requirepass)) {
    return error(wrongPassword);
  }
  client.authenticated = true;
  return OK;
}

function select({ server, client }: ServerCall, argv: readonly Bytes[]): Reply {
  const db = text(argv, 1);
  if (!isInteger(db)) return NOT_INTEGER;
  if (Number(db) < 0 || Number(db) >= server.config.databases) return error('ERR DB index is out of range');
  client.db = Number(db);
  return OK;
}

function quit({ client }: ServerCall): Reply {
  client.closeAfterReply = true;
  return OK;
}

/** networking.c: resetCommand. As if it had just connected. */
function reset({ server, client }: ServerCall): Reply {
  if (client.multi !== null) discardTransaction(server, client);
  unwatchAll(server, client);
  client.db = 0;
  client.name = '';
  client.authenticated = server.config.requirepass === '';
  return { type: 'status', text: 'RESET' };
}

/** networking.c: helloCommand. RESP2 is what is spoken here. */
function hello(call: ServerCall, argv: readonly Bytes[]): Reply {
  const { server, client } = call;
  if (argv.length > 1 && !isInteger(text(argv, 1))) return error('ERR Protocol version is not an integer or out of range');
  if (argv.length > 1 && text(argv, 1) !== '2') return error('NOPROTO unsupported protocol version');
  for (let i = 2; i < argv.length; i++) {
    const option = word(argv, i);
    if (option === 'auth' && i + 2 < argv.length) {
      const reply = auth(call, ['AUTH', argv[++i]!, argv[++i]!]);
      if (reply.type === 'error') return reply;
    } else if (option === 'setname' && i + 1 < argv.length) client.name = text(argv, ++i);
    else return error(`ERR Syntax error in HELLO option '${text(argv, i)}'`);
  }
  if (!client.authenticated) return error('NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time');
  const role = server.replication.masterHost === null ? 'master' : 'replica';
  return { type: 'array', items: [
    bulk('server'), bulk(productTitle(server).toLowerCase()), bulk('version'), bulk(shownVersion(server)), bulk('proto'), integer(2), bulk('id'), integer(client.id),
    bulk('mode'), bulk('standalone'), bulk('role'), bulk(role), bulk('modules'), { type: 'array', items: [] },
  ] };
}

/** networking.c: clientCommand, as far as scenarios use it. */
function clientCommand(call: ServerCall, argv: readonly Bytes[]): Reply {
  const { server, client } = call;
  switch (word(argv, 1)) {
    case 'id': return integer(client.id);
    case 'getname': return client.name === '' ? { type: 'nil' } : bulk(client.name);
    case 'setname':
      client.name = text(argv, 2);
      return OK;
    case 'list': return bulk([...server.clients.values()].map((other) => `${clientInfo(server, other)}\n`).join(''));
    case 'info': return bulk(`${clientInfo(server, client)}\n`);
    case 'kill': return clientKill(call, argv);
    case 'pause': return clientPause(server, argv);
    case 'unpause':
      unpauseActions(server, 'command');
      return OK;
    default: return error(`ERR unknown subcommand '${text(argv, 1)}'. Try CLIENT HELP.`);
  }
}

/** networking.c: pauseClientsByClient. The stricter of two pauses holds, to the later end of both. */
function clientPause(server: Server, argv: readonly Bytes[]): Reply {
  const mode = argv.length > 3 ? word(argv, 3) : 'all';
  if (argv.length < 3 || argv.length > 4) return error("ERR wrong number of arguments for 'client|pause' command");
  if (mode !== 'write' && mode !== 'all') return error('ERR CLIENT PAUSE mode must be WRITE or ALL');
  const ms = text(argv, 2);
  if (!isInteger(ms)) return error('ERR timeout is not an integer or out of range');
  if (Number(ms) < 0) return error('ERR timeout is negative');
  const stays = server.pauses.get('command')?.actions === 'all';
  pauseActions(server, 'command', Number(ms) === 0 ? 0 : wallMs(server) + Number(ms), stays ? 'all' : mode);
  return OK;
}

/** networking.c: catClientInfoString, the fields that say who somebody is. */
export function clientInfo(server: Server, client: Client): string {
  const flags = client.kind === 'replica' ? 'S' : client.kind === 'master' ? 'M' : 'N';
  return `id=${client.id} addr=${client.peerHost}:${client.peerPort} name=${client.name} age=0 idle=${server.unixtime - client.lastInteractionS} flags=${flags} db=${client.db}`;
}

function clientKill({ server, client }: ServerCall, argv: readonly Bytes[]): Reply {
  const old = argv.length === 3;
  let matches: (other: Client) => boolean = (other) => `${other.peerHost}:${other.peerPort}` === text(argv, 2);
  let skipMe = true;
  if (!old) {
    const { clientTypes } = server.profile.commands;
    if (clientTypes.length === 0) return error('ERR Syntax error, try CLIENT (LIST | KILL ip:port | GETNAME | SETNAME connection-name)');
    if (argv.length % 2 !== 0) return SYNTAX;
    const tests: ((other: Client) => boolean)[] = [];
    for (let index = 2; index < argv.length; index += 2) {
      const value = text(argv, index + 1);
      switch (word(argv, index)) {
        case 'type': {
          const type = clientTypes.find((known) => known === value.toLowerCase());
          if (type === undefined) return error(`ERR Unknown client type '${value}'`);
          const kind = type === 'slave' ? 'replica' : type;
          tests.push((other) => other.kind === kind);
          break;
        }
        case 'id':
          if (!isInteger(value)) return error('ERR client-id should be greater than 0');
          tests.push((other) => other.id === Number(value));
          break;
        case 'addr':
          tests.push((other) => `${other.peerHost}:${other.peerPort}` === value);
          break;
        case 'skipme':
          skipMe = value.toLowerCase() !== 'no';
          break;
        default: return SYNTAX;
      }
    }
    matches = (other) => tests.every((test) => test(other));
  }
  let killed = 0;
  for (const other of [...server.clients.values()]) {
    if (!matches(other) || (other === client && skipMe && !old)) continue;
    killed += 1;
    // Who kills itself still gets its answer.
    if (other === client) client.closeAfterReply = true;
    else if (other.replica !== null || other.kind === 'master') freeClient(server, other, 'client-kill');
    else closeClient(server, other, 'client-kill');
  }
  if (!old) return integer(killed);
  return killed > 0 ? OK : error('ERR No such client');
}

// ------------------------------------------------------------------ replication

function replicaof({ server, client }: ServerCall, argv: readonly Bytes[]): Reply {
  if (server.replication.failover.state !== 'no-failover') return error('ERR REPLICAOF not allowed while failing over.');
  const by = `user request from '${clientInfo(server, client)}'`;
  if (word(argv, 1) === 'no' && word(argv, 2) === 'one') {
    unsetMaster(server, by);
    return OK;
  }
  if (client.replica !== null) return error('ERR Command is not valid when client is a replica.');
  const port = text(argv, 2);
  if (!isInteger(port) || Number(port) < 0 || Number(port) > 65535) return error('ERR Invalid master port');
  const host = text(argv, 1);
  const { masterHost, masterPort } = server.replication;
  if (masterHost !== null && masterHost.toLowerCase() === host.toLowerCase() && masterPort === Number(port)) {
    return { type: 'status', text: 'OK Already connected to specified master' };
  }
  setMaster(server, host, Number(port), by);
  return OK;
}

function wait({ server, client }: ServerCall, argv: readonly Bytes[]): Reply | null {
  if (server.replication.masterHost !== null && server.profile.wait.onReplica === 'is-refused') {
    const since = server.profile.product.title === 'Redis' ? 'since Redis 4.0 ' : '';
    const { follower } = server.profile.refusals;
    return error(`ERR WAIT cannot be used with ${follower} instances. Please also note that ${since}if a ${follower} is configured to be writable (which is not the default) writes to ${follower}s are just local and are not propagated.`);
  }
  if (!isInteger(text(argv, 1))) return NOT_INTEGER;
  if (!isInteger(text(argv, 2))) return error('ERR timeout is not an integer or out of range');
  if (Number(text(argv, 2)) < 0) return error('ERR timeout is negative');
  return waitForReplicas(server, client, Number(text(argv, 1)), Number(text(argv, 2)));
}

function waitaof({ server, client }: ServerCall, argv: readonly Bytes[]): Reply | null {
  if (server.replication.masterHost !== null) {
    return error('ERR WAITAOF cannot be used with replica instances. Please also note that writes to replicas are just local and are not propagated.');
  }
  if (!isInteger(text(argv, 1)) || !isInteger(text(argv, 2))) return NOT_INTEGER;
  const [local, replicas, timeout] = [Number(text(argv, 1)), Number(text(argv, 2)), text(argv, 3)];
  if (local < 0 || local > 1) return error('ERR value is out of range, must be between 0 and 1');
  if (replicas < 0) return error('ERR value is out of range, must be positive');
  if (!isInteger(timeout)) return error('ERR timeout is not an integer or out of range');
  if (Number(timeout) < 0) return error('ERR timeout is negative');
  if (local > 0 && server.aof.state === 'off') return NO_AOF;
  return waitForFsync(server, client, local, replicas, Number(timeout));
}

// ------------------------------------------------------------------ settings and information

function info({ server }: ServerCall, argv: readonly Bytes[]): Reply {
  const wanted = argv.slice(1).map((name) => bytesToString(name).toLowerCase());
  const all = wanted.length === 0 || wanted.some((name) => name === 'all' || name === 'default' || name === 'everything');
  const sections: readonly InfoSection[] = all ? INFO_SECTIONS : INFO_SECTIONS.filter((section) => wanted.includes(section));
  return bulk(infoText(server, sections));
}

/** config.c: configCommand */
function config({ server }: ServerCall, argv: readonly Bytes[]): Reply {
  switch (word(argv, 1)) {
    case 'get': {
      if (argv.length < 3 || (argv.length > 3 && server.profile.refusals.config !== 'several')) return configArity(server, argv);
      const found = new Map<string, string>();
      for (const pattern of argv.slice(2)) {
        for (const [name, value] of getDirective(server.config, server.profile, bytesToString(pattern))) found.set(name, value);
      }
      return { type: 'array', items: [...found].flatMap(([name, value]) => [bulk(name), bulk(value)]) };
    }
    case 'set': return configSet(server, argv);
    case 'resetstat':
      Object.assign(server.stats, { syncFull: 0, syncPartialOk: 0, syncPartialErr: 0, expiredKeys: 0, evictedKeys: 0, commandsBefore: server.commandsRun, connections: 0, rejectedConnections: 0, keyspaceHits: 0, keyspaceMisses: 0 });
      return OK;
    case 'rewrite': return OK;
    default: return error(`ERR unknown subcommand '${text(argv, 1)}'. Try CONFIG HELP.`);
  }
}

function configSet(server: Server, argv: readonly Bytes[]): Reply {
  if (argv.length < 4 || argv.length % 2 !== 0 || (argv.length > 4 && server.profile.refusals.config !== 'several')) return configArity(server, argv);
  let next = server.config;
  for (let index = 2; index < argv.length; index += 2) {
    const result = setDirectiveNow(server, next, text(argv, index), text(argv, index + 1));
    if ('error' in result) return error(result.error);
    next = result.config;
  }
  const before = server.config;
  if (before.hz !== next.hz) settleCron(server);
  setConfig(server, next);
  applyConfig(server, before);
  return OK;
}

/** config.c: configCommand */
function configArity({ profile }: Server, argv: readonly Bytes[]): Reply {
  const said = text(argv, 1);
  switch (profile.refusals.config) {
    case 'one-tersely': return error(`ERR Wrong number of arguments for CONFIG ${said}`);
    case 'one-with-help':
    case 'one-with-reason': return error(`ERR Unknown subcommand or wrong number of arguments for '${said}'. Try CONFIG HELP.`);
    case 'several': return error(`ERR wrong number of arguments for 'config|${said.toLowerCase()}' command`);
  }
}

function setDirectiveNow(server: Server, current: Server['config'], name: string, value: string): { config: Server['config'] } | { error: string } {
  const result = setDirective(current, server.profile, name, value, true);
  if (result.ok) return { config: result.config };
  const form = server.profile.refusals.config;
  if (form !== 'several') {
    // What cannot change is not known to it.
    if (result.why !== 'value') return { error: `ERR Unsupported CONFIG parameter: ${name}` };
    return { error: `ERR Invalid argument '${value}' for CONFIG SET '${name}'${form === 'one-with-reason' ? ` - ${result.reason}` : ''}` };
  }
  if (result.why === 'unknown') return { error: `ERR Unknown option or number of arguments for CONFIG SET - '${name}'` };
  return { error: `ERR CONFIG SET failed (possibly related to argument '${name}') - ${result.reason}` };
}

/** What a changed setting changes at once (config.c: the apply functions). */
function applyConfig(server: Server, before: Server['config']): void {
  const after = server.config;
  const from = before['repl-backlog-size'];
  const to = after['repl-backlog-size'];
  if (from !== to) {
    server.ports.tell({ kind: 'backlog-resized', from, to });
    if (server.replication.backlog !== null) server.replication.backlog.size = to;
    server.stream.resized(server);
  }
  if (before.hz !== after.hz) rearmCron(server);
  if (after.appendonly && server.aof.state === 'off') restartAofAfterSync(server);
  else if (!after.appendonly && server.aof.state !== 'off') stopAppendOnly(server, 'config');
  server.access = accessWanted(after) ? (server.access ?? new Map()) : null;
  if (after.maxmemory > 0 && after.maxmemory !== before.maxmemory) {
    if (server.profile.eviction.afterConfigSet === 'at-once') performEvictions(server);
    else server.evictionDue = true;
  }
  refreshGoodReplicas(server);
}

// ------------------------------------------------------------------ persistence and the process

function bgsave({ server }: ServerCall, argv: readonly Bytes[]): Reply {
  const schedule = argv.length === 2 && word(argv, 1) === 'schedule';
  if (argv.length > 1 && !schedule) return SYNTAX;
  if (server.child?.type === 'rdb') return error('ERR Background save already in progress');
  if (server.child !== null) {
    if (!schedule) return error("ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.");
    server.bgsaveScheduled = true;
    return { type: 'status', text: 'Background saving scheduled' };
  }
  forkRdbChild(server, 'disk', 'command', null);
  return { type: 'status', text: 'Background saving started' };
}

function saveCommand({ server, client, request }: ServerCall): Reply | null {
  if (server.child?.type === 'rdb') return error('ERR Background save already in progress');
  save(server, client, request);
  return null;
}

function shutdown({ server, client }: ServerCall, argv: readonly Bytes[]): Reply | null {
  const words = argv.slice(1).map((argument) => bytesToString(argument).toLowerCase());
  if (words.some((option) => !['save', 'nosave', 'now', 'force', 'abort'].includes(option))) return SYNTAX;
  if (words.includes('abort')) {
    if (words.length > 1) return SYNTAX;
    return abortShutdown(server) ? OK : error('ERR No shutdown in progress.');
  }
  const flags = { save: words.includes('save'), nosave: words.includes('nosave'), now: words.includes('now'), force: words.includes('force') };
  if (flags.save && flags.nosave) return SYNTAX;
  // While another one waits for replicas, this client waits with it (db.c: shutdownCommand).
  client.blocked = { on: 'shutdown' };
  requestShutdown(server, client, flags);
  return null;
}

/** debug.c: debugCommand */
function debug({ server, client, request }: ServerCall, argv: readonly Bytes[]): Reply | null {
  switch (word(argv, 1)) {
    case 'sleep': {
      const seconds = text(argv, 2);
      const match = /^(\d+)(?:\.(\d{1,6}))?$/.exec(seconds);
      if (match === null) return error('ERR value is not a valid float');
      server.ports.block(Number(match[1]) * 1_000_000 + Number((match[2] ?? '').padEnd(6, '0')));
      return OK;
    }
    case 'reload':
      debugReload(server, client, request);
      return null;
    case 'digest': {
      const { low, high } = digestOf(server.keyspace);
      return { type: 'status', text: (high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')).padStart(40, '0') };
    }
    case 'set-active-expire':
      if (argv.length !== 3) break;
      server.activeExpire = /^[1-9]/.test(text(argv, 2));
      return OK;
    case 'change-repl-id':
      changeReplicationId(server);
      clearReplicationId2(server);
      tellReplid(server, 'debug');
      return OK;
    default: break;
  }
  return error(`ERR unknown subcommand or wrong number of arguments for '${text(argv, 1)}'. Try DEBUG HELP.`);
}

export const SERVER_COMMANDS: ReadonlyMap<string, Row> = commandTable<ServerCall, Reply | null>([
  row('ping', -1, ['fast'], ping),
  row('echo', 2, ['fast', 'loading', 'stale'], (_, argv) => ({ type: 'bulk', value: argv[1] ?? '' })),
  row('auth', -2, ['noscript', 'loading', 'stale', 'fast', 'noAuth', 'allowBusy'], auth),
  row('reset', 1, ['noscript', 'loading', 'stale', 'fast', 'noAuth', 'allowBusy'], reset),
  row('hello', -1, ['noscript', 'loading', 'stale', 'fast', 'noAuth', 'allowBusy'], hello),
  row('select', 2, ['loading', 'stale', 'fast'], select),
  row('quit', -1, ['noscript', 'loading', 'stale', 'fast', 'noAuth', 'allowBusy'], quit),
  row('client', -2, ['noscript', 'loading', 'stale'], clientCommand),
  row('multi', 1, ['noscript', 'loading', 'stale', 'fast', 'allowBusy'], ({ client }) => multi(client)),
  row('exec', 1, ['noscript', 'loading', 'stale'], ({ server, client, request }) => exec(server, client, request)),
  row('discard', 1, ['noscript', 'loading', 'stale', 'fast', 'allowBusy'], ({ server, client }) => discard(server, client)),
  row('watch', -2, ['noscript', 'loading', 'stale', 'fast', 'allowBusy'], ({ server, client }, argv) => watch(server, client, argv)),
  row('unwatch', 1, ['noscript', 'loading', 'stale', 'fast', 'allowBusy'], ({ server, client }) => {
    unwatchAll(server, client);
    return OK;
  }),
  row('sync', 1, ['admin', 'noscript', 'noAsyncLoading', 'noMulti'], ({ server, client }, argv) => sync(server, client, argv, false)),
  row('psync', -3, ['admin', 'noscript', 'noAsyncLoading', 'noMulti'], ({ server, client }, argv) => sync(server, client, argv, true)),
  row('replconf', -1, ['admin', 'noscript', 'loading', 'stale', 'allowBusy'], ({ server, client }, argv) => replconf(server, client, argv)),
  row('replicaof', 3, ['admin', 'noscript', 'stale', 'noAsyncLoading'], replicaof),
  row('slaveof', 3, ['admin', 'noscript', 'stale', 'noAsyncLoading'], replicaof),
  row('failover', -1, ['admin', 'noscript', 'stale'], ({ server }, argv) => failoverCommand(server, argv)),
  row('role', 1, ['noscript', 'loading', 'stale', 'fast'], ({ server }) => roleReply(server)),
  row('wait', 3, ['blocking'], wait),
  row('waitaof', 4, ['blocking'], waitaof),
  row('info', -1, ['loading', 'stale'], info),
  row('config', -2, ['admin', 'noscript', 'loading', 'stale'], config),
  row('lastsave', 1, ['loading', 'stale', 'fast'], ({ server }) => integer(server.lastSaveS)),
  row('save', 1, ['admin', 'noscript', 'noAsyncLoading', 'noMulti'], saveCommand),
  row('bgsave', -1, ['admin', 'noscript', 'noAsyncLoading'], bgsave),
  row('shutdown', -1, ['admin', 'noscript', 'loading', 'stale', 'noMulti', 'allowBusy'], shutdown),
  row('debug', -2, ['admin', 'noscript', 'loading', 'stale'], debug),
], SCRIPT_COMMANDS);
