import { expect, it } from 'vitest';
import { glossaryMarkdown } from '../../src/report/glossary.ts';
import { section } from './sections.ts';

it('docs/glossary.md: its words are those of the command', () => {
  const { found, expected } = section('docs/glossary.md', 'words', glossaryMarkdown());
  expect(found, 'UPDATE_DOCS=1 npx vitest run test/docs').toBe(expected);
});
