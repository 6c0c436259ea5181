/** The timeline's own verbs in real runs: rounds, choices, chance and habits, each with what it does to the servers. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import { infoOf, play, resyncsOf } from './runs.ts';

const HEAD = `
name: Timeline
config: { repl-diskless-sync-delay: 0, repl-ping-replica-period: 1 }
nodes: { master: { clock: { phase: 0ms } }, a: { replicaof: master, clock: { phase: 0ms } }, b: { replicaof: master, clock: { phase: 0ms } } }
`;

/** `12.3s partition`: what was done to the world, and when. */
function done(outcome: Outcome): string[] {
  return outcome.facts.flatMap(({ atUs, body }) => (body.kind === 'verb' ? [`${(atUs / 1e6).toFixed(1)}s ${body.words}`] : []));
}

describe('repeat', () => {
  it('cuts a link five times, and each time the replica goes on where it was', () => {
    const outcome = play(`${HEAD}
duration: 70s
timeline:
  - at: 10s
    repeat: { times: 5, every: 10s, steps: [{ reset: a>master }] }
`);
    expect(resyncsOf(outcome, 'a').slice(1).map((line) => line.split(': ')[1])).toEqual(Array.from({ length: 5 }, () => 'partial in-backlog done'));
    expect(infoOf(outcome, 'master', 'sync_partial_ok')).toEqual({ sync_partial_ok: '5' });
  });
  it('until something holds: writes go on until the backlog has lost what the replica needs', () => {
    const outcome = play(`${HEAD}
duration: { at-most: 5m }
timeline:
  - at: 5s
    config: { node: master, set: { repl-backlog-size: 16kb } }
  - partition: { between: [master, a] }
  - repeat:
      until: { info: { node: master, field: repl_backlog_first_byte_offset, at-least: 50000 } }
      every: 100ms
      steps: [{ write-many: { node: master, count: 10, size: 500b } }]
  - heal: all
  - wait-until: { all: [{ online: [a, b] }, converged], within: 3m }
`);
    expect(outcome.verdict).toBe('passed');
    const first = Number(infoOf(outcome, 'master', 'repl_backlog_first_byte_offset')['repl_backlog_first_byte_offset']);
    expect(first).toBeGreaterThanOrEqual(50_000);
    // One round more or less is 5.4 kB.
    expect(first).toBeLessThan(80_000);
  });
});

describe('chance', () => {
  const random = (seed: number, more = ''): string[] => done(play(`${HEAD}
seed: ${seed}
duration: 120s
timeline:
  - at: 10s..20s
    freeze: { node: { one-of: [a, b] }, for: 1s..9s }
  - at: 60s
    repeat: { times: 4, every: 5s..9s, steps: [{ choose: [{ weight: 3, reset: a>master }, { reset: b>master }] }] }
${more}`)).filter((line) => !line.includes('block'));

  it('draws from the seed: the same again, and another of another', () => {
    expect(random(1)).toEqual(random(1));
    expect(random(1)).not.toEqual(random(2));
  });
  it('keeps what it drew when one more choice is written', () => {
    const [before, after] = [random(3), random(3, '  - at: 1s..9s\n    choose: [{ block: { node: a, for: 10ms..20ms } }, { block: { node: b, for: 1ms..3ms } }]\n')];
    expect(before.length).toBeGreaterThan(5);
    expect(after).toEqual(before);
  });
  it('picks by weight, over many seeds', () => {
    let ofA = 0;
    for (let seed = 1; seed <= 20; seed++) ofA += random(seed).filter((line) => line.endsWith('reset a → master')).length;
    expect(ofA).toBeGreaterThan(45); // of 80, 60 on the average
    expect(ofA).toBeLessThan(75);
  });
});

describe('habits', () => {
  it('each time a replica is in transfer its link is cut, so it never gets one', () => {
    const outcome = play(`${HEAD}
duration: 30s
data: { master: { keys: 2k, value: 1kb } }
actors:
  vandal: { whenever: { state: { a: transfer } }, do: [{ reset: a>master }] }
`);
    const resyncs = resyncsOf(outcome, 'a');
    expect(resyncs.length).toBeGreaterThan(5);
    expect(resyncs.filter((line) => line.endsWith('done'))).toEqual([]);
    expect(resyncsOf(outcome, 'b')).toHaveLength(1);
    expect(resyncsOf(outcome, 'b')[0]).toMatch(/done$/);
  });
  it('an operator saves by the clock, from and until', () => {
    const outcome = play(`${HEAD}
duration: 100s
actors:
  operator: { every: 10s, from: 20s, until: 65s, do: [{ command: { node: b, run: BGSAVE } }] }
`);
    expect(done(outcome)).toEqual(['20.0s b: BGSAVE', '30.0s b: BGSAVE', '40.0s b: BGSAVE', '50.0s b: BGSAVE', '60.0s b: BGSAVE']);
  });
  it('a hook hands over before its master stops: nothing that was written is lost', () => {
    const outcome = play(`${HEAD}
duration: 60s
clients: { app: { to: master, writes: 100/s, until: 60s } }
actors:
  hook:
    before-stop: master
    do:
      - load: { stop: app }
      - wait-until: { offsets-equal: [master, a, b], within: 10s }
      - promote: a
timeline:
  - at: 20s
    stop: master
expect:
  - role: { a: master }
`);
    expect(outcome.verdict).toBe('passed');
    const order = done(outcome);
    expect(order.map((line) => line.split('s ').slice(1).join('s '))).toEqual(['promote a', 'stop master']);
    // All 2,000 writes went to distinct keys of 10,000 by chance; what the master counted is what its successor goes on from.
    expect(Number(infoOf(outcome, 'a', 'second_repl_offset')['second_repl_offset'])).toBeGreaterThan(100_000);
  });
});

describe('a loop that runs away', () => {
  it('ends in a failed run that says so', () => {
    const outcome = play(`${HEAD}
duration: 10s
timeline:
  - at: 1s
    repeat: { until: { role: { a: master } }, steps: [{ wait-until: { role: { master: master } } }] }
`);
    expect(outcome.verdict).toBe('failed');
    expect(outcome.expectations[0]?.text).toMatch(/given up after 10000 rounds in which no time passed$/);
  });
});
