import { describe, expect, it } from 'vitest';
import { causesOf } from '../../src/trace/causes.ts';
import { faultsOf } from '../../src/trace/faults.ts';
import { ask, FIRST_CONTACT, ID_A, psyncState, startAll, story, type Story } from '../fixtures/story.ts';

const verb = (tale: Story, name: string, nodes: string[], heals = 0): number =>
  tale.tell('', { kind: 'verb', verb: name, words: `${name} ${nodes.join(' ')}`, nodes, fault: heals === 0, heals });

function three(): Story {
  const tale = story(['master', 'a', 'b']);
  startAll(tale);
  for (const replica of ['a', 'b']) {
    tale.tell(replica, { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 6379, why: 'start' });
  }
  return tale;
}

describe('a fault', () => {
  it('lasts until the verb that heals it', () => {
    const tale = three();
    const cut = verb(tale.at(15), 'partition', ['master', 'a']);
    const healed = verb(tale.at(105), 'heal', ['master', 'a'], cut);
    expect(faultsOf(tale.trace.facts)).toMatchObject([{ fact: cut, fromUs: 15_000_000, toUs: 105_000_000, healedBy: healed }]);
  });

  it('that ended a process lasts until it is started again', () => {
    const tale = three();
    verb(tale.at(3), 'kill', ['a']);
    tale.at(4).tell('', { kind: 'process-started', node: 'b', address: '' });
    tale.at(8).tell('', { kind: 'process-started', node: 'a', address: '' });
    expect(faultsOf(tale.trace.facts)).toMatchObject([{ verb: 'kill', fromUs: 3_000_000, toUs: 8_000_000 }]);
  });

  it('that ended several processes lasts until all are started again', () => {
    const tale = three();
    verb(tale.at(3), 'crash', ['a', 'b']);
    tale.at(8).tell('', { kind: 'process-started', node: 'a', address: '' });
    expect(faultsOf(tale.trace.facts)).toMatchObject([{ toUs: null }]);
    tale.at(9).tell('', { kind: 'process-started', node: 'b', address: '' });
    expect(faultsOf(tale.trace.facts)).toMatchObject([{ toUs: 9_000_000 }]);
  });

  it('that is momentary is over at once; one that nobody healed has no end', () => {
    const tale = three();
    verb(tale.at(3), 'reset', ['master', 'a']);
    verb(tale.at(4), 'freeze', ['a']);
    expect(faultsOf(tale.trace.facts)).toMatchObject([{ toUs: 3_000_000 }, { toUs: null }]);
  });
});

describe('a fault that the network tells', () => {
  it('belongs to its verb, and ends when the network heals by itself', () => {
    const tale = three();
    const cut = verb(tale.at(15), 'partition', ['master', 'a']);
    tale.tell('', { kind: 'partition-began', fault: 1, a: ['master'], b: ['a'], direction: 'both' }, cut);
    const healed = tale.at(105).tell('', { kind: 'partition-healed', fault: 1 });
    expect(faultsOf(tale.trace.facts)).toMatchObject([{ fact: cut, verb: 'partition', toUs: 105_000_000, healedBy: healed }]);
  });

  it('and that was only armed is a span of its own, from when it happened', () => {
    const tale = three();
    const armed = verb(tale.at(15), 'arm', ['master', 'a']);
    tale.at(20).tell('', { kind: 'relay-held', from: 'a', to: 'master', direction: 'both', armed: true }, armed);
    tale.at(30).tell('', { kind: 'relay-healed', from: 'a', to: 'master' });
    expect(faultsOf(tale.trace.facts)).toMatchObject([
      { verb: 'arm', fromUs: 15_000_000, toUs: 15_000_000 },
      { verb: 'hold', words: 'hold a – master', fromUs: 20_000_000, toUs: 30_000_000 },
    ]);
  });
});

