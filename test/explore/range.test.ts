import { describe, expect, it } from 'vitest';
import { createRange } from '../../src/explore/range.ts';
import { rangeLines } from '../../src/report/pretty/range.ts';
import { run } from '../../src/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';

/** Latencies decide how long a first sync takes: some seeds are quicker than 50 ms. */
const BY_CHANCE = `
name: By chance
duration: 3s
config: { repl-diskless-sync-delay: 0 }
nodes: { master: {}, a: { replicaof: master } }
network: { default: { latency: 1ms..9ms } }
expect:
  - eventually: { online: a, within: 50ms }
`;

const scenario = loadScenario(BY_CHANCE, 'by-chance.yaml');

function over(seeds: readonly number[]): ReturnType<ReturnType<typeof createRange>['result']> {
  const range = createRange();
  for (const seed of seeds) range.add(run(scenario, { seed: String(seed) }));
  return range.result();
}

describe('a range of runs', () => {
  const all = over([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])!;
  const failed = all.runs.filter(({ verdict }) => verdict === 'failed');

  it('keeps a line of each, and shows the first of the worst', () => {
    expect(all.runs.map(({ seed }) => Number(seed))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThan(12);
    expect(all.shown).toMatchObject({ seed: failed[0]!.seed, verdict: 'failed' });
    expect(failed[0]!.why).toMatch(/^a is online within 50ms: found at 0\.0\ds, after [56]\d(\.\d)? ms$/);
  });

  it('says a seed as it is when it is run alone', () => {
    const alone = run(scenario, { seed: '7' });
    expect(all.runs[6]).toMatchObject({ verdict: alone.verdict, traceHash: alone.traceHash });
  });

  it('shows the first when all passed, and nothing when there was none', () => {
    const passing = all.runs.filter(({ verdict }) => verdict === 'passed').map(({ seed }) => Number(seed));
    expect(over(passing)!.shown.seed).toBe(String(passing[0]));
    expect(createRange().result()).toBeNull();
  });

  it('is told with a line for each run that did not pass', () => {
    const words = rangeLines(all).map(({ lead, text }) => [...lead, ...text].map((span) => span.text.replaceAll('\u00A0', ' ')).join(''));
    expect(words.slice(0, 3)).toEqual([
      ' 12 runs · seeds 1..12 · redis-7.2',
      `   ✗ redis-7.2: ${12 - failed.length} passed, ${failed.length} failed`,
      `     ✗ seed ${failed[0]!.seed}  ${failed[0]!.why}`,
    ]);
    expect(words).toHaveLength(2 + failed.length);
  });
});
