/**
 * The directives of what came before 7.2, each table made from the next younger one by what that version brought.
 *
 * Values are read by the rules of 7.2 in all versions. Elder servers are laxer: up to 5.0 a number is what `atoi` makes of it.
 */
import { DIRECTIVES_7_2 } from './directives.ts';
import { INT_MAX, INT_MIN, integer, LONG_MAX, MEGABYTE, memory, oneOf, STARTUP_ONLY, text, traits, words, yesNo } from './rows.ts';
import { elder, type DirectiveTable } from './table.ts';

const NEVER_REFUSED = { runtime: 'yes', denyLoading: false } as const;

export const DIRECTIVES_7_0: DirectiveTable = elder(DIRECTIVES_7_2, {
  without: { 'set-max-listpack-entries': 128, 'set-max-listpack-value': 64 },
  unknown: ['cluster-announce-human-nodename', 'cluster-ping-interval', 'locale-collate'],
  changes: { 'aof-disable-auto-gc': yesNo(false) },
});

/** Whoever may send commands may DEBUG and set what is protected since; SHUTDOWN waits for nobody. */
export const DIRECTIVES_6_2: DirectiveTable = elder(DIRECTIVES_7_0, {
  without: {
    'enable-debug-command': 'yes', 'enable-protected-configs': 'yes', 'shutdown-timeout': 0, 'shutdown-on-sigint': 'default', 'shutdown-on-sigterm': 'default',
    'repl-diskless-sync-max-replicas': 0, 'replica-ignore-disk-write-errors': false, 'aof-timestamp-enabled': false,
    'loading-process-events-interval-bytes': 2 * MEGABYTE,
  },
  unknown: [
    'aof-disable-auto-gc', 'appenddirname', 'bind-source-addr', 'cluster-allow-pubsubshard-when-down', 'cluster-announce-hostname',
    'cluster-link-sendbuf-limit', 'cluster-port', 'cluster-preferred-endpoint-type', 'enable-module-command', 'latency-tracking',
    'latency-tracking-info-percentiles', 'maxmemory-clients', 'propagation-error-behavior', 'socket-mark-id',
  ],
  called: {
    'hash-max-listpack-entries': 'hash-max-ziplist-entries', 'hash-max-listpack-value': 'hash-max-ziplist-value',
    'list-max-listpack-size': 'list-max-ziplist-size', 'zset-max-listpack-entries': 'zset-max-ziplist-entries',
    'zset-max-listpack-value': 'zset-max-ziplist-value', 'busy-reply-threshold': 'lua-time-limit',
  },
  changes: {
    'repl-diskless-sync': yesNo(false),
    'repl-diskless-load': oneOf('disabled', ['disabled', 'on-empty-db', 'swapdb'], NEVER_REFUSED),
    appendonly: yesNo(false, NEVER_REFUSED),
    dbfilename: text('dump.rdb', NEVER_REFUSED, (name) => (/[/\\]/.test(name) ? "dbfilename can't be a path, just a filename" : null)),
    dir: text('/', NEVER_REFUSED),
    'rdb-key-save-delay': integer(0, INT_MIN, INT_MAX),
    'key-load-delay': integer(0, INT_MIN, INT_MAX),
    'acl-pubsub-default': oneOf('allchannels', ['allchannels', 'resetchannels']),
    'disable-thp': yesNo(true),
    'use-exit-on-panic': yesNo(false),
    'gopher-enabled': yesNo(false),
  },
});

/** Any option on the command line or any conf file resets the save points (redis.c: main), and a node here has some: its port. */
export const DIRECTIVES_6_0: DirectiveTable = elder(DIRECTIVES_6_2, {
  without: { 'replica-announced': true, 'lazyfree-lazy-user-flush': false },
  unknown: [
    'acl-pubsub-default', 'cluster-allow-replica-migration', 'cluster-announce-tls-port', 'crash-log-enabled', 'crash-memcheck-enabled', 'disable-thp',
    'maxmemory-eviction-tenacity', 'proc-title-template', 'sanitize-dump-payload', 'set-proc-title', 'tls-client-cert-file', 'tls-client-key-file',
    'tls-client-key-file-pass', 'tls-key-file-pass', 'use-exit-on-panic',
  ],
  changes: {
    port: integer(6379, 0, 65535n, STARTUP_ONLY),
    bind: words('* -::*', STARTUP_ONLY, (addresses) => (addresses.length > 16 ? 'Too many bind addresses specified' : null)),
    save: { ...traits({}), kind: { type: 'save' }, default: [] },
    'rdb-key-save-delay': integer(0),
    'key-load-delay': integer(0),
    'ignore-warnings': text('ARM64-COW-BUG'),
    'tls-port': integer(0, 0, 65535n, STARTUP_ONLY),
  },
});

