import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';

const file = join(import.meta.dirname, '../../scenarios/backlog-overflow.yaml');

describe('the example of the design', () => {
  const scenario = loadScenario(readFileSync(file, 'utf8'), 'scenarios/backlog-overflow.yaml');

  it('is read with its units', () => {
    expect(scenario.durationUs).toBe(180_000_000);
    expect(scenario.seed).toBe('7');
    expect(scenario.network.default).toMatchObject({ latency: { kind: 'uniform', fromUs: 300, toUs: 800 }, lossPpm: 0 });
    expect(scenario.nodes.map(({ name, replicaOf }) => [name, replicaOf])).toEqual([
      ['master', null],
      ['replica-a', 'master'],
      ['replica-b', 'master'],
    ]);
    expect(scenario.nodes[0]).toMatchObject({ data: { keys: 50_000, valueBytes: { from: 256, to: 256 } }, config: [{ name: 'repl-backlog-size', value: '1mb' }] });
    expect(scenario.clients[0]).toMatchObject({
      to: ['master'],
      rate: { count: 400, perUs: 1_000_000 },
      untilUs: 150_000_000,
      key: { before: 'user:', range: { from: 1, to: 10_000 }, after: '' },
      valueBytes: { from: 128, to: 512 },
    });
  });
  it('has one track, with one step', () => {
    expect(scenario.timeline).toMatchObject([
      { start: { type: 'at', us: 15_000_000 }, steps: [{ afterUs: 0, verb: { do: 'partition', a: ['master'], b: ['replica-a'], direction: 'both', forUs: 90_000_000 } }] },
    ]);
  });
  it('says what it expects in words', () => {
    expect(scenario.expect.map(({ text }) => text)).toEqual([
      'replica-a resynced: full (first-contact), full (offset-before-backlog)',
      'replica-a resynced: full (sync-command), full (sync-command)',
      'replica-a resynced because of: no fault, partition',
      'replica-b had 1 full resync',
      'replica-b had no partial resyncs',
      'converged within 5s of the load stopping',
      'master, replica-a, replica-b hold the same data',
    ]);
  });
});
