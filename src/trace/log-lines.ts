/**
 * The log of a real server, as a view of facts: the words that an operator searches for.
 *
 * Each fact that a server would log gives its lines, without the prefix (pid, role, date). What no fact
 * knows (process ids, how long a fork took) is not invented: lines that are about nothing else are absent.
 * The sentences of the releases differ in few words; a `LogWords` names them (`log-words.ts`).
 */
import type { PsyncEvidence, PsyncReason } from '../redis/replication/psync.ts';
import type { RedisFact } from '../redis/facts.ts';
import type { FactBody } from './fact.ts';
import type { LogWords } from './log-words.ts';

/** In a line: words that a server prints there, and that no fact knows (file descriptors, ages, buffers). */
export const UNTOLD = '…';

/** The lines that a server logs when this happens to it, in order; none for what it does not log. */
export function logLines(body: FactBody, words: LogWords): string[] {
  const lines = sentences(body, words);
  // Nobody told us its port: that, too, is said in the word for a replica.
  return words.replica === 'replica' ? lines : lines.map((line) => line.replace('<unknown-replica-port>', `<unknown-${words.replica}-port>`));
}

function sentences(body: FactBody, words: LogWords): string[] {
  switch (body.kind) {
    // -- life of a process
    case 'server-started':
      if (body.base === undefined) return [];
      return body.base === 'file'
        ? ['Reading RDB base file on AOF loading...', 'RDB is base AOF']
        : ['Reading RDB preamble from AOF file...', ...(words.namesAofTail ? ['RDB has an AOF tail'] : []), 'Reading the remaining AOF tail...'];
    case 'start-failed':
      return startFailed(body, words);
    case 'shutdown-started':
      return ['User requested shutdown...', ...(body.waitsForReplicas ? ['Waiting for replicas before shutting down.'] : [])];
    case 'shutdown-replicas':
      return body.total === 0 ? [] : [`${body.inSync} of ${body.total} replicas are in sync when shutting down.`];
    case 'shutdown-blocked':
      return body.forced
        ? ['Writing initial AOF. Exit anyway.']
        : ["Writing initial AOF, can't exit.", ...(words.saysShutdownFailed ? ['Errors trying to shut down the server. Check the logs for more information.'] : [])];
    case 'final-fsync':
      return ['Calling fsync() on the AOF file.'];
    case 'final-save':
      return ['Saving the final RDB snapshot before exiting.', 'DB saved on disk'];
    case 'shutdown-aborted':
      return words.saysShutdownFailed ? ['Shutdown manually aborted.'] : []; // as old as SHUTDOWN ABORT
    case 'rdb-saved':
      return ['DB saved on disk'];
    case 'server-stopped':
      return body.how === 'shutdown' ? [`${words.product} is now ready to exit, bye bye...`] : [];
    case 'debug-reload':
      return ['DB reloaded by DEBUG RELOAD'];

    // -- role and history
    case 'role-changed':
      // Whoever ordered it logs it (replicaofCommand, syncCommand); a FAILOVER that demotes or gives up says nothing of it.
      if (body.by === '') return [];
      return [
        (body.role === 'master' ? `${words.MASTER} MODE enabled` : `${words.replicaof} ${body.masterHost}:${body.masterPort} enabled`) +
          (words.terse ? ' (user request)' : ` (${body.by})`),
      ];
    case 'replid-changed':
      if (body.why === 'promotion') {
        return [
          `Setting secondary replication ID to ${body.replid2}, valid up to offset: ${body.secondOffset}. New replication ID is ${body.replid}`,
        ];
      }
      return body.why === 'continue' ? [`${words.Master} replication ID changed to ${body.replid}`] : [];
    case 'backlog-created':
      return body.newReplid && words.saysBacklogCreated ? [`Replication backlog created, my new replication IDs are '${body.replid}' and '${body.replid2}'`] : [];
    case 'final-pings-forgotten':
      return [`Using the meaningful offset ${body.offset} instead of ${body.instead} to exclude the final PINGs (${body.instead - body.offset} bytes difference)`];
    case 'backlog-freed':
      return [`Replication backlog freed after ${body.ttlSeconds} seconds without connected ${words.replica}s.`];

    // -- the replica's side of its link
    case 'link-connecting':
      return [connecting(body, words)];
    case 'link-sync-started':
      return [`${words.MASTER} <-> ${words.REPLICA} sync started`];
    case 'link-connect-failed':
      return [`Error condition on socket for SYNC: ${CONNECT_ERRORS[body.why]}`];
    case 'link-timeout':
      return [linkTimeout(body, words)];
    case 'link-handshake-error':
      return handshakeError(body, words);
    case 'link-handshake-lost':
      return [
        body.step === 'receive-psync-reply' ? `${words.Master} did not reply to PSYNC, will try later` : `${words.Master} did not respond to command during SYNC handshake`,
      ];
    case 'cached-master-made':
      return [
        body.from === 'lost-link'
          ? `Caching the disconnected ${words.master} state.`
          : `Before turning into a ${words.replica}, using ${words.myMaster} parameters to synthesize a cached ${words.master}: I may be able to synchronize with the new ${words.master} with just a partial transfer.`,
      ];
    case 'cached-master-discarded':
      return [`Discarding previously cached ${words.master} state.`];
    case 'error-to-master':
      return !body.logged ? [] : [`== CRITICAL == This ${words.replica} is sending an error to its ${words.master}: '${body.error}' after processing the command '${body.command === '' ? '<unknown>' : body.command}'`];
    case 'psync-sent':
      return [
        body.cached
          ? `Trying a partial resynchronization (request ${body.replid}:${body.offset}).`
          : `Partial resynchronization not possible (no cached ${words.master})`,
      ];
    case 'sync-fallback':
      return ['Retrying with SYNC...'];
    case 'psync-reply':
      return [psyncReply(body, words)];
    case 'transfer-started':
      return [transferStarted(body, words)];
    case 'transfer-aborted':
      return transferAborted(body, words);
    case 'flush-started':
      return words.terse ? [] : [`${words.MASTER} <-> ${words.REPLICA} sync: Flushing old data`];
    case 'load-started':
      return [`${words.MASTER} <-> ${words.REPLICA} sync: Loading DB in memory`];
    case 'load-failed':
      return loadFailed(body, words);
    case 'data-swapped':
      return [`${words.MASTER} <-> ${words.REPLICA} sync: Swapping active DB with loaded DB`, `${words.MASTER} <-> ${words.REPLICA} sync: Discarding old DB in background`];
    case 'sync-file-removed':
      return [
        body.side === 'master'
          ? 'Removing the RDB file used to feed replicas in a persistence-less instance'
          : `Removing the RDB file obtained from the ${words.master}. This replica has persistence disabled`,
      ];
    case 'load-finished':
      return [
        ...(words.countsKeys ? [`Done loading RDB, keys loaded: ${body.keys}, keys expired: 0.`] : []),
        `${words.MASTER} <-> ${words.REPLICA} sync: Finished with success`,
      ];
    case 'link-online':
      return body.how === 'partial' ? [`${words.MASTER} <-> ${words.REPLICA} sync: ${words.Master} accepted a Partial Resynchronization.`] : [];
    case 'stream-corrupt':
      return [
        `WARNING: Receiving inline protocol from ${words.master}, ${words.master} stream corruption? Closing the ${words.master} connection and discarding the cached ${words.master}.`,
        // networking.c: setProtocolError prints the unread bytes, with a dot for the CR and the LF.
        `Protocol error (Master using the inline protocol. Desync?) from client: ${UNTOLD}. Query buffer during protocol error: '${body.line}..'`,
      ];
    case 'link-lost':
      return words.terse ? [] : [`Connection with ${words.master} lost.`];

    // -- over two connections
    case 'main-channel-psync-sent':
      return [`Trying a partial resynchronization using main channel (request ${body.replid}:${body.offset}).`];
    case 'main-channel-streams':
      return [`Primary <-> REPLICA sync: Primary accepted a Partial Resynchronization${body.inBackground ? ', RDB load in background.' : '.'}`];
    case 'local-buffer-full':
      return ['Replication buffer limit reached, stopping buffering.'];
    case 'local-buffer-applied':
      return ['Successfully streamed replication data into memory'];
    case 'rdb-loaded':
      return [`Done loading RDB, keys loaded: ${body.keys}, keys expired: 0.`];
    case 'sync-finished':
      return [`${words.MASTER} <-> ${words.REPLICA} sync: Finished with success`];
    case 'dual-channel-aborted':
      return [...dualChannelError(body), 'Aborting dual channel sync'];
    case 'dual-channel-offered':
      return [`Replica ${body.replica} is capable of dual channel synchronization, and partial sync isn't possible. Full sync will continue with dedicated RDB channel.`];
    case 'rdb-channel-asked':
      return [`Replica ${body.replica} asks for synchronization`];
    case 'endoff-sent':
      return [`Sending to replica ${body.replica} RDB end offset ${body.offset} and client-id ${body.clientId}`];
    case 'main-channel-joined':
      return [
        `Replica ${body.replica} asks for synchronization`,
        `Partial resynchronization request from ${body.replica} accepted. Sending ${body.toSend} bytes of backlog starting from offset ${body.offset}.`,
      ];
    case 'rdb-channel-sent':
      return [
        ...(body.from === 'socket' ? [`Streamed RDB transfer with replica ${body.replica} succeeded (socket). Waiting for REPLCONF ACK from replica to enable streaming`] : []),
        `RDB transfer completed, rdb only replica (${body.replica}) should be disconnected asap`,
      ];
    case 'rdb-channel-grace-over':
      return [`Replica main channel failed to establish PSYNC within the grace period (${body.afterSeconds} seconds). Freeing RDB client ${body.clientId}.`];

    // -- the master's side of a replica
    case 'sync-asked':
      return [words.terse ? `${words.Replica} ask for synchronization` : `${words.Replica} ${body.replica} asks for synchronization`];
    case 'sync-decided':
      return decision(body.replica, body.reason, body.evidence, words);
    case 'sync-waits':
      return syncWaits(body.for, words);
    case 'bgsave-started':
      if (words.terse && body.reason === 'sync') return ['Starting BGSAVE for SYNC'];
      return body.reason === 'sync' ? [`Starting BGSAVE for SYNC with target: ${body.target === 'disk' ? 'disk' : words.sockets}${words.namesTransferKind ? ` using: ${body.channel === 'rdb' ? 'dual-channel' : 'normal sync'}` : ''}`] : [];
    case 'bgsave-start-failed':
      return [
        "BGSAVE for replication: replication information not available, can't generate the RDB file right now. Try later.",
        'BGSAVE for replication failed',
      ];
    case 'bgsave-ended':
      return bgsaveEnded(body, words);
    case 'bgsave-killed':
      return bgsaveKilled(body);
    case 'replica-state':
      return replicaState(body, words);
    case 'replica-streaming':
      return words.inStep === 'with-its-stream' ? [`Synchronization with ${words.replica} ${body.replica} succeeded`] : [];
    case 'replica-timeout':
      return [
        `Disconnecting timedout ${words.replica}${words.namesTimeoutPhase ? ` (${body.phase === 'streaming' ? 'streaming sync' : 'full sync'})` : ''}: ${body.replica}`,
      ];
    case 'replica-over-limit':
      return [`Client ${UNTOLD} omem=${body.used} ${UNTOLD} scheduled to be closed ASAP for overcoming of output buffer limits.`];
    case 'replica-lost':
      return [
        ...(body.cause === 'bgsave-failed' ? ['SYNC failed. BGSAVE child returned an error'] : []),
        ...(words.terse ? [] : [body.channel === 'rdb' ? `Replica ${body.replica} rdb channel disconnected.` : `Connection with ${words.replica} ${body.replica} lost.`]),
      ];

    // -- append-only file, FAILOVER
    case 'aof-rewrite':
      return aofRewrite(body, words);
    case 'failover':
      return failover(body.phase, body.detail);
    default:
      return [];
  }
}

