/**
 * Small stories, as somebody would write them to find out what Redis does: the faults, and what each leads to.
 *
 * All of them are two or three nodes with fixed latencies of 1 ms and wall clocks at the start of a second, so that
 * every instant can be told beforehand: crons come 1 ms after the second (and 1 µs more with each node).
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import { createNodeLog } from '../../src/trace/node-log.ts';
import { appliedAt, infoOf, play, replies, resyncsOf } from './runs.ts';

interface Story {
  readonly lasts: string;
  readonly timeline: string;
  readonly config?: string;
  readonly nodes?: string;
  readonly clients?: string;
  readonly expect?: string;
}

const NODES = `
  master: { data: { keys: 100, value: 100b }, clock: { phase: 0ms } }
  a: { replicaof: master, clock: { phase: 0ms } }`;

/** Writes of 100 bytes, 10 a second, from 2 s on. */
const APP = '\n  app: { to: master, writes: 10/s, from: 2s, value: 100b }';

function textOf({ lasts, timeline, config = '', nodes = NODES, clients = APP, expect: expectations = '' }: Story): string {
  return `
name: Story
duration: ${lasts}
config: { repl-diskless-sync-delay: 0, repl-timeout: 5, repl-ping-replica-period: 1${config === '' ? '' : `, ${config}`} }
nodes:${nodes}
network:
  default: { latency: 1ms, bandwidth: 1gbit }
${clients === '' ? '' : `clients:${clients}`}
${timeline === '' ? '' : `timeline:${timeline}`}
${expectations === '' ? '' : `expect:${expectations}`}
`;
}

function story(told: Story): Outcome {
  const outcome = play(textOf(told));
  // Whatever is told here: the invariants hold.
  expect(outcome.invariants.filter(({ verdict }) => verdict === 'violated')).toEqual([]);
  return outcome;
}

/** Instants (s) of the facts of a kind that a node told. */
function timesOf(outcome: Outcome, node: string, kind: string): number[] {
  return outcome.facts.filter((fact) => fact.node === node && fact.body.kind === kind).map(({ atUs }) => Math.round(atUs / 10_000) / 100);
}

const FIRST = '0.0s a: full first-contact done';

describe('a partition', () => {
  it('shorter than repl-timeout breaks nothing: the packets come late, and nobody resyncs', () => {
    const outcome = story({ lasts: '20s', timeline: '\n  - at: 8s\n    partition: { between: [master, a], for: 3s }' });
    expect(resyncsOf(outcome)).toEqual([FIRST]);
    expect(timesOf(outcome, 'a', 'link-lost')).toEqual([]);
    expect(infoOf(outcome, 'a', 'master_link_status')).toEqual({ master_link_status: 'up' });
  });

  it('longer than it: both notice in their own cron, more than 5 whole seconds after they last heard, and it goes on where it was', () => {
    const outcome = story({ lasts: '60s', timeline: '\n  - at: 8.5s\n    partition: { between: [master, a], for: 20s }' });
    // The last ACK and the last write came in second 8, so at 13 s it is five seconds, and at 14 s six.
    expect(timesOf(outcome, 'master', 'replica-timeout')).toEqual([14]);
    expect(timesOf(outcome, 'a', 'link-timeout')[0]).toBe(14);
    expect(resyncsOf(outcome).at(-1)).toMatch(/a: partial in-backlog done$/);
    // While it lasts, every connect is given up after 5 s and begun anew in the same cron.
    expect(timesOf(outcome, 'a', 'link-timeout').slice(1, 3)).toEqual([20, 26]);
  });

  it('one way, of what the replica says: TCP stops on the other way, too, when nothing is acknowledged, so both notice', () => {
    const outcome = story({ lasts: '40s', timeline: '\n  - at: 8.5s\n    partition: { one-way: a->master, for: 10s }' });
    expect(timesOf(outcome, 'master', 'replica-timeout')).toEqual([14]);
    // What was sent within 202 ms arrived, still in second 8; then the master's kernel waited for an acknowledgement.
    expect(timesOf(outcome, 'a', 'link-timeout')[0]).toBe(14);
    expect(resyncsOf(outcome).at(-1)).toMatch(/partial in-backlog done$/);
  });
});

