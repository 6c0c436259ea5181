import { describe, expect, it } from 'vitest';
import { watchConvergence, type After, type Convergence } from '../../src/checks/convergence.ts';
import { ID_A, ID_B, startAll, story, type Story } from '../fixtures/story.ts';

const NODES = ['master', 'a', 'b'];

/** A master with two replicas that are even at offset 100; nothing has been asked yet. */
function even(...moments: After[]): { tale: Story; convergence: Convergence } {
  const tale = story(NODES);
  const convergence = watchConvergence(tale.trace, moments);
  startAll(tale);
  tale.tell('master', { kind: 'server-started', version: '', role: 'master', replid: ID_A, offset: 100, loaded: 'rdb', keys: 1 });
  for (const replica of ['a', 'b']) {
    tale.tell(replica, { kind: 'server-started', version: '', role: 'replica', replid: ID_B, offset: 0, loaded: 'nothing', keys: 0 });
    tale.tell(replica, { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 6379, why: 'start' });
    tale.tell(replica, { kind: 'link-online', how: 'full', replid: ID_A, offset: 100 });
  }
  return { tale, convergence };
}

const at = (convergence: Convergence, after: After, tale: Story): [number | null, number | null] => {
  const { fromUs, atUs } = convergence.reached(after, tale.nowUs);
  return [fromUs, atUs];
};

const loadStops = (tale: Story): void => {
  tale.tell('', { kind: 'client-stopped', client: 'app', to: 'master', sent: 1, acknowledged: 1, errors: 0 });
};

describe('convergence', () => {
  it('is reached when the last replica has applied what the master wrote', () => {
    const { tale, convergence } = even('load-stopped');
    tale.at(1).tell('', { kind: 'client-started', client: 'app', to: 'master' });
    tale.at(2).write('master', 31, 131, 1);
    loadStops(tale.at(3));
    tale.at(4).applied('a', 100, 131);
    expect(at(convergence, 'load-stopped', tale)).toEqual([3_000_000, null]);
    tale.at(5).applied('b', 100, 131);
    tale.at(9);
    expect(at(convergence, 'load-stopped', tale)).toEqual([3_000_000, 5_000_000]);
  });

  it('is reached at once when all were even already', () => {
    const { tale, convergence } = even('load-stopped', { us: 7_000_000 });
    tale.at(1).tell('', { kind: 'client-started', client: 'app', to: 'master' });
    loadStops(tale.at(3));
    tale.at(9);
    expect(at(convergence, 'load-stopped', tale)).toEqual([3_000_000, 3_000_000]);
    expect(at(convergence, { us: 7_000_000 }, tale)).toEqual([7_000_000, 7_000_000]);
  });

  it('counts the first instant, even if the master goes on and it does not last', () => {
    const { tale, convergence } = even({ us: 3_000_000 });
    tale.at(1).write('master', 31, 131, 1);
    tale.at(4).applied('a', 100, 131).applied('b', 100, 131);
    tale.at(5).write('master', 31, 162, 1);
    expect(at(convergence, { us: 3_000_000 }, tale)).toEqual([3_000_000, 4_000_000]);
  });

  it('does not count an instant before the moment asked for', () => {
    const { tale, convergence } = even({ us: 3_000_000 });
    tale.at(2).write('master', 31, 131, 1);
    tale.at(8);
    expect(at(convergence, { us: 3_000_000 }, tale)).toEqual([3_000_000, null]);
  });

  it('starts again with a new load, and with a new fault', () => {
    const { tale, convergence } = even('load-stopped', 'healed');
    tale.at(1).tell('', { kind: 'client-started', client: 'app', to: 'master' });
    expect(at(convergence, 'load-stopped', tale)).toEqual([null, null]);
    expect(at(convergence, 'healed', tale)).toEqual([0, 0]);
    const cut = tale.at(2).tell('', { kind: 'verb', verb: 'partition', words: '', nodes: ['master', 'a'], fault: true, heals: 0 });
    expect(at(convergence, 'healed', tale)).toEqual([null, null]);
    tale.write('master', 31, 131, 1).applied('b', 100, 131);
    tale.at(6).tell('', { kind: 'verb', verb: 'heal', words: '', nodes: [], fault: false, heals: cut });
    tale.at(8).applied('a', 100, 131);
    expect(at(convergence, 'healed', tale)).toEqual([6_000_000, 8_000_000]);
  });

  it('needs the link: bytes applied before it was lost do not count', () => {
    const { tale, convergence } = even({ us: 2_000_000 });
    tale.at(1).tell('a', { kind: 'link-lost', cause: 'peer-closed', replid: ID_A, offset: 100, silentUs: 0 });
    tale.at(3);
    expect(at(convergence, { us: 2_000_000 }, tale)[1]).toBeNull();
    tale.at(4).tell('a', { kind: 'link-online', how: 'partial', replid: ID_A, offset: 100 });
    expect(at(convergence, { us: 2_000_000 }, tale)[1]).toBe(4_000_000);
  });

  it('follows a chain: a replica in the middle is a master, too', () => {
    const { tale, convergence } = even({ us: 3_000_000 });
    tale.at(1).tell('b', { kind: 'link-connecting', masterHost: '10.0.0.2', masterPort: 6379, why: 'replicaof' });
    tale.tell('b', { kind: 'link-online', how: 'partial', replid: ID_A, offset: 100 });
    tale.at(2).write('master', 31, 131, 1);
    tale.at(4).applied('a', 100, 131);
    expect(at(convergence, { us: 3_000_000 }, tale)[1]).toBeNull();
    tale.at(5).applied('b', 100, 131);
    expect(at(convergence, { us: 3_000_000 }, tale)[1]).toBe(5_000_000);
  });

  it('does not wait for a process that has ended, nor for one that was promoted', () => {
    const { tale, convergence } = even({ us: 3_000_000 });
    tale.at(2).write('master', 31, 131, 1).applied('b', 100, 131);
    tale.at(4).tell('', { kind: 'process-ended', node: 'a', how: 'kill' });
    expect(at(convergence, { us: 3_000_000 }, tale)[1]).toBe(4_000_000);
  });

  it('is never reached when nobody is a replica', () => {
    const { tale, convergence } = even({ us: 3_000_000 });
    for (const node of ['a', 'b']) tale.at(1).tell(node, { kind: 'role-changed', role: 'master', masterHost: '', masterPort: 0, by: '' });
    tale.at(9);
    expect(at(convergence, { us: 3_000_000 }, tale)[1]).toBeNull();
  });

  it('costs nothing when nobody asks', () => {
    const tale = story(NODES);
    const before = tale.trace.subscribe;
    let subscriptions = 0;
    tale.trace.subscribe = (...args) => { subscriptions++; return before(...args); };
    watchConvergence(tale.trace, []);
    expect(subscriptions).toBe(0);
  });
});
