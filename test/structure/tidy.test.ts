import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTexts, ROOT } from '../texts.ts';
import { parse } from './sources.ts';
import { disabledTests, leftovers, lockedToServer, mayDisableTests } from './tidy.ts';

const FOLDERS = ['src', 'test', 'bench', 'scripts', 'bin', 'docs', 'scenarios', 'reports', '.ci'].filter((folder) =>
  existsSync(join(ROOT, folder)),
);
const TOP_LEVEL = ['package.json', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'eslint.config.js', 'vitest.config.ts', '.npmrc'];

describe('tests', () => {
  it('all run', () => {
    const texts = Object.entries(readTexts(['test'], /\.ts$/)).filter(([, text]) => mayDisableTests(text));
    expect(disabledTests(parse(Object.fromEntries(texts)))).toEqual([]);
  });

  it.each([
    'it.skip("a", () => {});',
    'describe.only("a", () => {});',
    'test.todo("a");',
    'it.concurrent.skip("a", () => {});',
    'it.only.each([1])("a", () => {});',
    'it.skipIf(true)("a", () => {});',
    'xit("a", () => {});',
  ])('are caught when switched off: %s', (text) => {
    expect(mayDisableTests(text)).toBe(true);
    expect(disabledTests(parse({ 'test/a.test.ts': text }))).not.toEqual([]);
  });

  it('are let alone otherwise', () => {
    const text = 'it("skip it.only", () => { list.only; const fit = 1; use(fit, stream.skip(2)); }); // it.skip';
    expect(disabledTests(parse({ 'test/a.test.ts': text }))).toEqual([]);
  });
});

describe('files', () => {
  it('hold no leftovers', () => {
    const texts = {
      ...readTexts(FOLDERS, /\.(tsx?|js|json|md|yaml|yml|html|css|sh)$|\.ci\/run$/),
      ...Object.fromEntries(
        TOP_LEVEL.filter((name) => existsSync(join(ROOT, name))).map((name) => [name, readFileSync(join(ROOT, name), 'utf8')]),
      ),
    };
    expect(leftovers(texts)).toEqual([]);
  });

  it.each([
    `// FIX${''}ME: later`,
    `// X${''}XX`,
    `const file = '/${'work'}/main/x';`,
    `see /${'home'}/anna/x`,
    `cd /${'Users'}/anna/`,
    `cp x /${'tmp'}/y`,
    `"C:\\\\${'Users'}\\\\anna"`,
    `${'<'.repeat(7)} HEAD`,
  ])('are caught when they do: %s', (line) => {
    expect(leftovers({ 'a.ts': `first\n${line}\n` })).toEqual([expect.stringMatching(/^a\.ts:2: /)]);
  });

  it('may talk of such things', () => {
    expect(leftovers({ 'a.md': `https://a.example/${'work'}/x, src/${'work'}/x, XXXL, node_modules/.cache/${'work'}/, ./${'tmp'}/x` })).toEqual([]);
  });

  it('of the lock name packages, not servers', () => {
    expect(lockedToServer(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))).toEqual([]);
    const planted = JSON.stringify({ packages: { '': {}, 'node_modules/a': { resolved: 'https://mirror.example/a.tgz' } } });
    expect(lockedToServer(planted)).toEqual(['node_modules/a: https://mirror.example/a.tgz']);
  });
});