describe('a proxy', () => {
  it('that holds for less than repl-timeout lets everything through at once, where a partition of the same length, over which TCP backs off, costs the link', () => {
    // One write in the middle, and pings of which nothing else is applied: when does the first of it get through?
    const firstAfter = (verb: string): number => appliedAt(textOf({
      lasts: '20s', clients: '', timeline: `\n  - at: 8.5s\n    ${verb}\n  - at: 8.6s\n    command: { node: master, run: SET k v }`,
    }), 1).find((atUs) => atUs > 8_500_000) ?? 0;
    // Let go at 12.5 s; the proxy is in the middle of 1 ms.
    expect(firstAfter('hold: { between: [master, a], for: 4s }')).toBeLessThan(12_502_000);
    // A partition of the same length: sent at 8.6 s, and again 0.2, 0.6, 1.4, 3.0 and 6.3 s later. So nothing comes before
    // 14.9 s, though it healed at 12.5 s; and at 14 s, with nothing heard since second 8, repl-timeout is over: a resync.
    const partitioned = firstAfter('partition: { between: [master, a], for: 4s }');
    expect(partitioned).toBeGreaterThan(14_000_000);
    expect(partitioned).toBeLessThan(14_020_000);
  });

  it('that resets: both ends know at once, the replica is back within milliseconds, and missed nothing', () => {
    const outcome = story({ lasts: '12s', timeline: '\n  - at: 8.5s\n    reset: { between: [master, a] }' });
    expect(resyncsOf(outcome)).toEqual([FIRST, '8.5s a: partial in-backlog done']);
    expect(infoOf(outcome, 'master', 'sync_full', 'sync_partial_ok', 'sync_partial_err')).toEqual({ sync_full: '1', sync_partial_ok: '1', sync_partial_err: '0' });
  });

  it('that refuses: the first try is at once, the next ones come with the cron of each second', () => {
    const outcome = story({ lasts: '16s', timeline: '\n  - at: 8.5s\n    refuse: { between: [master, a], for: 3.2s }' });
    expect(timesOf(outcome, 'a', 'link-connecting')).toEqual([0, 8.5, 9, 10, 11, 12]);
    expect(resyncsOf(outcome).at(-1)).toBe('12.0s a: partial in-backlog done');
  });
});

describe('a process', () => {
  it('frozen for less than repl-timeout costs nothing; for longer it is dropped, and finds out when it wakes', () => {
    expect(resyncsOf(story({ lasts: '20s', timeline: '\n  - at: 8.5s\n    freeze: { node: a, for: 3s }' }))).toEqual([FIRST]);
    const long = story({ lasts: '30s', timeline: '\n  - at: 8.5s\n    freeze: { node: a, for: 10s }' });
    expect(timesOf(long, 'master', 'replica-timeout')).toEqual([14]);
    expect(timesOf(long, 'a', 'link-lost')[0]).toBe(18.5);
    expect(resyncsOf(long)).toEqual([FIRST, '18.5s a: partial in-backlog done']);
  });

  it('busy with a slow command: a master of which nothing is heard for too long is given up by its replica', () => {
    const outcome = story({ lasts: '40s', clients: '', timeline: '\n  - at: 8.5s\n    block: { node: master, for: 8s }' });
    expect(timesOf(outcome, 'a', 'link-timeout')[0]).toBe(14); // the last PING came in second 8
    expect(resyncsOf(outcome).at(-1)).toMatch(/partial in-backlog done$/);
  });

  it('killed and started again, empty: a stranger, who copies everything', () => {
    const outcome = story({ lasts: '20s', timeline: '\n  - at: 8.5s\n    restart: { node: a, how: kill, after: 1s, files: wipe }' });
    expect(resyncsOf(outcome)).toEqual([FIRST, expect.stringMatching(/a: full first-contact done$/)]);
  });

  it('killed and started again from the file of its last full sync: it asks from there, and is sent the rest', () => {
    const outcome = story({ lasts: '20s', timeline: '\n  - at: 8.5s\n    restart: { node: a, how: kill, after: 1s }' });
    expect(resyncsOf(outcome)).toEqual([FIRST, expect.stringMatching(/a: partial in-backlog done$/)]);
    // The file is from the first sync, at offset 0 or after one PING: nearly the whole stream is sent again.
    const [, again] = outcome.resyncs;
    expect(again?.asked.offset).toBeLessThan(20);
    expect(again?.bytes).toBe(again === undefined ? -1 : (again.evidence?.masterOffset ?? 0) + 1 - again.asked.offset);
  });

  it('a master killed and started from an older file: its replica is ahead of it, and starts over', () => {
    const outcome = story({
      lasts: '30s', timeline: '\n  - at: 5s\n    command: { node: master, run: SAVE }\n  - at: 8.5s\n    kill: master\n  - at: 10s\n    start: master',
      clients: '\n  app: { to: master, writes: 10/s, from: 2s, until: 8s, value: 100b }',
    });
    expect(resyncsOf(outcome).at(-1)).toMatch(/a: full past-second-offset done$/);
    const last = outcome.resyncs.at(-1);
    expect(last?.evidence?.missedBy).toBe((last?.asked.offset ?? 0) - (last?.evidence?.secondOffset ?? 0));
    expect(last?.evidence?.missedBy).toBeGreaterThan(0);
  });

  it('a host without power tells nobody: the other side notices by silence', () => {
    const outcome = story({ lasts: '40s', timeline: '\n  - at: 8.5s\n    crash: master\n  - at: 20s\n    start: master' });
    expect(timesOf(outcome, 'a', 'link-lost')[0]).toBe(14);
    expect(timesOf(outcome, 'a', 'link-timeout')[0]).toBe(14);
    expect(resyncsOf(outcome).at(-1)).toMatch(/a: full unknown-id done$/); // nothing was saved
  });
});

