/**
 * Every form of expectation in a run: one that holds, and one that fails with what was found instead.
 *
 * One story for all: at 10 s replica a is cut off for 8 s, longer than repl-timeout allows; at 25 s the master drops
 * both replicas; at 30 s b is killed, and started again 2 s later. The load stops at 35 s.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { ExpectationResult, Outcome } from '../../src/checks/outcome.ts';
import { play } from './runs.ts';

const STORY = `
name: Everything that can be expected
seed: 11
duration: 40s
config: { repl-diskless-sync-delay: 0, repl-timeout: 4, repl-ping-replica-period: 1, repl-backlog-size: 1mb }
nodes:
  master: { clock: { phase: 0ms } }
  a: { replicaof: master, clock: { phase: 0ms } }
  b: { replicaof: master, clock: { phase: 0ms } }
network: { default: { latency: 1ms } }
clients: { app: { to: master, writes: 10/s, key: "k:{1..50}", value: 100b, until: 35s }, lost: { to: b, writes: 1/s, from: 5s, until: 9500ms } }
timeline:
  - at: 5s
    command: { node: master, run: [SET greeting hello, SET short-lived x PX 3000, SET long-lived x EX 100] }
  - at: 6s
    command: { node: a, run: SET k v, as: refused }
  - at: 6s
    command: { node: master, run: [[SET, k, v], [WAIT, 2, 1000]], as: waited }
  - at: 11s
    command: { node: master, run: SET w 1, client: waiter }
  - command: { node: master, run: WAIT 2 1500, background: true, client: waiter, as: in-vain }
  - after: 1s
    expect:
      - reply: { in-vain: { came: false } }
  - at: 7s
    expect:
      - a: { key: [{ name: short-lived, ttl: 900ms..1s }, { name: greeting, ttl: none }] }
  - at: 9s
    note: { offset-before: master.master_repl_offset, data-then: a.digest }
  - at: 10s
    partition: { between: [master, a], for: 8s }
  - at: 25s
    command: { node: master, run: CLIENT KILL TYPE replica }
  - at: 30s
    kill: b
  - after: 2s
    start: b
`;

interface Row {
  readonly holds: string;
  readonly fails: string;
  /** What is said of the one that fails. */
  readonly found: string | RegExp;
}

