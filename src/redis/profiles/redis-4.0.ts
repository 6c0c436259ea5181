/** Redis 4.0, as of 4.0.14. */
import type { Profile } from './profile.ts';
import { redis32 } from './redis-3.2.ts';

export const redis40: Profile = {
  ...redis32,
  name: 'redis-4.0',
  version: '4.0.14',
  output: { ...redis32.output, nodes: 'string-lengths' },
  rdb: { ...redis32.rdb, version: 8, header: 'history', expiredKeys: 'saved', scripts: 'fields' },
  values: { ...redis32.values, scores: 'binary' },
  handshake: { ...redis32.handshake, capabilities: ['eof', 'psync2'], refusal: 'may-mean-later' },
  link: { ...redis32.link, offset: 'applied' },
  load: { ...redis32.load, appendOnly: 'off-meanwhile', savingChild: 'is-killed' },
};
