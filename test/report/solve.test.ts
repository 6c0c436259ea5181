/** The cliff and the words about it: within the width, in ASCII where nothing else is, and no claim beyond what was found. */
import { describe, expect, it } from 'vitest';
import type { Solved } from '../../src/explore/solve.ts';
import { PLAIN } from '../../src/report/reporter.ts';
import { cliff } from '../../src/report/solve/cliff.ts';
import { solvePretty } from '../../src/report/solve/solve-pretty.ts';
import type { ReportedSolve } from '../../src/report/solve/solve-report.ts';
import { columnsOf } from '../../src/text.ts';

const GRID = [1, 2, 4, 8, 16, 32, 64];

/** Seeds that hold from a value on, with all of the grid and their edge known. */
function solved(from: readonly number[], edges: Solved['all']['edges']): Solved {
  return {
    seeds: from.map((value, index) => ({
      seed: String(index + 1), edges: [{ holds: value, fails: value - 1 }],
      samples: [...new Set([...GRID, value, value - 1])].sort((a, b) => a - b).map((one) => ({ value: one, judgement: one >= value ? 'holds' as const : 'fails' as const, why: one >= value ? '' : `found ${one} \u001B[31mof red` })),
    })),
    all: {
      edges,
      samples: GRID.map((value) => ({ value, holds: from.every((one) => value >= one), holding: [], failing: from.flatMap((one, index) => (value >= one ? [] : [String(index + 1)])) })),
    },
    runs: 12, complete: true,
  };
}

function reported(of: Solved): ReportedSolve {
  return {
    name: 'A very long name of a scenario that somebody wrote on a rainy day, longer than lines are', file: 'a.yaml', server: 'redis-7.2', expectation: 'replica-a resynced: full, partial',
    path: 'repl-backlog-size', text: (value) => `${value}mb`, grid: GRID, step: 1, solved: of, wallMs: 1_500, command: (seed, value) => `sim run a.yaml --seed ${seed} --set repl-backlog-size=${value}mb`,
  };
}

describe('the cliff', () => {
  it('of one seed is a step', () => {
    expect(cliff(reported(solved([11], [])), 60, true)).toEqual([
      'holds ┤                             ╭──────────────────────',
      'fails ┤─────────────────────────────╯',
      '      1mb      2mb     4mb      8mb      16mb    32mb   64mb',
    ]);
  });

  it('of several seeds is a slope, and needs no sign beyond ASCII', () => {
    const lines = cliff(reported(solved([3, 11, 11, 40], [])), 60, false);
    expect(lines).toEqual([
      'all 4 hold |                                         +-----',
      '           |                          +--------------+',
      '           |                          |',
      '           |           +--------------+',
      '      none |-----------+',
      '           1mb     2mb     4mb     8mb    16mb    32mb  64mb',
    ]);
    // eslint-disable-next-line no-control-regex -- that is the claim
    expect(lines.join('')).toMatch(/^[\u0000-\u007F]*$/);
  });

  it.each([40, 56, 76, 106])('fits %i columns', (width) => {
    for (const line of cliff(reported(solved([3, 11, 40], [])), width, true)) expect(columnsOf(line)).toBeLessThanOrEqual(width);
  });
});

describe('the words', () => {
  const told = (of: Solved, width = 80): string => solvePretty(reported(of), { width, paint: PLAIN, unicode: true, verbosity: 'normal' });

  it('name the value and what is found on the other side, for all seeds and for each', () => {
    const text = told(solved([11, 11, 12], [{ holds: 12, fails: 11 }]));
    expect(text).toContain('✓ it begins to hold with all 3 seeds at repl-backlog-size 12mb; with 11mb it\n     does not');
    expect(text).toContain('seeds 1, 2  fails at 10mb, holds from 11mb on');
    expect(text).toContain('seed 3      fails at 11mb, holds from 12mb on');
  });

  it('claim no single value where there is none', () => {
    const text = told(solved([11], [{ holds: 3, fails: 2 }, { holds: 5, fails: 6 }, { holds: 11, fails: 10 }]));
    expect(text).toContain('? it begins and ceases to hold 3 times: no one value divides the range');
    expect(text).toContain('fails at 2mb, holds from 3mb on\n     holds up to 5mb, fails at 6mb\n     fails at 10mb, holds from 11mb on');
    expect(text).not.toContain('sim run');
  });

  it('give a terminal nothing to obey', () => {
    expect(told(solved([100], []))).not.toContain('\u001B');
  });

  it('stay within the width, commands apart', () => {
    for (const line of told(solved([11, 12], [{ holds: 12, fails: 11 }])).split('\n')) if (!line.includes('sim run')) expect(columnsOf(line), line).toBeLessThanOrEqual(80);
  });
});
