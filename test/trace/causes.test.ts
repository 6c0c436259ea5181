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

  it('of an attempt go back to its own beginning, not to that of another one at the same instant', () => {
    const tale = three();
    const killed = verb(tale.at(10), 'kill', ['master']);
    tale.tell('a', { kind: 'link-lost', cause: 'peer-closed', replid: ID_A, offset: 100, silentUs: 900 }, killed);
    const own = tale.at(11).tell('a', { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 6379, why: 'cron' });
    const others = tale.tell('b', { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 6379, why: 'cron' });
    const asked = tale.tell('a', { kind: 'psync-sent', replid: ID_A, offset: 101, cached: true }, others);
    expect(causesOf(tale.trace.facts).chain(asked).map((fact) => fact.id).slice(0, 2)).toEqual([asked, own]);
  });
});

describe('the origin', () => {
  const connecting = (tale: Story, node: string, why: 'start' | 'cron' | 'replicaof' | 'failure', cause = 0): number =>
    tale.tell(node, { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 6379, why }, cause);
  const asks = (tale: Story, node: string): number => tale.tell(node, { kind: 'psync-sent', replid: '?', offset: -1, cached: false });

  it('of a first contact is the start of the node', () => {
    const tale = three();
    const asked = asks(tale, 'a');
    expect(causesOf(tale.trace.facts).origin(asked)).toEqual({ is: 'start', node: 'a' });
  });

  it('of one after a restart is what ended the process', () => {
    const tale = three();
    const stop = verb(tale.at(5), 'stop', ['a']);
    const stopped = tale.tell('a', { kind: 'server-stopped', how: 'shutdown' });
    tale.tell('', { kind: 'process-ended', node: 'a', how: 'exit' }, stopped);
    verb(tale.at(6), 'start', ['a']);
    tale.tell('', { kind: 'process-started', node: 'a', address: '10.0.0.2:6379' });
    connecting(tale, 'a', 'start');
    const asked = asks(tale, 'a');
    expect(causesOf(tale.trace.facts).origin(asked)).toMatchObject({ is: 'fault', faults: [{ fact: stop }] });
  });

  it('of one that REPLICAOF led to is that order', () => {
    const tale = three();
    const order = tale.at(9).tell('', { kind: 'verb', verb: 'replicaof', words: 'a: REPLICAOF b', nodes: ['a', 'b'], fault: false, heals: 0 });
    const lost = tale.tell('a', { kind: 'link-lost', cause: 'replicaof', replid: ID_A, offset: 100, silentUs: 900 });
    connecting(tale, 'a', 'replicaof', lost);
    const asked = asks(tale, 'a');
    expect(causesOf(tale.trace.facts).origin(asked)).toEqual({ is: 'order', fact: order });
  });

  it('of one that a second order led to is the second, though the lost link still names what made it', () => {
    const tale = three();
    const close = (at: number): number => verb(tale.at(at), 'close', ['a', 'master']);
    close(10);
    const lost = tale.tell('a', { kind: 'link-lost', cause: 'client-kill', replid: ID_A, offset: 100, silentUs: 900 });
    const attempt = tale.tell('a', { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 6379, why: 'lost' }, lost);
    const second = close(20);
    const again = tale.tell('a', { kind: 'link-lost', cause: 'client-kill', replid: ID_A, offset: 200, silentUs: 900 }, attempt);
    expect(causesOf(tale.trace.facts).origin(again)).toMatchObject({ is: 'fault', faults: [{ fact: second }] });
  });

  it('of one whose master was told to close it is that order, though it was told so before', () => {
    const tale = three();
    const kill = (fd: number, cause = 0): number => tale.tell('master', { kind: 'replica-lost', replica: '10.0.0.2:6379', fd, cause: 'client-kill', state: 'online', acked: 0, sent: 0 }, cause);
    ask(tale, 'a', 'master', FIRST_CONTACT, psyncState(), { fd: 2, name: '10.0.0.2:6379' });
    verb(tale.at(10), 'close', ['a', 'master']);
    const first = kill(2);
    ask(tale, 'a', 'master', FIRST_CONTACT, psyncState(), { fd: 3, name: '10.0.0.2:6379' });
    const second = verb(tale.at(20), 'close', ['a', 'master']);
    kill(3, first);
    const lost = tale.tell('a', { kind: 'link-lost', cause: 'peer-closed', replid: ID_A, offset: 200, silentUs: 900 }, first);
    expect(causesOf(tale.trace.facts).origin(lost)).toMatchObject({ is: 'fault', faults: [{ fact: second }] });
  });

  it('of one after an output buffer ran over is the load', () => {
    const tale = three();
    const over = tale.at(15).tell('master', { kind: 'replica-over-limit', replica: '10.0.0.2:6379', fd: 2, used: 9, hard: 8, soft: 0, softSeconds: 0, overSeconds: 0, by: 'hard' });
    const aborted = tale.tell('a', { kind: 'transfer-aborted', why: 'connection-lost', error: '', received: 7 }, over);
    connecting(tale, 'a', 'failure', aborted);
    const asked = asks(tale, 'a');
    expect(causesOf(tale.trace.facts).origin(asked)).toEqual({ is: 'load', fact: over, node: 'master' });
  });

  it('of one whose master closed it long before that was heard is the load, too', () => {
    const tale = three();
    ask(tale, 'a', 'master', FIRST_CONTACT, psyncState(), { fd: 2, name: '10.0.0.2:6379' });
    const over = tale.at(15).tell('master', { kind: 'replica-over-limit', replica: '10.0.0.2:6379', fd: 2, used: 9, hard: 8, soft: 0, softSeconds: 0, overSeconds: 0, by: 'hard' });
    tale.tell('master', { kind: 'replica-lost', replica: '10.0.0.2:6379', fd: 2, cause: 'output-buffer-limit', state: 'online', acked: 0, sent: 0 }, over);
    tale.at(18).tell('a', { kind: 'transfer-aborted', why: 'connection-lost', error: '', received: 7 });
    connecting(tale, 'a', 'failure');
    const asked = asks(tale, 'a');
    expect(causesOf(tale.trace.facts).origin(asked)).toEqual({ is: 'load', fact: over, node: 'master' });
  });

  it('of a silence are all faults that were at work on that path, where nothing tells which', () => {
    const tale = three();
    const cut = verb(tale.at(15), 'partition', ['master', 'a']);
    const frozen = verb(tale.at(16), 'freeze', ['master']);
    const timeout = tale.at(76).tell('a', { kind: 'link-timeout', phase: 'connected', silentSeconds: 61, limitSeconds: 60 });
    const causes = causesOf(tale.trace.facts);
    expect(causes.origin(timeout)).toMatchObject({ is: 'fault', faults: [{ fact: cut }, { fact: frozen }] });
    expect(causes.root(timeout)?.fact).toBe(cut);
  });

  it('of a transfer that stood still may be with another replica on the same pipe', () => {
    const tale = three();
    for (const [fd, replica] of ['a', 'b'].entries()) ask(tale, replica, 'master', FIRST_CONTACT, psyncState(), { fd, name: `10.0.0.${fd + 2}:6379` });
    tale.at(5).tell('master', { kind: 'bgsave-started', reason: 'sync', target: 'socket', bytes: 100, offset: 0 });
    const crash = verb(tale.at(8), 'crash', ['b']);
    const timeout = tale.at(69).tell('a', { kind: 'link-timeout', phase: 'transfer', silentSeconds: 61, limitSeconds: 60 });
    expect(causesOf(tale.trace.facts).origin(timeout)).toMatchObject({ is: 'fault', faults: [{ fact: crash }] });
  });
});
