/**
 * Finds what would have spared a replica a full resync, by making runs.
 *
 * The search asks for one run after the other and is told what became of the resync in it: who drives it runs them, shows
 * progress, and may stop it. It remembers nothing between two resyncs.
 */
import type { Override } from '../../scenario/overrides.ts';
import { findEdges } from '../edges.ts';
import { type Answer, type Counterfactual, type Counterfactuals, type Edge, type KnobName, type NotTried, type Probe, KNOBS } from './answer.ts';
import { type About, type Knob, knobsOf } from './knobs.ts';
import { type Subject, subjectOf, type Verdict } from './subject.ts';

/** A run to make: what to set, and whom to watch. */
export interface ProbeRequest {
  readonly knob: KnobName;
  readonly set: readonly Override[];
  readonly subject: Subject;
}

/** What came of it; `no-more`: no further run will be made. */
export type ProbeResult = (Verdict & { readonly knownAtUs: number }) | Extract<NotTried, 'budget' | 'interrupted'>;

export interface SearchOptions {
  /** Only these; all, if not said. */
  readonly knobs?: readonly KnobName[];
}

/** What is good to know first, of what an operator has in hand; the last two are in nobody's. */
const BEST: readonly KnobName[] = ['repl-backlog-size', 'repl-backlog-ttl', 'output-limit', 'repl-timeout', 'version', 'outage', 'write-rate'];

/** The attempt that speaks for this one: of a loop the first that could have been spared; null: there is nothing to ask. */
export function firstOf({ facts, resyncs }: About['outcome'], index: number): number | null {
  return resyncs[index]!.kind === 'full' ? (subjectOf(facts, resyncs, index)?.resync ?? null) : null;
}

/** Of the resync of this index in the outcome. */
export function* counterfactualsOf(
  about: Pick<About, 'outcome' | 'root' | 'versions'>, index: number, { knobs: wanted = KNOBS }: SearchOptions = {},
): Generator<ProbeRequest, Counterfactuals, ProbeResult> {
  const { facts, resyncs } = about.outcome;
  const nothing = { resync: index, first: index, knobs: [], runs: 0, best: null };
  if (resyncs[index]!.kind !== 'full') return { ...nothing, asked: 'not-full' };
  const subject = subjectOf(facts, resyncs, index);
  if (subject === null) return { ...nothing, asked: 'first-contact' };
  const resync = resyncs[subject.resync]!;
  const knobs: Counterfactual[] = [];
  let refused: NotTried | null = null;
  for (const [name, found] of knobsOf({ ...about, resync, subject })) {
    if (!wanted.includes(name)) continue;
    if (typeof found === 'string' || refused !== null) {
      const knob = typeof found === 'string' ? { paths: [], unit: 'index', was: null } as const : found;
      knobs.push({ knob: name, paths: knob.paths, unit: knob.unit, was: knob.was, answer: { is: 'not-tried', why: typeof found === 'string' ? found : refused! }, probes: [] });
      continue;
    }
    const turned = yield* turn(name, found, subject, resync.reason);
    knobs.push(turned);
    if (turned.answer.is === 'not-tried') refused = turned.answer.why;
  }
  const runs = knobs.reduce((sum, { probes }) => sum + probes.filter(({ set, fate }) => set.length > 0 && fate !== 'not-runnable').length, 0);
  return { resync: index, first: subject.resync, asked: 'yes', knobs, runs, best: bestOf(knobs) };
}

/** Turns one knob: the grid, and every edge on it. */
function* turn(name: KnobName, knob: Knob, subject: Subject, reason: Probe['reason']): Generator<ProbeRequest, Counterfactual, ProbeResult> {
  const { paths, unit, was, grid, step, setsOf } = knob;
  const probes = new Map<number, Probe>();
  // The run asked about is the first: nothing set, and copied.
  if (was !== null) probes.set(was, { value: was, set: [], fate: 'full', reason, knownAtUs: subject.askedAtUs });
  const told = (answer: Answer): Counterfactual => ({ knob: name, paths, unit, was, answer, probes: [...probes.values()].sort((a, b) => a.value - b.value) });
  const search = findEdges({ grid, step, known: was === null ? new Map() : new Map([[was, false]]) });
  let next = search.next();
  while (next.done !== true) {
    const value = next.value;
    const set = setsOf(value);
    const result = yield { knob: name, set, subject };
    if (typeof result === 'string') return told({ is: 'not-tried', why: result });
    probes.set(value, { value, set, ...result });
    next = search.next(result.fate === 'not-runnable' ? null : isSpared(result.fate));
  }
  const edges = next.value.edges.map(({ holds, fails }): Edge => ({ holds: probes.get(holds)!, fails: probes.get(fails)! }));
  const [edge] = edges;
  if (edge === undefined) return told({ is: 'none' });
  return told(edges.length === 1 ? { is: 'edge', edge } : { is: 'several', edges });
}

export function isSpared(fate: Probe['fate']): boolean {
  return fate === 'partial' || fate === 'not-needed';
}

function bestOf(knobs: readonly Counterfactual[]): KnobName | null {
  const spares = (name: KnobName): boolean => knobs.some(({ knob, answer }) => knob === name && answer.is === 'edge');
  return BEST.find(spares) ?? null;
}
