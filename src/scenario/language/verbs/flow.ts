/** Verbs of the timeline itself: waiting, watching, rounds and choices. */
import * as z from 'zod/mini';
import type { Choice, Condition, IntRange, Step, Verb } from '../../scenario.ts';
import { stepsWithin } from '../../steps.ts';
import { suggestWord } from '../../suggest.ts';
import { A_CONDITION, condition, CONDITIONS, nothing } from '../conditions.ts';
import { expectations } from '../expectations.ts';
import { observable } from '../observables.ts';
import { doc, editorsUnion, forms, integer, into, kindOf, leaf, list, mapping, maybe, named, relay, type Report, type Schema, type Table, validate } from '../schema.ts';
import type { Scope } from '../scope.ts';
import { countOf, NAME_PATTERN, nodeName, someDuration, someSpan, span } from '../values.ts';
import { most, one, rangeOf, type Steps } from './pieces.ts';

/** What an entry of the timeline may hold inside a verb. */
export interface Inner {
  /** A list of entries without times of their own. */
  readonly steps: (scope: Scope) => Schema<Steps>;
  /** One of them. */
  readonly entry: (scope: Scope) => Schema<Steps>;
}

export function flowVerbs(inner: Inner): Table<Steps> {
  return {
    repeat: {
      says: 'Takes steps again and again: so many times, for so long, or until a condition holds.',
      schema: (scope) => {
        const shape = {
          times: maybe('So many rounds.', countOf(1)),
          for: maybe('No round begins after this time.', someSpan(scope)),
          until: maybe('No round begins once this has held.', condition(scope)),
          every: maybe('A round begins so long after the beginning of the one before; a range is drawn each time. At once if not said.', someSpan(scope)),
          steps: doc('What is done: entries without at: and when:.', inner.steps(scope)),
        };
        return into(scope, mapping('steps: and times:, for: or until:', shape), ({ times = null, for: forUs = null, until = null, every = 0, steps }, report) => {
          if (times === null && forUs === null && until === null) report([], 'this never ends', 'add times: 5, for: 1m or until: and a condition');
          const rounds: Rounds = { times, forUs: forUs === null ? null : most(forUs), every: rangeOf(every), steps };
          checkRounds(rounds, report);
          return one({ do: 'repeat', times, forUs, until, every: rounds.every, stream: '', steps });
        });
      },
    },
    choose: {
      says: 'Chance picks one of some steps.',
      schema: (scope) => {
        const choices = list(choiceOf(scope, inner), 'a list of choices', { minItems: 1 });
        const long = into(scope, mapping('one-of: and a list', { 'one-of': doc('What chance may pick: entries, or { weight: 3, steps: [ … ] }.', choices) }), (written) => written['one-of']);
        return into(scope, forms(scope, 'a list of choices', { list: choices, mapping: long }), (among, report) => {
          if (among.every(({ weight }) => weight === 0)) report([], 'no choice has any weight');
          return one({ do: 'choose', stream: '', among });
        });
      },
    },
    sleep: {
      says: 'Waits.',
      schema: (scope) => into(scope, span(scope), (us) => one({ do: 'sleep', us })),
    },
    'wait-until': {
      says: 'Waits for a condition; with `within`, no longer than that.',
      schema: (scope) => {
        const keys = { within: maybe('Gives up after this time; the run has then failed.', someDuration(scope)), poll: maybe('Looks only so often, as a script would.', someDuration(scope)) };
        if (scope.forEditors) {
          const shape = z.extend(editorsUnion(scope, CONDITIONS), keys) as unknown as Schema<Steps>;
          return z.union([condition(scope) as unknown as Schema<Steps>, shape]);
        }
        return forms(scope, A_CONDITION, {
          scalar: into(scope, condition(scope), (wanted) => one(wait(wanted))),
          mapping: into(scope, z.record(z.string(), z.unknown()) as Schema<Record<string, unknown>>, (written, report): Steps => {
            const { within, poll, ...rest } = written;
            const limits = validate(mapping('within:', keys), { ...(within === undefined ? {} : { within }), ...(poll === undefined ? {} : { poll }) });
            const wanted = validate(condition(scope), rest);
            if (!limits.ok) relay(report, [], limits.findings);
            if (!wanted.ok) relay(report, [], wanted.findings);
            return limits.ok && wanted.ok ? one(wait(wanted.value, limits.value.within, limits.value.poll)) : [];
          }),
        });
      },
    },
    observe: {
      says: 'Writes down what INFO, ROLE and the data of these nodes, or of all, say.',
      schema: (scope) => {
        const all = (): readonly string[] => [...scope.nodes.keys()];
        const expects = 'a node, a list of nodes, or all';
        const word = leaf<readonly string[]>({
          expects,
          json: { type: 'string' },
          read: (value) => {
            const name = String(value);
            if (name === 'all') return { ok: true, value: all() };
            if (scope.nodes.has(name)) return { ok: true, value: [name] };
            return { ok: false, message: `there is no node ${kindOf(value)}`, suggestion: suggestWord(name, [...all(), 'all']) };
          },
        });
        const which = forms(scope, expects, { scalar: word, list: list(nodeName(scope), expects, { minItems: 1 }), empty: into(scope, nothing(), all) });
        return into(scope, which, (names) => one({ do: 'observe', nodes: names }));
      },
    },
    note: {
      says: 'Remembers what values are now, under names for delta:, as in { offset-before: master.master_repl_offset }.',
      schema: (scope) => {
        const name = (key: string): { message: string; suggestion: string | null } | null =>
          NOTE_NAME.test(key) ? null : { message: `"${key}" is no name for a note`, suggestion: 'letters, digits, - and _, beginning with a letter' };
        return into(scope, named(name, observable(scope), 'a name and a value, such as { offset-before: master.master_repl_offset }'), (entries, report) => {
          if (entries.length === 0) report([], 'this does not say what to note', 'for instance { offset-before: master.master_repl_offset }');
          return one({ do: 'note', notes: entries.map(([key, value]) => ({ name: key, observable: value })) });
        });
      },
    },
    expect: {
      says: 'Expectations that must hold at this instant.',
      schema: (scope) => into(scope, expectations(scope), (list) => one({ do: 'expect', expectations: list })),
    },
  };
}

