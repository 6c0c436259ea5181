/**
 * An observer of the stream: it attaches as a replica does (PING, REPLCONF capa, PSYNC), takes the file in without reading it,
 * acknowledges each second, and hands on every piece of the stream. To its master it is a replica like any other; a connection
 * that breaks is opened again after a second and asks for what comes next. A master that does not know PSYNC (2.6) is told SYNC:
 * there its stream has no offsets, so bytes are counted from the file on, nothing is acknowledged, and who comes back begins anew.
 */
import type { Input } from '../redis/inputs.ts';
import { unpack } from '../redis/protocol/batch.ts';
import { command } from '../redis/protocol/make.ts';
import type { Line, Piece } from '../redis/protocol/payload.ts';
import type { ClientAddress } from './connection.ts';
import type { ClientPorts } from './ports.ts';

const ACK_US = 1_000_000;
const RECONNECT_US = 1_000_000;
const END_MARK_BYTES = 40;

/** What the next line answers, or what comes. */
type State = 'closed' | 'connecting' | 'ping' | 'auth' | 'capa' | 'psync' | 'file-header' | 'file' | 'end-mark' | 'stream';

export interface ObserverEvents {
  /** It was told `+FULLRESYNC` or `+CONTINUE`: what comes next is byte `offset` + 1 of this history. */
  attached(how: 'full' | 'partial', replid: string, offset: number): void;
  /** Stream bytes, numbered from `offset` + 1 on, in order and without gaps. */
  heard(piece: Piece, offset: number): void;
  /** The connection broke, or could not be made, or the master said no. */
  lost(why: string): void;
}

export class Observer {
  state: State = 'closed';
  replid = '?';
  /** The last byte of the stream that it has. */
  offset = -1;
  /** This connection was made by SYNC. */
  private syncOnly = false;
  private readonly ports: ClientPorts;
  private readonly address: ClientAddress;
  private readonly events: ObserverEvents;
  private fd = 0;
  private running = false;
  /** Bytes of the file that are still to come; -1: until the end mark. */
  private fileLeft = 0;

  constructor(ports: ClientPorts, address: ClientAddress, events: ObserverEvents) {
    this.ports = ports;
    this.address = address;
    this.events = events;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.connect();
  }

  stop(): void {
    this.running = false;
    this.ports.disarm('client');
    if (this.state !== 'closed') this.ports.close(this.fd);
    this.state = 'closed';
  }

  step(input: Input): void {
    if (!this.running) return;
    if (input.type === 'timer') {
      if (this.state === 'closed') this.connect();
      else if (this.state === 'stream' && !this.syncOnly) this.acknowledge();
    } else if (!('fd' in input) || input.fd !== this.fd) return;
    else if (input.type === 'connected') this.say('ping', ['PING']);
    else if (input.type === 'closed') this.fail(`closed (${input.why})`);
    else if (input.type === 'connectFailed') this.fail(input.why);
    else if (input.type === 'received') this.received(input.piece);
  }

  private connect(): void {
    this.state = 'connecting';
    if (this.syncOnly) this.offset = -1;
    this.syncOnly = false;
    this.fd -= 1;
    this.ports.connect(this.fd, this.address.host, this.address.port);
  }

  private fail(why: string): void {
    if (this.state !== 'closed' && this.state !== 'connecting') this.ports.close(this.fd);
    this.state = 'closed';
    this.events.lost(why);
    this.ports.arm('client', RECONNECT_US);
  }

  private received(piece: Piece): void {
    const { payload, from, to } = piece;
    if (payload.kind === 'batch') return unpack(payload, from, to, (part) => this.received(part));
    if (payload.kind === 'rdb') return this.fileBytes(to - from);
    if (payload.kind === 'stream' || (this.state === 'stream' && this.syncOnly)) return this.streamBytes(piece);
    if (payload.kind !== 'line' || to !== payload.size) return;
    // Newlines keep the connection alive.
    if (payload.text !== '\n') this.line(payload);
  }

  private line({ text, size }: Line): void {
    if (this.state === 'end-mark' || (this.state === 'file' && this.fileLeft < 0 && size === END_MARK_BYTES)) return this.loaded();
    if (this.state === 'file-header') {
      if (!text.startsWith('$')) return this.fail(text.trim());
      const length = /^\$(\d+)\r\n$/.exec(text)?.[1];
      this.fileLeft = length === undefined ? -1 : Number(length);
      this.state = 'file';
      if (this.fileLeft === 0) this.loaded();
      return;
    }
    // replication.c: syncWithMaster. Nobody must know every capability, nor PSYNC.
    if (this.state === 'psync' && text.startsWith("-ERR unknown command 'PSYNC'")) return this.fileAsOfOld();
    if (text.startsWith('-') && this.state !== 'capa') return this.fail(text.slice(1).trim());
    if (this.state === 'ping') return this.address.password === '' ? this.capabilities() : this.say('auth', ['AUTH', this.address.password]);
    if (this.state === 'auth') return this.capabilities();
    if (this.state === 'capa') return this.say('psync', ['PSYNC', this.replid, String(this.offset < 0 ? -1 : this.offset + 1)]);
    if (this.state === 'psync') this.verdict(text.trim().split(' '));
  }

  private capabilities(): void {
    this.say('capa', ['REPLCONF', 'capa', 'eof', 'capa', 'psync2']);
  }

  private verdict([word = '', replid = '', offset = '']: readonly string[]): void {
    if (word === '+FULLRESYNC') {
      this.replid = replid;
      this.offset = Number(offset);
      this.state = 'file-header';
      this.events.attached('full', replid, this.offset);
    } else if (word === '+CONTINUE') {
      if (replid !== '') this.replid = replid;
      this.state = 'stream';
      this.events.attached('partial', this.replid, this.offset);
      this.acknowledge();
    } else this.fail(word);
  }

  private fileAsOfOld(): void {
    this.say('file-header', ['SYNC']);
    this.syncOnly = true;
    this.offset = 0;
    this.events.attached('full', '', 0);
  }

  private fileBytes(bytes: number): void {
    if (this.fileLeft < 0) return;
    this.fileLeft -= bytes;
    if (this.fileLeft === 0) this.loaded();
  }

  /** The stream of a diskless sync begins with the first acknowledgement. */
  private loaded(): void {
    this.state = 'stream';
    if (!this.syncOnly) this.acknowledge();
  }

  private streamBytes(piece: Piece): void {
    this.events.heard(piece, this.offset);
    this.offset += piece.to - piece.from;
  }

  private acknowledge(): void {
    this.send(['REPLCONF', 'ACK', String(this.offset)]);
    this.ports.arm('client', ACK_US);
  }

  private say(next: State, argv: readonly string[]): void {
    this.state = next;
    this.send(argv);
  }

  private send(argv: readonly string[]): void {
    const message = command(argv);
    this.ports.send(this.fd, { payload: message, from: 0, to: message.size });
  }
}
