/** The generations by name. */
import type { Profile } from '../../profiles/profile.ts';
import type { Generation } from './generation.ts';
import { replid } from './replid.ts';
import { runId } from './run-id.ts';
import { syncOnly } from './sync-only.ts';

export type { Generation } from './generation.ts';

const GENERATIONS: Readonly<Record<Profile['history']['generation'], Generation>> = { 'sync-only': syncOnly, 'run-id': runId, replid };

export function generationOf(profile: Profile): Generation {
  return GENERATIONS[profile.history.generation];
}
