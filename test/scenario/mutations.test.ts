/**
 * Whatever is done to a scenario, loading it gives a scenario or says what is wrong, with places that are in the text.
 * Anything else thrown is a bug of ours.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Override } from '../../src/scenario/overrides.ts';
import { play } from '../../src/scenario/player.ts';
import { renderProblems } from '../../src/scenario/render.ts';
import { normaliseText } from '../../src/scenario/source.ts';
import { verbWords } from '../../src/scenario/words.ts';
import { attempt, goodScenarios } from './files.ts';
import { createFakeStage } from './fake-stage.ts';

/** `MUTATIONS=50 npx vitest run test/scenario/mutations` looks fifty times as long. */
const RUNS = Number(process.env['MUTATIONS'] ?? 1);

const texts = goodScenarios().map(({ text }) => text);

/** Pieces that mean something to YAML or to us, for a text to be hit by. */
const SHRAPNEL = [
  ...['', ' ', '\n', '\t', ':', ': ', '- ', '-', '#', ' #', '{', '}', '[', ']', ',', '"', "'", '&a ', '*a', '!', '!!str ', '%', '|', '>', '?', '@', '`', '\\', '\r\n', '\r'],
  ...['---\n', '...\n', '<<: ', '__proto__: ', '~', 'null', 'true', '.nan', '-.inf', '1e999', '0x10', '99999999999999999999', '-1', '0', '0.1', '..', '1..', '{1..2}'],
  ...['5s', '0s', '9999h', '1mb', '400/s', '1gbit', '5%', 'master', 'replica-a', 'nobody', 'all', 'no one', 'a>b', 'replica-a>master', 'converged', 'full', 'at: ', 'when: '],
  ...['partition', 'kill: ', 'for: ', 'between: ', 'constructor', 'toString', 'hasOwnProperty: ', '\u0000', '\uFEFF', '\uD800', 'é', '名', '😀', '\u001b[31m', '\u2028'],
];

const shrapnel = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...SHRAPNEL) }, { weight: 1, arbitrary: fc.string({ maxLength: 8, unit: 'binary' }) });

/** Takes out some characters anywhere, and puts something else there. */
const hits = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), taken: fc.nat({ max: 12 }), put: shrapnel }), { minLength: 1, maxLength: 4 });

/** Words of the file swapped, so that what is mutated is the language and not YAML. */
const swaps = fc.array(fc.record({ from: fc.nat(), to: fc.nat() }), { minLength: 1, maxLength: 3 });

function hit(text: string, list: readonly { readonly at: number; readonly taken: number; readonly put: string }[]): string {
  return list.reduce((now, { at, taken, put }) => {
    const from = Math.floor(at * now.length);
    return now.slice(0, from) + put + now.slice(from + taken);
  }, text);
}

function swap(text: string, list: readonly { readonly from: number; readonly to: number }[]): string {
  const words = text.split(/(\b[\w.-]+\b)/);
  const places = words.map((_, index) => index).filter((index) => index % 2 === 1);
  for (const { from, to } of list) words[places[from % places.length]!] = words[places[to % places.length]!]!;
  return words.join('');
}

function survives(text: string, overrides: readonly Override[] = []): void {
  const { scenario, problems } = attempt(text, overrides);
  if (scenario !== null) {
    for (const { steps } of scenario.timeline) for (const { verb } of steps) expect(verbWords(verb)).not.toBe('');
    play(scenario, createFakeStage());
    return;
  }
  expect(problems.length).toBeGreaterThan(0);
  const lines = normaliseText(text).split('\n');
  for (const { message, place } of problems) {
    expect(message).not.toBe('');
    if (place === null) continue;
    const line = place.excerpt ?? lines[place.line - 1];
    expect(line, `${place.line}:${place.column} ${message}`).toBeDefined();
    expect(place.column).toBeGreaterThan(0);
    expect(place.column, `${place.line}:${place.column} ${message}`).toBeLessThanOrEqual(line!.length + 1);
    expect(place.length).toBeGreaterThan(0);
  }
  expect(renderProblems(problems, text).split('\n').length).toBeGreaterThan(problems.length);
}

describe('a scenario survives', { timeout: 180_000 * RUNS }, () => {
  it('being hit anywhere by anything', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), hits, (text, list) => {
        survives(hit(text, list));
      }),
      { numRuns: 120 * RUNS },
    );
  });
  it('having its words swapped', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), swaps, (text, list) => {
        survives(swap(text, list));
      }),
      { numRuns: 120 * RUNS },
    );
  });
  it('being cut off anywhere', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.double({ min: 0, max: 1, noNaN: true }), (text, at) => {
        survives(text.slice(0, Math.floor(at * text.length)));
      }),
      { numRuns: 60 * RUNS },
    );
  });
  it('any option', () => {
    const word = fc.constantFrom('nodes', 'master', 'replica-a', 'timeline', '[0]', '[9]', 'expect', 'network', 'default', 'latency', 'config', 'hz', 'save', 'at', '__proto__', 'constructor');
    const path = fc.oneof(fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('.').replaceAll('.[', '[')), fc.string({ maxLength: 20 }));
    const value = fc.oneof(shrapnel, fc.constantFrom('[a, b', '{ a: 1 }', '[[[', '"x', '{ kill: master }'));
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(fc.record({ path, value }), { minLength: 1, maxLength: 2 }), (text, overrides) => {
        survives(text, overrides);
      }),
      { numRuns: 120 * RUNS },
    );
  });
  it('being anything at all', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.array(shrapnel), (noise, pieces) => { survives(noise + pieces.join('')); }), { numRuns: 200 * RUNS });
  });
});

describe('what would explode', () => {
  it.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', `name: x\nnodes: ${'{a: '.repeat(50_000)}`],
    ['dashes', '- '.repeat(50_000)],
    ['question marks', '? '.repeat(50_000)],
    ['colons', ': '.repeat(50_000)],
    ['quotes', '"'.repeat(50_000)],
    ['aliases of aliases', `a: &a [x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [*${i === 0 ? 'a' : `b${i - 1}`}, *${i === 0 ? 'a' : `b${i - 1}`}]\n`).join('')}`],
    ['a chain of aliases', `a0: &a0 x\n${Array.from({ length: 5000 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]\n`).join('')}`],
    ['nodes', `name: x\nnodes:\n${Array.from({ length: 5000 }, (_, i) => `  n${i}: { replicaof: n${i + 1} }\n`).join('')}`],
    ['steps', `name: x\nnodes: { a: {} }\ntimeline:\n${'  - kill: a\n'.repeat(5_000)}`],
  ])('%s end soon', (_, text) => {
    survives(text);
  });
});
