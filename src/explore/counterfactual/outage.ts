/** The fault at the root of a resync, and where the scenario says how long it lasts. */
import type { Scenario, Step } from '../../scenario/scenario.ts';
import { pathText, spotAt } from '../../scenario/paths.ts';
import { allSteps } from '../../scenario/steps.ts';
import { childOf, type Path, type Written } from '../../scenario/tree.ts';
import { verbWords } from '../../scenario/words.ts';
import { causesOf } from '../../trace/causes.ts';
import type { Fact } from '../../trace/fact.ts';
import type { FaultSpan } from '../../trace/faults.ts';
import { formatDuration } from '../../units.ts';
import type { NotTried } from './answer.ts';
import type { About, Knob } from './knobs.ts';

/** Verbs that may say `for:`, by the name that they are written under. */
const LAST: ReadonlySet<string> = new Set(['partition', 'hold', 'refuse', 'freeze', 'link', 'nic', 'block']);
/** The same, written as no more than whom they are about: the key for that. */
const SHORT: Readonly<Record<string, string>> = { hold: 'link', refuse: 'link', freeze: 'node', block: 'node' };
const ENDS_PROCESS: ReadonlySet<string> = new Set(['kill', 'crash', 'stop']);

export function outageKnob({ outcome: { facts, scenario, virtualUs }, root, resync }: About): Knob | NotTried {
  const origin = causesOf(facts).origin(resync.facts.asked);
  const span = origin.is === 'fault' ? origin.faults[0]! : null;
  if (span === null || span.toUs === span.fromUs) return 'does-not-apply';
  const step = stepOf(span, facts, scenario);
  const spot = step === null || step.place === null ? null : spotAt(root, step.place);
  const wasUs = (span.toUs ?? virtualUs) - span.fromUs;
  if (spot === null) return 'out-of-reach';
  const { path, entry: { key, value } } = spot;
  if (key === 'restart') return lasting(value, path, 'after', 'node', wasUs);
  if (LAST.has(key)) return lasting(value, path, 'for', SHORT[key] ?? null, wasUs);
  return ENDS_PROCESS.has(key) ? untilStarted(span, facts, scenario, root) : 'out-of-reach';
}

/** The verb says itself how long. */
function lasting(written: Written, path: Path, key: 'for' | 'after', subject: string | null, wasUs: number): Knob | NotTried {
  if (written.kind === 'mapping') return durationKnob(pathText([...path, key]), wasUs, formatDuration);
  if (written.kind !== 'scalar' || subject === null) return 'out-of-reach';
  return durationKnob(pathText(path), wasUs, (us) => `{ ${subject}: "${written.text}", ${key}: ${formatDuration(us)} }`);
}

/** A process that was ended is away until a later step starts it. */
function untilStarted({ fromUs, toUs, healedBy }: FaultSpan, facts: readonly Fact[], scenario: Scenario, root: Written): Knob | NotTried {
  const start = facts[(facts[healedBy - 1]?.cause ?? 0) - 1];
  if (toUs === null || start?.body.kind !== 'verb') return 'out-of-reach';
  const step = stepWith(start.body.words, start, facts, scenario);
  const spot = step === null || step.place === null ? null : spotAt(root, step.place);
  if (spot === null) return 'out-of-reach';
  const entry = spot.path.slice(0, -1);
  const written = entry.reduce<Written | undefined>(childOf, root);
  const wasUs = start.atUs - fromUs;
  if (childOf(written, 'at') !== undefined) return durationKnob(pathText([...entry, 'at']), wasUs, (us) => formatDuration(fromUs + us));
  const after = childOf(written, 'after');
  // Between the end of the process and the wait there may be other waits: only the last one is turned.
  return after !== undefined && step?.afterUs === wasUs ? durationKnob(pathText([...entry, 'after']), wasUs, formatDuration) : 'out-of-reach';
}

function durationKnob(path: string, wasUs: number, text: (us: number) => string): Knob {
  const step = stepFor(wasUs);
  const part = (share: number): number => Math.round((wasUs * share) / step) * step;
  const grid = [step, part(1 / 16), part(1 / 8), part(1 / 4), part(1 / 2), part(3 / 4)].filter((us) => us > 0 && us < wasUs);
  return { paths: [path], unit: 'us', was: wasUs, step, grid: [...grid, wasUs], setsOf: (us) => [{ path, value: text(us) }] };
}

/** A tenth of a second for what lasts ten, and so on: a thousandth to a hundredth of it. */
function stepFor(us: number): number {
  let step = 1;
  while (step * 1_000 <= us) step *= 10;
  return step;
}

// ------------------------------------------------------------------ from a fact back to its step

function stepOf(span: FaultSpan, facts: readonly Fact[], scenario: Scenario): Step | null {
  const fact = facts[span.fact - 1];
  return fact === undefined ? null : stepWith(span.words, fact, facts, scenario);
}

/** The step that said so. Of several with the same words, the one whose turn it was; null: one cannot tell. */
function stepWith(words: string, fact: Fact, facts: readonly Fact[], { timeline }: Scenario): Step | null {
  const { body } = fact;
  if (body.kind !== 'verb') return null;
  const all = timeline.flatMap(({ steps }) => allSteps(steps));
  const saying = all.filter(({ verb }) => verbWords(verb) === words);
  // What was left to chance reads otherwise than it was written.
  const possible = saying.length > 0 ? saying : all.filter(({ verb, chances = [] }) => chances.length > 0 && verb.do === body.verb);
  const [first] = possible;
  if (first === undefined || possible.every(({ place }) => place === first.place)) return first ?? null;
  const told = facts.filter((one) => one.body.kind === 'verb' && one.body.words === words);
  return told.length === possible.length ? (possible[told.indexOf(fact)] ?? null) : null;
}
