/** Redis 6.0, as of 6.0.20. */
import type { Profile } from './profile.ts';
import { redis50 } from './redis-5.0.ts';

export const redis60: Profile = {
  ...redis50,
  name: 'redis-6.0',
  version: '6.0.20',
  children: { ...redis50.children, shutsDown: 'never' },
  limits: { ...redis50.limits, closing: 'mute' },
  load: { ...redis50.load, file: 'installed-later', appendOnly: 'off-until-success' },
};
