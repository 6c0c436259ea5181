/**
 * The sections of a scenario: what stands at the top level of the file, in the order in which one reads it.
 *
 * Each section is read on its own, so that a mistake in one does not hide those in the others.
 */
import * as z from 'zod/mini';
import type { Profile } from '../../redis/profiles/index.ts';
import type { Distribution } from '../../kernel/index.ts';
import { formatDuration, parseDuration } from '../../units.ts';
import type { Condition, DataSpec, Directive, Expectation, IntRange, ObserverSpec } from '../scenario.ts';
import { readSeeds, SEEDS_PATTERN } from '../seeds.ts';
import { client, type WrittenClient } from './clients.ts';
import { condition } from './conditions.ts';
import { directives } from './directives.ts';
import { entry, innerSteps, type WrittenEntry } from './entries.ts';
import { EXPECTATION_WORDS, expectations } from './expectations.ts';
import { pair } from './links.ts';
import { nodeKey } from './observables.ts';
import { choice, doc, forms, integer, into, kindOf, leaf, list, mapping, maybe, named, oneOrMore, quantity, type Schema, trueOrFalse } from './schema.ts';
import type { Scope } from './scope.ts';
import {
  bandwidth, bytes, bytesRange, countOf, duration, hostName, latency, loss, NAME_PATTERN, nodeName, server, someDuration, someSpan,
  text, throughput,
} from './values.ts';
import { VERBS } from './verbs.ts';
import { checkRounds, type Rounds } from './verbs/flow.ts';
import { rangeOf, type Steps } from './verbs/pieces.ts';
import { whatIf } from './what-if.ts';
import type { Change } from '../overrides.ts';

/** What each section becomes; null where the file does not have it. */
export interface Sections {
  readonly name: string;
  readonly teaches: string | null;
  readonly seed: string | null;
  readonly seeds: IntRange | null;
  readonly server: Profile | null;
  readonly duration: WrittenDuration | null;
  readonly config: readonly Directive[] | null;
  readonly nodes: readonly (readonly [string, WrittenNode])[];
  readonly network: WrittenNetwork | null;
  readonly data: readonly (readonly [string, DataSpec])[] | null;
  readonly clients: readonly (readonly [string, WrittenClient])[] | null;
  readonly observers: readonly (readonly [string, WrittenObserver])[] | null;
  readonly actors: readonly (readonly [string, WrittenActor])[] | null;
  readonly timeline: readonly WrittenEntry[] | null;
  readonly expect: readonly Expectation[] | null;
  readonly 'what-if': readonly Change[] | null;
}

export type SectionName = keyof Sections;

export interface WrittenDuration {
  readonly us: number;
  readonly endsWhenDone: boolean;
}

export interface WrittenNode {
  readonly server: Profile | null;
  readonly config: readonly Directive[];
  readonly conf: string | null;
  readonly replicaof: string | null;
  readonly data: DataSpec | null;
  readonly started: boolean;
  readonly resources: WrittenResources;
  readonly clockPhaseUs: number | null;
}

export interface WrittenResources {
  readonly fork?: number | undefined;
  readonly save?: number | undefined;
  readonly load?: number | undefined;
  readonly flush?: number | undefined;
  readonly disk?: number | undefined;
  readonly command?: number | undefined;
  readonly 'timers-late'?: number | undefined;
  readonly nic?: number | undefined;
  readonly allocator?: 'jemalloc' | 'libc' | undefined;
}

export interface WrittenLink {
  readonly latency?: Distribution | undefined;
  readonly bandwidth?: number | undefined;
  readonly loss?: number | undefined;
  readonly 'socket-buffer'?: number | undefined;
}

export interface WrittenNetwork {
  readonly default: WrittenLink;
  readonly links: readonly (WrittenLink & { readonly between: readonly [string, string] })[];
}

const MAX_SEED = Number.MAX_SAFE_INTEGER;
export const SECTION_NAMES = ['name', 'teaches', 'seed', 'seeds', 'server', 'duration', 'config', 'nodes', 'network', 'data', 'clients', 'observers', 'actors', 'timeline', 'expect', 'what-if'] as const;

