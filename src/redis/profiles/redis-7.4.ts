/** Redis 7.4, as of 7.4.1. */
import { DIRECTIVES_7_4 } from '../config/newer-directives.ts';
import type { Profile } from './profile.ts';
import { redis72 } from './redis-7.2.ts';

export const redis74: Profile = {
  ...redis72,
  name: 'redis-7.4',
  version: '7.4.1',
  directives: DIRECTIVES_7_4,
  limits: { ...redis72.limits, closing: 'lets-go' },
  aof: { ...redis72.aof, everysec: '1000-ms' },
  scripts: { ...redis72.scripts, evalCacheLimit: 500 },
  // RDB_VERSION moved for hashes with expiring fields; a file without them is the same but for the number.
  rdb: { ...redis72.rdb, version: 12 },
};