function startFailed(wrong: Told<'start-failed'>, words: LogWords): string[] {
  const atTheEnd = words.whyLoadFailed === 'server-logs' ? ', check server logs.' : ': Invalid argument.';
  if (wrong.why === 'not-commands') return ['Bad file format reading the append only file: make a backup of your AOF file, then use ./redis-check-aof --fix <filename>'];
  if (wrong.why === 'unknown-command') return [`Unknown command '${wrong.command}' reading the append only file${words.aofInParts ? ` appendonly.aof.${wrong.sequence}.incr.aof` : ''}`];
  const tooNew = `Can't handle RDB format version ${wrong.format}`;
  if (wrong.file === 'rdb') return [tooNew, `Fatal error loading the DB${atTheEnd} Exiting.`];
  if (words.aofInParts) return ['Reading RDB base file on AOF loading...', tooNew, `Error reading the RDB base file appendonly.aof.${wrong.sequence}.base.rdb, AOF loading aborted`];
  return ['Reading RDB preamble from AOF file...', tooNew, 'Error reading the RDB preamble of the AOF file, AOF loading aborted', 'Unrecoverable error reading the append only file: Invalid argument'];
}

type Told<Kind extends RedisFact['kind']> = Extract<RedisFact, { kind: Kind }>;

const CONNECT_ERRORS: Readonly<Record<Told<'link-connect-failed'>['why'], string>> = {
  refused: 'Connection refused', unreachable: 'No route to host', timeout: 'Connection timed out',
};

