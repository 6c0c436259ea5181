/** Redis 7.0, as of 7.0.15. */
import type { Profile } from './profile.ts';
import { redis62 } from './redis-6.2.ts';

export const redis70: Profile = {
  ...redis62,
  name: 'redis-7.0',
  version: '7.0.15',
  limits: { ...redis62.limits, hardLimitFloor: 'backlog-size', closing: 'keeps-blocks' },
  backlog: { ...redis62.backlog, freedShows: 'zeros' },
  output: { ...redis62.output, store: 'shared-blocks' },
  handshake: { ...redis62.handshake, brokenOff: 'given-up', forgets: 'before-the-load' },
  rdb: { ...redis62.rdb, version: 10, baseField: 'aof-base', scripts: 'absent' },
  values: { ...redis62.values, compact: 'listpack', doubles: 'digits-17' },
  load: { ...redis62.load, swapdb: 'loads-beside' },
};
