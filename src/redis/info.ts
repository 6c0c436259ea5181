/**
 * INFO, ROLE and what else a server says of itself, under Redis' own names (server.c: genRedisInfoString).
 * One list of fields serves the command, conditions, observations and reports.
 */
import { databaseSize, volatileSize } from './dataset/keyspace.ts';
import type { ReplicaState } from './client.ts';
import type { Reply } from './protocol/payload.ts';
import { BLOCK_HEADER_BYTES, LIST_NODE_BYTES } from './replication/repl-buffer.ts';
import { isHandshake, transferLink } from './replication/state.ts';
import { isMaster, productTitle, type Server, wallSeconds } from './server.ts';

export type InfoSection = 'server' | 'memory' | 'persistence' | 'stats' | 'replication' | 'keyspace';
type Field = readonly [name: string, value: string | number];

const SECTIONS: Readonly<Record<InfoSection, (server: Server) => readonly Field[]>> = {
  server: (server) => [
    ...productFields(server), ['run_id', server.runId], ['tcp_port', server.config.port],
    ['uptime_in_seconds', Math.floor((server.nowUs - server.startedUs) / 1_000_000)], ['hz', server.config.hz],
  ],
  memory: memoryFields,
  persistence: persistenceFields,
  stats: (server) => [
    ['total_connections_received', server.stats.connections], ['total_commands_processed', server.commandsRun - server.stats.commandsBefore],
    ['rejected_connections', server.stats.rejectedConnections],
    ['sync_full', server.stats.syncFull], ['sync_partial_ok', server.stats.syncPartialOk], ['sync_partial_err', server.stats.syncPartialErr],
    ['expired_keys', server.stats.expiredKeys], ['evicted_keys', server.stats.evictedKeys],
    ['keyspace_hits', server.stats.keyspaceHits], ['keyspace_misses', server.stats.keyspaceMisses],
  ],
  replication: replicationFields,
  keyspace: (server) => server.keyspace.databases.flatMap((_, db): Field[] => {
    const keys = databaseSize(server.keyspace, db);
    return keys === 0 ? [] : [[`db${db}`, `keys=${keys},expires=${volatileSize(server.keyspace, db)},avg_ttl=0`]];
  }),
};

export const INFO_SECTIONS = Object.keys(SECTIONS) as readonly InfoSection[];

/** The fields of the given sections, in INFO's order. */
export function infoFields(server: Server, sections: readonly InfoSection[] = INFO_SECTIONS): Map<string, string> {
  const fields = new Map<string, string>();
  for (const section of sections) for (const [name, value] of fieldsOf(server, section)) fields.set(name, String(value));
  return fields;
}

function fieldsOf(server: Server, section: InfoSection): readonly Field[] {
  const { lacks } = server.profile.info;
  const fields = SECTIONS[section](server);
  return lacks.length === 0 ? fields : fields.filter(([name]) => !lacks.includes(name));
}

/** One field, without making those of other sections: for conditions, which look often. */
export function infoField(server: Server, name: string): string | undefined {
  if (server.profile.info.lacks.includes(name)) return undefined;
  for (const section of LOOKED_AT_MOST) {
    const found = SECTIONS[section](server).find(([field]) => field === name);
    if (found !== undefined) return String(found[1]);
  }
  return undefined;
}

const LOOKED_AT_MOST: readonly InfoSection[] = ['replication', 'stats', 'persistence', 'memory', 'server', 'keyspace'];

/** The text that INFO replies. */
export function infoText(server: Server, sections: readonly InfoSection[]): string {
  return sections.map((section) => {
    const title = `# ${section.charAt(0).toUpperCase()}${section.slice(1)}`;
    return [title, ...fieldsOf(server, section).map(([name, value]) => `${name}:${value}`), ''].join('\r\n');
  }).join('\r\n');
}

/** Valkey tells the release of Redis that it passes for, and then its own. */
function productFields(server: Server): Field[] {
  const { version, product } = server.profile;
  const own: Field[] = product.title === 'Valkey' ? [['server_name', 'valkey'], ['valkey_version', version]] : [];
  return [['redis_version', product.passesFor ?? version], ...own, [productTitle(server) === 'Redis' ? 'redis_mode' : 'server_mode', 'standalone']];
}

