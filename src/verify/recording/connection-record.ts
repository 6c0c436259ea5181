/**
 * One connection of a link as a recording proxy writes it down: fed with what passed each way, it
 * becomes one row of `links.….connections`.
 *
 * Reads the wire as the proxy did, line by line, and knows of the protocol only what it must: which request
 * a line answers, where the file of a full sync begins and ends, and that all after it is stream.
 *
 *   down:  handshake ──$n / $EOF──► file ──its end──► stream
 *              └──────────────+CONTINUE──────────────────┘
 */
import { createHash } from 'node:crypto';
import type { Piece } from '../../redis/protocol/payload.ts';
import { forEachPart } from './bytes.ts';
import type { Json, JsonObject } from './format.ts';
import type { ClosedBy, Direction } from './tap.ts';

export interface ConnectionRecord {
  readonly openUs: number;
  closeUs: number | null;
  closedBy: ClosedBy | null;
  forwarded(direction: Direction, piece: Piece): void;
  /** PSYNC and SYNC requests that passed so far. */
  readonly requests: number;
  /** The row, without the times. */
  row(): JsonObject;
}

/** Texts of a stream are kept up to this length, as in the files. */
const KEPT_TEXT_BYTES = 4096;
const END_MARK_BYTES = 40;

export function recordConnection(openUs: number): ConnectionRecord {
  const up = upward();
  const down = downward(() => up.sent);
  return {
    openUs,
    closeUs: null,
    closedBy: null,
    get requests() {
      return up.sent.filter(isSyncRequest).length;
    },
    forwarded(direction, piece) {
      forEachPart(piece, (part) => {
        if (direction === 'down') {
          if (part.is === 'file') down.file(part.bytes);
          else down.text(part.text);
        } else if (part.is === 'bytes') {
          up.text(part.text, down.accepted);
        }
      });
    },
    row() {
      const psync = pairs(up.sent, down.received);
      const outcome = psync.map(([request, reply]) => outcomeOf(request!, reply!, down));
      const last = outcome.at(-1);
      const row: Record<string, Json> = {
        closed_by: this.closedBy,
        form: [...up.forms].sort().join('+') || null,
        sent: [...up.sent],
        received: [...down.received],
        psync,
        outcome: outcome.length === 0 ? null : outcome.join(' '),
      };
      if (last === 'F' || last === 'f') row['newlines_before_rdb'] = once(down.newlines);
      if ((last === 'F' || last === 'f') && down.framing !== null) {
        row['rdb'] = { framing: down.framing, announced: down.announced, bytes: down.fileBytes, complete: down.complete };
        row['newlines_from_replica'] = once(up.newlines);
      }
      if (last === 'F' || last === 'P') row['stream'] = down.stream(firstOffset(psync.at(-1)!));
      const acks = acksOf(up.acks);
      if (acks !== null) row['acks'] = acks;
      if (up.later.length > 0) row['later_commands'] = [...up.later];
      return row;
    },
  };
}

export function isSyncRequest(line: string): boolean {
  return /^(PSYNC|SYNC)\b/i.test(line);
}

function once(count: number): Json {
  return [count, count];
}

// ------------------------------------------------------------------ what the replica sends

interface Upward {
  readonly sent: string[];
  readonly later: string[];
  readonly acks: number[];
  readonly forms: Set<string>;
  newlines: number;
  text(text: string, accepted: boolean): void;
}

function upward(): Upward {
  let rest = '';
  const up: Upward = {
    sent: [],
    later: [],
    acks: [],
    forms: new Set(),
    newlines: 0,
    text(text, accepted) {
      rest += text;
      for (let next = nextCommand(rest); next !== null; next = nextCommand(rest)) {
        rest = rest.slice(next.length);
        take(next, accepted);
      }
    },
  };
  const take = ({ form, argv }: UpCommand, accepted: boolean): void => {
    if (form === 'newline') {
      up.newlines++;
      return;
    }
    up.forms.add(form);
    if (/^replconf$/i.test(argv[0]!) && /^ack$/i.test(argv[1] ?? '')) up.acks.push(Number(argv[2]));
    else (accepted ? up.later : up.sent).push(argv.join(' '));
  };
  return up;
}

interface UpCommand {
  readonly form: 'inline' | 'resp' | 'newline';
  readonly argv: readonly string[];
  readonly length: number;
}

/** The first whole command of a text, or null when none is complete. */
function nextCommand(text: string): UpCommand | null {
  const end = text.indexOf('\n');
  if (end < 0) return null;
  const line = text.slice(0, end).replace(/\r$/, '');
  if (line === '') return { form: 'newline', argv: [], length: end + 1 };
  if (!line.startsWith('*')) return { form: 'inline', argv: line.split(' '), length: end + 1 };
  const argv: string[] = [];
  let at = end + 1;
  for (let left = Number(line.slice(1)); left > 0; left--) {
    const headEnd = text.indexOf('\r\n', at);
    if (headEnd < 0) return null;
    const start = headEnd + 2;
    const length = Number(text.slice(at + 1, headEnd));
    if (text.length < start + length + 2) return null;
    argv.push(text.slice(start, start + length));
    at = start + length + 2;
  }
  return { form: 'resp', argv, length: at };
}

/** Null when there were none. */
function acksOf(offsets: readonly number[]): JsonObject | null {
  if (offsets.length === 0) return null;
  return {
    first: offsets[0]!,
    last: offsets.at(-1)!,
    distinct: [...new Set(offsets)],
    in_order: offsets.every((offset, i) => i === 0 || offsets[i - 1]! <= offset),
    count: once(offsets.length),
  };
}

// ------------------------------------------------------------------ what the master sends