describe('causes', () => {
  it('lead from a decision back to the fault, over the silence that no fact caused', () => {
    const tale = three();
    const cut = verb(tale.at(15), 'partition', ['master', 'a']);
    const timeout = tale.at(76).tell('a', { kind: 'link-timeout', phase: 'connected', silentSeconds: 61, limitSeconds: 60 });
    const lost = tale.tell('a', { kind: 'link-lost', cause: 'repl-timeout', replid: ID_A, offset: 100, silentUs: 60_700_000 }, timeout);
    const again = tale.tell('a', { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 6379, why: 'lost' }, lost);
    const asked = tale.at(110).tell('a', { kind: 'psync-sent', replid: ID_A, offset: 101, cached: true }, again);
    const causes = causesOf(tale.trace.facts);
    expect(causes.chain(asked).map((fact) => fact.id)).toEqual([asked, again, lost, timeout, cut]);
    expect(causes.root(asked)).toMatchObject({ fact: cut, verb: 'partition' });
  });

  it('blame only faults on that path and during that silence', () => {
    const tale = three();
    const early = verb(tale.at(1), 'partition', ['master', 'a']);
    verb(tale.at(2), 'heal', ['master', 'a'], early);
    verb(tale.at(20), 'partition', ['master', 'b']);
    verb(tale.at(30), 'freeze', ['b']);
    const frozen = verb(tale.at(21), 'freeze', ['master']);
    const timeout = tale.at(80).tell('a', { kind: 'link-timeout', phase: 'connected', silentSeconds: 61, limitSeconds: 60 });
    verb(tale.at(81), 'partition', ['master', 'a']);
    expect(causesOf(tale.trace.facts).blame(timeout).map((span) => span.fact)).toEqual([frozen]);
  });

  it('find the replica that a master lost by its connection, when its name tells nothing', () => {
    const tale = three();
    ask(tale, 'a', 'master', FIRST_CONTACT, psyncState(), { fd: 4, name: '127.0.0.1:9999' });
    const cut = verb(tale.at(10), 'hold', ['master', 'a']);
    const timeout = tale.at(71).tell('master', { kind: 'replica-timeout', replica: '127.0.0.1:9999', fd: 4, phase: 'streaming', silentSeconds: 61, limitSeconds: 60 });
    const lost = tale.tell('master', { kind: 'replica-lost', replica: '127.0.0.1:9999', fd: 4, cause: 'repl-timeout', state: 'online', acked: 0, sent: 0 }, timeout);
    expect(causesOf(tale.trace.facts).root(lost)?.fact).toBe(cut);
  });

  it('look further up for a sub-replica: its silence may be the top’s', () => {
    const tale = three();
    tale.tell('b', { kind: 'link-connecting', masterHost: '10.0.0.2', masterPort: 6379, why: 'replicaof' });
    const killed = verb(tale.at(30), 'kill', ['master']);
    const timeout = tale.at(80).tell('b', { kind: 'link-timeout', phase: 'connected', silentSeconds: 61, limitSeconds: 60 });
    expect(causesOf(tale.trace.facts).root(timeout)?.fact).toBe(killed);
  });

  it('lead an attempt that the clock started back to what went wrong before', () => {
    const tale = three();
    const killed = verb(tale.at(10), 'kill', ['master']);
    const lost = tale.tell('a', { kind: 'link-lost', cause: 'peer-closed', replid: ID_A, offset: 100, silentUs: 900 }, killed);
    const first = tale.tell('a', { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 6379, why: 'lost' }, lost);
    const failed = tale.tell('a', { kind: 'link-connect-failed', why: 'refused' }, first);
    const again = tale.at(11).tell('a', { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 6379, why: 'cron' });
    expect(causesOf(tale.trace.facts).chain(again).map((fact) => fact.id)).toEqual([again, failed, first, lost, killed]);
  });

  it('of something that just happens are nothing', () => {
    const tale = three();
    const id = tale.at(1).tell('a', { kind: 'flush-started' });
    const causes = causesOf(tale.trace.facts);
    expect(causes.chain(id).map((fact) => fact.id)).toEqual([id]);
    expect(causes.root(id)).toBeNull();
    expect(causes.blame(id)).toEqual([]);
  });
});
