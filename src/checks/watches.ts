/**
 * Conditions that expectations follow over time, and when each began and ceased to hold.
 *
 * Who plays the scenario looks at them whenever something may have changed and says so here; what counts is how a
 * condition stood at the end of an instant, as for `when:` in the timeline.
 */
import { assert } from '../assert.ts';
import type { Expectation, Moment } from '../scenario/expectation.ts';
import type { Condition } from '../scenario/scenario.ts';

/** From this instant on it holds, or does not. Before the first change it does not hold. */
export interface Change {
  readonly atUs: number;
  readonly holds: boolean;
}

export interface Watches {
  /** To be looked at, by index. */
  readonly conditions: readonly Condition[];
  changed(index: number, atUs: number, holds: boolean): void;
  of(condition: Condition): readonly Change[];
}

export function createWatches(expectations: readonly Expectation[]): Watches {
  const conditions = [...new Set(expectations.flatMap(conditionsOf))];
  const changes = new Map(conditions.map((condition) => [condition, [] as Change[]]));
  return {
    conditions,
    changed: (index, atUs, holds) => {
      const condition = conditions[index];
      const list = condition === undefined ? undefined : changes.get(condition);
      assert(list !== undefined, 'a condition that nobody watches has changed');
      // What came and went within one instant was never there.
      if (list.at(-1)?.atUs === atUs) list.pop();
      if ((list.at(-1)?.holds ?? false) !== holds) list.push({ atUs, holds });
    },
    of: (condition) => {
      const list = changes.get(condition);
      assert(list !== undefined, 'an expectation asks for a condition that nobody watches');
      return list;
    },
  };
}

/** Where there are no offsets, links and data must tell. */
export const EVEN_BY_DATA: Condition = { is: 'converged', withoutOffsets: true };

function conditionsOf(expectation: Expectation): Condition[] {
  switch (expectation.expect) {
    case 'eventually':
      return [expectation.condition, ...ofMoments(expectation.after)];
    case 'never':
    case 'always':
      return [expectation.condition, ...ofMoments(expectation.during.from, expectation.during.until)];
    case 'not-before':
      return [expectation.condition, ...ofMoments(expectation.moment, expectation.from)];
    case 'converged':
      return [EVEN_BY_DATA];
    case 'log':
      return ofMoments(expectation.during.from, expectation.during.until);
    case 'order':
      return ofMoments(...expectation.moments);
    default:
      return [];
  }
}

function ofMoments(...moments: readonly Moment[]): Condition[] {
  return moments.flatMap((moment) => (moment.at === 'condition' ? [moment.condition] : []));
}