interface Downward {
  readonly received: string[];
  /** The master agreed to a sync: what follows is a file or stream, and what the replica says is no handshake. */
  readonly accepted: boolean;
  /** Keep-alive newlines before the file. */
  readonly newlines: number;
  readonly framing: 'length' | 'eof' | null;
  readonly announced: number | null;
  readonly fileBytes: number;
  readonly complete: boolean;
  text(text: string): void;
  file(bytes: number): void;
  stream(firstOffset: number | null): JsonObject;
}

function downward(sent: () => readonly string[]): Downward {
  let state: 'handshake' | 'file' | 'stream' = 'handshake';
  let rest = '';
  let endMark = '';
  const stream = streamDigest();
  const received: string[] = [];
  const down = {
    received,
    accepted: false,
    newlines: 0,
    framing: null as 'length' | 'eof' | null,
    announced: null as number | null,
    fileBytes: 0,
    complete: false,
    text(text: string): void {
      if (state === 'stream') return stream.add(text);
      rest += text;
      while (state === 'handshake') {
        const end = rest.indexOf('\n');
        if (end < 0) return;
        const line = rest.slice(0, end).replace(/\r$/, '');
        rest = rest.slice(end + 1);
        takeLine(line);
      }
      if (isIn('file')) takeFileText();
      if (rest !== '' && isIn('stream')) {
        stream.add(rest);
        rest = '';
      }
    },
    file(bytes: number): void {
      down.fileBytes += bytes;
      if (down.framing === 'length' && down.fileBytes >= down.announced!) endFile();
    },
    stream: (firstOffset: number | null): JsonObject => stream.row(firstOffset),
  };
  // The state as it is now, whatever was concluded from it above.
  const isIn = (one: typeof state): boolean => state === one;
  const endFile = (): void => {
    down.complete = true;
    state = 'stream';
  };
  const takeLine = (line: string): void => {
    if (line === '') {
      down.newlines++;
    } else if (line.startsWith('$')) {
      down.accepted = true;
      state = 'file';
      const mark = /^\$EOF:(.{40})$/.exec(line);
      down.framing = mark === null ? 'length' : 'eof';
      if (mark === null) down.announced = Number(line.slice(1));
      else endMark = mark[1]!;
      if (down.announced === 0) endFile();
    } else {
      const request = sent()[received.length] ?? '';
      received.push(line);
      if (!isSyncRequest(request)) return;
      if (line.startsWith('+CONTINUE')) state = 'stream';
      if (!line.startsWith('-')) down.accepted = true;
    }
  };
  /** Text in a file: its end mark, or the file itself where somebody sends it as bytes. */
  const takeFileText = (): void => {
    if (down.framing === 'length') {
      const bytes = Math.min(rest.length, down.announced! - down.fileBytes);
      rest = rest.slice(bytes);
      return down.file(bytes);
    }
    const at = rest.indexOf(endMark);
    if (at >= 0) {
      down.fileBytes += at;
      rest = rest.slice(at + END_MARK_BYTES);
      endFile();
    } else if (rest.length > END_MARK_BYTES) {
      down.fileBytes += rest.length - END_MARK_BYTES;
      rest = rest.slice(-END_MARK_BYTES);
    }
  };
  return down;
}

/** Each PSYNC or SYNC with the line that answered it; null when none came (a file answers SYNC without a line). */
function pairs(sent: readonly string[], received: readonly string[]): (string | null)[][] {
  return sent.flatMap((request, i) => (isSyncRequest(request) ? [[request, received[i] ?? null]] : []));
}

function outcomeOf(request: string, reply: string | null, down: Downward): string {
  if (reply === null) {
    if (!/^SYNC\b/i.test(request) || down.framing === null) return '?';
    return down.complete ? 'F' : 'f';
  }
  if (reply.startsWith('-')) return reply.split(' ', 1)[0]!;
  if (reply.startsWith('+CONTINUE')) return 'P';
  return down.complete ? 'F' : 'f';
}

/** The number of the first stream byte: after the offset of +FULLRESYNC, or the one asked for; null with SYNC. */
function firstOffset([request, reply]: readonly (string | null)[]): number | null {
  const full = /^\+FULLRESYNC \S+ (-?\d+)/.exec(reply ?? '');
  if (full !== null) return Number(full[1]) + 1;
  const asked = /^PSYNC \S* (-?\d+)/i.exec(request ?? '');
  return asked === null || reply === null ? null : Number(asked[1]);
}

interface StreamDigest {
  add(text: string): void;
  row(firstOffset: number | null): JsonObject;
}

/** Counts and hashes a stream; keeps its text while that is short. */
function streamDigest(): StreamDigest {
  const hash = createHash('sha256');
  let bytes = 0;
  let text = '';
  return {
    add(part) {
      hash.update(part, 'latin1');
      bytes += part.length;
      if (bytes <= KEPT_TEXT_BYTES) text += part;
      else text = '';
    },
    row(firstOffset) {
      if (bytes > KEPT_TEXT_BYTES) return { first_offset: firstOffset, bytes, sha256: hash.copy().digest('hex') };
      const given = maskTimes(text);
      const sha256 = createHash('sha256').update(given, 'latin1').digest('hex');
      return { first_offset: firstOffset, bytes, sha256, text: given };
    },
  };
}

/** Times of day inside stream text (PXAT, PEXPIREAT …) become T, of the same length; a time far from today's was written by the author. */
export function maskTimes(text: string): string {
  return text.replace(/(?<=\r\n\$(?:10|13)\r\n)1\d{9}(?:\d{3})?(?=\r\n)/g, (time) => 'T'.repeat(time.length));
}
