/** `server:` beside an expectation: one version, a range, or a list of both. */
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { ScenarioError } from '../../src/scenario/place.ts';

const meantFor = (server: string): readonly string[] | undefined => loadScenario(`name: x\nnodes: { m: {} }\nexpect:\n  - m: { role: master }\n    server: ${server}\n`, 'x.yaml').expect[0]?.servers;

describe('server: beside an expectation', () => {
  it.each<[string, readonly string[]]>([
    ['redis-7.2', ['redis-7.2']],
    ['2.8..3.2', ['redis-2.8', 'redis-3.2']],
    ['..2.8', ['redis-2.6', 'redis-2.8']],
    ['7.4..', ['redis-7.4', 'valkey-8.0']],
    ['redis-6.2 .. 7.0.15', ['redis-6.2', 'redis-7.0']],
    ['[..2.6, 7.4, valkey-8.0]', ['redis-2.6', 'redis-7.4', 'valkey-8.0']],
    ['5.0..5.0', ['redis-5.0']],
  ])('%s', (written, servers) => {
    expect(meantFor(written)).toEqual(servers);
  });

  it.each([['3.0..', 'there is no server "3.0"'], ['7.2..4.0', '"7.2..4.0" runs backwards'], ['[]', 'expected a server such as redis-7.2, a range']])('refuses %s', (written, message) => {
    expect(() => meantFor(written)).toThrow(ScenarioError);
    try {
      meantFor(written);
    } catch (error) {
      expect((error as ScenarioError).problems.map((problem) => problem.message).join('\n')).toContain(message);
    }
  });
});
