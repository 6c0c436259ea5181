import { expect, it } from 'vitest';
import { covers, holds } from './told.ts';

const CHAIN = `
config: { repl-diskless-sync-delay: 0, repl-timeout: 3600 }
nodes:
  m: { config: { save: "3600 1", repl-ping-replica-period: 3600, enable-debug-command: "yes" } }
  r: { replicaof: m, config: { save: "" } }
  sub: { replicaof: r, config: { save: "" } }
`;

covers('master-restart-with-data', () => {
  it('a master that saved at its end has the old history as its second one: its replica goes on, and so does the replica of that', () => {
    const { outcome } = holds(`
duration: 30s
${CHAIN}
clients: { app: { to: m, writes: 500/s, from: 3s, until: 5s } }
timeline:
  - wait-until: { online: [r, sub], within: 10s }
  - at: 6s
    sleep: 1ms
  - wait-until: { offsets-equal: [m, r, sub], within: 50s }
  - note: { before: m.master_repl_offset, ok: r.sync_partial_ok }
  - command: { node: m, run: SHUTDOWN NOW, background: true }
  - sleep: 1300ms     # not when the replica tries again: its first cron would PING it
  - start: m
  - wait-until: { online: [r, sub], within: 50s }
expect:
  - delta: { before: 0, ok: 1 }
  - m: { info: { repl_backlog_active: 1, repl_backlog_histlen: 0, sync_partial_ok: 1, sync_full: 0 } }
  - r: { resyncs: [full, partial: in-backlog] }
  - sub: { resyncs: { full: 1, partial: 1 } }
  - equal: { digest: all }
`);
    const m = outcome.nodes.find(({ node }) => node === 'm')!;
    const before = outcome.facts.filter(({ node, body }) => node === 'm' && body.kind === 'server-started').map(({ body }) => (body.kind === 'server-started' ? body.replid : ''));
    expect(m.replid2).not.toMatch(/^0+$/);
    expect(m.replid).not.toBe(m.replid2);
    expect(before).toHaveLength(2);
    expect(m.secondOffset).toBe(m.offset + 1);
    expect(m.backlog.firstByte).toBe(m.offset + 1);
  });
});

covers('master-restart-expired-keys-extend-backlog', () => {
  it('keys that expired in the file are deleted in the new backlog, and the replicas are told by a partial resync', () => {
    const writes = Array.from({ length: 16 }, (_, db) => `"SELECT ${db}", ${Array.from({ length: 64 }, (_, j) => `"SET k${j} somevalue PX 10"`).join(', ')}`);
    const { outcome } = holds(`
duration: 40s
${CHAIN}
timeline:
  - wait-until: { online: [r, sub], within: 10s }
  - command: { node: m, run: DEBUG SET-ACTIVE-EXPIRE 0 }
${writes.map((list) => `  - command: { node: m, client: writer, run: [${list}], together: true }`).join('\n')}
  - sleep: 20ms
  - wait-until: { all: [{ offsets-equal: [m, r, sub] }, { acked: m }], within: 50s }
  - note: { before: m.master_repl_offset, ok: r.sync_partial_ok }
  - restart: { node: m, how: sigterm, after: 500ms }
  - wait-until: { online: [r, sub], within: 50s }
expect:
  - m: { info: { sync_partial_ok: 1, sync_full: 0 }, keys: 0 }
  - delta: { ok: 1, before: { at-least: 1024 } }
  - offsets-equal: all
  - equal: { digest: all }
`);
    const m = outcome.nodes.find(({ node }) => node === 'm')!;
    // What was appended since the file was saved is all that the backlog has: a DEL of each of 1024 keys, and the SELECTs between them.
    expect(m.offset - m.backlog.length).toBe(m.backlog.firstByte - 1);
    expect(m.backlog.firstByte).toBe(m.secondOffset);
    expect(m.backlog.length).toBeGreaterThan(1024 * 20);
  });
});
