/**
 * The directives of redis.conf in 7.2 (config.c: static_configs), one row each: type, default, bounds, old name, and when it may
 * change. The tables of other versions are made from this one (`newer-directives.ts`, `elder-directives.ts`).
 *
 * `SIMULATED` are those that decide something here; their values are the fields of ServerConfig and the compiler holds
 * both together. `KEPT` are the rest of what a real conf file may contain: checked, kept, shown by CONFIG GET, and of no
 * consequence.
 */
import type { ServerConfig } from '../config.ts';
import { INT_MAX, INT_MIN, LONG_MAX, MEGABYTE, STARTUP_ONLY, UINT_MAX, UNSIGNED_LONG_MAX, integer, memory, oneOf, flags, seconds, text, traits, words, yesNo } from './rows.ts';
import type { Row } from './rows.ts';
import { tableOf, type DirectiveTable } from './table.ts';

type Simulated = { readonly [Name in Exclude<keyof ServerConfig, 'others' | keyof typeof ABSENT>]: Row<ServerConfig[Name]> };

const SIMULATED: Simulated = {
  // -- network
  port: integer(6379, 0, 65535n),
  bind: words('* -::*', {}, (addresses) => (addresses.length > 16 ? 'Too many bind addresses specified.' : null)),
  timeout: seconds(0),
  'tcp-keepalive': seconds(300),
  maxclients: integer(10_000, 1, UINT_MAX),
  'proto-max-bulk-len': memory(512 * MEGABYTE, 1n << 20n, LONG_MAX),
  'client-output-buffer-limit': {
    ...traits({}),
    kind: { type: 'output-buffer-limit' },
    default: {
      normal: { hard: 0, soft: 0, softSeconds: 0 },
      replica: { hard: 256 * MEGABYTE, soft: 64 * MEGABYTE, softSeconds: 60 },
      pubsub: { hard: 32 * MEGABYTE, soft: 8 * MEGABYTE, softSeconds: 60 },
    },
  },

  // -- general
  databases: integer(16, 1, INT_MAX, STARTUP_ONLY),
  loglevel: oneOf('notice', ['debug', 'verbose', 'notice', 'warning', 'nothing']),
  hz: integer(10, 0, INT_MAX, { clamp: { min: 1, max: 500, when: 'always' } }),
  'dynamic-hz': yesNo(true),
  'enable-debug-command': oneOf('no', ['no', 'yes', 'local'], STARTUP_ONLY),
  'enable-protected-configs': oneOf('no', ['no', 'yes', 'local'], STARTUP_ONLY),
  requirepass: text(''),
  'shutdown-timeout': seconds(10),
  'shutdown-on-sigint': flags(['default', 'save', 'nosave', 'now', 'force']),
  'shutdown-on-sigterm': flags(['default', 'save', 'nosave', 'now', 'force']),

  // -- snapshots
  save: {
    ...traits({}),
    kind: { type: 'save' },
    default: [{ seconds: 3600, changes: 1 }, { seconds: 300, changes: 100 }, { seconds: 60, changes: 10_000 }],
  },
  'stop-writes-on-bgsave-error': yesNo(true),
  rdbcompression: yesNo(true),
  rdbchecksum: yesNo(true, STARTUP_ONLY),
  dbfilename: text('dump.rdb', { runtime: 'protected' }, baseName("dbfilename can't be a path, just a filename")),
  'rdb-del-sync-files': yesNo(false),
  'rdb-key-save-delay': integer(0, INT_MIN, INT_MAX, { hidden: true }),
  'key-load-delay': integer(0, INT_MIN, INT_MAX, { hidden: true }),
  'loading-process-events-interval-bytes': integer(2 * MEGABYTE, 1024, INT_MAX, { hidden: true }),

  // -- replication
  replicaof: { ...traits({ alias: 'slaveof', runtime: 'no' }), kind: { type: 'replicaof' }, default: null },
  masterauth: text(''),
  masteruser: text(''),
  'replica-serve-stale-data': yesNo(true, { alias: 'slave-serve-stale-data' }),
  'replica-read-only': yesNo(true, { alias: 'slave-read-only' }),
  'replica-priority': integer(100, 0, INT_MAX, { alias: 'slave-priority' }),
  'replica-announced': yesNo(true),
  'replica-announce-ip': text('', { alias: 'slave-announce-ip' }),
  'replica-announce-port': integer(0, 0, 65535n, { alias: 'slave-announce-port' }),
  'replica-lazy-flush': yesNo(false, { alias: 'slave-lazy-flush' }),
  'replica-ignore-maxmemory': yesNo(true, { alias: 'slave-ignore-maxmemory' }),
  'replica-ignore-disk-write-errors': yesNo(false),
  'repl-timeout': seconds(60, 1),
  'repl-ping-replica-period': seconds(10, 1, { alias: 'repl-ping-slave-period' }),
  // Raised to 16 kB by CONFIG SET alone: resizeReplicationBacklog is its apply function and nothing else calls it,
  // so a conf file may give less (seen on 7.0.15 and 7.2.6).
  'repl-backlog-size': memory(MEGABYTE, 1n, LONG_MAX, { clamp: { min: 16_384, max: Infinity, when: 'runtime' } }),
  'repl-backlog-ttl': seconds(3600, 0, {}, LONG_MAX),
  'repl-diskless-sync': yesNo(true),
  'repl-diskless-sync-delay': seconds(5),
  'repl-diskless-sync-max-replicas': integer(0),
  'repl-diskless-load': oneOf('disabled', ['disabled', 'on-empty-db', 'swapdb'], { denyLoading: true }),
  'repl-disable-tcp-nodelay': yesNo(false),
  'min-replicas-to-write': integer(0, 0, INT_MAX, { alias: 'min-slaves-to-write' }),
  'min-replicas-max-lag': seconds(10, 0, { alias: 'min-slaves-max-lag' }),

  // -- append-only file
  appendonly: yesNo(false, { denyLoading: true }),
  appendfsync: oneOf('everysec', ['everysec', 'always', 'no']),
  'no-appendfsync-on-rewrite': yesNo(false),
  'auto-aof-rewrite-percentage': integer(100),
  'auto-aof-rewrite-min-size': memory(64 * MEGABYTE, 0n, LONG_MAX),
  'aof-load-truncated': yesNo(true),
  'aof-use-rdb-preamble': yesNo(true),
  'aof-timestamp-enabled': yesNo(false),

  // -- memory, expiry, lazy freeing
  maxmemory: memory(0, 0n, UNSIGNED_LONG_MAX),
  'maxmemory-policy': oneOf('noeviction', [
    'volatile-lru', 'volatile-lfu', 'volatile-random', 'volatile-ttl', 'allkeys-lru', 'allkeys-lfu', 'allkeys-random', 'noeviction',
  ]),
  'maxmemory-samples': integer(5, 1),
  'active-expire-effort': integer(1, 1, 10n),
  'lazyfree-lazy-eviction': yesNo(false),
  'lazyfree-lazy-expire': yesNo(false),
  'lazyfree-lazy-server-del': yesNo(false),
  'lazyfree-lazy-user-del': yesNo(false),
  'lazyfree-lazy-user-flush': yesNo(false),

  // -- up to which size a value is kept, and saved, in its compact form
  'hash-max-listpack-entries': integer(512, 0, LONG_MAX, { alias: 'hash-max-ziplist-entries' }),
  'hash-max-listpack-value': memory(64, 0n, LONG_MAX, { alias: 'hash-max-ziplist-value' }),
  'list-max-listpack-size': integer(-2, INT_MIN, INT_MAX, { alias: 'list-max-ziplist-size' }),
  'list-compress-depth': integer(0),
  'set-max-intset-entries': integer(512, 0, LONG_MAX),
  'set-max-listpack-entries': integer(128, 0, LONG_MAX),
  'set-max-listpack-value': integer(64, 0, LONG_MAX),
  'zset-max-listpack-entries': integer(128, 0, LONG_MAX, { alias: 'zset-max-ziplist-entries' }),
  'zset-max-listpack-value': memory(64, 0n, LONG_MAX, { alias: 'zset-max-ziplist-value' }),
  'hll-sparse-max-bytes': memory(3000, 0n, LONG_MAX),
};

