import { expect, it } from 'vitest';
import { corpusEvidence, leftOut, logLinesTable, neverShown, notLookedUp } from './log-lines.ts';
import { section } from './sections.ts';

it.each([
  ['lines', () => logLinesTable(corpusEvidence())],
  ['never shown', () => neverShown(corpusEvidence())],
  ['left out', leftOut],
])('docs/log-lines.md: the part "%s" is what the patterns and the logs say', (name, made) => {
  const { found, expected } = section('docs/log-lines.md', name, made());
  expect(found, 'UPDATE_DOCS=1 npx vitest run test/docs').toBe(expected);
});

it('every line that no log shows stands in the source of its version', () => {
  expect(notLookedUp(corpusEvidence()), 'look it up: test/docs/find-log-sources.ts').toEqual([]);
});

it('no recorded line is without a view, in any version', () => {
  // Sentinels are not simulated yet, nor are their logs.
  expect(corpusEvidence().unclaimed.filter(({ line }) => !/^[+-]\S/.test(line))).toEqual([]);
});
