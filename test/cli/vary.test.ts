/** `--vary` and `--step`: which values a range has, and what is wrong with one that has none. */
import { describe, expect, it } from 'vitest';
import { readVary } from '../../src/cli/vary.ts';

function rangeOf(text: string, step?: string): { from: string; to: string; step: string; next: string } {
  const read = readVary(text, step);
  if (!read.ok || read.vary.is !== 'range') throw new Error(`no range: ${text}`);
  const { vary } = read;
  return { from: vary.text(vary.from), to: vary.text(vary.to), step: vary.text(vary.step), next: vary.text(vary.from + vary.step) };
}

describe('a range', () => {
  it.each([
    ['repl-backlog-size=1mb..1gb', undefined, { from: '1mb', to: '1gb', step: '1mb', next: '2mb' }],
    ['repl-backlog-size=1024kb..1gb', undefined, { from: '1024kb', to: '1gb', step: '1kb', next: '1025kb' }],
    ['repl-backlog-size=1mb..1gb', '16mb', { from: '1mb', to: '1gb', step: '16mb', next: '17mb' }],
    ['timeline[0].partition.for=1s..90s', undefined, { from: '1s', to: '90s', step: '1s', next: '2s' }],
    ['timeline[0].partition.for=0.5s..2s', undefined, { from: '500ms', to: '2s', step: '1ms', next: '501ms' }],
    ['timeline[0].partition.for=1m..1h', undefined, { from: '1m', to: '1h', step: '1m', next: '2m' }],
    ['clients.app.writes=100/s..2k/s', undefined, { from: '100/s', to: '2k/s', step: '1/s', next: '101/s' }],
    ['repl-timeout=10..120', '10', { from: '10', to: '120', step: '10', next: '20' }],
    ['network.default.loss=0%..5%', undefined, { from: '0%', to: '5%', step: '1%', next: '1%' }],
    ['network.default.bandwidth=10mbit..1gbit', undefined, { from: '10mbit', to: '1gbit', step: '1mbit', next: '11mbit' }],
  ])('%s, step %s', (text, step, values) => {
    expect(rangeOf(text, step)).toEqual(values);
  });

  it('is set as --set would, and a mistake in it points into the option', () => {
    const read = readVary('a.repl-timeout=5..9', undefined);
    expect(read.ok && read.vary.override(7)).toEqual({ path: 'a.repl-timeout', value: '7', typed: { option: '--vary', text: 'a.repl-timeout=5..9', valueFrom: 15 } });
  });
});

it('a list is of what stands between its bars, whatever that is', () => {
  const read = readVary('server=redis-6.2 | redis-7.2', undefined);
  expect(read.ok && read.vary.is === 'list' && read.vary.values).toEqual(['redis-6.2', 'redis-7.2']);
});

describe('a mistake', () => {
  it.each<[string, string | undefined, string, string]>([
    ['repl-backlog-size', undefined, 'it does not say what to vary, and from where to where', 'repl-backlog-size'],
    ['x=1mb', undefined, '"1mb" is one value', '1mb'],
    ['x=2mb..1mb', undefined, '"2mb..1mb" goes from more to less', '2mb..1mb'],
    ['x=1mb..1mb', undefined, '"1mb..1mb" goes from more to less', '1mb..1mb'],
    ['x=..1mb', undefined, '"" is not a number with a unit', '.'],
    ['x=1mb..', undefined, '"" is not a number with a unit', ''],
    ['x=1mb..lots', undefined, '"lots" is not a number with a unit', 'lots'],
    ['x=1mb..4s', undefined, '"1mb" and "4s" have units that do not go together', '1mb..4s'],
    ['x=1/s..9/min', undefined, '"1/s" and "9/min" have units that do not go together', '1/s..9/min'],
    ['x=-1..4', undefined, '"-1" is not a number with a unit', '-1'],
    ['x=a||b', undefined, 'there is an empty value between two |', 'a||b'],
    ['seed=1..9', undefined, 'seeds are no knob: each is a draw of its own', 'seed'],
    ['x=a|a', undefined, 'a value stands there twice', 'a|a'],
    ['x=1s..9s', '0.5s', '"0.5s" is no whole number of s: write the range in a smaller unit', '0.5s'],
    ['x=1s..9s', '1kb', '"1kb" is no step of such a range', '1kb'],
    ['x=1s..9s', '0s', '"0s" is no whole number of s: write the range in a smaller unit', '0s'],
  ])('%s, step %s', (text, step, message, marked) => {
    const read = readVary(text, step);
    expect(read.ok).toBe(false);
    if (read.ok) return;
    expect(read.problem.message).toBe(message);
    const { place } = read.problem;
    expect(place?.excerpt?.slice(place.column - 1, place.column - 1 + place.length)).toBe(marked);
    expect(read.problem.message).not.toBe('');
  });
});
