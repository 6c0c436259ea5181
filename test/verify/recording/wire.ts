/** Turns a recorded row back into what passed on the wire, so that the recorder can be asked to write the row again. */
import { command, line } from '../../../src/redis/protocol/make.ts';
import type { Piece } from '../../../src/redis/protocol/payload.ts';
import type { JsonObject } from '../../../src/verify/recording/format.ts';
import type { Direction } from '../../../src/verify/recording/tap.ts';

export type Passed = readonly [Direction, Piece];

interface Row {
  readonly form: string;
  readonly sent: readonly string[];
  readonly received: readonly string[];
  readonly outcome: string | null;
  readonly newlines_before_rdb?: readonly [number, number];
  readonly newlines_from_replica?: readonly [number, number];
  readonly rdb?: { readonly framing: 'length' | 'eof'; readonly announced: number | null; readonly bytes: number; readonly complete: boolean };
  readonly stream?: { readonly bytes: number; readonly text?: string };
  readonly acks?: { readonly distinct: readonly number[]; readonly count: readonly [number, number] };
}

const END_MARK = 'e'.repeat(40);

export function wireOf(recorded: JsonObject, cutEvery: number = Infinity): readonly Passed[] {
  const row = recorded as unknown as Row;
  const wire: Passed[] = [];
  const forms = row.form.split('+');
  row.sent.forEach((text, i) => {
    const inline = row.form === 'inline' || (forms.length === 2 && (row.acks !== undefined || i === row.sent.length - 1));
    wire.push(['up', whole(inline ? line(`${text}\r\n`) : command(text.split(' ')))]);
    const reply = row.received[i];
    if (reply !== undefined) wire.push(['down', whole(line(`${reply}\r\n`))]);
  });
  for (let i = 0; i < (row.newlines_before_rdb?.[0] ?? 0); i++) wire.push(['down', whole(line('\n'))]);
  if (row.rdb !== undefined) {
    wire.push(['down', whole(line(row.rdb.framing === 'eof' ? `$EOF:${END_MARK}\r\n` : `$${row.rdb.announced ?? 0}\r\n`))]);
    wire.push(['down', fileOf(row.rdb.bytes)]);
    for (let i = 0; i < (row.newlines_from_replica?.[0] ?? 0); i++) wire.push(['up', whole(line('\n'))]);
    if (row.rdb.framing === 'eof' && row.rdb.complete) wire.push(['down', whole(line(END_MARK))]);
  } else if (row.outcome?.endsWith('f') === true && row.sent.at(-1) === 'SYNC') {
    wire.push(['down', whole(line('$171\r\n'))]);
  }
  if (row.stream?.text !== undefined && row.stream.text !== '') wire.push(['down', whole(line(row.stream.text))]);
  if (row.acks !== undefined) {
    const list = [...row.acks.distinct];
    while (list.length < row.acks.count[0]) list.push(list.at(-1)!);
    for (const offset of list) wire.push(['up', whole(command(['REPLCONF', 'ACK', String(offset)]))]);
  }
  return wire.flatMap(([direction, piece]) => cut(piece, piece.payload.kind === 'rdb' ? 1_000_000 : cutEvery).map((part): Passed => [direction, part]));
}

function whole(payload: Piece['payload'] & { readonly size: number }): Piece {
  return { payload, from: 0, to: payload.size };
}

function fileOf(bytes: number): Piece {
  return { payload: { kind: 'rdb', size: bytes } as unknown as Piece['payload'], from: 0, to: bytes };
}

function cut({ payload, from, to }: Piece, every: number): readonly Piece[] {
  const parts: Piece[] = [];
  for (let at = from; at < to; at += every) parts.push({ payload, from: at, to: Math.min(at + every, to) });
  return parts;
}
