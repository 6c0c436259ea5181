import { describe, expect, it } from 'vitest';
import { counted, covers, holds, shown } from './told.ts';

covers('basic-connect-three-replicas-at-once', () => {
  it.each([['no', 'disabled'], ['no', 'swapdb'], ['yes', 'disabled'], ['yes', 'swapdb']])('repl-diskless-sync %s, repl-diskless-load %s: one save serves all three', (diskless, load) => {
    const writer = (db: number): string => `{ to: m, db: ${db}, rate: 300/s, until: 14s, key: "k:{1..1k}", value: 10b..100b, command: [{ run: "SET {key} {value}" }, { run: "RPUSH l:{1..50} {value}" }, { run: "SADD s:{1..50} {key}" }] }`;
    const { outcome } = holds(`
duration: 30s
config: { save: "" }
nodes:
  m: { config: { repl-diskless-sync: "${diskless}", repl-diskless-sync-delay: 5, repl-diskless-sync-max-replicas: 3 } }
  s1: { config: { repl-diskless-load: ${load} } }
  s2: { config: { repl-diskless-load: ${load} } }
  s3: { config: { repl-diskless-load: ${load} } }
clients:
  nine: ${writer(9)}
  eleven: ${writer(11)}
  twelve: ${writer(12)}
  fast: { to: m, writes: 500/s, until: 8s, key: "f:{1..10k}" }
timeline:
  - at: 5s
    replicaof: { node: s1, master: m }
  - at: 5s
    replicaof: { node: s2, master: m }
  - at: 5s
    replicaof: { node: s3, master: m }
  - wait-until: { replicas: { m: 3 }, within: 50s }
  - expect: [{ m: { keys: 100.. } }]
expect:
  - m: { info: { sync_full: 3 } }
  - converged: { within: 5s, after: load-stopped }
  - equal: { digest: all }
`);
    expect(counted(outcome, 'm', 'bgsave-started')).toBe(1);
    // The third to come is enough: nobody waits for the whole delay.
    const saved = outcome.facts.find(({ body }) => body.kind === 'bgsave-started');
    expect(saved!.atUs).toBeLessThan(6_500_000);
  });
});

/** 1000 keys of 100 000 bytes at the master, 10 ms each to save; the replica has keys of its own, and mykey. */
function swapdb(timeline: string, expectations: string, keys = 1000, own = 200, server = 'redis-7.2'): string {
  return `
duration: 40s
server: ${server}
config: { save: "" }
nodes:
  m: { config: { repl-diskless-sync: "yes", repl-diskless-sync-delay: 0, rdbcompression: "no", rdb-key-save-delay: 10000 }, data: { keys: ${keys}, value: 100000b } }
  r: { config: { repl-diskless-load: swapdb }, data: { keys: ${own}, value: 10b, prefix: "own:" } }
timeline:
  - at: 1s
    command: { node: r, run: SET mykey myvalue }
  - command: { node: r, run: REPLICAOF <m> }
${timeline}
expect:
${expectations}
`;
}

covers('diskless-swapdb-different-id-aborted', () => {
  it('while the new data comes the replica is loading, and not async: the history is another; broken off, the old data is back', () => {
    holds(swapdb(
      `  - wait-until: { info: { node: r, field: loading, is: "1" }, within: 10s }
  - expect: [{ r: { info: { loading: 1, async_loading: 0 } } }]
  - config: { node: m, set: { repl-diskless-sync-delay: 5 } }
  - command: { node: m, run: CLIENT KILL TYPE replica }
  - wait-until: { info: { node: r, field: loading, is: "0" }, within: 10s }
  - expect: [{ r: { keys: 201, key: { name: mykey, value: myvalue } } }]`,
      '  - r: { resyncs: { full: 1 } }',
    ));
  });
});

covers('diskless-swapdb-different-id-success', () => {
  it('the new data is there at once when it is whole, and nothing of the old', () => {
    const { replies } = holds(swapdb(
      '  - wait-until: { online: r, within: 15s }\n  - command: { node: r, run: GET mykey }',
      '  - r: { keys: 1000, key: { name: mykey, exists: false } }\n  - same-data: [m, r]',
    ));
    expect(shown(replies.at(-1))).toBe('nil');
  });
});

/** More than a backlog of 16 KiB holds: the next resync is full. */
const sets = Array.from({ length: 10 }, (_, index) => `"SET big${index} ${'x'.repeat(16_384)}"`).join(', ');

