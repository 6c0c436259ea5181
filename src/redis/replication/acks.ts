/**
 * Acknowledgements: which replicas count as good (min-replicas), and clients that WAIT for them.
 */
import type { Client } from '../client.ts';
import { addReply, resumeClient } from '../networking.ts';
import type { Reply } from '../protocol/payload.ts';
import { isMaster, type Server, wallMs } from '../server.ts';
import { feedReplicas, GETACK } from './feed.ts';

/** replication.c: refreshGoodSlavesCount. A replica is good while its last ACK is at most max-lag seconds old. */
export function refreshGoodReplicas(server: Server): void {
  const toWrite = server.config['min-replicas-to-write'];
  const maxLag = server.config['min-replicas-max-lag'];
  if (toWrite === 0 || maxLag === 0) return;
  let good = 0;
  for (const { replica } of server.replication.replicas) {
    if (replica?.state === 'online' && server.unixtime - replica.ackTimeS <= maxLag) good += 1;
  }
  server.replication.goodReplicas = good;
}

/** replication.c: checkGoodReplicasStatus. False: writes are refused with NOREPLICAS. */
export function enoughGoodReplicas(server: Server): boolean {
  const toWrite = server.config['min-replicas-to-write'];
  const maxLag = server.config['min-replicas-max-lag'];
  return !isMaster(server) || toWrite === 0 || maxLag === 0 || server.replication.goodReplicas >= toWrite;
}

/** replication.c: replicationCountAcksByOffset, replicationCountAOFAcksByOffset */
export function countAcks(server: Server, offset: number, of: 'ackOffset' | 'aofOffset' = 'ackOffset'): number {
  let count = 0;
  for (const { replica } of server.replication.replicas) {
    if (replica?.state === 'online' && replica[of] >= offset) count += 1;
  }
  return count;
}

/**
 * replication.c: waitCommand. Replies at once when enough replicas have acknowledged, or blocks; one GETACK for all who
 * wait goes out at the end of the turn. `timeoutMs` 0: for ever.
 */
export function waitForReplicas(server: Server, client: Client, replicas: number, timeoutMs: number): Reply | null {
  const count = countAcks(server, client.writeOffset);
  if (count >= replicas || server.inExec || server.script !== null) return { type: 'integer', value: count };
  client.blocked = { on: 'replicas', offset: client.writeOffset, replicas, deadlineMs: timeoutMs === 0 ? Infinity : wallMs(server) + timeoutMs };
  server.waitingAcks = [...server.waitingAcks, client];
  server.replication.getAckFromReplicas = true;
  return null;
}

/**
 * replication.c: waitaofCommand (7.2). Waits for fsyncs: of this server's own append-only file (`local` 0 or 1), and of so many
 * replicas', which tell by FACK how far they are.
 */
export function waitForFsync(server: Server, client: Client, local: number, replicas: number, timeoutMs: number): Reply | null {
  const offset = client.writeOffset;
  const deadlineMs = timeoutMs === 0 ? Infinity : wallMs(server) + timeoutMs;
  if (isFsynced(server, { offset, local, replicas }) || server.inExec || server.script !== null) return fsyncReply(server, offset);
  client.blocked = { on: 'aof', offset, local, replicas, deadlineMs };
  server.waitingAcks = [...server.waitingAcks, client];
  server.replication.getAckFromReplicas = true;
  return null;
}

function isFsynced(server: Server, { offset, local, replicas }: { readonly offset: number; readonly local: number; readonly replicas: number }): boolean {
  return fsyncedHere(server, offset) >= local && countAcks(server, offset, 'aofOffset') >= replicas;
}

function fsyncedHere(server: Server, offset: number): 0 | 1 {
  return server.aof.fsyncedReplOffset >= offset ? 1 : 0;
}

function fsyncReply(server: Server, offset: number): Reply {
  return { type: 'array', items: [{ type: 'integer', value: fsyncedHere(server, offset) }, { type: 'integer', value: countAcks(server, offset, 'aofOffset') }] };
}

/** replication.c: processClientsWaitingReplicas, and timeouts (timeout.c: handleBlockedClientsTimeout), which nothing wakes up for: the next tick or request finds them. */
export function unblockWaiting(server: Server): void {
  for (const client of [...server.waitingAcks]) {
    const reply = replyIfDone(server, client);
    if (reply === null) continue;
    server.waitingAcks = server.waitingAcks.filter((waiting) => waiting !== client);
    client.blocked = null;
    addReply(server, client, reply);
    resumeClient(server, client);
  }
}

/** null: it waits on. */
function replyIfDone(server: Server, { blocked }: Client): Reply | null {
  if (blocked?.on !== 'replicas' && blocked?.on !== 'aof') return null;
  const late = wallMs(server) > blocked.deadlineMs;
  if (blocked.on === 'replicas') {
    const count = countAcks(server, blocked.offset);
    return late || count >= blocked.replicas ? { type: 'integer', value: count } : null;
  }
  if (blocked.local > 0 && server.aof.state === 'off') return NO_AOF;
  return late || isFsynced(server, blocked) ? fsyncReply(server, blocked.offset) : null;
}

export const NO_AOF: Reply = { type: 'error', text: 'ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.' };

/** server.c: sendGetackToReplicas. 37 bytes of stream like any other. */
export function sendGetack(server: Server): void {
  feedReplicas(server, -1, GETACK);
  server.ports.detail('getack', server.replication.masterReplOffset, 0, 0);
}
