import { describe, expect, it } from 'vitest';
import { converged } from '../../../src/checks/invariants/converged.ts';
import type { NodeState } from '../../../src/trace/fact.ts';
import type { Story } from '../../fixtures/story.ts';
import { attached, watched } from './watched.ts';

/** How master, a and b are seen at the end: even, except for what is said here. */
const seen = (tale: Story, fields: Partial<Record<string, Partial<NodeState>>> = {}): NodeState[] => {
  const even = { offset: 1000, keys: 7, digest: 'd1' };
  return [
    tale.state('master', { ...even, role: 'master', master: null, linkState: 'none', ...fields['master'] }),
    tale.state('a', { ...even, master: 'master', ...fields['a'] }),
    tale.state('b', { ...even, master: 'master', ...fields['b'] }),
  ];
};

const verb = (tale: Story, name: string, heals = 0): number =>
  tale.tell('', { kind: 'verb', verb: name, words: `${name} master ╳ a`, nodes: ['master', 'a'], fault: heals === 0, heals });

const client = (tale: Story, kind: 'client-started' | 'client-stopped'): void => {
  if (kind === 'client-started') tale.tell('', { kind, client: 'app', to: 'master' });
  else tale.tell('', { kind, client: 'app', to: 'master', sent: 9, acknowledged: 9, errors: 0 });
};

/** A run in which the last disturbance is long past. */
const calm = (): ReturnType<typeof watched> => {
  const one = watched(converged);
  attached(one.tale, 1000);
  client(one.tale.at(1), 'client-started');
  const cut = verb(one.tale.at(2), 'partition');
  verb(one.tale.at(20), 'heal', cut);
  client(one.tale.at(30), 'client-stopped');
  one.tale.at(400);
  return one;
};

describe('converged', () => {
  it('holds when every replica has its master’s offset and data at the end', () => {
    const { tale, result } = calm();
    expect(result({ nodes: seen(tale) })).toEqual({ name: 'converged', verdict: 'held', detail: '', compared: 2 });
  });

  it('is violated by a replica that stands still behind its master', () => {
    const { tale, result } = calm();
    expect(result({ nodes: seen(tale, { a: { offset: 900 } }) })).toMatchObject({
      verdict: 'violated', detail: 'a is 100 bytes behind master (900 of 1 000), and nothing happens any more',
    });
  });

  it('is violated by a replica that never tries to get its link back', () => {
    const { tale, result } = calm();
    const { verdict, detail } = result({ nodes: seen(tale, { a: { linkState: 'connect' } }) });
    expect(verdict).toBe('violated');
    expect(detail).toContain('a has no link to master (connect)');
  });

  it('is violated by other data at the same offset, at any time', () => {
    const { tale, result } = watched(converged);
    client(tale, 'client-started');
    expect(result({ nodes: seen(tale, { b: { digest: 'd2', keys: 6 } }), stopped: 'a guard' })).toMatchObject({
      verdict: 'violated', detail: 'b has other data than master at the same offset 1 000: 6 keys against 7',
    });
  });

  it('forgives other data to a node that took writes of its own', () => {
    const { tale, result } = calm();
    expect(result({ nodes: seen(tale, { b: { digest: 'd2', localWrites: true } }) }).verdict).toBe('held');
  });

  it.each<[string, (tale: Story) => void, Partial<Record<string, Partial<NodeState>>>, string]>([
    ['a fault is not healed', (tale) => verb(tale.at(50), 'freeze'), { a: { offset: 900 } }, 'freeze master ╳ a was not healed'],
    ['a load still runs', (tale) => client(tale.at(50), 'client-started'), { a: { offset: 900 } }, 'the load of app still ran'],
    ['a node is down', () => {}, { a: { running: false } }, 'a was down'],
    ['nobody is a replica', () => {}, { a: { role: 'master' }, b: { role: 'master' } }, 'there is no replica'],
    ['a fault was healed just now', (tale) => { const cut = verb(tale.at(390), 'partition'); verb(tale.at(395), 'heal', cut); }, { a: { offset: 900 } }, 'a is 100 bytes behind master (900 of 1 000); the last disturbance was only 5 s ago'],
    ['the replica keeps trying', (tale) => tale.at(399).tell('a', { kind: 'link-connect-failed', why: 'refused' }), { a: { linkState: 'connect' } }, 'a has no link to master (connect); it keeps trying'],
    ['the replica is catching up', (tale) => tale.at(399).applied('a', 800, 900), { a: { offset: 900 } }, 'a is 100 bytes behind master (900 of 1 000); it is still catching up'],
  ])('is not applicable while %s', (_, happens, fields, reason) => {
    const { tale, result } = calm();
    happens(tale);
    tale.at(400);
    expect(result({ nodes: seen(tale, fields) })).toMatchObject({ verdict: 'not-applicable', detail: reason });
  });

  it('is not applicable when the run was stopped', () => {
    const { tale, result } = calm();
    expect(result({ nodes: seen(tale), stopped: 'told to end at 4s' }).detail).toBe('the run was stopped: told to end at 4s');
  });

  it('judges a slow link like any other: it is no reason not to arrive', () => {
    const { tale, result } = calm();
    verb(tale.at(40), 'shape');
    tale.at(400);
    expect(result({ nodes: seen(tale) }).verdict).toBe('held');
  });
});
