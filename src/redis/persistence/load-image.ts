/** What a file that was read leaves in memory (rdb.c: rdbLoadRio). */
import { loadSnapshot } from '../dataset/keyspace.ts';
import { rememberScript } from '../scripts/cache.ts';
import type { Server } from '../server.ts';
import type { RdbImage } from './rdb.ts';

/** Replaces the data, and remembers the file's scripts; since 7.0 scripts in an older file are read past. */
export function loadImage(server: Server, { snapshot, scripts }: RdbImage): void {
  loadSnapshot(server.keyspace, snapshot);
  if (server.profile.rdb.scripts === 'absent') return;
  for (const script of scripts) rememberScript(server.scripts, script, 'load', Infinity);
}
