/** Explaining the resyncs of a run: what to watch while it goes on, and which of them somebody wants to hear about. */
import type { Outcome } from '../checks/outcome.ts';
import type { Run } from '../run.ts';
import { watchBefore } from '../trace/before.ts';
import { causesOf } from '../trace/causes.ts';
import type { Explained } from '../trace/explanation.ts';
import { mostInteresting } from '../trace/interest.ts';
import { watchOldestBytes } from '../trace/oldest-byte.ts';

/** Watches a run that has just begun, without changing it; the function makes of its outcome all that can be explained. */
export function watchForExplanation(run: Pick<Run, 'trace' | 'look' | 'oldestByte'>): (outcome: Outcome) => Explained {
  const before = watchBefore(run.trace, (node) => run.look(node));
  const { goneAtUs } = watchOldestBytes(run.trace, (node) => run.oldestByte(node));
  return ({ facts, resyncs, scenario, server }) => {
    const serverOf = new Map(scenario.nodes.map((node) => [node.name, node.server]));
    return { facts, resyncs, causes: causesOf(facts), before, goneAtUs, serverOf: (node) => serverOf.get(node) ?? server };
  };
}

/** Which resyncs; none of them: the one that is worth most. */
export interface Selection {
  /** Its number, from 1. */
  readonly resync?: number;
  /** All that this node asked for, or answered. */
  readonly node?: string;
  /** The one that was under way at this instant, else the last one before, else the first one after, µs. */
  readonly atUs?: number;
}

/** Indices into the resyncs; none when nothing fits. */
export function select(explained: Pick<Explained, 'facts' | 'resyncs' | 'causes'>, { resync, node, atUs }: Selection): number[] {
  const { resyncs } = explained;
  const all = [...resyncs.keys()];
  if (resync !== undefined) return all.filter((index) => index === resync - 1);
  const ofNode = node === undefined ? all : all.filter((index) => resyncs[index]!.replica === node || resyncs[index]!.master === node);
  if (atUs !== undefined) {
    const at = ofNode.filter((index) => resyncs[index]!.askedAtUs <= atUs && atUs <= (resyncs[index]!.endedAtUs ?? Infinity));
    const nearest = ofNode.findLast((index) => resyncs[index]!.askedAtUs <= atUs) ?? ofNode[0];
    return at.length > 0 ? at : nearest === undefined ? [] : [nearest];
  }
  if (node !== undefined) return ofNode;
  const best = mostInteresting(explained);
  return best === null ? [] : [best];
}
