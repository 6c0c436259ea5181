/** Edges of a question along a range: found by asking, told with both neighbours. */
import { describe, expect, it } from 'vitest';
import { type EdgesFound, findEdges, type EdgeSearch } from '../../src/explore/edges.ts';

/** Answers a search, and counts what it asked. */
function answered(search: EdgeSearch, holds: (value: number) => boolean | null): EdgesFound & { readonly asked: number[] } {
  const asked: number[] = [];
  const going = findEdges(search);
  let next = going.next();
  while (next.done !== true) {
    asked.push(next.value);
    next = going.next(holds(next.value));
  }
  return { ...next.value, asked };
}

describe('a question that changes its answer once', () => {
  it.each([
    [{ grid: [1, 2, 4, 8, 16], step: 1 }, (value: number) => value >= 11, [{ holds: 11, fails: 10 }]],
    [{ grid: [1, 2, 4, 8, 16], step: 1 }, (value: number) => value < 3, [{ holds: 2, fails: 3 }]],
    [{ grid: [0, 1_000], step: 100 }, (value: number) => value > 449, [{ holds: 500, fails: 400 }]],
  ])('%j', (search, holds, edges) => {
    expect(answered(search, holds).edges).toEqual(edges);
  });

  it('has no edge at a value that gives no answer', () => {
    expect(answered({ grid: [0, 1, 2, 3, 4], step: 1 }, (value) => (value < 2 ? null : true)).edges).toEqual([]);
    expect(answered({ grid: [0, 1, 2, 3, 4], step: 1 }, (value) => (value === 2 ? null : value > 2))).toMatchObject({
      edges: [{ holds: 3, fails: 1 }], tried: [{ value: 0 }, { value: 1 }, { value: 3 }, { value: 4 }],
    });
  });

  it('has its edge found with few questions, each asked once', () => {
    const { asked, edges } = answered({ grid: [1, 1_000_000], step: 1 }, (value) => value >= 123_457);
    expect(edges).toEqual([{ holds: 123_457, fails: 123_456 }]);
    expect(asked.length).toBeLessThanOrEqual(22);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('ends at values that are no multiples of the step, when they are all there is', () => {
    expect(answered({ grid: [1_001, 1_099], step: 100 }, (value) => value > 1_050).edges).toEqual([{ holds: 1_099, fails: 1_001 }]);
    expect(answered({ grid: [950, 1_150], step: 100 }, (value) => value > 1_050).edges).toEqual([{ holds: 1_100, fails: 1_000 }]);
  });
});

describe('a question that changes its answer more than once', () => {
  it('has every edge told that the grid shows, and none that hides between its points', () => {
    const holds = (value: number): boolean => (value >= 5 && value <= 9) || value >= 14;
    expect(answered({ grid: [1, 8, 12, 16], step: 1 }, holds).edges).toEqual([{ holds: 5, fails: 4 }, { holds: 9, fails: 10 }, { holds: 14, fails: 13 }]);
    expect(answered({ grid: [1, 16], step: 1 }, (value) => value >= 5 && value <= 9).edges).toEqual([]);
  });
});

describe('a question that never changes its answer', () => {
  it.each([true, false])('has no edge, and is asked on the grid alone: %s', (always) => {
    expect(answered({ grid: [4, 2, 1, 2], step: 1 }, () => always)).toEqual({
      edges: [], asked: [1, 2, 4], tried: [1, 2, 4].map((value) => ({ value, holds: always })),
    });
  });
});

it('what is known already is not asked', () => {
  const { asked, edges } = answered({ grid: [1, 2, 4], step: 1, known: new Map([[2, false], [8, true]]) }, (value) => value >= 4);
  expect(asked).not.toContain(2);
  expect(asked).not.toContain(8);
  expect(edges).toEqual([{ holds: 4, fails: 3 }]);
});
