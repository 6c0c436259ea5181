import { Chalk } from 'chalk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblems, widthOf } from '../../src/cli/problems.ts';
import type { Problem } from '../../src/scenario/place.ts';

const plain = { paint: new Chalk({ level: 0 }), columns: 80 };

const problem = (message: string, suggestion: string | null, line: number, column: number, length = 1): Problem => ({
  message,
  suggestion,
  place: { file: 'a.yaml', line, column, length },
});

describe('a problem', () => {
  it('shows its line, underlined, with the suggestion beside it', () => {
    const text = 'timeline:\n  - at: 15s\n    partitoin: { between: [master, replica-a] }\n';
    expect(formatProblems([problem('unknown key "partitoin"', 'did you mean "partition"?', 3, 5, 9)], text, plain)).toBe(
      [
        'a.yaml:3:5: unknown key "partitoin"',
        '    3 |     partitoin: { between: [master, replica-a] }',
        '      |     ^^^^^^^^^ did you mean "partition"?',
        '',
      ].join('\n'),
    );
  });

  it('moves the suggestion to a line of its own when there is no room', () => {
    const suggestion = 'write it as a list of two nodes, or as one node and everything else';
    expect(formatProblems([problem('what is this?', suggestion, 1, 20, 5)], 'partition: { between here }', plain)).toBe(
      ['a.yaml:1:20: what is this?', '    1 | partition: { between here }', '      |                    ^^^^^', `      | ${suggestion}`, ''].join('\n'),
    );
  });

  it('without a place says it all the same', () => {
    const lost: Problem = { message: 'there is no file x', suggestion: 'did you mean y?', place: null };
    expect(formatProblems([lost], null, plain)).toBe('sim: there is no file x\n     did you mean y?\n');
  });

  it('stands apart from the next one', () => {
    expect(formatProblems([problem('one', null, 1, 1), problem('two', 'three', 9, 9)], 'x', plain)).toBe(
      ['a.yaml:1:1: one', '    1 | x', '      | ^', '', 'a.yaml:9:9: two', '  three', ''].join('\n'),
    );
  });

  it('shows the line of another text, if it comes from one', () => {
    const elsewhere: Problem = { message: 'no such directive', suggestion: null, place: { file: 'redis.conf', line: 2, column: 1, length: 4, excerpt: 'repi yes' } };
    expect(formatProblems([elsewhere], 'name: not this', plain)).toContain('    2 | repi yes\n      | ^^^^\n');
  });

  it('points at the right column below wide characters and tabs', () => {
    const text = '\tname: "日本語😀" oops';
    const shown = formatProblems([problem('x', null, 1, text.indexOf('oops') + 1, 4)], text, plain).split('\n');
    const before = shown[1]!.slice(0, shown[1]!.indexOf('oops'));
    expect(shown[2]!.indexOf('^')).toBe(widthOf(before));
    expect(shown[2]!.trimEnd().endsWith('^^^^')).toBe(true);
  });

  it('shows of a long line what is underlined', () => {
    const text = `${'a: 1, '.repeat(100)}wrong${', b: 2'.repeat(100)}`;
    const [, line, carets] = formatProblems([problem('x', null, 1, 601, 5)], text, plain).split('\n');
    expect(widthOf(line!)).toBeLessThanOrEqual(80);
    expect(line!.slice(carets!.indexOf('^'), carets!.indexOf('^') + 5)).toBe('wrong');
    expect(line).toMatch(/^ {4}1 \| ….*…$/);
  });

  it('never lets a file speak to the terminal, and never overflows it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(320), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 20, max: 200 }), (text, column, length, columns) => {
        const shown = formatProblems([problem(`bad: ${text.slice(0, 10)}`, null, 1, column + 1, length)], text, { ...plain, columns });
        // eslint-disable-next-line no-control-regex -- these are what must not be there
        expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
        const lines = shown.split('\n');
        expect(lines).toHaveLength(4);
        for (const line of lines.slice(1)) expect(widthOf(line)).toBeLessThanOrEqual(Math.max(columns, 28));
        expect(lines[2]).toMatch(/^ {6}\| *\^+$/);
      }),
    );
  });

  it('has colours when they are wanted', () => {
    const shown = formatProblems([problem('x', 'y', 1, 1)], 'z', { paint: new Chalk({ level: 1 }), columns: 80 });
    expect(shown).toContain('\u001B[31mx\u001B[39m');
  });
});
