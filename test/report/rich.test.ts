import { describe, expect, it } from 'vitest';
import { print, rich, toAscii, together, toned, wrap, type Rich } from '../../src/report/pretty/rich.ts';
import { clean, clip, columnsOf, padEnd } from '../../src/text.ts';
import { PLAIN, type Paint } from '../../src/report/reporter.ts';

const tags = (name: string) => (text: string): string => `<${name}>${text}</${name}>`;
const TAGS: Paint = { bold: tags('b'), dim: tags('dim'), red: tags('red'), green: tags('green'), yellow: tags('yellow'), cyan: tags('cyan') };

const lines = (text: Rich, width: number, paint: Paint = PLAIN): string[] => wrap(text, width).map((line) => print(line, paint));

describe('wrapping', () => {
  it('breaks at spaces, as late as the width allows', () => {
    expect(lines(rich('one two three four'), 9)).toEqual(['one two', 'three', 'four']);
    expect(lines(rich('one two three four'), 13)).toEqual(['one two three', 'four']);
  });

  it('keeps together what belongs together, and prints it with plain spaces', () => {
    expect(lines(rich('kept ', together('13 836 112'), ' bytes'), 10)).toEqual(['kept', '13 836 112', 'bytes']);
  });

  it('gives a word that is longer than the line a line of its own', () => {
    expect(lines(rich('a replication-id b'), 5)).toEqual(['a', 'replication-id', 'b']);
  });

  it('counts columns without colours, and keeps the tone on the next line', () => {
    expect(lines(rich(toned('yellow', '⇐ FULL first'), ': why'), 7, TAGS)).toEqual([
      '<yellow>⇐</yellow> <yellow>FULL</yellow>', '<yellow>first</yellow>:', 'why',
    ]);
  });

  it('never breaks between spans that touch', () => {
    expect(lines(rich('see ', toned('bold', 'FULL'), ':'), 7)).toEqual(['see', 'FULL:']);
  });
});

describe('columns', () => {
  it.each([['abc', 3], ['✂', 1], ['日本語', 6], ['e\u0301', 1], ['👍🏽', 4], ['', 0]])('of %s are %d', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it('are what names are clipped and padded by', () => {
    expect(clip('replica-with-a-name', 10)).toBe('replica-w…');
    expect(clip('日本語日本語', 6)).toBe('日本…');
    expect(clip('short', 10)).toBe('short');
    expect(padEnd('日本', 6)).toBe('日本  ');
  });
});

describe('signs', () => {
  it('have a plain counterpart each; what a name holds otherwise is left alone', () => {
    expect(toAscii('✂ ✚ ✓ ✗ ⇐ ╳ · … Zürich')).toBe('x + v x <= x | ... Zürich');
  });

  it('that would take over a terminal are replaced', () => {
    expect(clean('\u001B[2Jname\u0007\r\n\u202Eevil')).toBe('\uFFFD[2Jname\uFFFD\uFFFD\uFFFD\uFFFDevil');
  });
});
