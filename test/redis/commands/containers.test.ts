import { describe, expect, test } from 'vitest';
import { createNode, type Node } from './node.ts';
import { cases, story } from './rows.ts';

const WRONG_TYPE = '-WRONGTYPE Operation against a key holding the wrong kind of value';
const NOT_INTEGER = '-ERR value is not an integer or out of range';
const NOT_POSITIVE = '-ERR value is out of range, must be positive';

describe('lists', () => {
  cases(
    ['RPUSH l a b c b a', 'SET s x'],
    [
      ['LRANGE l 0 -1', '["a", "b", "c", "b", "a"]'],
      ['LRANGE l -2 100', '["b", "a"]'],
      ['LRANGE l 3 1', '[]'],
      ['LRANGE none 0 -1', '[]'],
      ['LPUSH l x y', ':7', 'same'],
      ['RPUSHX l x', ':6', 'same'],
      ['LPUSHX none x', ':0'],
      ['LPUSH s x', WRONG_TYPE],
      ['LPOP l', '"a"', 'same'],
      ['RPOP l 2', '["a", "b"]', 'same'],
      ['LPOP l 99', '["a", "b", "c", "b", "a"]', 'same'],
      ['LPOP l 0', '[]'],
      ['LPOP none', 'nil'],
      ['LPOP none 3', 'nil[]'],
      ['LPOP l -1', NOT_POSITIVE],
      ['LPOP l x', NOT_POSITIVE],
      ['LPOP l 1 1', "-ERR wrong number of arguments for 'lpop' command"],
      ['LLEN l', ':5'],
      ['LINDEX l -2', '"b"'],
      ['LINDEX l 9', 'nil'],
      ['LSET l -1 z', '+OK', 'same'],
      ['LSET l 5 z', '-ERR index out of range'],
      ['LSET none 0 z', '-ERR no such key'],
      ['LINSERT l BEFORE c x', ':6', 'same'],
      ['LINSERT l AFTER q x', ':-1'],
      ['LINSERT l UNDER c x', '-ERR syntax error'],
      ['LREM l 0 b', ':2', 'same'],
      ['LREM l 1 z', ':0'],
      ['LTRIM l 1 -2', '+OK', 'same'],
      ['LTRIM l 0 -1', '+OK'],
      ['LTRIM l 5 9', '+OK', 'same'],
      ['RPOPLPUSH l m', '"a"', 'same'],
      ['LMOVE l l LEFT RIGHT', '"a"', 'same'],
      ['LMOVE l m UP RIGHT', '-ERR syntax error'],
      ['LMOVE none m LEFT RIGHT', 'nil'],
      ['LMOVE l s LEFT RIGHT', WRONG_TYPE],
    ],
  );

  test.each([
    ['LREM l 1 a', ['b', 'c', 'b', 'a']],
    ['LREM l -1 a', ['a', 'b', 'c', 'b']],
    ['LREM l -3 b', ['a', 'c', 'a']],
    ['LTRIM l 1 -2', ['b', 'c', 'b']],
    ['LINSERT l AFTER b x', ['a', 'b', 'x', 'c', 'b', 'a']],
    ['LMOVE l l RIGHT LEFT', ['a', 'a', 'b', 'c', 'b']],
    ['LPUSH l 1 2', ['2', '1', 'a', 'b', 'c', 'b', 'a']],
    ['LSET l 1 z', ['a', 'z', 'c', 'b', 'a']],
  ])('%s leaves %j', (line, left) => {
    const node = createNode();
    node.given('RPUSH l a b c b a', line);
    expect(JSON.parse(node.run('LRANGE l 0 -1').reply)).toEqual(left);
  });
});

describe('hashes', () => {
  cases(
    ['HSET h a 1 b two', 'SET s x'],
    [
      ['HSET h a 2 c 3', ':1', 'same'],
      ['HSET h a', "-ERR wrong number of arguments for 'hset' command"],
      ['HSET h a 1 b', "-ERR wrong number of arguments for 'hset' command"],
      ['HMSET h a 2', '+OK', 'same'],
      ['HSETNX h a 5', ':0'],
      ['HSETNX h z 5', ':1', 'same'],
      ['HGET h a', '"1"'],
      ['HGET h z', 'nil'],
      ['HGET s a', WRONG_TYPE],
      ['HMGET h a z', '["1", nil]'],
      ['HMGET none a', '[nil]'],
      ['HDEL h a z', ':1', 'same'],
      ['HDEL h z', ':0'],
      ['HLEN h', ':2'],
      ['HSTRLEN h b', ':3'],
      ['HEXISTS h b', ':1'],
      ['HKEYS h', '["a", "b"]'],
      ['HVALS h', '["1", "two"]'],
      ['HGETALL h', '["a", "1", "b", "two"]'],
      ['HGETALL none', '[]'],
      ['HINCRBY h a 41', ':42', 'same'],
      ['HINCRBY h b 1', '-ERR hash value is not an integer'],
      ['HINCRBY h a x', NOT_INTEGER],
      ['HINCRBY h a 9223372036854775807', '-ERR increment or decrement would overflow'],
      ['HINCRBYFLOAT h a 0.5', '"1.5"', 'HSET h a 1.5'],
      ['HINCRBYFLOAT h b 1', '-ERR hash value is not a float'],
      ['HINCRBYFLOAT h a inf', '-ERR value is NaN or Infinity'],
      ['HINCRBYFLOAT h a x', '-ERR value is not a valid float'],
    ],
  );
});

