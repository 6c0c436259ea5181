/** Redis 6.2, as of 6.2.16. */
import { FLAGS_6_2 } from './commands.ts';
import { DIRECTIVES_6_2 } from '../config/elder-directives.ts';
import { LACKED_BY_6_2 } from './info-fields.ts';
import type { Profile } from './profile.ts';
import { redis60 } from './redis-6.0.ts';

export const redis62: Profile = {
  ...redis60,
  name: 'redis-6.2',
  version: '6.2.16',
  children: { ...redis60.children, abandonedSave: 'killed' },
  diskless: { ...redis60.diskless, earlyAck: 'looks-at-child' },
  limits: { ...redis60.limits, checked: 'new-node', cronChecks: true },
  handshake: { ...redis60.handshake, introduction: 'burst', reconnectAtOnce: true, acksLoad: 'eof-framing' },
  aof: { ...redis60.aof, instants: 'as-pxat' },
  commands: {
    ...redis60.commands,
    arities: {
      ...redis60.commands.arities, blmove: 6, copy: -3, failover: -1, getdel: 2, getex: -2, hello: -1, lmove: 5, lpop: -2, psync: -3, reset: 1, rpop: -2,
      smismember: -3,
    },
    flags: FLAGS_6_2, setOptions: [...redis60.commands.setOptions, 'get', 'exat', 'pxat'],
  },
  refusals: { ...redis60.refusals, replicaTouchesKeys: 'refused' },
  stream: { ...redis60.stream, ping: 'ping', effects: 'at-first-sent', setWithTtl: 'px', getset: 'set', ltrim: 'if-trimmed' },
  link: { ...redis60.link, errors: 'are-told' },
  sync: { ...redis60.sync, badOffset: 'refused' },
  bgsave: { ...redis60.bgsave, withoutDelay: 'at-once', afterAnother: 'after-the-delay', due: 'as-long-as-delay' },
  directives: DIRECTIVES_6_2,
  auth: { ...redis60.auth, wrongPassword: 'WRONGPASS invalid username-password pair or user is disabled.' },
  info: { ...redis60.info, lacks: LACKED_BY_6_2, neverUp: 'minus-one' },
  replconf: { options: [...redis60.replconf.options, 'rdb-only'] },
};
