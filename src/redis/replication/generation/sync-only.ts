/**
 * 2.6 (SYNC): no ids and no offsets. Whatever a replica has not been sent yet stands in its own output buffer, and is lost with its
 * connection; who comes back gets everything.
 */
import { line } from '../../protocol/make.ts';
import type { Command } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import { ping } from '../feed.ts';
import { isPingSecond, sendNewline } from '../heartbeat.ts';
import { disconnectReplicas } from '../master/replica-client.ts';
import { sayTo } from '../output/own-buffers.ts';
import type { Generation } from './generation.ts';

export const syncOnly: Generation = {
  position: () => ({ replid: '', offset: -1 }),
  psyncState: (server) => ({
    replid: '', replid2: '', secondOffset: -1, backlogActive: false, firstByte: 0, histlen: 0, masterOffset: 0,
    backlogSize: server.config['repl-backlog-size'],
  }),
  newcomerListed: () => {},
  newcomerServed: () => {},
  fullResyncOffset: () => 0,
  rdbInfo: () => null,
  canServe: () => true,
  feed,
  isHeard: (server) => server.replication.replicas.length > 0,
  giveSignsOfLife,
  backlogMayGo: () => false,
  backlogGone: () => {},
  demoted: (server) => disconnectReplicas(server, 'replicaof'),
  promotionBegins: () => {},
  promoted: () => {},
  installed: () => {},
};

/** replication.c: replicationFeedSlaves. Each replica has a database of its own selected, 0 to begin with; it is changed by an inline command. */
function feed(server: Server, db: number, message: Command): void {
  for (const client of server.replication.replicas) {
    const side = client.replica;
    if (side === null || side.state === 'wait-bgsave-start') continue;
    if (db !== -1 && side.selectedDb !== db) {
      sayTo(server, client, side, line(`select ${db}\r\n`));
      side.selectedDb = db;
    }
    sayTo(server, client, side, message);
  }
}

/** replication.c: replicationCron. At one pace: a PING to those online, a newline to those who wait, nothing to those who receive the file. */
function giveSignsOfLife(server: Server): void {
  if (!isPingSecond(server)) return;
  for (const client of server.replication.replicas) {
    const side = client.replica;
    if (side?.state === 'online') {
      sayTo(server, client, side, ping(server));
      server.ports.detail('ping', 0, 0, 0);
    } else if (side?.state !== 'send-bulk') sendNewline(server, client);
  }
}
