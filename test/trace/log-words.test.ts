/** One thing that happens, in the words of each generation (recorded, but for the waits, which are from the sources). */
import { describe, expect, it } from 'vitest';
import type { FactBody } from '../../src/trace/fact.ts';
import { logLines } from '../../src/trace/log-lines.ts';
import { wordsOf } from '../../src/trace/log-words.ts';

const name = { replica: '127.0.0.1:7001', fd: 1 };
const says = (version: string, body: FactBody): string[] => logLines(body, wordsOf(`redis-${version}`));

describe('the words of a log', () => {
  it.each<[what: string, FactBody, Readonly<Record<string, readonly string[]>>]>([
    ['a replica asks', { kind: 'sync-asked', ...name, psync: true, replid: '?', offset: -1 }, {
      '2.6': ['Slave ask for synchronization'],
      '4.0': ['Slave 127.0.0.1:7001 asks for synchronization'],
      '5.0': ['Replica 127.0.0.1:7001 asks for synchronization'],
    }],
    ['a BGSAVE for it begins', { kind: 'bgsave-started', reason: 'sync', target: 'socket', bytes: 1, offset: 0 }, {
      '2.6': ['Starting BGSAVE for SYNC'],
      '2.8': ['Starting BGSAVE for SYNC with target: slaves sockets'],
      '6.0': ['Starting BGSAVE for SYNC with target: replicas sockets'],
    }],
    ['a streamed file has arrived', { kind: 'replica-state', ...name, state: 'online', how: 'full-socket' }, {
      '6.2': ['Streamed RDB transfer with replica 127.0.0.1:7001 succeeded (socket). Waiting for REPLCONF ACK from slave to enable streaming'],
      '7.0': [
        'Streamed RDB transfer with replica 127.0.0.1:7001 succeeded (socket). Waiting for REPLCONF ACK from slave to enable streaming',
        'Synchronization with replica 127.0.0.1:7001 succeeded',
      ],
      '7.2': [
        'Streamed RDB transfer with replica 127.0.0.1:7001 succeeded (socket). Waiting for REPLCONF ACK from replica to enable streaming',
        'Synchronization with replica 127.0.0.1:7001 succeeded',
      ],
    }],
    ['a file has arrived', { kind: 'replica-state', ...name, state: 'online', how: 'full' }, {
      '2.6': ['Synchronization with slave succeeded'],
      '2.8': [], // but behind it, as its stream begins
      '7.0': ['Synchronization with replica 127.0.0.1:7001 succeeded'],
    }],
    ['its stream begins', { kind: 'replica-streaming', ...name }, {
      '2.6': [],
      '2.8': ['Synchronization with slave 127.0.0.1:7001 succeeded'],
      '5.0': ['Synchronization with replica 127.0.0.1:7001 succeeded'],
      '7.0': [],
    }],
    ['a silent master', { kind: 'link-timeout', phase: 'connected', silentSeconds: 61, limitSeconds: 60 }, {
      '2.6': ['MASTER time out: no data nor PING received...'],
      '2.8': ['MASTER timeout: no data nor PING received...'],
    }],
    ['a silent replica', { kind: 'replica-timeout', ...name, phase: 'streaming', silentSeconds: 61, limitSeconds: 60 }, {
      '4.0': ['Disconnecting timedout slave: 127.0.0.1:7001'],
      '5.0': ['Disconnecting timedout replica: 127.0.0.1:7001'],
      '6.0': ['Disconnecting timedout replica (streaming sync): 127.0.0.1:7001'],
    }],
    ['another master', { kind: 'role-changed', role: 'replica', masterHost: '10.0.0.2', masterPort: 6379, by: "user request from 'id=3'" }, {
      '2.6': ['SLAVE OF 10.0.0.2:6379 enabled (user request)'],
      '4.0': ["SLAVE OF 10.0.0.2:6379 enabled (user request from 'id=3')"],
      '5.0': ["REPLICAOF 10.0.0.2:6379 enabled (user request from 'id=3')"],
    }],
    ['a replica that must wait for the next BGSAVE', { kind: 'sync-waits', ...name, for: 'bgsave-incompatible' }, {
      '2.8': ['Waiting for next BGSAVE for SYNC'],
      '3.2': ["Can't attach the slave to the current BGSAVE. Waiting for next BGSAVE for SYNC"],
      '5.0': ["Can't attach the replica to the current BGSAVE. Waiting for next BGSAVE for SYNC"],
    }],
    ['a file is loaded', { kind: 'load-finished', bytes: 1, keys: 3 }, {
      '6.0': ['MASTER <-> REPLICA sync: Finished with success'],
      '6.2': ['Done loading RDB, keys loaded: 3, keys expired: 0.', 'MASTER <-> REPLICA sync: Finished with success'],
    }],
  ])('%s', (_what, body, byVersion) => {
    expect(Object.fromEntries(Object.keys(byVersion).map((version) => [version, says(version, body)]))).toEqual(byVersion);
  });

  it('names a run id up to 3.2, a replication id since', () => {
    const evidence = { askedReplid: 'aa', askedOffset: 5, replid: 'bb', replid2: 'cc', secondOffset: -1, masterOffset: 9, toSend: 0 } as const;
    const lines = ['2.8', '3.2', '4.0'].map((version) => says(version, { kind: 'sync-decided', ...name, verdict: 'full', reason: 'unknown-id', evidence } as unknown as FactBody)[0]);
    expect(lines).toEqual([
      "Partial resynchronization not accepted: Runid mismatch (Client asked for 'aa', I'm 'bb')",
      "Partial resynchronization not accepted: Runid mismatch (Client asked for runid 'aa', my runid is 'bb')",
      "Partial resynchronization not accepted: Replication ID mismatch (Slave asked for 'aa', my replication IDs are 'bb' and 'cc')",
    ]);
  });
});