function linkTimeout({ phase }: Told<'link-timeout'>, words: LogWords): string {
  switch (phase) {
    case 'handshake':
      return `Timeout connecting to the ${words.MASTER}...`;
    case 'transfer':
      return `Timeout receiving bulk data from ${words.MASTER}... If the problem persists try to set the 'repl-timeout' parameter in ${words.confFile} to a larger value.`;
    case 'connected':
      return `${words.MASTER} ${words.terse ? 'time out' : 'timeout'}: no data nor PING received...`;
  }
}

const SYNC_WAITS: Readonly<Record<Told<'sync-waits'>['for'], string>> = {
  'bgsave-attached': 'Waiting for end of BGSAVE for SYNC',
  'bgsave-incompatible': "Can't attach the % to the current BGSAVE. Waiting for next BGSAVE for SYNC",
  'bgsave-socket': 'Current BGSAVE has socket target. Waiting for next BGSAVE for SYNC',
  'diskless-delay': 'Delay next BGSAVE for diskless SYNC',
  'other-child': 'No BGSAVE in progress, but % is active. BGSAVE for replication delayed',
};

function syncWaits(reason: Told<'sync-waits'>['for'], words: LogWords): string[] {
  if (words.saysWhyItWaits) return [SYNC_WAITS[reason].replace('%', reason === 'other-child' ? words.otherChild : words.replica)];
  if (reason === 'other-child') return [];
  return [reason === 'diskless-delay' ? 'Delay next BGSAVE for SYNC' : reason === 'bgsave-attached' ? SYNC_WAITS[reason] : 'Waiting for next BGSAVE for SYNC'];
}

