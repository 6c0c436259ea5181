/** The lists of docs/language.md, made from the JSON Schema: what editors show is what the page says. */
import type { PsyncReason } from '../../src/redis/replication/psync.ts';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { table } from './sections.ts';

interface Json {
  readonly description?: string;
  readonly $ref?: string;
  readonly anyOf?: readonly Json[];
  readonly oneOf?: readonly Json[];
  readonly items?: Json;
  readonly properties?: Readonly<Record<string, Json>>;
  readonly additionalProperties?: Json | boolean;
  readonly required?: readonly string[];
  readonly $defs?: Readonly<Record<string, Json>>;
}

const root = scenarioJsonSchema() as Json;

/** The keys that name a link. */
const LINK = keysOf(definition('on-link'));

/** What a page shows of each list, by the name of its section. */
export const LISTS: Readonly<Record<string, () => string>> = {
  sections: () => list(keysOf(root)),
  node: () => list(keysOf(valuesOf(section('nodes'))), 1),
  link: () => list(keysOf(keysOf(section('network'))['default']!)),
  client: () => list(keysOf(valuesOf(section('clients')))),
  observer: () => list(keysOf(valuesOf(section('observers')))),
  actor: () => list(keysOf(valuesOf(section('actors')))),
  verbs: () => list(without(entry(), ['at', 'when', 'whenever', 'before-stop', 'after']), 1),
  conditions: () => list(keysOf(definition('condition')), 1),
  'node expectations': () => list(keysOf(valuesOf(expectation())), 1),
  expectations: () => list(without(keysOf(expectation()), ['role', 'state', 'lag', 'keys', 'key', 'log', 'info', 'server']), 1),
  moments: () => list(without(keysOf(definition('moment')), Object.keys(keysOf(definition('condition'))).filter((key) => key !== 'log'))),
  reasons: () => table(['reason', 'kind', 'what the master found'], Object.entries(REASONS).map(([reason, [kind, words]]) => [`\`${reason}\``, kind, words])),
};

const REASONS: Readonly<Record<PsyncReason, readonly ['full' | 'partial', string]>> = {
  'in-backlog': ['partial', 'The replica asks for a byte that the backlog still holds.'],
  'first-contact': ['full', 'The replica has no history of this master: `PSYNC ? -1`.'],
  'unknown-id': ['full', 'The replication ID is neither the master’s own nor its second one.'],
  'past-second-offset': ['full', 'The ID is the second one, and the replica has more of that history than the master shares.'],
  'no-backlog': ['full', 'The ID fits, but there is no backlog.'],
  'offset-before-backlog': ['full', 'The byte asked for is older than the oldest one kept.'],
  'offset-after-end': ['full', 'The byte asked for lies beyond what the master has produced.'],
  'sync-command': ['full', 'The replica said SYNC instead of PSYNC.'],
};

function section(name: string): Json {
  return keysOf(root)[name]!;
}

function definition(name: string): Json {
  const found = root.$defs?.[name];
  if (found === undefined) throw new Error(`the schema defines no ${name}`);
  return found;
}

function entry(): Readonly<Record<string, Json>> {
  return keysOf(definition('entry'));
}

function expectation(): Json {
  return resolve(definition('expectations')).items!;
}

function resolve(schema: Json): Json {
  if (schema.$ref === undefined) return schema;
  return { ...resolve(definition(schema.$ref.replace('#/$defs/', ''))), ...(schema.description === undefined ? {} : { description: schema.description }) };
}

/** The keys of all forms that are a mapping. */
function keysOf(schema: Json): Readonly<Record<string, Json>> {
  return Object.assign({}, ...mappingForms(schema).map(({ properties }) => properties ?? {})) as Record<string, Json>;
}

/** What every value of a mapping from names is. */
function valuesOf(schema: Json): Json {
  const values = mappingForms(schema).map(({ additionalProperties }) => additionalProperties).find((one) => typeof one === 'object');
  if (typeof values !== 'object') throw new Error('this is no mapping from names');
  return values;
}

function mappingForms(schema: Json): Json[] {
  const resolved = resolve(schema);
  if (resolved.properties !== undefined || typeof resolved.additionalProperties === 'object') return [resolved];
  return (resolved.anyOf ?? resolved.oneOf ?? []).flatMap(mappingForms);
}

function without(keys: Readonly<Record<string, Json>>, left: readonly string[]): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(keys).filter(([name]) => !left.includes(name)));
}

/** One bullet a key, and so many levels of keys below. */
function list(keys: Readonly<Record<string, Json>>, levels = 0, indent = ''): string {
  return Object.entries(keys)
    .map(([name, schema]) => {
      const all = levels > 0 ? keysOf(schema) : {};
      // What a link is, the page says once.
      const onLink = Object.keys(LINK).every((key) => all[key]?.description === LINK[key]!.description);
      // So it does of nodes that chance picks.
      const below = Object.keys(all).join(' ') === 'one-of' && name !== 'choose' ? {} : onLink ? without(all, Object.keys(LINK)) : all;
      const nested = Object.keys(below).length > 0 && !isItself(schema) ? `\n${list(below, levels - 1, `${indent}  `)}` : '';
      return `${indent}- \`${name}\`: ${resolve(schema).description ?? ''}${onLink ? ' (A link.)' : ''}${nested}`;
    })
    .join('\n');
}

/** A condition in a condition, an expectation in an entry: they have a list of their own. */
function isItself(schema: Json): boolean {
  const text = JSON.stringify(schema);
  if (text.includes('#/$defs/steps')) return false;
  return text.includes('#/$defs/condition') || text.includes('#/$defs/expectations');
}
