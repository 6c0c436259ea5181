/** Since 7.0 the stream stands once in memory, for the backlog and all replicas: who waits holds it, and nobody has a copy. */
import { expect, it } from 'vitest';
import { counted, covers, holds } from './told.ts';

const infoAt = (told: ReturnType<typeof holds>, field: string): number[] =>
  told.replies.flatMap((reply) => (reply.type === 'bulk' && typeof reply.value === 'string' ? [...reply.value.matchAll(new RegExp(`^${field}:(\\d+)`, 'gm'))].map(([, value]) => Number(value)) : []));

/** r3 is online; r1 and r2 wait for a file that takes as many seconds as there are keys, while 1024 values of 1 KiB are written. */
const WAITING = `
nodes:
  m: { config: { save: "", repl-backlog-size: 16384, repl-diskless-sync-delay: 5, repl-diskless-sync-max-replicas: 1, client-output-buffer-limit: replica 0 0 0 } }
  r1: { config: { save: "" } }
  r2: { config: { save: "" } }
  r3: { replicaof: m, config: { save: "" } }
timeline:
  - wait-until: { online: r3, within: 10s }
  - config: { node: m, set: { rdb-key-save-delay: 1000000, repl-diskless-sync-max-replicas: 2 } }
  - write-many: { node: m, count: 100, size: 16b, prefix: "small:" }
  - replicaof: { node: r1, master: m }
  - replicaof: { node: r2, master: m }
  - wait-until: { all: [{ bgsave: m }, { state: { r1: transfer } }, { state: { r2: transfer } }], within: 10s }
  - write-many: { node: m, count: 1024, size: 1kb, prefix: "big:" }
  - sleep: 1s
  - command: { node: m, run: INFO memory }
  - kill: r1
  - wait-until: { not: { replicas: { m: 3 } }, within: 5s }
  - sleep: 1s
  - command: { node: m, run: INFO memory }
`;

covers('buffer-shared-by-all-replicas', () => {
  it('two that wait hold one copy between them, and when one goes the other holds it still', () => {
    const told = holds(`duration: 40s${WAITING}expect:\n  - m: { info: { connected_slaves: 2 } }\n`);
    const [both, one] = infoAt(told, 'mem_total_replication_buffers');
    expect(both).toBeGreaterThan(1024 * 1024);
    expect(both).toBeLessThan(1.5 * 1024 * 1024);
    expect(Math.abs(one! - both!)).toBeLessThan(1024);
  });
});

covers('buffer-shrinks-when-unreferenced', () => {
  it('when the last one that waited goes, what it waited for is let go', () => {
    const told = holds(`duration: 40s${WAITING}
  - wait-until: { offsets-equal: [m, r3], within: 5s }
  - kill: r2
  - sleep: 2s
  - command: { node: m, run: INFO memory }
expect:
  - m: { info: { connected_slaves: 1 } }
`);
    const [, before, after] = infoAt(told, 'mem_total_replication_buffers');
    expect(before! - after!).toBeGreaterThan(1024 * 1024);
  });
});

covers('buffer-backlog-outgrows-config', () => {
  it('what is kept for a replica that waits counts as backlog, however small the backlog was meant to be', () => {
    holds(`
duration: 60s
config: { save: "", repl-timeout: 1000, client-output-buffer-limit: replica 0 0 0 }
nodes: { m: { config: { repl-backlog-size: 16384, repl-diskless-sync-delay: 0 }, data: { keys: 1000, value: 10kb } }, r1: { replicaof: m }, r2: {} }
timeline:
  - wait-until: { online: r1, within: 10s }
  - config: { node: m, set: { rdb-key-save-delay: 1000000 } }
  - replicaof: { node: r2, master: m }
  - wait-until: { all: [{ bgsave: m }, { state: { r2: transfer } }], within: 10s }
  - write-many: { node: m, count: 10k, size: 10000b, prefix: "new:" }
  - sleep: 5s
expect:
  - m: { info: { repl_backlog_histlen: { at-least: 100000001 } } }
  - offsets-equal: [m, r1]
`);
  });
});

