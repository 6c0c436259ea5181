import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, readTexts } from '../texts.ts';
import { redisFunctionsTable, roomsTable, roomsWithoutPurpose, section } from './sections.ts';

it('the table of rooms is the one that the structure test holds', () => {
  expect(roomsWithoutPurpose()).toEqual([]);
  const { found, expected } = section('docs/architecture.md', 'rooms', roomsTable());
  expect(found, 'UPDATE_DOCS=1 npx vitest run test/docs').toBe(expected);
});

it('the table of replication.c is what the comments say', () => {
  const { found, expected } = section('docs/architecture.md', 'replication.c', redisFunctionsTable(readTexts(['src/redis'], /\.ts$/)));
  expect(found, 'UPDATE_DOCS=1 npx vitest run test/docs').toBe(expected);
});

it.each(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md', 'docs/language.md'])('%s links to what exists', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
  expect(targets.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([]);
});
