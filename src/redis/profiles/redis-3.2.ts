/** Redis 3.2, as of 3.2.13. */
import type { Profile } from './profile.ts';
import { redis28 } from './redis-2.8.ts';

export const redis32: Profile = {
  ...redis28,
  name: 'redis-3.2',
  version: '3.2.13',
  replconf: { options: [...redis28.replconf.options, 'ip-address', 'getack'] },
  output: { ...redis28.output, nodes: 'strings-embedded' },
  rdb: { ...redis28.rdb, version: 7, header: 'server', tableSizes: 'written' },
  values: { ...redis28.values, lists: 'nodes' },
};
