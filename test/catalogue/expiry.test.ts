/** Cases of Redis' own tests on expiry, told anew. The id before each name is that of the catalogue of these cases. */
import { describe, expect, it } from 'vitest';
import { play, replies } from '../run/runs.ts';
import { onlineReplica, replicaOf, Double } from '../redis/double.ts';
import { master, profileOf, type Version, VERSIONS } from '../redis/versions.ts';

const since = (first: Version): readonly Version[] => VERSIONS.slice(VERSIONS.indexOf(first));
const between = (first: Version, last: Version): readonly Version[] => VERSIONS.slice(VERSIONS.indexOf(first), VERSIONS.indexOf(last) + 1);

/** ms when a `master` begins to talk. */
const NOW = 1_700_000_000_100;

describe('expiry-lazy-expire-and-recreate', () => {
  it.each(since('2.6'))('%s: an expired key that is written again is deleted first, so the replica’s copy has no time to live either', (version) => {
    const { node, says, sends } = master(version);
    says('SADD s foo', 'PEXPIRE s 1');
    node.server.activeExpire = false;
    node.pass(0.01);
    const deletion = version === '8.0' ? 'UNLINK s' : 'DEL s';
    expect(sends('SADD s foo')).toBe(version >= '7.0' ? `MULTI | ${deletion} | SADD s foo | EXEC` : `${deletion} | SADD s foo`);
    expect(says('TYPE s', 'PTTL s')).toEqual(['+set', ':-1']);
  });
});

describe('expiry-consistency-random', () => {
  it.each(['redis-2.8', 'redis-4.0', 'redis-6.0', 'redis-7.2'])('%s: writes with short times to live leave master and replica alike', (server) => {
    const outcome = play(`
name: Times to live
duration: 40s
server: ${server}
nodes: { m: {}, r: { replicaof: m } }
clients:
  app: { to: m, command: "INCR c:{1..40}", rate: 50/s, from: 8s, until: 20s }
timeline:
${Array.from({ length: 12 }, (_, i) => `  - at: ${9 + i}s\n    command: { node: m, run: EXPIRE c:${i * 3 + 1} ${i % 2} }`).join('\n')}
`);
    expect(outcome.invariants.filter(({ verdict }) => verdict === 'violated')).toEqual([]);
    const [m, r] = outcome.nodes;
    expect(r!.digest).toBe(m!.digest);
  });
});

describe('expiry-writable-replica-own-keys-evicted', () => {
  it.each(since('4.0'))('%s: a writable replica deletes what it gave a time to live itself', (version) => {
    const node = writableReplica(version);
    const app = node.accept();
    node.says(app, 'SELECT 5', 'SET key1 1 EX 5', 'SET key2 2 EX 5', 'SET key3 3 EX 5');
    expect(node.says(app, 'DBSIZE')).toContain(`${app} < :3`);
    node.pass(6).ordered();
    expect(node.says(app, 'DBSIZE')).toContain(`${app} < :0`);
  });

  it.each(between('2.8', '3.2'))('%s: before 4.0 they stay, for nobody deletes them', (version) => {
    const node = writableReplica(version);
    const app = node.accept();
    node.says(app, 'SET key1 1 EX 5');
    node.pass(6).ordered();
    expect(node.says(app, 'DBSIZE')).toContain(`${app} < :1`);
  });
});

