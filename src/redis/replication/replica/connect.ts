/**
 * Opening, giving up and reopening the connection to our master, up to the handshake (replication.c: connectWithMaster).
 */
import type { RedisFact } from '../../facts.ts';
import type { Server } from '../../server.ts';
import { abortDualChannel } from './dual-channel.ts';
import { isHandshake } from '../state.ts';

type Why = Extract<RedisFact, { kind: 'link-connecting' }>['why'];

/** replication.c: connectWithMaster. `why` is for observers: it decides nothing. */
export function connectWithMaster(server: Server, why: Why): void {
  const replication = server.replication;
  if (replication.masterHost === null) return;
  const fd = server.nextOutgoingFd--;
  replication.handshake = { fd, credit: 0, lastIoS: server.unixtime, transfer: null, socket: 'open' };
  replication.linkState = 'connecting';
  server.ports.tell({ kind: 'link-connecting', masterHost: replication.masterHost, masterPort: replication.masterPort, why });
  server.ports.connect(fd, replication.masterHost, replication.masterPort);
  server.ports.tell({ kind: 'link-sync-started' });
}

/** Drops the connection in hand, whatever its state; the next cron tries again. */
export function dropHandshake(server: Server): void {
  const handshake = server.replication.handshake;
  if (handshake?.socket === 'open') server.ports.close(handshake.fd);
  server.replication.handshake = null;
  server.replication.linkState = 'connect';
  abortDualChannel(server);
}

/**
 * replication.c: cancelReplicationHandshake. With `reconnect` the next attempt follows at once (6.2+),
 * without waiting for the cron.
 */
export function cancelHandshake(server: Server, reconnect: boolean): boolean {
  const state = server.replication.linkState;
  if (state !== 'transfer' && state !== 'connecting' && !isHandshake(state)) return false;
  dropHandshake(server);
  if (reconnect && server.profile.handshake.reconnectAtOnce) connectWithMaster(server, 'failure');
  return true;
}
