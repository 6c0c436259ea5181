/** Redis 6.0, as of 6.0.20. */
import { FLAGS_6_0 } from './commands.ts';
import { DIRECTIVES_6_0 } from '../config/elder-directives.ts';
import type { Profile } from './profile.ts';
import { redis50 } from './redis-5.0.ts';

export const redis60: Profile = {
  ...redis50,
  name: 'redis-6.0',
  version: '6.0.20',
  children: { ...redis50.children, shutsDown: 'never' },
  diskless: { ...redis50.diskless, transfer: 'parent' },
  limits: { ...redis50.limits, closing: 'mute' },
  load: { ...redis50.load, file: 'installed-later', appendOnly: 'off-until-success' },
  commands: {
    ...redis50.commands,
    arities: { ...redis50.commands.arities, auth: -2, hello: -2 },
    flags: FLAGS_6_0, setOptions: [...redis50.commands.setOptions, 'keepttl'], blockingTimeout: 'float',
  },
  refusals: { ...redis50.refusals, config: 'one-with-reason', exec: 'by-what-it-queued', spoilTransaction: 'all' },
  stream: { ...redis50.stream, several: 'wrapped', incrbyfloat: 'set-keepttl', brpoplpushServed: 'rpoplpush' },
  expiry: { ...redis50.expiry, keys: 'leaves-out', cycle: 'walks' },
  scripts: { ...redis50.scripts, error: 'place-trimmed' },
  history: { ...redis50.history, newIdAtPromotion: 'after-letting-go' },
  heartbeat: { ...redis50.heartbeat, dropsSilent: 'online-and-stalled' },
  directives: DIRECTIVES_6_0,
  auth: {
    ...redis50.auth,
    wrongPassword: 'WRONGPASS invalid username-password pair',
    needless: 'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
  },
  link: { ...redis50.link, inline: 'is-a-protocol-error' },
};
