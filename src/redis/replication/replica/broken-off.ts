/**
 * The connection to our master breaks during the handshake.
 *
 * Since 7.0 that ends the attempt, and nothing is forgotten. Up to 6.2 the error of the read stands for the master's reply
 * (replication.c: sendSynchronousCommand, receiveSynchronousResponse: "-Reading from master: …"), and the handshake goes on as
 * with any other reply, until a write fails. An error in the place of the reply to PSYNC costs what was known: the next
 * attempt asks for everything.
 */
import type { Server } from '../../server.ts';
import { type Handshake, isHandshake } from '../state.ts';
import { dropHandshake } from './connect.ts';
import { onHandshakeLine, stepName } from './handshake.ts';
import { onTransferLost } from './transfer.ts';

/** What the kernel knows of the peer: it says no more (`eof`), or takes no more either. */
export type Broken = 'eof' | 'reset' | 'timeout';

const READ_ERROR: Readonly<Record<Broken, string>> = {
  // Reading nothing sets no error number: the one told is the last that was set, as a rule by our own connect.
  eof: '-Reading from master: Operation now in progress',
  reset: '-Reading from master: Connection reset by peer',
  timeout: '-Reading from master: Connection timed out',
};

/** The connection is gone. */
export function onHandshakeBroken(server: Server, handshake: Handshake, how: Broken): void {
  const { linkState } = server.replication;
  // After an end of file one write passes; the peer answers it with a reset.
  handshake.socket = how === 'eof' ? 'half-closed' : 'dead';
  if (isHandshake(linkState) && server.profile.handshake.brokenOff === 'read-as-an-error') return errorsAsReplies(server, handshake, READ_ERROR[how]);
  if (isHandshake(linkState)) server.ports.tell({ kind: 'link-handshake-lost', step: linkState });
  dropHandshake(server);
}

function errorsAsReplies(server: Server, handshake: Handshake, error: string): void {
  const { replication } = server;
  while (replication.handshake === handshake && isHandshake(replication.linkState)) {
    onHandshakeLine(server, error);
    if (replication.handshake !== handshake || handshake.socket !== 'write-failed') continue;
    server.ports.tell({ kind: 'link-handshake-error', step: stepName(replication.linkState), error: '-Writing to master: Broken pipe', fatal: true });
    return dropHandshake(server);
  }
  if (replication.handshake === handshake) onTransferLost(server);
}
