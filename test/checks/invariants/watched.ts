/** A story with one invariant watching: what it says in the end of a doctored run. */
import type { InvariantResult } from '../../../src/checks/outcome.ts';
import { watchInvariants } from '../../../src/checks/invariants/index.ts';
import type { MakeInvariant } from '../../../src/checks/invariants/invariant.ts';
import type { NodeState } from '../../../src/trace/fact.ts';
import { ID_A, story, type Story } from '../../fixtures/story.ts';

export interface Watched {
  readonly tale: Story;
  result(fields?: { readonly stopped?: string; readonly nodes?: readonly NodeState[] }): InvariantResult;
}

export function watched(make: MakeInvariant, names: readonly string[] = ['master', 'a', 'b']): Watched {
  const tale = story(names);
  const watch = watchInvariants(tale.trace, [make]);
  return {
    tale,
    result: ({ stopped = '', nodes = [] } = {}) =>
      watch.results({ atUs: tale.nowUs, states: tale.trace.states, nodes, stopped })[0]!,
  };
}

/** A master with history A, and replicas that have just got everything up to this offset. */
export function attached(tale: Story, offset = 0, replicas: readonly string[] = ['a', 'b']): void {
  tale.tell('master', { kind: 'server-started', version: '7.2.6', role: 'master', replid: ID_A, offset, loaded: 'nothing', keys: 0 });
  for (const replica of replicas) {
    tale.tell(replica, { kind: 'server-started', version: '7.2.6', role: 'replica', replid: replica, offset: 0, loaded: 'nothing', keys: 0 });
    online(tale, replica, 'full', offset);
  }
}

export function online(tale: Story, replica: string, how: 'full' | 'partial', offset: number, replid: string = ID_A): void {
  tale.tell(replica, { kind: 'link-online', how, replid, offset });
}

export function promoted(tale: Story, node: string, replid: string, replid2: string, offset: number): void {
  tale.tell(node, { kind: 'replid-changed', why: 'promotion', replid, replid2, offset, secondOffset: offset + 1 });
  tale.tell(node, { kind: 'role-changed', role: 'master', masterHost: '', masterPort: 0, by: '' });
}
