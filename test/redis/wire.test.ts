import { describe, expect, it } from 'vitest';
import { rdbImage } from '../../src/redis/persistence/rdb.ts';
import { redis72 } from '../../src/redis/profiles/redis-7.2.ts';
import { encode } from '../../src/redis/protocol/encode.ts';
import { command, line, synthetic } from '../../src/redis/protocol/make.ts';
import type { Message } from '../../src/redis/protocol/payload.ts';
import { appendMessage, createReplBuffer, cursorAt } from '../../src/redis/replication/repl-buffer.ts';
import { createWire, encodePiece } from '../../src/redis/wire.ts';
import { configWith, snapshotOf, string } from './persistence/data.ts';

describe('a piece on the wire', () => {
  it('of a message is a slice of its bytes', () => {
    expect(encodePiece(createWire(), { payload: line('+PONG\r\n'), from: 1, to: 5 })).toBe('PONG');
    expect(encodePiece(createWire(), { payload: command(['SET', 'k', synthetic(1, 9)]), from: 0, to: 13 })).toBe('*3\r\n$3\r\nSET\r\n');
  });

  it('of a file is a slice of its bytes', () => {
    const image = rdbImage(snapshotOf(string('a', 'b')), redis72, configWith(), null);
    const wire = createWire();
    const slices = [0, 9, 50, image.size].slice(1).map((to, i) => encodePiece(wire, { payload: image, from: [0, 9, 50][i]!, to }));
    expect(slices[0]).toBe('REDIS0011');
    expect(slices.join('')).toBe(encodePiece(wire, { payload: image, from: 0, to: image.size }));
    expect(slices.join('').length).toBe(image.size);
  });

  it('of the command stream is found from where a reader at that byte stands, through commands that span blocks', () => {
    const messages: Message[] = Array.from({ length: 40 }, (_, i) => command(['SET', `key${i}`, synthetic(i, (i * 977) % 30_000)]));
    const buffer = createReplBuffer();
    let offset = 100;
    for (const message of messages) {
      appendMessage(buffer, message, offset, null, 16_384, 'libc', () => undefined);
      offset += message.size;
    }
    const all = messages.map((message) => encode(message)).join('');
    const head = buffer.head!;
    const wire = createWire();
    expect(encodePiece(wire, { payload: head.log, from: 100, to: offset })).toBe(all);
    for (const [from, to] of [[100, 101], [5000, 5000], [16_000, 40_000], [99_999, 100_500], [offset - 1, offset]] as const) {
      expect(encodePiece(wire, { payload: cursorAt(head, from).log, from, to })).toBe(all.slice(from - 100, to - 100));
    }
  });
});