/** object.c: getMemoryOverheadData, of 7.x. What the replicas hold beyond the backlog counts as theirs. */
function memoryFields({ replication, config }: Server): Field[] {
  const { head, tail, blocks } = replication.buffer;
  const total = head === null || tail === null ? 0 : tail.start + tail.capacity - head.start + blocks * (BLOCK_HEADER_BYTES + LIST_NODE_BYTES);
  const beyond = replication.replicas.length > 0 ? Math.max(total - config['repl-backlog-size'], 0) : 0;
  return [['mem_clients_slaves', beyond], ['mem_total_replication_buffers', total]];
}

/** server.c: genRedisInfoString. How much was read of it is known to the disk alone. */
function loadingFields(server: Server): Field[] {
  if (server.loading === null) return [];
  const { startedUs, bytes } = server.loading;
  const { ports } = server;
  return [['loading_start_time', Math.floor((ports.wallUs() - (ports.nowUs() - startedUs)) / 1_000_000)], ['loading_total_bytes', bytes]];
}

function persistenceFields(server: Server): Field[] {
  const rdb = server.child?.type === 'rdb' ? 1 : 0;
  const aof = server.child?.type === 'aof-rewrite' ? 1 : 0;
  return [
    ['loading', server.loading !== null && !server.loading.async ? 1 : 0], ['async_loading', server.loading?.async === true ? 1 : 0],
    ['rdb_changes_since_last_save', server.dirty], ['rdb_bgsave_in_progress', rdb], ['rdb_last_save_time', server.lastSaveS],
    ['rdb_last_bgsave_status', server.lastBgsaveOk ? 'ok' : 'err'],
    ['aof_enabled', server.aof.state === 'off' ? 0 : 1], ['aof_rewrite_in_progress', aof],
    ['aof_rewrite_scheduled', server.aof.state === 'wait-rewrite' && aof === 0 ? 1 : 0],
    ...loadingFields(server),
  ];
}

/** replication.c: replstateToString. null: such a one is not listed. */
const SHOWN_STATES: Readonly<Record<ReplicaState, string | null>> = {
  'wait-bgsave-start': 'wait_bgsave', 'wait-bgsave-end': 'wait_bgsave', 'send-bulk': 'send_bulk', 'rdb-transmitted': null, 'bg-transfer': 'bg_transfer',
  online: 'online',
};

function replicationFields(server: Server): Field[] {
  const { replication, config } = server;
  const fields: Field[] = [['role', isMaster(server) ? 'master' : 'slave'], ...masterLinkFields(server), ['connected_slaves', replication.replicas.length]];
  if (config['min-replicas-to-write'] > 0 && config['min-replicas-max-lag'] > 0) fields.push(['min_slaves_good_slaves', replication.goodReplicas]);
  for (const [index, client] of replication.replicas.entries()) {
    const side = client.replica;
    if (side === null) continue;
    const state = SHOWN_STATES[side.state];
    if (state === null) continue;
    const host = client.announcedIp || client.peerHost;
    if (server.profile.info.replicaLine === 'bare') {
      fields.push([`slave${index}`, `${host},${client.listeningPort},${state}`]);
      continue;
    }
    const type = server.profile.info.dualChannel ? `,type=${client.rdbChannel ? 'rdb-channel' : side.state === 'bg-transfer' ? 'main-channel' : 'replica'}` : '';
    const lag = side.state === 'online' ? wallSeconds(server) - side.ackTimeS : 0;
    fields.push([`slave${index}`, `ip=${host},port=${client.listeningPort},state=${state},offset=${side.ackOffset},lag=${lag}${type}`]);
  }
  const { backlog } = replication;
  const window = backlog ?? (server.profile.backlog.freedShows === 'what-it-held' ? replication.freedBacklog : NO_BACKLOG);
  if (server.profile.info.dualChannel) {
    fields.push(['replicas_waiting_psync', replication.replicas.filter(({ replica }) => replica?.awaitsMainChannel === true).length]);
  }
  fields.push(
    ['master_failover_state', replication.failover.state], ['master_replid', replication.replid], ['master_replid2', replication.replid2],
    ['master_repl_offset', replication.masterReplOffset], ['second_repl_offset', replication.secondReplidOffset],
    ['repl_backlog_active', backlog === null ? 0 : 1], ['repl_backlog_size', config['repl-backlog-size']],
    ['repl_backlog_first_byte_offset', window.firstByte], ['repl_backlog_histlen', window.histlen],
  );
  return fields;
}