function connecting({ masterHost, masterPort, why }: Told<'link-connecting'>, words: LogWords): string {
  const where = `${masterHost}:${masterPort}`;
  if (why === 'lost') return `Reconnecting to ${words.MASTER} ${where}`;
  return why === 'failure' ? `Reconnecting to ${words.MASTER} ${where} after failure` : `Connecting to ${words.MASTER} ${where}`;
}

function handshakeError({ step, error: reply }: Told<'link-handshake-error'>, words: LogWords): string[] {
  // 2.6 tells apart what the master said from what went wrong on the way.
  const error = !words.terse ? reply : reply.startsWith('-Reading') || reply.startsWith('-Writing') ? reply.slice(1) : `Error from master: ${reply}`;
  switch (step) {
    case 'ping':
      return [`Error reply to PING from ${words.master}: '${reply}'`];
    case 'auth':
      return [`Unable to AUTH to ${words.MASTER}: ${error}`];
    case 'listening-port':
    case 'ip-address':
    case 'capa':
    case 'version':
      return [`${words.terse ? '(non critical):' : '(Non critical)'} ${words.Master} does not understand REPLCONF ${step === 'version' ? 'VERSION' : step}: ${error}`];
    case 'psync':
      return [`Unable to send PSYNC to ${words.master}: ${error}`];
    case 'sync':
      return [`I/O error writing to ${words.MASTER}: ${error}`];
  }
}

