/** SORT, bits of strings, and HyperLogLogs. */
import { describe, expect, it, test } from 'vitest';
import { EMPTY_HYPERLOGLOG, estimate, placeOf, readHyperLogLog, REGISTERS, writeHyperLogLog } from '../../../src/redis/dataset/hyperloglog.ts';
import { createNode } from './node.ts';
import { cases, story } from './rows.ts';

describe('SORT', () => {
  cases(
    ['RPUSH l 3 10 1 2', 'RPUSH w b a', 'SADD s x z y', 'ZADD z 1 c 2 a 3 b', 'MSET wt_a 2 wt_b 1 wt_c 3', 'HSET h_a f A', 'SET str x'],
    [
      ['SORT l', '["1", "2", "3", "10"]'],
      ['SORT l DESC', '["10", "3", "2", "1"]'],
      ['SORT l ALPHA', '["1", "10", "2", "3"]'],
      ['SORT l LIMIT 1 2', '["2", "3"]'],
      ['SORT l LIMIT 9 2', '[]'],
      ['SORT w', "-ERR One or more scores can't be converted into double"],
      ['SORT w ALPHA GET # GET h_*->f GET wt_*', '["a", "A", "2", "b", nil, "1"]'],
      ['SORT z BY wt_*', '["b", "a", "c"]'],
      ['SORT z BY nosort', '["c", "a", "b"]'],
      ['SORT z BY nosort DESC', '["b", "a", "c"]'],
      ['SORT none', '[]'],
      ['SORT str', '-WRONGTYPE Operation against a key holding the wrong kind of value'],
      ['SORT l UPWARDS', '-ERR syntax error'],
      ['SORT l STORE t', ':4', 'same'],
      ['SORT s BY nosort STORE t', ':3', 'same'], // a set is sorted by its bytes, that replicas come to the same
      ['SORT none STORE l', ':0', 'same'],
      ['SORT none STORE none2', ':0'],
      ['SORT_RO l', '["1", "2", "3", "10"]'],
      ['SORT_RO l STORE t', '-ERR syntax error'],
    ],
  );

  story('what it stored takes the place of what was there', [
    ['SET t x EX 100', '+OK', 'SET t x PXAT 1700000100000'],
    ['RPUSH l 2 1', ':2', 'same'],
    ['SORT l STORE t', ':2', 'same'],
    ['LRANGE t 0 -1', '["1", "2"]'],
    ['TTL t', ':-1'],
  ]);
});

describe('bits', () => {
  cases(
    ['SET a \\x80', 'RPUSH l 1'],
    [
      ['SETBIT new 7 1', ':0', 'same'],
      ['SETBIT new 100 0', ':0', 'same'], // it grows
      ['SETBIT a 0 1', ':1'], // as it was
      ['SETBIT a 0 0', ':1', 'same'],
      ['SETBIT a 1 2', '-ERR bit is not an integer or out of range'],
      ['SETBIT a -1 1', '-ERR bit offset is not an integer or out of range'],
      ['SETBIT a 4294967296 1', '-ERR bit offset is not an integer or out of range'],
      ['SETBIT l 1 1', '-WRONGTYPE Operation against a key holding the wrong kind of value'],
      ['GETBIT a 0', ':1'],
      ['GETBIT a 1', ':0'],
      ['GETBIT a 99', ':0'],
      ['BITCOUNT a', ':1'],
      ['BITCOUNT a 0 0 BIT', ':1'],
      ['BITCOUNT a 1 7 BIT', ':0'],
      ['BITCOUNT none', ':0'],
      ['BITCOUNT a 0', '-ERR syntax error'],
    ],
  );
});

describe('HyperLogLogs', () => {
  story('adding, counting and merging', [
    ['PFADD h a', ':1', 'same'],
    ['PFADD h a', ':0'],
    ['PFADD h b c', ':1', 'same'],
    ['PFCOUNT h', ':3', 'same'], // the number is kept in the value
    ['PFCOUNT h', ':3'],
    ['PFADD empty', ':1', 'same'],
    ['PFCOUNT empty', ':0', 'same'],
    ['PFADD g c d', ':1', 'same'],
    ['PFCOUNT h g none', ':4'],
    ['PFMERGE h g', '+OK', 'same'],
    ['PFCOUNT h', ':4', 'same'],
    ['SET s x', '+OK', 'same'],
    ['PFADD s a', '-WRONGTYPE Key is not a valid HyperLogLog string value.'],
    ['RPUSH l x', ':1', 'same'],
    ['PFCOUNT l', '-WRONGTYPE Operation against a key holding the wrong kind of value'],
  ]);

  test('elements fall where MurmurHash64A says: two of the layout, worked out by hand from the hash of Redis', () => {
    const node = createNode();
    node.given('PFADD h a');
    const { register, value } = placeOf('a');
    const registers = new Uint8Array(REGISTERS);
    registers[register] = value;
    expect(readHyperLogLog(writeHyperLogLog({ ...EMPTY_HYPERLOGLOG, registers, cached: null }, 3000))).toEqual({ registers, dense: false, cached: null });
    // 16 bytes of header; zeros before, the value, zeros behind: one opcode of two bytes each where more than 64 are zero.
    expect(node.run('STRLEN h').reply).toBe(`:${16 + (register > 64 ? 2 : 1) + 1 + (REGISTERS - register - 1 > 64 ? 2 : 1)}`);
  });

  it('is 18 bytes while empty, dense of 12304 bytes beyond hll-sparse-max-bytes or a value beyond 32, and reads back', () => {
    expect(writeHyperLogLog(EMPTY_HYPERLOGLOG, 3000)).toBe('HYLL\x01\0\0\0\0\0\0\0\0\0\0\0\x7f\xff');
    const many = Uint8Array.from({ length: REGISTERS }, (_, i) => (i * 7) % 31);
    const high = Uint8Array.from({ length: REGISTERS }, (_, i) => (i === 5 ? 33 : 0));
    for (const registers of [many, high]) {
      const text = writeHyperLogLog({ registers, dense: false, cached: 123_456 }, 3000);
      expect(text).toHaveLength(12_304);
      expect(readHyperLogLog(text)).toEqual({ registers, dense: true, cached: 123_456 });
    }
  });

  it.each([[100], [1_000], [20_000]])('counts %i elements within the error that it is known for', (count) => {
    const registers = new Uint8Array(REGISTERS);
    for (let i = 0; i < count; i++) {
      const { register, value } = placeOf(`element:${i}`);
      registers[register] = Math.max(registers[register]!, value);
    }
    expect(Math.abs(estimate(registers) - count) / count).toBeLessThan(0.03);
  });

  it.each([
    ['', null], ['HYLL', null], [`HYLL\x01${'\0'.repeat(11)}`, 'corrupt'], [`HYLL\x01${'\0'.repeat(11)}\x7f\xff\x80`, 'corrupt'], [`HYLL\x02${'\0'.repeat(11)}\x7f\xff`, null],
  ])('%j is %s', (text, verdict) => {
    expect(readHyperLogLog(text)).toBe(verdict);
  });
});
