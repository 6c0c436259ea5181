/**
 * PSYNC from the replica's side: what is asked, and what each answer leads to (replication.c: slaveTryPartialResynchronization).
 */
import { assert } from '../../../assert.ts';
import type { Server } from '../../server.ts';
import { createBacklog } from '../backlog.ts';
import { failoverAnswered } from '../failover.ts';
import { tellReplid } from '../history.ts';
import { disconnectReplicas } from '../master/replica-client.ts';
import { attachToNewMaster, resurrectCachedMaster } from './cached-master.ts';
import { dropHandshake } from './connect.ts';
import type { Transfer } from '../state.ts';
import { openRdbChannel } from './dual-channel.ts';
import { useDisklessLoad } from './diskless-load.ts';
import { say, sayLine } from './handshake.ts';

/** Asks to go on after the last byte applied, or, knowing nothing, for everything. */
export function sendPsync(server: Server): void {
  const replication = server.replication;
  const cached = replication.cachedMaster;
  replication.masterInitialOffset = -1;
  const replid = cached?.side.replid ?? '?';
  const offset = cached === null ? -1 : cached.side.reploff + 1;
  server.ports.tell({ kind: 'psync-sent', replid, offset, cached: cached !== null });
  // Who hands over says so, and the replica becomes the master (6.2).
  const failover = replication.failover.state === 'failover-in-progress' ? ['FAILOVER'] : [];
  say(server, ['PSYNC', replid, String(offset), ...failover]);
  replication.linkState = 'receive-psync-reply';
}

/** One line of the master while we wait for its verdict. An empty one only says that it lives. */
export function onPsyncReply(server: Server, reply: string): void {
  if (reply === '') return;
  if (reply.startsWith('+FULLRESYNC') || reply.startsWith('+CONTINUE')) {
    if (reply.startsWith('+FULLRESYNC')) onFullResync(server, reply);
    else onContinue(server, reply);
    failoverAnswered(server, true);
    return;
  }
  if (reply.startsWith('+DUALCHANNELSYNC')) return onDualChannel(server, reply);
  const later = server.profile.handshake.refusal === 'may-mean-later' && (reply.startsWith('-NOMASTERLINK') || reply.startsWith('-LOADING'));
  server.ports.tell({ kind: 'psync-reply', reply: later ? 'try-later' : 'not-supported', replid: '', offset: -1, line: reply });
  if (!failoverAnswered(server, false)) return;
  if (later) return dropHandshake(server); // the cached master is kept for the next attempt
  // Whoever does not speak PSYNC is asked in the old way, on the same connection.
  attachToNewMaster(server, 'at-the-verdict');
  server.ports.tell({ kind: 'sync-fallback' });
  askInTheOldWay(server);
}

/** The one question of 2.6. */
export function sendSync(server: Server): void {
  server.replication.masterInitialOffset = -1;
  server.ports.tell({ kind: 'sync-sent' });
  askInTheOldWay(server);
}

/** SYNC: a line in every version, and answered by the file itself. */
function askInTheOldWay(server: Server): void {
  sayLine(server, 'SYNC\r\n');
  beginTransfer(server);
}

/** Valkey 8: the file comes over a connection of its own, and the stream over this one. Only who said `capa dual-channel` is answered so. */
function onDualChannel(server: Server, reply: string): void {
  server.ports.tell({ kind: 'psync-reply', reply: 'dual-channel', replid: '', offset: -1, line: reply });
  if (failoverAnswered(server, false)) openRdbChannel(server);
}

function onFullResync(server: Server, reply: string): void {
  const replication = server.replication;
  const [, replid = '', offset = ''] = reply.split(' ');
  if (replid.length === 40 && /^-?\d+$/.test(offset)) {
    replication.masterReplid = replid;
    replication.masterInitialOffset = Number(offset);
  } else replication.masterReplid = '\0'.repeat(40); // no PSYNC will succeed with it
  server.ports.tell({ kind: 'psync-reply', reply: 'fullresync', replid, offset: replication.masterInitialOffset, line: reply });
  attachToNewMaster(server, 'at-the-verdict');
  beginTransfer(server);
}

function onContinue(server: Server, reply: string): void {
  const replication = server.replication;
  const cached = replication.cachedMaster;
  assert(cached !== null, 'a master continues only what was asked of it');
  const newReplid = reply.slice('+CONTINUE '.length);
  server.ports.tell({ kind: 'psync-reply', reply: 'continue', replid: newReplid, offset: cached.side.reploff, line: reply });
  const { offset: counts } = server.profile.link;
  if (counts === 'applied' && newReplid.length === 40 && newReplid !== cached.side.replid) {
    // Same data, new name: what we are called now was our master's id up to here (facts 2.7).
    replication.replid2 = cached.side.replid;
    replication.secondReplidOffset = replication.masterReplOffset + 1;
    replication.replid = newReplid;
    cached.side.replid = newReplid;
    tellReplid(server, 'continue');
    disconnectReplicas(server, 'replid-changed'); // they must learn the new id, too
  }
  resurrectCachedMaster(server);
  // After a restart there is a position but no backlog yet.
  if (counts === 'applied' && replication.backlog === null) {
    createBacklog(server);
    const { replid, replid2 } = replication;
    server.ports.tell({ kind: 'backlog-created', size: server.config['repl-backlog-size'], firstByte: replication.masterReplOffset + 1, newReplid: false, replid, replid2 });
  }
}

export function newTransfer(server: Server): Transfer {
  const to = useDisklessLoad(server) ? 'parser' : 'disk';
  return { framing: null, mark: '', size: -1, received: 0, writtenBack: 0, image: null, to, swaps: false };
}

/** replication.c: syncWithMaster, its end: from here on the file is awaited. */
function beginTransfer(server: Server): void {
  const { replication } = server;
  const handshake = replication.handshake;
  if (handshake === null) return;
  handshake.transfer = newTransfer(server);
  handshake.lastIoS = server.unixtime;
  replication.linkState = 'transfer';
}
