import fc from 'fast-check';
import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/scenario/place.ts';
import { renderProblems } from '../../src/scenario/render.ts';
import { columnsOf } from '../../src/text.ts';
import { attempt } from './files.ts';

function rendered(text: string): string {
  return renderProblems(attempt(text).problems ?? [], text);
}

const problem = (message: string, suggestion: string | null, line: number, column: number, length = 1): Problem => ({
  message,
  suggestion,
  place: { file: 'a.yaml', line, column, length },
});

describe('a problem', () => {
  it('is shown with its line, a mark and what was meant', () => {
    expect(rendered('name: x\nnodes: { a: {} }\ntimeline:\n  - partion: { node: a }\n')).toBe(
      ['test.yaml:4:5: unknown key "partion"', '    4 |   - partion: { node: a }', '      |     ^^^^^^^ did you mean "partition"?', ''].join('\n'),
    );
  });

  it('moves the suggestion to lines of its own when there is no room', () => {
    const suggestion = 'write it as a list of two nodes, or as one node and everything else, or not at all';
    expect(renderProblems([problem('what is this?', suggestion, 1, 20, 5)], 'partition: { between here }', { columns: 60 })).toBe(
      [
        'a.yaml:1:20: what is this?', '    1 | partition: { between here }', '      |                    ^^^^^',
        '      | write it as a list of two nodes, or as one node and', '      | everything else, or not at all', '',
      ].join('\n'),
    );
  });

  it('has its mark below what it means, behind tabs, wide characters and Windows line ends', () => {
    const line = rendered('name: 名前 "x\r\nnodes: { a: {} }\r\n\r\nseed:\t-1 # 名前\r\nserver: 你好\r\n').split('\n');
    expect(line).toContain('    4 | seed: -1 # 名前');
    expect(line[line.indexOf('    4 | seed: -1 # 名前') + 1]).toBe('      |       ^^');
    expect(line[line.indexOf('    5 | server: 你好') + 1]).toMatch(/^ {6}\|  {8}\^{4}$/);
  });

  it('in a long line is shown with what is around it', () => {
    const text = `${'a: 1, '.repeat(100)}wrong${', b: 2'.repeat(100)}`;
    const [, line, carets] = renderProblems([problem('x', null, 1, 601, 5)], text, { columns: 80 }).split('\n');
    expect(columnsOf(line!)).toBeLessThanOrEqual(80);
    expect(line!.slice(carets!.indexOf('^'), carets!.indexOf('^') + 5)).toBe('wrong');
    expect(line).toMatch(/^ {4}1 \| ….*…$/);
  });

  it('shows the line of another text, if it comes from one', () => {
    const elsewhere: Problem = { message: 'no such directive', suggestion: null, place: { file: 'redis.conf', line: 2, column: 1, length: 4, excerpt: 'repi yes' } };
    expect(renderProblems([elsewhere], 'name: not this')).toContain('    2 | repi yes\n      | ^^^^\n');
  });

  it('may have no place, or one that is not there', () => {
    expect(renderProblems([{ message: 'and 3 more', suggestion: 'some', place: null }], '')).toBe('and 3 more\n  some\n');
    expect(renderProblems([problem('two', 'three', 9, 9)], 'x')).toBe('a.yaml:9:9: two\n  three\n');
    expect(renderProblems([], '')).toBe('');
  });

  it('stands apart from the next one', () => {
    expect(renderProblems([problem('one', null, 1, 1), problem('two', null, 1, 1)], 'x')).toBe(
      ['a.yaml:1:1: one', '    1 | x', '      | ^', '', 'a.yaml:1:1: two', '    1 | x', '      | ^', ''].join('\n'),
    );
  });

  it('gives the terminal nothing to obey, and does not overflow it', () => {
    expect(rendered('name: "\u001b[31m"\nsed: \u0007\n')).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/); // eslint-disable-line no-control-regex
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(320), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 28, max: 200 }), (text, column, length, columns) => {
        const shown = renderProblems([problem(`bad: ${text.slice(0, 10)}`, null, 1, column + 1, length)], text, { columns });
        // eslint-disable-next-line no-control-regex -- these are what must not be there
        expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
        const lines = shown.split('\n');
        expect(lines).toHaveLength(4);
        for (const line of lines.slice(1)) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
        expect(lines[2]).toMatch(/^ {6}\| *\^+$/);
      }),
    );
  });

  it('has colours when they are wanted', () => {
    expect(renderProblems([problem('x', 'y', 1, 1)], 'z', { paint: new Chalk({ level: 1 }) })).toContain('\u001B[31mx\u001B[39m');
  });
});
