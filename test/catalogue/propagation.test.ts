/** Cases of Redis' own tests on what enters the stream, told anew. The id before each name is that of the catalogue of these cases. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import { play } from '../run/runs.ts';
import { Double, onlineReplica, replicaOf } from '../redis/double.ts';
import { master, profileOf, type Version, VERSIONS } from '../redis/versions.ts';

const since = (first: Version): readonly Version[] => VERSIONS.slice(VERSIONS.indexOf(first));

describe('prop-flush-always-replicated', () => {
  it.each(since('7.0'))('%s: a flush is sent even when there is nothing', (version) => {
    const { sends, says } = master(version);
    expect(sends('SET key value', 'FLUSHDB', 'SET key value2', 'FLUSHALL')).toBe('SET key value | FLUSHDB | SET key value2 | FLUSHALL');
    expect(says('DBSIZE')).toEqual([':0']);
    expect(sends('FLUSHDB', 'FLUSHDB', ['EVAL', "redis.call('flushdb')", '0'], 'FLUSHALL', 'FLUSHALL', ['EVAL', "redis.call('flushall')", '0'], 'INCR x')).toBe(
      'FLUSHDB | FLUSHDB | flushdb | FLUSHALL | FLUSHALL | flushall | INCR x',
    );
  });

  it.each(VERSIONS)('%s: FLUSHALL empties the replica', (version) => {
    const { sends } = master(version);
    expect(sends('FLUSHALL')).toBe('FLUSHALL');
  });
});

describe('prop-multi-exec-shapes', () => {
  const shapes: readonly (readonly [name: string, run: readonly string[], sent: string])[] = [
    ['(1) a single write', ['MULTI', 'SET foo bar', 'EXEC', 'SET foo2 bar'], 'SET foo bar | SET foo2 bar'],
    ['(2) writes and reads', ['MULTI', 'SET foo bar', 'GET foo', 'SET foo2 bar2', 'GET foo2', 'SET foo3 bar3', 'GET foo3', 'EXEC'], 'MULTI | SET foo bar | SET foo2 bar2 | SET foo3 bar3 | EXEC'],
    ['(3) with SELECT', ['MULTI', 'SELECT 1', 'SET foo bar', 'SELECT 2', 'SET foo2 bar2', 'SELECT 3', 'SET foo3 bar3', 'EXEC'], 'MULTI | SELECT 1 | SET foo bar | SELECT 2 | SET foo2 bar2 | SELECT 3 | SET foo3 bar3 | EXEC'],
    ['(4) empty', ['MULTI', 'EXEC', 'SET foo bar'], 'SET foo bar'],
    ['(5) only reads', ['MULTI', 'GET foo', 'EXEC', 'SET foo value2'], 'SET foo value2'],
    ['(6) a write without effect', ['MULTI', 'DEL foo', 'EXEC', 'INCR foo'], 'INCR foo'],
  ];

  it.each(since('7.2').flatMap((version) => shapes.map((shape) => [version, ...shape] as const)))('%s: %s', (version, _, run, sent) => {
    const { sends } = master(version);
    // Whatever stands first brings SELECT 0 along: behind the MULTI when there is one.
    expect(sends(...run).replace('MULTI | SELECT 0', 'MULTI')).toBe(sent);
  });

  it('7.0: the SELECT of a transaction stands before its MULTI', () => {
    expect(master('7.0').sends('MULTI', 'SELECT 1', 'SET a 1', 'SET b 1', 'EXEC')).toBe('SELECT 1 | MULTI | SET a 1 | SET b 1 | EXEC');
  });
});

describe('prop-eviction-dels', () => {
  const policy = { 'maxmemory-policy': 'allkeys-lru' };

  it.each(since('2.8'))('%s (1): keys go when maxmemory falls below what is used, each by a deletion', (version) => {
    const { says, sends } = master(version, policy);
    says('SET key1 1', 'SET key2 2', 'SET key3 3');
    const sent = sends('CONFIG SET maxmemory 1', 'CONFIG SET maxmemory 0', 'SET asdf4 4').split(' | ');
    expect(sent.slice(0, 3).toSorted()).toEqual(['key1', 'key2', 'key3'].map((key) => `${version === '8.0' ? 'UNLINK' : 'DEL'} ${key}`));
    expect(sent.slice(3)).toEqual(['SET asdf4 4']);
    expect(says('DBSIZE')).toEqual([':1']);
  });

  it.each(since('7.0'))('%s (2): and not inside a transaction', (version) => {
    const { says, sends, node } = master(version, policy);
    says('SET first 1', 'DEL first');
    expect(sends('MULTI', 'INCR x', 'CONFIG SET maxmemory 1', 'INCR x', 'EXEC')).toBe(`MULTI | INCR x | INCR x | EXEC | ${version === '8.0' ? 'UNLINK' : 'DEL'} x`);
    expect(node.info('evicted_keys')).toEqual({ evicted_keys: '1' });
  });

  it('6.2 (2): before 7.0 they went within CONFIG SET, so within the transaction', () => {
    const { says, sends } = master('6.2', policy);
    says('SET first 1', 'DEL first');
    expect(sends('MULTI', 'INCR x', 'CONFIG SET maxmemory 1', 'INCR x', 'EXEC')).toBe('MULTI | INCR x | DEL x | INCR x | EXEC');
  });
});

describe('prop-blocking-ops-under-load', () => {
  it.each(['redis-2.8', 'redis-4.0', 'redis-5.0', 'redis-7.2'])('%s: pops that waited leave master and replica alike', (server) => {
    const outcome = play(`
name: Blocking pops
duration: 40s
server: ${server}
nodes: { m: {}, r: { replicaof: m } }
timeline:
${Array.from({ length: 10 }, (_, i) => `  - at: ${10 + i}s
    command: { node: m, client: taker${i}, run: ${['BLPOP l 5', 'BRPOPLPUSH l k 5', 'BRPOP l 5'][i % 3]}, background: true }
  - at: ${10 + i}.5s
    command: { node: m, client: giver, run: RPUSH l a${i} b${i} }`).join('\n')}
`);
    expect(outcome.invariants.filter(({ verdict }) => verdict === 'violated')).toEqual([]);
    const [m, r] = outcome.nodes;
    expect(r!.digest).toBe(m!.digest);
  });

  it.each(VERSIONS)('%s: a pop that waited is sent behind the push that served it', (version) => {
    const { node, sends } = master(version);
    const taker = node.accept();
    node.says(taker, 'BRPOPLPUSH l k 5');
    const served = version < '6.0' ? 'RPOP l | LPUSH k a' : 'RPOPLPUSH l k';
    expect(sends('RPUSH l a')).toBe(`RPUSH l a | ${served}`);
  });
});

describe('prop-unknown-command-in-stream', () => {
  const mixed = (of: string, to: string, run: string): Outcome => play(`
name: A younger master
duration: 20s
config: { repl-ping-slave-period: 3600 }
nodes: { m: { server: ${of} }, r: { server: ${to}, replicaof: m } }
timeline:
  - wait-until: { online: r, within: 10s }
  - command: { node: m, run: [SET foo bar, ${run}, SET foo bar2, WAIT 1 2000], as: said }
expect:
  - r: { key: { name: foo, value: bar2 }, log: { contains: "== CRITICAL ==", count: ${to < '4.0' ? 0 : 1} }, disconnections: 0 }
`);

  it.each([
    ['6.2', '6.0', 'COPY foo copied', 'unknown command `COPY`, with args beginning with: `foo`, `copied`, '],
    ['6.2', '5.0', 'COPY foo copied', 'unknown command `COPY`, with args beginning with: `foo`, `copied`, '],
  ])('a master of %s says what its replica of %s does not know: %s', (of, to, run, error) => {
    const outcome = mixed(of, to, run);
    expect(outcome.expectations.filter(({ verdict }) => verdict !== 'held')).toEqual([]);
    expect(outcome.facts.findLast(({ body }) => body.kind === 'command-reply')?.body).toMatchObject({ replies: ['OK', '1', 'OK', '1'] });
    expect(outcome.facts.flatMap(({ node, body }) => (node === 'r' && body.kind === 'error-to-master' ? [[body.error, body.command]] : []))).toEqual([[error, '']]);
    // The data have parted, and the invariants say so.
    expect(outcome.invariants.filter(({ verdict }) => verdict === 'violated').map(({ name: broken }) => broken)).toContain('same id and offset, same data');
  });

  it('up to 3.2 nobody is told', () => {
    const outcome = mixed('2.8', '2.6', 'PFADD seen a');
    expect(outcome.facts.flatMap(({ node, body }) => (node === 'r' && body.kind === 'error-to-master' ? [body] : []))).toEqual([{ kind: 'error-to-master', command: '', error: "unknown command 'PFADD'", logged: false }]);
  });

  it.each([['3.2', 0], ['4.0', 1]])('%s: what fails on a replica that was written to is logged %i times', (version, count) => {
    const outcome = play(`
name: Other data
server: ${version}
duration: 20s
nodes: { m: {}, r: { replicaof: m, config: { slave-read-only: "no" } } }
timeline:
  - wait-until: { online: r, within: 10s }
  - command: { node: m, run: SET k 1 }
  - after: 1s
    command: { node: r, run: SET k v }
  - command: { node: m, run: INCR k }
expect:
  - r: { key: { name: k, value: v }, log: { contains: "value is not an integer or out of range", count: ${count} } }
`);
    expect(outcome.expectations.filter(({ verdict }) => verdict !== 'held')).toEqual([]);
    expect(outcome.facts.flatMap(({ node, body }) => (node === 'r' && body.kind === 'error-to-master' ? [body.logged] : []))).toEqual([count === 1]);
  });

  it.each(since('5.0').filter((version) => version !== '8.0'))('%s: an error that is composed is logged since 4.0, one that stands ready since 6.2', (version) => {
    const profile = profileOf(version);
    const source = new Double({ profile, config: { save: '', 'repl-diskless-sync': 'no' } });
    onlineReplica(source);
    const node = replicaOf(source, { profile });
    node.says(-1, 'SET k v', 'INCR k', 'LPUSH k a', 'MULTI', 'INCR k', 'EXEC', 'SET k2 v2');
    expect(node.facts.flatMap((fact) => (fact.kind === 'error-to-master' ? [[fact.command, fact.error, fact.logged]] : []))).toEqual([
      ['incr', 'value is not an integer or out of range', true],
      ['lpush', '-WRONGTYPE Operation against a key holding the wrong kind of value', version >= '6.2'],
      ['exec', 'value is not an integer or out of range', true],
    ]);
    expect(node.says(node.accept(), 'DBSIZE').join()).toContain(':2');
  });
});
