/**
 * What schemas may ask while they read one scenario: its names, and where a value was written.
 *
 * The names are gathered before anything is validated (`outline.ts`), so a link may name a node that stands further
 * down, and a mistake in one node does not make all references to it wrong.
 */
import type { Profile } from '../../redis/profiles/index.ts';
import type { Place } from '../place.ts';
import type { Outline } from '../outline.ts';
import { placeOf } from '../source.ts';
import { childOf, type Origins, spanAt } from '../tree.ts';
import { type Entry, type Schema, withMeta } from './schema.ts';

export interface Scope {
  /** Make schemas for JSON Schema, which lists every form, instead of schemas that read. */
  readonly forEditors: boolean;
  /** Names of nodes, in order, with the profile of each: null when its server is not known. */
  readonly nodes: ReadonlyMap<string, Profile | null>;
  /** Names of client loads, in order. */
  readonly clients: readonly string[];
  /** Names of observers of the stream, in order. */
  readonly observers: readonly string[];
  /** `replica>master` of all pairs that the file makes replica and master, by `replicaof` at the start or later. */
  readonly pairs: ReadonlySet<string>;
  /** Links that a verb needs a relay for, as `replica>master`: filled while the timeline is read. */
  readonly relays: Set<string>;
  /** Names that commands of the timeline give to their replies: filled while the timeline is read. */
  readonly replies: Set<string>;
  /** Versions that nodes were started again with: filled while the timeline is read, in the order of the file. */
  readonly versions: Map<string, Profile>;
  /** Where a list or mapping handed to a schema was written; null for anything else. */
  placeOf(value: unknown, key?: string | number): Place | null;
  /** The text of a scalar as it was written, `060` and all. */
  textOf(value: unknown, key: string | number): string | null;
  /** The schema of a table's entry, made once. */
  schemaOf<T>(entry: Entry<T>): Schema<T>;
  /** A schema that is used all over, made once; editors see it as a definition of that name. */
  shared<T>(id: string, make: () => Schema<T>): Schema<T>;
}

/** A scope to read one scenario in. */
export function createScope({ nodes, clients, observers, pairs }: Outline, origins: Origins): Scope {
  const written = (value: unknown): ReturnType<Origins['get']> => (typeof value === 'object' && value !== null ? origins.get(value) : undefined);
  return {
    ...schemasMadeOnce(false),
    forEditors: false,
    nodes,
    clients,
    observers,
    pairs,
    relays: new Set(),
    replies: new Set(),
    versions: new Map(),
    placeOf: (value, key) => {
      const node = written(value);
      return node === undefined ? null : placeOf(spanAt(node, key === undefined ? [] : [key], 'key'));
    },
    textOf: (value, key) => {
      const child = childOf(written(value), key);
      return child?.kind === 'scalar' ? child.text : null;
    },
  };
}

/** A scope of no scenario, to make JSON Schema in. */
export function createEditorsScope(): Scope {
  return {
    ...schemasMadeOnce(true),
    forEditors: true,
    nodes: new Map(),
    clients: [],
    observers: [],
    pairs: new Set(),
    relays: new Set(),
    replies: new Set(),
    versions: new Map(),
    placeOf: () => null,
    textOf: () => null,
  };
}

function schemasMadeOnce(forEditors: boolean): Pick<Scope, 'schemaOf' | 'shared'> {
  const entries = new Map<Entry<unknown>, Schema<unknown>>();
  const byId = new Map<string, Schema<unknown>>();
  return {
    schemaOf<T>(this: Scope, entry: Entry<T>): Schema<T> {
      const made = entries.get(entry) ?? entry.schema(this);
      entries.set(entry, made);
      return made as Schema<T>;
    },
    shared<T>(id: string, make: () => Schema<T>): Schema<T> {
      const made = byId.get(id) ?? make();
      if (forEditors && !byId.has(id)) withMeta(made, { id });
      byId.set(id, made);
      return made as Schema<T>;
    },
  };
}
