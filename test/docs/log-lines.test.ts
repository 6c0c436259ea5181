import { expect, it } from 'vitest';
import { corpusEvidence, leftOut, logLinesTable, neverShown } from './log-lines.ts';
import { section } from './sections.ts';

it.each([
  ['lines', () => logLinesTable(corpusEvidence())],
  ['never shown', () => neverShown(corpusEvidence())],
  ['left out', leftOut],
])('docs/log-lines.md: the part "%s" is what the patterns and the logs say', (name, made) => {
  const { found, expected } = section('docs/log-lines.md', name, made());
  expect(found, 'UPDATE_DOCS=1 npx vitest run test/docs').toBe(expected);
});

it('no recorded line is without a view, in any version', () => {
  // Sentinels are not simulated yet, nor are their logs.
  expect(corpusEvidence().unclaimed.filter(({ line }) => !/^[+-]\S/.test(line))).toEqual([]);
});
