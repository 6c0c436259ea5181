/** What goes when memory is full, by every policy; what is refused; and who leaves it to its master. */
import { describe, expect, it } from 'vitest';
import { accessWanted, idleMs, noteUse, uses, type Access } from '../../src/redis/access.ts';
import { jemallocUsable } from '../../src/redis/allocator.ts';
import { countedMemory } from '../../src/redis/memory.ts';
import { master, type Version, VERSIONS } from './versions.ts';

/** Room for `keys` more than there is now. */
function limit(node: ReturnType<typeof master>, more: number): string {
  return `CONFIG SET maxmemory ${countedMemory(node.node.server) + more}`;
}

function deletions(sent: string): string[] {
  return sent.split(' | ').filter((text) => /^(?:DEL|UNLINK) /.test(text)).map((text) => text.split(' ')[1]!);
}

const VALUE = 'x'.repeat(1000);

describe('a key goes before the write that needs its room', () => {
  it.each(VERSIONS)('in %s', (version) => {
    const node = master(version, { 'maxmemory-policy': 'allkeys-lru', 'maxmemory-samples': '10' });
    node.says(['SET', 'old', VALUE]);
    node.node.pass(20).ordered();
    node.says(['SET', 'new', VALUE], limit(node, 100));
    node.sends(['SET', 'more', VALUE]);
    const sent = node.sends(['SET', 'another', VALUE]).split(' | ');
    expect(sent.map((text) => text.split(' ')[0])).toEqual([version === '8.0' ? 'UNLINK' : 'DEL', 'SET']);
  });
});

describe('the policy says which', () => {
  const given = (policy: string, prepare: readonly (readonly string[])[] = []): ReturnType<typeof master> => {
    const node = master('7.2', { 'maxmemory-policy': policy, 'maxmemory-samples': '64', maxmemory: '100gb' });
    node.says(['SET', 'a', VALUE], ['SET', 'b', VALUE, 'EX', '1000'], ['SET', 'c', VALUE, 'EX', '500'], ...prepare);
    return node;
  };
  const evicted = (node: ReturnType<typeof master>): string[] => deletions(node.sends(limit(node, -100)));

  it('volatile-ttl: what would have gone first', () => expect(evicted(given('volatile-ttl'))).toEqual(['c']));
  it('volatile-random: only what has a time to live', () => expect(['b', 'c']).toContain(evicted(given('volatile-random'))[0]));
  it('allkeys-random: anything', () => expect(evicted(given('allkeys-random'))).toHaveLength(1));
  it('allkeys-lru: what was used longest ago', () => {
    const node = given('allkeys-lru');
    node.node.pass(10).ordered();
    node.says('GET a', 'GET c');
    expect(evicted(node)).toEqual(['b']);
  });
  it('volatile-lru: and has a time to live', () => {
    const node = given('volatile-lru');
    node.node.pass(10).ordered();
    node.says('GET b');
    expect(evicted(node)).toEqual(['c']);
  });
  it('allkeys-lfu: what was used least', () => {
    const node = given('allkeys-lfu', Array.from({ length: 50 }, (_, i) => ['GET', i % 2 === 0 ? 'a' : 'b']));
    expect(evicted(node)).toEqual(['c']);
  });
  it('noeviction: nothing, and what needs memory is refused', () => {
    const node = given('noeviction');
    expect(evicted(node)).toEqual([]);
    expect(node.says('SET d 1', 'GET x', 'DEL a', 'MULTI', 'GET a')).toEqual([
      "-OOM command not allowed when used memory > 'maxmemory'.", '$-1', ':1', '+OK', '$-1',
    ].map((text, i) => (i === 4 ? '+QUEUED' : text)));
  });
});

describe('without memory', () => {
  const full = (version: Version): ReturnType<typeof master> => {
    const node = master(version, { 'maxmemory-policy': 'noeviction' });
    node.says('CONFIG SET maxmemory 1');
    return node;
  };
  const OOM = "-OOM command not allowed when used memory > 'maxmemory'.";

  it.each(VERSIONS)('%s refuses writes that need it, before it looks at anything else', (version) => {
    const node = full(version);
    expect(node.says('SET k v', 'DEL k')).toEqual([OOM, ':0']);
  });
  it.each(VERSIONS)('%s: what may be queued in MULTI', (version) => {
    expect(full(version).says('MULTI', 'GET k')).toEqual(['+OK', version < '5.0' ? '+QUEUED' : OOM]);
  });
});

describe('to find room for one key', () => {
  it.each(VERSIONS)('%s takes one of each database (up to 2.8), or one', (version) => {
    const node = master(version, { 'maxmemory-policy': 'allkeys-lru' });
    node.says(['SET', 'a', VALUE], 'SELECT 1', ['SET', 'b', VALUE]);
    expect(deletions(node.sends(limit(node, -100), 'PING'))).toHaveLength(version < '3.2' ? 2 : 1);
  });

  it.each(VERSIONS)('%s as a replica takes what it likes (up to 4.0), or leaves that to its master', (version) => {
    const node = master(version, { 'maxmemory-policy': 'allkeys-lru' });
    node.says(['SET', 'a', VALUE], ['SET', 'b', VALUE]);
    node.node.says(node.node.accept(), 'SLAVEOF 10.0.0.1 6379');
    node.says(limit(node, -100), 'PING');
    expect(node.says('DBSIZE')).toEqual([version < '5.0' ? ':1' : ':2']);
  });
});

describe('the model of memory', () => {
  it.each([[1, 8], [9, 16], [17, 32], [120, 128], [129, 160], [1025, 1280]])('%i bytes take %i', (bytes, taken) => {
    expect(jemallocUsable(bytes)).toBe(taken);
  });
  it('grows with keys and shrinks with them', () => {
    const node = master('7.2');
    const before = countedMemory(node.node.server);
    node.says(['SET', 'k', VALUE], 'RPUSH l a b', 'HSET h f v', 'SADD s m', 'ZADD z 1 m', 'SET n 12345');
    expect(countedMemory(node.node.server)).toBeGreaterThan(before + 1000);
    node.says('FLUSHALL');
    expect(countedMemory(node.node.server)).toBe(before);
  });
});

describe('use is remembered', () => {
  it('only where a policy goes by it', () => {
    const config = (maxmemory: number, policy: string): Parameters<typeof accessWanted>[0] => ({ maxmemory, 'maxmemory-policy': policy }) as never;
    expect([accessWanted(config(0, 'allkeys-lru')), accessWanted(config(1, 'allkeys-lru')), accessWanted(config(1, 'volatile-lfu')), accessWanted(config(1, 'volatile-ttl'))]).toEqual([false, true, true, false]);
  });
  it('by the second, and by a counter that loses one a minute', () => {
    const access: Access = new Map();
    const always = { below: () => 0, hex: () => '' };
    noteUse(access, 0, 'k', 1500, true, always);
    noteUse(access, 0, 'k', 2700, true, always);
    expect([idleMs(access, 0, 'k', 5000), uses(access, 0, 'k', 5000), uses(access, 0, 'k', 125_000), uses(access, 0, 'none', 5000)]).toEqual([3000, 6, 4, 0]);
  });
});
