/**
 * From a request to its effects: the checks before a command in Redis' order (server.c: processCommand), the call
 * itself (server.c: call), and what of it enters stream and append-only file (`propagation.ts`).
 */
import { blockForKeys, serveReadyKeys } from '../blocked.ts';
import type { Client } from '../client.ts';
import { type Access, noteUse } from '../access.ts';
import { performEvictions } from '../evict.ts';
import { addReply } from '../networking.ts';
import { bytesToString } from '../protocol/make.ts';
import type { Bytes, Command, Reply } from '../protocol/payload.ts';
import { isMaster, productTitle, type Server, wallMs } from '../server.ts';
import { afterErrorReply } from '../replication/replica/errors.ts';
import { enoughGoodReplicas } from '../replication/acks.ts';
import { arityMatches, Flag, type KeyRange } from './command.ts';
import type { ExecutionContext } from './execution.ts';
import type { CommandsProfile, RefusalsProfile } from '../profiles/commands.ts';
import type { AnyCommand } from './known.ts';
import { OK, WRONG_TYPE, WRONG_TYPE_2_6, wrongArity } from './replies.ts';
import { scriptCommandFlags } from './eval.ts';
import { afterExecution } from './propagation.ts';
import { discardTransaction, queueCommand } from './transactions.ts';

/** What a name means in this version; null: nothing. */
export function lookupCommand({ commands }: Server, name: Bytes): AnyCommand | null {
  const text = bytesToString(name);
  if (text === commands.lastName) return commands.last;
  const { byName } = commands;
  const known = byName.get(text);
  const found = known ?? byName.get(text.toLowerCase()) ?? null;
  if (known === undefined && found !== null) byName.set(text, found); // only spellings of known names: finitely many
  commands.lastName = text;
  commands.last = found;
  return found;
}

/** These run at once inside MULTI; everything else is queued. */
const NOT_QUEUED: ReadonlySet<string> = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset']);

/** server.c: processCommand */
export function processCommand(server: Server, client: Client, command: Command): void {
  const found = lookupCommand(server, command.argv[0] ?? '');
  if (found === null) return reject(server, client, '', unknownCommand(server.profile.commands.unknown, command.argv));
  const { spec } = found;
  const { refusals } = server.profile;
  if (spec.name === 'quit' && refusals.quit === 'first') return addReply(server, client, call(server, client, found, command) ?? OK);
  if (!arityMatches(spec, command.argv.length)) return reject(server, client, spec.name, wrongArity(spec.name).text);
  const flags = (spec.flags & Flag.flagsOfScript) === 0 ? spec.flags : scriptCommandFlags(server, spec.flags, command);
  const queued = spec.name === 'exec' && refusals.exec === 'by-what-it-queued' ? client.multi : null;
  const any = queued === null ? flags : flags | queued.flags;
  const missing = queued === null ? ~flags : ~flags | queued.missingFlags;
  const refusal = refusalOf(server, client, spec, any, missing);
  if (refusal !== null) {
    if (queued === null) return reject(server, client, spec.name, refusal);
    // multi.c: execCommandAbort. The transaction is over.
    discardTransaction(server, client);
    return reject(server, client, spec.name, `EXECABORT Transaction discarded because of: ${refusal}`);
  }
  if (server.writesPaused && client.kind !== 'replica' && (server.clientsPaused || (any & (Flag.write | Flag.mayReplicate)) !== 0)) {
    client.blocked = { on: 'pause' };
    if (client.kind === 'normal') client.input.unshift(command); // our master's stream is kept by its link (master-link.ts)
    server.postponed.push(client);
    return;
  }
  if (client.multi !== null && !NOT_QUEUED.has(spec.name)) {
    queueCommand(client, command, flags);
    return addReply(server, client, { type: 'status', text: 'QUEUED' });
  }
  const before = server.replication.masterReplOffset;
  const reply = call(server, client, found, command);
  afterExecution(server, spec.flags, before);
  if (server.evictionDue) {
    server.evictionDue = false;
    performEvictions(server);
  }
  if (server.replication.masterReplOffset !== before || server.profile.wait.target === 'last-command') client.writeOffset = server.replication.masterReplOffset;
  if (reply !== null) answer(server, client, spec.name, reply);
  if (server.blockedOnKeys !== null) serveReadyKeys(server, server.blockedOnKeys);
}

/**
 * The reasons not to run a command, in the order in which Redis looks; null: it may run. `any`: bits of the command, for
 * EXEC those that any of the queued commands has; `missing`: those that at least one lacks.
 */