function psyncReply({ reply, replid, offset, line }: Told<'psync-reply'>, words: LogWords): string {
  switch (reply) {
    case 'fullresync':
      return `Full resync from ${words.master}: ${replid}:${offset}`;
    case 'continue':
      return `Successful partial resynchronization with ${words.master}.`;
    case 'try-later':
      return `${words.Master} is currently unable to PSYNC but should be in the future: ${line}`;
    case 'dual-channel':
      return 'PSYNC is not possible, initialize RDB channel.';
    case 'not-supported':
      return line.startsWith('-ERR')
        ? `${words.Master} does not support PSYNC or is in error state (reply: ${line})`
        : `Unexpected reply to PSYNC from ${words.master}: ${line}`;
  }
}

/** What is logged of it before it is given up. */
function dualChannelError({ why, error }: Told<'dual-channel-aborted'>): string[] {
  switch (why) {
    case 'rdb-channel-refused':
      return [`Error condition on socket for dual channel replication: ${CONNECT_ERRORS[error as keyof typeof CONNECT_ERRORS]}`];
    case 'rdb-channel-lost':
      return [UNREADABLE, ...(error === 'endoff' ? [] : [`Primary did not respond to ${error} command during SYNC handshake`])];
    case 'auth-error':
      return [`Unable to AUTH to Primary: ${error}`];
    case 'replconf-error':
      return [`Server does not support sync with offset, dual channel sync approach cannot be used: ${error}`];
    case 'bad-endoff':
      return [`Received unexpected $ENDOFF response: ${error}`];
    case 'main-channel-unknown':
      return [`Primary does not understand REPLCONF identify: ${error}`, 'Aborting dual channel sync. Main channel psync result -1'];
    case 'main-channel-refused':
      return [`Aborting dual channel sync. Main channel psync result ${psyncResult(error)}`];
    case 'main-channel-lost':
      if (error === 'stream') return [];
      return error === 'psync'
        ? [UNREADABLE, 'Primary did not reply to PSYNC, will try later', 'Aborting dual channel sync. Main channel psync result 5']
        : [UNREADABLE, 'Aborting dual channel sync. Main channel psync result -1'];
    case 'given-up':
      return [];
  }
}

/** The connection has no error of its own: it was closed in order. */
const UNREADABLE = 'Failed to read response from the server: Success';

/** replication.c: PSYNC_FULLRESYNC and the like. */
function psyncResult(reply: string): number {
  if (reply.startsWith('+FULLRESYNC')) return 3;
  if (reply.startsWith('+DUALCHANNELSYNC')) return 6;
  return reply.startsWith('-NOMASTERLINK') || reply.startsWith('-LOADING') ? 5 : 4;
}

function transferStarted({ framing, bytes, to }: Told<'transfer-started'>, words: LogWords): string {
  const what = framing === 'eof' ? `streamed RDB from ${words.master}` : `${bytes} bytes from ${words.master}`;
  const target = words.namesTransferTarget ? `${framing === 'eof' ? ' with EOF' : ''} to ${to}` : '';
  return `${words.MASTER} <-> ${words.REPLICA} sync: receiving ${what}${target}`;
}

