import { describe, expect, test } from 'vitest';
import { createNode, NOW, type Node } from './node.ts';
import { cases, story } from './rows.ts';

describe('EXPIRE and its kin travel as PEXPIREAT with an absolute time', () => {
  cases(
    ['SET k v', 'SET t v PX 50000'],
    [
      ['EXPIRE k 10', ':1', `PEXPIREAT k ${NOW + 10_000}`],
      ['expire k 10', ':1', `PEXPIREAT k ${NOW + 10_000}`],
      ['PEXPIRE k 10', ':1', `PEXPIREAT k ${NOW + 10}`],
      ['EXPIREAT k 1800000000', ':1', 'PEXPIREAT k 1800000000000'],
      ['PEXPIREAT k 1800000000000', ':1', 'same'],
      ['pexpireat k 1800000000000', ':1', 'same'],
      ['EXPIRE none 10', ':0'],
      ['EXPIRE k 0', ':1', 'DEL k'],
      ['EXPIRE k -1', ':1', 'DEL k'],
      ['PEXPIREAT k 1', ':1', 'DEL k'],
      [`PEXPIREAT k ${NOW}`, ':1', 'DEL k'],
      [`PEXPIREAT k ${NOW + 1}`, ':1', 'same'],
      ['EXPIRE k 10 NX', ':1', `PEXPIREAT k ${NOW + 10_000} NX`],
      ['EXPIRE t 10 NX', ':0'],
      ['EXPIRE k 10 XX', ':0'],
      ['EXPIRE t 10 xx', ':1', `PEXPIREAT t ${NOW + 10_000} xx`],
      ['EXPIRE t 10 GT', ':0'],
      ['EXPIRE t 100 GT', ':1', `PEXPIREAT t ${NOW + 100_000} GT`],
      ['EXPIRE k 100 GT', ':0'],
      ['EXPIRE t 10 LT', ':1', `PEXPIREAT t ${NOW + 10_000} LT`],
      ['EXPIRE t 100 LT', ':0'],
      ['EXPIRE k 10 LT', ':1', `PEXPIREAT k ${NOW + 10_000} LT`],
      ['EXPIRE t 10 XX LT', ':1', `PEXPIREAT t ${NOW + 10_000} XX LT`],
      ['EXPIRE k 10 NX XX', '-ERR NX and XX, GT or LT options at the same time are not compatible'],
      ['EXPIRE k 10 GT LT', '-ERR GT and LT options at the same time are not compatible'],
      ['EXPIRE k 10 Soon', '-ERR Unsupported option Soon'],
      ['EXPIRE k x', '-ERR value is not an integer or out of range'],
      ['EXPIRE k 9223372036854775807', "-ERR invalid expire time in 'expire' command"],
      ['PEXPIRE k 9223372036854775807', "-ERR invalid expire time in 'pexpire' command"],
      ['PEXPIREAT k 9223372036854775807', ':1', 'same'],
      ['EXPIRE k', "-ERR wrong number of arguments for 'expire' command"],
    ],
  );
});

story('TTL rounds to the nearest second, and tells a key without expiry from no key', [
  ['SET k v PX 10499', '+OK', `SET k v PXAT ${NOW + 10_499}`],
  ['TTL k', ':10'],
  ['PTTL k', ':10499'],
  ['EXPIRETIME k', ':1700000010'],
  ['PEXPIRETIME k', ':1700000010499'],
  ['PEXPIRE k 10500', ':1', `PEXPIREAT k ${NOW + 10_500}`],
  ['TTL k', ':11'],
  ['PERSIST k', ':1', 'same'],
  ['PERSIST k', ':0'],
  ['TTL k', ':-1'],
  ['PERSIST none', ':0'],
  ['TTL none', ':-2'],
  ['PEXPIRETIME none', ':-2'],
]);

story('with lazyfree-lazy-expire a time that has passed unlinks', [
  ['SET k v', '+OK', 'same'],
  ['EXPIRE k -1', ':1', 'UNLINK k'],
  ['SET k v', '+OK', 'same'],
  ['GETEX k EXAT 1', '"v"', 'UNLINK k'],
], () => createNode({ lazyfree: true }));

