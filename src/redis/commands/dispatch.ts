/**
 * From a request to its effects: the checks before a command in Redis' order (server.c: processCommand), the call
 * itself (server.c: call), and what of it enters stream and append-only file (`propagation.ts`).
 */
import { blockForKeys, serveReadyKeys } from '../blocked.ts';
import type { Client } from '../client.ts';
import { addReply } from '../networking.ts';
import { bytesToString } from '../protocol/make.ts';
import type { Bytes, Command, Reply } from '../protocol/payload.ts';
import { isMaster, productTitle, type Server } from '../server.ts';
import { enoughGoodReplicas } from '../replication/acks.ts';
import { arityMatches, type CommandSpec, Flag } from './command.ts';
import type { CommandContext } from './context.ts';
import type { ExecutionContext } from './execution.ts';
import { scriptCommandFlags } from './eval.ts';
import { afterExecution } from './propagation.ts';
import { SERVER_COMMANDS, type ServerCall } from './server-commands.ts';
import { DATA_COMMANDS } from './table.ts';
import { discardTransaction, queueCommand } from './transactions.ts';

/** A row of either table: a data command sees a narrow context, a server command the server and its client. */
export type AnyCommand =
  | { readonly on: 'data'; readonly spec: CommandSpec<CommandContext> }
  | { readonly on: 'server'; readonly spec: CommandSpec<ServerCall, Reply | null> };

const COMMANDS: ReadonlyMap<string, AnyCommand> = new Map<string, AnyCommand>([
  ...[...DATA_COMMANDS].map(([name, spec]): [string, AnyCommand] => [name, { on: 'data', spec }]),
  ...[...SERVER_COMMANDS].map(([name, spec]): [string, AnyCommand] => [name, { on: 'server', spec }]),
]);

/** Names as the stream spells them, so that the hot path need not lower them again. */
const BY_SPELLING = new Map<string, AnyCommand | null>();

export function lookupCommand(name: Bytes): AnyCommand | null {
  const text = bytesToString(name);
  const known = BY_SPELLING.get(text);
  if (known !== undefined) return known;
  const found = COMMANDS.get(text.toLowerCase()) ?? null;
  if (found !== null) BY_SPELLING.set(text, found); // only spellings of known names: finitely many
  return found;
}

/** These run at once inside MULTI; everything else is queued. */
const NOT_QUEUED: ReadonlySet<string> = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset']);

/** server.c: processCommand */
export function processCommand(server: Server, client: Client, command: Command): void {
  const found = lookupCommand(command.argv[0] ?? '');
  if (found === null) return reject(server, client, unknownCommand(command.argv));
  const { spec } = found;
  if (!arityMatches(spec, command.argv.length)) return reject(server, client, `ERR wrong number of arguments for '${spec.name}' command`);
  const flags = (spec.flags & Flag.flagsOfScript) === 0 ? spec.flags : scriptCommandFlags(server, spec.flags, command);
  const queued = spec.name === 'exec' ? client.multi : null;
  const any = queued === null ? flags : flags | queued.flags;
  const missing = queued === null ? ~flags : ~flags | queued.missingFlags;
  const refusal = refusalOf(server, client, spec, any, missing);
  if (refusal !== null) {
    if (queued === null) return reject(server, client, refusal);
    // multi.c: execCommandAbort. The transaction is over.
    discardTransaction(server, client);
    return reject(server, client, `EXECABORT Transaction discarded because of: ${refusal}`);
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
  afterExecution(server, spec.flags);
  if (server.replication.masterReplOffset !== before) client.writeOffset = server.replication.masterReplOffset;
  if (reply !== null) addReply(server, client, reply);
  if (server.blockedOnKeys !== null) serveReadyKeys(server, server.blockedOnKeys);
}

/**
 * The reasons not to run a command, in the order in which Redis looks; null: it may run. `any`: bits of the command, for
 * EXEC those that any of the queued commands has; `missing`: those that at least one lacks.
 */
function refusalOf(server: Server, client: Client, spec: { readonly name: string; readonly flags: number }, any: number, missing: number): string | null {
  const obey = client.kind === 'master';
  if (spec.name === 'debug' && server.config['enable-debug-command'] === 'no') {
    return 'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.';
  }
  if (!client.authenticated && !obey && server.config.requirepass !== '' && (spec.flags & Flag.noAuth) === 0) return 'NOAUTH Authentication required.';
  if (client.multi !== null && (spec.flags & Flag.noMulti) !== 0) return 'ERR Command not allowed inside a transaction';
  const writes = (any & Flag.write) !== 0;
  if ((writes || spec.name === 'ping') && !obey && writesDeniedByDiskError(server)) return misconf(productTitle(server));
  if (writes && !obey && !enoughGoodReplicas(server)) return 'NOREPLICAS Not enough good replicas to write.';
  const replica = !isMaster(server);
  if (replica && writes && !obey && server.config['replica-read-only']) return "READONLY You can't write against a read only replica.";
  if (replica && server.replication.linkState !== 'connected' && !server.config['replica-serve-stale-data'] && (missing & Flag.stale) !== 0) {
    return "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
  }
  if (server.loading !== null && (server.loading.async ? (any & Flag.noAsyncLoading) !== 0 : (missing & Flag.loading) !== 0)) return `LOADING ${productTitle(server)} is loading the dataset in memory`;
  if (client.replica !== null && (any & (Flag.write | Flag.readonly | Flag.mayReplicate)) !== 0) return "ERR Replica can't interact with the keyspace";
  return null;
}

/** server.c: writeCommandsDeniedByDiskError. Who wants its data saved is told when that fails. */
function writesDeniedByDiskError({ config, lastBgsaveOk }: Server): boolean {
  return config['stop-writes-on-bgsave-error'] && config.save.length > 0 && !lastBgsaveOk;
}

function misconf(title: string): string {
  return `MISCONF ${title} is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the ${title} logs for details about the RDB error.`;
}

/** server.c: rejectCommand. Inside MULTI it spoils the transaction. */
function reject(server: Server, client: Client, text: string): void {
  if (client.multi !== null) client.multi.dirty = true;
  // A master's stream never holds what we must refuse; if it does, the data have parted (server.c: afterErrorReply).
  addReply(server, client, { type: 'error', text });
}

function unknownCommand(argv: readonly Bytes[]): string {
  const name = bytesToString(argv[0] ?? '').slice(0, 128);
  const args = argv.slice(1).map((argument) => `'${bytesToString(argument).slice(0, 128)}' `).join('');
  return `ERR unknown command '${name}', with args beginning with: ${args}`;
}

/**
 * server.c: call. Runs a command and gathers what it wants propagated; sending it on is the caller's, when the whole
 * execution unit (a command, or all of EXEC) is over.
 */
export function call(server: Server, client: Client, found: AnyCommand, command: Command): Reply | null {
  server.stats.commands += 1;
  const context = server.context as ExecutionContext;
  if (found.on === 'server') return found.spec.run({ server, client }, command.argv);
  context.begin(client, command);
  const reply = found.spec.run(context, command.argv);
  context.end(server, client, command);
  if (context.wish === null) return reply;
  blockForKeys(server, client, command, context.wish);
  return null;
}
