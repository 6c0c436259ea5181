import { it } from 'vitest';
import { covers, holds } from './told.ts';

covers('psync-replicaof-right-after-disconnection', () => {
  it('a busy replica finds its link closed and an order to follow somebody else in one turn: what it knew of its master is kept', () => {
    holds(`
duration: 15s
config: { save: "", repl-diskless-sync-delay: 0 }
nodes: { m: { data: { keys: 100, value: 100b } }, r1: { replicaof: m }, r2: { replicaof: m } }
clients: { app: { to: m, writes: 20/s, until: 12s } }
timeline:
  - wait-until: { online: [r1, r2], within: 5s }
  - at: 6s
    block: { node: r2, for: 1s }
  - at: 6.1s
    command: { node: m, run: CLIENT KILL TYPE replica }
  - at: 6.2s
    replicaof: { node: r2, master: r1 }
expect:
  - eventually: { online: r2, within: 3s, after: 7s }
  - m: { info: { sync_full: 2 } }
  - r1: { info: { sync_full: 0, sync_partial_ok: 1 }, resyncs: [full, partial: in-backlog] }
  - r2: { info: { sync_full: 0 }, resyncs: [full, partial: in-backlog] }
  - converged
`);
  });
});

covers('chained-kill-links-3899', () => {
  it.each([['a chain', 'r1'], ['two replicas of one master', 'r0']])('%s whose links are killed again and again: all hold the same in the end, and only the first syncs were full', (_layout, upstream) => {
    holds(`
duration: 40s
config: { save: "", repl-diskless-sync-delay: 0, repl-backlog-size: 10mb }
nodes: { r0: {}, r1: { replicaof: r0 }, r2: { replicaof: ${upstream} } }
clients: { app: { to: r0, rate: 2k/s, from: 4s, until: 24s, command: "INCR k:{1..1000}" } }
timeline:
  - at: 1s
    command: { node: r0, run: SET foo bar }
  - wait-until: { online: [r1, r2], within: 5s }
  - at: 4s
    repeat:
      for: 20s
      every: 100ms
      steps: [{ choose: [{ weight: 19, steps: [] }, { command: { node: r1, run: CLIENT KILL TYPE master } }] }]
  - at: 4s
    repeat:
      for: 20s
      every: 100ms
      steps: [{ choose: [{ weight: 19, steps: [] }, { command: { node: r2, run: CLIENT KILL TYPE master } }] }]
expect:
  - converged: { within: 10s, after: load-stopped }
  - r1: { resyncs: { full: 1, partial: 1.. } }
  - r2: { resyncs: { full: 1, partial: 1.. } }
`);
  });
});
