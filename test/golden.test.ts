import { describe, expect, it } from 'vitest';
import { readRecordings } from '../src/verify/recording/read.ts';
import { replay } from '../src/verify/recording/replay.ts';
import { simulated } from '../src/verify/recording/simulated.ts';
import { profileOf } from '../src/verify/recording/versions.ts';

/** What cannot be replayed yet, and for want of what. Every other case has to agree, in every version that is simulated. */
const NOT_COVERED: Readonly<Record<string, string>> = {
  'older-master-2.6': 'a server of 2.6',
  'older-master-2.8': 'a server of 2.8',
  'older-replica-2.8': 'a server of 2.8',
  'older-replica-4.0': 'a server of 4.0',
  'sentinel-failover': 'Sentinel',
  'sentinel-old-master-returns': 'Sentinel',
};

const recordings = readRecordings('test/golden');
const versions = [...new Set(recordings.flatMap(({ observed }) => [...observed.keys()]))].filter((version) => profileOf(version) !== null);

it('are of both versions that are simulated', () => {
  expect(versions).toEqual(['7.2.6', '7.4.1']);
});

describe.each(versions)('recordings of %s', (version) => {
  it.each(recordings.filter(({ observed }) => observed.has(version)).map((recording) => [recording.case.id, recording] as const))('%s', (id, recording) => {
    const result = replay(recording, version, simulated);
    if (result.verdict === 'differ') expect(result.differences).toEqual([]);
    expect(result.verdict).toBe(id in NOT_COVERED ? 'not covered' : 'agree');
  });
});
