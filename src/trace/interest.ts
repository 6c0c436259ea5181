/** Which resync of a run somebody asks about first. */
import type { Causes, Origin } from './causes.ts';
import type { Fact } from './fact.ts';
import type { Resync } from './resyncs.ts';

interface Seen {
  readonly facts: readonly Fact[];
  readonly resyncs: readonly Resync[];
  readonly causes: Causes;
}

/** Its index: a copy that was not a first contact, then whatever else went wrong, then the first of all; null: there is none. */
export function mostInteresting(seen: Seen): number | null {
  return firstDisturbed(seen) ?? (seen.resyncs.length === 0 ? null : 0);
}

/** The same; null: no resync goes back to anything but that its node was started. */
export function firstDisturbed({ facts, resyncs, causes }: Seen): number | null {
  const disturbed = [...resyncs.keys()].filter((index) => !startsNode(causes.origin(resyncs[index]!.facts.asked), facts));
  return disturbed.find((index) => resyncs[index]!.kind === 'full') ?? disturbed[0] ?? null;
}

/** By the scenario at its beginning, or by its timeline. */
function startsNode(origin: Origin, facts: readonly Fact[]): boolean {
  if (origin.is !== 'order') return origin.is === 'start';
  const body = facts[origin.fact - 1]?.body;
  return body?.kind === 'verb' && body.verb === 'start';
}
