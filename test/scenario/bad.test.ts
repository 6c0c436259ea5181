/**
 * Malformed scenarios: each file begins with what must be said of it, `# expect: line:column message; suggestion`,
 * one line for each problem, in their order. Nothing more and nothing less may be said.
 */
import { describe, expect, it } from 'vitest';
import { attempt, scenariosIn, sentence } from './files.ts';

const files = scenariosIn('test/scenario/bad');

describe('a malformed scenario', () => {
  it('exists in many forms', () => {
    expect(files.length).toBeGreaterThan(100);
  });
  it.each(files.map(({ name, text }) => [name, text]))('%s says what is wrong, and where', (_, text) => {
    const expected = [...text.matchAll(/^# expect: (.*)$/gm)].map((match) => match[1]);
    expect(expected.length).toBeGreaterThan(0);
    expect(attempt(text).problems?.map(sentence)).toEqual(expected);
  });
});
