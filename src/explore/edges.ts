/**
 * Where a question changes its answer along a range of numbers: a grid first, then halving between neighbours that differ.
 *
 * The grid is there for questions whose answer changes more than once; what changes and changes back between two neighbours
 * of the grid stays unseen, and nothing is claimed of it. Knows nothing of runs: it yields a number and is told yes or no.
 */

export interface EdgeSearch {
  /** Numbers to ask about first. */
  readonly grid: readonly number[];
  /** Two numbers so far apart, or less, are neighbours. Those between the grid's are multiples of it. */
  readonly step: number;
  /** Answers that are known already. */
  readonly known?: ReadonlyMap<number, boolean>;
  /** Where an edge is likely: asked before halving. */
  readonly hints?: readonly number[];
}

export interface Tried {
  readonly value: number;
  readonly holds: boolean;
}

export interface EdgeFound {
  readonly holds: number;
  readonly fails: number;
}

export interface EdgesFound {
  /** From the lowest to the highest. */
  readonly tried: readonly Tried[];
  /** Every change of mind between neighbours of the grid, narrowed to a step; from the lowest to the highest. */
  readonly edges: readonly EdgeFound[];
}

/** Yields numbers to ask about; wants true or false for each, or null where there is no answer: it is no side of an edge. Each is asked once. */
export function* findEdges({ grid, step, known = new Map(), hints = [] }: EdgeSearch): Generator<number, EdgesFound, boolean | null> {
  const answers = new Map<number, boolean | null>(known);
  const ask = function* (value: number): Generator<number, boolean | null, boolean | null> {
    const before = answers.get(value);
    if (before !== undefined) return before;
    const answer = yield value;
    answers.set(value, answer);
    return answer;
  };
  for (const value of inOrder([...grid])) yield* ask(value);
  const edges: EdgeFound[] = [];
  const mesh = answered(answers);
  for (const [index, right] of mesh.entries()) {
    const left = mesh[index - 1];
    if (left === undefined || answers.get(left) === answers.get(right)) continue;
    const below = answers.get(left)!;
    let [low, high] = [left, right];
    const next = (): number | null => (high - low <= step ? null : (hints.findLast((hint) => hint > low && hint < high) ?? between(low, high, step)));
    for (let middle = next(); middle !== null; middle = next()) {
      const answer = yield* ask(middle);
      if (answer === null) break;
      if (answer === below) low = middle;
      else high = middle;
    }
    edges.push(below ? { holds: low, fails: high } : { holds: high, fails: low });
  }
  return { tried: answered(answers).map((value) => ({ value, holds: answers.get(value)! })), edges };
}

function answered(answers: ReadonlyMap<number, boolean | null>): number[] {
  return inOrder([...answers].flatMap(([value, answer]) => (answer === null ? [] : [value])));
}

/** A multiple of the step about half way between; null when the two are neighbours. */
function between(low: number, high: number, step: number): number | null {
  if (high - low <= step) return null;
  const middle = Math.floor((low + high) / 2 / step) * step;
  if (middle > low) return middle;
  return middle + step < high ? middle + step : null;
}

function inOrder(values: number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
