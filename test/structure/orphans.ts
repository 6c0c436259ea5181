/**
 * Files that no one would miss: source that cannot be reached from anything that is shipped or run.
 * What only a test imports is an orphan too.
 */
import type { Source } from './sources.ts';

/** Files below src/ that are not reached from the roots by imports, of values or of types. */
export function orphans(sources: readonly Source[], roots: readonly string[]): string[] {
  const importsByPath = new Map(sources.map((source) => [source.path, source.imports]));
  const reached = new Set<string>();
  const waiting = [...roots];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { target } of importsByPath.get(path) ?? []) if (target !== undefined) waiting.push(target);
  }
  return sources
    .map((source) => source.path)
    .filter((path) => !reached.has(path) && !path.endsWith('.d.ts'));
}
