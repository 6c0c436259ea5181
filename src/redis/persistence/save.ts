/**
 * Saving: what goes into an RDB, when save points ask for one, and stopping a save that nobody needs any more.
 */
import { takeSnapshot } from '../dataset/keyspace.ts';
import type { RedisFact } from '../facts.ts';
import { scriptTexts } from '../scripts/cache.ts';
import { type Server, wallMs } from '../server.ts';
import { forkRdbChild } from './children.ts';
import { type RdbImage, rdbImage } from './rdb.ts';

/** The file that a save would write now. */
export function currentImage(server: Server): RdbImage {
  const { keyspace, profile, config, scripts } = server;
  return rdbImage(takeSnapshot(keyspace), profile, config, server.generation.rdbInfo(server), { atMs: wallMs(server), scripts: scriptTexts(scripts) });
}

/** Bytes of data in memory, as far as freeing them takes time. */
export function dataBytes(server: Server): number {
  return takeSnapshot(server.keyspace).keys === 0 ? 0 : currentImage(server).size;
}

/** server.c: allPersistenceDisabled */
export function allPersistenceDisabled(server: Server): boolean {
  return server.config.save.length === 0 && !server.config.appendonly;
}

/** server.c: serverCron, "check if we have to save now". */
export function saveIfDue(server: Server): void {
  const { config } = server;
  if (server.child !== null) return;
  for (const point of config.save) {
    const due = server.dirty >= point.changes && server.unixtime - server.lastSaveS > point.seconds;
    if (!due || (!server.lastBgsaveOk && server.unixtime - server.lastBgsaveTryS <= BGSAVE_RETRY_DELAY_S)) continue;
    forkRdbChild(server, 'disk', 'save-points', null);
    return;
  }
}

/** A save point could be reached within the next second: the cron may not sleep through it. */
export function saveIsNear(server: Server): boolean {
  if (server.dirty === 0) return false;
  const { savePoints, dirty } = server;
  const since = server.unixtime - server.lastSaveS;
  for (let i = 0; i < savePoints.length; i++) if (dirty >= savePoints[i]!.changes && since >= savePoints[i]!.seconds) return true;
  return false;
}

/** server.h: CONFIG_BGSAVE_RETRY_DELAY */
const BGSAVE_RETRY_DELAY_S = 5;

/** rdb.c: killRDBChild. The child is gone when the cron reaps it. */
export function killRdbChild(server: Server, why: Extract<RedisFact, { kind: 'bgsave-killed' }>['why']): void {
  if (server.child?.type !== 'rdb') return;
  server.ports.tell({ kind: 'bgsave-killed', target: server.child.target, why });
  server.ports.killChild();
}
