/** Where each line that we claim stands in the source of its version: found by `find-log-sources.ts`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../texts.ts';

/** By version, by file, the lines. */
export type LogSources = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export const LOG_SOURCES = 'test/docs/log-sources.json';

/** The file in which a line of a version is logged; null: nobody has looked it up. */
export function logSources(): (version: string, sentence: string) => string | null {
  const sources = JSON.parse(readFileSync(join(ROOT, LOG_SOURCES), 'utf8')) as LogSources;
  const files = new Map(Object.entries(sources).flatMap(([version, byFile]) => Object.entries(byFile).flatMap(([file, lines]) => lines.map((line): [string, string] => [`${version} ${line}`, file]))));
  return (version, sentence) => files.get(`${version} ${sentence}`) ?? null;
}
