import { expect, it } from 'vitest';
import { covers, holds, shown } from './told.ts';

covers('stale-exec-after-becoming-stale', () => {
  it('whether a transaction may be run is decided at its EXEC, by the role and the link as they are then', () => {
    const { replies } = holds(`
duration: 10s
config: { save: "", replica-serve-stale-data: "no" }
nodes: { n: {} }
timeline:
  - at: 1s
    command: { node: n, client: a, run: [SET xx 1, MULTI, GET xx] }
  - command: { node: n, client: b, run: REPLICAOF 10.9.9.9 1234 }
  - command: { node: n, client: a, run: EXEC, as: one }
  - command: { node: n, client: b, run: REPLICAOF NO ONE }
  - command: { node: n, client: a, run: [MULTI, PING] }
  - command: { node: n, client: b, run: REPLICAOF 10.9.9.9 1234 }
  - command: { node: n, client: a, run: EXEC, as: two }
  - command: { node: n, client: a, run: MULTI }
  - command: { node: n, client: b, run: REPLICAOF NO ONE }
  - command: { node: n, client: a, run: [GET xx, EXEC] }
expect:
  - reply: { one: { error: EXECABORT } }
  - reply: { two: { error: EXECABORT } }
`);
    const all = replies.map(shown);
    expect(all.filter((reply) => reply.startsWith('-EXECABORT'))).toEqual([expect.stringContaining('MASTERDOWN') as string, expect.stringContaining('MASTERDOWN') as string]);
    expect(all.at(-1)).toBe('[1]');
  });
});
