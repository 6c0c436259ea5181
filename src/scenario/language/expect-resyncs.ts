/** What is expected of how a replica got in step with its master, and of how it lost it. */
import { type ExpectationBody, LOSS_CAUSES, type LossCause } from '../expectation.ts';
import { suggestWord } from '../suggest.ts';
import { A_FAULT, faultVerb } from './moments.ts';
import { lossCause, resync } from './resyncs.ts';
import { type Entry, forms, into, list, mapping, maybe, named, type Schema } from './schema.ts';
import type { Scope } from './scope.ts';
import { countRange } from './values.ts';

/** What an entry of a node gives: one or several expectations about it. */
export type OfNode = (node: string) => readonly ExpectationBody[];

export const RESYNCS: Entry<OfNode> = {
  says: 'The completed resyncs of this replica in their order, each with or without its reason; or how many.',
  schema: (scope) => {
    const inOrder = into(scope, list(resync(scope), 'a list of resyncs'), (items): OfNode => (replica) => [{ expect: 'resyncs', replica, list: items }]);
    return forms(scope, 'a list such as [full: first-contact, partial], or counts such as { full: 2 }', { list: inOrder, mapping: resyncCounts(scope, false) });
  },
};

export const ATTEMPTS: Entry<OfNode> = {
  says: 'How many resyncs this replica asked for, whatever became of them.',
  schema: (scope) => {
    const total = into(scope, countRange(scope), (count): OfNode => (replica) => [{ expect: 'resync-count', replica, kind: 'any', attempts: true, count }]);
    return forms(scope, 'a count, or counts such as { full: 3.. }', { scalar: total, mapping: resyncCounts(scope, true) });
  },
};

export const RESYNC_CAUSES: Entry<OfNode> = {
  says: 'The fault behind each completed resync in their order, by the name of its verb, or none, as in [none, partition].',
  schema: (scope) => {
    const cause = faultVerb(scope, ['none']);
    return into(scope, list(cause, `a list of faults such as [none, ${A_FAULT}]`), (causes): OfNode => (replica) => [{ expect: 'resync-causes', replica, list: causes }]);
  },
};

export const DISCONNECTIONS: Entry<OfNode> = {
  says: `How this replica lost its link, or a transfer, each time in order: ${LOSS_CAUSES.join(', ')}; or how often, as in { repl-timeout: 1 } or { total: 0 }.`,
  schema: (scope) => {
    const inOrder = into(scope, list(lossCause(), 'a list of causes'), (causes): OfNode => (replica) => [{ expect: 'disconnections', replica, list: causes }]);
    const causeKey = (key: string): { message: string; suggestion: string | null } | null =>
      key === 'total' || (LOSS_CAUSES as readonly string[]).includes(key)
        ? null
        : { message: `there is no cause "${key}"`, suggestion: suggestWord(key, [...LOSS_CAUSES, 'total']) };
    const counts = into(scope, named(causeKey, countRange(scope), 'causes and counts, such as { repl-timeout: 1 }'), (each, report): OfNode => {
      if (each.length === 0) report([], 'this does not say how many', 'for instance { total: 0 }');
      return (replica) => each.map(([cause, count]) => ({ expect: 'disconnection-count', replica, cause: cause === 'total' ? 'any' : (cause as LossCause), count }));
    });
    const total = into(scope, countRange(scope), (count): OfNode => (replica) => [{ expect: 'disconnection-count', replica, cause: 'any', count }]);
    return forms(scope, 'a list such as [repl-timeout, reset], or counts such as { total: 0 }', { scalar: total, list: inOrder, mapping: counts });
  },
};

function resyncCounts(scope: Scope, attempts: boolean): Schema<OfNode> {
  const shape = {
    full: maybe('Full ones.', countRange(scope)),
    partial: maybe('Partial ones.', countRange(scope)),
    total: maybe('Of both kinds.', countRange(scope)),
  };
  return into(scope, mapping('counts such as { full: 2, partial: 0 }', shape), ({ full, partial, total }, report): OfNode => {
    const counts = [['full', full], ['partial', partial], ['any', total]] as const;
    if (counts.every(([, count]) => count === undefined)) report([], 'this does not say how many', 'write full:, partial: or total:');
    return (replica) =>
      counts.flatMap(([kind, count]): ExpectationBody[] => (count === undefined ? [] : [{ expect: 'resync-count', replica, kind, attempts, count }]));
  });
}