describe('expiry-ttls-in-stream-are-absolute', () => {
  it.each(since('7.0'))('%s', (version) => {
    const { sends } = master(version);
    const at = NOW + 100_000;
    const pxat = `SET foo1 bar PXAT`;
    expect(sends(
      'SET foo1 bar EX 200', 'SET foo1 bar PX 100000', `SET foo1 bar EXAT ${Math.floor(at / 1000)}`, `SET foo1 bar pxat ${at}`, 'SETEX foo1 100 bar', 'PSETEX foo1 100000 bar',
      'SET foo2 bar', 'EXPIRE foo2 100', 'PEXPIRE foo2 100000', 'SET foo3 bar', `EXPIREAT foo3 ${Math.floor(at / 1000)}`, `PEXPIREAT foo3 ${at}`, 'EXPIREAT foo3 1600000000',
      'SET foo4 bar', 'GETEX foo4 EX 200', 'GETEX foo4 PX 200000', `GETEX foo4 EXAT ${Math.floor(at / 1000)}`, `GETEX foo4 PXAT ${at}`, 'SET foo5 bar',
    ).split(' | ')).toEqual([
      `${pxat} ${NOW + 200_000}`, `${pxat} ${at}`, `${pxat} ${at - 100}`, `SET foo1 bar pxat ${at}`, `${pxat} ${at}`, `${pxat} ${at}`,
      'SET foo2 bar', `PEXPIREAT foo2 ${at}`, `PEXPIREAT foo2 ${at}`, 'SET foo3 bar', `PEXPIREAT foo3 ${at - 100}`, `PEXPIREAT foo3 ${at}`, version === '8.0' ? 'UNLINK foo3' : 'DEL foo3',
      'SET foo4 bar', `PEXPIREAT foo4 ${NOW + 200_000}`, `PEXPIREAT foo4 ${NOW + 200_000}`, `PEXPIREAT foo4 ${at - 100}`, `PEXPIREAT foo4 ${at}`, 'SET foo5 bar',
    ]);
  });
});

describe('expiry-ttls-relative-before-7', () => {
  it('6.2', () => {
    const { sends } = master('6.2');
    const at = NOW + 100_000;
    expect(sends(
      'SET foo1 bar EX 200', 'SET foo1 bar PX 100000', 'SET foo1 bar EXAT 4000000000', `SET foo1 bar PXAT ${at}`, 'SETEX foo1 100 bar', 'PSETEX foo1 100000 bar',
      'SET foo2 bar', 'EXPIRE foo2 100', 'PEXPIRE foo2 100000', 'SET foo3 bar', 'EXPIREAT foo3 4000000000', `PEXPIREAT foo3 ${at}`, 'EXPIREAT foo3 1600000000',
      'SET foo4 bar', 'GETEX foo4 EX 200', 'GETEX foo4 PX 200000', 'GETEX foo4 EXAT 4000000000', `GETEX foo4 PXAT ${at}`,
    ).split(' | ')).toEqual([
      'SET foo1 bar PX 200000', 'SET foo1 bar PX 100000', 'SET foo1 bar PXAT 4000000000000', `SET foo1 bar PXAT ${at}`, 'SET foo1 bar PX 100000', 'SET foo1 bar PX 100000',
      'SET foo2 bar', 'EXPIRE foo2 100', 'PEXPIRE foo2 100000', 'SET foo3 bar', 'EXPIREAT foo3 4000000000', `PEXPIREAT foo3 ${at}`, 'DEL foo3',
      'SET foo4 bar', 'PEXPIRE foo4 200000', 'PEXPIRE foo4 200000', 'PEXPIREAT foo4 4000000000000', `PEXPIREAT foo4 ${at}`,
    ]);
  });
});

describe('expiry-ttls-identical-on-replica', () => {
  const FORMS = ['SET a 1 EX 100', 'SETEX b 100 1', 'PSETEX c 100000 1', 'SET d 1', 'EXPIRE d 100', 'SET e 1', 'PEXPIRE e 100000', 'SET f 1', 'GETEX f EX 100'];
  const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
  const instants = (server: string, ask: string): number[] => replies(`
name: Instants over a slow link
duration: 30s
server: ${server}
nodes: { m: {}, r: { replicaof: m } }
network: { default: { latency: 200ms } }
timeline:
  - at: 12s
    command: { node: m, run: [${FORMS.join(', ')}] }
  - at: 20s
    command: { node: m, run: [${KEYS.map((key) => `${ask} ${key}`).join(', ')}] }
  - at: 20s
    command: { node: r, run: [${KEYS.map((key) => `${ask} ${key}`).join(', ')}] }
`).slice(FORMS.length).map((reply) => (reply.type === 'integer' ? Number(reply.value) : NaN));

  it.each(['redis-7.0', 'redis-7.2', 'redis-7.4', 'valkey-8.0'])('%s: every form gives the same instant on both, however slow the link', (server) => {
    const all = instants(server, 'PEXPIRETIME');
    expect(all.every((ms) => ms > NOW)).toBe(true);
    expect(all.slice(6)).toEqual(all.slice(0, 6));
  });

  it('6.2: before 7.0 a key lives longer on the replica, by the way of the command', () => {
    const left = instants('redis-6.2', 'PTTL');
    for (const [i, ms] of left.slice(6).entries()) expect(ms - left[i]!).toBeGreaterThan(150);
  });
});

