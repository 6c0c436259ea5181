/** A scenario says on which numbers it hangs: whether that is so. */
import { describe, expect, it } from 'vitest';
import type { ExpectationResult, Verdict } from '../../src/checks/outcome.ts';
import { asWritten, type Judged, judgeChange } from '../../src/explore/what-if.ts';

function judged(verdict: Verdict, expectations: Readonly<Record<string, [verdict: ExpectationResult['verdict'], detail?: string]>> = {}): Judged {
  return {
    verdict, verdictDetail: verdict === 'undecided' ? 'stopped at 60 s' : '',
    expectations: Object.entries(expectations).map(([text, [one, detail = '']]) => ({ text, verdict: one, detail, atUs: 0, place: null })),
  };
}

const fails = (...parts: string[]): { set: []; fails: string[]; passes: null } => ({ set: [], fails: parts, passes: null });
const passes = { set: [], fails: [], passes: 'for some reason' };

describe('a scenario as it is written', () => {
  it('must pass: of one that fails anyway, a failure decides nothing', () => {
    expect(asWritten(judged('passed'))).toEqual({ asForeseen: true, words: [] });
    expect(asWritten(judged('failed', { 'a is a master': ['held'], 'b is a master': ['failed', 'found: replica'] }))).toEqual({ asForeseen: false, words: ['b is a master: found: replica'] });
    expect(asWritten(judged('undecided'))).toEqual({ asForeseen: false, words: ['stopped at 60 s'] });
  });
});

describe('a change', () => {
  const resynced = { 'a resynced: full, partial': ['failed', 'expected full, partial; found full'], 'b resynced: full': ['held'] } as const;

  it.each<[string, ReturnType<typeof fails> | typeof passes, Judged, boolean, string[]]>([
    ['that is to fail an expectation, and does', fails('a resynced'), judged('failed', { ...resynced } as never), true, ['expected full, partial; found full']],
    ['that moves nothing', fails('a resynced'), judged('passed', { 'a resynced: full, partial': ['held'] }), false, ['the verdict does not move: "a resynced" was to fail, and all held']],
    ['that fails another expectation than the one named', fails('b resynced'), judged('failed', { ...resynced } as never), false, ['the verdict does not move: "b resynced" was to fail, and the run is failed: a resynced: full, partial']],
    ['that is to fail two, and fails one', fails('a resynced', 'b resynced'), judged('failed', { ...resynced } as never), false, ['the verdict does not move: "b resynced" was to fail, and the run is failed: a resynced: full, partial']],
    ['after which nothing can be judged', fails('a resynced'), judged('undecided', { 'a resynced: full': ['undecided'] }), false, ['the verdict does not move: "a resynced" was to fail, and the run is undecided: stopped at 60 s']],
    ['that is to change nothing, and does not', passes, judged('passed'), true, []],
    ['that is to change nothing, and does', passes, judged('failed', { ...resynced } as never), false, ['a resynced: full, partial: expected full, partial; found full']],
  ])('%s', (_, change, outcome, asForeseen, words) => {
    expect(judgeChange(change, outcome)).toEqual({ asForeseen, words });
  });
});
