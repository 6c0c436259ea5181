/** The directives of what came after 7.2. */
import { DIRECTIVES_7_2 } from './directives.ts';
import { LONG_MAX, MEGABYTE, STARTUP_ONLY, UNSIGNED_LONG_MAX, integer, memory, text, yesNo } from './rows.ts';
import { amended, type DirectiveTable } from './table.ts';

/** 7.4 (config.c: static_configs): three more, four names spelled with a hyphen, one bound. */
export const DIRECTIVES_7_4: DirectiveTable = amended(DIRECTIVES_7_2, {
  'hide-user-data-from-log': yesNo(false),
  'max-new-connections-per-cycle': integer(10, 1, 1000n),
  'max-new-tls-connections-per-cycle': integer(1, 1, 1000n),
  'server-cpulist': text('', { ...STARTUP_ONLY, alias: 'server_cpulist' }),
  'bio-cpulist': text('', { ...STARTUP_ONLY, alias: 'bio_cpulist' }),
  'aof-rewrite-cpulist': text('', { ...STARTUP_ONLY, alias: 'aof_rewrite_cpulist' }),
  'bgsave-cpulist': text('', { ...STARTUP_ONLY, alias: 'bgsave_cpulist' }),
  'maxmemory-samples': integer(5, 1, 64n),
});

/** Valkey 8.0 (config.c: static_configs), which parted from 7.2: a larger backlog, lazy freeing throughout, `primary` for master. */
export const DIRECTIVES_VALKEY_8_0: DirectiveTable = amended(DIRECTIVES_7_2, {
  'dual-channel-replication-enabled': yesNo(false),
  'repl-backlog-size': memory(10 * MEGABYTE, 1n, LONG_MAX, { clamp: { min: 16_384, max: Infinity, when: 'runtime' } }),
  'replica-lazy-flush': yesNo(true, { alias: 'slave-lazy-flush' }),
  'lazyfree-lazy-eviction': yesNo(true),
  'lazyfree-lazy-expire': yesNo(true),
  'lazyfree-lazy-server-del': yesNo(true),
  'lazyfree-lazy-user-del': yesNo(true),
  'lazyfree-lazy-user-flush': yesNo(true),
  primaryauth: text('', { alias: 'masterauth' }),
  primaryuser: text('', { alias: 'masteruser' }),
  'maxmemory-samples': integer(5, 1, 64n),
  'hide-user-data-from-log': yesNo(true),
  'io-threads-do-reads': yesNo(true, STARTUP_ONLY),
  'events-per-io-thread': integer(2),
  'prefetch-batch-max-size': integer(16, 0, 128n),
  'max-new-connections-per-cycle': integer(10, 1, 1000n),
  'max-new-tls-connections-per-cycle': integer(1, 1, 1000n),
  'extended-redis-compatibility': yesNo(false),
  'enable-debug-assert': yesNo(false, { ...STARTUP_ONLY, hidden: true }),
  'debug-context': text('', { hidden: true }),
  'availability-zone': text(''),
  'syslog-ident': text('valkey', STARTUP_ONLY),
  unixsocketgroup: text('', STARTUP_ONLY),
  'server-cpulist': text('', { ...STARTUP_ONLY, alias: 'server_cpulist' }),
  'bio-cpulist': text('', { ...STARTUP_ONLY, alias: 'bio_cpulist' }),
  'aof-rewrite-cpulist': text('', { ...STARTUP_ONLY, alias: 'aof_rewrite_cpulist' }),
  'bgsave-cpulist': text('', { ...STARTUP_ONLY, alias: 'bgsave_cpulist' }),
  'cluster-slot-stats-enabled': yesNo(false),
  'cluster-announce-client-ipv4': text(''),
  'cluster-announce-client-ipv6': text(''),
  'cluster-blacklist-ttl': integer(60, 0, UNSIGNED_LONG_MAX),
});
