/**
 * The end of an event-loop turn (server.c: beforeSleep): what waited for it happens now, in Redis' order.
 */
import { timeOutBlocked } from './blocked.ts';
import { wakeCron } from './cron.ts';
import { freeClosingClients, writePending } from './networking.ts';
import { flushAppendOnlyFile } from './persistence/append-only.ts';
import { sendGetack, unblockWaiting } from './replication/acks.ts';
import { updateFailoverStatus } from './replication/failover.ts';
import { forwardPipe } from './replication/master/rdb-pipe.ts';
import type { Server } from './server.ts';

export function endTurn(server: Server): void {
  if (server.exited) return;
  timeOutBlocked(server);
  if (server.waitingAcks.length > 0) unblockWaiting(server);
  if (server.replication.getAckFromReplicas && !server.writesPaused) {
    sendGetack(server);
    server.replication.getAckFromReplicas = false;
  }
  if (server.replication.failover.state !== 'no-failover') updateFailoverStatus(server);
  if (server.aof.state !== 'off') flushAppendOnlyFile(server);
  if (server.writesPending) writePending(server);
  if (server.child !== null) forwardPipe(server);
  if (server.closing.length > 0 && server.profile.limits.closing !== 'by-cron') freeClosingClients(server);
  server.stream.endTurn(server);
  wakeCron(server);
}
