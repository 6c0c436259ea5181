/** Corrupts a recording, one value at a time, in every place where it holds one. */
import type { Json, Observed, ObservedLink } from '../../../src/verify/recording/format.ts';

export interface Corruption {
  /** The kind of field, without names and indices: `links.connections[].acks.last`. */
  readonly kind: string;
  readonly path: string;
  readonly what: 'changed' | 'deleted' | 'added';
  readonly observed: Observed;
}

type Tree = Json[] | { [key: string]: Json };

/** What is no value of a run, and is never compared: how often it ran, remarks. (A link without its list is no recording.) */
const NOT_COMPARED = /^(runs|stable|notes)\b|\.note$/;

/**
 * Every corruption of one recording, `most` of a kind (counted in `counts`). They share one value that is changed and
 * changed back: look at each before asking for the next.
 */
export function* corruptions(recording: Observed, most: number = Infinity, counts: Map<string, number> = new Map()): Generator<Corruption> {
  const tree = toTree(recording);
  const observed = asObserved(tree);
  for (const { kind, path, what, apply } of [...places(tree, [])]) {
    if (NOT_COMPARED.test(kind) || (what === 'deleted' && kind === 'links.connections')) continue;
    const count = (counts.get(kind + what) ?? 0) + 1;
    counts.set(kind + what, count);
    if (count > most) continue;
    const undo = apply();
    yield { kind, path: path.join('.'), what, observed };
    undo();
  }
}

interface PlaceOf {
  readonly kind: string;
  readonly path: readonly string[];
  readonly what: Corruption['what'];
  /** Corrupts, and returns what undoes it. */
  readonly apply: () => () => void;
}

function* places(node: Tree, path: readonly string[]): Generator<PlaceOf> {
  for (const [key, child] of Object.entries(node)) {
    const below = [...path, key];
    const kind = kindOf(below);
    const bad = corrupted(child, kind);
    if (bad !== undefined) yield { kind, path: below, what: 'changed', apply: () => put(node, key, bad) };
    else if (isTree(child)) yield* places(child, below);
    // A whole part missing is for the reader to notice.
    if (path.length > 0) yield { kind, path: below, what: 'deleted', apply: () => take(node, key) };
  }
  if (Array.isArray(node) && node.length > 0) {
    yield { kind: kindOf(path), path, what: 'added', apply: () => put(node, String(node.length), node[0]!) };
  }
}

function isTree(node: Json): node is Tree {
  return typeof node === 'object' && node !== null;
}

function put(node: Tree, key: string, value: Json): () => void {
  const fields = node as { [key: string]: Json };
  const before = fields[key];
  fields[key] = value;
  return () => {
    if (before !== undefined) fields[key] = before;
    else if (Array.isArray(node)) node.pop();
  };
}

function take(node: Tree, key: string): () => void {
  if (Array.isArray(node)) {
    const [value] = node.splice(Number(key), 1);
    return () => {
      node.splice(Number(key), 0, value!);
    };
  }
  const before = Object.entries(node);
  Reflect.deleteProperty(node, key);
  return () => {
    for (const [name] of before) Reflect.deleteProperty(node, name);
    Object.assign(node, Object.fromEntries(before));
  };
}

function kindOf(path: readonly string[]): string {
  const names = path.map((key, i) => {
    if (/^\d+$/.test(key)) return '[]';
    const named = (path[0] === 'links' && i === 1) || (path[0] === 'log' && i === 1) || path[i - 1] === 'servers';
    return named ? '' : `.${key}`;
  });
  return names.join('').slice(1);
}

/** Another value in place of this one; undefined when it has parts of its own to corrupt. */
function corrupted(value: Json, kind: string): Json | undefined {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return `${value}~`;
  if (value === null || 'unstable' in (value as object)) return 'something else';
  // [least, most]: times and counts have a tolerance, everything else is exact.
  const far = /_ms(\[\])?$/.test(kind) ? 100_000 : /(newlines_\w+|repeats|count)$/.test(kind) ? 1_000 : 0;
  const isRange = far > 0 && Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'number');
  return isRange ? (value).map((one) => one + far) : undefined;
}

function toTree({ links, log, ...rest }: Observed): Tree {
  return JSON.parse(JSON.stringify({ ...rest, links: Object.fromEntries(links), log: Object.fromEntries(log) })) as Tree;
}

/** A view of the tree that sees what changes in it. */
function asObserved(tree: Tree): Observed {
  const { links, log, ...rest } = tree as unknown as Record<string, Json>;
  return {
    ...(rest as unknown as Omit<Observed, 'links' | 'log'>),
    get links() {
      return new Map(Object.entries(links as unknown as Record<string, ObservedLink>));
    },
    get log() {
      return new Map(Object.entries(log as unknown as Record<string, string[]>));
    },
    get end_ms() {
      return (tree as unknown as Record<string, Json>)['end_ms']!;
    },
  };
}
