import { describe, expect, test } from 'vitest';
import { synthetic } from '../../../src/redis/protocol/make.ts';
import { expand } from '../../../src/redis/protocol/synthetic.ts';
import { createNode, NOW } from './node.ts';
import { cases, story } from './rows.ts';

const INVALID = (name: string): string => `-ERR invalid expire time in '${name}' command`;
const NOT_INTEGER = '-ERR value is not an integer or out of range';
const NOT_FLOAT = '-ERR value is not a valid float';
const WRONG_TYPE = '-WRONGTYPE Operation against a key holding the wrong kind of value';

describe('SET', () => {
  describe('with its options, on a key that holds "old" for another 5 s', () => {
    cases(
      ['SET k old PX 5000'],
      [
        ['SET k v', '+OK', 'same'],
        ['set k v', '+OK', 'same'],
        ['SET k v NX', 'nil'],
        ['SET k v XX', '+OK', 'same'],
        ['SET new v XX', 'nil'],
        ['SET new v NX', '+OK', 'same'],
        ['SET k v NX XX', '-ERR syntax error'],
        ['SET k v KEEPTTL', '+OK', 'same'],
        ['SET k v EX 10', '+OK', `SET k v PXAT ${NOW + 10_000}`],
        ['set k v px 10', '+OK', `SET k v PXAT ${NOW + 10}`],
        ['SET k v NX EX 10', 'nil'],
        ['SET k v XX EX 10', '+OK', `SET k v PXAT ${NOW + 10_000}`],
        ['SET k v EXAT 1800000000', '+OK', 'SET k v PXAT 1800000000000'],
        ['SET k v PXAT 1800000000000', '+OK', 'same'],
        ['SET k v GET', '"old"', 'SET k v'],
        ['SET k v get xx', '"old"', 'SET k v xx'],
        ['SET new v GET', 'nil', 'SET new v'],
        ['SET k v GET NX', '"old"'],
        ['SET k v GET EX 1', '"old"', `SET k v PXAT ${NOW + 1_000}`],
        ['SET k v EX', '-ERR syntax error'],
        ['SET k v EX 10 PX 10', '-ERR syntax error'],
        ['SET k v EX 10 KEEPTTL', '-ERR syntax error'],
        ['SET k v PERSIST', '-ERR syntax error'],
        ['SET k v bogus', '-ERR syntax error'],
        ['SET k v EX 0', INVALID('set')],
        ['SET k v EX -1', INVALID('set')],
        ['SET k v EX 9223372036854775807', INVALID('set')],
        ['SET k v PX 9223372036854775807', INVALID('set')],
        ['SET k v EX ten', NOT_INTEGER],
        ['SET k v EX 010', NOT_INTEGER],
        ['SET k', "-ERR wrong number of arguments for 'set' command"],
      ],
    );
  });

  test('a time given in the past is kept, and the key is gone when it is next touched', () => {
    const node = createNode();
    expect(node.run('SET k v PXAT 5').stream).toEqual(['SET k v PXAT 5']);
    expect(node.run('DBSIZE').reply).toBe(':1');
    expect(node.run('GET k')).toEqual({ reply: 'nil', stream: ['DEL k'], touched: ['k'] });
  });

  test('replaces a value of any type, but SET GET refuses one that is no string', () => {
    const node = createNode();
    node.given('RPUSH l a');
    expect(node.run('SET l v GET')).toMatchObject({ reply: WRONG_TYPE, stream: [] });
    expect(node.run('SET l v').reply).toBe('+OK');
    expect(node.run('TYPE l').reply).toBe('+string');
  });

  test('two nodes that run the same command share one entry', () => {
    const [master, replica] = [createNode(), createNode({ isReplica: true, fromMaster: true })];
    master.run(['SET', 'k', synthetic(7, 1000)]);
    const memo = master.memo;
    expect(memo).not.toBeNull();
    replica.memo = memo;
    replica.run(['SET', 'k', memo!.value as string]);
    expect(replica.memo).toBe(memo);
  });
});

story('SETNX, SETEX, PSETEX and GETSET travel as SET', [
  ['SETNX k 1', ':1', 'same'],
  ['SETNX k 2', ':0'],
  ['SETEX k 10 3', '+OK', `SET k 3 PXAT ${NOW + 10_000}`],
  ['PSETEX k 10 4', '+OK', `SET k 4 PXAT ${NOW + 10}`],
  ['SETEX k 0 5', INVALID('setex')],
  ['PSETEX k -1 5', INVALID('psetex')],
  ['SETEX k x 5', NOT_INTEGER],
  ['GETSET k 6', '"4"', 'SET k 6'],
  ['PTTL k', ':-1'],
  ['GETSET new 7', 'nil', 'SET new 7'],
]);

