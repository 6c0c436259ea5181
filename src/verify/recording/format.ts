/**
 * The format of a recording of real servers (`test/golden/README.md`), field names as in the files.
 *
 * What a server did is kept as JSON: any value in it may be replaced by `{"unstable": […]}`, so no
 * narrower type would hold. Our own recordings (`recorder.ts`) have the same shape.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** [least, most] over the runs. */
export type Range = readonly [number, number];

export interface Recording {
  /** Where it was read, for messages. */
  readonly file: string;
  readonly case: Case;
  /** By exact version, `same_as` resolved. */
  readonly observed: ReadonlyMap<string, Observed>;
  readonly notRecorded: ReadonlyMap<string, string>;
}

export interface Case {
  readonly id: string;
  readonly area: string;
  readonly level: string;
  readonly what: string;
  readonly why: string;
  readonly minVersion: string;
  /** By name, in the order of the file. */
  readonly servers: ReadonlyMap<string, ServerSetup>;
  readonly steps: readonly CaseStep[];
}

export interface ServerSetup {
  readonly replicaOf: string | null;
  /** Value null: leave the version's default. A name may end in `@version`. */
  readonly config: ReadonlyMap<string, string | null>;
  /** A version of its own (`2.6`), or null. */
  readonly version: string | null;
  /** Announces the port of a proxy of its own: whoever is sent to it goes through that one. */
  readonly announced: boolean;
  /** Fields that no simulated server has a counterpart for yet, by name: `sentinel`, `front` … */
  readonly others: readonly string[];
}

/** One scripted step; its other fields depend on the verb and are read by `steps.ts`. */
export interface CaseStep {
  readonly do: string;
  readonly fields: JsonObject;
}

export interface Observed {
  readonly runs: number;
  readonly stable: boolean;
  readonly step_ms: readonly Json[];
  readonly end_ms: Json;
  readonly results: readonly JsonObject[];
  /** By `replica>master`. */
  readonly links: ReadonlyMap<string, ObservedLink>;
  /** Lines by server. */
  readonly log: ReadonlyMap<string, readonly string[]>;
  readonly notes: readonly string[];
}

export interface ObservedLink {
  readonly psync: Json;
  readonly connections: readonly JsonObject[];
}

/** What stands where the runs disagreed: alternatives, or a remark with only counts beside it. */
export interface Unstable extends JsonObject {
  readonly unstable: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isUnstable(value: Json | undefined): value is Unstable {
  return isObject(value) && Object.hasOwn(value, 'unstable');
}
