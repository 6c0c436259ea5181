/**
 * Known differences: where a replay is allowed to differ from its recording, each with its reason and the evidence for it.
 *
 * An entry excuses what it names and nothing else; one that excuses nothing any more is stale, and an error. The list
 * should be empty.
 */
import { readFileSync } from 'node:fs';
import { RecordingError } from './read.ts';
import type { ReplayResult } from './replay.ts';

export interface KnownDifference {
  readonly case: string;
  readonly versions: readonly string[];
  /** Beginnings of the paths that may differ; `not covered`: what the case needs is not there yet. */
  readonly paths: readonly string[];
  readonly reason: string;
  /** Where one can see it: the recording, a line of Redis' source. */
  readonly evidence: string;
}

const NOT_COVERED = 'not covered';

export function readKnown(file: string): readonly KnownDifference[] {
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new RecordingError(file, '', `cannot be read as a list of known differences (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!Array.isArray(list)) throw new RecordingError(file, '', 'is not a list');
  return list.map((entry: unknown, index) => {
    const fields = entry as Partial<Record<keyof KnownDifference, unknown>>;
    const wrong = (['case', 'reason', 'evidence'] as const).find((name) => typeof fields[name] !== 'string' || fields[name] === '')
      ?? (['versions', 'paths'] as const).find((name) => !Array.isArray(fields[name]) || fields[name].length === 0);
    if (wrong !== undefined) throw new RecordingError(file, `[${index}].${wrong}`, 'is missing or empty');
    return entry as KnownDifference;
  });
}

/** Whether all that is wrong with a result is known. */
export function isKnown(result: ReplayResult, known: readonly KnownDifference[]): boolean {
  const paths = known.filter((one) => one.case === result.case && one.versions.includes(result.version)).flatMap((one) => one.paths);
  switch (result.verdict) {
    case 'agree':
      return false;
    case 'not covered':
      return paths.includes(NOT_COVERED);
    case 'differ':
      return result.differences.every(({ path }) => paths.some((start) => path.startsWith(start)));
  }
}

/** Entries, version by version, that excuse nothing in these results: sentences. */
export function staleEntries(results: readonly ReplayResult[], known: readonly KnownDifference[]): readonly string[] {
  const wrong = new Set(results.filter(({ verdict }) => verdict !== 'agree').map((result) => `${result.case} ${result.version}`));
  const replayed = new Set(results.map((result) => `${result.case} ${result.version}`));
  return known.flatMap((one) => one.versions.map((version) => `${one.case} ${version}`)).filter((entry) => replayed.has(entry) && !wrong.has(entry)).map((entry) => `${entry} agrees: take it out of the known differences`);
}