const ROWS: readonly Row[] = [
  // ---- how nodes are
  { holds: 'a: { role: replica }', fails: 'a: { role: master }', found: 'expected master; found replica' },
  { holds: 'a: { state: connected }', fails: 'master: { state: connected }', found: 'expected connected; found a master, which has no link' },
  { holds: 'a: { keys: 40..60 }', fails: 'a: { keys: ..3 }', found: /^expected at most 3 keys; found \d\d$/ },
  { holds: 'a: { lag: { bytes: 0, seconds: ..1 } }', fails: 'a: { lag: { bytes: 1kb.. } }', found: /^expected at least 1 024 bytes; found 0 \(/ },
  { holds: 'a: { key: { name: greeting, value: hello } }', fails: 'a: { key: { name: greeting, value: bye } }', found: 'expected "greeting" to hold "bye"; found "hello"' },
  { holds: 'a: { key: { name: short-lived, exists: false } }', fails: 'a: { key: { name: short-lived } }', found: 'expected the key "short-lived"; found no such key' },
  { holds: 'a: { key: { name: long-lived, ttl: 60s..66s } }', fails: 'a: { key: { name: long-lived, ttl: ..10s } }', found: 'expected "long-lived" to have at most 10 s to live; found 65 s' },
  { holds: 'a: { key: { name: greeting, ttl: none } }', fails: 'a: { key: { name: greeting, ttl: 1s.. } }', found: 'expected "greeting" to have at least 1 s to live; found no time to live' },
  { holds: 'a: { info: { master_link_status: up, sync_full: 0 } }', fails: 'master: { info: { sync_full: { at-least: 9 } } }', found: 'expected sync_full >= 9; found 2' },
  // Three blocks of 20 440 bytes, each with 64 bytes of its own: what jemalloc gives.
  { holds: 'master: { info: { mem_total_replication_buffers: 61512, mem_clients_slaves: 0 } }', fails: 'master: { info: { mem_clients_slaves: { at-least: 1 } } }', found: 'expected mem_clients_slaves >= 1; found 0' },
  { holds: 'offsets-equal: all', fails: 'equal: [master.connected_slaves, a.connected_slaves]', found: 'expected equal values; found master.connected_slaves 2, a.connected_slaves 0' },
  { holds: 'same-data: all', fails: 'equal: { role: [master, a] }', found: 'expected equal values; found master.role master, a.role slave' },
  { holds: 'equal: { digest: all, keys: [master, b] }', fails: 'equal: [master.sync_full, a.sync_full]', found: 'expected equal values; found master.sync_full 2, a.sync_full 0' },
  {
    holds: 'delta: { offset-before: { at-least: 30000, at-most: 60000 } }', fails: 'delta: { offset-before: 0 }',
    found: 'expected master.master_repl_offset to have grown by 0; found 34 504 (from 12 045 at 9.0s to 46 549)',
  },
  // ---- what happened
  { holds: 'a: { resyncs: [full: first-contact, partial, partial: in-backlog] }', fails: 'b: { resyncs: [full] }', found: 'expected full; found full (first-contact), 2 × partial (in-backlog)' },
  { holds: 'b: { resyncs: { full: 1, partial: 2 } }', fails: 'b: { attempts: 1 }', found: /^expected 1 attempts; found 3/ },
  { holds: 'a: { resync-causes: [none, partition, none] }', fails: 'a: { resync-causes: [none] }', found: 'expected none; found none, partition, none' },
  { holds: 'a: { disconnections: [repl-timeout, client-kill] }', fails: 'b: { disconnections: [client-kill] }', found: 'expected client-kill; found client-kill, killed' },
  { holds: 'a: { disconnections: { repl-timeout: 1, total: 2 } }', fails: 'a: { disconnections: 0 }', found: /^expected 0 losses of the link; found 2: repl-timeout at 1\d\.\ds, client-kill at 25\.0s$/ },
  { holds: 'a: { log: { contains: "MASTER timeout", count: 1 } }', fails: 'a: { log: { contains: "MASTER timeout", until: 10s } }', found: 'expected at least 1 log lines with "MASTER timeout" on a until 10s; found 0' },
  {
    holds: 'master: { log: { matches: "^Disconnecting timedout replica .*streaming", from: { fault: partition }, until: healed } }',
    fails: 'master: { log: { matches: "timed ?out", count: 0 } }', found: /^expected 0 log lines with \/timed \?out\/ on master; found 1 \(the one at 1\d\.\ds\)$/,
  },
  {
    holds: 'order: [{ fault: partition }, { disconnection: a }, { healed: partition }, { resync: { a: partial } }, { ended: b }, { started: b }, { resync: { b: partial } }, load-stopped]',
    fails: 'order: [{ disconnection: a }, { fault: partition }]', found: /^found a losing its link at 1\d\.\ds, but not the partition after that \(only before, at 10\.0s\)$/,
  },
  { holds: 'reply: { refused: { error: READONLY } }', fails: 'reply: { refused: OK }', found: /^expected "OK"; found "-READONLY You can't write/ },
  { holds: 'reply: { waited: [OK, 2] }', fails: 'reply: { waited: { is: [OK, 1] } }', found: 'expected "OK", "1"; found "OK", "2"' },
  { holds: 'reply: { in-vain: { took: 1500ms..1700ms } }', fails: 'reply: { in-vain: { took: ..1s } }', found: /^expected it to take at most 1 s; found 1\.[56]\d* s$/ },
  { holds: 'errors: { lost: { READONLY: 4..5, LOADING: 0 } }', fails: 'errors: { lost: 0 }', found: /^expected 0 errors; found (\d): \1 READONLY$/ },
  { holds: 'writes-lost: 0', fails: 'writes-lost: 1..', found: 'expected at least 1 lost; found 0' },
  // ---- over time
  { holds: 'converged: { within: 3s, after: healed }', fails: 'converged: { within: 1ms, after: 18s }', found: /^expected within 1 ms of that moment/ },
  { holds: 'eventually: { online: a, within: 2s, after: { healed: partition } }', fails: 'eventually: { online: a, within: 2s, after: 16s }', found: 'expected within 2 s of 16s (16.0s); found at 19.0s, after 3 s' },
  { holds: 'eventually: { link-down: b }', fails: 'eventually: { role: { b: master } }', found: 'expected sometime; found not once, up to 40.0s' },
  { holds: 'never: { link-down: b, from: 1s, until: 25s }', fails: 'never: { link-down: a, from: 1s }', found: 'expected at no instant; found at 14.0s, for 5 s, and 1 more time' },
  { holds: 'always: { online: b, from: { online: b }, until: 25s }', fails: 'always: { online: a, from: { online: a } }', found: 'expected all the time; found otherwise at 14.0s, for 5 s, and 1 more time' },
  { holds: 'not-before: { link-down: a, moment: 14s, from: { online: a } }', fails: 'not-before: { link-down: a, moment: { healed: partition }, from: 1s }', found: 'expected not before the partition being healed (18.0s); found at 14.0s' },
];

const withExpect = (lines: readonly string[]): string => `${STORY}expect:\n${lines.map((line) => `  - ${line}\n`).join('')}`;

describe('of the forms of expectations', () => {
  let outcome: Outcome;
  const judged = (line: string): ExpectationResult[] => {
    const all = ROWS.flatMap(({ holds, fails }) => [holds, fails]);
    const first = withExpect([]).split('\n').length + all.indexOf(line);
    return outcome.expectations.filter(({ place }) => place?.line === first);
  };
  beforeAll(() => {
    outcome = play(withExpect(ROWS.flatMap(({ holds, fails }) => [holds, fails])));
  });

  it.each(ROWS)('$holds holds', ({ holds }) => {
    const results = judged(holds);
    expect(results.length).toBeGreaterThan(0);
    for (const { verdict, detail } of results) expect({ verdict, detail }).toEqual({ verdict: 'held', detail: '' });
  });

  it.each(ROWS)('$fails fails', ({ fails, found }) => {
    const [result, ...more] = judged(fails);
    expect(more).toEqual([]);
    expect(result?.verdict).toBe('failed');
    if (typeof found === 'string') expect(result?.detail).toBe(found);
    else expect(result?.detail).toMatch(found);
  });

  it('none changes the run', () => {
    const bare = play(STORY);
    expect(outcome.traceHash).toBe(bare.traceHash);
    expect(outcome.events).toBe(bare.events);
    expect(bare.verdict).toBe('passed');
  });
});

describe('converged, of 2.6', () => {
  const story = (fault: string): string => `
name: Even without offsets
server: redis-2.6
nodes: { master: {}, replica: { replicaof: master } }
duration: 40s
clients: { app: { to: master, writes: 100/s, from: 5s, until: 20s } }
timeline:
${fault}
expect: [converged: { within: 3s, after: load-stopped }]
`;
  const judged = (fault: string): string => play(story(fault)).expectations.map(({ verdict, detail }) => `${verdict}: ${detail}`).join();
  it('is judged by the links and the data', () => {
    expect(judged('  - at: 1s\n    sleep: 1s')).toBe('held: ');
  });
  it('comes when what a cut has kept back is there', () => {
    expect(judged('  - at: 19s\n    partition: { between: [master, replica], for: 8s }')).toMatch(/^failed: expected within 3 s of the load stopping \(20\.0s\); found at 31\.\d+s, after 11\.\d s$/);
  });
  it('is not reached while one has other data', () => {
    expect(judged('  - at: 10s\n    config: { node: replica, set: { slave-read-only: "no" } }\n  - command: { node: replica, run: SET mine 1 }')).toMatch(/^failed: .*replicas were never even for an instant$/);
  });
});
