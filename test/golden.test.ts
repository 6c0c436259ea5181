/** The younger half of the corpus. */
import { expect, it } from 'vitest';
import { replays, tableVersions } from './golden-cases.ts';
import { ELDER } from './golden-elder.ts';
import { goldenRecordings } from './recordings.ts';
import { profileOf } from '../src/verify/recording/versions.ts';

replays(tableVersions().filter((version) => !ELDER.includes(version)));

it('is of every version that is simulated, and the table has them all', () => {
  const recorded = [...new Set(goldenRecordings().flatMap(({ observed }) => [...observed.keys()]))];
  expect(recorded.filter((version) => profileOf(version) === null)).toEqual([]);
  expect([...tableVersions()].sort()).toEqual(recorded.sort());
});