describe('a chain', () => {
  const CHAIN = `${NODES}\n  b: { replicaof: a, clock: { phase: 0ms } }`;

  it('keeps one id and one offset from top to bottom', () => {
    const outcome = story({ lasts: '20s', nodes: CHAIN, timeline: '', clients: '\n  app: { to: master, writes: 10/s, from: 5s, until: 15s, value: 100b }' });
    const of = (node: string): unknown => infoOf(outcome, node, 'master_replid', 'master_repl_offset');
    expect(of('a')).toEqual(of('master'));
    expect(of('b')).toEqual(of('master'));
    // b comes while a has no master yet: it is sent away until the next second.
    expect(resyncsOf(outcome, 'b').at(-1)).toMatch(/b: full first-contact done$/);
  });

  it('whose middle is promoted: the bottom goes on under the new id', () => {
    const outcome = story({ lasts: '20s', nodes: CHAIN, timeline: '\n  - at: 10s\n    promote: a' });
    expect(resyncsOf(outcome, 'b').at(-1)).toBe('10.0s b: partial in-backlog done');
    expect(infoOf(outcome, 'b', 'master_replid')).toEqual(infoOf(outcome, 'a', 'master_replid'));
    expect(infoOf(outcome, 'a', 'master_replid2')['master_replid2']).toBe(infoOf(outcome, 'master', 'master_replid')['master_replid']);
  });

  it('whose top is away for too long: the middle says NOMASTERLINK to whoever comes, and all go on where they were', () => {
    const outcome = story({ lasts: '60s', nodes: CHAIN, timeline: '\n  - at: 8.5s\n    partition: { between: [master, a], for: 15s }' });
    const refused = outcome.facts.filter(({ body }) => body.kind === 'sync-refused');
    expect(refused.map(({ node }) => node)).toContain('a');
    for (const replica of ['a', 'b']) expect(resyncsOf(outcome, replica).filter((text) => text.includes('full') && text.endsWith('done'))).toHaveLength(1);
  });
});

describe('settings', () => {
  it.each([
    ['yes', { type: 'bulk', value: '1' }],
    ['no', { type: 'error', text: "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'." }],
  ])('replica-serve-stale-data %s: a read without a link answers %j', (setting, answer) => {
    expect(replies(textOf({
      lasts: '20s', clients: '', config: `replica-serve-stale-data: "${setting}"`,
      timeline: '\n  - at: 3s\n    command: { node: master, run: SET k 1 }\n  - at: 8.5s\n    refuse: { between: [master, a], for: 5s }\n  - at: 10.5s\n    command: { node: a, run: GET k }',
    }))).toEqual([{ type: 'status', text: 'OK' }, answer]);
  });

  it('save points: a BGSAVE comes when so many changes are so old, at the tick of a second', () => {
    const outcome = story({ lasts: '20s', config: 'save: "5 10"', timeline: '', clients: '\n  app: { to: master, writes: 10/s, from: 2s, until: 18s, value: 100b }' });
    const saves = outcome.facts.filter(({ node, body }) => node === 'master' && body.kind === 'bgsave-started' && body.reason === 'save-points').map(({ atUs }) => Math.floor(atUs / 1_000_000));
    // "More than 5 s since the last save" (strict): the server started in second 0, so in second 6; then 6 s apart.
    expect(saves).toEqual([6, 12, 18]);
  });

  it('two loads, each with its own pace and keys, count their own writes', () => {
    const outcome = story({
      lasts: '20s', timeline: '',
      clients: '\n  fast: { to: master, writes: 50/s, from: 2s, until: 12s, key: "f:{1..10}", value: 10b }\n  slow: { to: master, writes: 5/s, from: 2s, until: 12s, key: "s:{1..10}", value: 10b }',
    });
    const sent = outcome.facts.flatMap(({ body }) => (body.kind === 'client-stopped' ? [[body.client, body.sent, body.acknowledged, body.errors]] : []));
    // The first write comes one interval after the start: at 2.02 s, 2.04 s … 11.98 s, and at 2.2 s … 11.8 s.
    expect(sent).toEqual([['fast', 499, 499, 0], ['slow', 49, 49, 0]]);
    expect(infoOf(outcome, 'a', 'db0')).toEqual({ db0: 'keys=120,expires=0,avg_ttl=0' });
  });

  it('a write on a read-only replica is refused; on a writable one it is its own, and gone with the next full sync', () => {
    const outcome = story({
      lasts: '20s', clients: '', config: 'replica-read-only: "no"',
      timeline: '\n  - at: 3s\n    command: { node: a, run: SET mine 1 }\n  - at: 5s\n    restart: { node: a, how: kill, files: wipe }',
      expect: '\n  - a: { keys: 100 }\n  - same-data: all',
    });
    expect(outcome.verdict).toBe('passed');
  });
});

