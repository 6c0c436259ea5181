/**
 * client-output-buffer-limit replica, as loops: a limit that what must be sent cannot pass makes every attempt fail in the same way.
 *
 * Counted is what waits in the shared blocks, from the first byte that no socket took. What a socket holds is not counted.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import { infoOf, play } from './runs.ts';

const MB = 1024 * 1024;

function timesOf(outcome: Outcome, node: string, kind: string): number[] {
  return outcome.facts.filter((fact) => fact.node === node && fact.body.kind === kind).map(({ atUs }) => Math.round(atUs / 10_000) / 100);
}

const overLimit = (outcome: Outcome): { by: string; used: number; hard: number; overSeconds: number }[] =>
  outcome.facts.flatMap(({ body }) => (body.kind === 'replica-over-limit' ? [body] : []));

const kinds = (outcome: Outcome): string[] => outcome.resyncs.map(({ kind, reason, outcome: how }) => `${kind} ${reason} ${how}`);

describe('the full-sync loop: more is written during a full resync than the limit lets wait', () => {
  /** 500 MB: 3.4 s to save, 4.3 s on the wire; 4 MB of writes a second. */
  const copy = (limit: string, diskless = 'no'): Outcome => play(`
name: Full-sync loop
duration: 30s
config: { repl-diskless-sync: ${diskless}, repl-diskless-sync-delay: 0, save: "", client-output-buffer-limit: replica ${limit}, repl-backlog-size: 1mb }
nodes:
  master: { data: { keys: 5k, value: 100kb }, clock: { phase: 0ms } }
  replica: { replicaof: master, clock: { phase: 0ms } }
network: { default: { latency: 0.2ms, bandwidth: 1gbit } }
clients:
  app: { to: master, writes: 40/s, value: 100kb, key: "new:{1..1000}", from: 0.5s }
`);

  it('20 MB are reached 5 s after the fork, in the middle of the file: every attempt is cut there, and begins anew at once', () => {
    const outcome = copy('20mb 0 0');
    const dropped = timesOf(outcome, 'master', 'replica-over-limit');
    const forks = timesOf(outcome, 'master', 'bgsave-started');
    expect(kinds(outcome).slice(0, 4)).toEqual(['full first-contact aborted', 'full first-contact aborted', 'full first-contact aborted', 'full first-contact aborted']);
    expect(infoOf(outcome, 'replica', 'master_link_status')).toEqual({ master_link_status: 'down' });
    // Each lasts as long as the one before: 20 MB at 4.1 MB/s.
    for (const [n, at] of dropped.slice(1).entries()) expect(at - (forks[n + 1] ?? 0)).toBeCloseTo(5.1, 0);
    expect(overLimit(outcome)[0]).toMatchObject({ by: 'hard', hard: 20 * MB });
    // What was in the socket buffers still comes, then the end: 3.5 s of saving, and 2.1 s of the file.
    expect(outcome.resyncs[0]?.bytes).toBeGreaterThan(240_000_000);
    expect(outcome.resyncs[0]?.bytes).toBeLessThan(260_000_000);
  });

  it('diskless, the same; and as nobody is left, its child is killed with the next bytes that it brings', () => {
    const outcome = copy('10mb 0 0', 'yes');
    expect(new Set(kinds(outcome).slice(0, 3))).toEqual(new Set(['full first-contact aborted']));
    const killed = outcome.facts.filter(({ body }) => body.kind === 'bgsave-killed').map(({ body }) => ({ ...body }));
    expect(killed[0]).toEqual({ kind: 'bgsave-killed', target: 'socket', why: 'last-replica-dropped' });
  });

  it('64 MB are enough: it gets through, and reads what waited', () => {
    expect(kinds(copy('64mb 0 0'))).toEqual(['full first-contact done']);
  });
});

describe('the partial-sync loop: a large backlog serves more than the limit lets wait', () => {
  /** A link of 4 MB/s, writes of 3 MB/s, and 15 s away: about 47 MB to catch up with. */
  const away = (limit: string): Outcome => play(`
name: Partial-sync loop
duration: 45s
config: { repl-diskless-sync: no, client-output-buffer-limit: replica ${limit}, repl-backlog-size: 128mb }
nodes:
  master: { clock: { phase: 0ms } }
  replica: { replicaof: master, clock: { phase: 0ms } }
network: { default: { latency: 0.2ms, bandwidth: 4m/s } }
clients:
  app: { to: master, writes: 30/s, value: 100kb, key: "new:{1..1000}", from: 1s }
timeline:
  - at: 5s
    refuse: { between: [master, replica], for: 15s }
`);

  it('a soft limit of 8 MB for 2 s: dropped in the third second of each attempt, it goes on where it was, and is dropped again', () => {
    const outcome = away('0 8mb 2');
    expect(kinds(outcome).slice(0, 4)).toEqual(['full first-contact done', 'partial in-backlog done', 'partial in-backlog done', 'partial in-backlog done']);
    expect(outcome.resyncs.length).toBeGreaterThan(5);
    expect(new Set(overLimit(outcome).map(({ by, overSeconds }) => `${by} ${overSeconds}`))).toEqual(new Set(['soft 3']));
    // It gets 4 MB a second while 3 MB are written: what is asked for each time shrinks by a few MB.
    const bytes = outcome.resyncs.filter(({ kind }) => kind === 'partial').map((one) => one.bytes);
    expect(bytes[0]).toBeGreaterThan(44 * MB);
    expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
    expect(infoOf(outcome, 'master', 'sync_full', 'sync_partial_err')).toEqual({ sync_full: '1', sync_partial_err: '0' });
  });

  it('a hard limit of 8 MB counts as the size of the backlog (7.0+): what is there anyway costs nothing more', () => {
    const outcome = away('8mb 0 0');
    expect(kinds(outcome)).toEqual(['full first-contact done', 'partial in-backlog done']);
    expect(overLimit(outcome)).toEqual([]);
  });

  it('a soft limit above what must be caught up is no limit', () => {
    expect(kinds(away('0 64mb 2'))).toEqual(['full first-contact done', 'partial in-backlog done']);
  });
});
