/**
 * Malformed scenarios: each file begins with what must be said of it, `# expect: line:column message; suggestion`,
 * one line for each problem, in their order. Nothing more and nothing less may be said.
 */
import { describe, expect, it } from 'vitest';
import { CONDITIONS } from '../../src/scenario/language/conditions.ts';
import { EXPECTATION_WORDS } from '../../src/scenario/language/expectations.ts';
import { VERBS } from '../../src/scenario/language/verbs.ts';
import { attempt, scenariosIn, sentence } from './files.ts';

const files = scenariosIn('test/scenario/bad');

describe('a malformed scenario', () => {
  it('exists in many forms', () => {
    expect(files.length).toBeGreaterThan(100);
  });
  it('misuses every verb, condition and expectation at least once', () => {
    const text = files.map((file) => file.text.replaceAll(/^# expect: .*$/gm, '')).join('\n');
    const words = [...Object.keys(VERBS), ...Object.keys(CONDITIONS), ...EXPECTATION_WORDS];
    expect(words.filter((word) => !new RegExp(`[ {]${word}:`).test(text))).toEqual([]);
  });
  it.each(files.map(({ name, text }) => [name, text]))('%s says what is wrong, and where', (_, text) => {
    const expected = [...text.matchAll(/^# expect: (.*)$/gm)].map((match) => match[1]);
    expect(expected.length).toBeGreaterThan(0);
    expect(attempt(text).problems?.map(sentence)).toEqual(expected);
  });
});
