import { expect, it } from 'vitest';
import { counted, covers, holds } from './told.ts';

const VARIANTS = [['no', 'disabled'], ['no', 'swapdb'], ['yes', 'disabled'], ['yes', 'swapdb']] as const;

/**
 * A master that is told to replicate names its own history, from the first byte on: that is the first refusal of each of these.
 *
 * Three clients write at random into databases of their own until 10 s; the replica comes at 1 s, and is online before
 * 4 s.
 */
function underLoad(diskless: string, load: string, backlog: string, more: string, timeline: string, rate = '300/s'): string {
  const client = (db: number): string => `{ to: m, db: ${db}, rate: ${rate}, until: 10s, key: "k:{1..1k}", value: 10b..200b, command: [{ run: "SET {key} {value}", weight: 3 }, { run: "RPUSH l:{1..50} {value}" }, { run: "DEL {key}" }, { run: "INCR n:{1..50}" }] }`;
  return `
duration: 25s
nodes:
  m: { config: { save: "", repl-backlog-size: ${backlog}, repl-backlog-ttl: 3600, repl-diskless-sync: "${diskless}", repl-diskless-sync-delay: 1 } }
  s: { config: { save: "", repl-diskless-load: ${load} } }
clients:
  nine: ${client(9)}
  eleven: ${client(11)}
  twelve: ${client(12)}
timeline:
  - at: 1s
    replicaof: { node: s, master: m }
  - wait-until: { all: [{ online: s }, { info: { node: m, field: connected_slaves, at-least: 1 } }], within: 5s }
${timeline}
expect:
  - converged: { within: 10s, after: load-stopped }
  - m: { keys: 100.. }
${more}
`;
}

covers('psync-sync-under-load-no-break', () => {
  it.each(VARIANTS)('repl-diskless-sync %s, repl-diskless-load %s: one full sync, and nothing else', (diskless, load) => {
    holds(underLoad(diskless, load, '1000000', '  - m: { info: { sync_full: 1, sync_partial_ok: 0, sync_partial_err: 1 } }', ''));
  });
});

covers('psync-ok-repeated-breaks', () => {
  it.each(VARIANTS)('repl-diskless-sync %s, repl-diskless-load %s: of three breaks, two seconds apart, each is mended by a partial resync', (diskless, load) => {
    const kills = '  - repeat: { times: 3, every: 2s, steps: [{ command: { node: s, run: CLIENT KILL TYPE master } }] }';
    holds(underLoad(diskless, load, '100000000', '  - m: { info: { sync_full: 1, sync_partial_ok: 3, sync_partial_err: 1 } }\n  - s: { resyncs: [full: unknown-id, partial, partial, partial] }', kills));
  });
});

covers('psync-no-backlog-left', () => {
  it.each(VARIANTS)('repl-diskless-sync %s, repl-diskless-load %s: half a second away is more than 16 KiB, which is the least that a backlog may be', (diskless, load) => {
    const kills = '  - config: { node: m, set: { repl-backlog-size: 100 } }\n  - repeat: { times: 3, every: 2500ms, steps: [{ command: { node: s, run: [MULTI, CLIENT KILL TYPE master, DEBUG SLEEP 0.5, EXEC], together: true } }] }';
    const { outcome } = holds(underLoad(diskless, load, '1000000', '  - m: { info: { sync_partial_err: 4, sync_partial_ok: 0 } }\n  - s: { resyncs: [full: unknown-id, full: offset-before-backlog, full: offset-before-backlog, full: offset-before-backlog] }', kills, '500/s')
      .replace('config: { save: "", repl-diskless-load', 'config: { save: "", enable-debug-command: "yes", repl-diskless-load'));
    expect(outcome.nodes.find(({ node }) => node === 'm')?.backlog.size).toBe(16_384);
    // Each refusal is answered by a full sync.
    expect(counted(outcome, 'm', 'fullresync-sent')).toBe(4);
  });
});
