/**
 * The cases of Redis' own test suite (7.4.1, `tests/integration` and `tests/unit`) about the mechanisms that are simulated,
 * by area: which upstream tests each stands for is counted, as one case may be several of theirs.
 */
export const CATALOGUE = {
  basic: {
    'basic-attach-role-slave': 12,
    'basic-set-instance-as-replica-of-other': 1,
    'basic-link-down-at-first-then-sync': 6,
    'basic-role-command-master': 1,
    'basic-role-command-replica': 1,
    'basic-handshake-state-while-master-delays-bgsave': 2,
    'basic-parallel-clients-different-dbs': 1,
    'basic-complex-ops-identical': 1,
    'basic-mset-many-arguments': 1,
    'basic-busy-replica-still-converges': 1,
    'basic-query-buffer-limit-not-for-master-link': 1,
    'basic-masterauth-wrong-then-fixed': 1,
  },
  psync: { 'psync-sync-under-load-no-break': 12, 'psync-ok-repeated-breaks': 12, 'psync-no-backlog-left': 12 },
  psync2: { 'psync2-random-topologies-exactly-four-full-syncs': 6, 'psync2-replica-restart-partial': 2, 'psync2-replica-promoted-while-behind-pings': 4 },
  chained: { 'psync-replicaof-right-after-disconnection': 1, 'chained-kill-links-3899': 4 },
  'master-restart': { 'master-restart-with-data': 1, 'master-restart-expired-keys-extend-backlog': 1 },
  buffers: {
    'buffer-shared-by-all-replicas': 1,
    'buffer-shrinks-when-unreferenced': 1,
    'buffer-backlog-outgrows-config': 1,
    'buffer-limit-smaller-than-backlog-psync-ok': 1,
    'buffer-big-key-no-psync-loop': 2,
    'buffer-soft-limit-cuts-and-trims': 1,
    'buffer-replica-output-counted': 1,
  },
  timeouts: { 'timeout-during-handshake': 1 },
  diskless: {
    'basic-connect-three-replicas-at-once': 4,
    'diskless-swapdb-different-id-aborted': 2,
    'diskless-swapdb-different-id-success': 1,
    'diskless-async-loading-success': 1,
    'diskless-swapdb-recovers-6x': 1,
    'diskless-short-read': 1,
    'diskless-pipe-no-drop': 1,
    'diskless-pipe-slow-drops': 1,
    'diskless-pipe-all-drop': 1,
    'diskless-flushall-restarts-child': 1,
    'disk-bgsave-killed-when-useless': 1,
  },
  expiry: {
    'expiry-lazy-expire-and-recreate': 1,
    'expiry-consistency-random': 1,
    'expiry-writable-replica-own-keys-evicted': 1,
    'expiry-ttls-in-stream-are-absolute': 1,
    'expiry-ttls-relative-before-7': 1,
    'expiry-ttls-identical-on-replica': 1,
    'expiry-writable-replica-active-expiry-aof': 1,
    'expiry-getex-propagation': 1,
    'expiry-scan-randomkey-lazy-dels-unwrapped': 2,
    'expiry-incrbyfloat-keeps-ttl': 1,
  },
  propagation: {
    'prop-flush-always-replicated': 1,
    'prop-multi-exec-shapes': 6,
    'prop-eviction-dels': 2,
    'prop-unknown-command-in-stream': 1,
    'prop-blocking-ops-under-load': 1,
  },
  'stale-replica': { 'stale-exec-after-becoming-stale': 1, 'stale-replica-scripts': 2, 'readonly-replica-refuses-writes': 4 },
} as const;

export type Area = keyof typeof CATALOGUE;
export type CatalogueId = { [Each in Area]: keyof (typeof CATALOGUE)[Each] }[Area];

/** Those that need more than the mechanisms of replication: they are counted apart. */
export const EXTENDED: ReadonlySet<CatalogueId> = new Set([
  'basic-masterauth-wrong-then-fixed', 'buffer-replica-output-counted', 'expiry-scan-randomkey-lazy-dels-unwrapped', 'expiry-incrbyfloat-keeps-ttl',
  'prop-eviction-dels', 'prop-unknown-command-in-stream', 'prop-blocking-ops-under-load', 'stale-replica-scripts', 'readonly-replica-refuses-writes',
]);

/** What is not retold, and why. */
export const MISSING: Partial<Readonly<Record<CatalogueId, string>>> = {
  'buffer-replica-output-counted': 'used_memory of a server is not simulated, only what its replicas’ buffers take',
};
