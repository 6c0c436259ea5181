/**
 * A bare connection that says what a replica would: REPLCONF capa …, PSYNC id offset. It reads the answer, counts the
 * bytes that follow +CONTINUE for a moment, and hangs up: for lessons on the edges of the backlog.
 */
import type { Input } from '../redis/inputs.ts';
import { unpack } from '../redis/protocol/batch.ts';
import { command } from '../redis/protocol/make.ts';
import type { Piece } from '../redis/protocol/payload.ts';
import type { ClientPorts } from './ports.ts';

export interface ProbeRequest {
  readonly replid: string;
  readonly offset: number;
  readonly capa: readonly string[];
}

export interface ProbeAnswer {
  /** The reply line; '' when the connection closed without one. */
  readonly reply: string;
  readonly bytesAfter: number;
}

const FD = -1;
/** How long stream bytes are waited for after +CONTINUE, µs. */
const LISTEN_US = 300_000;
/** After hanging up on a full resync: the time in which the server notices, stops the save for nobody and reaps the child, µs. */
const SETTLE_US = 700_000;
/** After hanging up otherwise, µs. */
const NOTICE_US = 5_000;

export class Probe {
  private readonly ports: ClientPorts;
  private readonly request: ProbeRequest;
  private readonly done: (answer: ProbeAnswer) => void;
  private reply = '';
  private bytesAfter = 0;
  private asked = false;
  private hungUp = false;
  private ended = false;

  constructor(ports: ClientPorts, address: { readonly host: string; readonly port: number }, request: ProbeRequest, done: (answer: ProbeAnswer) => void) {
    this.ports = ports;
    this.request = request;
    this.done = done;
    ports.connect(FD, address.host, address.port);
  }

  step(input: Input): void {
    if (this.ended) return;
    if (input.type === 'connected') this.introduce();
    else if (input.type === 'closed' || input.type === 'connectFailed') this.end();
    else if (input.type === 'timer') this.timer();
    else if (input.type === 'received') this.answered(input.piece);
  }

  private introduce(): void {
    const { capa } = this.request;
    if (capa.length === 0) return this.ask();
    this.say(['REPLCONF', ...capa.flatMap((word) => ['capa', word])]);
  }

  private ask(): void {
    this.asked = true;
    this.say(['PSYNC', this.request.replid, String(this.request.offset)]);
  }

  private answered(piece: Piece): void {
    const { payload } = piece;
    if (payload.kind === 'batch') return unpack(payload, piece.from, piece.to, (part) => this.answered(part));
    if (payload.kind !== 'line') {
      if (this.reply.startsWith('+CONTINUE')) this.bytesAfter += piece.to - piece.from;
      return;
    }
    if (piece.to !== payload.size || payload.text === '\n') return;
    if (!this.asked) return this.ask();
    if (this.reply !== '') return;
    this.reply = payload.text.replace(/\r\n$/, '');
    if (this.reply.startsWith('+CONTINUE')) this.ports.arm('client', LISTEN_US);
    else this.hangUp();
  }

  private hangUp(): void {
    this.ports.close(FD);
    this.hungUp = true;
    this.ports.arm('client', this.reply.startsWith('+FULLRESYNC') ? SETTLE_US : NOTICE_US);
  }

  private timer(): void {
    if (this.hungUp) this.end();
    else this.hangUp();
  }

  private say(argv: readonly string[]): void {
    const message = command(argv);
    this.ports.send(FD, { payload: message, from: 0, to: message.size });
  }

  private end(): void {
    this.ended = true;
    this.done({ reply: this.reply, bytesAfter: this.bytesAfter });
  }
}