describe('a planned failover', () => {
  it('swaps the roles by two partial resyncs, and loses none of the writes that were acknowledged', () => {
    const outcome = story({ lasts: '20s', timeline: '\n  - at: 8s\n    failover: { node: master, to: a, timeout: 5s }' });
    expect(resyncsOf(outcome)).toEqual([FIRST, expect.stringMatching(/^8\.\ds master: partial in-backlog done$/) as string]);
    expect(infoOf(outcome, 'a', 'role')).toEqual({ role: 'master' });
    expect(infoOf(outcome, 'master', 'role', 'master_link_status')).toEqual({ role: 'slave', master_link_status: 'up' });
  });
});

describe('a file written in the foreground', () => {
  /** What a node logs of it, as 7.0.15 does for the same commands. */
  const logged = (outcome: Outcome, node: string): string[] => {
    const read = createNodeLog(node, 'redis-7.0');
    return outcome.facts.flatMap(read).filter((line) => line.startsWith('DB '));
  };
  const commands = '\n  - at: 2s\n    command: { node: master, run: [SAVE, FLUSHALL, DEBUG RELOAD] }';

  it('by SAVE, by FLUSHALL with save points (the replica, too), and by DEBUG RELOAD is logged', () => {
    const outcome = story({ lasts: '6s', timeline: commands, clients: '', config: "save: '3600 1', enable-debug-command: yes" });
    expect(logged(outcome, 'master')).toEqual(['DB saved on disk', 'DB saved on disk', 'DB saved on disk', 'DB reloaded by DEBUG RELOAD']);
    expect(logged(outcome, 'a')).toEqual(['DB saved on disk']);
  });

  it('is not written by FLUSHALL without save points', () => {
    const outcome = story({ lasts: '6s', timeline: commands, clients: '', config: "save: '', enable-debug-command: yes" });
    expect(logged(outcome, 'master')).toEqual(['DB saved on disk', 'DB saved on disk', 'DB reloaded by DEBUG RELOAD']);
    expect(logged(outcome, 'a')).toEqual([]);
  });

  it('holds what was written before: after a kill, nobody knows of writes that are only in it', () => {
    const outcome = play(textOf({
      lasts: '10s', clients: '', nodes: '\n  master: { server: redis-6.2 }\n  a: { server: redis-6.2, replicaof: master }', // whose ids the file does not give back
      timeline: '\n  - at: 2s\n    command: { node: master, run: [SET kept 1, SAVE] }\n  - kill: [a, master]\n  - start: master',
      expect: '\n  - writes-lost: 0',
    }));
    expect(outcome.verdict).toBe('passed');
  });
});

describe('a pair of two versions', () => {
  const pair = (master: string, replica: string): string => `
  master: { server: ${master}, data: { keys: 100, value: 100b }, clock: { phase: 0ms } }
  a: { server: ${replica}, replicaof: master, clock: { phase: 0ms } }`;

  it('an older master serves a newer replica', () => {
    const outcome = story({ lasts: '10s', timeline: '', nodes: pair('redis-7.2', 'redis-7.4') });
    expect(resyncsOf(outcome)).toEqual([FIRST]);
    expect(infoOf(outcome, 'a', 'master_link_status', 'redis_version')).toEqual({ master_link_status: 'up', redis_version: '7.4.1' });
  });

  it('a newer master’s file is refused by an older replica, which asks for it again and again, and is empty meanwhile', () => {
    const outcome = play(textOf({ lasts: '3s', timeline: '', nodes: pair('redis-7.4', 'redis-7.2') }));
    const failures = outcome.facts.filter(({ node, body }) => node === 'a' && body.kind === 'load-failed');
    expect(failures.length).toBeGreaterThan(10);
    expect(failures[0]!.body).toMatchObject({ error: "Can't handle RDB format version 12" });
    expect(infoOf(outcome, 'a', 'master_link_status', 'db0')).toEqual({ master_link_status: 'down', db0: undefined });
  });
});
