/**
 * The profiles in words: every field of every version as a sentence, for `sim versions` and for who compares two.
 *
 * The words stand beside the profiles, one table a group; a field or an alternative without words does not compile.
 */
import { defaultConfig, directiveText } from '../../config.ts';
import type { Profile } from '../profile.ts';
import { WORDS } from './table.ts';
import { type FieldWords, sayValue, spell } from './words.ts';

/** One field of one version. */
export interface DescribedField {
  /** Heading of the group that it belongs to. */
  readonly group: string;
  /** `handshake.reconnectAtOnce`; of a directive `directives.` and its name. */
  readonly path: string;
  readonly label: string;
  readonly value: string;
  readonly says: string;
}

/** Fields in the order of the table, then what redis.conf may say. */
export function describeProfile(profile: Profile): readonly DescribedField[] {
  return [...describeFields(profile), ...describeDirectives(profile)];
}

function describeFields(profile: Profile): readonly DescribedField[] {
  return (Object.keys(WORDS) as (keyof typeof WORDS)[]).flatMap((group) => {
    const { title } = WORDS[group];
    const words = WORDS[group].fields as Readonly<Record<string, FieldWords<unknown>>>;
    return Object.entries(profile[group]).map(([field, value]): DescribedField => {
      const own = words[field]!;
      return { group: title, path: `${group}.${field}`, label: own.label, value: spell(value), says: sayValue(own, value) };
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
    return { group: 'Defaults of redis.conf', path: `directives.${name}`, label: name, value, says: value === '' ? '""' : value };
  });
}

/** Directives that a version accepts and that decide nothing here, by name. */
export function keptDirectives({ directives: { rows } }: Profile): readonly string[] {
  return rows.filter(({ simulated }) => !simulated).map(({ name }) => name);
}
