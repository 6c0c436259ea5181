/** INFO as each version prints it: what it has learned to tell, and in which form. */
import { describe, expect, it } from 'vitest';
import { infoFields } from '../../src/redis/info.ts';
import { Double } from './double.ts';
import { master, profileOf, type Version, VERSIONS } from './versions.ts';

/** A replica that has not been up yet, one second after its start. */
function cutOff(version: Version): Double {
  return new Double({ profile: profileOf(version), config: { slaveof: '10.0.0.1 6379' } }).pass(1);
}

describe('fields and the first version that has them', () => {
  it.each<[string, Version]>([
    ['connected_slaves', '2.6'], ['sync_full', '2.8'], ['slave_repl_offset', '2.8'], ['master_repl_offset', '2.8'], ['repl_backlog_histlen', '2.8'], ['master_replid', '4.0'],
    ['second_repl_offset', '4.0'], ['mem_clients_slaves', '5.0'], ['replica_announced', '6.2'], ['slave_read_repl_offset', '6.2'], ['master_failover_state', '6.2'],
    ['async_loading', '7.0'], ['mem_total_replication_buffers', '7.0'], ['replicas_repl_buffer_size', '8.0'], ['replicas_waiting_psync', '8.0'], ['valkey_version', '8.0'],
  ])('%s: %s', (field, since) => {
    expect(VERSIONS.find((version) => infoFields(cutOff(version).server).has(field))).toBe(since);
    expect(VERSIONS.slice(VERSIONS.indexOf(since)).filter((version) => !infoFields(cutOff(version).server).has(field))).toEqual([]);
  });
});

describe.each(VERSIONS)('%s', (version) => {
  it('tells how long a link is down that was never up: since 1970 up to 6.0', () => {
    expect(cutOff(version).info('master_link_down_since_seconds')).toEqual({ master_link_down_since_seconds: version < '6.2' ? '1700000001' : '-1' });
  });

  it('tells of a replica where it is and how far it is', () => {
    const { slave0 } = master(version).node.info('slave0');
    expect(slave0).toMatch(version === '2.6' ? /^10\.0\.0\.9,6380,online$/ : version === '8.0' ? /^ip=10\.0\.0\.9,port=6380,state=online,offset=\d+,lag=\d,type=replica$/ : /^ip=10\.0\.0\.9,port=6380,state=online,offset=\d+,lag=\d$/);
  });

  it('tells of a transfer whose size is not known yet that minus nothing of it is here (printf, %.2f of 0 / -1)', () => {
    const node = cutOff(version).feed({ type: 'connected', fd: -1, credit: 100_000 });
    let said = node.hears(-1, '+PONG');
    while (!said.some((order) => order.includes('SYNC'))) said = node.hears(-1, '+OK');
    if (version !== '2.6') node.hears(-1, `+FULLRESYNC ${'7'.repeat(40)} 1000`);
    expect(node.info('master_sync_in_progress', 'master_sync_perc')).toEqual({ master_sync_in_progress: '1', master_sync_perc: version < '6.2' ? undefined : '-0.00' });
    node.hears(-1, '$1000');
    expect(node.info('master_sync_perc')).toEqual({ master_sync_perc: version < '6.2' ? undefined : '0.00' });
  });

  it('tells the release of Redis that it is or passes for', () => {
    expect(new Double({ profile: profileOf(version) }).info('redis_version', 'server_name')).toEqual(
      version === '8.0' ? { redis_version: '7.2.4', server_name: 'valkey' } : { redis_version: profileOf(version).version, server_name: undefined },
    );
  });
});