export const SECTIONS: { readonly [Name in SectionName]: { readonly says: string; readonly required: boolean; readonly schema: (scope: Scope) => Schema<NonNullable<Sections[Name]>> } } = {
  name: { says: 'What the scenario is called, on one line.', required: true, schema: () => text('a name') },
  teaches: { says: 'What one learns from it, in a few sentences.', required: false, schema: () => text('a text', { lines: true, empty: true }) },
  seed: { says: 'Where chance begins: the same seed gives the same run. 1 if not said.', required: false, schema: () => seed() },
  seeds: { says: 'Runs over all of these seeds, such as 1..100, and judges them as one; --seed runs one of them.', required: false, schema: () => seeds() },
  server: { says: 'The version of all servers that do not name their own.', required: false, schema: (scope) => server(scope) },
  duration: {
    says: 'How long the run takes, in its own time; { at-most: 10m } ends it sooner, when everything is done.',
    required: false,
    schema: (scope) => {
      const fixed = into(scope, someDuration(scope), (us): WrittenDuration => ({ us, endsWhenDone: false }));
      const limited = into(scope, mapping('at-most:', { 'at-most': doc('Ends sooner when timeline and expectations are done.', someDuration(scope)) }), (written): WrittenDuration => ({
        us: written['at-most'], endsWhenDone: true,
      }));
      return forms(scope, 'a duration such as 180s, or { at-most: 10m }', { scalar: fixed, mapping: limited });
    },
  },
  config: { says: 'Settings of all servers, under their names in redis.conf and by its rules.', required: false, schema: (scope) => directives(scope, 'scenario') },
  nodes: { says: 'The servers, by name.', required: true, schema: (scope) => nodes(scope) },
  network: { says: 'What lies between them.', required: false, schema: (scope) => network(scope) },
  data: { says: 'What nodes hold before the start, by node.', required: false, schema: (scope) => named(nodeKey(scope), dataSpec(scope), 'nodes and their data, such as { master: { keys: 50k, value: 256b } }') },
  clients: { says: 'Loads, by name: who writes or reads, how often, what.', required: false, schema: (scope) => clients(scope) },
  observers: { says: 'Who attaches to a node as a replica would, by name, and writes down the stream.', required: false, schema: (scope) => observers(scope) },
  actors: { says: 'Those with a habit, by name: an operator, a watchdog, a pre-stop hook.', required: false, schema: (scope) => actors(scope) },
  timeline: { says: 'What happens. An entry with at: or when: begins a track; entries without continue it.', required: false, schema: (scope) => list(entry(scope, VERBS), 'a list of entries, each beginning with "- "') },
  expect: { says: 'What must hold at the end.', required: false, schema: (scope) => expectations(scope) },
  'what-if': { says: 'Changes, and what then comes of the run: on which numbers it hangs.', required: false, schema: (scope) => whatIf(scope) },
};

function seed(): Schema<string> {
  const expects = 'a whole number such as 7';
  return leaf({
    expects,
    json: { anyOf: [{ type: 'integer', minimum: 0, maximum: MAX_SEED }, { type: 'string', pattern: '^(0|[1-9][0-9]*)$' }] },
    read: (value) => {
      const digits = String(value);
      if (!/^(?:0|[1-9]\d*)$/.test(digits)) return { ok: false, message: `expected ${expects}, found ${kindOf(value)}`, suggestion: null };
      if (Number.isSafeInteger(Number(digits))) return { ok: true, value: digits };
      return { ok: false, message: 'the seed is too large', suggestion: `at most ${MAX_SEED}` };
    },
  });
}

function seeds(): Schema<IntRange> {
  return leaf({
    expects: 'a range of seeds such as 1..100',
    json: { type: 'string', pattern: SEEDS_PATTERN, examples: ['1..100'] },
    read: (value) => readSeeds(String(value)),
  });
}

// ------------------------------------------------------------------ nodes

