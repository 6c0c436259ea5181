import { describe, expect, it } from 'vitest';
import { type DescribedVersion, differences, versionsDiffJson, versionsDiffPage, versionsJson, versionsPage } from '../../src/report/versions.ts';
import { PLAIN } from '../../src/report/reporter.ts';
import { columnsOf } from '../../src/text.ts';

const OPTIONS = { width: 80, paint: PLAIN, unicode: true };

/** A version that answers politely or not, barks so often, and may have a tail. */
function version(name: string, polite: boolean, barks: number, tail: string | null): DescribedVersion {
  const field = (group: string, path: string, label: string, value: string, says: string) => ({ group, path, label, value, says });
  return {
    name, version: `${name.split('-')[1]!}.9`,
    fields: [
      field('Manners', 'manners.polite', 'greeting', String(polite), polite ? 'It says hello' : 'It says nothing at all, however long one waits, and looks the other way, too'),
      field('Noise', 'noise.barks', 'barking', String(barks), `It barks ${barks} times`),
      ...(tail === null ? [] : [field('Settings', 'directives.tail', 'tail', tail, tail)]),
    ],
  };
}

const ALL = [version('redis-1.0', false, 1, null), version('redis-1.2', false, 2, null), version('redis-2.0', true, 2, 'long'), version('redis-2.2', true, 3, 'short'), version('valkey-3.0', true, 2, 'long')];

describe('sim versions', () => {
  it('lists the versions, each against the one it went on from, and every field with who does what', () => {
    expect(versionsPage(ALL, OPTIONS)).toBe(`
 redis-1.0   1.0.9  the oldest
 redis-1.2   1.2.9  1 difference from redis-1.0
 redis-2.0   2.0.9  2 differences from redis-1.2
 redis-2.2   2.2.9  2 differences from redis-2.0
 valkey-3.0  3.0.9  no difference from redis-2.0

 Manners
   greeting
     up to 1.2  It says nothing at all, however long one waits, and looks the
                other way, too
     since 2.0  It says hello

 Noise
   barking
     1.0                  It barks 1 times
     1.2–2.0, Valkey 3.0  It barks 2 times
     2.2                  It barks 3 times

 Settings
   tail
     up to 1.2        there is no such setting
     2.0, Valkey 3.0  long
     2.2              short

`);
  });

  it('fits every terminal, with ASCII where there is nothing else', () => {
    for (const width of [60, 80, 120]) {
      const lines = versionsPage(ALL, { ...OPTIONS, width, unicode: false }).split('\n');
      expect(lines.filter((line) => columnsOf(line) > width)).toEqual([]);
      // eslint-disable-next-line no-control-regex
      expect(lines.filter((line) => /[^\u0000-\u007F]/.test(line))).toEqual([]);
    }
  });

  it('is data for programs', () => {
    expect(JSON.parse(versionsJson(ALL.slice(0, 1)))).toEqual({
      format: 'replsim-versions/1',
      versions: [{
        name: 'redis-1.0', version: '1.0.9',
        fields: [
          { path: 'manners.polite', group: 'Manners', label: 'greeting', value: 'false', says: expect.stringMatching(/^It says nothing/) as string },
          { path: 'noise.barks', group: 'Noise', label: 'barking', value: '1', says: 'It barks 1 times' },
        ],
      }],
    });
  });
});

describe('sim versions diff', () => {
  const [first, , third] = ALL as [DescribedVersion, DescribedVersion, DescribedVersion];

  it('says what each of the two does, field by field', () => {
    expect(versionsDiffPage(first, third, OPTIONS)).toBe(`
 redis-1.0 → redis-2.0 · 3 differences

 Manners
   greeting
     1.0  It says nothing at all, however long one waits, and looks the other
          way, too
     2.0  It says hello

 Noise
   barking
     1.0  It barks 1 times
     2.0  It barks 2 times

 Settings
   tail
     1.0  there is no such setting
     2.0  long

`);
  });

  it('of a version and itself there is none', () => {
    expect(versionsDiffPage(first, first, OPTIONS)).toBe('\n redis-1.0 → redis-1.0 · no difference\n\n');
  });

  it('is the same backwards, with the sides changed', () => {
    const there = differences(first, third);
    const back = differences(third, first);
    expect(back.map(({ path, from, to }) => ({ path, from: to, to: from }))).toEqual(there.map(({ path, from, to }) => ({ path, from, to })));
    expect(JSON.parse(versionsDiffJson(first, third))).toMatchObject({ from: 'redis-1.0', to: 'redis-2.0', differences: there });
  });
});
