import { expect, it } from 'vitest';
import { covers, holds } from './told.ts';

/** A small generator of its own, so that the layouts are the same for ever (Numerical Recipes' LCG). */
function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const NODES = ['n0', 'n1', 'n2', 'n3', 'n4'];

/**
 * Cycles of about eight seconds: somebody is promoted, the others are attached one by one, each to somebody who is attached already;
 * then a counter is incremented for five seconds while links are killed. In the end nobody pings, and all offsets must be equal.
 */
function cycles(seed: number, count: number): string {
  const draw = dice(seed);
  const steps: string[] = [];
  for (let cycle = 0; cycle < count; cycle++) {
    const order = [...NODES];
    const placed = order.splice(draw(order.length), 1);
    const master = placed[0]!;
    steps.push(`- promote: ${master}`, `- config: { node: ${master}, set: { repl-ping-replica-period: 1 } }`);
    if (cycle === 0) steps.push(`- command: { node: ${master}, run: SET x 0 }`);
    // Whoever is below the new master has to hear of the new id before somebody else asks for it.
    steps.push('- sleep: 2s');
    while (order.length > 0) {
      const [node] = order.splice(draw(order.length), 1);
      steps.push(`- replicaof: { node: ${node!}, master: ${placed[draw(placed.length)]!} }`, `- wait-until: { online: ${node!}, within: 10s }`);
      placed.push(node!);
    }
    for (let second = 0; second < 5; second++) {
      const victim = placed[1 + draw(4)]!;
      steps.push(`- repeat: { times: 50, every: 20ms, steps: [{ command: { node: ${master}, run: INCR x } }] }`, `- command: { node: ${victim}, run: CLIENT KILL TYPE master }`);
    }
    steps.push(`- config: { node: ${master}, set: { repl-ping-replica-period: 3600 } }`, `- config: { node: [${placed.slice(1).join(', ')}], set: { repl-timeout: 10000 } }`);
    steps.push(`- wait-until: { offsets-equal: [${placed.join(', ')}], within: 50s }`, '- sleep: 1s');
    steps.push('- expect: [{ offsets-equal: all }, { same-data: all }]');
  }
  return `
duration: ${count * 14 + 5}s
config: { save: "", repl-diskless-sync-delay: 0 }
nodes: { n0: {}, n1: {}, n2: {}, n3: {}, n4: {} }
timeline:
  - at: 1s
    sleep: 1ms
${steps.map((step) => `  ${step}`).join('\n')}
`;
}

covers('psync2-random-topologies-exactly-four-full-syncs', () => {
  it.each([1, 2, 3, 4, 5, 6])('layouts of seed %i: whoever is attached to whom, each node is copied once, and never again', (seed) => {
    const { outcome } = holds(cycles(seed, 4));
    const full = outcome.nodes.map(({ sync }) => sync.full).reduce((sum, one) => sum + one, 0);
    expect(full).toBe(4);
    expect(new Set(outcome.nodes.map(({ offset }) => offset)).size).toBe(1);
    expect(outcome.nodes.map(({ sync }) => sync.partialOk).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(8);
  });
});

covers('psync2-replica-restart-partial', () => {
  it('a replica that was stopped in order with a save point goes on from its file: one more partial resync, and no full one', () => {
    holds(`
duration: 20s
config: { save: "", repl-diskless-sync-delay: 0 }
nodes: { m: { data: { keys: 100, value: 100b } }, r1: { replicaof: m }, r2: { replicaof: m }, r3: { replicaof: m }, r4: { replicaof: m } }
clients: { app: { to: m, writes: 50/s, from: 2s, until: 10s } }
timeline:
  - wait-until: { online: [r1, r2, r3, r4], within: 5s }
  - note: { ok: m.sync_partial_ok, full: m.sync_full, err: m.sync_partial_err }
  - config: { node: r1, set: { save: "900 1" } }
  - restart: { node: r1, how: sigterm, config: { save: "900 1" }, after: 500ms }
  - wait-until: { online: r1, within: 10s }
expect:
  - m: { info: { connected_slaves: 4 } }
  - delta: { ok: 1, full: 0, err: 0 }
  - converged
`);
  });
});

covers('psync2-replica-promoted-while-behind-pings', () => {
  it('PINGs that the promoted replica never processed put its old master ahead: that one is refused, and copied', () => {
    holds(`
duration: 25s
config: { save: "", repl-diskless-sync-delay: 0, repl-ping-replica-period: 1 }
nodes: { n0: {}, n1: { replicaof: n0 } }
timeline:
  - wait-until: { online: n1, within: 5s }
  - command: { node: n0, run: [SET foo bar, INCR counter, INCR counter, INCR counter] }
  - wait-until: { key: { node: n1, name: counter, value: "3" }, within: 1s }
  - block: { node: n1, for: 5s }          # the order to be a master is read before any of the PINGs that come meanwhile
  - promote: n1
  - config: { node: n1, set: { repl-ping-replica-period: 1000 } }
  - expect: [{ n1: { info: { sync_full: 0 }, role: master } }]
  - replicaof: { node: n0, master: n1 }
  - wait-until: { online: n0, within: 50s }
  - command: { node: n1, run: INCR x }
  - wait-until: { key: { node: n0, name: x, value: "1" }, within: 5s }
expect:
  - n0: { resyncs: [full: past-second-offset], info: { master_link_status: up } }
  - n1: { info: { sync_full: 1, sync_partial_ok: 0 } }
  - equal: [n0.offset, n1.offset]
`);
  });
});
