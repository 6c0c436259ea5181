/** Redis 6.2, as of 6.2.16. */
import type { Profile } from './profile.ts';
import { redis60 } from './redis-6.0.ts';

export const redis62: Profile = {
  ...redis60,
  name: 'redis-6.2',
  version: '6.2.16',
  children: { ...redis60.children, abandonedSave: 'killed' },
  limits: { ...redis60.limits, checked: 'new-node', cronChecks: true },
  handshake: { ...redis60.handshake, introduction: 'burst', reconnectAtOnce: true, acksLoad: 'eof-framing' },
};