function transferAborted({ why, error, received }: Told<'transfer-aborted'>, words: LogWords): string[] {
  switch (why) {
    case 'connection-lost':
      // Before the header the system's own word is printed, and that is "Success" when the peer just closed.
      return [
        received < 0
          ? `I/O error reading bulk count from ${words.MASTER}: ${error === '' ? 'Success' : error}`
          : `I/O error trying to sync with ${words.MASTER}: ${error === '' ? 'connection lost' : error}`,
      ];
    case 'error-reply':
      return [`${words.MASTER} aborted replication with an error: ${error.replace(/^-/, '')}`];
    case 'bad-protocol':
      return [
        `Bad protocol from ${words.MASTER}, the first byte is not '$'${words.terse ? '' : ` (we received '${error}')`}, are you sure the host and port are right?`,
      ];
    case 'io-error':
      return [
        `Write error or short write writing to the DB dump file needed for ${words.MASTER} <-> ${words.REPLICA} synchronization: ${error === '' ? 'short write' : error}`,
      ];
    case 'superseded':
      return [];
  }
}

function loadFailed({ error, at }: Told<'load-failed'>, words: LogWords): string[] {
  if (at === 'rename') return [`Failed trying to rename the temp DB into dump.rdb in ${words.MASTER} <-> ${words.REPLICA} synchronization: ${error === '' ? 'Permission denied' : error}`];
  const from = at === 'socket' ? 'socket' : 'disk';
  return [
    ...(error === '' ? [] : [error]),
    `Failed trying to load the ${words.MASTER} synchronization DB from ${from}${whyLoadFailed(error, at, words)}`,
  ];
}

function whyLoadFailed(error: string, at: Told<'load-failed'>['at'], { whyLoadFailed: where }: LogWords): string {
  if (where === 'server-logs') return ', check server logs.';
  if (where === 'nowhere' || (where === 'from-socket' && at !== 'socket')) return '';
  // rdb.c: a file of a newer format is an invalid argument; what else went wrong set some number, or none.
  return `: ${error.startsWith("Can't handle RDB format") ? 'Invalid argument' : UNTOLD}`;
}

/** What a master logs about its verdict; a plain SYNC gets none. */
function decision(replica: string, reason: PsyncReason, evidence: PsyncEvidence, words: LogWords): string[] {
  const { askedReplid, askedOffset, replid, replid2, secondOffset, masterOffset, toSend } = evidence;
  switch (reason) {
    case 'first-contact':
      return words.terse ? [] : [`Full resync requested by ${words.replica} ${replica}`];
    case 'unknown-id':
      if (words.mismatch === 'runid') return [`Partial resynchronization not accepted: Runid mismatch (Client asked for '${askedReplid}', I'm '${replid}')`];
      if (words.mismatch === 'runids') return [`Partial resynchronization not accepted: Runid mismatch (Client asked for runid '${askedReplid}', my runid is '${replid}')`];
      return [
        `Partial resynchronization not accepted: Replication ID mismatch (${words.Replica} asked for '${askedReplid}', my replication IDs are '${replid}' and '${replid2}')`,
      ];
    case 'past-second-offset':
      return [
        `Partial resynchronization not accepted: Requested offset for second ID was ${askedOffset}, but I can reply up to ${secondOffset}`,
      ];
    case 'no-backlog':
    case 'offset-before-backlog':
    case 'offset-after-end':
      return [
        `Unable to partial resync with ${words.replica} ${replica} for lack of backlog (${words.Replica} request was: ${askedOffset}).`,
        ...(askedOffset > masterOffset
          ? [`Warning: ${words.replica} ${replica} tried to PSYNC with an offset that is greater than the ${words.master} replication offset.`]
          : []),
      ];
    case 'in-backlog':
      return [
        `Partial resynchronization request from ${replica} accepted. Sending ${toSend} bytes of backlog starting from offset ${askedOffset}.`,
      ];
    case 'sync-command':
      return [];
  }
}

