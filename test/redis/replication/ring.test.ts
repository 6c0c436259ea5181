/** The ring up to 6.2, and who reads it: where its bytes stand when writers take turns, and where it wraps around. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/redis/protocol/encode.ts';
import { command } from '../../../src/redis/protocol/make.ts';
import type { Message } from '../../../src/redis/protocol/payload.ts';
import { createRing, endOfWriter, logAt, moveFirst, noteInRing, type Reader, type Ring, stretches } from '../../../src/redis/replication/output/ring.ts';
import { createLog, type StreamLog, writeLog } from '../../../src/redis/replication/stream-log.ts';
import { createWire, encodePiece } from '../../../src/redis/wire.ts';

const wire = createWire();
const set = (name: string): Message => command(['SET', name, 'x']);

/** What a reader is sent from `from` on, in pieces of at most `most` bytes. */
function read(ring: Ring, from: number, to: number, most: number): string {
  const reader: Reader = { offset: from, log: logAt(ring, from)! };
  let text = '';
  while (reader.offset < to) {
    const end = endOfWriter(ring, reader, Math.min(reader.offset + most, to));
    text += encodePiece(wire, { payload: reader.log, from: reader.offset, to: end });
    reader.offset = end;
  }
  return text;
}

describe('a ring', () => {
  it('gives what was written, whoever wrote it, from any place that it still has, in pieces of any size', () => {
    // true: our own word; false: our master's, whose log may begin anew (a full sync, another master).
    const turns = fc.array(fc.record({ own: fc.boolean(), anew: fc.boolean(), messages: fc.integer({ min: 1, max: 300 }) }), { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(turns, fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 700 }), fc.nat(), (list, size, most, at) => {
      const ring = createRing(0);
      let [offset, text] = [0, ''];
      let master: StreamLog | null = null;
      for (const [turn, { own, anew, messages }] of list.entries()) {
        for (let n = 0; n < messages; n++) {
          const message = set(`t${turn}-${n}`);
          if (!own) master = writeLog(master === null || (anew && n === 0) ? createLog({}) : master, message, offset + message.size);
          noteInRing(ring, message, offset, own ? null : master);
          offset += message.size;
          text += encode(message);
          moveFirst(ring, Math.max(offset - size, 0), () => offset);
        }
        if (own) master = null; // he does not know our words
      }
      const kept = Math.min(size, offset);
      const from = offset - 1 - (at % kept);
      expect(read(ring, from, offset, most)).toBe(text.slice(from));
    }), { numRuns: 100 });
  });

  it('keeps the turns that a slow replica has not passed, though the backlog has', () => {
    const ring = createRing(0);
    const [his, mine] = [set('his'), set('mine')];
    const log = writeLog(createLog({}), his, his.size);
    noteInRing(ring, his, 0, log);
    const slow: Reader = { offset: 0, log: ring.log! };
    noteInRing(ring, mine, his.size, null);
    moveFirst(ring, his.size + mine.size, () => slow.offset);
    expect(endOfWriter(ring, slow, his.size + mine.size)).toBe(his.size); // up to here in his log
    slow.offset = his.size;
    expect(endOfWriter(ring, slow, his.size + mine.size)).toBe(his.size + mine.size);
    expect(encodePiece(wire, { payload: slow.log, from: slow.offset, to: his.size + mine.size })).toBe(encode(mine));
    moveFirst(ring, his.size + mine.size, () => his.size + mine.size);
    expect(ring.turns).toEqual([]);
  });

  it.each([
    // begun at 100, 1000 bytes long: its end is behind offset 1100, 2100, …
    { from: 100, length: 1000, parts: [1000] },
    { from: 350, length: 700, parts: [700] },
    { from: 350, length: 1000, parts: [750, 250] },
    { from: 1099, length: 2, parts: [1, 1] },
    { from: 1100, length: 5, parts: [5] },
  ])('the $length bytes behind $from are handed over as $parts', ({ from, length, parts }) => {
    expect(stretches(createRing(100), 1000, from, length)).toEqual(parts);
  });
});
