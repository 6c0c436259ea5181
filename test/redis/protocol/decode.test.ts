import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { createDecoder, feed, takeBytes, takeLine, takeReply, takeRequest } from './decode.ts';
import type { Decoder, ProtocolError } from './decode.ts';
import { equalMessages } from '../../../src/redis/protocol/equality.ts';
import { encode } from '../../../src/redis/protocol/encode.ts';
import { command } from '../../../src/redis/protocol/make.ts';
import type { Message } from '../../../src/redis/protocol/payload.ts';
import { commands, inlineLines, replies } from './arbitraries.ts';

type Take = (decoder: Decoder) => Message | ProtocolError | null;

/** All that comes out when these pieces go in. */
function decode(take: Take, pieces: readonly string[]): (Message | ProtocolError)[] {
  const decoder = createDecoder();
  const found: (Message | ProtocolError)[] = [];
  for (const piece of pieces) {
    feed(decoder, piece);
    for (let next = take(decoder); next !== null; next = take(decoder)) found.push(next);
  }
  return found;
}

function expectSame(found: readonly (Message | ProtocolError)[], sent: readonly Message[]): void {
  expect(found.length).toBe(sent.length);
  for (const [i, message] of found.entries()) {
    if (message.kind === 'protocol-error') expect.unreachable(message.text);
    else expect(equalMessages(message, sent[i]!) && message.size === sent[i]!.size).toBe(true);
  }
}

describe.each<[string, Take, fc.Arbitrary<Message>]>([
  ['requests', takeRequest, fc.oneof<fc.Arbitrary<Message>[]>(commands, inlineLines)],
  ['replies', takeReply, replies],
  ['lines', takeLine, inlineLines],
])('%s', (_name, take, messages) => {
  it('come out as they went in, wherever they were cut in two', () => {
    fc.assert(
      fc.property(fc.array(messages, { minLength: 1, maxLength: 3 }), (sent) => {
        const text = sent.map((message) => encode(message)).join('');
        for (let cut = 0; cut <= text.length; cut++) expectSame(decode(take, [text.slice(0, cut), text.slice(cut)]), sent);
      }),
      { numRuns: 40 },
    );
  });

  it('come out as they went in, byte by byte', () => {
    fc.assert(
      fc.property(fc.array(messages, { minLength: 1, maxLength: 3 }), (sent) => {
        expectSame(decode(take, [...sent.map((message) => encode(message)).join('')]), sent);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a decoder', () => {
  it('reads what is expected next: lines of a handshake, a file, then commands', () => {
    const decoder = createDecoder();
    feed(decoder, '+FULLRESYNC abc 0\r\n\n$5\r\nREDIS*1\r\n$4\r\nping\r\n*2\r\n');
    expect(takeLine(decoder)?.text).toBe('+FULLRESYNC abc 0\r\n');
    expect(takeLine(decoder)?.text).toBe('\n');
    expect(takeLine(decoder)?.text).toBe('$5\r\n');
    expect(takeBytes(decoder, 3)).toBe('RED');
    expect(takeBytes(decoder, 2)).toBe('IS');
    expect(takeRequest(decoder)).toEqual(command(['ping']));
    expect(takeRequest(decoder)).toBeNull();
    expect(takeBytes(decoder, 100)).toBe('');
  });

  it('keeps what says nothing, since its bytes count', () => {
    expect(decode(takeRequest, ['*-1\r\n*0\r\n\n']).map((message) => (message.kind === 'protocol-error' ? message.text : encode(message)))).toEqual([
      '*-1\r\n', '*0\r\n', '\n',
    ]);
  });

  it.each([
    ['*x\r\n', 'invalid multibulk length'],
    ['*01\r\n', 'invalid multibulk length'],
    ['*2147483648\r\n', 'invalid multibulk length'],
    ['*1\r\n+OK\r\n', "expected '$', got '+'"],
    ['*1\r\n$-1\r\n', 'invalid bulk length'],
    ['*1\r\n$x\r\n', 'invalid bulk length'],
    ['*1\r\n$536870913\r\n', 'invalid bulk length'],
    [`*${'1'.repeat(65_537)}`, 'too big mbulk count string'],
    [`*1\r\n$${'1'.repeat(65_537)}`, 'too big bulk count string'],
    ['x'.repeat(65_537), 'too big inline request'],
  ])('refuses %j as Redis does', (text, problem) => {
    const decoder = createDecoder();
    feed(decoder, text);
    expect(takeRequest(decoder)).toEqual({ kind: 'protocol-error', text: problem });
  });

  it('waits for as many arguments as were announced', () => {
    expect(decode(takeRequest, ['*2147483647\r\n$1\r\na\r\n'])).toEqual([]);
  });

  it('refuses a reply that is none', () => {
    expect(decode(takeReply, ['?\r\n'])).toEqual([{ kind: 'protocol-error', text: "unexpected reply type '?'" }]);
    expect(decode(takeReply, ['*1\r\n$x\r\n'])).toEqual([{ kind: 'protocol-error', text: 'invalid bulk length' }]);
  });

  it('obeys a smaller proto-max-bulk-len', () => {
    const decoder = createDecoder(10);
    feed(decoder, '*1\r\n$11\r\n');
    expect(takeRequest(decoder)).toMatchObject({ kind: 'protocol-error' });
  });
});
