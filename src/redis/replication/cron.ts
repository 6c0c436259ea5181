/**
 * replication.c: replicationCron, once a second, as an array of named duties in Redis' order. The order is behaviour:
 * a time-out found early in a call is followed by the reconnect in the same call.
 */
import { freeClient } from '../networking.ts';
import type { Server } from '../server.ts';
import { refreshGoodReplicas } from './acks.ts';
import { freeBacklog } from './backlog.ts';
import { updateFailoverStatus } from './failover.ts';
import { removeRdbUsedToSyncReplicas, startPendingFork } from './master/bgsave.ts';
import { dropTimedOutReplicas } from './master/replica-client.ts';
import { cancelHandshake, connectWithMaster } from './replica/connect.ts';
import { sendAck } from './replica/master-link.ts';
import { isHandshake } from './state.ts';

export interface Duty {
  readonly name: string;
  readonly run: (server: Server) => void;
}

export const REPLICATION_DUTIES: readonly Duty[] = [
  { name: 'failover', run: updateFailoverStatus },
  { name: 'handshake timeout', run: handshakeTimeout },
  { name: 'transfer timeout', run: transferTimeout },
  { name: 'master timeout', run: masterTimeout },
  { name: 'connect', run: connect },
  { name: 'acknowledge', run: acknowledge },
  { name: 'PINGs and newlines', run: (server) => server.generation.giveSignsOfLife(server) },
  { name: 'drop timed out replicas', run: dropTimedOutReplicas },
  { name: 'free an idle backlog', run: freeIdleBacklog },
  { name: 'forget which scripts all know', run: forgetKnownScripts },
  { name: 'start a pending BGSAVE', run: (server) => startPendingFork(server) },
  { name: 'remove a file made for replicas', run: removeRdbUsedToSyncReplicas },
  { name: 'count good replicas', run: refreshGoodReplicas },
];

export function replicationCron(server: Server): void {
  for (const duty of REPLICATION_DUTIES) duty.run(server);
  server.replication.cronLoops += 1;
}

function timedOut(server: Server, sinceS: number, phase: 'handshake' | 'transfer' | 'connected'): boolean {
  const limitSeconds = server.config['repl-timeout'];
  const silentSeconds = server.unixtime - sinceS;
  if (silentSeconds <= limitSeconds) return false;
  server.ports.tell({ kind: 'link-timeout', phase, silentSeconds, limitSeconds });
  return true;
}

function handshakeTimeout(server: Server): void {
  const { linkState, handshake, rdbChannel } = server.replication;
  if (handshake === null || (linkState !== 'connecting' && !isHandshake(linkState))) return;
  const lastIoS = Math.max(handshake.lastIoS, rdbChannel?.lastIoS ?? 0);
  if (timedOut(server, lastIoS, 'handshake')) cancelHandshake(server, true);
}

function transferTimeout(server: Server): void {
  const { linkState, handshake, rdbChannel } = server.replication;
  if (handshake === null || linkState !== 'transfer') return;
  const lastIoS = Math.max(handshake.lastIoS, rdbChannel?.lastIoS ?? 0);
  if (timedOut(server, lastIoS, 'transfer')) cancelHandshake(server, true);
}

function masterTimeout(server: Server): void {
  const { linkState, master } = server.replication;
  if (master === null || linkState !== 'connected') return;
  if (timedOut(server, master.lastInteractionS, 'connected')) freeClient(server, master, 'repl-timeout');
}

function connect(server: Server): void {
  if (server.replication.linkState === 'connect') connectWithMaster(server, server.replication.cronLoops === 0 ? 'start' : 'cron');
}

function acknowledge(server: Server): void {
  const side = server.replication.master?.master;
  if (side !== undefined && side !== null && !side.prePsync) sendAck(server);
}

/** Nobody is left who could know them (replicationScriptCacheFlush, 2.8 to 6.2). */
function forgetKnownScripts({ profile, replication, aof, scripts }: Server): void {
  if (profile.scripts.travel === 'effects') return; // no script is sent
  if (scripts.knownToAll.size > 0 && replication.replicas.length === 0 && aof.state === 'off') scripts.knownToAll.clear();
}

/** replication.c: replicationCron, "free it after some (configured) time". */
function freeIdleBacklog(server: Server): void {
  const { replication, generation } = server;
  const ttl = server.config['repl-backlog-ttl'];
  if (replication.replicas.length > 0 || ttl === 0 || replication.backlog === null || !generation.backlogMayGo(server)) return;
  const idle = server.unixtime - replication.noReplicasSinceS;
  if (idle <= ttl) return;
  freeBacklog(replication);
  server.ports.tell({ kind: 'backlog-freed', afterSeconds: idle, ttlSeconds: ttl });
  generation.backlogGone(server);
}
