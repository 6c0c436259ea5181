/** Rows of directives, kind by kind: what stands in the tables of all versions. */
import type { Directive, DirectiveKind, DirectiveValue } from './directive.ts';

/** What a version says of a directive, beside its name. */
export type Row<Value extends DirectiveValue = DirectiveValue> = Omit<Directive<Value>, 'name' | 'field' | 'simulated'>;
export type Traits = Partial<Pick<Directive, 'alias' | 'runtime' | 'denyLoading' | 'hidden' | 'clamp'>>;

export const INT_MAX: bigint = 2_147_483_647n;
export const INT_MIN: bigint = -2_147_483_648n;
export const UINT_MAX: bigint = 4_294_967_295n;
/** LONG_MAX, LLONG_MAX, SSIZE_MAX. */
export const LONG_MAX: bigint = (1n << 63n) - 1n;
export const UNSIGNED_LONG_MAX: bigint = (1n << 64n) - 1n;
export const MEGABYTE: number = 2 ** 20;

export const STARTUP_ONLY: Traits = { runtime: 'no' };

export function traits(traits: Traits): Omit<Row, 'kind' | 'default'> {
  return { alias: '', runtime: 'yes', denyLoading: false, hidden: false, clamp: null, ...traits };
}

export function yesNo(initial: boolean, more: Traits = {}): Row<boolean> {
  return { ...traits(more), kind: { type: 'yes-no' }, default: initial };
}

export function integer(initial: number, min: number | bigint = 0, max: bigint = INT_MAX, more: Traits = {}): Row<number> {
  return { ...traits(more), kind: { type: 'integer', min: BigInt(min), max, unit: '' }, default: initial };
}

export function seconds(initial: number, min = 0, more: Traits = {}, max: bigint = INT_MAX): Row<number> {
  return { ...traits(more), kind: { type: 'integer', min: BigInt(min), max, unit: 's' }, default: initial };
}

export function memory(initial: number, min: bigint, max: bigint, more: Traits = {}): Row<number> {
  return { ...traits(more), kind: { type: 'memory', min, max, percent: false }, default: initial };
}

export function oneOf<Word extends string>(initial: Word, choices: readonly Word[], more: Traits = {}): Row<Word> {
  return { ...traits(more), kind: { type: 'enum', words: choices, several: false }, default: initial };
}

export function flags(choices: readonly string[]): Row<string> {
  return { ...traits({}), kind: { type: 'enum', words: choices, several: true }, default: choices[0]! };
}

export function text(initial: string, more: Traits = {}, check: ((text: string) => string | null) | null = null): Row<string> {
  return { ...traits(more), kind: { type: 'string', check }, default: initial };
}

export function words(initial: string, more: Traits, check: Extract<DirectiveKind, { type: 'words' }>['check']): Row<string> {
  return { ...traits(more), kind: { type: 'words', check }, default: initial };
}
