/** Before the tests of a run that has a bug planted: a field of a profile has the value of another version (see `run.ts`). */
import { type Profile, profiles } from '../../src/redis/profiles/index.ts';
import type { FieldBug } from './trial.ts';

const { into, from, path } = JSON.parse(process.env['PLANTED'] ?? '{}') as Partial<FieldBug>;
if (into !== undefined && from !== undefined && path !== undefined) {
  const [group, field] = path.split('.') as [keyof Profile, string];
  const profile = profiles.get(into) as unknown as Record<string, object>;
  const other = profiles.get(from) as unknown as Record<string, Record<string, unknown>>;
  profile[group] = { ...profile[group], [field]: other[group]![field] };
}