/** Names that mean something else where the name of a node may stand. */
const RESERVED: ReadonlySet<string> = new Set([...SECTION_NAMES, ...EXPECTATION_WORDS, 'all', 'no-one']);

function newName(noun: string): (key: string) => { message: string; suggestion: string | null } | null {
  const pattern = new RegExp(NAME_PATTERN);
  return (key) => {
    if (RESERVED.has(key)) return { message: `"${key}" is a word of the language: a ${noun} needs another name`, suggestion: `for instance ${key}-1` };
    if (pattern.test(key)) return null;
    const tidy = key.normalize('NFKD').replaceAll(/[^A-Za-z0-9_-]+/g, '-').replaceAll(/^[^A-Za-z]+|-+$/g, '');
    return { message: `"${key}" cannot name a ${noun}: letters, digits, - and _, beginning with a letter`, suggestion: pattern.test(tidy) ? `for instance ${tidy}` : null };
  };
}

function nodes(scope: Scope): Schema<readonly (readonly [string, WrittenNode])[]> {
  const spec = nodeSpec(scope);
  const value = forms(scope, 'a mapping such as { replicaof: master }, or {}', { mapping: spec, empty: into(scope, z.null() as unknown as Schema<null>, () => PLAIN_NODE) });
  return into(scope, named(newName('node'), value, 'names of nodes, such as { master: {}, replica-a: { replicaof: master } }', NAME_PATTERN), (written, report) => {
    if (written.length === 0) report([], 'there must be at least one node', 'for instance nodes: { master: {}, replica: { replicaof: master } }');
    return written;
  });
}

const PLAIN_NODE: WrittenNode = { server: null, config: [], conf: null, replicaof: null, data: null, started: true, resources: {}, clockPhaseUs: null };

function nodeSpec(scope: Scope): Schema<WrittenNode> {
  const shape = {
    server: maybe('Its version, when it is not that of the others.', server(scope)),
    replicaof: maybe('From whom it replicates when it starts.', nodeName(scope)),
    config: maybe('Settings of this server, over those of all.', directives(scope, 'node')),
    conf: maybe('A redis.conf file, its path relative to this file.', text('the path of a conf file')),
    data: maybe('What it holds before the start.', dataSpec(scope)),
    started: maybe('false: the timeline starts it.', trueOrFalse()),
    resources: maybe('How quick its machine is.', resources(scope)),
    clock: maybe('Its wall clock.', clock(scope)),
  };
  return into(scope, mapping('a mapping such as { replicaof: master }, or {}', shape), (written): WrittenNode => ({
    server: written.server ?? null,
    config: written.config ?? [],
    conf: written.conf ?? null,
    replicaof: written.replicaof ?? null,
    data: written.data ?? null,
    started: written.started ?? true,
    resources: written.resources ?? {},
    clockPhaseUs: written.clock ?? null,
  }));
}

function resources(scope: Scope): Schema<WrittenResources> {
  const shape = {
    fork: maybe('Time of a fork, by the memory in use; 10ms/gb if not said.', forkTime()),
    save: maybe('How quickly an RDB is written; 150m/s if not said.', throughput(scope)),
    load: maybe('How quickly an RDB is loaded; 150m/s if not said.', throughput(scope)),
    flush: maybe('How quickly old data is freed; 1g/s if not said.', throughput(scope)),
    disk: maybe('What the disk takes: no save is quicker, a received RDB is synced and an AOF rewritten at this rate; 200m/s if not said.', throughput(scope)),
    command: maybe('Time of a command; 10us if not said.', duration(scope)),
    'timers-late': maybe('How late each timer goes off: it adds up, so that ten ticks of the cron take more than a second (500us to 800us on real machines); 0 if not said.', duration(scope)),
    nic: maybe('What its NIC carries each way for all connections together; 1gbit if not said.', bandwidth(scope)),
    allocator: maybe('Decides the size of the blocks of the replication buffer; jemalloc if not said.', choice(['jemalloc', 'libc'])),
  };
  return mapping('resources such as { save: 100m/s }', shape);
}

