import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { equalBytes, equalMessages, equalWord } from '../../../src/redis/protocol/equality.ts';
import { encode, toUint8Array } from '../../../src/redis/protocol/encode.ts';
import { bytesToString, command, line, reply, synthetic } from '../../../src/redis/protocol/make.ts';
import type { Message } from '../../../src/redis/protocol/payload.ts';
import { decimalDigits, integerLength } from '../../../src/redis/protocol/resp-size.ts';
import { bytes, commands, inlineLines, replies } from './arbitraries.ts';

const messages = fc.oneof<fc.Arbitrary<Message>[]>(commands, inlineLines, replies);

describe('a message', () => {
  it('has as many bytes as its size says', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(encode(message).length).toBe(message.size);
      }),
    );
  });

  it('is the same bytes in slices as in one', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat(400), { maxLength: 5 }), (message, cuts) => {
        const places = [0, ...cuts.filter((cut) => cut < message.size).toSorted((a, b) => a - b), message.size];
        const slices = places.slice(1).map((to, i) => encode(message, places[i], to));
        expect(slices.join('')).toBe(encode(message));
      }),
    );
  });

  // The sizes that the fact sheet of replication names.
  it.each<[string, Message, number]>([
    ['SELECT 0', command(['SELECT', '0']), 23],
    ['SELECT 10', command(['SELECT', '10']), 24],
    ['ping', command(['ping']), 14],
    ['REPLCONF GETACK *', command(['REPLCONF', 'GETACK', '*']), 37],
    ['MULTI', command(['MULTI']), 15],
    ['EXEC', command(['EXEC']), 14],
    ['SET k0 and eight bytes', command(['SET', 'k0', '0xxxxxxx']), 35],
    ['SET and 2000 synthetic bytes', command(['SET', 'big0', synthetic(1, 2000)]), 2032],
    ['a command of nothing', command([]), 4],
    ['a keep-alive', line('\n'), 1],
    ['an empty array', reply({ type: 'array', items: [] }), 4],
    ['a negative number', reply({ type: 'integer', value: -10 }), 6],
  ])('%s takes the bytes that it takes in life', (_name, message, size) => {
    expect(message.size).toBe(size);
    expect(encode(message).length).toBe(size);
  });

  it('is written as RESP2 writes it', () => {
    const value = reply({
      type: 'array',
      items: [
        { type: 'status', text: 'OK' },
        { type: 'error', text: 'ERR no' },
        { type: 'integer', value: -1 },
        { type: 'bulk', value: 'a\r\nb' },
        { type: 'nil' },
        { type: 'nil-array' },
      ],
    });
    expect(encode(value)).toBe('*6\r\n+OK\r\n-ERR no\r\n:-1\r\n$4\r\na\r\nb\r\n$-1\r\n*-1\r\n');
    expect([...toUint8Array('\x00\xff')]).toEqual([0, 255]);
  });

  it('is refused a slice beyond its end', () => {
    expect(() => encode(line('+OK\r\n'), 3, 6)).toThrow(/3\.\.6 of a message of 5/);
  });
});

describe('digits', () => {
  it('are counted as they are written', () => {
    const edges = Array.from({ length: 16 }, (_, i) => Number(`1${'0'.repeat(i)}`)).flatMap((n) => [n - 1, n]);
    for (const n of edges) expect(decimalDigits(n), String(n)).toBe(String(n).length);
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        expect(integerLength(n)).toBe(String(n).length);
      }),
    );
  });
});

describe('synthetic bytes', () => {
  it('are determined by their seed', () => {
    // Chosen once: traces and recordings of earlier runs hold them.
    expect(bytesToString(synthetic(7, 24))).toBe(bytesToString(synthetic(7, 400)).slice(0, 24));
    expect(bytesToString(synthetic(7, 24))).not.toBe(bytesToString(synthetic(8, 24)));
    expect(bytesToString(synthetic(7, 24))).toBe('QWTuIF1X9xd5orY6o5ZT1GYp');
  });

  it('never look like a number, and use no character that means something to RESP', () => {
    for (let seed = 0; seed < 2000; seed++) expect(bytesToString(synthetic(seed, 5))).toMatch(/^[A-Za-f][\w-]{4}$/);
  });

  it('spread evenly', () => {
    const counts = new Map<string, number>();
    for (const character of bytesToString(synthetic(1, 64_000)).slice(1)) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(64);
    expect(Math.min(...counts.values())).toBeGreaterThan(850);
    expect(Math.max(...counts.values())).toBeLessThan(1150);
  });
});

describe('equality', () => {
  it('does not care how bytes are held', () => {
    const value = synthetic(3, 40);
    expect(equalBytes(value, bytesToString(value))).toBe(true);
    expect(equalBytes(value, synthetic(4, 40))).toBe(false);
    expect(equalBytes('a', 'A')).toBe(false);
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(equalBytes(a, b)).toBe(bytesToString(a) === bytesToString(b));
      }),
    );
  });

  it('holds between messages that are the same bytes of the same kind', () => {
    fc.assert(
      fc.property(messages, messages, (a, b) => {
        expect(equalMessages(a, a)).toBe(true);
        expect(equalMessages(a, b)).toBe(a.kind === b.kind && encode(a) === encode(b));
      }),
    );
  });

  it('of words ignores their case', () => {
    expect(equalWord('GetAck', 'getack')).toBe(true);
    expect(equalWord('getac', 'getack')).toBe(false);
    expect(equalWord(undefined, 'getack')).toBe(false);
  });
});
