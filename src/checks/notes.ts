/** What `note:` of the timeline wrote down, and what an observable is worth. */
import type { Observable } from '../scenario/expectation.ts';
import type { NodeState } from '../trace/fact.ts';

export interface Note {
  readonly observable: Observable;
  /** null: the node was down, or its INFO had no such field. */
  readonly value: string | null;
  readonly atUs: number;
}

/** A field of INFO, or one of OBSERVABLES; null: the node is down, or has no such field. */
export function valueOf({ node, field }: Observable, states: readonly NodeState[]): string | null {
  const state = states.find((one) => one.node === node);
  if (state?.running !== true) return null;
  switch (field) {
    case 'offset':
      return String(state.offset);
    case 'keys':
      return String(state.keys);
    case 'digest':
      return state.digest;
    default:
      return state.info.get(field) ?? null;
  }
}
