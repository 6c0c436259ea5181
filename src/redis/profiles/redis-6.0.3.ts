/** Redis 6.0 as of 6.0.3, a variant: the releases from 6.0-rc3 on that knew a "meaningful offset", which 6.0.4 took back. */
import type { Profile } from './profile.ts';
import { redis60 } from './redis-6.0.ts';

export const redis603: Profile = {
  ...redis60,
  name: 'redis-6.0.3',
  version: '6.0.3',
  history: { ...redis60.history, newIdAtPromotion: 'before-letting-go', finalPings: 'are-forgotten' },
  // Who stops reading a diskless transfer is dropped since 6.0.16.
  heartbeat: { ...redis60.heartbeat, dropsSilent: 'online' },
};