covers('diskless-async-loading-success', () => {
  it('a replica of the same history loads beside its old data, and swaps when it is whole', () => {
    holds(`
duration: 30s
config: { save: "" }
nodes:
  m: { config: { repl-diskless-sync: "yes", repl-diskless-sync-delay: 0, rdb-key-save-delay: 1000 }, data: { keys: 2000, value: 100000b } }
  r: { replicaof: m, config: { repl-diskless-load: swapdb, replica-read-only: "no" } }
timeline:
  - wait-until: { online: r, within: 10s }
  - command: { node: r, run: SET mykey myvalue }
  - note: { full: m.sync_full }
  - command: { node: m, run: [MULTI, CLIENT KILL TYPE replica, CONFIG SET repl-backlog-size 16384, ${sets}, EXEC], together: true }
  - wait-until: { info: { node: r, field: async_loading, is: "1" }, within: 10s }
  - expect: [{ r: { info: { loading: 0 }, key: { name: mykey, value: myvalue } } }]
  - wait-until: { online: r, within: 10s }
expect:
  - delta: { full: 1 }
  - r: { keys: 2010, key: { name: mykey, exists: false } }
`, { except: ['same id and offset, same data'] }); // the replica wrote something of its own
  });
});

covers('diskless-swapdb-recovers-6x', () => {
  it.each(['redis-6.0', 'redis-6.2'])('%s: a load that is broken off in the middle gives the old keys back', (server) => {
    const { replies } = holds(swapdb(
      `  - wait-until: { info: { node: r, field: loading, is: "1" }, within: 10s }
  - config: { node: m, set: { repl-diskless-sync-delay: 5 } }
  - sleep: 1s
  - command: { node: m, run: CLIENT KILL TYPE slave }
  - wait-until: { info: { node: r, field: loading, is: "0" }, within: 5s }
  - command: { node: r, run: DBSIZE }`, '  - r: { resyncs: { total: 0.. } }', 200, 2000, server,
    ));
    expect(shown(replies.at(-1))).toBe('2001');
  });
});

covers('diskless-short-read', () => {
  it('wherever in the file the stream is cut, the replica leaves the loading state, lives, and has its old data', () => {
    const big = Array.from({ length: 6 }, (_, index) => `  - write-many: { node: m, count: 5, size: ${[10, 100, 1000, 10_000, 100_000, 1_000_000][index]!}b, prefix: "s${index}:" }`).join('\n');
    const { outcome } = holds(`
duration: 60s
config: { save: "", hz: 500 }
nodes:
  m: { config: { repl-diskless-sync: "yes", repl-diskless-sync-delay: 0, rdbcompression: "no" } }
  r: { config: { repl-diskless-load: swapdb } }
timeline:
  - at: 1s
    command: { node: m, run: ["RPUSH l a b c", "SADD s a b c", "HSET h a 1 b 2", "ZADD z 1 a 2 b"] }
${big}
  - command: { node: r, run: REPLICAOF <m> }
  - repeat:
      times: 100
      steps:
        - wait-until: { any: [{ state: { r: transfer } }, { info: { node: r, field: master_link_status, is: up } }], within: 2s }
        - after: 0ms..50ms
          command: { node: m, run: [MULTI, CLIENT KILL TYPE replica, SET asdf asdf, CONFIG SET repl-backlog-size 16384, ${sets}, EXEC], together: true }
expect:
  - eventually: { online: r, within: 10s, after: 50s }
  - r: { info: { loading: 0, async_loading: 0 }, resyncs: { full: 1.. } }
  - converged
`);
    const failures = counted(outcome, 'r', 'load-failed') + counted(outcome, 'r', 'transfer-aborted');
    expect(failures).toBeGreaterThan(10);
    expect(counted(outcome, 'r', 'server-started')).toBe(1);
  });
});

/** 200 MB over one pipe to a slow replica, which takes 100 µs a key, and to a quick one. */
function pipe(then: string, expectations: string): string {
  return `
duration: 60s
config: { save: "" }
nodes:
  m: { config: { repl-diskless-sync: "yes", repl-diskless-sync-delay: 5, repl-diskless-sync-max-replicas: 2, rdbcompression: "no" }, data: { keys: 20k, value: 10000b } }
  slow: { config: { repl-diskless-load: swapdb, key-load-delay: 100 } }
  fast: {}
timeline:
  - at: 1s
    replicaof: { node: slow, master: m }
  - replicaof: { node: fast, master: m }
  - wait-until: { info: { node: slow, field: loading, is: "1" }, within: 10s }
  - after: 500ms
    command: { node: m, run: INCR x }
${then}
  - wait-until: { not: { bgsave: m }, within: 50s }
expect:
${expectations}
`;
}

