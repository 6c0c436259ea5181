import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE, findProfile, profiles } from '../../../src/redis/profiles/index.ts';
import { redis72 } from '../../../src/redis/profiles/redis-7.2.ts';

describe('a profile', () => {
  it.each(['redis-7.2', '7.2', '7.2.6', 'redis-7.2.6', ' Redis-7.2 '])('is found as %j', (name) => {
    expect(findProfile(name)).toEqual({ ok: true, profile: redis72 });
  });

  it.each(['7', '7.2.5', 'redis', '', 'valkey-7.2', '6.1'])('is not found as %j, and the names that are come back', (name) => {
    expect(findProfile(name)).toEqual({ ok: false, candidates: [...profiles.keys()] });
  });

  it('is in the list under its own name', () => {
    for (const [name, profile] of profiles) expect(profile.name).toBe(name);
    expect([...profiles.values()]).toContain(DEFAULT_PROFILE);
  });
});
