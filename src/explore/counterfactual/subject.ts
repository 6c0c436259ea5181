/**
 * "This resync" in another run, and what became of it there.
 *
 * Two runs that differ in one number tell the same story up to the moment at which it matters. A resync is found again by
 * what it goes back to (the fault at its root, an order, a load), and by the how manieth of that it was. Whatever else the
 * replica asks from then on counts, too: it is the change that made it ask. Retries of an attempt that was aborted, or refused, belong
 * to it: to spare one of a loop means to spare the loop. How many of them there are is another number in another run.
 */
import type { Run } from '../../run.ts';
import { type Causes, causesOf, type Origin } from '../../trace/causes.ts';
import type { Fact, NodeState } from '../../trace/fact.ts';
import type { FaultSpan } from '../../trace/faults.ts';
import { type Resync, resyncsOf } from '../../trace/resyncs.ts';
import type { Fate } from './answer.ts';

export interface Subject {
  readonly replica: string;
  /** Index in the list of resyncs: of a loop, its first attempt that could have been spared. */
  readonly resync: number;
  /** What it goes back to: fault or order, on whom, and the how manieth of these. */
  readonly origin: string;
  /** The fault among them by itself; null: none. */
  readonly fault: FaultKey | null;
  /** How many attempts of the replica with this origin came before it, and how many of these were copied in full. */
  readonly nth: number;
  readonly fulls: number;
  /** Only later attempts are meant: up to here the replica was in step, or had not begun. */
  readonly afterUs: number;
  /** When it was asked: before that nobody can say that it is not needed. */
  readonly askedAtUs: number;
  /** All attempts of the replica in the run asked about. Whatever else it asks in another run is put down to the change. */
  readonly known: ReadonlySet<string>;
}

interface FaultKey {
  readonly verb: string;
  readonly nodes: string;
  readonly nth: number;
}

/** The facts, and what is made of all of them, once. */
interface View {
  readonly facts: readonly Fact[];
  readonly causes: Causes;
  readonly faults: readonly FaultSpan[];
}

function viewOf(facts: readonly Fact[]): View {
  const causes = causesOf(facts);
  return { facts, causes, faults: causes.faults };
}

interface Attempt {
  readonly resync: Resync;
  readonly origin: string;
  /** The origin, and the how manieth attempt of the replica that goes back to it. */
  readonly id: string;
}

/** The attempt of this index in `resyncs`, with the loop that it belongs to; null: no history, no loop, nothing could have spared it. */
export function subjectOf(facts: readonly Fact[], resyncs: readonly Resync[], index: number): Subject | null {
  const asked = resyncs[index]!;
  const { replica } = asked;
  const view = viewOf(facts);
  const all = attemptsOf(view, resyncs, replica);
  const at = resyncs.filter((one) => one.replica === replica).indexOf(asked);
  const { origin } = all[at]!;
  let first = at;
  while (first > 0 && isRetried(all[first - 1]!.resync) && all[first - 1]!.origin === origin) first--;
  if (isFirstContact(facts, all, first)) return null;
  const { resync } = all.find((one, index) => index >= first && one.resync.kind !== null)!;
  const last = all[first - 1]?.resync;
  const before = all.slice(0, first).filter((one) => one.origin === origin);
  return {
    replica, resync: resyncs.indexOf(resync), origin, fault: faultKeyOf(view, resync), nth: before.length, fulls: before.filter(isFull).length,
    afterUs: last === undefined ? -1 : last.outcome === 'done' ? (last.endedAtUs ?? last.askedAtUs) : last.askedAtUs, askedAtUs: resync.askedAtUs,
    known: new Set(all.map(({ id }) => id)),
  };
}

/** It came to nothing, and the replica asked again. */
function isRetried({ outcome }: Resync): boolean {
  return outcome === 'aborted' || outcome === 'refused';
}

function isFull({ resync }: Attempt): boolean {
  return resync.kind === 'full';
}

/** Who asks for the first time, and has been nothing but a replica since its first start, has no history that anybody could know. */
function isFirstContact(facts: readonly Fact[], attempts: readonly Attempt[], index: number): boolean {
  if (index > 0) return false;
  const { replica, asked, facts: { asked: id } } = attempts[0]!.resync;
  if (!asked.replid.startsWith('?')) return false;
  return !facts.slice(0, id - 1).some(({ node, body }) => (body.kind === 'process-ended' && body.node === replica) || (body.kind === 'role-changed' && node === replica));
}

/** What a replica asked, each with what it goes back to. */
function attemptsOf(view: View, resyncs: readonly Resync[], replica: string): Attempt[] {
  const counts = new Map<string, number>();
  return resyncs.filter((one) => one.replica === replica).map((resync) => {
    const origin = originKey(view.causes.origin(resync.facts.asked), view);
    const count = counts.get(origin) ?? 0;
    counts.set(origin, count + 1);
    return { resync, origin, id: `${origin} ${count}` };
  });
}

