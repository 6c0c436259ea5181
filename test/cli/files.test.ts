import { describe, expect, it } from 'vitest';
import { findScenarios, readText } from '../../src/cli/files.ts';
import { expandGlob } from '../../src/cli/glob.ts';
import { fakeHost } from './fake-host.ts';

const { files } = fakeHost({
  files: {
    'scenarios/b.yaml': '',
    'scenarios/a.yaml': '',
    'scenarios/deep/c.yml': '',
    'scenarios/deep/.hidden.yaml': '',
    'scenarios/.git/d.yaml': '',
    'scenarios/node_modules/x/e.yaml': '',
    'scenarios/notes.md': '',
    'empty/readme.md': '',
    'odd/[1].yaml': '',
    'odd/ö😀.yaml': '',
  },
});

const found = (...paths: string[]): string[] => findScenarios(paths, files).map((one) => (one.ok ? one.file : `! ${one.problem.message}`));

describe('finding scenarios', () => {
  it('takes a file by its name, whatever it ends in', () => {
    expect(found('scenarios/a.yaml', 'scenarios/notes.md')).toEqual(['scenarios/a.yaml', 'scenarios/notes.md']);
  });

  it('walks a folder in sorted order and leaves out what is hidden', () => {
    expect(found('scenarios')).toEqual(['scenarios/a.yaml', 'scenarios/b.yaml', 'scenarios/deep/c.yml']);
    expect(found('scenarios/')).toEqual(found('scenarios'));
    expect(found('.')).toEqual(['odd/[1].yaml', 'odd/ö😀.yaml', ...found('scenarios')].map((file) => `./${file}`));
  });

  it('names a file once, however often it is found', () => {
    expect(found('scenarios/b.yaml', 'scenarios', './scenarios/a.yaml')).toEqual(['scenarios/b.yaml', 'scenarios/a.yaml', 'scenarios/deep/c.yml']);
  });

  it('says what is missing, and what was probably meant', () => {
    expect(found('scenarios/aa.yaml', 'scenarioz', 'empty', '')).toEqual([
      '! there is no file or folder scenarios/aa.yaml',
      '! there is no file or folder scenarioz',
      '! the folder empty has no scenario in it',
      '! an empty path is no file',
    ]);
    const suggestions = findScenarios(['scenarios/aa.yaml', 'scenarioz', 'scenarios/b', 'xyz'], files).map((one) => (one.ok ? '' : one.problem.suggestion));
    expect(suggestions).toEqual(['did you mean scenarios/a.yaml?', 'did you mean scenarios?', 'did you mean scenarios/b.yaml?', null]);
  });

  it('says why a folder cannot be read', () => {
    const locked = fakeHost({ files: { 'locked/a.yaml': '' }, failures: { 'list locked': 'EACCES' } });
    expect(findScenarios(['locked'], locked.files)).toMatchObject([{ problem: { message: 'locked cannot be read: permission denied' } }]);
  });
});

describe('patterns', () => {
  it.each([
    ['scenarios/*.yaml', ['scenarios/a.yaml', 'scenarios/b.yaml']],
    ['scenarios/?.yaml', ['scenarios/a.yaml', 'scenarios/b.yaml']],
    ['scenarios/[b-z].yaml', ['scenarios/b.yaml']],
    ['scenarios/[!b-z].yaml', ['scenarios/a.yaml']],
    ['scenarios/{b,a,x}.yaml', ['scenarios/a.yaml', 'scenarios/b.yaml']],
    ['scenarios/**/*.{yaml,yml}', ['scenarios/a.yaml', 'scenarios/b.yaml', 'scenarios/deep/c.yml']],
    ['**/c.yml', ['scenarios/deep/c.yml']],
    ['./s*/**/**/a.yaml', ['scenarios/a.yaml']],
    ['*/deep', ['scenarios/deep/c.yml']],
    ['scenarios/.*/*.yaml', ['scenarios/.git/d.yaml']],
    ['odd/?.yaml', []],
    ['odd/??.yaml', ['odd/ö😀.yaml']],
    ['odd/[[]1].yaml', ['odd/[1].yaml']],
    ['odd/[1].yaml', ['odd/[1].yaml']], // a file of that very name comes first
    ['{a,b', []],
    ['', []],
  ])('%s', (pattern, expected) => {
    const problems = expected.length === 0 ? 1 : 0;
    expect(found(pattern).filter((one) => !one.startsWith('!'))).toEqual(expected);
    expect(found(pattern).filter((one) => one.startsWith('!'))).toHaveLength(problems);
  });

  it('take no time to speak of, however they are made', () => {
    const { files: one } = fakeHost({ files: { [`${'a'.repeat(200)}.yaml`]: '' } });
    expect(expandGlob(`${'*a'.repeat(100)}b`, one)).toEqual([]);
    expect(expandGlob(`${'{a,b}'.repeat(60)}`, one)).toEqual([]);
  });
});

describe('reading', () => {
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
  const { files: shelf } = fakeHost({
    files: {
      'utf-8.yaml': 'name: Ünï',
      'stray-zero.yaml': bytes(0x6e, 0x61, 0x6d, 0x65, 0x3a, 0x00),
      'zero.yaml': bytes(0x6e, 0x61, 0x6d, 0x65, 0x3a, 0x00, 0xdc),
      'utf-16.yaml': bytes(0xff, 0xfe, 0x6e, 0x00),
      'latin-1.yaml': bytes(0xdc, 0x6e),
      'folder/a.yaml': '',
      'locked.yaml': '',
      'huge.yaml': new Uint8Array(17 * 1024 * 1024),
    },
    failures: { 'read locked.yaml': 'EACCES' },
  });

  it('gives the text', () => {
    expect(readText('utf-8.yaml', shelf)).toEqual({ ok: true, text: 'name: Ünï' });
  });

  it('leaves a zero in a text to whoever reads it, and knows its line', () => {
    expect(readText('stray-zero.yaml', shelf)).toEqual({ ok: true, text: 'name:\0' });
  });

  it.each([
    ['zero.yaml', 'zero.yaml is not text: byte 6 is zero'],
    ['utf-16.yaml', 'utf-16.yaml is not text: byte 4 is zero'],
    ['latin-1.yaml', 'latin-1.yaml is not UTF-8 text'],
    ['folder', 'folder is a folder'],
    ['locked.yaml', 'locked.yaml cannot be read: permission denied'],
    ['gone.yaml', 'gone.yaml cannot be read: it does not exist'],
    ['huge.yaml', 'huge.yaml is too large for a scenario: 17.0 MiB'],
  ])('refuses %s', (file, message) => {
    expect(readText(file, shelf)).toMatchObject({ ok: false, problem: { message } });
  });
});
