/**
 * SYNC and PSYNC, as a master answers them (replication.c: syncCommand). The verdict is `../psync.ts`'s.
 */
import type { Client } from '../../client.ts';
import { clientInfo } from '../../commands/server-commands.ts';
import { hasPendingReplies, queueForWriting, writeLine } from '../../networking.ts';
import { bytesToString, line } from '../../protocol/make.ts';
import type { Bytes, Reply } from '../../protocol/payload.ts';
import { replicaName, type Server } from '../../server.ts';
import { refreshGoodReplicas } from '../acks.ts';
import { createBacklog } from '../backlog.ts';
import { changeReplicationId, clearReplicationId2, tellReplid } from '../history.ts';
import { unsetMaster } from '../role.ts';
import { decidePsync, type PsyncDecision, type PsyncState } from '../psync.ts';
import { attachToBgsave, startBgsaveForReplication } from './bgsave.ts';
import { becomeReplica } from './replica-client.ts';

/** Handles both commands. A reply means that nothing else happens; null: the answer comes by another way, or never. */
export function sync(server: Server, client: Client, argv: readonly Bytes[], psync: boolean): Reply | null {
  if (client.replica !== null) return null; // already a replica: ignored without a word
  const replication = server.replication;
  const refuse = (text: string): Reply => {
    server.ports.tell({ kind: 'sync-refused', replica: replicaName(client), fd: client.fd, error: text });
    return { type: 'error', text };
  };
  if (psync && bytesToString(argv[3] ?? '').toLowerCase() === 'failover') {
    const given = bytesToString(argv[1] ?? '');
    server.ports.tell({ kind: 'failover', phase: 'received', detail: given });
    if (replication.masterHost === null) return refuse("ERR PSYNC FAILOVER can't be sent to a master.");
    if (given.toLowerCase() !== replication.replid) return refuse('ERR PSYNC FAILOVER replid must match my replid.');
    unsetMaster(server, `failover request from '${clientInfo(server, client)}'`);
  }
  if (replication.failover.state !== 'no-failover') return refuse("NOMASTERLINK Can't SYNC while failing over");
  if (replication.masterHost !== null && replication.linkState !== 'connected') {
    return refuse("NOMASTERLINK Can't SYNC while not connected with my master");
  }
  if (hasPendingReplies(server, client)) return refuse('ERR SYNC and PSYNC are invalid with pending output');

  const replid = psync ? bytesToString(argv[1] ?? '') : '?';
  const offsetText = psync ? bytesToString(argv[2] ?? '') : '-1';
  const offset = Number(offsetText);
  const name = replicaName(client);
  server.ports.tell({ kind: 'sync-asked', replica: name, fd: client.fd, psync, replid, offset: Number.isSafeInteger(offset) ? offset : 0 });
  if (!/^-?\d+$/.test(offsetText) || !Number.isSafeInteger(offset)) return { type: 'error', text: 'ERR value is not an integer or out of range' };

  const decision = decidePsync({ replid, offset }, psyncState(server));
  const reason = psync ? decision.reason : 'sync-command';
  server.ports.tell({ kind: 'sync-decided', replica: name, fd: client.fd, verdict: psync ? decision.verdict : 'full', reason, evidence: decision.evidence });
  if (psync && decision.verdict === 'partial') {
    continueStream(server, client, decision);
    return null;
  }
  if (psync && !replid.startsWith('?')) server.stats.syncPartialErr += 1;
  fullResync(server, client, !psync);
  return null;
}

export function psyncState(server: Server): PsyncState {
  const { replid, replid2, secondReplidOffset, backlog, masterReplOffset } = server.replication;
  return {
    replid, replid2, secondOffset: secondReplidOffset, backlogActive: backlog !== null,
    firstByte: backlog?.firstByte ?? 0, histlen: backlog?.histlen ?? 0, masterOffset: masterReplOffset,
    backlogSize: server.config['repl-backlog-size'],
  };
}

/** replication.c: masterTryPartialResynchronization, its second half. No SELECT: the replica still has the stream's database selected. */
function continueStream(server: Server, client: Client, decision: PsyncDecision): void {
  const replication = server.replication;
  const side = becomeReplica(server, client, 'online');
  side.ackTimeS = server.unixtime;
  writeLine(server, client, line(client.capaPsync2 ? `+CONTINUE ${replication.replid}\r\n` : '+CONTINUE\r\n'));
  if ((replication.backlog?.histlen ?? 0) > 0) {
    server.stream.readFrom(server, client, decision.evidence.askedOffset - 1);
    queueForWriting(server, client);
  }
  refreshGoodReplicas(server);
  server.stats.syncPartialOk += 1;
  server.ports.tell({ kind: 'replica-state', replica: replicaName(client), fd: client.fd, state: 'online', how: 'partial' });
}

/** replication.c: syncCommand, "Full resynchronization" and its three cases. */
function fullResync(server: Server, client: Client, prePsync: boolean): void {
  const replication = server.replication;
  server.stats.syncFull += 1;
  const side = becomeReplica(server, client, 'wait-bgsave-start');
  side.prePsync = prePsync;
  const name = replicaName(client);
  server.ports.tell({ kind: 'replica-state', replica: name, fd: client.fd, state: 'wait_bgsave', how: prePsync ? 'sync' : 'full' });
  if (replication.replicas.length === 1 && replication.backlog === null) {
    // A backlog made from scratch covers no past: no past offset may be asked for under the old id.
    changeReplicationId(server);
    clearReplicationId2(server);
    createBacklog(replication);
    const { replid, replid2 } = replication;
    server.ports.tell({ kind: 'backlog-created', size: server.config['repl-backlog-size'], firstByte: replication.masterReplOffset + 1, newReplid: true, replid, replid2 });
    tellReplid(server, 'first-backlog');
  }
  const wait = (reason: 'bgsave-incompatible' | 'bgsave-socket' | 'diskless-delay' | 'other-child'): void => {
    server.ports.tell({ kind: 'sync-waits', replica: name, fd: client.fd, for: reason });
  };
  const child = server.child;
  if (child?.type === 'rdb' && child.target === 'disk') {
    if (!attachToBgsave(server, client)) wait('bgsave-incompatible');
  } else if (child?.type === 'rdb') {
    wait('bgsave-socket');
  } else if (server.config['repl-diskless-sync'] && client.capaEof && server.config['repl-diskless-sync-delay'] > 0) {
    wait('diskless-delay'); // replicationCron starts it, so that more replicas can come
  } else if (child !== null) {
    wait('other-child');
  } else {
    startBgsaveForReplication(server, client.capaEof);
  }
}
