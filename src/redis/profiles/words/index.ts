/**
 * The profiles in words: every field of every version as a sentence, for `sim versions` and for who compares two.
 *
 * The words stand beside the profiles, one table a group; `test/redis/profiles/words.test.ts` holds that none is missing.
 */
import { defaultConfig, directiveText } from '../../config.ts';
import type { Profile } from '../profile.ts';
import { WORDS } from './table.ts';
import { sayValue, spell } from './words.ts';

/** One field of one version. */
export interface DescribedField {
  /** Heading of the group that it belongs to. */
  readonly group: string;
  /** `handshake.reconnectAtOnce`; of a directive `directives.` and its name. */
  readonly path: string;
  readonly label: string;
  readonly value: string;
  readonly says: string;
  /** Its words are missing: `says` is the bare value. */
  readonly wordless: boolean;
}

/** Fields in the order of the table, then what redis.conf may say. */
export function describeProfile(profile: Profile): readonly DescribedField[] {
  return [...describeFields(profile), ...describeDirectives(profile)];
}

function describeFields(profile: Profile): readonly DescribedField[] {
  const { name: _name, version: _version, directives: _directives, ...groups } = profile;
  // The order of the table of words; a group without words comes last.
  const order = [...new Set([...Object.keys(WORDS), ...Object.keys(groups)])].filter((group) => Object.hasOwn(groups, group)) as (keyof typeof groups)[];
  return order.flatMap((group) => {
    const words = WORDS[group];
    const known = (words?.fields ?? {}) as Readonly<Record<string, Parameters<typeof sayValue>[0] | undefined>>;
    return Object.entries(groups[group]).map(([field, value]): DescribedField => {
      const own = known[field];
      const says = own === undefined ? null : sayValue(own, value);
      const path = `${group}.${field}`;
      return { group: words?.title ?? group, path, label: own?.label ?? path, value: spell(value), says: says ?? spell(value), wordless: says === null };
    });
  });
}

/** Of the directives those that decide something here, with their defaults as redis.conf would say them. */
function describeDirectives(profile: Profile): readonly DescribedField[] {
  const config = defaultConfig(profile);
  return profile.directives.rows.filter(({ simulated }) => simulated).map((directive) => {
    const value = directiveText(config, directive);
    // Until 5.0 they were named after slaves.
    const name = directive.name.replace('slave', 'replica');
    return { group: 'Defaults of redis.conf', path: `directives.${name}`, label: name, value, says: value === '' ? '""' : value, wordless: false };
  });
}

/** Directives that a version accepts and that decide nothing here, by name. */
export function keptDirectives({ directives: { rows } }: Profile): readonly string[] {
  return rows.filter(({ simulated }) => !simulated).map(({ name }) => name);
}
