/** Redis 7.2, as of 7.2.6. */
import { DIRECTIVES_7_2 } from '../config/directives.ts';
import type { Profile } from './profile.ts';
import { redis70 } from './redis-7.0.ts';

export const redis72: Profile = {
  ...redis70,
  name: 'redis-7.2',
  version: '7.2.6',
  link: { ...redis70.link, acks: 'offset-and-fsync' },
  children: { ...redis70.children, shutsDown: 'always' },
  commands: { ...redis70.commands, arities: { ...redis70.commands.arities, waitaof: 4, zrank: -3 }, flags: {} },
  directives: DIRECTIVES_7_2,
  stream: { ...redis70.stream, select: 'inside', getdel: 'del', spopBatch: 1024, spopAll: 'unlink-if-lazy' },
  backlog: { ...redis70.backlog, countsCommandsWithoutBacklog: true },
  rdb: { ...redis70.rdb, version: 11 },
  values: { ...redis70.values, lists: 'lone-node', setListpacks: true, doubles: 'shortest' },
  wait: { ...redis70.wait, target: 'last-write' },
};
