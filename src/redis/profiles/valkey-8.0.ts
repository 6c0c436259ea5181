/** Valkey 8.0, which went on from Redis 7.2, as of 8.0.1. */
import { DIRECTIVES_VALKEY_8_0 } from '../config/newer-directives.ts';
import type { Profile } from './profile.ts';
import { redis72 } from './redis-7.2.ts';

export const valkey80: Profile = {
  ...redis72,
  name: 'valkey-8.0',
  version: '8.0.1',
  directives: DIRECTIVES_VALKEY_8_0,
  product: { title: 'Valkey', passesFor: '7.2.4' },
  handshake: { ...redis72.handshake, tellsVersion: true, acksLoad: 'always' },
  replconf: { options: [...redis72.replconf.options, 'version', 'rdb-channel', 'set-rdb-client-id'] },
  info: { ...redis72.info, dualChannel: true },
  scripts: { ...redis72.scripts, unknownSha: 'NOSCRIPT No matching script.' },
  rdb: { ...redis72.rdb, versionField: 'valkey-ver' },
};
