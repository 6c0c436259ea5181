/** A key whose time has come and that is in memory still: who sees it, and who deletes it. */
import { describe, expect, it } from 'vitest';
import { master, type Master, VERSIONS } from './versions.ts';

/** One with such a key, k, which was 5. No cron has come since. */
function withExpired(version: (typeof VERSIONS)[number], replicas = 1): Master {
  const node = master(version, {}, replicas);
  node.says('SET k 5', 'PEXPIRE k 1');
  node.node.pass(0.005);
  return node;
}

/** The same, of a replica. */
function replicaWithExpired(version: (typeof VERSIONS)[number], config: readonly string[] = []): Master {
  const node = master(version);
  node.says('SET k 5', 'PEXPIRE k 1', ...config);
  node.node.says(node.node.accept(), 'SLAVEOF 10.0.0.1 6379');
  node.node.pass(0.005);
  return node;
}

describe.each(VERSIONS)('%s', (version) => {
  const del = version === '8.0' ? 'UNLINK k' : 'DEL k';

  it('KEYS deletes it, or leaves it out', () => {
    const node = withExpired(version);
    expect(node.sends('KEYS *')).toBe(version < '6.0' ? del : '');
  });

  // From eight replicas on they share its tree (dataset/steps.ts): nobody may see that.
  it.each([1, 9])('SET in its place sends its end ahead, to %i replicas', (replicas) => {
    const both = `${del} | SET k 6`;
    expect(withExpired(version, replicas).sends('SET k 6')).toBe(version < '7.0' ? both : `MULTI | ${both} | EXEC`);
  });

  it('DEL finds it, or finds that it was gone already', () => {
    expect(withExpired(version).says('DEL k')).toEqual([version === '2.6' ? ':1' : ':0']);
  });

  it('a replica with nothing else, asked for a random key, names it, or nothing', () => {
    expect(replicaWithExpired(version).says('RANDOMKEY')).toEqual([version < '4.0' ? '$-1' : '$1 k']);
  });

  it('a writable replica counts on from it, or from nothing', () => {
    expect(replicaWithExpired(version, ['CONFIG SET slave-read-only no']).says('INCR k')).toEqual([version < '7.0' ? ':6' : ':1']);
  });

  it('where a fifth has expired, the cycle stops soon, which goes on above a quarter; above a tenth it is quicker', () => {
    const node = master(version);
    const keys = Array.from({ length: 2000 }, (_, n) => `key:${n}`);
    node.says(['MSET', ...keys.flatMap((key) => [key, 'v'])], ...keys.map((key, n) => (n % 5 === 0 ? ['PEXPIRE', key, '1'] : ['EXPIRE', key, '1000'])));
    node.node.pass(1);
    const gone = 2000 - Number(node.says('DBSIZE')[0]?.slice(1));
    if (version < '6.0') expect(gone).toBeLessThan(100);
    else expect(gone).toBeGreaterThan(150);
  });
});
