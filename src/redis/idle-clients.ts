/**
 * Clients that are silent for longer than `timeout` are closed (timeout.c: clientsCronHandleTimeout). Not replicas, not our
 * master, and not who waits for something.
 */
import type { Client } from './client.ts';
import { freeClient } from './networking.ts';
import type { Server } from './server.ts';

/** server.h: CLIENTS_CRON_MIN_ITERATIONS */
const LEAST_PER_TICK = 5;

export function watchesIdleClients(server: Server): boolean {
  return server.timeoutS > 0 && server.clients.size > 0;
}

/** server.c: clientsCron. All clients are looked at in a second, at least five at a tick, in turn. */
export function closeIdleClients(server: Server): void {
  if (!watchesIdleClients(server)) return;
  const clients = [...server.clients.values()];
  const count = Math.min(clients.length, Math.max(LEAST_PER_TICK, Math.floor(clients.length / server.config.hz)));
  const first = (server.cronLoops * count) % clients.length;
  for (let i = 0; i < count; i++) {
    const client = clients[(first + i) % clients.length]!;
    if (isIdle(server, client)) freeClient(server, client, 'client-kill'); // of an ordinary client nobody is told why
  }
}

function isIdle(server: Server, client: Client): boolean {
  return client.kind === 'normal' && client.blocked === null && server.unixtime - client.lastInteractionS > server.config.timeout;
}
