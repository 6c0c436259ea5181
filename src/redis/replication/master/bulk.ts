/** The file of a disk-based full resync on its way to one replica (replication.c: sendBulkToSlave). */
import type { Client } from '../../client.ts';
import { line } from '../../protocol/make.ts';
import type { Server } from '../../server.ts';
import { freeClient, writeAtOnce } from '../../networking.ts';
import { putOnline, startCommandStream } from './replica-client.ts';

/** Writes as much as the socket takes. The last byte handed to the socket makes the replica online, whatever it has read. */
export function sendBulk(server: Server, client: Client): void {
  const side = client.replica;
  const bulk = side?.bulk ?? null;
  if (side === null || bulk === null) return;
  if (!bulk.headerSent) {
    if (!writeAtOnce(server, client, line(`$${bulk.image.size}\r\n`))) return;
    bulk.headerSent = true;
  }
  const bytes = Math.min(client.credit, bulk.image.size - bulk.sent);
  if (bytes > 0) {
    server.ports.send(client.fd, { payload: bulk.image, from: bulk.sent, to: bulk.sent + bytes });
    client.credit -= bytes;
    bulk.sent += bytes;
  }
  if (bulk.sent < bulk.image.size) return;
  side.bulk = null;
  if (putOnline(server, client, side.prePsync ? 'sync' : 'full')) startCommandStream(server, client);
  else freeClient(server, client, 'file-sent');
}
