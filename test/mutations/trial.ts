/**
 * One process that replays recordings against a planted bug, until one differs that agrees otherwise. Bundled by `run.ts`
 * from the sources as they were changed; a field of a profile is changed here, in the list of profiles.
 */
import { type Profile, profiles } from '../../src/redis/profiles/index.ts';
import { readRecordings } from '../../src/verify/recording/read.ts';
import { replay } from '../../src/verify/recording/replay.ts';
import { simulated } from '../../src/verify/recording/simulated.ts';
import { profileOf } from '../../src/verify/recording/versions.ts';

/** A value of another version, planted into a profile. */
export interface FieldBug {
  readonly into: string;
  readonly from: string;
  readonly path: string;
}

const recordings = readRecordings('test/golden');
const [task = '', skipped = '', list = '[]'] = process.argv.slice(2);
/** Recordings that do not agree anyway. */
const skip = new Set(skipped.split(','));

/** What notices it: `case version: path`; '' when nothing does. */
function noticed(versions: readonly string[]): string {
  for (const version of versions) {
    for (const recording of recordings) {
      if (!recording.observed.has(version) || skip.has(`${recording.case.id} ${version}`)) continue;
      const result = replay(recording, version, simulated);
      if (result.verdict === 'differ') return `${recording.case.id} ${version}: ${result.differences[0]?.path ?? ''}`;
      if (result.verdict === 'not covered') return `${recording.case.id} ${version}: not covered`;
    }
  }
  return '';
}

function withField({ into, from, path }: FieldBug, then: () => string): string {
  const mutable = profiles as Map<string, Profile>;
  const whole = mutable.get(into)!;
  const [group, field] = path.split('.') as [keyof Profile, string];
  const value = (mutable.get(from)![group] as unknown as Record<string, unknown>)[field];
  mutable.set(into, { ...whole, [group]: { ...(whole[group] as object), [field]: value } });
  try {
    return then();
  } finally {
    mutable.set(into, whole);
  }
}

const known = [...new Set(recordings.flatMap(({ observed }) => [...observed.keys()]))];

if (task === 'fields') {
  for (const bugs of JSON.parse(list) as readonly (readonly FieldBug[])[]) {
    let by = '';
    let caught = bugs[0]!;
    for (const bug of bugs) {
      caught = bug;
      by = withField(bug, () => noticed(known.filter((version) => profileOf(version)?.name === bug.into)));
      if (by !== '') break;
    }
    console.log(JSON.stringify({ path: caught.path, into: caught.into, from: caught.from, by }));
  }
} else {
  console.log(JSON.stringify({ by: noticed(JSON.parse(list) as string[]) }));
}
