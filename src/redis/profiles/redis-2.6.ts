/** Redis 2.6, as of 2.6.17: the eldest. Each younger version spreads its elder and lists what changed. */
import { ARITIES_2_6, FLAGS_2_6, MISCONF_2_6 } from './commands.ts';
import { DIRECTIVES_2_6 } from '../config/elder-directives.ts';
import { LACKED_BY_2_6 } from './info-fields.ts';
import type { Profile } from './profile.ts';

export const redis26: Profile = {
  name: 'redis-2.6',
  version: '2.6.17',
  directives: DIRECTIVES_2_6,
  info: { lacks: LACKED_BY_2_6, replicaLine: 'bare', neverUp: 'since-1970', dualChannel: false },
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
  history: { generation: 'sync-only', replicasOfDemoted: 'dropped', newIdAtPromotion: 'before-letting-go', restoredFromRdb: 'by-replicas', finalPings: 'count' },
  sync: {
    noMasterLink: "ERR Can't SYNC while not connected with my master",
    pendingOutput: 'ERR SYNC is invalid with pending input',
    badOffset: 'full-resync-if-our-id',
  },
  bgsave: { withoutDelay: 'at-the-cron', afterAnother: 'at-once', delayed: 'every-one', due: 'longer-than-delay' },
  heartbeat: { dropsSilent: 'online' },
  shutdown: { waitsForReplicas: false, flushesReplicas: false },
  backlog: { countsCommandsWithoutBacklog: false, freedShows: 'what-it-held' },
  limits: { hardLimitFloor: 'none', checked: 'each-part', cronChecks: false, closing: 'by-cron' },
  children: { shutsDown: 'never', abandonedSave: 'finished' },
  diskless: { transfer: 'child', earlyAck: 'waits-for-next' },
  load: {
    file: 'installed-first',
    syncsFile: false,
    appendOnly: 'goes-on',
    savingChild: 'goes-on',
    signsOfLife: false,
    swapdb: 'sets-aside',
  },
  output: { store: 'own-buffers', nodes: 'strings', replies: 'stand-in-the-stream' },
  link: { offset: 'none', acks: 'offset', inline: 'is-obeyed', errors: 'pass-unheard' },
  rdb: {
    version: 6, header: 'none', versionField: 'redis-ver', baseField: 'aof-preamble', tableSizes: 'absent', expiredKeys: 'left-out',
    scripts: 'absent', access: 'absent',
  },
  values: { compact: 'ziplist', lists: 'one-or-items', setListpacks: false, scores: 'text', doubles: 'digits-17-whole-52' },
  aof: { file: 'commands', everysec: 'wall-second', instants: 'of-expire-and-setex' },
  commands: {
    arities: ARITIES_2_6, flags: FLAGS_2_6, unknown: 'name', setOptions: ['nx', 'xx', 'ex', 'px'], setNxGet: 'refused', invalidExpire: 'in SETEX',
    wrongType: 'ERR', clientTypes: [], blockingTimeout: 'integer',
  },
  refusals: {
    config: 'one-tersely', follower: 'slave', noAuth: 'ERR operation not permitted', exec: 'by-its-own-flags', spoilTransaction: 'not-readonly-nor-loading',
    afterDiskError: 'writes', misconf: MISCONF_2_6, replicaTouchesKeys: 'allowed', quit: 'first',
  },
  stream: {
    ping: 'PING', effects: 'at-first-not-read', select: 'before-multi', several: 'bare', sentOn: 'any-change-of-dirty', setWithTtl: 'as-given',
    expire: 'as-given', getset: 'as-given', getdel: 'unlink-if-lazy', incrbyfloat: 'set', spopBatch: 1, spopAll: 'del', brpoplpush: 'as-given',
    brpoplpushServed: 'rpop-lpush', ltrim: 'always', flushdb: 'if-not-empty',
  },
  expiry: {
    onReplica: 'seen', exists: 'in-memory', ttlOfMissing: -1, keys: 'deletes', del: 'ordinary', randomKey: 'tries-for-ever', ownKeysOfReplica: 'stay', cycle: 'draws',
  },
  eviction: { picks: 'one-of-each-database', afterConfigSet: 'at-once', queueing: 'allowed' },
  scripts: {
    travel: 'text', evalsha: 'eval', select: 'moves-caller', load: 'kept', flush: 'sent-on', error: 'plain', unknownSha: 'NOSCRIPT No matching script. Please use EVAL.',
    evalCacheLimit: Infinity,
  },
  auth: { wrongPassword: 'ERR invalid password', needless: 'ERR Client sent AUTH, but no password is set' },
  wait: { target: 'last-command', onReplica: 'counts' },
};
