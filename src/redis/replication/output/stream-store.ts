/**
 * How a node keeps the replication stream for those who read it: its replicas, and the backlog from which a PSYNC may go on.
 *
 * Three generations: blocks that all share (`shared-blocks.ts`, since 7.0), a copy for each replica beside a ring for the backlog
 * (`copies.ts`, 2.8 to 6.2), and for each replica a buffer of its own and nothing else (`own-buffers.ts`, 2.6). A server chooses one when it starts.
 */
import type { Client } from '../../client.ts';
import type { Profile } from '../../profiles/index.ts';
import type { Message } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import type { StreamLog } from '../stream-log.ts';
import { COPIES } from './copies.ts';
import { OWN_BUFFERS } from './own-buffers.ts';
import { SHARED_BLOCKS } from './shared-blocks.ts';

export interface StreamStore {
  /**
   * Appends one message: to the backlog, and to what each replica has before it. `source`: where it stands, if it is our
   * master's word; null: it is our own.
   */
  readonly feed: (server: Server, message: Message, source: StreamLog | null) => void;
  /** What the backlog holds behind `offset` is now on its way to this replica (a partial resync). */
  readonly readFrom: (server: Server, client: Client, offset: number) => void;
  /** A newcomer gets what waits for another replica, too (replication.c: syncCommand, case 1). */
  readonly readAs: (client: Client, other: Client) => void;
  /** Bytes of the stream that this replica was sent: everything up to this offset. */
  readonly sentOffset: (client: Client) => number;
  readonly hasPending: (server: Server, client: Client) => boolean;
  /** Writes what waits, as far as the socket takes it (networking.c: writeToClient). */
  readonly write: (server: Server, client: Client) => void;
  /** What waits, as client-output-buffer-limit counts it, bytes (networking.c: getClientOutputBufferMemoryUsage). */
  readonly usedBytes: (server: Server, client: Client) => number;
  /** This replica reads no more. */
  readonly letGo: (server: Server, client: Client) => void;
  /** A turn ends: the window may move. */
  readonly endTurn: (server: Server) => void;
  /** repl-backlog-size changed (replication.c: resizeReplicationBacklog). */
  readonly resized: (server: Server) => void;
}

const STORES: Readonly<Record<Profile['output']['store'], StreamStore>> = { 'own-buffers': OWN_BUFFERS, copies: COPIES, 'shared-blocks': SHARED_BLOCKS };

export function streamStore({ output }: Profile): StreamStore {
  return STORES[output.store];
}
