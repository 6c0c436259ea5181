/**
 * Up to 6.2 (redis.c, server.c: call, propagate; multi.c: execCommand): each effect is sent when it comes. Deletions by
 * expiry come while a command runs, so before it; what else it wants sent comes behind it.
 *
 * Who opened a transaction in the stream must close it, and MULTI and EXEC are sent in the database of the moment: so a SELECT
 * may stand before either.
 */
import type { Command } from '../protocol/payload.ts';
import type { StreamProfile } from '../profiles/stream.ts';
import { EXEC, MULTI } from '../replication/feed.ts';
import type { Server } from '../server.ts';
import { Flag } from './command.ts';
import { type Propagation, propagateNow } from './propagation.ts';

export function sendingAtOnce({ effects, several }: StreamProfile): Propagation {
  const openers = effects === 'at-first-not-read' ? Flag.readonly : Flag.readonly | Flag.admin;

  const open = (server: Server, db: number): void => {
    server.multiSent = true;
    propagateNow(server, db, MULTI, true);
  };
  const send = (server: Server, db: number, command: Command, toAof: boolean): void => {
    if (effects === 'at-first-sent' && server.inExec && !server.multiSent) open(server, db);
    propagateNow(server, db, command, toAof);
  };
  const sendFurther = (server: Server, callDb: number): void => {
    const further = server.alsoPropagate;
    if (further.length === 0) return;
    const wrapped = several === 'wrapped' && further.length > 1 && !server.inExec && !server.multiSent;
    if (wrapped) propagateNow(server, callDb, MULTI, true);
    for (const { db, command, toAof } of further) send(server, db, command, toAof);
    if (wrapped) propagateNow(server, callDb, EXEC, true);
    further.length = 0;
  };

  return {
    deleted: (server, db, deletion) => send(server, db, deletion, true),
    also: (server, db, command) => {
      server.alsoPropagate.push({ db, command, toAof: true });
    },
    ran: (server, db, command, toAof) => {
      if (command !== null) send(server, db, command, toAof);
      sendFurther(server, db);
    },
    queuedRuns: (server, client, flags) => {
      if (effects !== 'at-first-sent' && !server.multiSent && (flags & openers) === 0) open(server, client.db);
    },
    // EXEC is a command that changed something, and goes as it was said (multi.c: `server.dirty++`).
    transactionDone: (server, client, exec) => {
      if (!server.multiSent) return;
      propagateNow(server, client.db, exec, true);
      server.multiSent = false;
      server.dirty += 1;
    },
    scriptWrites: (server, caller) => {
      if (!server.inExec && !server.multiSent) open(server, caller.db);
    },
    scriptDone: (server, caller) => {
      if (server.inExec || !server.multiSent) return;
      propagateNow(server, caller.db, EXEC, true);
      server.multiSent = false;
    },
    unitDone: () => {},
  };
}
