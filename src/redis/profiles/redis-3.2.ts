/** Redis 3.2, as of 3.2.13. */
import { FLAGS_3_2 } from './commands.ts';
import { DIRECTIVES_3_2 } from '../config/elder-directives.ts';
import type { Profile } from './profile.ts';
import { redis28 } from './redis-2.8.ts';

export const redis32: Profile = {
  ...redis28,
  name: 'redis-3.2',
  version: '3.2.13',
  directives: DIRECTIVES_3_2,
  replconf: { options: [...redis28.replconf.options, 'ip-address', 'getack'] },
  output: { ...redis28.output, nodes: 'strings-embedded' },
  rdb: { ...redis28.rdb, version: 7, header: 'server', tableSizes: 'written' },
  values: { ...redis28.values, lists: 'nodes' },
  aof: { ...redis28.aof, instants: 'of-set-too' },
  commands: {
    ...redis28.commands,
    arities: { ...redis28.commands.arities, bgsave: -1, debug: -1, exists: -2, hstrlen: 3, spop: -2, touch: -2, wait: 3 },
    flags: FLAGS_3_2,
    clientTypes: ['normal', 'slave', 'pubsub', 'master'],
  },
  expiry: { ...redis28.expiry, onReplica: 'hidden-from-reads' },
  eviction: { ...redis28.eviction, picks: 'best-of-pool' },
  scripts: { ...redis28.scripts, travel: 'text-or-effects' },
  bgsave: { ...redis28.bgsave, delayed: 'the-diskless' },
  shutdown: { ...redis28.shutdown, flushesReplicas: true },
};
