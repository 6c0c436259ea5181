/** Entries of the timeline: when, and a verb. */
import * as z from 'zod/mini';
import { formatDuration } from '../../units.ts';
import type { Condition, Step } from '../scenario.ts';
import { condition } from './conditions.ts';
import { nodeName, span, type Span } from './values.ts';
import {
  editorsUnion, into, kindOf, list, mapping, maybe, meantAsKey, oneOrMore, pickKey, relay, type Report, type Schema, type Table, validate, withMeta,
} from './schema.ts';
import type { Scope } from './scope.ts';
import { isSpan } from './values.ts';
import { step, type Steps } from './verbs/pieces.ts';

/** An entry of the timeline: it may begin a track, and may do something. */
export interface WrittenEntry {
  readonly start: WrittenStart | null;
  readonly steps: Steps;
}

export type WrittenStart =
  | { readonly at: number | Span }
  | { readonly when: Condition }
  | { readonly whenever: Condition }
  | { readonly 'before-stop': readonly string[] };

const STARTS = ['at', 'when', 'whenever', 'before-stop'] as const;
const ENTRY_WORDS = [...STARTS, 'after'] as const;

type Starting = typeof STARTS[number];

/** What people write, and other tools call, our verbs. */
const VERB_SYNONYMS: Readonly<Record<string, string>> = {
  cut: 'partition', disconnect: 'partition', isolate: 'partition', split: 'partition', drop: 'partition', blackhole: 'partition', hole: 'hold',
  pause: 'freeze', suspend: 'freeze', sigstop: 'freeze', continue: 'resume', unfreeze: 'resume', sigcont: 'resume', sigkill: 'kill', poweroff: 'crash',
  'power-off': 'crash', shutdown: 'stop', sigterm: 'stop', slaveof: 'replicaof', wait: 'sleep', until: 'wait-until', 'wait-for': 'wait-until',
  assert: 'expect', check: 'expect', commands: 'command', run: 'command', send: 'command', 'config-set': 'config', set: 'config', write: 'write-many', slow: 'shape',
  reboot: 'restart', reject: 'refuse', bandwidth: 'link', latency: 'link', loss: 'link', netem: 'link', network: 'link', rename: 'disk', reply: 'answer', respond: 'answer', 'client-kill': 'close', loop: 'repeat', times: 'repeat', random: 'choose', pick: 'choose', 'one-of': 'choose', each: 'whenever', 'each-time': 'whenever', 'on-stop': 'before-stop',
};

const A_VERB = 'a verb such as partition: or kill:';
const AN_ENTRY = 'an entry such as { at: 15s, kill: master }';

/** An entry of the timeline. */
export function entry(scope: Scope, verbs: Table<Steps>): Schema<WrittenEntry> {
  const shape = {
    at: maybe('Begins a track at this time; 10s..20s: at a time between them, by chance.', span(scope)),
    when: maybe('Begins a track as soon as this holds.', condition(scope)),
    whenever: maybe('Begins a track each time this begins to hold.', condition(scope)),
    'before-stop': maybe('Begins a track each time one of these nodes is about to be stopped in order; the stop waits for its end.', oneOrMore(scope, nodeName(scope), 'a node, or a list of nodes')),
    after: maybe('Waits so long after the step before; a range is drawn by chance.', span(scope)),
  };
  if (scope.forEditors) return scope.shared('entry', () => withMeta(z.extend(editorsUnion(scope, verbs), shape), { minProperties: 1 }) as unknown as Schema<WrittenEntry>);
  const words = mapping(AN_ENTRY, shape);
  return into(scope, z.unknown(), (item, report, original): WrittenEntry => {
    const written = asMapping(item, verbs, AN_ENTRY, report);
    if (written === null) return { start: null, steps: [] };
    const said = ENTRY_WORDS.filter((word) => Object.hasOwn(written, word));
    const timing = validate(words, Object.fromEntries(said.map((word) => [word, written[word]])));
    if (!timing.ok) relay(report, [], timing.findings);
    const { after, ...starts } = timing.ok ? timing.value : {};
    const begins = said.filter((word): word is Starting => word !== 'after');
    if (begins.length > 1) report([begins[1]!], `a track begins once: "${begins[0]!}" stands here already`, begins[0] === 'at' ? 'begin with when:, and wait with after:' : null, 'key');
    else if (starts.at !== undefined && after !== undefined) {
      const sum = isSpan(starts.at) || isSpan(after) ? null : `write at: ${formatDuration(starts.at + after)}`;
      report(['after'], 'after: waits for the step before, and at: begins a new track', sum, 'key');
    }
    return { start: startOf(starts), steps: stepsOf(scope, verbs, written, original, begins.length > 0, after ?? 0, report) };
  });
}

