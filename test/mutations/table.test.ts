/** docs/mutations.md: every value of every field of a profile is there with its witness, and so is every bug by hand. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replay } from '../../src/verify/recording/replay.ts';
import { simulated } from '../../src/verify/recording/simulated.ts';
import { goldenRecordings } from '../recordings.ts';
import { BY_HAND, mutated, pathOf } from './by-hand.ts';
import { fieldValues, plant } from './field-bugs.ts';
import { agreeing } from './recordings.ts';
import { readTable, type Row } from './table.ts';
import { UNSEEN } from './unseen.ts';

const HOW = 'npm run mutations -- --missing --table';
const { fields, hand } = readTable();
const values = fieldValues();
const rows: readonly Row[] = [...fields.values(), ...hand.values()];
const ofTests = rows.filter(({ by }) => by.startsWith('test/'));

describe('docs/mutations.md', () => {
  it('has every value of every field, every bug by hand, and nothing else', () => {
    expect([...fields.keys()], HOW).toEqual(values.map(({ name }) => name));
    expect([...hand.keys()], HOW).toEqual(BY_HAND.map(({ bug }) => bug));
  });

  it('names who notices each, or the reason why nobody can', () => {
    expect(rows.filter(({ name, by }) => by === '' && UNSEEN[name] === undefined).map(({ name }) => name), HOW).toEqual([]);
    expect(Object.keys(UNSEEN).filter((name) => rows.find((row) => row.name === name)?.by !== ''), 'noticed after all').toEqual([]);
  });

  it('names ways of planting that are there', () => {
    const gone = values.filter(({ name, bugs }) => {
      const row = fields.get(name);
      return row !== undefined && row.by !== '' && !bugs.some(({ into, from }) => `${into} as ${from}` === row.planted);
    });
    expect(gone.map(({ name }) => name), HOW).toEqual([]);
  });

  it('names tests that are there', () => {
    expect([...new Set(ofTests.map(({ by }) => by.split(':')[0]!))].filter((file) => !existsSync(file))).toEqual([]);
  });
});

describe('a recording of a real server notices', () => {
  const recordings = new Map(goldenRecordings().map((recording) => [recording.case.id, recording]));
  const agree = new Set(agreeing());
  const witnessed = values.flatMap(({ name, bugs }) => {
    const { by, planted } = fields.get(name) ?? { by: '', planted: '' };
    const bug = bugs.find(({ into, from }) => `${into} as ${from}` === planted);
    const [recording = ''] = by.split(':');
    return bug === undefined || !agree.has(recording) ? [] : [{ name, bug, recording }];
  });

  it.each(witnessed)('$name: $recording', ({ bug, recording }) => {
    const [id, version] = recording.split(' ') as [string, string];
    const takeOut = plant(bug);
    try {
      expect(replay(recordings.get(id)!, version, simulated).verdict, HOW).not.toBe('agree');
    } finally {
      takeOut();
    }
  });
});

describe('a bug by hand', () => {
  it.each(BY_HAND)('changes one place: $bug', (mutation) => {
    const text = readFileSync(pathOf(mutation), 'utf8');
    expect(mutated(mutation, text)).not.toBe(text);
  });
});
