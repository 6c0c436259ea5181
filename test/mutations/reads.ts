/** Who reads what of the profiles: only a reader can notice a bug. */
import { profiles } from '../../src/redis/profiles/index.ts';

/** Notes which fields of which profiles are read from now on (`redis-7.2 handshake.requests`), until what comes back is called. */
export function watchReads(): () => string[] {
  const reads = new Set<string>();
  const undo = [...profiles.values()].flatMap((profile) => Object.keys(profile).filter((group) => group !== 'name').map((group) => {
    const own = profile as unknown as Record<string, unknown>;
    const whole = own[group];
    if (group === 'version' || group === 'directives') {
      Object.defineProperty(own, group, { configurable: true, enumerable: true, get: () => (reads.add(`${profile.name} ${group}`), whole) });
    } else {
      const watched = {};
      for (const [field, value] of Object.entries(whole as object)) {
        Object.defineProperty(watched, field, { configurable: true, enumerable: true, get: () => (reads.add(`${profile.name} ${group}.${field}`), value as unknown) });
      }
      own[group] = watched;
    }
    return () => Object.defineProperty(own, group, { configurable: true, enumerable: true, writable: true, value: whole });
  }));
  return () => {
    for (const one of undo) one();
    return [...reads];
  };
}
