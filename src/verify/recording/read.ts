/**
 * Reads recordings: from a folder, a file or a text to a `Recording`, or a clear error.
 *
 * Owns what makes a file well formed. What its verbs mean is `steps.ts`; what the simulator cannot play
 * is not an error of the file.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, type CaseStep, type Json, type JsonObject, type Observed, type ObservedLink, type Recording, type ServerSetup, isList, isObject, isUnstable } from './format.ts';

/** A recording that cannot be read: `message` names the file and the path inside it. */
export class RecordingError extends Error {
  constructor(file: string, path: string, problem: string) {
    super(path === '' ? `${file}: ${problem}` : `${file}: ${path} ${problem}`);
    this.name = 'RecordingError';
  }
}

/** Reads every `*.json` of a folder, in the order of their names; or the one file given. */
export function readRecordings(path: string): readonly Recording[] {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) throw new RecordingError(path, '', 'no such file or folder');
  if (!status.isDirectory()) return [readRecording(path)];
  const names = readdirSync(path).filter((name) => name.endsWith('.json')).sort();
  if (names.length === 0) throw new RecordingError(path, '', 'has no recordings (*.json) in it');
  return names.map((name) => readRecording(join(path, name)));
}

export function readRecording(file: string): Recording {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new RecordingError(file, '', `cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
  return parseRecording(file, text);
}

export function parseRecording(file: string, text: string): Recording {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch (error) {
    throw new RecordingError(file, '', `is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const root = new Place(file, '', json);
  if (root.field('format').json !== 1) throw root.field('format').error('is not 1, the only format known');
  const observed = readObserved(root.field('observed'), readCase(root.field('case')).steps.length);
  return {
    file,
    case: readCase(root.field('case')),
    observed,
    notRecorded: new Map([...root.optional('not_recorded').entries()].map(([name, place]) => [name, place.text()])),
  };
}

function readCase(place: Place): Case {
  const servers = new Map([...place.field('servers').entries()].map(([name, server]) => [name, readServer(server)]));
  if (servers.size === 0) throw place.field('servers').error('is empty');
  for (const [name, server] of servers) {
    if (server.replicaOf === null || servers.has(server.replicaOf)) continue;
    throw place.field('servers').field(name).field('replica_of').error(`names no server of the case: "${server.replicaOf}"`);
  }
  return {
    id: place.field('id').text(),
    area: place.field('area').text(),
    level: place.field('level').text(),
    what: place.field('what').text(),
    why: place.field('why').text(),
    minVersion: place.field('min_version').text(),
    servers,
    steps: place.field('steps').items().map(readStep),
  };
}

const SERVER_FIELDS = ['replica_of', 'config', 'version', 'announce'];

function readServer(place: Place): ServerSetup {
  const entries = place.entries();
  const config = new Map<string, string | null>();
  for (const [name, setting] of place.optional('config').entries()) config.set(name, setting.json === null ? null : setting.text());
  return {
    replicaOf: entries.get('replica_of')?.text() ?? null,
    config,
    version: entries.get('version')?.text() ?? null,
    announced: entries.get('announce')?.json === true,
    others: [...entries.keys()].filter((name) => !SERVER_FIELDS.includes(name)),
  };
}

function readStep(place: Place): CaseStep {
  return { do: place.field('do').text(), fields: place.object() };
}

function readObserved(place: Place, steps: number): Map<string, Observed> {
  const observed = new Map<string, Observed>();
  const same = new Map<string, Place>();
  for (const [version, entry] of place.entries()) {
    if (Object.hasOwn(entry.object(), 'same_as')) same.set(version, entry.field('same_as'));
    else observed.set(version, readOne(entry, steps));
  }
  for (const [version, reference] of same) {
    const target = observed.get(reference.text());
    if (target === undefined) throw reference.error(`names no recording of its own: "${reference.text()}"`);
    observed.set(version, target);
  }
  // In the order of the file again.
  return new Map([...place.entries().keys()].map((version) => [version, observed.get(version)!]));
}

function readOne(place: Place, steps: number): Observed {
  const times = place.field('step_ms').items();
  if (times.length !== steps) throw place.field('step_ms').error(`has ${times.length} entries for ${steps} steps`);
  for (const time of times) time.range();
  place.field('end_ms').range();
  const results = place.field('results').items();
  for (const result of results) readResult(result, steps);
  return {
    runs: place.field('runs').number(),
    stable: place.field('stable').json === true,
    step_ms: times.map((time) => time.json),
    end_ms: place.field('end_ms').json,
    results: results.map((result) => result.object()),
    links: new Map([...place.field('links').entries()].map(([name, link]) => [name, readLink(name, link)])),
    log: new Map([...place.field('log').entries()].map(([server, lines]) => [server, lines.items().map((line) => line.text())])),
    notes: place.optional('notes').items().map((note) => note.text()),
  };
}

function readResult(place: Place, steps: number): void {
  const step = place.field('step').number();
  if (!Number.isInteger(step) || step < 0 || step >= steps) throw place.field('step').error(`is no step of the case: ${step}`);
  place.field('do').text();
}

function readLink(name: string, place: Place): ObservedLink {
  if (!/^[^>]+>[^>]+$/.test(name)) throw place.error('is not named replica>master');
  const connections = place.field('connections').items();
  for (const connection of connections) {
    if (Object.hasOwn(connection.object(), 'unstable')) continue;
    for (const field of ['open_ms', 'close_ms']) connection.field(field).range();
    for (const field of ['sent', 'received', 'psync']) {
      const list = connection.field(field);
      if (!isUnstable(list.json)) list.items();
    }
  }
  return { psync: place.field('psync').json, connections: connections.map((connection) => connection.object()) };
}

/** A value in a file, and where it stands. */
class Place {
  private readonly file: string;
  private readonly path: string;
  readonly json: Json;

  constructor(file: string, path: string, json: Json) {
    this.file = file;
    this.path = path;
    this.json = json;
  }

  error(problem: string): RecordingError {
    return new RecordingError(this.file, this.path, problem);
  }

  object(): JsonObject {
    if (!isObject(this.json)) throw this.error('is not an object');
    return this.json;
  }

  field(name: string): Place {
    const value = this.object()[name];
    if (value === undefined) throw this.error(`has no "${name}"`);
    return this.below(name, value);
  }

  /** A field that may be missing: then an empty object, which is an empty list too. */
  optional(name: string): Place {
    return this.below(name, this.object()[name] ?? {});
  }

  entries(): ReadonlyMap<string, Place> {
    return new Map(Object.entries(this.object()).map(([name, value]) => [name, this.below(name, value)]));
  }

  items(): readonly Place[] {
    if (isObject(this.json) && Object.keys(this.json).length === 0) return [];
    if (!isList(this.json)) throw this.error('is not a list');
    return this.json.map((value, index) => new Place(this.file, `${this.path}[${index}]`, value));
  }

  text(): string {
    if (typeof this.json !== 'string') throw this.error('is not a text');
    return this.json;
  }

  number(): number {
    if (typeof this.json !== 'number') throw this.error('is not a number');
    return this.json;
  }

  range(): void {
    if (isUnstable(this.json)) return;
    const [least, most, ...more] = this.items();
    if (least === undefined || most === undefined || more.length > 0) throw this.error('is not [least, most]');
    if (least.number() > most.number()) throw this.error(`has its least above its most: ${least.number()}, ${most.number()}`);
  }

  private below(name: string, value: Json): Place {
    return new Place(this.file, this.path === '' ? name : `${this.path}.${name}`, value);
  }
}