/** `10ms/gb` */
function forkTime(): Schema<number> {
  const perGb = (written: string): ReturnType<typeof parseDuration> => {
    const match = /^(.*?)\s*\/\s*gb$/i.exec(written);
    if (match !== null) return parseDuration(match[1]!);
    const bare = parseDuration(written);
    return { ok: false, problem: `"${written}" does not say per what`, suggestion: bare.ok ? `${written}/gb` : '10ms/gb' };
  };
  return quantity('a time by size, such as 10ms/gb', perGb, { type: 'string', pattern: String.raw`^\d+(\.\d+)?(us|ms|s)\s*/\s*gb$`, examples: ['10ms/gb'] });
}

function clock(scope: Scope): Schema<number> {
  const shape = { phase: doc('How far into its second the clock is at the start, below 1s; drawn from the seed if not said.', duration(scope)) };
  return into(scope, mapping('phase:', shape), ({ phase }, report) => {
    if (phase >= 1_000_000) report(['phase'], 'a phase is less than a second', `did you mean ${formatDuration(phase % 1_000_000)}?`);
    return phase;
  });
}

function dataSpec(scope: Scope): Schema<DataSpec> {
  const shape = {
    keys: doc('How many keys.', countOf(1)),
    value: doc('The size of a value, or a range of sizes.', bytesRange(scope)),
    prefix: maybe('What keys begin with; `key:` if not said.', text('the beginning of keys', { empty: true })),
    db: maybe('The database; 0 if not said.', integer(0, 1_000_000)),
  };
  return into(scope, mapping('data such as { keys: 50k, value: 256b }', shape), ({ keys, value, prefix = 'key:', db = 0 }): DataSpec => ({ keys, keyPrefix: prefix, db, valueBytes: value }));
}

// ------------------------------------------------------------------ network and clients

type LinkKeys = { [Key in keyof WrittenLink]-?: z.ZodMiniOptional<Schema<NonNullable<WrittenLink[Key]>>> };

function linkKeys(scope: Scope): LinkKeys {
  return {
    latency: maybe('One way: 0.5ms, 0.3ms..0.8ms (uniform), or { normal: … }, { lognormal: … }.', latency(scope)),
    bandwidth: maybe('Each way: 1gbit on the wire, 100mb/s of payload, or unlimited.', bandwidth(scope)),
    loss: maybe('Packets lost: 0.1%.', loss(scope)),
    'socket-buffer': maybe('Bytes in flight each way of a connection; 4mb if not said.', bytes(scope)),
  };
}

function network(scope: Scope): Schema<WrittenNetwork> {
  const one = mapping('a pair and what is different for it', { between: doc('Two hosts.', pair(scope, hostName(scope))), ...linkKeys(scope) });
  const shape = {
    default: maybe('What holds for every pair.', mapping('a link such as { latency: 0.5ms, bandwidth: 1gbit }', linkKeys(scope)) as Schema<WrittenLink>),
    links: maybe('What is different for some pairs.', list(one as Schema<WrittenNetwork['links'][number]>, 'a list of links')),
  };
  return into(scope, mapping('default: and links:', shape), (written, report): WrittenNetwork => {
    const seen = new Set<string>();
    for (const [index, { between: [a, b] }] of (written.links ?? []).entries()) {
      const key = a < b ? `${a} ${b}` : `${b} ${a}`;
      if (seen.has(key)) report(['links', index, 'between'], `the link of ${a} and ${b} is described twice`, 'keep one of them');
      seen.add(key);
    }
    return { default: written.default ?? {}, links: written.links ?? [] };
  });
}

function clients(scope: Scope): Schema<readonly (readonly [string, WrittenClient])[]> {
  const isNode = nodeKey(scope);
  const fresh = newName('client');
  const name = (key: string): { message: string; suggestion: string | null } | null =>
    isNode(key) === null && scope.nodes.size > 0 ? { message: `"${key}" is a node already: a client needs another name`, suggestion: null } : fresh(key);
  return named(name, client(scope), 'names of clients and their loads', NAME_PATTERN);
}

