import { describe, expect, it } from 'vitest';
import { createPeers, type Peers } from '../../src/trace/peers.ts';
import type { FactBody } from '../../src/trace/fact.ts';

function peers(...told: [node: string, body: FactBody][]): Peers {
  const known = createPeers();
  told.forEach(([node, body], index) => known.feed({ id: index + 1, atUs: 0, node, cause: 0, body }));
  return known;
}

const started = (node: string, address: string): [string, FactBody] => ['', { kind: 'process-started', node, address }];

describe('who is behind an address', () => {
  it('is known by where the process listens', () => {
    const known = peers(started('master', '10.0.0.1:6379'), started('a', '10.0.0.2:6379'));
    expect(known.nodeAt('10.0.0.2:6379')).toBe('a');
    expect(known.nodeAt('10.0.0.3:6380')).toBeNull();
  });

  it('is told by the port alone behind a proxy, if only one listens there', () => {
    const known = peers(started('master', '10.0.0.1:7000'), started('a', '10.0.0.2:7001'), started('b', '10.0.0.3:7001'));
    expect(known.nodeAt('127.0.0.1:7000')).toBe('master');
    expect(known.nodeAt('127.0.0.1:7001')).toBeNull();
    expect(known.nodeAt('127.0.0.1:<unknown-replica-port>')).toBeNull();
  });

  it('does not become doubtful when a process is started again', () => {
    expect(peers(started('master', '10.0.0.1:7000'), started('master', '10.0.0.1:7000')).nodeAt('127.0.0.1:7000')).toBe('master');
  });
});

describe('whom a replica follows', () => {
  const follows: [string, FactBody] = ['a', { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 7000, why: 'start' }];

  it('is whom it connects to, until it is told another or none', () => {
    expect(peers(started('master', '10.0.0.1:7000'), follows).masterOf('a')).toBe('master');
    expect(peers(started('master', '10.0.0.1:7000'), follows, ['a', { kind: 'role-changed', role: 'master', masterHost: '', masterPort: 0, by: '' }]).masterOf('a')).toBeNull();
    const moved = peers(started('b', '10.0.0.3:7002'), follows, ['a', { kind: 'role-changed', role: 'replica', masterHost: '10.0.0.3', masterPort: 7002, by: '' }]);
    expect(moved.masterOf('a')).toBe('b');
  });

  it('is an address when nobody known listens there', () => {
    expect(peers(follows).masterOf('a')).toBeNull();
    expect(peers(follows).masterAddressOf('a')).toBe('10.0.0.1:7000');
  });
});
