/**
 * Verbs: what the timeline does to the world.
 *
 * One row a verb: what it does, what may be written, and the steps it becomes. A new verb is one row in `verbs/`, one
 * variant in `scenario.ts`, one sentence in `words.ts`, and its work in each Stage.
 */
import { innerEntry, innerSteps } from './entries.ts';
import type { Table } from './schema.ts';
import { flowVerbs } from './verbs/flow.ts';
import { NETWORK_VERBS } from './verbs/network.ts';
import { ORDER_VERBS } from './verbs/orders.ts';
import type { Steps } from './verbs/pieces.ts';
import { PROCESS_VERBS } from './verbs/processes.ts';

export const VERBS: Table<Steps> = {
  ...NETWORK_VERBS,
  ...PROCESS_VERBS,
  ...ORDER_VERBS,
  // Verbs that hold steps need all verbs, themselves included.
  ...flowVerbs({ entry: (scope) => innerEntry(scope, VERBS), steps: (scope) => innerSteps(scope, VERBS) }),
};
