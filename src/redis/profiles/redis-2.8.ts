/** Redis 2.8, as of 2.8.24. */
import { FLAGS_2_8 } from './commands.ts';
import { DIRECTIVES_2_8 } from '../config/elder-directives.ts';
import { LACKED_BY_2_8 } from './info-fields.ts';
import type { Profile } from './profile.ts';
import { redis26 } from './redis-2.6.ts';

export const redis28: Profile = {
  ...redis26,
  name: 'redis-2.8',
  version: '2.8.24',
  output: { ...redis26.output, store: 'copies' },
  directives: DIRECTIVES_2_8,
  info: { ...redis26.info, lacks: LACKED_BY_2_8, replicaLine: 'named' },
  replconf: { options: ['listening-port', 'capa', 'ack'] },
  commands: {
    ...redis26.commands,
    arities: { ...redis26.commands.arities, pfadd: -2, pfcount: -2, pfmerge: -2, ping: -1, psync: 3, role: 1, scan: -2 },
    flags: FLAGS_2_8, invalidExpire: 'in name', wrongType: 'WRONGTYPE', clientTypes: ['normal', 'slave', 'pubsub'],
  },
  refusals: { ...redis26.refusals, noAuth: 'NOAUTH Authentication required.', afterDiskError: 'writes-and-ping-of-a-master' },
  stream: { ...redis26.stream, sentOn: 'growth-of-dirty' },
  expiry: { ...redis26.expiry, ttlOfMissing: -2, del: 'gone-already' },
  scripts: { ...redis26.scripts, evalsha: 'eval-once', select: 'own', load: 'sent-on', error: 'place' },
  handshake: { ...redis26.handshake, capabilities: ['eof'], asks: 'psync' },
  link: { ...redis26.link, offset: 'read' },
  load: { ...redis26.load, signsOfLife: true },
  history: { ...redis26.history, generation: 'run-id' },
  sync: { ...redis26.sync, pendingOutput: 'ERR SYNC and PSYNC are invalid with pending output' },
};
