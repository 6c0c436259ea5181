/**
 * Steps from tree to tree that many nodes take: with a thousand replicas, one of them copies the way to a key, and the others,
 * who store the very same entry in the very same tree, go on with the tree that came of it.
 *
 * A master with many replicas tells its steps; who applies its stream finds each at the entry. A node whose tree is another
 * (it wrote something itself, or lags by more than STEPS) does as if there were none, and has a tree of its own from there on.
 */
import type { Entry } from './entry.ts';
import type { Node } from './trie.ts';

export interface Step {
  readonly entry: Entry;
  /** It was stored, or removed. */
  readonly stored: boolean;
  /** Trees that nobody changes any more; null: empty. */
  readonly before: Node | null;
  readonly after: Node | null;
  /** What was in its place. */
  readonly replaced: Entry | null;
  /** Another step of the same entry, told before. */
  next: Step | null;
}

/** The last steps that a node told, in a ring: older ones are forgotten, and the trees with them. */
export interface Told {
  readonly ring: (Step | undefined)[];
  at: number;
}

/** How far behind a follower may be, in writes. */
const STEPS = 1024;

export function createTold(): Told {
  return { ring: [], at: 0 };
}

/** The step that leads on from a tree, if somebody told it. */
export function stepFrom(before: Node | null, entry: Entry, stored: boolean): Step | null {
  let step = entry.step;
  while (step !== null && (step.before !== before || step.stored !== stored)) step = step.next;
  return step;
}

export function tell(told: Told, entry: Entry, stored: boolean, before: Node | null, after: Node | null, replaced: Entry | null): void {
  const oldest = told.ring[told.at];
  if (oldest !== undefined) forget(oldest);
  const step: Step = { entry, stored, before, after, replaced, next: entry.step };
  entry.step = step;
  told.ring[told.at] = step;
  told.at = (told.at + 1) % STEPS;
}

export function forgetAll(told: Told): void {
  for (const step of told.ring) if (step !== undefined) forget(step);
  told.ring.length = 0;
  told.at = 0;
}

function forget(step: Step): void {
  const { entry } = step;
  if (entry.step === step) {
    entry.step = step.next;
    return;
  }
  let later = entry.step;
  while (later !== null && later.next !== step) later = later.next;
  if (later !== null) later.next = step.next;
}