// ------------------------------------------------------------------ observers

export type WrittenObserver = Omit<ObserverSpec, 'name'>;

function observers(scope: Scope): Schema<readonly (readonly [string, WrittenObserver])[]> {
  const shape = {
    to: doc('The node whose stream it hears.', nodeName(scope)),
    from: maybe('When it attaches; 0s if not said.', duration(scope)),
    until: maybe('When it goes; with the run if not said.', duration(scope)),
  };
  const one = into(scope, mapping('an observer such as { to: replica-a }', shape), ({ to, from = 0, until = null }, report): WrittenObserver => {
    if (until !== null && until <= from) report(['until'], `it would end before it begins, at ${formatDuration(from)}`);
    return { to, fromUs: from, untilUs: until };
  });
  const fresh = newName('observer');
  const name = (key: string): { message: string; suggestion: string | null } | null =>
    scope.nodes.has(key) || scope.clients.includes(key) ? { message: `"${key}" is a ${scope.nodes.has(key) ? 'node' : 'client'} already: an observer needs another name`, suggestion: null } : fresh(key);
  return named(name, one, 'names of observers, such as { watcher: { to: replica-a } }', NAME_PATTERN);
}

// ------------------------------------------------------------------ actors

/** Somebody with a habit: at intervals, each time something holds, or before a node stops. */
export type WrittenActor =
  | ({ readonly habit: 'every'; readonly fromUs: number; readonly untilUs: number | null } & Rounds)
  | { readonly habit: 'whenever'; readonly condition: Condition; readonly steps: Steps }
  | { readonly habit: 'before-stop'; readonly nodes: readonly string[]; readonly steps: Steps };

function actors(scope: Scope): Schema<readonly (readonly [string, WrittenActor])[]> {
  return named(newName('actor'), actor(scope), 'names of actors and what they do, such as { operator: { every: 30s, do: [ … ] } }', NAME_PATTERN);
}

function actor(scope: Scope): Schema<WrittenActor> {
  const shape = {
    every: maybe('Acts at intervals; a range is drawn each time: 25s..35s.', someSpan(scope)),
    from: maybe('When it begins; 0s if not said.', duration(scope)),
    until: maybe('When it ends; with the run if not said.', duration(scope)),
    times: maybe('It acts no more often than that.', countOf(1)),
    whenever: maybe('Acts each time this begins to hold.', condition(scope)),
    'before-stop': maybe('Acts each time one of these nodes is about to be stopped in order; the stop waits for it.', oneOrMore(scope, nodeName(scope), 'a node, or a list of nodes')),
    do: doc('What it does: entries without at: and when:.', innerSteps(scope, VERBS)),
  };
  return into(scope, mapping('a habit such as { every: 30s, do: [ … ] }', shape), (written, report): WrittenActor => {
    const { every, whenever, 'before-stop': nodes, from = 0, until = null, times = null, do: steps } = written;
    const habits = [every, whenever, nodes].filter((habit) => habit !== undefined);
    if (habits.length !== 1) report([], habits.length === 0 ? 'this does not say when it acts' : 'one of every, whenever and before-stop at a time', 'add every: 30s, or whenever: and a condition');
    if (steps.length === 0 && every === undefined) report(['do'], 'there are no steps');
    if (every === undefined) {
      for (const key of ['from', 'until', 'times'] as const) if (written[key] !== undefined) report([key], `${key}: belongs to every:`, null, 'key');
      return whenever === undefined ? { habit: 'before-stop', nodes: nodes ?? [], steps } : { habit: 'whenever', condition: whenever, steps };
    }
    if (until !== null && until <= from) report(['until'], `it would end before it begins, at ${formatDuration(from)}`);
    const rounds: Rounds = { times, forUs: until === null ? null : until - from, every: rangeOf(every), steps };
    checkRounds(rounds, (path, ...rest) => { report(path[0] === 'steps' ? ['do'] : path, ...rest); });
    return { habit: 'every', fromUs: from, untilUs: until, ...rounds };
  });
}
