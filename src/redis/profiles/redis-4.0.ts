/** Redis 4.0, as of 4.0.14. */
import { MISCONF_4_0 } from './commands.ts';
import { DIRECTIVES_4_0 } from '../config/elder-directives.ts';
import { LACKED_BY_4_0 } from './info-fields.ts';
import type { Profile } from './profile.ts';
import { redis32 } from './redis-3.2.ts';

export const redis40: Profile = {
  ...redis32,
  name: 'redis-4.0',
  version: '4.0.14',
  output: { ...redis32.output, nodes: 'string-lengths' },
  commands: {
    ...redis32.commands,
    arities: { ...redis32.commands.arities, flushall: -1, flushdb: -1, hset: -4, lpushx: -3, rpushx: -3, swapdb: 3, unlink: -2 },
    unknown: 'backticks',
  },
  refusals: { ...redis32.refusals, misconf: MISCONF_4_0 },
  stream: { ...redis32.stream, effects: 'at-first-not-read-nor-admin', brpoplpush: 'rpoplpush' },
  expiry: { ...redis32.expiry, exists: 'like-reads', randomKey: 'gives-up', ownKeysOfReplica: 'expire' },
  directives: DIRECTIVES_4_0,
  info: { ...redis32.info, lacks: LACKED_BY_4_0 },
  rdb: { ...redis32.rdb, version: 8, header: 'history', expiredKeys: 'saved', scripts: 'fields' },
  aof: { ...redis32.aof, file: 'behind-an-rdb' },
  values: { ...redis32.values, scores: 'binary' },
  handshake: { ...redis32.handshake, capabilities: ['eof', 'psync2'], refusal: 'may-mean-later' },
  link: { ...redis32.link, offset: 'applied', errors: 'composed-ones-are-told' },
  load: { ...redis32.load, appendOnly: 'off-meanwhile', savingChild: 'is-killed' },
  history: { ...redis32.history, generation: 'replid' },
  sync: { ...redis32.sync, noMasterLink: "NOMASTERLINK Can't SYNC while not connected with my master", badOffset: 'full-resync' },
  wait: { ...redis32.wait, onReplica: 'is-refused' },
};
