/** Redis 2.6, as of 2.6.17: the eldest. Each younger version spreads its elder and lists what changed. */
import { DIRECTIVES_7_2 } from '../config/directives.ts';
import type { Profile } from './profile.ts';

export const redis26: Profile = {
  name: 'redis-2.6',
  version: '2.6.17',
  directives: DIRECTIVES_7_2,
  product: { title: 'Redis', passesFor: null },
  handshake: {
    requests: 'inline',
    introduction: 'one-by-one',
    capabilities: [],
    tellsVersion: false,
    asks: 'sync',
    refusal: 'is-an-error',
    brokenOff: 'read-as-an-error',
    forgets: 'at-the-verdict',
    reconnectAtOnce: false,
    acksLoad: 'never',
  },
  replconf: { options: ['listening-port'] },
  backlog: { countsCommandsWithoutBacklog: false, freedShows: 'what-it-held' },
  limits: { hardLimitFloor: 'none', checked: 'each-part', cronChecks: false, closing: 'by-cron' },
  children: { shutsDown: 'never', abandonedSave: 'finished' },
  output: { store: 'copies', nodes: 'strings' },
  load: {
    file: 'installed-first',
    syncsFile: false,
    appendOnly: 'goes-on',
    savingChild: 'goes-on',
    signsOfLife: false,
    swapdb: 'sets-aside',
  },
  link: { offset: 'none', acks: 'offset' },
  aof: { everysec: 'wall-second' },
  scripts: { evalCacheLimit: Infinity },
  rdb: {
    version: 6, header: 'none', versionField: 'redis-ver', baseField: 'aof-preamble', tableSizes: 'absent', expiredKeys: 'left-out',
    scripts: 'absent', access: 'absent',
  },
  values: { compact: 'ziplist', lists: 'one-or-items', setListpacks: false, scores: 'text', doubles: 'digits-17-whole-52' },
};