describe('expiry-writable-replica-active-expiry-aof', () => {
  it.each(since('7.0').flatMap((version) => [[version, 'yes'], [version, 'no']] as const))('%s, appendonly %s: what a writable replica gave a time to live is counted and gone', (version, appendonly) => {
    const node = writableReplica(version, { appendonly });
    const app = node.accept();
    const before = Number(node.info('expired_keys')['expired_keys']);
    node.says(app, 'SET foo bar PX 1');
    node.pass(1).ordered();
    expect(Number(node.info('expired_keys')['expired_keys'])).toBe(before + 1);
    expect(node.says(app, 'GET foo')).toContain(`${app} < $-1`);
  });
});

describe('expiry-getex-propagation', () => {
  it.each(since('6.2'))('%s: GETEX travels as PERSIST, DEL, or not at all', (version) => {
    const { sends } = master(version);
    const set = version === '6.2' ? 'SET foo bar PX 100000' : `SET foo bar PXAT ${NOW + 100_000}`;
    expect(sends('SET foo bar EX 100', 'GETEX foo PERSIST', 'GETEX foo', 'GETEX foo EXAT 1600000000')).toBe(`${set} | PERSIST foo | ${version === '8.0' ? 'UNLINK' : 'DEL'} foo`);
  });
});

describe('expiry-scan-randomkey-lazy-dels-unwrapped', () => {
  it.each(since('7.0').flatMap((version) => [[version, 'SCAN 0'], [version, 'RANDOMKEY']] as const))('%s, %s: what is found expired goes without MULTI', (version, command) => {
    const { node, says, sends } = master(version);
    node.server.activeExpire = false;
    says('SET foo1 bar PX 1', 'SET foo2 bar PX 1');
    node.pass(0.002);
    const sent = sends(command).split(' | ');
    expect(sent.map((line) => line.split(' ')[0])).toEqual(version === '8.0' ? ['UNLINK', 'UNLINK'] : ['DEL', 'DEL']);
  });
});

describe('expiry-incrbyfloat-keeps-ttl', () => {
  it.each(since('6.0'))('%s: INCRBYFLOAT leaves the time to live where it is', (version) => {
    const { sends, says } = master(version);
    says('SET test 1 EX 100');
    expect(sends('INCRBYFLOAT test 0.1')).toBe('SET test 1.1 KEEPTTL');
    expect(says('TTL test')).toEqual([':100']);
  });

  it('5.0: before 6.0 the replica lost it', () => {
    const node = master('5.0');
    node.says('SET test 1 EX 100');
    expect(node.sends('INCRBYFLOAT test 0.1')).toBe('SET test 1.1');
  });
});

function writableReplica(version: Version, config: Readonly<Record<string, string>> = {}): Double {
  const profile = profileOf(version);
  const [readOnly, replicaof] = profile.directives.byName.has('replicaof') ? ['replica-read-only', 'replicaof'] : ['slave-read-only', 'slaveof'];
  const source = new Double({ profile, config: { save: '', 'repl-diskless-sync': 'no' } });
  onlineReplica(source);
  return version >= '5.0'
    ? replicaOf(source, { profile, config: { save: '', [readOnly]: 'no', ...config } })
    : new Double({ profile, config: { save: '', [readOnly]: 'no', [replicaof]: '10.0.0.1 6379', ...config } });
}
