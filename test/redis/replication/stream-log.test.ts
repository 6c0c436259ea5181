import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { command } from '../../../src/redis/protocol/make.ts';
import type { Message } from '../../../src/redis/protocol/payload.ts';
import { encode } from '../../../src/redis/protocol/encode.ts';
import { appendMessage, appendWithin, createReplBuffer, cursorAt, endOfLog, type ReplBuffer } from '../../../src/redis/replication/repl-buffer.ts';
import { createLog, forEachMessageEnding, type StreamLog, writeLog } from '../../../src/redis/replication/stream-log.ts';
import { createWire, encodePiece } from '../../../src/redis/wire.ts';

const wire = createWire();

function append(buffer: ReplBuffer, message: Message, offset: number, source: StreamLog | null): void {
  if (!appendWithin(buffer, message, offset, source)) appendMessage(buffer, message, offset, source, 16_384, 'libc', () => undefined);
}

/** What a reader is sent from `from` on, in pieces of at most `most` bytes. */
function read(buffer: ReplBuffer, from: number, to: number, most: number): string {
  const cursor = cursorAt(buffer.head!, from);
  let text = '';
  while (cursor.offset < to) {
    const end = endOfLog(cursor, Math.min(cursor.offset + most, to));
    text += encodePiece(wire, { payload: cursor.log, from: cursor.offset, to: end });
    cursor.offset = end;
    while (cursor.block.next !== null && cursor.offset >= cursor.block.start + cursor.block.used) cursor.block = cursor.block.next;
  }
  return text;
}

const set = (name: string, size = 10): Message => command(['SET', name, 'x'.repeat(size)]);

describe('a stream', () => {
  it('is written down once, whoever holds a window of it', () => {
    const master = createReplBuffer();
    const replica = createReplBuffer();
    const [one, two] = [set('one'), set('two')];
    append(master, one, 0, null);
    append(master, two, one.size, null);
    append(replica, one, 0, master.log);
    append(replica, two, one.size, master.log);
    expect(replica.head!.log).toBe(master.head!.log);
    expect(replica.head).toMatchObject({ start: 0, used: one.size + two.size, turns: null });
  });

  it('parts where a follower begins to write himself, though his old master goes on', () => {
    const master = createReplBuffer();
    const promoted = createReplBuffer();
    const [shared, his, mine] = [set('shared'), set('old-master'), set('promoted')];
    append(master, shared, 0, null);
    append(promoted, shared, 0, master.log);
    append(master, his, shared.size, null);
    append(promoted, mine, shared.size, null);
    const end = shared.size + mine.size;
    expect(read(promoted, 0, end, 1000)).toBe(encode(shared) + encode(mine));
    expect(read(master, 0, shared.size + his.size, 1000)).toBe(encode(shared) + encode(his));
  });

  it('gives every message that ends in a range, from any stretch before it', () => {
    const writer = {};
    const first = createLog(writer);
    let [log, end] = [first, 0];
    const ends: number[] = [];
    for (let i = 0; i < 1000; i++) {
      const message = set(`key${i}`);
      end += message.size;
      ends.push(end);
      log = writeLog(log, message, end);
    }
    const seen: number[] = [];
    forEachMessageEnding(first, ends[300]!, ends[700]! + 1, (_, at) => seen.push(at));
    expect(seen).toEqual(ends.slice(301, 701));
  });

  // A node follows one master after the other, or writes itself; each master goes on in his own way when he is left.
  it('is what was fed, for every reader, however often its writer changes', () => {
    const step = fc.record({ own: fc.boolean(), size: fc.integer({ min: 0, max: 9000 }), times: fc.integer({ min: 1, max: 300 }) });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 20_000 }), share, share, (steps, most, one, two) => {
        const buffer = createReplBuffer();
        let text = '';
        let n = 0;
        for (const { own, size, times } of steps) {
          let log = createLog({});
          for (let i = 0; i < times; i++) {
            const message = set(`key${n++}`, Math.floor(size / times));
            log = writeLog(log, message, text.length + message.size);
            append(buffer, message, text.length, own ? null : log);
            text += encode(message);
          }
          let end = text.length;
          for (let i = 0; i < times; i++) {
            const message = set(`other${i}`);
            end += message.size;
            log = writeLog(log, message, end);
          }
        }
        const [from, to] = [Math.floor(one * text.length), Math.floor(two * text.length)].sort((a, b) => a - b) as [number, number];
        expect(read(buffer, from, to, most)).toBe(text.slice(from, to));
      }),
      { numRuns: 200 },
    );
  });
});