story('GETDEL travels as DEL, GETEX as what it did', [
  ['SET k v', '+OK', 'same'],
  ['GETEX k', '"v"'],
  ['GETEX k PERSIST', '"v"'],
  ['GETEX k EX 10', '"v"', `PEXPIREAT k ${NOW + 10_000}`],
  ['PTTL k', ':10000'],
  ['GETEX k PX 20', '"v"', `PEXPIREAT k ${NOW + 20}`],
  ['GETEX k EXAT 1800000000', '"v"', 'PEXPIREAT k 1800000000000'],
  ['GETEX k PERSIST', '"v"', 'PERSIST k'],
  ['PTTL k', ':-1'],
  ['GETEX k EX 0', INVALID('getex')],
  ['GETEX k NX', '-ERR syntax error'],
  ['GETEX k PXAT 1', '"v"', 'DEL k'],
  ['EXISTS k', ':0'],
  ['GETEX k EX 0', 'nil'],
  ['SET k v', '+OK', 'same'],
  ['GETDEL k', '"v"', 'DEL k'],
  ['GETDEL k', 'nil'],
]);

story('MSET and MGET take keys in pairs and in order', [
  ['MSET a 1 b 2', '+OK', 'same'],
  ['MSET a 1 b', "-ERR wrong number of arguments for 'mset' command"],
  ['MSETNX c 3 a 4', ':0'],
  ['MSETNX c 3 d 4', ':1', 'same'],
  ['RPUSH l x', ':1', 'same'],
  ['MGET a none l d', '["1", nil, nil, "4"]'],
]);

story('APPEND, STRLEN, SETRANGE and GETRANGE count bytes', [
  ['APPEND k Hello', ':5', 'same'],
  ['APPEND k \\x20World', ':11', 'same'],
  ['STRLEN k', ':11'],
  ['STRLEN none', ':0'],
  ['GETRANGE k 0 4', '"Hello"'],
  ['GETRANGE k -5 -1', '"World"'],
  ['GETRANGE k -1 -5', '""'],
  ['GETRANGE k 8 100', '"rld"'],
  ['GETRANGE none 0 1', '""'],
  ['SETRANGE k 6 Redis', ':11', 'same'],
  ['GET k', '"Hello Redis"'],
  ['SETRANGE k 11 !', ':12', 'same'],
  ['SETRANGE pad 3 x', ':4', 'same'],
  ['GET pad', '"\\u0000\\u0000\\u0000x"'],
  ["SETRANGE none 5 ''", ':0'],
  ["SETRANGE pad 9 ''", ':4'],
  ['SETRANGE k -1 x', '-ERR offset is out of range'],
  ['SETRANGE k 536870912 x', '-ERR string exceeds maximum allowed size (proto-max-bulk-len)'],
  ['RPUSH l a', ':1', 'same'],
  ['APPEND l x', WRONG_TYPE],
]);

story('INCR and its kin count in 64 bits', [
  ['INCR n', ':1', 'same'],
  ['DECR n', ':0', 'same'],
  ['INCRBY n 41', ':41', 'same'],
  ['DECRBY n -1', ':42', 'same'],
  ['INCRBY n 1.5', NOT_INTEGER],
  ['SET n abc', '+OK', 'same'],
  ['INCR n', NOT_INTEGER],
  ['SET n \\x201', '+OK', 'same'],
  ['INCR n', NOT_INTEGER],
  ['SET n 9223372036854775806', '+OK', 'same'],
  ['INCR n', ':9223372036854775807', 'same'],
  ['INCR n', '-ERR increment or decrement would overflow'],
  ['GET n', '"9223372036854775807"'],
  ['DECRBY n -9223372036854775808', '-ERR decrement would overflow'],
  ['INCRBY n -9223372036854775808', ':-1', 'same'],
  ['SET n 9007199254740991', '+OK', 'same'],
  ['INCRBY n 2', ':9007199254740993', 'same'],
  ['SET t 1 PX 1000', '+OK', `SET t 1 PXAT ${NOW + 1000}`],
  ['INCR t', ':2', 'same'],
  ['PTTL t', ':1000'],
]);

story('INCRBYFLOAT travels as SET with the digits that the master printed', [
  ['SET f 10.50', '+OK', 'same'],
  ['INCRBYFLOAT f 0.1', '"10.6"', 'SET f 10.6 KEEPTTL'],
  ['INCRBYFLOAT f -5', '"5.6"', 'SET f 5.6 KEEPTTL'],
  ['INCRBYFLOAT new 3.0e3', '"3000"', 'SET new 3000 KEEPTTL'],
  ['INCRBYFLOAT f abc', NOT_FLOAT],
  ['INCRBYFLOAT f inf', '-ERR increment would produce NaN or Infinity'],
  ['SET s abc', '+OK', 'same'],
  ['INCRBYFLOAT s 1', NOT_FLOAT],
]);

test('synthetic values are counted without being made, and made where their bytes matter', () => {
  const node = createNode();
  const value = synthetic(99, 300);
  node.run(['SET', 'k', value]);
  expect(node.run('STRLEN k').reply).toBe(':300');
  expect(node.run('GETRANGE k 10 19').reply).toBe(JSON.stringify(expand(value, 10, 20)));
  expect(node.run('INCR k').reply).toBe(NOT_INTEGER);
  expect(node.run('APPEND k !').reply).toBe(':301');
  expect(node.run('GET k').reply).toBe(JSON.stringify(`${expand(value, 0, 300)}!`));
});
