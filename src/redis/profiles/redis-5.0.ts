/** Redis 5.0, as of 5.0.14. */
import type { Profile } from './profile.ts';
import { redis40 } from './redis-4.0.ts';

export const redis50: Profile = {
  ...redis40,
  name: 'redis-5.0',
  version: '5.0.14',
  children: { ...redis40.children, shutsDown: 'full-sync' },
  output: { ...redis40.output, nodes: 'blocks' },
  handshake: { ...redis40.handshake, requests: 'resp' },
  rdb: { ...redis40.rdb, version: 9, access: 'saved' },
  load: { ...redis40.load, syncsFile: true },
};
