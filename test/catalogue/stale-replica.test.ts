import { expect, it } from 'vitest';
import { master, VERSIONS } from '../redis/versions.ts';
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

covers('stale-replica-scripts', () => {
  it.each(['redis-7.0', 'redis-7.4', 'valkey-8.0'])('%s: without a link nothing is read, and a script that may run all the same may not read either', (server) => {
    const { replies } = holds(`
duration: 5s
server: ${server}
config: { save: "", replica-serve-stale-data: "no" }
nodes: { n: {} }
timeline:
  - at: 1s
    command: { node: n, run: SET x 1 }
  - command: { node: n, run: REPLICAOF 10.9.9.9 1 }
  - command: { node: n, run: GET x }
  - command: { node: n, run: [[EVAL, "return redis.call('get','x')", "1", x]] }
  - command: { node: n, run: [[EVAL, "#!lua flags=no-writes,allow-stale\\nreturn 1", "0"]] }
  - command: { node: n, run: [[EVAL, "#!lua flags=no-writes,allow-stale\\nreturn redis.call('get','x')", "1", x]] }
`);
    const [plain, script, flagged, reads] = replies.slice(2).map(shown);
    expect(plain).toMatch(/^-MASTERDOWN /);
    expect(script).toMatch(/^-MASTERDOWN /);
    expect(flagged).toBe('1');
    expect(reads).toMatch(/^-ERR Can not execute the command on a stale replica/);
  });
});

covers('readonly-replica-refuses-writes', () => {
  it.each(VERSIONS)('%s: a write is refused, in or out of a transaction', (version) => {
    const { says } = master(version);
    expect(says('MULTI', 'SET queued 1')).toEqual(['+OK', '+QUEUED']);
    says('SET x 1');
    const node = master(version);
    const other = node.node.accept();
    node.says('MULTI', 'SET queued 1');
    node.node.says(other, 'SLAVEOF 10.9.9.9 1');
    const atExec = node.says('EXEC').at(-1);
    expect(atExec).toMatch(version < '6.2' ? /READONLY|read-only|^\*1/ : /^-EXECABORT .*READONLY/);
    expect(node.node.says(other, 'SET x 1').at(-1)).toMatch(/-READONLY You can't write against a read only (?:slave|replica)\./);
  });
});
