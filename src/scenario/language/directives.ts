/**
 * Settings under the names and by the rules of redis.conf, wherever a scenario gives them: `config:` of all nodes or of
 * one, a conf file, CONFIG SET in the timeline, an option. What Redis refuses is refused here, with its reason.
 */
import * as z from 'zod/mini';
import { loadConf, parseConfFile } from '../../redis/config/conf-file.ts';
import { defaultConfig, type DirectiveRefusal, findDirective, findSetting, nameInVersion, setDirective, type ServerConfig } from '../../redis/config.ts';
import { type Profile, profiles } from '../../redis/profiles/index.ts';
import type { Directive, DirectiveOrigin } from '../scenario.ts';
import { lineSpan, placeOf, type Source } from '../source.ts';
import { suggestWord } from '../suggest.ts';
import type { Place, Problem } from '../place.ts';
import { into, isScalar, kindOf, type Report, type Schema, withMeta } from './schema.ts';
import type { Scope } from './scope.ts';

/** A mapping from directives to values, in the order of the file; not yet held against a version. */
export function directives(scope: Scope, origin: DirectiveOrigin): Schema<readonly Directive[]> {
  const expects = 'settings under their names in redis.conf, such as { repl-backlog-size: 1mb }';
  const value = withMeta(z.unknown(), { type: ['string', 'number', 'boolean', 'array'], items: { type: ['string', 'number'] } });
  const written = withMeta(z.record(z.string(), value), { expects }) as Schema<Record<string, unknown>>;
  return into(scope, written, (record, report, whole) => Object.keys(record).flatMap((name) => lines(scope, origin, name, record[name], report, whole)));
}

/** The lines that one key stands for: several for a list, as `save` may have. */
function lines(scope: Scope, origin: DirectiveOrigin, name: string, value: unknown, report: Report, whole: unknown): Directive[] {
  const place = scope.placeOf(whole, name);
  const text = (holder: unknown, key: string | number, part: unknown): string | null => {
    if (isScalar(part)) return scope.textOf(holder, key) ?? String(part);
    const path = typeof key === 'number' ? [name, key] : [name];
    report(path, `expected a value as redis.conf has it, found ${kindOf(part)}`, part === null ? 'for an empty value write ""' : null);
    return null;
  };
  const texts = Array.isArray(value) ? value.map((item, index) => text(value, index, item)) : [text(whole, name, value)];
  return texts.flatMap((line) => (line === null ? [] : [{ name, value: line, place, origin }]));
}

/**
 * The directives of a conf file, and what a server of this version would refuse in it. `replicaof` lines name addresses
 * of another world: they are left out where the node's own key says from whom it replicates, and refused elsewhere.
 */
export function readConfFile(source: Source, profile: Profile, hasReplicaOf: boolean): { directives: Directive[]; problems: Problem[] } {
  const parsed = parseConfFile(source.text);
  const loaded = loadConf(defaultConfig(profile), profile, parsed.lines);
  const placeOfLine = (line: number): Place => placeOf(lineSpan(source, line));
  const problems: Problem[] = [];
  const directives: Directive[] = [];
  for (const problem of [...parsed.problems, ...loaded.problems]) {
    const value = parsed.lines.find(({ line }) => line === problem.line)?.args.join(' ') ?? '';
    const { message, suggestion } = wording(profile, problem.name, value, problem);
    problems.push({ message, suggestion, place: placeOfLine(problem.line) });
  }
  for (const conf of parsed.lines) {
    const place = placeOfLine(conf.line);
    if (findDirective(profile, conf.name)?.kind.type === 'replicaof') {
      if (!hasReplicaOf) problems.push({ message: `${conf.name} ${conf.args.join(' ')}: there is no such address here`, suggestion: 'write replicaof: as a key of the node, with the name of its master', place });
    } else if (conf.name === 'include') {
      problems.push({ message: 'files that a conf file includes are not read', suggestion: 'put their lines into this file', place });
    } else if (!loaded.ignored.includes(conf) && !loaded.problems.some(({ line }) => line === conf.line)) {
      directives.push({ name: conf.name, value: conf.args.length === 1 ? conf.args[0]! : conf.args.map(quoted).join(' '), place, origin: 'conf file' });
    }
  }
  return { directives, problems: problems.sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0)) };
}

/** A word of several on a line, so that it is read as the same word again. */
function quoted(word: string): string {
  return word === '' || /[\s"'\\]/.test(word) ? `"${word.replaceAll(/["\\]/g, '\\$&')}"` : word;
}

export interface Wrong {
  readonly part: 'key' | 'value';
  readonly message: string;
  readonly suggestion: string | null;
  /** Another version knows it. */
  readonly ofAnother?: true;
}

/** What a server of this version would say to a directive: null when it takes it. */
export function checkDirective(profile: Profile, { name, value }: Directive, runtime: boolean, config: ServerConfig = defaultConfig(profile)): Wrong | null {
  const directive = findSetting(profile, name);
  if (directive?.kind.type === 'replicaof') {
    const how = runtime ? 'use the verb replicaof:' : 'write replicaof: as a key of the node';
    return { part: 'key', message: 'which node replicates from which is not a setting here', suggestion: how };
  }
  const result = setDirective(config, profile, nameInVersion(profile, name), value, runtime);
  return result.ok ? null : wording(profile, name, value, result);
}

function wording(profile: Profile, name: string, value: string, { why, reason, suggestion, candidates }: Omit<DirectiveRefusal, 'ok'>): Wrong {
  switch (why) {
    case 'unknown':
      return {
        part: 'key', message: `${profile.name} has no directive "${name}"`, suggestion: suggestWord(name, candidates),
        ...([...profiles.values()].some((other) => findDirective(other, name) !== undefined) ? { ofAnother: true } : {}),
      };
    case 'immutable':
    case 'protected':
      return { part: 'key', message: `${name} cannot change while the server runs: ${reason}`, suggestion: `set it in config: of the node, or restart: it with config:` };
    case 'value': {
      const meant = suggestion === null ? suggestWord(value, candidates) : `did you mean ${suggestion}?`;
      return { part: 'value', message: `${name} ${value === '' ? '""' : value}: ${reason}`, suggestion: meant };
    }
  }
}

/**
 * What a node starts with: the directives of all layers, the later ones winning. Of one name the highest layer counts
 * alone, except where redis.conf lets lines add up: `save` within one layer, client-output-buffer-limit class by class.
 */
export function mergeLayers(profile: Profile, layers: readonly (readonly Directive[])[]): Directive[] {
  const nameOf = ({ name }: Directive): string => findSetting(profile, name)?.name ?? name.toLowerCase();
  const addsUp = (name: string): boolean => name === 'client-output-buffer-limit';
  const merged: Directive[] = [];
  for (const layer of layers) {
    const set = new Set(layer.map(nameOf).filter((name) => !addsUp(name)));
    const kept = merged.filter((directive) => !set.has(nameOf(directive)));
    merged.splice(0, merged.length, ...kept);
    for (const directive of layer) {
      const name = nameOf(directive);
      const before = merged.findIndex((other) => nameOf(other) === name);
      if (before === -1 || addsUp(name)) merged.push(directive);
      else merged[before] = name === 'save' && directive.value !== '' && merged[before]!.value !== '' ? { ...directive, value: `${merged[before]!.value} ${directive.value}` } : directive;
    }
  }
  return merged;
}
