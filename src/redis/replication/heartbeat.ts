/**
 * Signs of life to those who follow (replication.c: replicationCron): PINGs, which are part of the stream, and newlines, which are not.
 */
import type { Client } from '../client.ts';
import { writeAtOnce } from '../networking.ts';
import { line } from '../protocol/make.ts';
import type { Server } from '../server.ts';
import { feedReplicas, ping } from './feed.ts';
import { notePing } from './final-pings.ts';

const NEWLINE = line('\n');

/** The very first call matches whatever the period: a replica attached by then gets a PING (golden README). */
export function isPingSecond({ replication, config }: Server): boolean {
  return replication.cronLoops % config['repl-ping-replica-period'] === 0;
}

export function pingReplicas(server: Server): void {
  const { failover, masterReplOffset } = server.replication;
  // A FAILOVER that has to be done in time keeps its replica from chasing PINGs.
  if (!isPingSecond(server) || (failover.endMs < Infinity && server.writesPaused)) return;
  const message = ping(server);
  notePing(server, message.size);
  feedReplicas(server, -1, message);
  server.ports.detail('ping', masterReplOffset + message.size, 0, 0);
}

/** Who waits for a file hears from us each second, or its transfer timer would run out. Not once RDB bytes flow by themselves. */
export function sendNewlines(server: Server): void {
  const socketChild = server.child?.type === 'rdb' && server.child.target === 'socket';
  for (const client of server.replication.replicas) {
    const state = client.replica?.state;
    if (state === 'wait-bgsave-start' || (state === 'wait-bgsave-end' && !socketChild)) sendNewline(server, client);
  }
}

export function sendNewline(server: Server, client: Client): void {
  if (writeAtOnce(server, client, NEWLINE)) server.ports.detail('newline-sent', client.fd, 0, 0);
}