/** A small backlog is raised to 16 kB by a conf file, too: each `repl-backlog-size` resizes it. */
export const DIRECTIVES_5_0: DirectiveTable = elder(DIRECTIVES_6_0, {
  without: {
    masteruser: '', 'repl-diskless-load': 'disabled', 'lazyfree-lazy-user-del': false, 'active-expire-effort': 1, 'rdb-del-sync-files': false,
    'rdb-key-save-delay': 0, 'key-load-delay': 0,
  },
  unknown: [
    'aclfile', 'acllog-max-len', 'aof_rewrite_cpulist', 'bgsave_cpulist', 'bio_cpulist', 'server_cpulist', 'cluster-allow-reads-when-down', 'gopher-enabled',
    'io-threads', 'io-threads-do-reads', 'jemalloc-bg-thread', 'oom-score-adj', 'oom-score-adj-values', 'tracking-table-max-keys',
    'tls-auth-clients', 'tls-ca-cert-dir', 'tls-ca-cert-file', 'tls-cert-file', 'tls-ciphers', 'tls-ciphersuites', 'tls-cluster', 'tls-dh-params-file',
    'tls-key-file', 'tls-port', 'tls-prefer-server-ciphers', 'tls-protocols', 'tls-replication', 'tls-session-cache-size', 'tls-session-cache-timeout',
    'tls-session-caching',
  ],
  changes: { 'repl-backlog-size': memory(MEGABYTE, 1n, LONG_MAX, { clamp: { min: 16_384, max: Infinity, when: 'always' } }) },
});

/** The word is slave; a replica evicts by itself when its memory is full. */
export const DIRECTIVES_4_0: DirectiveTable = elder(DIRECTIVES_5_0, {
  without: { 'dynamic-hz': false, 'replica-ignore-maxmemory': false },
  unknown: ['active-defrag-max-scan-fields', 'ignore-warnings', 'rdb-save-incremental-fsync', 'stream-node-max-bytes', 'stream-node-max-entries'],
  called: {
    replicaof: 'slaveof', 'replica-serve-stale-data': 'slave-serve-stale-data', 'replica-read-only': 'slave-read-only', 'replica-priority': 'slave-priority',
    'replica-announce-ip': 'slave-announce-ip', 'replica-announce-port': 'slave-announce-port', 'replica-lazy-flush': 'slave-lazy-flush',
    'repl-ping-replica-period': 'repl-ping-slave-period', 'min-replicas-to-write': 'min-slaves-to-write', 'min-replicas-max-lag': 'min-slaves-max-lag',
    'cluster-replica-no-failover': 'cluster-slave-no-failover', 'cluster-replica-validity-factor': 'cluster-slave-validity-factor',
  },
  changes: { 'aof-use-rdb-preamble': yesNo(false) },
});

const NO_LFU = ['volatile-lru', 'volatile-random', 'volatile-ttl', 'allkeys-lru', 'allkeys-random', 'noeviction'] as const;

export const DIRECTIVES_3_2: DirectiveTable = elder(DIRECTIVES_4_0, {
  without: {
    'replica-lazy-flush': false, 'lazyfree-lazy-eviction': false, 'lazyfree-lazy-expire': false, 'lazyfree-lazy-server-del': false,
    'aof-use-rdb-preamble': false, 'proto-max-bulk-len': 512 * MEGABYTE,
  },
  unknown: [
    'active-defrag-cycle-max', 'active-defrag-cycle-min', 'active-defrag-ignore-bytes', 'active-defrag-threshold-lower', 'active-defrag-threshold-upper',
    'activedefrag', 'always-show-logo', 'client-query-buffer-limit', 'cluster-announce-bus-port', 'cluster-announce-ip', 'cluster-announce-port',
    'cluster-replica-no-failover', 'lfu-decay-time', 'lfu-log-factor',
  ],
  changes: { 'maxmemory-policy': oneOf('noeviction', NO_LFU) },
});

export const DIRECTIVES_2_8: DirectiveTable = elder(DIRECTIVES_3_2, {
  without: { 'list-max-listpack-size': -2, 'list-compress-depth': 0, 'replica-announce-ip': '', 'replica-announce-port': 0 },
  unknown: [
    'cluster-config-file', 'cluster-enabled', 'cluster-migration-barrier', 'cluster-node-timeout', 'cluster-require-full-coverage',
    'cluster-replica-validity-factor', 'protected-mode', 'supervised',
  ],
  changes: {
    'list-max-ziplist-entries': integer(512, 0, LONG_MAX),
    'list-max-ziplist-value': integer(64, 0, LONG_MAX),
    'tcp-keepalive': integer(0),
    'maxmemory-policy': oneOf('volatile-lru', NO_LFU),
    'maxmemory-samples': integer(3, 1),
  },
});

/** No backlog, so nothing of it to set. */
export const DIRECTIVES_2_6: DirectiveTable = elder(DIRECTIVES_2_8, {
  without: {
    'repl-backlog-size': MEGABYTE, 'repl-backlog-ttl': 0, 'repl-diskless-sync': false, 'repl-diskless-sync-delay': 5, 'min-replicas-to-write': 0,
    'min-replicas-max-lag': 10, 'aof-load-truncated': false, 'hll-sparse-max-bytes': 3000,
  },
  unknown: ['latency-monitor-threshold', 'notify-keyspace-events', 'tcp-backlog'],
  changes: {
    'auto-aof-rewrite-min-size': memory(MEGABYTE, 0n, LONG_MAX),
    maxclients: integer(10_000, 1, INT_MAX, STARTUP_ONLY),
    rdbchecksum: yesNo(true),
  },
});
