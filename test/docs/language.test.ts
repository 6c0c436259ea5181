import { expect, it } from 'vitest';
import { LISTS } from './language.ts';
import { section } from './sections.ts';

it.each(Object.keys(LISTS))('docs/language.md: the list of %s is what the schema says', (name) => {
  const { found, expected } = section('docs/language.md', name, LISTS[name]!());
  expect(found, 'UPDATE_DOCS=1 npx vitest run test/docs').toBe(expected);
});
