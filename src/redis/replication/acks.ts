/**
 * Acknowledgements: which replicas count as good (min-replicas), and clients that WAIT for them.
 */
import type { Client } from '../client.ts';
import { addReply, resumeClient } from '../networking.ts';
import type { Reply } from '../protocol/payload.ts';
import { isMaster, type Server } from '../server.ts';
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
  if (count >= replicas || server.inExec || server.inScript) return { type: 'integer', value: count };
  client.blocked = { on: 'replicas', offset: client.writeOffset, replicas, deadlineMs: timeoutMs === 0 ? Infinity : server.nowMs + timeoutMs };
  server.waitingAcks.push(client);
  server.replication.getAckFromReplicas = true;
  return null;
}

/** replication.c: processClientsWaitingReplicas, and timeouts (timeout.c: handleBlockedClientsTimeout), which nothing wakes up for: the next tick or request finds them. */
export function unblockWaiting(server: Server): void {
  for (const client of [...server.waitingAcks]) {
    const blocked = client.blocked;
    if (blocked?.on !== 'replicas') continue;
    const count = countAcks(server, blocked.offset);
    if (count < blocked.replicas && server.nowMs <= blocked.deadlineMs) continue;
    server.waitingAcks = server.waitingAcks.filter((waiting) => waiting !== client);
    client.blocked = null;
    addReply(server, client, { type: 'integer', value: count });
    resumeClient(server, client);
  }
}

/** server.c: sendGetackToReplicas. 37 bytes of stream like any other. */
export function sendGetack(server: Server): void {
  feedReplicas(server, -1, GETACK);
  server.ports.detail('getack', server.replication.masterReplOffset, 0, 0);
}
