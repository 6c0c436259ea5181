import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../src/redis/glob.ts';

describe('a glob pattern', () => {
  it.each<[string, string, boolean]>([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*c', 'abd', false],
    ['a**c', 'ac', true],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['*ab', 'aab', true],
    ['h?llo', 'hello', true],
    ['h?llo', 'hllo', false],
    ['?', '', false],
    ['h[ae]llo', 'hallo', true],
    ['h[ae]llo', 'hillo', false],
    ['h[^e]llo', 'hallo', true],
    ['h[^e]llo', 'hello', false],
    ['h[a-c]llo', 'hbllo', true],
    ['h[c-a]llo', 'hbllo', true],
    ['h[a-c]llo', 'hdllo', false],
    ['[a-]', '-', false],
    ['[a-]', '^', true],
    ['[-a]', '-', true],
    [String.raw`[\]]`, ']', true],
    [String.raw`[\^a]`, '^', true],
    ['[]', 'a', false],
    ['[^]', 'a', true],
    ['[a', 'a', true],
    ['[a-', '-', true],
    [String.raw`\*`, '*', true],
    [String.raw`\*`, 'a', false],
    [String.raw`a\\`, String.raw`a\ `.trim(), true],
    ['Key', 'key', false],
    [`${'a*'.repeat(30)}b`, 'a'.repeat(60), false],
  ])('%j against %j: %j', (pattern, text, matches) => {
    expect(matchesGlob(pattern, text)).toBe(matches);
  });

  it('ignores case when asked to', () => {
    expect(matchesGlob('REPL-*[A-Z]?', 'repl-timeout', true)).toBe(true);
    expect(matchesGlob('REPL-*', 'repl-timeout')).toBe(false);
  });
});
