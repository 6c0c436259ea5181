/** Replaying an append-only file when a process starts (aof.c: loadSingleAppendOnlyFile). */
import { createClient } from '../client.ts';
import { call, lookupCommand } from '../commands/dispatch.ts';
import type { Loading, Server } from '../server.ts';
import { loadImage } from './load-image.ts';
import { type AofFile, cutTail, replay } from './aof.ts';

const LOADING: Loading = { why: 'start-aof', from: 'file', async: false, phase: 'load', startedUs: 0, bytes: 0 };

/** Runs what was written, as it was written; nothing expires, and nothing of it is propagated again. */
export function replayAof(server: Server, file: AofFile): void {
  if (file.base !== null) loadImage(server, file.base);
  const client = createClient(0, 0, '', 0, 0);
  client.authenticated = true;
  server.loading = LOADING;
  const good = replay(file, file.written, (db, command) => {
    const found = lookupCommand(server, command.argv[0] ?? '');
    if (found === null || found.on !== 'data') return;
    client.db = db;
    call(server, client, found, command);
  });
  server.loading = null;
  cutTail(file, good);
}
