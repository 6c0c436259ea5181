/** docs/catalogue.md counts which cases of Redis' own test suite are retold, and by which test. */
import { expect, it } from 'vitest';
import { CATALOGUE, type Area, type CatalogueId, EXTENDED, MISSING } from '../catalogue/ids.ts';
import { readTexts } from '../texts.ts';
import { section } from './sections.ts';

interface Case {
  readonly area: Area;
  readonly id: CatalogueId;
  /** How many upstream tests it stands for. */
  readonly tests: number;
  /** Files that retell it. */
  readonly files: readonly string[];
}

const texts = Object.entries(readTexts(['test/catalogue'], /\.test\.ts$/));
const cases = Object.entries(CATALOGUE).flatMap(([area, ids]) => Object.entries(ids).map(([id, tests]): Case => ({
  area: area as Area, id: id as CatalogueId, tests, files: texts.filter(([, text]) => new RegExp(`['"\`(]${id}['"\`:)]`).test(text)).map(([path]) => path),
})));
const isCore = ({ id }: Case): boolean => !EXTENDED.has(id);
const retold = cases.filter(({ files }) => files.length > 0);

it('retells at least 95 % of the cases, and explains each that is missing', () => {
  const missing = cases.filter(({ files }) => files.length === 0).map(({ id }) => id);
  expect(missing.filter((id) => MISSING[id] === undefined)).toEqual([]);
  expect(retold.filter(isCore).length / cases.filter(isCore).length).toBeGreaterThanOrEqual(0.95);
});

it('has no id twice, none that is nobody’s, and no excuse for what is there', () => {
  expect(cases.filter(({ files }) => files.length > 1).map(({ id }) => id)).toEqual([]);
  const said = texts.flatMap(([, text]) => [...text.matchAll(/covers\('([^']+)'/g)].map(([, id]) => id!));
  expect(said.filter((id) => !cases.some((one) => one.id === id))).toEqual([]);
  expect(retold.filter(({ id }) => MISSING[id] !== undefined).map(({ id }) => id)).toEqual([]);
});

it('is what docs/catalogue.md says', () => {
  const { found, expected } = section('docs/catalogue.md', 'cases', table());
  expect(found, 'UPDATE_DOCS=1 npx vitest run test/docs').toBe(expected);
});

function table(): string {
  const sum = (list: readonly Case[]): number => list.reduce((total, { tests }) => total + tests, 0);
  const areas = Object.keys(CATALOGUE).map((area) => {
    const own = cases.filter((one) => one.area === area);
    const there = own.filter(({ files }) => files.length > 0);
    return `| ${area} | ${there.length} of ${own.length} | ${sum(there)} of ${sum(own)} |`;
  });
  const rows = cases.map(({ area, id, tests, files }) => `| ${area} | \`${id}\` | ${tests} | ${files.length > 0 ? files.map((file) => `[${file}](../${file})`).join(', ') : `missing: ${MISSING[id] ?? '?'}`} |`);
  return [
    `**${retold.filter(isCore).length} of ${cases.filter(isCore).length} core cases**, which stand for ${sum(retold.filter(isCore))} of ${sum(cases.filter(isCore))} upstream tests; ` +
      `with those that need more than the mechanisms of replication, ${retold.length} of ${cases.length}, for ${sum(retold)} of ${sum(cases)}.`, '',
    '| area | cases | upstream tests |', '| --- | --- | --- |', ...areas, '',
    '| area | case | upstream tests | retold in |', '| --- | --- | --- | --- |', ...rows,
  ].join('\n');
}