function refusalOf(server: Server, client: Client, spec: { readonly name: string; readonly flags: number }, any: number, missing: number): string | null {
  const obey = client.kind === 'master';
  const { refusals } = server.profile;
  if (spec.name === 'debug' && server.config['enable-debug-command'] === 'no') {
    return 'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.';
  }
  if (!client.authenticated && !obey && server.config.requirepass !== '' && (spec.flags & Flag.noAuth) === 0) return refusals.noAuth;
  if (client.multi !== null && (spec.flags & Flag.noMulti) !== 0) return 'ERR Command not allowed inside a transaction';
  if (server.maxmemory > 0 && outOfMemory(server, client, spec.name, any)) return OUT_OF_MEMORY;
  const writes = (any & Flag.write) !== 0;
  const replica = !isMaster(server);
  if (deniedByDiskError(server, writes, spec.name === 'ping', obey)) return refusals.misconf.replaceAll('Redis', productTitle(server));
  const { follower } = refusals;
  if (writes && !obey && !enoughGoodReplicas(server)) return notEnoughReplicas(follower);
  if (replica && writes && !obey && server.config['replica-read-only']) return readOnly(follower);
  if (replica && server.replication.linkState !== 'connected' && !server.config['replica-serve-stale-data'] && (missing & Flag.stale) !== 0) {
    return masterDown(follower);
  }
  if (server.loading !== null && (server.loading.async ? (any & Flag.noAsyncLoading) !== 0 : (missing & Flag.loading) !== 0)) return `LOADING ${productTitle(server)} is loading the dataset in memory`;
  if (client.replica !== null && refusals.replicaTouchesKeys === 'refused' && (any & (Flag.write | Flag.readonly | Flag.mayReplicate)) !== 0) {
    return "ERR Replica can't interract with the keyspace";
  }
  return null;
}

/** server.c: processCommand, "handle the maxmemory directive". Keys that may go, go first. */
function outOfMemory(server: Server, client: Client, name: string, any: number): boolean {
  server.outOfMemory = !performEvictions(server);
  if (!server.outOfMemory) return false;
  const queued = client.multi !== null && !NOT_QUEUED.has(name) && server.profile.eviction.queueing === 'refused';
  return queued || (any & Flag.denyoom) !== 0;
}

export const OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";

export function notEnoughReplicas(follower: RefusalsProfile['follower']): string {
  return `NOREPLICAS Not enough good ${follower}s to write.`;
}

export function readOnly(follower: RefusalsProfile['follower']): string {
  return `READONLY You can't write against a read only ${follower}.`;
}

export function masterDown(follower: RefusalsProfile['follower']): string {
  return `MASTERDOWN Link with MASTER is down and ${follower}-serve-stale-data is set to 'no'.`;
}

/** Whom a failed snapshot keeps from writing. What our master says is carried out (2.6: it is refused like a client's). */
function deniedByDiskError(server: Server, writes: boolean, pings: boolean, obey: boolean): boolean {
  if ((!writes && !pings) || !writesDeniedByDiskError(server)) return false;
  switch (server.profile.refusals.afterDiskError) {
    case 'writes': return writes;
    case 'writes-and-ping-of-a-master': return isMaster(server);
    case 'writes-and-ping': return !obey;
  }
}

/** server.c: writeCommandsDeniedByDiskError. Who wants its data saved is told when that fails. */
function writesDeniedByDiskError(server: Server): boolean {
  // The settings only then: they are far from what every command looks at.
  return !server.lastBgsaveOk && server.config['stop-writes-on-bgsave-error'] && server.config.save.length > 0;
}

function answer(server: Server, client: Client, name: string, reply: Reply): void {
  if (client.kind === 'master') afterErrorReply(server, name, reply);
  else addReply(server, client, reply);
}

/** server.c: rejectCommand. Inside MULTI it spoils the transaction. */
function reject(server: Server, client: Client, name: string, text: string): void {
  const harmless = server.profile.refusals.spoilTransaction === 'not-readonly-nor-loading' && /^(?:READONLY|LOADING) /.test(text);
  if (client.multi !== null && !harmless) client.multi.dirty = true;
  answer(server, client, name, { type: 'error', text });
}

function unknownCommand(form: CommandsProfile['unknown'], argv: readonly Bytes[]): string {
  const [name = '', ...rest] = argv.map(bytesToString);
  if (form === 'name') return `ERR unknown command '${name}'`;
  const [open, close] = form === 'backticks' ? ['`', '`'] : ["'", "'"];
  let args = '';
  for (const argument of rest) {
    if (args.length >= 128) break;
    args += form === 'backticks' ? `\`${argument.slice(0, 128 - args.length)}\`, ` : `'${argument.slice(0, 128 - args.length)}' `;
  }
  return `ERR unknown command ${open}${form === 'backticks' ? name : name.slice(0, 128)}${close}, with args beginning with: ${args}`;
}

/**
 * server.c: call. Runs a command and gathers what it wants propagated; sending it on is the caller's, when the whole
 * execution unit (a command, or all of EXEC) is over.
 */
export function call(server: Server, client: Client, found: AnyCommand, command: Command): Reply | null {
  server.commandsRun += 1;
  const context = (server.context as ExecutionContext).of(server);
  if (found.on === 'server') return found.spec.run({ server, client, request: command }, command.argv);
  context.begin(client, command, found.spec.flags);
  const reply = found.spec.run(context, command.argv);
  if (server.access !== null && found.spec.keys !== null) noteUses(server, server.access, client.db, found.spec.keys, command.argv);
  context.end(server, client, command);
  if (reply === WRONG_TYPE && server.profile.commands.wrongType === 'ERR') return WRONG_TYPE_2_6;
  if (context.wish === null) return reply;
  blockForKeys(server, client, command, context.wish);
  return null;
}

function noteUses(server: Server, access: Access, db: number, { first, last, step }: KeyRange, argv: readonly Bytes[]): void {
  const counts = server.config['maxmemory-policy'].endsWith('lfu');
  const until = last < 0 ? argv.length + last : last;
  for (let i = first; i <= until; i += step) noteUse(access, db, bytesToString(argv[i] ?? ''), wallMs(server), counts, server.ports.random);
}
