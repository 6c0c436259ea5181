import { expect, test } from 'vitest';
import { createNode } from './node.ts';
import { story } from './rows.ts';

story('DEL and UNLINK count what they delete, and are sent on as they came', [
  ['MSET a 1 b 2 c 3', '+OK', 'same'],
  ['DEL a x b', ':2', 'same'],
  ['DEL a', ':0'],
  ['UNLINK c', ':1', 'same'],
  ['DBSIZE', ':0'],
]);

story('EXISTS, TYPE and TOUCH look at keys', [
  ['SET a 1', '+OK', 'same'],
  ['RPUSH l 1', ':1', 'same'],
  ['HSET h f 1', ':1', 'same'],
  ['SADD s 1', ':1', 'same'],
  ['ZADD z 1 m', ':1', 'same'],
  ['EXISTS a a x', ':2'],
  ['TOUCH a l x', ':2'],
  ['TYPE a', '+string'],
  ['TYPE l', '+list'],
  ['TYPE h', '+hash'],
  ['TYPE s', '+set'],
  ['TYPE z', '+zset'],
  ['TYPE x', '+none'],
]);

story('RENAME moves value and expiry, and overwrites', [
  ['RENAME a b', '-ERR no such key'],
  ['SET a 1 PXAT 1800000000000', '+OK', 'same'],
  ['SET b 2', '+OK', 'same'],
  ['RENAME a a', '+OK'],
  ['RENAMENX a a', ':0'],
  ['RENAMENX a b', ':0'],
  ['RENAME a b', '+OK', 'same'],
  ['PEXPIRETIME b', ':1800000000000'],
  ['RENAMENX b c', ':1', 'same'],
  ['MGET a b c', '[nil, nil, "1"]'],
]);

story('COPY duplicates, also into another database', [
  ['RPUSH l a b', ':2', 'same'],
  ['COPY l m', ':1', 'same'],
  ['RPUSH m c', ':3', 'same'],
  ['LLEN l', ':2'],
  ['COPY l m', ':0'],
  ['COPY l m REPLACE', ':1', 'same'],
  ['LLEN m', ':2'],
  ['COPY l l', '-ERR source and destination objects are the same'],
  ['COPY l l DB 1', ':1', 'same'],
  ['COPY l m DB 16', '-ERR DB index is out of range'],
  ['COPY l m DB x', '-ERR value is not an integer or out of range'],
  ['COPY l m DB 99999999999', '-ERR value is out of range, value must between -2147483648 and 2147483647'],
  ['COPY l m BOGUS', '-ERR syntax error'],
  ['COPY none m', ':0'],
]);

story('MOVE takes a key to another database, unless one of that name is there', [
  ['SET k v', '+OK', 'same'],
  ['MOVE k 0', '-ERR source and destination objects are the same'],
  ['MOVE k 16', '-ERR DB index is out of range'],
  ['MOVE k x', '-ERR value is not an integer or out of range'],
  ['MOVE k 3', ':1', 'same'],
  ['MOVE k 3', ':0'],
  ['SET k w', '+OK', 'same'],
  ['MOVE k 3', ':0'],
]);

story('FLUSHDB and FLUSHALL are sent on even when there was nothing', [
  ['FLUSHDB', '+OK', 'same'],
  ['FLUSHALL', '+OK', 'same'],
  ['SET k v', '+OK', 'same'],
  ['FLUSHALL ASYNC', '+OK', 'same'],
  ['DBSIZE', ':0'],
  ['FLUSHDB sync', '+OK', 'same'],
  ['FLUSHALL LATER', '-ERR syntax error'],
]);

test('FLUSHALL takes all databases, kills a saving child and touches every key', () => {
  const node = createNode();
  node.given('SET k v', 'MOVE k 5', 'SET k v');
  expect(node.run('FLUSHDB').touched).toEqual(['0:*']);
  expect(node.run('FLUSHALL').touched).toEqual(['*']);
  expect(node.counts.flushes).toBe(1);
  node.db = 5;
  expect(node.run('DBSIZE').reply).toBe(':0');
});