covers('buffer-limit-smaller-than-backlog-psync-ok', () => {
  it('a hard limit below the backlog’s size counts as that size: what a partial resync hands over at once cuts nobody', () => {
    holds(`
duration: 30s
config: { save: "", repl-diskless-sync-delay: 0, enable-debug-command: "yes" }
nodes: { m: { config: { repl-backlog-size: 100mb, client-output-buffer-limit: replica 512k 0 0 } }, r: { replicaof: m } }
timeline:
  - wait-until: { online: r, within: 5s }
  - command: { node: m, run: CLIENT KILL TYPE replica }
  - write-many: { node: m, count: 2, size: 10mb, batch: 2, prefix: "a" }
  - block: { node: m, for: 2s }
  - write-many: { node: m, count: 1, size: 10mb, prefix: "b" }
  - wait-until: { offsets-equal: [m, r], within: 5s }
  - expect: [{ m: { info: { sync_full: 1, sync_partial_ok: 1 } } }]
  - write-many: { node: m, count: 2, size: 10mb, batch: 2, prefix: "c" }
  - wait-until: { offsets-equal: [m, r], within: 100s }
expect:
  - m: { info: { sync_full: 1, sync_partial_ok: 1, connected_slaves: 1 } }
  - r: { disconnections: { client-kill: 1, total: 1 } }
  - same-data: [m, r]
`);
  });
});

covers('buffer-big-key-no-psync-loop', () => {
  it('one command greater than the limit costs one full sync, and not a loop of them; whoever then asks for the first byte kept is answered', () => {
    const tiny = Array.from({ length: 17 }, (_, index) => `k${index} 1`).join(' ');
    const { outcome } = holds(`
duration: 30s
config: { save: "", repl-diskless-sync-delay: 0 }
nodes:
  m: { config: { maxmemory-policy: allkeys-lru, repl-backlog-size: 16384, client-output-buffer-limit: replica 32768 32768 60 } }
  r: { replicaof: m }
timeline:
  - wait-until: { online: r, within: 5s }
  - command: { node: m, run: ["MSET big ${'x'.repeat(262_144)} ${tiny}", CONFIG SET maxmemory 1, PING], together: true }
  - wait-until: { offsets-equal: [m, r], within: 5s }
  - sleep: 2s
  - command: { node: m, run: [CONFIG SET maxmemory 0, SET key1 1] }
  - wait-until: { offsets-equal: [m, r], within: 5s }
  - psync-probe: { node: m, at: first }
  - command: { node: m, run: PING, as: ping }
expect:
  - reply: { ping: PONG }
  - m: { info: { connected_slaves: 1, mem_clients_slaves: { at-most: 262143 } } }
  - r: { resyncs: { full: ..2, partial: 0 } }
  - same-data: [m, r]
`);
    expect(counted(outcome, 'm', 'replica-over-limit')).toBeLessThanOrEqual(1);
  });
});

covers('buffer-soft-limit-cuts-and-trims', () => {
  it('a soft limit of no seconds cuts at once, within the turn; from then on the replica holds nothing, and the backlog is trimmed (7.4)', () => {
    const told = holds(`
duration: 20s
server: redis-7.4
config: { save: "", repl-diskless-sync-delay: 0 }
nodes: { m: { config: { client-output-buffer-limit: replica 10mb 5mb 0 } }, r: { replicaof: m } }
timeline:
  - wait-until: { online: r, within: 5s }
  - write-many: { node: m, count: 20k, size: 950b, batch: 20000, prefix: "k" }
  - command: { node: m, run: INFO memory }
expect:
  - r: { disconnections: [output-buffer-limit] }
`);
    // While the turn lasted there was never more than what one may hold, and at its end only the backlog is left.
    expect(infoAt(told, 'mem_total_replication_buffers').at(-1)).toBeLessThan(2_000_000 + 5 * 1024 * 1024);
    expect(counted(told.outcome, 'm', 'replica-over-limit')).toBe(1);
  });
});
