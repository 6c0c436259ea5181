/**
 * What becomes of forked children, and of those who wait for them: killed by a fault, in the way of each other, left behind by
 * a killed parent; and files that cannot take their place.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import type { World } from '../../src/simulation/world.ts';
import { infoOf, playTampered, resyncsOf } from './runs.ts';

/** 300 MB in 3,000 keys: 2 s to save, 2.6 s on the wire. Bare of save points, so that nothing is saved for its own sake. */
function story(told: { readonly lasts: string; readonly config?: Readonly<Record<string, string>>; readonly timeline?: string; readonly nodes?: string }, tampering: readonly (readonly [atS: number, tamper: (world: World) => void])[] = []): Outcome {
  const config = { 'repl-diskless-sync': 'no', save: '""', 'repl-timeout': '8', 'repl-ping-replica-period': '1', ...told.config };
  const text = `
name: Children
duration: ${told.lasts}
config: { ${Object.entries(config).map(([name, value]) => `${name}: ${value}`).join(', ')} }
nodes:
  master: { data: { keys: 3k, value: 100kb }, clock: { phase: 0ms } }
  a: { replicaof: master, clock: { phase: 0ms } }${told.nodes ?? ''}
network: { default: { latency: 1ms, bandwidth: 1gbit } }
${told.timeline === undefined ? '' : `timeline:${told.timeline}`}
`;
  return playTampered(text, tampering.map(([atS, tamper]) => ({ atS, tamper })));
}

const DISKLESS = { 'repl-diskless-sync': 'yes', 'repl-diskless-sync-delay': '0' } as const;

function timesOf(outcome: Outcome, node: string, kind: string): number[] {
  return outcome.facts.filter((fact) => fact.node === node && fact.body.kind === kind).map(({ atUs }) => Math.round(atUs / 10_000) / 100);
}

/** Facts of a kind that a node told, without their kind. */
function told(outcome: Outcome, node: string, kind: string): object[] {
  return outcome.facts.filter((fact) => fact.node === node && fact.body.kind === kind).map(({ body }) => ({ ...body }));
}

describe('a child killed by somebody else', () => {
  it('takes those who wait for it with it; they come again at once, and get another one', () => {
    const outcome = story({ lasts: '20s' }, [[1, (world) => void world.node('master').killChild()]]);
    expect(told(outcome, 'master', 'bgsave-ended')).toMatchObject([{ target: 'disk', outcome: 'signal' }, { target: 'disk', outcome: 'ok' }]);
    expect(told(outcome, 'master', 'replica-lost')[0]).toMatchObject({ cause: 'bgsave-failed', state: 'wait-bgsave-end' });
    // Killed at 1 s, seen by the cron within 0.1 s.
    expect(timesOf(outcome, 'master', 'bgsave-started')).toEqual([expect.closeTo(0, 1), expect.closeTo(1.1, 1)]);
    expect(resyncsOf(outcome)).toEqual(['0.0s a: full first-contact aborted', expect.stringMatching(/^1\.\ds a: full first-contact done$/)]);
  });

  it('of a diskless transfer: the same, and no file was touched', () => {
    const outcome = story({ lasts: '20s', config: DISKLESS }, [[1, (world) => void world.node('master').killChild()]]);
    expect(told(outcome, 'master', 'bgsave-ended')).toMatchObject([{ target: 'socket', outcome: 'signal' }, { target: 'socket', outcome: 'ok' }]);
    expect(resyncsOf(outcome)).toEqual(['0.0s a: full first-contact aborted', expect.stringMatching(/^1\.\ds a: full first-contact done$/)]);
    expect(infoOf(outcome, 'master', 'rdb_last_bgsave_status')).toEqual({ rdb_last_bgsave_status: 'ok' }); // that is about files
  });

  it('while the append-only file is written after a sync: it is written again, and the resync is the longer for it', () => {
    const nodes = '\n  b: { replicaof: master, config: { appendonly: yes }, clock: { phase: 0ms } }';
    const killed = story({ lasts: '30s', nodes }, [[10, (world) => void world.node('b').killChild()]]);
    const rewrites = told(killed, 'b', 'aof-rewrite') as { phase: string; ok: boolean }[];
    expect(rewrites.map(({ phase, ok }) => `${phase} ${ok}`)).toEqual(['base-created true', 'started true', 'ended false', 'started true', 'ended true', 'finished true']);
    const whole = story({ lasts: '30s', nodes });
    const until = (outcome: Outcome): number => outcome.resyncs.find(({ replica }) => replica === 'b')?.phases.at(-1)?.untilUs ?? 0;
    expect(until(killed) - until(whole)).toBeGreaterThan(500_000);
  });
});

