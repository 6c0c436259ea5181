/**
 * A full sync over two connections (Valkey 8), from the master's side: a client that takes the file, and another one that takes the
 * stream from the offset of the file on.
 *
 *   rdb channel   SYNC ──► wait ──► fork: $ENDOFF, the stream is kept from here on ──► the child writes the file ──► closed
 *   main channel                         └─ set-rdb-client-id, PSYNC ──► +CONTINUE, the stream is his now ──► bg_transfer ──► ACK: online
 *
 * The rdb client stands for the place in the stream until the main channel comes: so long it is not freed, whatever became of its
 * connection, unless what is kept for it grows over the output limit, or a minute has passed (networking.c: freeClientsInAsyncFreeQueue).
 */
import type { Client } from '../../client.ts';
import { writeAtOnce } from '../../networking.ts';
import { line } from '../../protocol/make.ts';
import { replicaName, type Server } from '../../server.ts';

/** replication.c: replconfCommand. Without diskless sync there is nothing that could go over a connection of its own. */
export function offersDualChannel({ config }: Server): boolean {
  return config['dual-channel-replication-enabled'] && config['repl-diskless-sync'];
}

/** replication.c: syncCommand. The replica shall open the other connection; until it names its file it is no replica here. */
export function offerDualChannel(server: Server, client: Client): void {
  server.ports.tell({ kind: 'dual-channel-offered', replica: replicaName(client), fd: client.fd });
  writeAtOnce(server, client, OFFER);
}

const OFFER = line('+DUALCHANNELSYNC\r\n');

/** replication.c: lookupRdbClientByID. Whose main channel has not come yet. */
export function rdbChannelOf(server: Server, id: number): Client | null {
  return server.replication.replicas.find((client) => client.id === id && client.replica?.awaitsMainChannel === true) ?? null;
}

/** replication.c: sendCurrentOffsetToReplica, addRdbReplicaToPsyncWait. At the fork: the file will end here, and the stream is kept from here on. */
export function announceEndOffset(server: Server, client: Client): void {
  const { replication } = server;
  const { replid, masterReplOffset } = replication;
  const side = client.replica;
  if (side === null) return;
  server.ports.tell({ kind: 'endoff-sent', replica: replicaName(client), fd: client.fd, replid, offset: masterReplOffset, clientId: client.id });
  writeAtOnce(server, client, line(`$ENDOFF:${masterReplOffset} ${replid} 0 ${client.id}\r\n`));
  side.awaitsMainChannel = true;
  server.stream.readFrom(server, client, masterReplOffset); // or, while there is nothing yet, from the first byte that comes
}

/** replication.c: removeReplicaFromPsyncWait. The main channel has its own place in the stream now. */
export function mainChannelJoined(server: Server, rdbClient: Client): void {
  const side = rdbClient.replica;
  if (side === null) return;
  side.awaitsMainChannel = false;
  server.stream.letGo(server, rdbClient);
}

/** DEFAULT_WAIT_BEFORE_RDB_CLIENT_FREE, s. */
const GRACE_SECONDS = 60;

/** networking.c: freeClientsInAsyncFreeQueue. Should this client, which is to be closed, stay for its main channel? */
export function staysForMainChannel(server: Server, client: Client): boolean {
  const side = client.replica;
  if (side === null || !side.awaitsMainChannel) return false;
  if (side.graceSinceS === 0) side.graceSinceS = server.unixtime;
  const seconds = server.unixtime - side.graceSinceS;
  if (seconds <= GRACE_SECONDS) return true;
  server.ports.tell({ kind: 'rdb-channel-grace-over', replica: replicaName(client), fd: client.fd, clientId: client.id, afterSeconds: seconds });
  side.awaitsMainChannel = false;
  return false;
}

