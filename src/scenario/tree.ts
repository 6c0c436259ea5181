/**
 * What the author wrote, as a tree of scalars, lists and mappings that know where they stand.
 *
 * YAML is read into it (`yaml.ts`), options change it (`overrides.ts`), the schema is held against the plain
 * value of it, and a problem's path leads back through it to a place. Scalars keep their text: nothing is lost
 * of `060` or `1e3`, and redis.conf's own rules can judge it.
 */
import type { Span } from './source.ts';

export type Written = WrittenScalar | WrittenList | WrittenMapping;

export interface WrittenScalar {
  readonly kind: 'scalar';
  readonly text: string;
  /** Written in quotes or as a block, so it is text whatever it looks like. */
  readonly quoted: boolean;
  readonly span: Span;
}

export interface WrittenList {
  readonly kind: 'list';
  readonly items: Written[];
  readonly span: Span;
}

export interface WrittenMapping {
  readonly kind: 'mapping';
  readonly entries: WrittenEntry[];
  readonly span: Span;
}

export interface WrittenEntry {
  readonly key: string;
  readonly keySpan: Span;
  value: Written;
}

export type Path = readonly (string | number)[];

/** What a schema sees. Scalars are null, true, false, a number that prints as it was written, or text. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** Remembers of each list and mapping in a plain value where it came from. */
export type Origins = WeakMap<object, WrittenList | WrittenMapping>;

export function toPlain(node: Written, origins: Origins): Plain {
  switch (node.kind) {
    case 'scalar':
      return node.quoted ? node.text : plainScalar(node.text);
    case 'list': {
      const list = node.items.map((item) => toPlain(item, origins));
      origins.set(list, node);
      return list;
    }
    case 'mapping': {
      const mapping: Record<string, Plain> = {};
      for (const { key, value } of node.entries) mapping[key] = toPlain(value, origins);
      origins.set(mapping, node);
      return mapping;
    }
  }
}

/** YAML 1.2's core types, as far as they are lossless: `0x10`, `060`, `1e3` and `.nan` stay text, for the schema to refuse. */
function plainScalar(text: string): null | boolean | number | string {
  if (text === '' || text === '~' || text === 'null') return null;
  if (text === 'true') return true;
  if (text === 'false') return false;
  const number = /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return String(number) === text ? number : text;
}

export function entryOf(node: Written | undefined, key: string): WrittenEntry | undefined {
  return node?.kind === 'mapping' ? node.entries.find((entry) => entry.key === key) : undefined;
}

export function entriesOf(node: Written | undefined): readonly WrittenEntry[] {
  return node?.kind === 'mapping' ? node.entries : [];
}

export function childOf(node: Written | undefined, step: string | number): Written | undefined {
  if (typeof step === 'number') return node?.kind === 'list' ? node.items[step] : undefined;
  return entryOf(node, step)?.value;
}

/** What to underline for the value at a path; or, as far as the path leads nowhere, for what should hold it. */
export function spanAt(root: Written, path: Path, part: 'key' | 'value' = 'value'): Span {
  let node = root;
  let key: Span | null = null;
  for (const [depth, step] of path.entries()) {
    const entry = typeof step === 'string' ? entryOf(node, step) : undefined;
    const child = entry?.value ?? childOf(node, step);
    if (child === undefined) break;
    key = entry?.keySpan ?? null;
    node = child;
    if (part === 'key' && depth === path.length - 1 && key !== null) return key;
  }
  return spanOfValue(node, key);
}

/** A word is underlined itself; of something large its key, or its first key. */
function spanOfValue(node: Written, key: Span | null): Span {
  if (node.kind === 'scalar') return node.text === '' && !node.quoted && key !== null ? key : node.span;
  if (key !== null) return key;
  const first = node.kind === 'mapping' ? node.entries[0]?.keySpan : undefined;
  return first ?? node.span;
}