test('SWAPDB exchanges two databases for all who are in them', () => {
  const node = createNode();
  node.given('SET k zero');
  expect(node.run('SWAPDB 0 1')).toEqual({ reply: '+OK', stream: ['SWAPDB 0 1'], touched: ['0:*', '1:*'] });
  expect(node.run('GET k').reply).toBe('nil');
  node.db = 1;
  expect(node.run('GET k').reply).toBe('"zero"');
});

story('SWAPDB names the index that is wrong', [
  ['SWAPDB x 1', '-ERR invalid first DB index'],
  ['SWAPDB 16 x', '-ERR invalid second DB index'],
  ['SWAPDB 0 16', '-ERR DB index is out of range'],
  ['SWAPDB 0 0', '+OK', 'same'],
]);

test('KEYS matches a glob', () => {
  const node = createNode();
  node.given('MSET one 1 two 2 three 3 four 4');
  expect((JSON.parse(node.run('KEYS t*').reply) as string[]).sort()).toEqual(['three', 'two']);
  expect(node.run('KEYS o?e').reply).toBe('["one"]');
  expect((JSON.parse(node.run('KEYS *').reply) as string[]).sort()).toEqual(['four', 'one', 'three', 'two']);
});

test('SCAN returns each key once, also when others come and go meanwhile', () => {
  const node = createNode();
  for (let i = 0; i < 500; i++) node.run(`SET key${i} v`);
  const seen: string[] = [];
  let cursor = '0';
  let rounds = 0;
  do {
    const [next, keys] = JSON.parse(node.run(`SCAN ${cursor} COUNT 20`).reply) as [string, string[]];
    seen.push(...keys);
    cursor = next;
    node.run(`SET new${rounds} v`);
    node.run(`DEL new${rounds - 3} key${400 + rounds}`);
    rounds++;
  } while (cursor !== '0');
  const lasting = seen.filter((key) => /^key[123]?\d?\d$/.test(key));
  expect(new Set(lasting).size).toBe(lasting.length);
  expect(lasting.length).toBe(400);
  expect(rounds).toBeGreaterThan(20);
});

test('SCAN filters by pattern and type', () => {
  const node = createNode();
  node.given('MSET a1 x a2 x b1 x', 'RPUSH a3 x');
  const scan = (line: string): string[] => (JSON.parse(node.run(line).reply) as [string, string[]])[1].sort();
  expect(scan('SCAN 0 MATCH a*')).toEqual(['a1', 'a2', 'a3']);
  expect(scan('SCAN 0 MATCH a* TYPE list')).toEqual(['a3']);
  expect(scan('SCAN 0 TYPE nonsense')).toEqual([]);
  expect(node.run('SCAN x').reply).toBe('-ERR invalid cursor');
  expect(node.run('SCAN 99999999999999999999').reply).toBe('-ERR invalid cursor');
  expect(node.run('SCAN 18446744073709551615').reply).toBe('["0", []]');
  expect(node.run('SCAN 0 COUNT 0').reply).toBe('-ERR syntax error');
  expect(node.run('SCAN 0 COUNT x').reply).toBe('-ERR value is not an integer or out of range');
  expect(node.run('SCAN 0 MATCH').reply).toBe('-ERR syntax error');
});

test('RANDOMKEY can draw each key', () => {
  const node = createNode();
  expect(node.run('RANDOMKEY').reply).toBe('nil');
  node.given('MSET a 1 b 2 c 3');
  const drawn = new Set(Array.from({ length: 3 }, () => node.run('RANDOMKEY').reply));
  expect([...drawn].sort()).toEqual(['"a"', '"b"', '"c"']);
});

test('a list that comes into being wakes who waits for it, whatever made it', () => {
  const node = createNode();
  node.given('RPUSH a 1', 'RPUSH a 2', 'RENAME a b', 'COPY b c', 'LMOVE b d LEFT LEFT', 'MOVE d 1');
  expect(node.counts.ready).toEqual(['a', 'b', 'c', 'd', 'd']);
});

story('PUBLISH is always sent on', [['PUBLISH news hello', ':0', 'same']]);
