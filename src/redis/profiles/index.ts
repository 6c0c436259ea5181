/** The versions that can be simulated, by name. */
import type { Profile } from './profile.ts';
import { redis26 } from './redis-2.6.ts';
import { redis28 } from './redis-2.8.ts';
import { redis32 } from './redis-3.2.ts';
import { redis40 } from './redis-4.0.ts';
import { redis50 } from './redis-5.0.ts';
import { redis603 } from './redis-6.0.3.ts';
import { redis60 } from './redis-6.0.ts';
import { redis62 } from './redis-6.2.ts';
import { redis70 } from './redis-7.0.ts';
import { redis72 } from './redis-7.2.ts';
import { redis74 } from './redis-7.4.ts';
import { valkey80 } from './valkey-8.0.ts';

export type { Profile } from './profile.ts';

/** In the order of their release. 6.0.3 is a variant: its generation stands for the later releases. */
const ALL: readonly Profile[] = [
  redis26, redis28, redis32, redis40, redis50, redis603, redis60, redis62, redis70, redis72, redis74, valkey80,
];

export const profiles: ReadonlyMap<string, Profile> = new Map(ALL.map((profile) => [profile.name, profile]));

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