describe('a child for nobody', () => {
  it.each([
    { save: '""', ends: [{ outcome: 'killed' }], killed: 1 },
    // Save points say that the file itself is wanted.
    { save: '3600 1', ends: [{ outcome: 'ok' }], killed: 0 },
  ])('when the last who waits is gone, with save $save: $ends', ({ save, ends, killed }) => {
    const outcome = story({ lasts: '6s', config: { save }, timeline: '\n  - at: 1s\n    kill: a' });
    expect(told(outcome, 'master', 'bgsave-ended')).toMatchObject(ends);
    expect(told(outcome, 'master', 'bgsave-killed')).toHaveLength(killed);
  });

  it('goes on when another one waits for it', () => {
    const outcome = story({ lasts: '20s', nodes: '\n  b: { replicaof: master, clock: { phase: 0ms } }', timeline: '\n  - at: 1s\n    kill: a' });
    expect(told(outcome, 'master', 'bgsave-ended')).toMatchObject([{ outcome: 'ok' }]);
    expect(resyncsOf(outcome, 'b')).toEqual(['0.0s b: full first-contact done']);
  });
});

describe('a child in the way', () => {
  it('of a save point: nobody kept what was written since its fork, so a replica waits for the next', () => {
    const outcome = story({
      lasts: '20s', config: { save: '1 1' },
      nodes: '\n  late: { replicaof: master, started: false, clock: { phase: 0ms } }',
      timeline: '\n  - at: 10s\n    command: { node: master, run: SET k v }\n  - at: 10.5s\n    start: late',
    });
    const late = outcome.resyncs.find(({ replica }) => replica === 'late');
    expect(told(outcome, 'master', 'sync-waits')).toMatchObject([{ for: 'bgsave-incompatible' }]);
    expect(late?.phases[0]).toMatchObject({ phase: 'wait' });
    expect(late?.outcome).toBe('done');
  });

  it('of the master, when it is told to save: BGSAVE is refused', () => {
    const outcome = story({ lasts: '8s', timeline: '\n  - at: 1s\n    command: { node: master, run: BGSAVE }' });
    expect(told(outcome, 'master', 'bgsave-started')).toHaveLength(1);
  });
});

describe('a parent killed with kill -9 while its child saves', () => {
  it('to disk: the child goes on, and holds the connections: the replica hears nothing until its own timeout', () => {
    const outcome = story({ lasts: '30s', config: { 'rdb-key-save-delay': '5000' }, timeline: '\n  - at: 1s\n    kill: master' });
    // 3,000 keys at 5 ms, and 2 s for the bytes: the child is done at 17 s.
    expect(outcome.facts.filter(({ body }) => body.kind === 'child-orphaned').map(({ body }) => ({ ...body }))).toEqual([{ kind: 'child-orphaned', node: 'master', connections: 1 }]);
    // The last newline came in second 0, and repl-timeout is 8.
    expect(timesOf(outcome, 'a', 'link-timeout')).toEqual([9]);
    expect(outcome.facts.find(({ body }) => body.kind === 'orphan-ended')?.atUs).toBeGreaterThan(17_000_000);
  });

  it('its file takes its place all the same: the next process finds the data', () => {
    const outcome = story({ lasts: '20s', timeline: '\n  - at: 1s\n    kill: master\n  - at: 6s\n    start: master' });
    expect(outcome.nodes.find(({ node }) => node === 'master')?.keys).toBe(3000);
  });

  it('into a pipe: nobody reads it any more, so the child dies with it, and the replica is told', () => {
    const outcome = story({ lasts: '4s', config: DISKLESS, timeline: '\n  - at: 1s\n    kill: master' });
    // What was in the buffers still comes.
    expect(timesOf(outcome, 'a', 'transfer-aborted')).toEqual([1.02]);
  });
});

describe('a file that cannot take its place', () => {
  it('is for nothing, and so was the flush before it: the replica is empty, and tries again at once, until it succeeds', () => {
    const outcome = story({ lasts: '40s', nodes: '\n  b: { replicaof: master, data: { keys: 10, value: 10b }, clock: { phase: 0ms } }' }, [[0.5, (world) => world.node('b').renameFails(2)]]);
    expect(told(outcome, 'b', 'load-failed')).toEqual([1, 2].map(() => ({ kind: 'load-failed', error: '', at: 'rename' })));
    expect(resyncsOf(outcome, 'b').map((line) => line.slice(line.indexOf('b:')))).toEqual([
      'b: full first-contact aborted', 'b: full first-contact aborted', 'b: full first-contact done',
    ]);
    expect(outcome.nodes.find(({ node }) => node === 'b')?.keys).toBe(3000);
  });
});