function startOf({ at, when, whenever, 'before-stop': nodes }: {
  readonly at?: number | Span | undefined; readonly when?: Condition | undefined; readonly whenever?: Condition | undefined; readonly 'before-stop'?: readonly string[] | undefined;
}): WrittenStart | null {
  if (at !== undefined) return { at };
  if (when !== undefined) return { when };
  if (whenever !== undefined) return { whenever };
  return nodes === undefined ? null : { 'before-stop': nodes };
}

/** An entry inside a verb: it follows the one before, and has no time of its own. */
export function innerEntry(scope: Scope, verbs: Table<Steps>): Schema<Steps> {
  const shape = { after: maybe('Waits so long after the step before.', span(scope)) };
  // For editors one definition of entries will do.
  if (scope.forEditors) return z.lazy(() => entry(scope, verbs)) as unknown as Schema<Steps>;
  const expects = 'an entry such as { after: 2s, kill: master }';
  const words = mapping(expects, shape);
  return scope.shared<Steps>('inner-entry', () => into(scope, z.unknown(), (item, report, original): Steps => {
    const written = asMapping(item, verbs, expects, report);
    if (written === null) return [];
    for (const word of STARTS) {
      if (Object.hasOwn(written, word)) report([word], `${word}: begins a track, and this is inside one`, word === 'at' ? 'wait with after:' : 'wait with wait-until:', 'key');
    }
    const timing = validate(words, Object.hasOwn(written, 'after') ? { after: written['after'] } : {});
    if (!timing.ok) relay(report, [], timing.findings);
    return stepsOf(scope, verbs, written, original, false, (timing.ok ? timing.value.after : undefined) ?? 0, report);
  }));
}

export function innerSteps(scope: Scope, verbs: Table<Steps>): Schema<Steps> {
  return scope.shared<Steps>('steps', () => into(scope, list(innerEntry(scope, verbs), 'a list of entries, each beginning with "- "'), (groups) => groups.flat()));
}

function asMapping(item: unknown, verbs: Table<Steps>, expects: string, report: Report): Record<string, unknown> | null {
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) return item as Record<string, unknown>;
  report([], `expected ${expects}, found ${kindOf(item)}`, meantAsKey(item, verbs));
  return null;
}

/** The steps of an entry's verb, each at the place of the verb, the first one after the wait. */
function stepsOf(scope: Scope, verbs: Table<Steps>, written: Record<string, unknown>, original: unknown, begins: boolean, after: number | Span, report: Report): Step[] {
  const keys = Object.keys(written).filter((key) => !(ENTRY_WORDS as readonly string[]).includes(key));
  // An entry may just begin a track.
  if (keys.length === 0 && begins) return after === 0 ? [] : [step({ do: 'sleep', us: after })];
  const picked = pickKey(keys, (key) => Object.hasOwn(verbs, key), [...Object.keys(verbs), ...ENTRY_WORDS], { noun: 'verb', expects: A_VERB, synonyms: VERB_SYNONYMS });
  if ('findings' in picked) {
    relay(report, [], picked.findings);
    return [];
  }
  const { key } = picked;
  const read = validate(scope.schemaOf(verbs[key]!), written[key]);
  if (!read.ok) {
    relay(report, [key], read.findings);
    return [];
  }
  const place = scope.placeOf(original, key);
  return read.value.map((planned, index): Step => ({ ...(index === 0 ? waiting(planned, after) : planned), place }));
}

function waiting(planned: Step, after: number | Span): Step {
  if (after === 0) return planned;
  const { afterUs, chances = [] } = step(planned.verb, after);
  return { ...planned, afterUs: planned.afterUs + afterUs, ...(chances.length === 0 ? {} : { chances: [...chances, ...(planned.chances ?? [])] }) };
}
