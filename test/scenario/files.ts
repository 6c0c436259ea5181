/** Scenarios to test with: the gallery, the ones under `good/`, and those under `bad/` with what is wrong with them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadScenario } from '../../src/scenario/load.ts';
import { type Problem, ScenarioError } from '../../src/scenario/place.ts';
import type { Override } from '../../src/scenario/overrides.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const ROOT: string = join(import.meta.dirname, '../..');

export interface ScenarioFile {
  readonly name: string;
  readonly text: string;
}

/** Files of a folder, by their path from the root. */
export function scenariosIn(folder: string): ScenarioFile[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), 'utf8') }));
}

export function goodScenarios(): ScenarioFile[] {
  return [...scenariosIn('scenarios'), ...scenariosIn('test/scenario/good')];
}

/** Conf files stand beside `good/`; of others there are none. */
export function readConf(relative: string): string {
  if (relative === 'everything.conf') return readFileSync(join(ROOT, 'test/scenario/good/everything.conf'), 'utf8');
  throw new Error('no such file');
}

export type Attempt = { readonly scenario: Scenario; readonly problems: null } | { readonly scenario: null; readonly problems: readonly Problem[] };

/** Loads, and gives problems as a value; throws whatever is no ScenarioError. */
export function attempt(text: string, overrides: readonly Override[] = []): Attempt {
  try {
    return { scenario: loadScenario(text, 'test.yaml', { overrides, readFile: readConf }), problems: null };
  } catch (error) {
    if (error instanceof ScenarioError) return { scenario: null, problems: error.problems };
    throw error;
  }
}

/** `7:5 unknown key "partion"; did you mean "partition"?` */
export function sentence({ message, suggestion, place }: Problem): string {
  return `${place === null ? '' : `${place.line}:${place.column} `}${message}${suggestion === null ? '' : `; ${suggestion}`}`;
}

export function sentences(text: string, overrides: readonly Override[] = []): string[] {
  return attempt(text, overrides).problems?.map(sentence) ?? ['it loads'];
}
