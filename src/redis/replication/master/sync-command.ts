/**
 * SYNC and PSYNC, as a master answers them (replication.c: syncCommand). The verdict is `../psync.ts`'s.
 */
import type { Client } from '../../client.ts';
import { clientInfo } from '../../commands/server-commands.ts';
import { addReply, hasPendingReplies, queueForWriting, writeAtOnce } from '../../networking.ts';
import { bytesToString, line } from '../../protocol/make.ts';
import type { Bytes, Reply } from '../../protocol/payload.ts';
import { replicaName, type Server } from '../../server.ts';
import { refreshGoodReplicas } from '../acks.ts';
import { unsetMaster } from '../role.ts';
import { admitReplica, decidePsync, type PsyncDecision } from '../psync.ts';
import { attachToBgsave, startBgsaveForReplication } from './bgsave.ts';
import { mainChannelJoined, offerDualChannel, rdbChannelOf } from './rdb-channel.ts';
import { becomeReplica } from './replica-client.ts';

/** Handles both commands. A reply means that nothing else happens; null: the answer comes by another way, or never. */
export function sync(server: Server, client: Client, argv: readonly Bytes[], psync: boolean): Reply | null {
  if (client.replica !== null) return null; // already a replica: ignored without a word
  const { replication, generation } = server;
  const { noMasterLink, pendingOutput, badOffset } = server.profile.sync;
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
  const { refusal } = admitReplica({
    failover: replication.failover.state, masterLink: replication.masterHost === null ? null : replication.linkState, pendingReplies: hasPendingReplies(server, client),
  });
  if (refusal !== null) return refuse({ 'failing-over': "NOMASTERLINK Can't SYNC while failing over", 'no-master-link': noMasterLink, 'pending-replies': pendingOutput }[refusal]);

  const replid = psync ? bytesToString(argv[1] ?? '') : '?';
  const offsetText = psync ? bytesToString(argv[2] ?? '') : '-1';
  const offset = Number(offsetText);
  const name = replicaName(client);
  if (!psync && client.rdbChannel) {
    server.ports.tell({ kind: 'rdb-channel-asked', replica: name, fd: client.fd });
    fullResync(server, client, true);
    return null;
  }
  const joins = psync ? rdbChannelOf(server, client.rdbClientId) : null;
  if (joins !== null && joinStream(server, client, joins, replid, offset)) return null;
  server.ports.tell({ kind: 'sync-asked', replica: name, fd: client.fd, psync, replid, offset: Number.isSafeInteger(offset) ? offset : 0 });
  const isNumber = /^-?\d+$/.test(offsetText) && Number.isSafeInteger(offset);
  if (!isNumber && badOffset === 'refused') return NOT_INTEGER;

  // Before 6.2.7 an offset that is no number is no offset in the backlog, and said to be none behind that.
  const decision = decidePsync({ replid, offset: isNumber ? offset : -1 }, generation.psyncState(server));
  if (!isNumber && (badOffset === 'full-resync' || decision.reason === 'offset-before-backlog' || decision.reason === 'no-backlog')) addReply(server, client, NOT_INTEGER);
  const reason = psync ? decision.reason : 'sync-command';
  server.ports.tell({ kind: 'sync-decided', replica: name, fd: client.fd, verdict: psync ? decision.verdict : 'full', reason, evidence: decision.evidence });
  if (psync && decision.verdict === 'partial') {
    continueStream(server, client, decision);
    return null;
  }
  if (psync && !replid.startsWith('?')) server.stats.syncPartialErr += 1;
  if (psync && client.capaDualChannel) offerDualChannel(server, client);
  else fullResync(server, client, !psync);
  return null;
}

/** The main channel of a replica whose file is on its way over another connection asks for the stream behind it. False: it is not there any more. */
function joinStream(server: Server, client: Client, rdbClient: Client, replid: string, offset: number): boolean {
  const decision = decidePsync({ replid, offset }, server.generation.psyncState(server));
  if (decision.verdict !== 'partial') return false;
  server.ports.tell({ kind: 'main-channel-joined', replica: replicaName(client), fd: client.fd, offset, toSend: decision.evidence.toSend });
  continueStream(server, client, decision, 'bg-transfer');
  mainChannelJoined(server, rdbClient);
  return true;
}

/** replication.c: masterTryPartialResynchronization, its second half. No SELECT: the replica still has the stream's database selected. */
function continueStream(server: Server, client: Client, decision: PsyncDecision, state: 'online' | 'bg-transfer' = 'online'): void {
  const replication = server.replication;
  const side = becomeReplica(server, client, state);
  side.ackTimeS = server.unixtime;
  writeAtOnce(server, client, line(client.capaPsync2 ? `+CONTINUE ${replication.replid}\r\n` : '+CONTINUE\r\n'));
  if ((replication.backlog?.histlen ?? 0) > 0) {
    server.stream.readFrom(server, client, decision.evidence.askedOffset - 1);
    queueForWriting(server, client);
  }
  refreshGoodReplicas(server);
  server.stats.syncPartialOk += 1;
  const how = state === 'online' ? 'partial' : 'full-dual-channel';
  server.ports.tell({ kind: 'replica-state', replica: replicaName(client), fd: client.fd, state: state === 'online' ? 'online' : 'bg_transfer', how });
}

/** replication.c: syncCommand, "Full resynchronization" and its three cases. */
function fullResync(server: Server, client: Client, prePsync: boolean): void {
  const { generation, profile, config } = server;
  server.stats.syncFull += 1;
  const side = becomeReplica(server, client, 'wait-bgsave-start');
  side.prePsync = prePsync;
  const name = replicaName(client);
  server.ports.tell({ kind: 'replica-state', replica: name, fd: client.fd, state: 'wait_bgsave', how: prePsync ? 'sync' : 'full' });
  generation.newcomerListed(server);
  const wait = (reason: 'bgsave-incompatible' | 'bgsave-socket' | 'diskless-delay' | 'other-child'): void => {
    server.ports.tell({ kind: 'sync-waits', replica: name, fd: client.fd, for: reason });
  };
  const child = server.child;
  if (child?.type === 'rdb' && child.target === 'disk') {
    if (!attachToBgsave(server, client)) wait('bgsave-incompatible');
  } else if (child?.type === 'rdb') {
    wait('bgsave-socket');
  } else if (config['repl-diskless-sync'] && client.capaEof && (config['repl-diskless-sync-delay'] > 0 || profile.bgsave.withoutDelay === 'at-the-cron')) {
    wait('diskless-delay'); // replicationCron starts it, so that more replicas can come
  } else if (child !== null) {
    wait('other-child');
  } else {
    startBgsaveForReplication(server, client.capaEof, client.rdbChannel);
  }
  generation.newcomerServed(server);
}

const NOT_INTEGER: Reply = { type: 'error', text: 'ERR value is not an integer or out of range' };
