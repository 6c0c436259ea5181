/**
 * Real bytes become messages again, however they were cut on the way: what `encode.ts` wrote is read by somebody who knows only RESP.
 *
 * The caller says what it expects next, since the same bytes mean different things at different times: a request (of a
 * client, or the command stream of a master), a reply, a line of the handshake, or plain bytes (a file). Nothing is
 * copied before it is complete, so a large argument that comes in a thousand pieces costs no more than in one.
 */
import type { Bytes, Command, Line, Reply, ReplyMessage } from '../../../src/redis/protocol/payload.ts';
import { command, line, reply } from '../../../src/redis/protocol/make.ts';

export interface Decoder {
  /** Received and not yet taken; the first `at` bytes of it are. */
  buffer: string;
  at: number;
  /** A request of which some arguments were read. */
  request: { readonly argc: number; readonly argv: Bytes[]; next: number | null } | null;
  /** proto-max-bulk-len */
  readonly longestBulk: number;
}

/** In Redis' own words, to be sent as `-ERR Protocol error: …` before the connection is closed. */
export interface ProtocolError {
  readonly kind: 'protocol-error';
  readonly text: string;
}

export function createDecoder(longestBulk: number = 512 * 1024 * 1024): Decoder {
  return { buffer: '', at: 0, request: null, longestBulk };
}

/** One byte per character. */
export function feed(decoder: Decoder, bytes: string): void {
  decoder.buffer = decoder.at === decoder.buffer.length ? bytes : decoder.buffer.slice(decoder.at) + bytes;
  decoder.at = 0;
}

/** At most `most` bytes, as many as there are. */
export function takeBytes(decoder: Decoder, most: number): string {
  const taken = decoder.buffer.slice(decoder.at, decoder.at + most);
  decoder.at += taken.length;
  return taken;
}

/** Everything up to the next `\n`, it included; null: not there yet. */
export function takeLine(decoder: Decoder): Line | null {
  const end = decoder.buffer.indexOf('\n', decoder.at);
  if (end < 0) return null;
  const text = decoder.buffer.slice(decoder.at, end + 1);
  decoder.at = end + 1;
  return line(text);
}

/** Lines longer than this are refused: inline requests, and the counts in front of arrays and strings. */
const LONGEST_LINE = 64 * 1024;
const MOST_ARGUMENTS = 2_147_483_647;

/**
 * The next request: an array of strings is a command, anything else a line, also an empty one (networking.c:
 * processInlineBuffer, processMultibulkBuffer). null: not there yet.
 */
export function takeRequest(decoder: Decoder): Command | Line | ProtocolError | null {
  if (decoder.request === null) {
    if (decoder.at >= decoder.buffer.length) return null;
    const isArray = decoder.buffer[decoder.at] === '*';
    const head = takeLine(decoder);
    if (head === null) {
      const tooLong = decoder.buffer.length - decoder.at > LONGEST_LINE;
      return tooLong ? protocolError(isArray ? 'too big mbulk count string' : 'too big inline request') : null;
    }
    if (!isArray) return head;
    const argc = lineNumber(head);
    if (argc === null || argc > MOST_ARGUMENTS) return protocolError('invalid multibulk length');
    // `*-1` says nothing, and counts in a stream like any other bytes.
    if (argc < 0) return head;
    decoder.request = { argc, argv: [], next: null };
  }

  const { request } = decoder;
  while (request.argv.length < request.argc) {
    if (request.next === null) {
      const first = decoder.buffer[decoder.at];
      if (first !== undefined && first !== '$') return protocolError(`expected '$', got '${first}'`);
      const head = takeLine(decoder);
      if (head === null) return decoder.buffer.length - decoder.at > LONGEST_LINE ? protocolError('too big bulk count string') : null;
      const length = lineNumber(head);
      if (length === null || length < 0 || length > decoder.longestBulk) return protocolError('invalid bulk length');
      request.next = length;
    }
    const argument = takeBulk(decoder, request.next);
    if (argument === null) return null;
    request.argv.push(argument);
    request.next = null;
  }
  decoder.request = null;
  return command(request.argv);
}

/** The next reply, RESP2; null: not there yet. */
export function takeReply(decoder: Decoder): ReplyMessage | ProtocolError | null {
  const start = decoder.at;
  const value = readReply(decoder);
  if (value === null) decoder.at = start;
  return value === null || 'kind' in value ? value : reply(value);
}

function readReply(decoder: Decoder): Reply | ProtocolError | null {
  const head = takeLine(decoder);
  if (head === null) return null;
  const text = head.text.slice(1, head.text.endsWith('\r\n') ? -2 : -1);
  const number = lineNumber(head);
  switch (head.text[0]) {
    case '+':
      return { type: 'status', text };
    case '-':
      return { type: 'error', text };
    case ':':
      return number === null ? protocolError('invalid integer') : { type: 'integer', value: number };
    case '$': {
      if (number === -1) return { type: 'nil' };
      if (number === null || number < 0) return protocolError('invalid bulk length');
      const value = takeBulk(decoder, number);
      return value === null ? null : { type: 'bulk', value };
    }
    case '*': {
      if (number === -1) return { type: 'nil-array' };
      if (number === null || number < 0) return protocolError('invalid multibulk length');
      const items: Reply[] = [];
      while (items.length < number) {
        const item = readReply(decoder);
        if (item === null || 'kind' in item) return item;
        items.push(item);
      }
      return { type: 'array', items };
    }
    default:
      return protocolError(`unexpected reply type '${head.text[0] ?? ''}'`);
  }
}

/** `length` bytes and the line end behind them, which Redis skips unread. */
function takeBulk(decoder: Decoder, length: number): string | null {
  if (decoder.buffer.length - decoder.at < length + 2) return null;
  const bytes = decoder.buffer.slice(decoder.at, decoder.at + length);
  decoder.at += length + 2;
  return bytes;
}

/** The canonical whole number behind the first character of a line; null when there is none. */
function lineNumber({ text }: Line): number | null {
  const match = /^.(0|-?[1-9]\d{0,15})\r?\n$/.exec(text);
  return match === null ? null : Number(match[1]);
}

function protocolError(text: string): ProtocolError {
  return { kind: 'protocol-error', text };
}