/** Simulated as well, but not yet there in 7.2: what each means to a version without it. */
const ABSENT = {
  'dual-channel-replication-enabled': false, 'extended-redis-compatibility': false, 'list-max-ziplist-entries': 512, 'list-max-ziplist-value': 64,
} satisfies Partial<ServerConfig>;

const SYSLOG_FACILITIES = ['user', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'];

const KEPT: Readonly<Record<string, Row>> = {
  daemonize: yesNo(false, STARTUP_ONLY),
  'io-threads-do-reads': yesNo(false, STARTUP_ONLY),
  'always-show-logo': yesNo(false, STARTUP_ONLY),
  'protected-mode': yesNo(true),
  activerehashing: yesNo(true),
  'set-proc-title': yesNo(true, STARTUP_ONLY),
  'aof-rewrite-incremental-fsync': yesNo(true),
  'rdb-save-incremental-fsync': yesNo(true),
  'jemalloc-bg-thread': yesNo(true),
  activedefrag: yesNo(false),
  'syslog-enabled': yesNo(false, STARTUP_ONLY),
  'cluster-enabled': yesNo(false, STARTUP_ONLY),
  'cluster-require-full-coverage': yesNo(true),
  'cluster-replica-no-failover': yesNo(false, { alias: 'cluster-slave-no-failover' }),
  'cluster-allow-reads-when-down': yesNo(false),
  'cluster-allow-pubsubshard-when-down': yesNo(true),
  'cluster-allow-replica-migration': yesNo(true),
  'crash-log-enabled': yesNo(true),
  'crash-memcheck-enabled': yesNo(true),
  'use-exit-on-panic': yesNo(false, { hidden: true }),
  'disable-thp': yesNo(true, STARTUP_ONLY),
  'latency-tracking': yesNo(true),
  'aof-disable-auto-gc': yesNo(false, { hidden: true }),

  aclfile: text('', STARTUP_ONLY),
  unixsocket: text('', STARTUP_ONLY),
  pidfile: text('', STARTUP_ONLY),
  'cluster-announce-ip': text(''),
  'cluster-config-file': text('nodes.conf', STARTUP_ONLY),
  'cluster-announce-hostname': text(''),
  'cluster-announce-human-nodename': text(''),
  'syslog-ident': text('redis', STARTUP_ONLY),
  appendfilename: text('appendonly.aof', STARTUP_ONLY, baseName("appendfilename can't be a path, just a filename", "appendfilename can't be empty")),
  appenddirname: text('appendonlydir', STARTUP_ONLY, baseName("appenddirname can't be a path, just a dirname", "appenddirname can't be empty")),
  server_cpulist: text('', STARTUP_ONLY),
  bio_cpulist: text('', STARTUP_ONLY),
  aof_rewrite_cpulist: text('', STARTUP_ONLY),
  bgsave_cpulist: text('', STARTUP_ONLY),
  'ignore-warnings': text(''),
  'proc-title-template': text('{title} {listen-addr} {server-mode}'),
  'bind-source-addr': text(''),
  logfile: text('', STARTUP_ONLY),
  'locale-collate': text(''),
  dir: text('/', { runtime: 'protected', denyLoading: true }),
  'notify-keyspace-events': text('', {}, (events) =>
    /^[Ag$lshzxeKEtmdn]*$/.test(events) ? null : "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."),
  'oom-score-adj-values': words('0 200 800', {}, oomScores),
  'latency-tracking-info-percentiles': words('50 99 99.9', {}, percentiles),

  supervised: oneOf('no', ['upstart', 'systemd', 'auto', 'no'], STARTUP_ONLY),
  'syslog-facility': oneOf('local0', SYSLOG_FACILITIES, STARTUP_ONLY),
  'oom-score-adj': oneOf('no', ['no', 'yes', 'relative', 'absolute']),
  'acl-pubsub-default': oneOf('resetchannels', ['allchannels', 'resetchannels']),
  'sanitize-dump-payload': oneOf('no', ['no', 'yes', 'clients']),
  'enable-module-command': oneOf('no', ['no', 'yes', 'local'], STARTUP_ONLY),
  'cluster-preferred-endpoint-type': oneOf('ip', ['ip', 'hostname', 'unknown-endpoint']),
  'propagation-error-behavior': oneOf('ignore', ['ignore', 'panic', 'panic-on-replicas']),

  'io-threads': integer(1, 1, 128n, STARTUP_ONLY),
  'cluster-replica-validity-factor': integer(10, 0, INT_MAX, { alias: 'cluster-slave-validity-factor' }),
  'cluster-migration-barrier': integer(1),
  'active-defrag-cycle-min': integer(1, 1, 99n),
  'active-defrag-cycle-max': integer(25, 1, 99n),
  'active-defrag-threshold-lower': integer(10, 0, 1000n),
  'active-defrag-threshold-upper': integer(100, 0, 1000n),
  'lfu-log-factor': integer(10),
  'lfu-decay-time': integer(1),
  'maxmemory-eviction-tenacity': integer(10, 0, 100n),
  'tcp-backlog': integer(511, 0, INT_MAX, STARTUP_ONLY),
  'cluster-port': integer(0, 0, 65535n, STARTUP_ONLY),
  'cluster-announce-bus-port': integer(0, 0, 65535n),
  'cluster-announce-port': integer(0, 0, 65535n),
  'cluster-announce-tls-port': integer(0, 0, 65535n),
  'watchdog-period': integer(0, 0, INT_MAX, { hidden: true }),
  unixsocketperm: { ...traits(STARTUP_ONLY), kind: { type: 'octal', max: 0o777 }, default: 0 },
  'socket-mark-id': integer(0, 0, UINT_MAX, STARTUP_ONLY),
  'active-defrag-max-scan-fields': integer(1000, 1, LONG_MAX),
  'slowlog-max-len': integer(128, 0, LONG_MAX),
  'acllog-max-len': integer(128, 0, LONG_MAX),
  'busy-reply-threshold': integer(5000, 0, LONG_MAX, { alias: 'lua-time-limit' }),
  'cluster-node-timeout': integer(15_000, 0, LONG_MAX),
  'cluster-ping-interval': integer(0, 0, LONG_MAX, { hidden: true }),
  'slowlog-log-slower-than': integer(10_000, -1, LONG_MAX),
  'latency-monitor-threshold': integer(0, 0, LONG_MAX),
  'stream-node-max-entries': integer(100, 0, LONG_MAX),
  'stream-node-max-bytes': memory(4096, 0n, LONG_MAX),
  'cluster-link-sendbuf-limit': memory(0, 0n, UNSIGNED_LONG_MAX),
  'active-defrag-ignore-bytes': memory(100 * MEGABYTE, 1n, LONG_MAX),
  'tracking-table-max-keys': integer(1_000_000, 0, LONG_MAX),
  'client-query-buffer-limit': memory(1024 * MEGABYTE, 1n << 20n, LONG_MAX),
  'maxmemory-clients': { ...traits({}), kind: { type: 'memory', min: -100n, max: LONG_MAX, percent: true }, default: 0 },

  'tls-port': integer(0, 0, 65535n),
  'tls-session-cache-size': integer(20_480),
  'tls-session-cache-timeout': integer(300),
  'tls-cluster': yesNo(false),
  'tls-replication': yesNo(false),
  'tls-auth-clients': oneOf('yes', ['no', 'yes', 'optional']),
  'tls-prefer-server-ciphers': yesNo(false),
  'tls-session-caching': yesNo(true),
  'tls-cert-file': text(''),
  'tls-key-file': text(''),
  'tls-key-file-pass': text(''),
  'tls-client-cert-file': text(''),
  'tls-client-key-file': text(''),
  'tls-client-key-file-pass': text(''),
  'tls-dh-params-file': text(''),
  'tls-ca-cert-file': text(''),
  'tls-ca-cert-dir': text(''),
  'tls-protocols': text(''),
  'tls-ciphers': text(''),
  'tls-ciphersuites': text(''),
};

export const DIRECTIVES_7_2: DirectiveTable = tableOf([
  ...Object.entries<Row>(SIMULATED).map(([name, row]) => ({ ...row, name, field: name, simulated: true })),
  ...Object.entries(KEPT).map(([name, row]) => ({ ...row, name, field: name, simulated: false })),
], ABSENT);

function baseName(isPath: string, isEmpty: string | null = null): (text: string) => string | null {
  return (name) => (name === '' ? isEmpty : /[/\\]/.test(name) ? isPath : null);
}

function oomScores(scores: readonly string[]): string | null {
  if (scores.length !== 3) return 'wrong number of arguments';
  const fine = scores.every((score) => /^-?\d+$/.test(score) && Math.abs(Number(score)) <= 2000);
  return fine ? null : 'Invalid oom-score-adj-values, elements must be between -2000 and 2000.';
}

function percentiles(values: readonly string[]): string | null {
  if (values.length === 1 && values[0] === '') return null;
  if (!values.every((value) => /^\d+(?:\.\d+)?$/.test(value))) return 'Invalid latency-tracking-info-percentiles parameters';
  const fine = values.every((value) => Number(value) <= 100);
  return fine ? null : 'latency-tracking-info-percentiles parameters should sit between [0.0,100.0]';
}
