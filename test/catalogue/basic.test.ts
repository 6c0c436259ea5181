import { expect, it } from 'vitest';
import { counted, covers, holds, shown } from './told.ts';

/** A master and a replica in sync. */
const PAIR = `
config: { save: "", repl-diskless-sync-delay: 0 }
nodes:
  m: {}
  r: { replicaof: m }
`;

covers('basic-attach-role-slave', () => {
  it('an empty server that is told to replicate is a replica with its link up, and its master lists it', () => {
    holds(`
duration: 7s
config: { save: "", repl-diskless-sync-delay: 0 }
nodes: { m: {}, r: {} }
timeline:
  - at: 1s
    replicaof: { node: r, master: m }
  - wait-until: { online: r, within: 5s }
expect:
  - r: { role: replica, info: { role: slave, master_link_status: up } }
  - m: { info: { connected_slaves: 1 } }
`);
  });
});

covers('basic-set-instance-as-replica-of-other', () => {
  it('ROLE of a former master says slave, and its link is up within five seconds', () => {
    const { replies } = holds(`
duration: 8s
config: { save: "", repl-diskless-sync-delay: 0 }
nodes: { a: { data: { keys: 10, value: 10b } }, b: { data: { keys: 20, value: 10b } } }
timeline:
  - at: 1s
    command: { node: a, run: REPLICAOF <b> }
  - wait-until: { online: a, within: 5s }
  - command: { node: a, run: ROLE }
expect:
  - a: { info: { master_link_status: up }, keys: 20 }
`);
    expect(shown(replies.at(-1))).toMatch(/^\[slave, /);
  });
});

covers('basic-link-down-at-first-then-sync', () => {
  it('the role changes at once, the link is down at first; then the keys come, and each write after them', () => {
    const { replies } = holds(`
duration: 10s
config: { save: "", repl-diskless-sync-delay: 0 }
nodes: { m: {}, s: {} }
timeline:
  - at: 1s
    command: { node: m, run: SET mykey foo }
  - expect: [{ s: { role: master } }]
  - command: { node: s, run: [MULTI, "REPLICAOF <m>", INFO replication, EXEC], together: true }
  - expect: [{ s: { role: replica } }]
  - wait-until: { online: s, within: 5s }
  - expect: [{ s: { key: { name: mykey, value: foo } } }]
  - command: { node: m, run: SET mykey bar }
  - wait-until: { key: { node: s, name: mykey, value: bar }, within: 1s }
`);
    const exec = shown(replies.find(({ type }) => type === 'array'));
    expect(exec).toMatch(/^\[OK, [^]*role:slave\r\n[^]*master_link_status:down\r\n/);
  });
});

covers('basic-role-command-master', () => {
  it('ROLE of a master: its offset, and one replica, which has not acknowledged more than there is', () => {
    const { replies } = holds(`
duration: 6s
${PAIR}
timeline:
  - wait-until: { online: r, within: 3s }
  - command: { node: m, run: [SET a 1, SET b 2] }
  - sleep: 1500ms
  - command: { node: m, run: ROLE }
`);
    const [, offset, replicas, acked] = /^\[master, (\d+), \[(\[[^\]]*, (\d+)\])\]\]$/.exec(shown(replies.at(-1)))!;
    expect(Number(offset)).toBeGreaterThan(0);
    expect(replicas).toMatch(/^\[[\d.]+, \d+, \d+\]$/);
    expect(Number(acked)).toBeLessThanOrEqual(Number(offset));
    expect(Number(acked)).toBeGreaterThan(0);
  });
});

covers('basic-role-command-replica', () => {
  it('ROLE of a replica: whom it follows, that it is connected, and its offset', () => {
    const { replies } = holds(`
duration: 4s
${PAIR}
timeline:
  - wait-until: { online: r, within: 3s }
  - command: { node: r, run: [ROLE, CONFIG GET replicaof] }
`);
    expect(shown(replies[0])).toMatch(/^\[slave, [\d.]+, \d+, connected, \d+\]$/);
    // REPLICAOF and ROLE name the same address.
    const [host, port] = shown(replies[0]).slice(1).split(', ').slice(1);
    expect(shown(replies[1])).toBe(`[replicaof, ${host!} ${port!}]`);
  });
});

covers('basic-handshake-state-while-master-delays-bgsave', () => {
  it('while a diskless master waits for others, the replica has no answer: handshake here, wait_bgsave there', () => {
    const { replies, outcome } = holds(`
duration: 51s
nodes:
  m: { config: { save: "", repl-diskless-sync-delay: 1000 } }
  r: {}
timeline:
  - at: 1s
    replicaof: { node: r, master: m }
  - repeat:
      times: 10
      every: 5s
      steps:
        - sleep: 1s
        - command: { node: r, run: ROLE }
        - command: { node: m, run: INFO replication }
expect:
  - never: { online: r }
  - r: { disconnections: 0, state: handshake }
`);
    const polls = replies.slice(1).map(shown);
    expect(polls).toHaveLength(20);
    for (const [index, poll] of polls.entries()) expect(poll).toMatch(index % 2 === 0 ? /^\[slave, [\d.]+, \d+, handshake, -1\]$/ : /slave0:ip=[\d.]+,port=\d+,state=wait_bgsave,/);
    expect(counted(outcome, 'm', 'bgsave-started')).toBe(0);
  });
});

covers('basic-parallel-clients-different-dbs', () => {
  it('what three clients write into three databases while the replica attaches is there, too', () => {
    holds(`
duration: 20s
config: { save: "", repl-diskless-sync-delay: 0 }
nodes: { m: {}, r: {} }
clients:
  nine: { to: m, db: 9, rate: 500/s, until: 9s, command: [{ run: "SET {key} {value}" }, { run: "LPUSH list {value}" }, { run: "DEL {key}" }], value: 10b..100b, key: "k:{1..500}" }
  eleven: { to: m, db: 11, rate: 500/s, until: 9s, command: [{ run: "SADD set:{1..20} {key}" }, { run: "HSET hash:{1..20} {key} {value}" }, { run: "ZADD z {1..100} {key}" }], key: "k:{1..500}" }
  twelve: { to: m, db: 12, rate: 500/s, until: 9s, command: [{ run: "INCR n:{1..100}" }, { run: "APPEND s:{1..10} {value}" }, { run: "EXPIRE n:{1..100} 1000" }], value: 5b }
timeline:
  - at: 1s
    replicaof: { node: r, master: m }
  - wait-until: { load-stopped: [nine, eleven, twelve] }
  - command: { node: m, run: INFO keyspace, as: keyspace }
expect:
  - converged: { within: 10s, after: load-stopped }
  - r: { resyncs: { full: 1, partial: 0 } }
`);
  });
});

covers('basic-complex-ops-identical', () => {
  it('ten thousand writes of all types, then half a second: both hold the same', () => {
    const { outcome } = holds(`
duration: 8s
${PAIR}
clients:
  app:
    to: m
    rate: 5k/s
    from: 2s
    until: 4001ms
    key: "k:{1..200}"
    value: 1b..40b
    command:
      - { run: "SET {key} {value}" }
      - { run: "DEL {key}" }
      - { run: "APPEND s:{1..50} {value}" }
      - { run: "INCRBY n:{1..50} 7" }
      - { run: "RPUSH l:{1..20} {value}" }
      - { run: "LPOP l:{1..20}" }
      - { run: "SADD set:{1..20} {key}" }
      - { run: "SREM set:{1..20} {key}" }
      - { run: "SPOP set:{1..20}" }
      - { run: "HSET h:{1..20} {key} {value}" }
      - { run: "HDEL h:{1..20} {key}" }
      - { run: "ZADD z:{1..20} {1..1000} {key}" }
      - { run: "ZINCRBY z:{1..20} 2.5 {key}" }
      - { run: "ZPOPMIN z:{1..20}" }
      - { run: "SETRANGE r:{1..20} {1..50} {value}" }
      - { run: "RENAME l:{1..20} l:{1..20}" }
expect:
  - converged: { within: 500ms, after: load-stopped }
  - r: { resyncs: { full: 1, partial: 0 }, disconnections: 0 }
`);
    // Those that change nothing (DEL of no key …) are not in the stream.
    expect(outcome.appliedWrites).toBeGreaterThan(5_000);
  });
});

covers('basic-mset-many-arguments', () => {
  it('a hundred MSETs of a thousand pairs, begun while the first sync is under way, arrive behind the file', () => {
    holds(`
duration: 15s
config: { save: "", repl-diskless-sync-delay: 0 }
nodes: { m: { data: { keys: 100k, value: 100b, prefix: "old:" } }, r: { replicaof: m } }
clients:
  app: { to: m, rate: 1k/s, from: 50ms, until: 150500us, value: 8b, command: "MSET ${'k:{1..60k} {value} '.repeat(1000).trim()}" }
expect:
  - converged: { within: 10s, after: load-stopped }
  - m: { keys: 100001.. }
  - r: { resyncs: { full: 1, partial: 0 } }
`);
  });
});

covers('basic-busy-replica-still-converges', () => {
  it('a replica that is busy for seconds loses nothing of what comes meanwhile, and applies it in order', () => {
    // Of a script in BUSY state the stream is read and put off; of a blocked server it waits in the socket: applied is it after, both ways.
    holds(`
duration: 20s
config: { save: "", repl-diskless-sync-delay: 0 }
nodes: { m: {}, s: {} }
clients:
  app: { to: m, db: 9, writes: 2k/s, from: 1s, until: 12s, key: "k:{1..10k}", value: 20b }
timeline:
  - at: 2s
    replicaof: { node: s, master: m }
  - wait-until: { online: s, within: 5s }
  - after: 5s
    block: { node: s, for: 3s }
expect:
  - converged: { within: 5s, after: load-stopped }
  - s: { disconnections: 0, resyncs: { full: 1, partial: 0 } }
`);
  });
});

covers('basic-query-buffer-limit-not-for-master-link', () => {
  it('a command longer than client-query-buffer-limit comes from the master all the same', () => {
    const { replies } = holds(`
duration: 10s
nodes:
  m: { config: { save: "", repl-diskless-sync-delay: 0, client-query-buffer-limit: 2000000 } }
  r: { replicaof: m, config: { save: "", client-query-buffer-limit: 1048576 } }
timeline:
  - wait-until: { online: r, within: 3s }
  - write-many: { node: m, count: 1, size: 1100000b, prefix: "key" }
  - wait-until: { offsets-equal: [m, r], within: 30s }
  - command: { node: r, run: STRLEN key0 }
expect:
  - same-data: [m, r]
  - r: { disconnections: 0 }
`);
    expect(shown(replies.at(-1))).toBe('1100000');
  });
});

covers('basic-masterauth-wrong-then-fixed', () => {
  it.each(['redis-2.8', 'redis-4.0', 'redis-6.2', 'redis-7.2', 'valkey-8.0'])('%s: a wrong password is tried about once a second, and the right one needs no new REPLICAOF', (server) => {
    const { outcome } = holds(`
duration: 25s
server: ${server}
config: { save: "" }
nodes: { m: { config: { requirepass: "a\\x00b-and-more" } }, s: { config: { masterauth: "a" } } }
timeline:
  - at: 1s
    replicaof: { node: s, master: m }
  - at: 10.5s
    expect: [{ s: { info: { master_link_status: down }, log: "Unable to AUTH to" } }]
  - config: { node: s, set: { masterauth: "a\\x00b-and-more" } }
  - wait-until: { online: s, within: 12s }
`);
    const tries = outcome.facts.filter(({ node, body }) => node === 's' && body.kind === 'link-handshake-error' && body.step === 'auth').length;
    expect(tries).toBeGreaterThanOrEqual(8);
    expect(tries).toBeLessThanOrEqual(11);
  });
});
