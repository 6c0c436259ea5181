/**
 * Since 7.0 (server.c: alsoPropagate, propagatePendingCommands): all effects of a unit are gathered, in the order in which
 * they came, and wrapped in MULTI/EXEC only if there is more than one.
 */
import type { Command } from '../protocol/payload.ts';
import { EXEC, MULTI } from '../replication/feed.ts';
import type { Server } from '../server.ts';
import { Flag } from './command.ts';
import { type Propagation, propagateNow } from './propagation.ts';

function gather(server: Server, db: number, command: Command): void {
  server.alsoPropagate.push({ db, command, toAof: true });
}

export const GATHERING: Propagation = {
  deleted: gather,
  also: gather,
  ran: (server, db, command, toAof) => {
    if (command !== null) server.alsoPropagate.push({ db, command, toAof });
  },
  queuedRuns: () => {},
  transactionDone: () => {},
  scriptWrites: () => {},
  scriptDone: () => {},
  unitDone: (server, flags) => {
    const pending = server.alsoPropagate;
    if (pending.length === 0 || server.inExec) return;
    // What a command deletes at random (RANDOMKEY, SCAN finding expired keys) belongs to no transaction.
    const transaction = pending.length > 1 && (flags & Flag.touchesArbitraryKeys) === 0;
    const { select } = server.profile.stream;
    if (transaction) propagateNow(server, select === 'inside' ? -1 : pending[0]!.db, MULTI, true);
    for (const { db, command, toAof } of pending) propagateNow(server, db, command, toAof);
    if (transaction) propagateNow(server, -1, EXEC, true);
    pending.length = 0;
  },
};
