/** Fields of INFO by the version that brought them (server.c: genRedisInfoString): each elder version lacks those of all younger ones. */
const OF_7_0 = ['async_loading', 'mem_total_replication_buffers'];
const OF_6_2 = [
  'slave_read_repl_offset', 'master_sync_total_bytes', 'master_sync_read_bytes', 'master_sync_perc', 'replica_announced', 'master_failover_state',
];
const OF_5_0 = ['mem_clients_slaves'];
const OF_4_0 = ['master_replid', 'master_replid2', 'second_repl_offset'];
const OF_2_8 = [
  'sync_full', 'sync_partial_ok', 'sync_partial_err', 'slave_repl_offset', 'min_slaves_good_slaves', 'master_repl_offset', 'repl_backlog_active',
  'repl_backlog_size', 'repl_backlog_first_byte_offset', 'repl_backlog_histlen',
];

export const LACKED_BY_6_2: readonly string[] = OF_7_0;
export const LACKED_BY_5_0: readonly string[] = [...LACKED_BY_6_2, ...OF_6_2];
export const LACKED_BY_4_0: readonly string[] = [...LACKED_BY_5_0, ...OF_5_0];
export const LACKED_BY_2_8: readonly string[] = [...LACKED_BY_4_0, ...OF_4_0];
export const LACKED_BY_2_6: readonly string[] = [...LACKED_BY_2_8, ...OF_2_8];
