/** The versions that can be simulated, by name. */
import type { Profile } from './profile.ts';
import { redis72 } from './redis-7.2.ts';
import { redis74 } from './redis-7.4.ts';

export type { Profile } from './profile.ts';

/** In the order of their release. */
export const profiles: ReadonlyMap<string, Profile> = new Map([redis72, redis74].map((profile) => [profile.name, profile]));

export const DEFAULT_PROFILE: Profile = redis72;

export type FoundProfile =
  | { readonly ok: true; readonly profile: Profile }
  | { readonly ok: false; /** The names that would be accepted. */ readonly candidates: readonly string[] };

/**
 * The profile that a person means by `redis-7.2`, `7.2`, `7.2.6` or `redis-7.2.6`. Another release of the generation is
 * not taken for this one: point releases do differ.
 */
export function findProfile(name: string): FoundProfile {
  const meant = name.trim().toLowerCase();
  for (const profile of profiles.values()) {
    const [product = '', generation = ''] = profile.name.split('-');
    const names = [profile.name, generation, profile.version, `${product}-${profile.version}`];
    if (names.includes(meant)) return { ok: true, profile };
  }
  return { ok: false, candidates: [...profiles.keys()] };
}
