/** Messages at random, for the tests of this folder. */
import fc from 'fast-check';
import { command, line, reply } from '../../../src/redis/protocol/make.ts';
import type { Bytes, Command, Line, Reply, ReplyMessage } from '../../../src/redis/protocol/payload.ts';

/** Any bytes, line ends and RESP's own signs more often than they would come by chance. */
export const binary: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.nat(255).map((code) => String.fromCharCode(code)), fc.constantFrom('\r\n', '$', '*1\r\n', '\n', 'SET')), { maxLength: 12 })
  .map((parts) => parts.join(''));

export const bytes: fc.Arbitrary<Bytes> = fc.oneof(binary, fc.record({ seed: fc.nat(), length: fc.nat(300) }));

export const commands: fc.Arbitrary<Command> = fc.array(bytes, { maxLength: 8 }).map(command);

/** A line without an end in the middle. */
const lineText: fc.Arbitrary<string> = fc.string({ unit: 'binary-ascii', maxLength: 30 }).map((text) => text.replaceAll(/[\r\n]/g, ' '));

export const inlineLines: fc.Arbitrary<Line> = fc
  .tuple(lineText.filter((text) => !text.startsWith('*')), fc.constantFrom('\r\n', '\n'))
  .map(([text, end]) => line(text + end));

const replyValue: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ type: fc.constantFrom('status' as const, 'error' as const), text: lineText }),
    fc.record({ type: fc.constant('integer' as const), value: fc.maxSafeInteger() }),
    fc.record({ type: fc.constant('bulk' as const), value: bytes }),
    fc.constantFrom<Reply>({ type: 'nil' }, { type: 'nil-array' }),
    fc.record({ type: fc.constant('array' as const), items: fc.array(tie('reply'), { maxLength: 5 }) }),
  ),
})).reply;

export const replies: fc.Arbitrary<ReplyMessage> = replyValue.map(reply);
