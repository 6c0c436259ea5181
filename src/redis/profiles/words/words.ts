/**
 * What words a field of a profile has: a label, and a sentence for each value that it can take.
 *
 * The type of the field decides which: of a closed choice every alternative has its sentence, so that a new alternative
 * without words does not compile; of an open one (a number, a name) a sentence with a gap.
 */
export interface GroupWords<Group> {
  /** What the fields of the group are about, as a heading. */
  readonly title: string;
  readonly fields: { readonly [Field in keyof Group]: FieldWords<Group[Field]> };
}

export interface FieldWords<Value> {
  /** What differs, in two or three words. */
  readonly label: string;
  /** What such a server does: a sentence without its full stop. `{}` stands for the value, `*` for every other value. */
  readonly says: Says<Value>;
}

type Says<Value> = IsOpen<Value> extends true ? string | ({ readonly '*': string } & { readonly [value: string]: string }) : { readonly [Each in Spelled<Value>]: string };

/** The alternatives as keys. */
type Spelled<Value> = Value extends string | boolean | null ? `${Value}` : never;

type IsOpen<Value> = string extends Value ? true : [Extract<Value, number | object>] extends [never] ? false : true;

/** What the words say of a value. */
export function sayValue({ says }: FieldWords<unknown>, value: unknown): string {
  const spelled = spell(value);
  const sentence = typeof says === 'string' ? says : Object.hasOwn(says, spelled) ? says[spelled]! : says['*'];
  return sentence.replaceAll('{}', spelled);
}

/** A value as text: `everysec`, `500`, `eof, psync2`; of a table its keys with their values. */
export function spell(value: unknown): string {
  if (Array.isArray(value)) return value.map(spell).join(', ');
  if (typeof value === 'function') return value.name;
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value).map(([key, own]) => `${key} ${spell(own)}`).join(', ');
}