function originKey(origin: Origin, { facts, faults }: View): string {
  switch (origin.is) {
    case 'fault': {
      const { verb, nodes, nth } = keyOf(origin.faults[0]!, faults);
      return `fault ${verb} ${nodes} ${nth}`;
    }
    case 'order': {
      const words = (fact: Fact): string => (fact.body.kind === 'verb' ? `${fact.body.verb} ${fact.body.nodes.join(' ')}` : '');
      const own = words(facts[origin.fact - 1]!);
      return `order ${own} ${facts.slice(0, origin.fact - 1).filter((fact) => words(fact) === own).length}`;
    }
    case 'load':
    case 'start':
      return `${origin.is} ${origin.node}`;
    case 'unknown':
      return 'unknown';
  }
}

function faultKeyOf({ causes, faults }: View, { facts: { asked } }: Resync): FaultKey | null {
  const origin = causes.origin(asked);
  return origin.is === 'fault' ? keyOf(origin.faults[0]!, faults) : null;
}

/** How a fault is known in another run, where it may last longer: what was done to whom, and the how manieth time. */
function keyOf({ fact, verb, nodes }: FaultSpan, faults: readonly FaultSpan[]): FaultKey {
  const whom = nodes.join(' ');
  return { verb, nodes: whom, nth: faults.filter((span) => span.fact < fact && span.verb === verb && span.nodes.join(' ') === whom).length };
}

// ------------------------------------------------------------------ in another run

export interface Verdict {
  readonly fate: Fate;
  readonly reason: Resync['reason'];
}

/** As much of a run as is looked at. */
export type Watched = Pick<Run, 'trace' | 'nowUs' | 'states'>;

/** So many partial resyncs in a row, none of which brought the replica in step, are a loop. */
const LOOP = 3;

/** Looks at a run now and then; null: it is too early to say. `over`: it will not go on. */
export function watch(subject: Subject): (run: Watched, over: boolean) => Verdict | null {
  let seen = 0;
  let found: Found = { members: [], openUntilUs: 0 };
  /** What the top of the chain had produced when the resync was no longer due; who has that, has missed nothing. */
  let mark: number | null = null;
  return ({ trace: { facts }, nowUs, states }, over) => {
    if (facts.length > seen) found = find(subject, facts);
    seen = facts.length;
    const { members, openUntilUs } = found;
    const full = members.find(({ kind }) => kind === 'full');
    if (full !== undefined) return { fate: 'full', reason: full.reason };
    const partial = members.filter(({ kind }) => kind === 'partial');
    const last = members.at(-1);
    const reason = last?.reason ?? null;
    const ends = endsOf(states(), subject.replica);
    if (partial.length >= LOOP) return { fate: 'loop', reason };
    if (last === undefined) {
      const due = openUntilUs !== null && nowUs >= Math.max(subject.askedAtUs, openUntilUs);
      if (due) mark ??= ends?.top.offset ?? null;
      if (due && ends !== null && isInStep(ends, mark)) return { fate: 'not-needed', reason: null };
    } else if (last.kind === 'partial' && ends !== null && isInStep(ends, last.evidence?.masterOffset ?? null)) {
      return { fate: 'partial', reason };
    }
    if (!over) return null;
    return { fate: partial.length > 1 ? 'loop' : 'undecided', reason };
  };
}

interface Found {
  /** The resync asked about, and whatever followed from the same or from the change. */
  readonly members: readonly Resync[];
  /** When the fault behind it was over, µs; null: it is not. 0: there was none. */
  readonly openUntilUs: number | null;
}

function find({ replica, origin, nth, fulls, afterUs, known, fault }: Subject, facts: readonly Fact[]): Found {
  const view = viewOf(facts);
  const attempts = attemptsOf(view, resyncsOf(facts), replica);
  const same = attempts.filter((one) => one.origin === origin);
  const copied = same.filter(isFull);
  // Of a fault they are counted; of a load, where one more or less before it shifts the count, the time tells.
  const meant = fault === null ? same.filter(({ resync }) => resync.askedAtUs > afterUs) : same.filter((one, index) => index >= nth || copied.indexOf(one) >= fulls);
  const members = attempts.filter((one, index) => meant.includes(one) || (!known.has(one.id) && one.resync.askedAtUs > afterUs && !isFirstContact(facts, attempts, index)));
  const span = fault === null ? undefined : view.faults.filter(({ verb, nodes }) => verb === fault.verb && nodes.join(' ') === fault.nodes)[fault.nth];
  return { members: members.map(({ resync }) => resync), openUntilUs: span === undefined ? 0 : span.toUs };
}

interface Ends {
  readonly replica: NodeState;
  /** The master at the top of its chain: who is in step with one that is not, has missed as much. */
  readonly top: NodeState;
}

function endsOf(states: readonly NodeState[], name: string): Ends | null {
  const replica = states.find(({ node }) => node === name);
  let top = replica;
  for (let hops = 0; top?.running === true && top.role === 'replica' && hops < states.length; hops++) {
    const { master } = top;
    top = states.find(({ node }) => node === master);
  }
  return replica === undefined || top === replica || top?.running !== true || top.role === 'replica' ? null : { replica, top };
}

/** Up, and not behind what the top had at some time before. Where they count no offsets (2.6), or each their own (a chain up to 3.2), their data are compared. */
function isInStep({ replica, top }: Ends, mark: number | null): boolean {
  if (replica.linkState !== 'connected') return false;
  return mark === null || mark < 0 || replica.offset < 0 || replica.replid !== top.replid ? replica.digest === top.digest : replica.offset >= mark;
}
