/**
 * Bugs made from the profiles themselves: a version behaves in one field as its neighbour does.
 *
 * One for each value of each field. Whatever notices it exercises that value: a reader of the field cannot tell which
 * version it serves, so a value that can be exchanged unseen is one that no recording and no test ever looked at.
 */
import { type Profile, profiles } from '../../src/redis/profiles/index.ts';
import { spell } from '../../src/redis/profiles/words/words.ts';

/** A value of another version, planted into a profile. */
export interface FieldBug {
  readonly into: string;
  readonly from: string;
  /** `handshake.requests`; `directives` and `version` stand for themselves. */
  readonly path: string;
}

/** A value of a field, and the ways to take it away from a version that has it. */
export interface FieldValue {
  /** `handshake.requests: inline`; of a long value the first version that has it: `commands.arities: as in redis-2.6`. */
  readonly name: string;
  readonly path: string;
  /** The versions that have it. */
  readonly versions: readonly string[];
  readonly bugs: readonly FieldBug[];
}

const LONGEST = 40;

/** Every value of every field that versions differ in. */
export function fieldValues(): FieldValue[] {
  const all = [...profiles.values()];
  const paths = Object.keys(all[0]!).filter((group) => group !== 'name').flatMap((group) => fieldsOf(group as keyof Profile).map((field) => (field === '' ? group : `${group}.${field}`)));
  return paths.flatMap((path) => {
    const spelled = all.map((profile) => contents(valueOf(profile, path)));
    return [...new Set(spelled)].filter((_, __, values) => values.length > 1).map((value): FieldValue => {
      const own = all.filter((_, index) => spelled[index] === value);
      const short = spell(valueOf(own[0]!, path));
      return {
        name: `${path}: ${short.length > 0 && short.length <= LONGEST ? short : `as in ${own[0]!.name}`}`, path, versions: own.map(({ name }) => name),
        bugs: own.flatMap(({ name: into }) => neighboursOf(into).filter((from) => !own.some(({ name }) => name === from)).map((from): FieldBug => ({ into, from, path }))),
      };
    });
  });
}

/** The same text for what is the same value. */
function contents(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (part instanceof Map ? [...(part as ReadonlyMap<unknown, unknown>)] : typeof part === 'bigint' || part === Infinity ? String(part) : typeof part === 'function' ? part.name : part));
}

function fieldsOf(group: keyof Profile): string[] {
  return group === 'version' || group === 'directives' ? [''] : [...new Set([...profiles.values()].flatMap((profile) => Object.keys(profile[group])))];
}

function valueOf(profile: Profile, path: string): unknown {
  const [group, field] = path.split('.') as [keyof Profile, string | undefined];
  return field === undefined ? profile[group] : (profile[group] as unknown as Record<string, unknown>)[field];
}

/** Off the line of releases, and what each parted from: Valkey, and the releases of 6.0 that knew a "meaningful offset". */
const BRANCHES: Readonly<Record<string, readonly string[]>> = { 'valkey-8.0': ['redis-7.2'], 'redis-6.0.3': ['redis-6.0', 'redis-5.0'] };

/** The release before and the one after; of a branch, what it parted from. */
function neighboursOf(name: string): string[] {
  const line = [...profiles.keys()].filter((each) => !(each in BRANCHES));
  const near = BRANCHES[name] ?? [line[line.indexOf(name) + 1], line[line.indexOf(name) - 1]];
  return [...near, ...Object.keys(BRANCHES).filter((branch) => BRANCHES[branch]!.includes(name))].filter((each) => each !== undefined);
}

/** Puts the bug into the profile, whoever holds it; what comes back takes it out again. */
export function plant({ into, from, path }: FieldBug): () => void {
  const profile = profiles.get(into) as unknown as Record<string, unknown>;
  const [group, field] = path.split('.') as [keyof Profile, string | undefined];
  const whole = profile[group];
  const value = valueOf(profiles.get(from)!, path);
  profile[group] = field === undefined ? value : { ...(whole as object), [field]: value };
  return () => {
    profile[group] = whole;
  };
}