describe('sets', () => {
  cases(
    ['SADD s a b c', 'SADD t b c d', 'SET str x'],
    [
      ['SADD s a', ':0'],
      ['SADD s a d', ':1', 'same'],
      ['SADD str a', WRONG_TYPE],
      ['SREM s a z', ':1', 'same'],
      ['SREM s z', ':0'],
      ['SMEMBERS s', '["a", "b", "c"]'],
      ['SISMEMBER s a', ':1'],
      ['SMISMEMBER s a z', '[:1, :0]'],
      ['SCARD s', ':3'],
      ['SMOVE s t a', ':1', 'same'],
      ['SMOVE s t z', ':0'],
      ['SINTER s t', '["b", "c"]'],
      ['SUNION s t', '["a", "b", "c", "d"]'],
      ['SDIFF s t none', '["a"]'],
      ['SINTER s none', '[]'],
      ['SINTERSTORE x s t', ':2', 'same'],
      ['SUNIONSTORE x s t', ':4', 'same'],
      ['SDIFFSTORE s s t', ':1', 'same'],
      ['SINTERSTORE none s nothing', ':0'],
      ['SINTERSTORE t s nothing', ':0', 'same'],
      ['SUNIONSTORE x s str', WRONG_TYPE],
      // The draws of these tests take the first that is left.
      ['SPOP s', '"a"', 'SREM s a'],
      ['SPOP none', 'nil'],
      ['SPOP none 2', '[]'],
      ['SPOP s 0', '[]'],
      ['SPOP s -1', NOT_POSITIVE],
      ['SPOP s 1 2', '-ERR syntax error'],
      ['SPOP s 3', '["a", "b", "c"]', 'DEL s'],
      ['SPOP s 99', '["a", "b", "c"]', 'DEL s'],
    ],
  );

  test('SPOP with a count sends on one SREM with what it drew, not itself', () => {
    const node = createNode();
    node.given('SADD s a b c d');
    const { reply, stream } = node.run('SPOP s 2');
    const drawn = JSON.parse(reply) as string[];
    expect(drawn).toHaveLength(2);
    expect(stream).toEqual([`SREM s ${drawn.join(' ')}`]);
    expect(node.run('SCARD s').reply).toBe(':2');
  });

  test('of more than 1024 drawn members, each SREM names at most 1024', () => {
    const node = createNode();
    node.run(['SADD', 's', ...Array.from({ length: 3_000 }, (_, i) => `m${i}`)]);
    expect(node.run('SPOP s 2500').stream.map((line) => line.split(' ').length - 2)).toEqual([1024, 1024, 452]);
  });

  test('with lazyfree-lazy-server-del SPOP of everything unlinks', () => {
    const node = createNode({ lazyfree: true });
    node.given('SADD s a b');
    expect(node.run('SPOP s 2').stream).toEqual(['UNLINK s']);
  });
});

