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
export function mostInteresting({ facts, resyncs, causes }: Seen): number | null {
  const disturbed = [...resyncs.keys()].filter((index) => !startsNode(causes.origin(resyncs[index]!.facts.asked), facts));
  return fullBefore(resyncs, disturbed) ?? (resyncs.length === 0 ? null : 0);
}

/** One worth pointing at, of those who asked before: found without asking for causes, which takes its time in a large run. null: nobody asked twice. */
export function worthPointingAt(resyncs: readonly Resync[]): number | null {
  const asked = new Set<string>();
  const again = [...resyncs.keys()].filter((index) => {
    const { replica } = resyncs[index]!;
    return asked.size === asked.add(replica).size;
  });
  return fullBefore(resyncs, again);
}

function fullBefore(resyncs: readonly Resync[], indices: readonly number[]): number | null {
  return indices.find((index) => resyncs[index]!.kind === 'full') ?? indices[0] ?? null;
}

/** By the scenario at its beginning, or by its timeline. */
function startsNode(origin: Origin, facts: readonly Fact[]): boolean {
  if (origin.is !== 'order') return origin.is === 'start';
  const body = facts[origin.fact - 1]?.body;
  return body?.kind === 'verb' && body.verb === 'start';
}
