/** Where in a scenario a place is, as `--set` names it: the way back from a step to what was written. */
import type { Place } from './place.ts';
import { placeOf } from './source.ts';
import type { Path, Written, WrittenEntry } from './tree.ts';

export interface Spot {
  readonly path: Path;
  readonly entry: WrittenEntry;
}

/** The key that stands at this place; null: none does. */
export function spotAt(root: Written, place: Place): Spot | null {
  const search = (node: Written, path: Path): Spot | null => {
    if (node.kind === 'scalar') return null;
    if (node.kind === 'list') return firstOf(node.items, (item, index) => search(item, [...path, index]));
    return firstOf(node.entries, (entry) => (isAt(entry, place) ? { path: [...path, entry.key], entry } : search(entry.value, [...path, entry.key])));
  };
  return search(root, []);
}

/** `timeline[0].partition.for` */
export function pathText(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

function isAt({ keySpan }: WrittenEntry, { file, line, column }: Place): boolean {
  const own = placeOf(keySpan);
  return own.file === file && own.line === line && own.column === column;
}

function firstOf<T>(items: readonly T[], look: (item: T, index: number) => Spot | null): Spot | null {
  for (const [index, item] of items.entries()) {
    const found = look(item, index);
    if (found !== null) return found;
  }
  return null;
}
