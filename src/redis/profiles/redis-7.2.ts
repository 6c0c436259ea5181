/** Redis 7.2, as of 7.2.6. */
import { DIRECTIVES_7_2 } from '../config/directives.ts';
import type { Profile } from './profile.ts';

export const redis72: Profile = {
  name: 'redis-7.2',
  version: '7.2.6',
  directives: DIRECTIVES_7_2,
  handshake: { reconnectAtOnce: true },
  backlog: { countsCommandsWithoutBacklog: true },
  limits: { hardLimitFloor: 'backlog-size', closingReplicaLetsGo: false },
  aof: { everysec: 'wall-second' },
  scripts: { evalCacheLimit: Infinity },
  rdb: { version: 11, versionField: 'redis-ver', baseField: 'aof-base', setListpacks: true },
};
