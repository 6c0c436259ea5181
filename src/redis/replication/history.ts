/**
 * Which history this node's data belong to: replid, the previous one (replid2), and up to where they are the same.
 */
import type { Server } from '../server.ts';
import { NO_REPLID } from './state.ts';
import type { RedisFact } from '../facts.ts';

type Why = Extract<RedisFact, { kind: 'replid-changed' }>['why'];

/** replication.c: changeReplicationId */
export function changeReplicationId(server: Server): void {
  server.replication.replid = server.ports.random.hex(40);
}

/** replication.c: clearReplicationId2 */
export function clearReplicationId2(server: Server): void {
  server.replication.replid2 = NO_REPLID;
  server.replication.secondReplidOffset = -1;
}

/**
 * replication.c: shiftReplicationId. The old id stays valid up to the byte after the last one produced: a replica that
 * has all N bytes asks for byte N+1, hence the +1.
 */
export function shiftReplicationId(server: Server): void {
  const replication = server.replication;
  replication.replid2 = replication.replid;
  replication.secondReplidOffset = replication.masterReplOffset + 1;
  changeReplicationId(server);
  tellReplid(server, 'promotion');
}

export function tellReplid(server: Server, why: Why): void {
  const { replid, replid2, masterReplOffset, secondReplidOffset } = server.replication;
  server.ports.tell({ kind: 'replid-changed', why, replid, replid2, offset: masterReplOffset, secondOffset: secondReplidOffset });
}