describe('one child, one pipe, two replicas', () => {
  covers('diskless-pipe-no-drop', () => {
    it('it goes at the pace of the slower one, and both are there in the end', () => {
      const { outcome } = holds(pipe('', '  - m: { log: "Diskless rdb transfer, done reading from pipe, 2 replicas still up" }\n  - converged: { within: 15s, after: 20s }\n  - equal: { digest: all }'));
      const ended = outcome.facts.find(({ body }) => body.kind === 'bgsave-ended');
      expect(ended?.body).toMatchObject({ outcome: 'ok', replicasStillUp: 2 });
      expect(counted(outcome, 'm', 'bgsave-started')).toBe(1);
    });
  });

  covers('diskless-pipe-slow-drops', () => {
    it('the slow one is terminated: the child goes on for the other', () => {
      const { outcome } = holds(pipe('  - kill: slow', '  - m: { log: "Diskless rdb transfer, done reading from pipe, 1 replicas still up" }\n  - eventually: { online: fast, within: 15s, after: 5s }\n  - same-data: [m, fast]'), { except: ['converged'] });
      expect(counted(outcome, 'm', 'bgsave-started')).toBe(1);
    });
  });

  covers('diskless-pipe-all-drop', () => {
    it('both are terminated: the child is killed at once, for it has nobody left to write to', () => {
      const { outcome } = holds(pipe('  - kill: [slow, fast]', '  - m: { log: "Diskless rdb transfer, last replica dropped, killing fork child." }'), { except: ['converged'] });
      const killed = outcome.facts.find(({ body }) => body.kind === 'process-ended')!;
      const ended = outcome.facts.find(({ node, body }) => node === 'm' && body.kind === 'bgsave-ended')!;
      expect(ended.body).toMatchObject({ outcome: 'killed' });
      expect(ended.atUs - killed.atUs).toBeLessThan(1_000_000);
    });
  });
});

covers('diskless-flushall-restarts-child', () => {
  it('FLUSHALL kills the child whose data is of no use any more; the replica comes back, and gets another', () => {
    const { outcome } = holds(`
duration: 30s
config: { save: "" }
nodes:
  m: { config: { repl-diskless-sync: "yes", repl-diskless-sync-delay: 0, rdb-key-save-delay: 100000 }, data: { keys: 20k, value: 10000b } }
  r: { config: { repl-diskless-load: swapdb } }
timeline:
  - at: 1s
    replicaof: { node: r, master: m }
  - wait-until: { info: { node: r, field: loading, is: "1" }, within: 15s }
  - command: { node: m, run: FLUSHALL }
  - command: { node: m, run: PING, as: ping }
expect:
  - reply: { ping: PONG }
  - eventually: { online: r, within: 10s, after: 1s }
`);
    const saves = outcome.facts.filter(({ node, body }) => node === 'm' && (body.kind === 'bgsave-started' || body.kind === 'bgsave-ended'));
    expect(saves.slice(0, 3).map(({ body }) => (body.kind === 'bgsave-ended' ? body.outcome : 'started'))).toEqual(['started', 'killed', 'started']);
    expect(saves[2]!.atUs - saves[1]!.atUs).toBeLessThan(8_000_000);
  });
});

covers('disk-bgsave-killed-when-useless', () => {
  it('a file for replicas that have gone is given up, unless there are save points: then it is of use in itself', () => {
    const waiting = '  - wait-until: { all: [{ bgsave: m }, { state: { s1: transfer } }, { state: { s2: transfer } }], within: 5s }';
    holds(`
duration: 40s
nodes:
  m: { config: { save: "", repl-diskless-sync: "no", rdb-key-save-delay: 1000000 }, data: { keys: 10, value: 10b } }
  s1: { config: { save: "" } }
  s2: { config: { save: "" } }
timeline:
  - at: 1s
    replicaof: { node: s1, master: m }
  - replicaof: { node: s2, master: m }
${waiting}
  - promote: s1
  - sleep: 100ms
  - expect: [{ m: { info: { rdb_bgsave_in_progress: 1 } } }]
  - promote: s2
  - sleep: 1s
  - expect: [{ m: { info: { rdb_bgsave_in_progress: 0 } } }]
  - config: { node: m, set: { save: "900 1" } }
  - replicaof: { node: s1, master: m }
  - replicaof: { node: s2, master: m }
${waiting}
  - promote: s1
  - promote: s2
  - sleep: 200ms
  - expect: [{ m: { info: { rdb_bgsave_in_progress: 1 } } }]
`);
  });
});
