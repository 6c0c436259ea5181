/**
 * What a case needs of a server that the simulator does not model yet, seen from the case alone.
 *
 * A table of exceptions, each with the issue that ends it; empty is the goal. It looks at settings and commands, never at
 * names of cases, and it must not hide what the simulator claims to do: then the case has to agree.
 */
import { type Case, type Json, isList } from './format.ts';

interface Mechanism {
  readonly name: string;
  readonly isNeededBy: (script: Case, version: string) => boolean;
}

const NOT_MODELLED: readonly Mechanism[] = [];

export function neededMechanisms(script: Case, version: string, table: readonly Mechanism[] = NOT_MODELLED): readonly string[] {
  return table.filter(({ isNeededBy }) => isNeededBy(script, version)).map(({ name }) => name);
}

/** Does a server of the case have this setting, with this value? */
export function hasSetting(script: Case, name: string, value: string): boolean {
  return [...script.servers.values()].some(({ config }) => config.get(name) === value);
}

/** Does a step send a command that begins with these words (any case)? */
export function sends(script: Case, ...words: readonly string[]): boolean {
  const begins = (argv: Json | undefined): boolean =>
    isList(argv) && words.every((word, i) => typeof argv[i] === 'string' && argv[i].toUpperCase() === word);
  return script.steps.some(({ fields }) => begins(fields['args']) || (isList(fields['list']) && fields['list'].some(begins)));
}
