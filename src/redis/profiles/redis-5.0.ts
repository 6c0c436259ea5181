/** Redis 5.0, as of 5.0.14. */
import { FLAGS_5_0 } from './commands.ts';
import { DIRECTIVES_5_0 } from '../config/elder-directives.ts';
import { LACKED_BY_5_0 } from './info-fields.ts';
import type { Profile } from './profile.ts';
import { redis40 } from './redis-4.0.ts';

export const redis50: Profile = {
  ...redis40,
  name: 'redis-5.0',
  version: '5.0.14',
  children: { ...redis40.children, shutsDown: 'full-sync' },
  output: { ...redis40.output, nodes: 'blocks' },
  commands: {
    ...redis40.commands,
    arities: { ...redis40.commands.arities, bzpopmax: -3, bzpopmin: -3, debug: -2, replicaof: 3, zpopmax: -2, zpopmin: -2 },
    flags: FLAGS_5_0,
    clientTypes: ['normal', 'slave', 'replica', 'pubsub', 'master'],
  },
  refusals: { ...redis40.refusals, config: 'one-with-help', follower: 'replica', exec: 'by-its-own-flags-and-readonly' },
  eviction: { ...redis40.eviction, queueing: 'refused' },
  scripts: { ...redis40.scripts, travel: 'effects' },
  directives: DIRECTIVES_5_0,
  info: { ...redis40.info, lacks: LACKED_BY_5_0 },
  handshake: { ...redis40.handshake, requests: 'resp' },
  rdb: { ...redis40.rdb, version: 9, access: 'saved' },
  load: { ...redis40.load, syncsFile: true },
};
