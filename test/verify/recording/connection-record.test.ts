import { describe, expect, it } from 'vitest';
import { command, line } from '../../../src/redis/protocol/make.ts';
import type { Piece } from '../../../src/redis/protocol/payload.ts';
import { appendMessage, createReplBuffer } from '../../../src/redis/replication/repl-buffer.ts';
import { type ConnectionRecord, maskTimes, recordConnection } from '../../../src/verify/recording/connection-record.ts';
import type { JsonObject } from '../../../src/verify/recording/format.ts';
import { goldenRecordings } from '../../recordings.ts';
import { wireOf } from './wire.ts';

const whole = (payload: ReturnType<typeof line> | ReturnType<typeof command>): Piece => ({ payload, from: 0, to: payload.size });

function feed(record: ConnectionRecord, ...passed: readonly (readonly ['up' | 'down', ReturnType<typeof line> | ReturnType<typeof command>])[]): ConnectionRecord {
  for (const [direction, payload] of passed) record.forwarded(direction, whole(payload));
  return record;
}

describe('a connection seen by the proxy', () => {
  it('is written down as recorded, for every recorded row with a known wire', () => {
    let rows = 0;
    for (const { case: { id }, observed } of goldenRecordings()) {
      for (const [version, { links }] of observed) {
        for (const { connections } of links.values()) {
          for (const recorded of connections) {
            if (!isWritable(recorded)) continue;
            rows++;
            const record = recordConnection(0);
            // Cut anywhere, the same is read.
            for (const [direction, piece] of wireOf(recorded, rows % 2 === 0 ? 7_777 : 13)) record.forwarded(direction, piece);
            expect({ id, version, ...recordedFields(record.row()) }).toEqual({ id, version, ...recordedFields(recorded) });
          }
        }
      }
    }
    expect(rows).toBeGreaterThan(900);
  });

  it('counts requests as they pass', () => {
    const record = recordConnection(0);
    feed(record, ['up', line('PING\r\n')], ['up', command(['PSYNC', '?', '-1'])]);
    expect(record.requests).toBe(1);
    feed(record, ['up', line('SYNC\r\n')]);
    expect(record.requests).toBe(2);
  });

  it('has no outcome when no request was reached, and ? when the link closed before any answer', () => {
    expect(feed(recordConnection(0), ['up', line('PING\r\n')], ['down', line('-NOAUTH\r\n')]).row()).toMatchObject({ outcome: null, psync: [], form: 'inline' });
    const asked = feed(recordConnection(0), ['up', line('PING\r\n')], ['down', line('+PONG\r\n')], ['up', command(['PSYNC', '?', '-1'])]);
    expect(asked.row()).toMatchObject({ outcome: '?', psync: [['PSYNC ? -1', null]], form: 'inline+resp' });
    expect(recordConnection(0).row()).toMatchObject({ form: null, sent: [], received: [], psync: [], outcome: null });
  });

  it('takes newlines before +FULLRESYNC for keep-alives', () => {
    const record = feed(recordConnection(0), ['up', command(['PSYNC', '?', '-1'])], ['down', line('\n')], ['down', line('\n')], ['down', line('+FULLRESYNC x 0\r\n')]);
    expect(record.row()).toMatchObject({ outcome: 'f', newlines_before_rdb: [2, 2], received: ['+FULLRESYNC x 0'] });
  });

  it('keeps what a replica says after the sync apart from its handshake', () => {
    const record = feed(
      recordConnection(0), ['up', command(['PSYNC', 'x', '5'])], ['down', line('+CONTINUE\r\n')], ['up', command(['REPLCONF', 'ACK', '5'])], ['up', command(['REPLCONF', 'other', '1'])],
    );
    expect(record.row()).toMatchObject({ sent: ['PSYNC x 5'], later_commands: ['REPLCONF other 1'], acks: { first: 5, last: 5, distinct: [5], in_order: true, count: [1, 1] } });
  });

  it('says that ACKs went back', () => {
    const acks = [10, 20, 15, 20].map((offset) => ['up', command(['REPLCONF', 'ACK', String(offset)])] as const);
    expect(feed(recordConnection(0), ['up', line('SYNC\r\n')], ...acks).row()).toMatchObject({ acks: { first: 10, last: 20, distinct: [10, 20, 15], in_order: false, count: [4, 4] } });
  });

  it('reads the shared stream from any byte to any byte, across its blocks', () => {
    const buffer = createReplBuffer();
    const messages = Array.from({ length: 40 }, (_, i) => command(['SET', `key${i}`, 'x'.repeat(997 + i)]));
    let offset = 0;
    for (const message of messages) {
      appendMessage(buffer, message, offset, null, 16_384, 'libc', () => {});
      offset += message.size;
    }
    expect(buffer.blocks).toBeGreaterThan(2);
    const stream = (from: number, to: number, block = buffer.head!): JsonObject => {
      const record = feed(recordConnection(0), ['up', command(['PSYNC', 'x', String(from + 1)])], ['down', line('+CONTINUE\r\n')]);
      record.forwarded('down', { payload: block.log, from, to });
      return record.row()['stream'] as JsonObject;
    };
    expect(stream(0, offset)).toMatchObject({ first_offset: 1, bytes: offset });
    // The same bytes, asked for in two goes, and from the second block on.
    const second = buffer.head!.next!;
    expect(stream(second.start + 5, offset, second)['sha256']).toBe(stream(second.start + 5, offset)['sha256']);
    expect(stream(1_000, 1_030)).toMatchObject({ bytes: 30, text: textOf(messages).slice(1_000, 1_030) });
  });
});

describe('times of day', () => {
  it('become T, of the same length', () => {
    expect(maskTimes('$4\r\nPXAT\r\n$13\r\n1732200000123\r\n')).toBe('$4\r\nPXAT\r\n$13\r\nTTTTTTTTTTTTT\r\n');
    expect(maskTimes('*2\r\n$8\r\nEXPIREAT\r\n$10\r\n1732200000\r\n')).toBe('*2\r\n$8\r\nEXPIREAT\r\n$10\r\nTTTTTTTTTT\r\n');
  });

  it('are left when the author wrote them', () => {
    expect(maskTimes('$13\r\n4000000000000\r\n')).toBe('$13\r\n4000000000000\r\n');
    expect(maskTimes('$3\r\n100\r\n')).toBe('$3\r\n100\r\n');
  });
});

function textOf(messages: readonly ReturnType<typeof command>[]): string {
  return messages.map(({ argv }) => `*3\r\n${argv.map((argument) => `$${argument.length}\r\n${argument as string}\r\n`).join('')}`).join('');
}

/** Rows that can be made into a wire: nothing unstable, and the stream is there as text, without masks. */
function isWritable(row: JsonObject): boolean {
  const stream = row['stream'] as { bytes: number; text?: string } | undefined;
  if (JSON.stringify(row).includes('"unstable"') || row['form'] === null) return false;
  return stream === undefined || (stream.text !== undefined && !stream.text.includes('TTTT'));
}

function recordedFields({ open_ms: _, close_ms: __, closed_by: ___, repeats: ____, ...row }: JsonObject): JsonObject {
  const { acks, ...rest } = row as { acks?: { count: readonly number[] } };
  const once = (range: unknown): unknown => (Array.isArray(range) ? range[0] as unknown : range);
  return {
    ...rest,
    newlines_before_rdb: once(row['newlines_before_rdb']),
    newlines_from_replica: once(row['newlines_from_replica']),
    ...(acks === undefined ? {} : { acks: { ...acks, count: acks.count[0] } }),
  } as JsonObject;
}
