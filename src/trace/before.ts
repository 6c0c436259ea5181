/**
 * What INFO showed on both sides just before each decision: looked at when a question reaches its master, before that has done
 * anything about it, and already when it is asked, in case nobody hears it. Observations, which no fact holds.
 */
import type { Fact, NodeState } from './fact.ts';
import { createResyncs, type Resync } from './resyncs.ts';
import type { Trace } from './trace.ts';

export interface Before {
  /** null: it was not known which node would answer. */
  readonly master: NodeState | null;
  readonly replica: NodeState | null;
}

/** Looks on from now on; the function tells what was seen before a resync. `look` must not change the run. */
export function watchBefore(trace: Trace, look: (node: string) => NodeState): (resync: Resync) => Before {
  const byQuestion = new Map<number, Before>();
  /** The last question of each replica: id of its fact. */
  const asked = new Map<string, number>();
  const resyncs = createResyncs();
  const known = new Set(trace.names);
  const seen = (node: string | null): NodeState | null => (node !== null && known.has(node) ? look(node) : null);

  const feed = (fact: Fact): void => {
    resyncs.feed(fact);
    const { id, node, body } = fact;
    switch (body.kind) {
      case 'psync-sent':
      case 'sync-sent':
        asked.set(node, id);
        byQuestion.set(id, { master: seen(resyncs.masterOf(node)), replica: seen(node) });
        break;
      case 'sync-asked':
      case 'sync-refused': {
        const replica = resyncs.replicaOf(node, body.fd);
        const question = replica === null ? undefined : asked.get(replica);
        if (question !== undefined) byQuestion.set(question, { master: seen(node), replica: seen(replica) });
        break;
      }
      default:
    }
  };
  trace.facts.forEach((fact) => resyncs.feed(fact));
  trace.onMilestone(feed);
  return ({ facts }) => byQuestion.get(facts.asked) ?? { master: null, replica: null };
}
