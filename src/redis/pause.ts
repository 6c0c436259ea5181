/**
 * Pauses of clients and of what would change the stream (networking.c: pauseActions), by purpose: CLIENT PAUSE, a shutdown that
 * waits for its replicas, a FAILOVER. The strictest of them holds. Meanwhile nothing expires, and no GETACK or PING is made up.
 */
import { resumeClient } from './networking.ts';
import { resumeMaster } from './replication/replica/master-link.ts';
import { type Server, wallMs } from './server.ts';

export type PausePurpose = 'command' | 'shutdown' | 'failover';

export interface Pause {
  /** Commands that may write wait, or all commands do. */
  readonly actions: 'write' | 'all';
  /** Wall clock, ms; Infinity: until it is lifted. */
  readonly endMs: number;
}

/** networking.c: pauseActions. A later end stands; what is paused is what was said last. */
export function pauseActions(server: Server, purpose: PausePurpose, endMs: number, actions: Pause['actions']): void {
  const before = server.pauses.get(purpose);
  server.pauses.set(purpose, { actions, endMs: Math.max(endMs, before?.endMs ?? 0) });
  updatePausedActions(server);
}

/** networking.c: unpauseActions */
export function unpauseActions(server: Server, purpose: PausePurpose): void {
  if (server.pauses.delete(purpose)) updatePausedActions(server);
}

/** networking.c: updatePausedActions, also at every tick. Who waited tries again when less is paused than before. */
export function updatePausedActions(server: Server): void {
  for (const [purpose, { endMs }] of server.pauses) if (endMs <= wallMs(server)) server.pauses.delete(purpose);
  const { writesPaused, clientsPaused } = server;
  server.writesPaused = server.pauses.size > 0;
  server.clientsPaused = [...server.pauses.values()].some(({ actions }) => actions === 'all');
  if ((writesPaused && !server.writesPaused) || (clientsPaused && !server.clientsPaused)) unblockPostponedClients(server);
}

/** networking.c: unblockPostponedClients */
function unblockPostponedClients(server: Server): void {
  const { postponed } = server;
  server.postponed = [];
  for (const client of postponed) {
    client.blocked = null;
    if (client.master !== null) resumeMaster(server, client, client.master);
    else resumeClient(server, client);
  }
}