const NO_BACKLOG = { firstByte: 0, histlen: 0 };

function masterLinkFields(server: Server): Field[] {
  const { replication, config } = server;
  if (replication.masterHost === null) return [];
  const side = replication.master?.master ?? replication.cachedMaster?.side ?? null;
  const transfer = replication.linkState === 'transfer' ? (transferLink(replication)?.transfer ?? null) : null;
  const fields: Field[] = [
    ['master_host', replication.masterHost], ['master_port', replication.masterPort],
    ['master_link_status', replication.linkState === 'connected' ? 'up' : 'down'],
    ['master_last_io_seconds_ago', replication.master === null ? -1 : wallSeconds(server) - replication.master.lastInteractionS],
    ['master_sync_in_progress', transfer === null ? 0 : 1],
    ['slave_read_repl_offset', side?.readOffset ?? 1], ['slave_repl_offset', side?.reploff ?? 1],
  ];
  if (server.profile.info.dualChannel) {
    const buffer = replication.rdbChannel?.buffer ?? null;
    fields.push(['replicas_repl_buffer_size', buffer?.size ?? 0], ['replicas_repl_buffer_peak', Math.max(buffer?.peak ?? 0, replication.localBufferPeak)]);
  }
  if (transfer !== null) {
    fields.push(
      ['master_sync_total_bytes', transfer.size], ['master_sync_read_bytes', transfer.received],
      ['master_sync_left_bytes', transfer.size - transfer.received],
      ['master_sync_perc', percentage(transfer.received, transfer.size)],
      ['master_sync_last_io_seconds_ago', wallSeconds(server) - (transferLink(replication)?.lastIoS ?? 0)],
    );
  }
  if (replication.linkState !== 'connected') {
    // Never up since the start: repl_down_since is 0.
    const never = server.profile.info.neverUp === 'minus-one' && replication.downSinceS <= 0;
    fields.push(['master_link_down_since_seconds', never ? -1 : wallSeconds(server) - Math.max(replication.downSinceS, 0)]);
  }
  fields.push(
    ['slave_priority', config['replica-priority']], ['slave_read_only', config['replica-read-only'] ? 1 : 0],
    ['replica_announced', config['replica-announced'] ? 1 : 0],
  );
  return fields;
}

/** Printed by %.2f; before the size is known it is -1, and nothing of that is less than nothing. */
function percentage(received: number, size: number): string {
  if (size === 0) return '0.00';
  return received === 0 && size < 0 ? '-0.00' : ((received / size) * 100).toFixed(2);
}

const bulk = (value: string | number): Reply => ({ type: 'bulk', value: String(value) });
const integer = (value: number): Reply => ({ type: 'integer', value });

/** replication.c: roleCommand */
export function roleReply(server: Server): Reply {
  const { replication } = server;
  if (replication.masterHost === null) {
    const online = replication.replicas.filter(({ replica }) => replica?.state === 'online');
    return { type: 'array', items: [bulk('master'), integer(replication.masterReplOffset), {
      type: 'array',
      items: online.map((client) => ({ type: 'array', items: [bulk(client.announcedIp || client.peerHost), bulk(client.listeningPort), bulk(client.replica?.ackOffset ?? 0)] })),
    }] };
  }
  const state = isHandshake(replication.linkState) ? 'handshake' : replication.linkState === 'transfer' ? 'sync' : replication.linkState;
  return { type: 'array', items: [
    bulk('slave'), bulk(replication.masterHost), integer(replication.masterPort), bulk(state), integer(replication.master?.master?.reploff ?? -1),
  ] };
}
