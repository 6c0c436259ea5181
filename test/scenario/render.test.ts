import { describe, expect, it } from 'vitest';
import { renderProblems } from '../../src/scenario/render.ts';
import { attempt } from './files.ts';

function rendered(text: string): string {
  return renderProblems(attempt(text).problems ?? [], text);
}

describe('a problem', () => {
  it('is shown with its line, a mark and what was meant', () => {
    expect(rendered('name: x\nnodes: { a: {} }\ntimeline:\n  - partion: { node: a }\n')).toBe(
      [
        'test.yaml:4:5: unknown key "partion"',
        '  4 |   - partion: { node: a }',
        '    |     ^^^^^^^',
        '    = did you mean "partition"?',
        '',
      ].join('\n'),
    );
  });
  it('has its mark below what it means, behind tabs, wide characters and Windows line ends', () => {
    const line = rendered('name: 名前 "x\r\nnodes: { a: {} }\r\n\r\nseed:\t-1 # 名前\r\nserver: 你好\r\n').split('\n');
    expect(line).toContain('  4 | seed: -1 # 名前');
    expect(line[line.indexOf('  4 | seed: -1 # 名前') + 1]).toBe('    |       ^^');
    expect(line[line.indexOf('  5 | server: 你好') + 1]).toBe('    |         ^^^^');
  });
  it('in a long line is shown with what is around it', () => {
    const lines = rendered(`name: x\nnodes: { a: {} }\nserver: ${' '.repeat(300)}nothing # ${'x'.repeat(300)}\n`).split('\n');
    expect(lines[1]!.length).toBeLessThan(115);
    expect(lines[1]!.indexOf('nothing')).toBe(lines[2]!.indexOf('^^^^^^^'));
  });
  it('gives the terminal nothing to obey', () => {
    expect(rendered('name: "\u001b[31m"\nsed: \u0007\n')).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/); // eslint-disable-line no-control-regex
    expect(renderProblems([{ message: 'a\u001b[2J', suggestion: null, place: null }], '')).toBe('a\uFFFD[2J\n');
  });
  it('may have no place', () => {
    expect(renderProblems([{ message: 'and 3 more', suggestion: null, place: null }], '')).toBe('and 3 more\n');
    expect(renderProblems([], '')).toBe('');
  });
});
