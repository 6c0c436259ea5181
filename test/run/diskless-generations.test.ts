/**
 * A full sync without a disk, over the generations: up to 5.0 the saving child writes to the replicas' sockets itself, since 6.0 it writes into
 * a pipe, and its parent to the replicas.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import { infoOf, play } from './runs.ts';

function at(outcome: Outcome, node: string, kind: string): number[] {
  return outcome.facts.filter((fact) => fact.node === node && fact.body.kind === kind).map(({ atUs }) => Math.round(atUs / 100_000) / 10);
}

const told = <T extends string>(outcome: Outcome, kind: T): { kind: T }[] => outcome.facts.flatMap(({ body }) => (body.kind === kind ? [body as { kind: T }] : []));

interface Fault {
  readonly duration: string;
  readonly config: string;
  readonly replicas: readonly string[];
  /** Counted from the start of the transfer. */
  readonly after: string;
  readonly fault: string;
}

/** 500 MB to new replicas, and a fault in the middle of it. */
function transfer(server: string, { duration, config, replicas, after, fault }: Fault): Outcome {
  return play(`
name: Diskless transfer
duration: ${duration}
config: { repl-diskless-sync: yes, ${config}, save: "" }
nodes:
  master: { data: { keys: 5k, value: 100kb }, clock: { phase: 0ms } }
${replicas.map((name) => `  ${name}: { replicaof: master, clock: { phase: 0ms } }`).join('\n')}
network: { default: { latency: 0.2ms, bandwidth: 1gbit } }
timeline:
  - when: { log: { node: master, contains: Starting BGSAVE } }
    after: ${after}
    ${fault}
`, { server });
}

describe('a reader that stalls in the middle of the file, with repl-timeout 4', () => {
  /** The replica stops reading for good 0.3 s after the transfer began. */
  const stalled = (server: string): Outcome => transfer(server, { duration: '40s', config: 'repl-diskless-sync-delay: 0, repl-timeout: 4', replicas: ['replica'], after: '300ms', fault: 'freeze: { node: replica, for: 30s }' });

  it.each(['redis-2.8', 'redis-4.0', 'redis-5.0'])('%s: the child gives up after two send time-outs, and the master closes all who waited', (server) => {
    const outcome = stalled(server);
    const [began = 0] = at(outcome, 'master', 'bgsave-started');
    const ended = told(outcome, 'bgsave-ended');
    expect(ended[0]).toMatchObject({ outcome: 'error' });
    expect((at(outcome, 'master', 'bgsave-ended')[0] ?? 0) - began).toBeCloseTo(0.3 + 8, 0);
    expect(told(outcome, 'replica-lost')[0]).toMatchObject({ cause: 'bgsave-failed' });
    expect(told(outcome, 'replica-timeout')).toEqual([]);
  });

  it.each(['redis-6.0', 'redis-6.2', 'redis-7.2'])('%s: the cron of the master drops it after one, and its child is killed: nobody is left', (server) => {
    const outcome = stalled(server);
    const [began = 0] = at(outcome, 'master', 'bgsave-started');
    const dropped = at(outcome, 'master', 'replica-timeout')[0] ?? 0;
    expect(dropped - began).toBeGreaterThan(4);
    expect(dropped - began).toBeLessThan(6.5);
    expect(told(outcome, 'replica-timeout')[0]).toMatchObject({ phase: 'full-sync' });
    expect(told(outcome, 'bgsave-killed')[0]).toMatchObject({ why: 'last-replica-dropped' });
  });

  it('redis-6.0.3: nobody looks at it, and the child waits until the replica itself gives up', () => {
    const outcome = stalled('redis-6.0.3');
    expect(told(outcome, 'replica-timeout')).toEqual([]);
    const [began = 0] = at(outcome, 'master', 'bgsave-started');
    expect((at(outcome, 'master', 'replica-lost')[0] ?? Infinity) - began).toBeGreaterThan(30);
  });
});

describe('two replicas of which one stalls, with repl-timeout 4', () => {
  const stalled = (server: string): Outcome => transfer(server, { duration: '40s', config: 'repl-diskless-sync-delay: 1, repl-timeout: 4', replicas: ['good', 'bad'], after: '300ms', fault: 'freeze: { node: bad, for: 30s }' });

  // The replica hears nothing for eight seconds and gives up after four, so up to 5.0 one that stalls costs all others their sync.
  it.each([
    { server: 'redis-5.0', first: 'aborted', why: 'the child blocks in its writes to the stalled one for 8 s: longer than the others wait' },
    { server: 'redis-7.2', first: 'aborted', why: 'the pipe is not read until the cron drops the stalled one: the others wait as long' },
  ])('$server: the first sync of the good one is $first: $why', ({ server, first }) => {
    const outcome = stalled(server);
    expect(outcome.resyncs.find(({ replica }) => replica === 'good')?.outcome).toBe(first);
    expect(infoOf(outcome, 'good', 'master_link_status')).toEqual({ master_link_status: 'up' });
  });
});

describe('a replica that goes away during a diskless transfer', () => {
  const away = (server: string): Outcome => transfer(server, { duration: '20s', config: 'repl-diskless-sync-delay: 0', replicas: ['replica'], after: '500ms', fault: 'kill: replica' });

  it.each([
    { server: 'redis-4.0', ends: 'error', killed: 0 }, // its next write finds the connection gone
    { server: 'redis-5.0', ends: 'error', killed: 0 },
    { server: 'redis-6.0', ends: 'killed', killed: 1 }, // "last replica dropped, killing fork child"
    { server: 'redis-7.2', ends: 'killed', killed: 1 },
  ])('$server: the child ends by $ends', ({ server, ends, killed }) => {
    const outcome = away(server);
    expect(told(outcome, 'bgsave-ended')[0]).toMatchObject({ outcome: ends });
    expect(told(outcome, 'bgsave-killed')).toHaveLength(killed);
  });
});