const NOTE_NAME = new RegExp(NAME_PATTERN);

function wait(wanted: Condition, timeoutUs: number | null = null, pollUs = 0): Verb {
  return { do: 'wait-until', condition: wanted, timeoutUs, pollUs };
}

// ------------------------------------------------------------------ rounds and choices

export interface Rounds {
  readonly times: number | null;
  readonly forUs: number | null;
  readonly every: IntRange;
  readonly steps: Steps;
}

/** More rounds than anybody waits for. */
const MAX_ROUNDS = 10_000_000;

/** What can be seen to run away is a mistake; what cannot, the player stops. */
export function checkRounds(rounds: Rounds, report: Report): void {
  const { times, every, steps } = rounds;
  if (steps.length === 0) report(['steps'], 'there are no steps');
  if (times === null && every.from === 0 && !steps.some(takesTime)) report([], 'no time would pass between its rounds', 'add every: 1s');
  const all = roundsOf(rounds);
  if (all > MAX_ROUNDS) report([], `this makes ${all > Number.MAX_SAFE_INTEGER ? 'endlessly many' : all} rounds`, `at most ${MAX_ROUNDS}, those within it included`);
}

function roundsOf({ times, forUs, every, steps }: Rounds): number {
  const fitting = forUs === null || every.from === 0 ? Infinity : Math.ceil(forUs / every.from);
  const own = Math.min(times ?? Infinity, fitting);
  // What waits for a condition, or takes its time by itself, ends by the clock of the run.
  return (own === Infinity ? 1 : own) * Math.max(1, ...steps.map(roundsWithin));
}

function roundsWithin({ verb }: Step): number {
  return verb.do === 'repeat' ? roundsOf(verb) : Math.max(1, ...stepsWithin(verb).map(roundsWithin));
}

/** Verbs that are done in the instant in which they begin. */
const INSTANT: ReadonlySet<Verb['do']> = new Set<Verb['do']>([
  'partition', 'hold', 'reset', 'refuse', 'heal', 'heal-link', 'shape', 'arm', 'start', 'kill', 'crash', 'freeze', 'resume', 'block', 'set-replicaof', 'hold-save',
  'release-save', 'link', 'nic', 'kill-child', 'failing-rename', 'answer', 'load', 'change-load', 'observe', 'note', 'expect',
]);

function takesTime({ afterUs, chances, verb }: Step): boolean {
  if (afterUs > 0 || chances?.some(({ field }) => field === 'afterUs') === true) return true;
  if (verb.do === 'sleep') return verb.us > 0;
  if (verb.do === 'repeat') return verb.every.from > 0 || verb.steps.some(takesTime);
  if (verb.do === 'choose') return verb.among.some(({ steps }) => steps.some(takesTime));
  return !INSTANT.has(verb.do) && !(verb.do === 'command' && verb.background);
}

/** An entry, a list of entries, or `{ weight: 3, steps: [ … ] }`; an entry may have a weight, too. */
function choiceOf(scope: Scope, inner: Inner): Schema<Choice> {
  const weight = integer(0, 1_000_000);
  const says = 'How likely it is, beside the others; 1 if not said.';
  const alone = (schema: Schema<Steps>): Schema<Choice> => into(scope, schema, (steps): Choice => ({ weight: 1, steps }));
  const several = alone(inner.steps(scope));
  const some = mapping('steps: and a weight', { weight: maybe(says, weight), steps: doc('What is done; [] for nothing.', inner.steps(scope)) });
  const grouped = into(scope, some, (written): Choice => ({ weight: written.weight ?? 1, steps: written.steps }));
  if (scope.forEditors) return z.union([alone(inner.entry(scope)), several, grouped, z.looseObject({ weight: doc(says, weight) })]) as unknown as Schema<Choice>;
  const weighed = into(scope, z.record(z.string(), z.unknown()) as Schema<Record<string, unknown>>, (written, report, original): Choice => {
    const { weight: said, ...entry } = written;
    const heavy = said === undefined ? null : validate(mapping('weight:', { weight: doc(says, weight) }), { weight: said });
    if (heavy?.ok === false) relay(report, [], heavy.findings);
    // Places are remembered by what was written.
    const steps = validate(inner.entry(scope), said === undefined ? original : entry);
    if (!steps.ok) relay(report, [], steps.findings);
    const place = scope.placeOf(original, Object.keys(entry)[0]);
    return { weight: heavy?.ok === true ? heavy.value.weight : 1, steps: steps.ok ? steps.value.map((taken) => ({ ...taken, place: taken.place ?? place })) : [] };
  });
  const grouping = (value: unknown): boolean => Object.hasOwn(value as object, 'steps');
  const either = into(scope, z.unknown(), (_, report, written): Choice => {
    const read = validate(grouping(written) ? grouped : weighed, written);
    if (read.ok) return read.value;
    relay(report, [], read.findings);
    return { weight: 1, steps: [] };
  });
  return forms<Choice>(scope, A_CHOICE, { mapping: either, list: several });
}

const A_CHOICE = 'a choice such as { kill: master } or { weight: 3, steps: [ … ] }';