describe('a key whose time has come', () => {
  /** Two keys, one of them one ms past its time. */
  function late(settings: Parameters<typeof createNode>[0] = {}): Node {
    const node = createNode({ ...settings, isReplica: false });
    node.given('SET k v PX 100', 'SET other v', 'RPUSH l a', 'PEXPIRE l 100');
    node.nowMs += 101;
    Object.assign(node, settings);
    return node;
  }

  test('is still there in the very millisecond', () => {
    const node = createNode();
    node.given('SET k v PX 100');
    node.nowMs += 100;
    expect(node.run('GET k').reply).toBe('"v"');
    expect(node.run('PTTL k').reply).toBe(':0');
  });

  test.each([
    ['GET k', 'nil', ['DEL k']],
    ['SET k w', '+OK', ['DEL k', 'SET k w']],
    ['SET k w KEEPTTL', '+OK', ['DEL k', 'SET k w KEEPTTL']],
    ['SET k w XX', 'nil', ['DEL k']],
    ['SETNX k w', ':1', ['DEL k', 'SETNX k w']],
    ['INCR k', ':1', ['DEL k', 'INCR k']],
    ['APPEND k x', ':1', ['DEL k', 'APPEND k x']],
    ['EXISTS k other', ':1', ['DEL k']],
    ['TTL k', ':-2', ['DEL k']],
    ['EXPIRE k 10', ':0', ['DEL k']],
    ['DEL k other', ':1', ['DEL k', 'DEL k other']],
    ['MSET other 1 k 2', '+OK', ['DEL k', 'MSET other 1 k 2']],
    ['MGET k l other', '[nil, nil, "v"]', ['DEL k', 'DEL l']],
    ['RENAME other k', '+OK', ['DEL k', 'RENAME other k']],
    ['RENAME k other', '-ERR no such key', ['DEL k']],
    ['COPY other k', ':1', ['DEL k', 'COPY other k']],
    ['RPUSH l b', ':1', ['DEL l', 'RPUSH l b']],
    ['LPOP l', 'nil', ['DEL l']],
    ['SUNIONSTORE k none', ':0', ['SUNIONSTORE k none']],
    ['DBSIZE', ':3', []],
    ['KEYS *', '["other"]', []],
  ])('is deleted by a master that meets it in %s, and its replicas hear of it first', (line, reply, stream) => {
    const result = late().run(line);
    expect(result).toMatchObject({ reply, stream });
  });

  test('is looked for by SCAN and RANDOMKEY too', () => {
    const scanned = late();
    expect(scanned.run('SCAN 0').reply).toBe('["0", ["other"]]');
    expect(scanned.run('DBSIZE').reply).toBe(':1');
    const drawn = late();
    expect(drawn.run('RANDOMKEY').reply).toBe('"other"');
  });

  test('is missing for the clients of a replica, which leaves it where it is', () => {
    const node = late({ isReplica: true });
    expect(node.run('GET k')).toEqual({ reply: 'nil', stream: [], touched: [] });
    expect(node.run('EXISTS k other').reply).toBe(':1');
    expect(node.run('TTL k').reply).toBe(':-2');
    expect(node.run('KEYS *').reply).toBe('["other"]');
    expect(node.run('SCAN 0').reply).toBe('["0", ["other"]]');
    expect(node.run('DBSIZE').reply).toBe(':3');
    expect(node.counts).toMatchObject({ expired: 0, hits: 1, misses: 3 });
  });

  test.each([
    ['APPEND k x', ':2', ['APPEND k x']],
    ['INCR k', '-ERR value is not an integer or out of range', []],
    ['RPUSH l b', ':2', ['RPUSH l b']],
    ['PEXPIREAT k 5', ':1', ['PEXPIREAT k 5']],
    ['DEL k', ':1', ['DEL k']],
  ])('is there for its own master: %s', (line, reply, stream) => {
    expect(late({ isReplica: true, fromMaster: true }).run(line)).toMatchObject({ reply, stream });
  });

  test('is deleted by writes of the clients of a writable replica, and by their reads it is not', () => {
    const node = late({ isReplica: true, replicaReadOnly: false });
    node.run('GET k');
    expect(node.run('DBSIZE').reply).toBe(':3');
    expect(node.run('APPEND k x')).toMatchObject({ reply: ':1', touched: ['k', 'k'] });
    expect(node.run('GET k').reply).toBe('"x"');
    expect(node.counts.expired).toBe(1);
  });

  test('is neither seen nor deleted while expiry is paused', () => {
    const node = late();
    node.expirePaused = true;
    expect(node.run('GET k')).toMatchObject({ reply: 'nil', stream: [] });
    expect(node.run('DBSIZE').reply).toBe(':3');
  });

  test('is an ordinary key while a data set is loaded', () => {
    const node = late();
    node.loading = true;
    expect(node.run('GET k').reply).toBe('"v"');
    expect(node.run('EXPIRE k -5')).toMatchObject({ reply: ':1', stream: [`PEXPIREAT k ${node.nowMs - 5000}`] });
  });

  test('is named by RANDOMKEY on a replica that has nothing else', () => {
    const node = createNode();
    node.given('SET k v PX 1');
    node.nowMs += 2;
    node.isReplica = true;
    expect(node.run('RANDOMKEY').reply).toBe('"k"');
  });
});

test('a replica keeps what its master gives an expiry in the past, until the DEL comes', () => {
  const node = createNode({ isReplica: true, fromMaster: true });
  node.given('SET k v', 'PEXPIREAT k 5');
  expect(node.run('DBSIZE').reply).toBe(':1');
});

test('a writable replica remembers keys that its own clients gave an expiry', () => {
  const node = createNode({ isReplica: true, replicaReadOnly: false });
  node.given('SET a v EX 1', 'SET b v', 'EXPIRE b 5', 'GETEX a EX 9', 'RENAME b c');
  expect(node.counts.remembered).toEqual(['a', 'b', 'a', 'c']);
  const obedient = createNode({ isReplica: true, replicaReadOnly: false, fromMaster: true });
  obedient.given('SET a v EX 1');
  expect(obedient.counts.remembered).toEqual([]);
});
