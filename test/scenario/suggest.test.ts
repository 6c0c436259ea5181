import { describe, expect, it } from 'vitest';
import { nearest, suggestWord } from '../../src/scenario/suggest.ts';

describe('the word that was meant', () => {
  it.each([
    ['partion', 'partition'],
    ['patrition', 'partition'],
    ['Kill', 'kill'],
    ['klil', 'kill'],
    ['repl-timout', 'repl-timeout'],
  ])('of %s is %s', (written, meant) => {
    expect(nearest(written, ['kill', 'freeze', 'partition', 'repl-timeout'])).toBe(meant);
  });
  it('is nothing when nothing is near', () => {
    expect(nearest('unrelated', ['kill', 'freeze'])).toBeNull();
    expect(nearest('x'.repeat(100_000), ['x'.repeat(99_999)])).toBeNull();
  });
  it('gives way to the whole list when that is short', () => {
    expect(suggestWord('unrelated', ['kill', 'freeze'])).toBe('known: kill, freeze');
    expect(suggestWord('unrelated', [])).toBeNull();
  });
});
