/** Redis 7.0, as of 7.0.15. */
import { MISCONF_7_0 } from './commands.ts';
import { DIRECTIVES_7_0 } from '../config/elder-directives.ts';
import type { Profile } from './profile.ts';
import { redis62 } from './redis-6.2.ts';

export const redis70: Profile = {
  ...redis62,
  name: 'redis-7.0',
  version: '7.0.15',
  history: { ...redis62.history, replicasOfDemoted: 'kept', restoredFromRdb: 'by-everyone' },
  shutdown: { ...redis62.shutdown, waitsForReplicas: true },
  limits: { ...redis62.limits, hardLimitFloor: 'backlog-size', closing: 'keeps-blocks' },
  backlog: { ...redis62.backlog, freedShows: 'zeros' },
  output: { ...redis62.output, store: 'shared-blocks', replies: 'disconnect' },
  handshake: { ...redis62.handshake, brokenOff: 'given-up', forgets: 'before-the-load' },
  directives: DIRECTIVES_7_0,
  info: { ...redis62.info, lacks: [] },
  rdb: { ...redis62.rdb, version: 10, baseField: 'aof-base', scripts: 'absent' },
  values: { ...redis62.values, compact: 'listpack', doubles: 'digits-17' },
  load: { ...redis62.load, swapdb: 'loads-beside' },
  aof: { ...redis62.aof, file: 'parts', instants: 'as-sent' },
  commands: {
    ...redis62.commands,
    arities: {
      ...redis62.commands.arities, eval_ro: -3, evalsha_ro: -3, expire: -3, expireat: -3, expiretime: 2, pexpire: -3, pexpireat: -3, pexpiretime: 2,
      sort_ro: -2,
    },
    flags: { wait: ['noscript', 'blocking'] }, unknown: 'quotes', setNxGet: 'allowed', invalidExpire: "in 'name' command",
  },
  refusals: { ...redis62.refusals, config: 'several', afterDiskError: 'writes-and-ping', misconf: MISCONF_7_0, quit: 'command' },
  stream: { ...redis62.stream, effects: 'gathered', setWithTtl: 'pxat', expire: 'pexpireat', flushdb: 'always' },
  expiry: { ...redis62.expiry, onReplica: 'hidden' },
  eviction: { ...redis62.eviction, afterConfigSet: 'next' },
  scripts: { ...redis62.scripts, load: 'kept', flush: 'kept', error: 'structured' },
};
