/** A small recording in which every kind of field occurs, made by hand. */
import type { Observed } from '../../../src/verify/recording/format.ts';

export const everyField: Observed = {
  runs: 2,
  stable: true,
  step_ms: [[0, 0], [500, 500], [1000, 1000], [2000, 2000], [3000, 3000], [10_000, 10_000], [11_000, 11_000], [11_500, 11_500]],
  end_ms: [12_000, 12_000],
  results: [
    { step: 0, do: 'wait-until', skipped: true },
    { step: 1, do: 'wait-until', until: 'online', timed_out: true },
    { step: 2, do: 'commands', server: 'm', replies: ['+OK', 1, null, ['a', 'b'], '-ERR no', 'A'] },
    { step: 3, do: 'promote', server: 'r1', reply: '+OK' },
    { step: 4, do: 'psync-probe', server: 'm', request: 'PSYNC A 129', reply: '+CONTINUE A', bytes_after: 12 },
    {
      step: 5,
      do: 'observe',
      servers: {
        m: {
          role: 'master', master_replid: 'A', master_replid2: '0', master_repl_offset: 128, second_repl_offset: -1,
          repl_backlog_active: 1, repl_backlog_size: 16384, repl_backlog_first_byte_offset: 1, repl_backlog_histlen: 128,
          connected_slaves: 1, sync_full: 1, sync_partial_ok: 0, sync_partial_err: 0, expired_keys: 0, evicted_keys: 0,
          replicas: [['<r1>', 'online', 128]], dbsize: 5, ROLE: ['master', 128, [['127.0.0.1', '<r1>', '128']]], digest: 'D1',
        },
        r1: {
          role: 'slave', master_replid: 'A', master_replid2: 'B', master_link_status: 'up', master_sync_in_progress: 0,
          slave_repl_offset: 128, slave_read_repl_offset: 128, dbsize: 5, ROLE: ['slave', '127.0.0.1', '<m>', 'connected', 128], digest: 'D1',
        },
        r2: 'down',
        r3: { role: 'slave', master_replid: 'B', digest: 'D0' },
      },
    },
    {
      step: 6, do: 'sentinel', server: 's1', master: ['127.0.0.1', '<m>'], flags: 'master', 'num-slaves': '2', 'num-other-sentinels': '2', 'config-epoch': '0',
      slaves: [{ port: '<r1>', flags: 'slave', 'master-port': '<m>' }],
    },
    { step: 7, do: 'config-set', server: 'r1', reply: ['-MASTERDOWN Link with MASTER is down'] },
  ],
  links: new Map([
    ['r1>m', {
      psync: 'F P',
      connections: [
        {
          open_ms: [450, 450], close_ms: [5000, 5000], closed_by: 'recorder', form: 'resp',
          sent: ['PING', 'REPLCONF listening-port <r1>', 'PSYNC ? -1'], received: ['+PONG', '+OK', '+FULLRESYNC A 0'],
          psync: [['PSYNC ? -1', '+FULLRESYNC A 0']], outcome: 'F', newlines_before_rdb: [2, 2], newlines_from_replica: [0, 0],
          rdb: { framing: 'eof', announced: null, bytes: 171, complete: true },
          stream: { first_offset: 1, bytes: 14, sha256: 'cafe', text: '*1\r\n$4\r\nping\r\n' },
          acks: { first: 0, last: 128, distinct: [0, 50, 128], in_order: true, count: [6, 6] },
          later_commands: ['REPLCONF something'],
        },
        {
          open_ms: [6000, 6000], close_ms: [12_000, 12_000], closed_by: 'end', form: 'resp',
          sent: ['PING', 'PSYNC A 129'], received: ['+PONG', '+CONTINUE B'], psync: [['PSYNC A 129', '+CONTINUE B']], outcome: 'P',
          stream: { first_offset: 129, bytes: 5000, sha256: 'beef' },
        },
      ],
    }],
    ['r2>m', {
      psync: '-NOAUTH+',
      connections: [{
        open_ms: [7000, 7000], close_ms: [9000, 9000], closed_by: 'replica', form: 'inline+resp', sent: ['PING', 'SYNC'],
        received: ['-NOAUTH', '-NOAUTH'], psync: [['SYNC', '-NOAUTH']], outcome: '-NOAUTH', repeats: [30, 30],
      }],
    }],
    ['r3>m', {
      psync: 'f',
      connections: [{
        open_ms: [7000, 7000], close_ms: [9000, 9000], closed_by: 'master', form: 'inline', sent: ['SYNC'], received: [], psync: [['SYNC', null]],
        outcome: 'f', newlines_before_rdb: [0, 0], rdb: { framing: 'length', announced: 171, bytes: 20, complete: false }, newlines_from_replica: [0, 0],
      }],
    }],
  ]),
  log: new Map([
    ['m', ['Replica 127.0.0.1:<r1> asks for synchronization', "Replication backlog created, my new replication IDs are 'A' and '0'"]],
    ['r1', ['Full resync from master: A:0', 'Trying a partial resynchronization (request A:129).']],
  ]),
  notes: [],
};
