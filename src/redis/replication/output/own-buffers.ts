/**
 * 2.6: there is no stream in common. What a replica has not read yet waits in its own output buffer, like the replies of any client,
 * and is gone with its connection.
 */
import type { Client, ReplicaSide } from '../../client.ts';
import { closeOnOutputLimit, queueForWriting } from '../../networking.ts';
import { writeOut } from '../../protocol/outbox.ts';
import type { Message } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import { createLog } from '../stream-log.ts';
import { letGo, readAs as readAsCopied, type ReplicaCopy, sentOffset, usedBytes } from './copies.ts';
import { appendParts } from './parts.ts';
import { appendToBuffer, createReplyList, REPLY_NODES, takeSent } from './reply-list.ts';
import type { StreamStore } from './stream-store.ts';

export const OWN_BUFFERS: StreamStore = {
  feed: () => {},
  readFrom: () => {},
  readAs,
  sentOffset,
  hasPending: (_, { output }) => output.length > 0,
  write,
  usedBytes,
  letGo,
  endTurn: () => {},
  resized: () => {},
};

/** networking.c: addReply, to one replica. Its offset and end count the bytes of this connection. */
export function sayTo(server: Server, client: Client, side: ReplicaSide, message: Message): void {
  client.output.push(message);
  queueForWriting(server, client);
  const { list } = (side.copy ??= createCopy());
  side.copy.end += message.size;
  if (appendToBuffer(list, message.size)) return;
  const take = (length: number, small: boolean): boolean => {
    if (!appendToBuffer(list, length)) {
      REPLY_NODES[server.profile.output.nodes].append(list, length, small, server.allocator);
      closeOnOutputLimit(server, client);
    }
    return true;
  };
  if (message.kind === 'command') appendParts(message, take);
  else take(message.size, false);
}

function createCopy(): ReplicaCopy {
  return { offset: 0, end: 0, log: createLog({}), list: createReplyList() };
}

/** networking.c: copyClientOutputBuffer. The words are copied, the database that they leave selected is not: the newcomer begins at 0. */
function readAs(client: Client, other: Client): void {
  client.output = [...other.output];
  readAsCopied(client, other);
}

function write(server: Server, client: Client): void {
  const before = client.credit;
  writeOut(client, client.fd, server.ports);
  const copy = client.replica?.copy ?? null;
  if (copy === null) return;
  copy.offset += before - client.credit;
  takeSent(copy.list, before - client.credit);
}
