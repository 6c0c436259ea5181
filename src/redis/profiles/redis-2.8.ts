/** Redis 2.8, as of 2.8.24. */
import type { Profile } from './profile.ts';
import { redis26 } from './redis-2.6.ts';

export const redis28: Profile = {
  ...redis26,
  name: 'redis-2.8',
  version: '2.8.24',
  replconf: { options: ['listening-port', 'capa', 'ack'] },
  handshake: { ...redis26.handshake, capabilities: ['eof'], asks: 'psync' },
  link: { ...redis26.link, offset: 'read' },
  load: { ...redis26.load, signsOfLife: true },
};