describe('sorted sets', () => {
  cases(
    ['ZADD z 1 a 2 b 2 bb 3 c', 'SET s x'],
    [
      ['ZADD z 4 d 1 a', ':1', 'same'],
      ['ZADD z CH 4 d 9 a', ':2', 'same'],
      ['ZADD z NX 9 a', ':0'],
      ['ZADD z XX 9 new', ':0'],
      ['ZADD none XX 9 new', ':0'],
      ['ZADD z GT CH 0 a 9 b', ':1', 'same'],
      ['ZADD z LT CH 0 a 9 b', ':1', 'same'],
      ['ZADD z INCR 5 a', '"6"', 'same'],
      ['ZADD z NX INCR 5 a', 'nil'],
      ['ZADD none XX INCR 5 a', 'nil'],
      ['ZADD z INCR 5 a 6 b', '-ERR INCR option supports a single increment-element pair'],
      ['ZADD z NX XX 1 a', '-ERR XX and NX options at the same time are not compatible'],
      ['ZADD z GT NX 1 a', '-ERR GT, LT, and/or NX options at the same time are not compatible'],
      ['ZADD z 1', "-ERR wrong number of arguments for 'zadd' command"],
      ['ZADD z 1 a 2', '-ERR syntax error'],
      ['ZADD z one a', '-ERR value is not a valid float'],
      ['ZADD s 1 a', WRONG_TYPE],
      ['ZINCRBY z 0.1 a', '"1.1"', 'same'],
      ['ZINCRBY z -inf a', '"-inf"', 'same'],
      ['ZSCORE z c', '"3"'],
      ['ZSCORE z q', 'nil'],
      ['ZCARD z', ':4'],
      ['ZRANK z b', ':1'],
      ['ZRANK z b WITHSCORE', '[:1, "2"]'],
      ['ZREM z a q', ':1', 'same'],
      ['ZREM z q', ':0'],
      ['ZPOPMIN z', '["a", "1"]', 'same'],
      ['ZPOPMAX z 2', '["c", "3", "bb", "2"]', 'same'],
      ['ZPOPMIN z -1', NOT_POSITIVE],
      ['ZPOPMIN none', '[]'],
      ['ZRANGE z 0 -1', '["a", "b", "bb", "c"]'],
      ['ZRANGE z 0 1 REV WITHSCORES', '["c", "3", "bb", "2"]'],
      ['ZRANGE z (1 2 BYSCORE', '["b", "bb"]'],
      ['ZRANGE z +inf (1 BYSCORE REV LIMIT 1 2', '["bb", "b"]'],
      ['ZRANGE z [b (c BYLEX', '["b", "bb"]'],
      ['ZRANGE z - + BYLEX LIMIT 0 2', '["a", "b"]'],
      ['ZRANGE z 0 1 LIMIT 0 1', '-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX'],
      ['ZRANGE z x 1 BYSCORE', '-ERR min or max is not a float'],
      ['ZRANGE z x 1 BYLEX', '-ERR min or max not valid string range item'],
      ['ZRANGE z 0 1 REV REV', '-ERR syntax error'],
    ],
  );

  test('infinities of both signs do not add up', () => {
    const node = createNode();
    node.given('ZADD z inf m');
    expect(node.run('ZINCRBY z -inf m').reply).toBe('-ERR resulting score is not a number (NaN)');
  });
});

describe('a container', () => {
  const emptied: [string, string, (node: Node) => unknown][] = [
    ['RPUSH k a', 'LPOP k', (node) => node.run('TYPE k').reply],
    ['RPUSH k a', 'LTRIM k 5 9', (node) => node.run('TYPE k').reply],
    ['RPUSH k a', 'LREM k 0 a', (node) => node.run('TYPE k').reply],
    ['RPUSH k a', 'LMOVE k l LEFT LEFT', (node) => node.run('TYPE k').reply],
    ['HSET k f v', 'HDEL k f', (node) => node.run('TYPE k').reply],
    ['SADD k a', 'SREM k a', (node) => node.run('TYPE k').reply],
    ['SADD k a', 'SPOP k', (node) => node.run('TYPE k').reply],
    ['SADD k a', 'SMOVE k t a', (node) => node.run('TYPE k').reply],
    ['ZADD k 1 a', 'ZREM k a', (node) => node.run('TYPE k').reply],
    ['ZADD k 1 a', 'ZPOPMIN k 5', (node) => node.run('TYPE k').reply],
  ];
  test.each(emptied)('is gone when its last element is: %s, %s', (create, empty, look) => {
    const node = createNode();
    node.given(create, empty);
    expect(look(node)).toBe('+none');
  });

  test('keeps its expiry when elements come and go, and loses it to a STORE', () => {
    const node = createNode();
    node.given('SADD s a', 'PEXPIRE s 5000', 'SADD s b', 'SREM s a');
    expect(node.run('PTTL s').reply).toBe(':5000');
    node.given('SUNIONSTORE s s');
    expect(node.run('PTTL s').reply).toBe(':-1');
  });
});

story('commands of one type refuse values of another', [
  ['SET s x', '+OK', 'same'],
  ['RPUSH l x', ':1', 'same'],
  ['GET l', WRONG_TYPE],
  ['INCR l', WRONG_TYPE],
  ['INCRBYFLOAT l 1', WRONG_TYPE],
  ['GETSET l x', WRONG_TYPE],
  ['GETDEL l', WRONG_TYPE],
  ['STRLEN l', WRONG_TYPE],
  ['LLEN s', WRONG_TYPE],
  ['HSET s f v', WRONG_TYPE],
  ['SADD s a', WRONG_TYPE],
  ['ZCARD s', WRONG_TYPE],
]);