function bgsaveEnded({ target, outcome, replicasStillUp }: Told<'bgsave-ended'>, { failedTransfer }: LogWords): string[] {
  if (target === 'disk') {
    if (outcome === 'ok') return ['Background saving terminated with success'];
    return [outcome === 'error' ? 'Background saving error' : `Background saving terminated by signal ${SIGNALS[outcome]}`];
  }
  if (outcome === 'ok') {
    return [
      ...(replicasStillUp < 0 ? [] : [`Diskless rdb transfer, done reading from pipe, ${replicasStillUp} replicas still up.`]),
      'Background RDB transfer terminated with success',
    ];
  }
  return [outcome === 'error' ? `${failedTransfer} error` : `${failedTransfer} terminated by signal ${SIGNALS[outcome]}`];
}

/** Of each replica that a diskless BGSAVE fed, from 2.8 to 5.0; they kept the word. */
export function streamedLine(replica: string): string {
  return `Slave ${replica} correctly received the streamed RDB file.`;
}

/** SIGUSR1, by which a server ends its own child, and SIGKILL, by which others do. */
const SIGNALS = { killed: 10, signal: 9 } as const;

function bgsaveKilled({ target, why }: Told<'bgsave-killed'>): string[] {
  if (why === 'shutdown') return ['There is a child saving an .rdb. Killing it!'];
  return why === 'last-replica-dropped' && target === 'socket' ? ['Diskless rdb transfer, last replica dropped, killing fork child.'] : [];
}

function replicaState({ state, how, replica }: Told<'replica-state'>, words: LogWords): string[] {
  if (state !== 'online' || how === 'partial') return [];
  if (words.terse) return [`Synchronization with ${words.replica} succeeded`];
  return [
    ...(how === 'full-socket' ? [`Streamed RDB transfer with ${words.replica} ${replica} succeeded (socket). Waiting for REPLCONF ACK from ${words.acknowledger} to enable streaming`] : []),
    ...(words.inStep === 'at-once' ? [`Synchronization with ${words.replica} ${replica} succeeded`] : []),
  ];
}

function aofRewrite({ phase, ok, sequence }: Told<'aof-rewrite'>, words: LogWords): string[] {
  if (!words.aofInParts) return wholeAofRewrite(phase, ok);
  switch (phase) {
    case 'base-created':
      return [`Creating AOF base file appendonly.aof.${sequence}.base.rdb on server start`];
    case 'started':
      return ['Creating AOF incr file temp-appendonly.aof.incr on background rewrite'];
    case 'ended':
      return [ok ? 'Background AOF rewrite terminated with success' : 'Background AOF rewrite terminated with error'];
    case 'finished':
      return [
        `Removing the history file appendonly.aof.${sequence}.incr.aof in the background`,
        `Removing the history file appendonly.aof.${sequence}.base.rdb in the background`,
        'Background AOF rewrite finished successfully',
      ];
  }
}

/** Up to 6.2 the file is one; the child that writes it says that it is done. */
function wholeAofRewrite(phase: Told<'aof-rewrite'>['phase'], ok: boolean): string[] {
  switch (phase) {
    case 'base-created':
    case 'started':
      return [];
    case 'ended':
      return ok ? ['SYNC append only file rewrite performed', 'Background AOF rewrite terminated with success'] : ['Background AOF rewrite terminated with error'];
    case 'finished':
      return ['Background AOF rewrite finished successfully'];
  }
}

function failover(phase: string, detail: string): string[] {
  switch (phase) {
    case 'requested':
      return [`FAILOVER requested to ${detail === '' ? 'any replica' : detail}.`];
    case 'synced':
      return [`Failover target ${detail} is synced, failing over.`];
    case 'received':
      return [`Failover request received for replid ${detail}.`];
    case 'aborted':
      return [`FAILOVER to ${detail}`];
    case 'timed-out':
      return [`FAILOVER to ${detail} time out exceeded, failing over.`];
    default:
      return [];
  }
}
