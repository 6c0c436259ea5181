/** Edges of an expectation, seed by seed and for all of them: every value told was asked about. */
import { describe, expect, it } from 'vitest';
import { gridOf, type Judgement, type Solved, solve, type SolveOptions, type SolveRequest } from '../../src/explore/solve.ts';

function answered(options: SolveOptions, judge: (request: SolveRequest) => Judgement | null): Solved & { readonly asked: readonly SolveRequest[] } {
  const asked: SolveRequest[] = [];
  const going = solve(options);
  let next = going.next();
  while (next.done !== true) {
    asked.push(next.value);
    const judgement = judge(next.value);
    next = going.next(judgement === null ? null : { judgement, why: judgement === 'holds' ? '' : 'for a reason' });
  }
  return { ...next.value, asked };
}

const grid = [1, 2, 4, 8, 16, 32];

describe('an expectation that begins to hold', () => {
  it('is told with the last value that fails and the first that holds', () => {
    const { all, seeds, runs, asked } = answered({ seeds: ['7'], grid, step: 1 }, ({ value }) => (value >= 11 ? 'holds' : 'fails'));
    expect(all.edges).toEqual([{ holds: 11, fails: 10 }]);
    expect(seeds[0]!.edges).toEqual(all.edges);
    expect(runs).toBe(asked.length);
  });

  it('does so for all seeds where it does for the last of them, and each of them was asked there', () => {
    const from: Readonly<Record<string, number>> = { 1: 11, 2: 14, 3: 3 };
    const { all, seeds, asked } = answered({ seeds: ['1', '2', '3'], grid, step: 1 }, ({ seed, value }) => (value >= from[seed]! ? 'holds' : 'fails'));
    expect(seeds.map(({ edges }) => edges)).toEqual([[{ holds: 11, fails: 10 }], [{ holds: 14, fails: 13 }], [{ holds: 3, fails: 2 }]]);
    expect(all.edges).toEqual([{ holds: 14, fails: 13 }]);
    expect(all.samples.find(({ value }) => value === 14)).toEqual({ value: 14, holds: true, holding: ['1', '2', '3'], failing: [] });
    expect(all.samples.find(({ value }) => value === 13)?.failing).toEqual(['2']);
    expect(new Set(asked.map(({ seed, value }) => `${seed} ${value}`)).size, 'no run is made twice').toBe(asked.length);
  });

  it('costs a seed whose edge is that of another no more than the grid and its two neighbours', () => {
    const seeds = ['1', '2', '3', '4'];
    const { asked } = answered({ seeds, grid, step: 1 }, ({ value }) => (value >= 27 ? 'holds' : 'fails'));
    for (const seed of seeds.slice(1)) expect(asked.filter((one) => one.seed === seed).length).toBe(grid.length + 2);
  });
});

describe('an expectation that does not divide its range', () => {
  it('has all its edges told', () => {
    const { all } = answered({ seeds: ['1'], grid, step: 1 }, ({ value }) => ((value > 2 && value < 12) || value > 29 ? 'holds' : 'fails'));
    expect(all.edges).toEqual([{ holds: 3, fails: 2 }, { holds: 11, fails: 12 }, { holds: 30, fails: 29 }]);
  });

  it('holds with every seed somewhere, and nowhere with all', () => {
    const { all, seeds } = answered({ seeds: ['1', '2'], grid, step: 1 }, ({ seed, value }) => ((seed === '1') === (value < 9) ? 'holds' : 'fails'));
    expect(seeds.map(({ edges }) => edges.length)).toEqual([1, 1]);
    expect(all.samples.every(({ holds }) => !holds)).toBe(true);
    expect(all.edges).toEqual([]);
  });

  it('does not hold where it cannot be judged', () => {
    expect(answered({ seeds: ['1'], grid, step: 1 }, ({ value }) => (value >= 5 ? 'holds' : 'undecided')).all.edges).toEqual([{ holds: 5, fails: 4 }]);
  });
});

it('names have nothing between them', () => {
  const { all, asked } = answered({ seeds: ['1'], grid: [0, 1, 2], step: null }, ({ value }) => (value === 1 ? 'holds' : 'fails'));
  expect(asked.map(({ value }) => value)).toEqual([0, 1, 2]);
  expect(all.edges).toEqual([{ holds: 1, fails: 0 }, { holds: 1, fails: 2 }]);
});

it('who is stopped claims no edge that was not found', () => {
  let left = 8;
  const { complete, all, runs } = answered({ seeds: ['1', '2'], grid, step: 1 }, ({ value }) => (left-- > 0 ? (value >= 11 ? 'holds' : 'fails') : null));
  expect({ complete, edges: all.edges, runs }).toEqual({ complete: false, edges: [], runs: 8 });
});

describe('the grid', () => {
  it.each([
    [1, 20, 1, [1, 2, 4, 8, 16, 20]],
    [0, 10, 1, [0, 1, 2, 4, 8, 10]],
    [50, 80, 1, [50, 53, 57, 61, 65, 68, 72, 76, 80]],
    [5, 7, 1, [5, 6, 7]],
  ])('of %i to %i in steps of %i', (from, to, step, values) => {
    expect(gridOf(from, to, step)).toEqual(values);
  });
});
