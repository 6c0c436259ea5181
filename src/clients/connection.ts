/**
 * A connection as a client keeps it: opened when needed, with its credit, what is still to be sent, and one answer for each request.
 */
import type { Input } from '../redis/inputs.ts';
import { unpack } from '../redis/protocol/batch.ts';
import { command } from '../redis/protocol/make.ts';
import { type Outbox, writeOut } from '../redis/protocol/outbox.ts';
import type { Fd } from '../redis/ports.ts';
import type { Command, Piece, Reply } from '../redis/protocol/payload.ts';
import type { ClientPorts } from './ports.ts';

export type ConnectionState = 'closed' | 'connecting' | 'open';

/** Whom a client talks to, and the password it was told ('': none). */
export interface ClientAddress {
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

export class ClientConnection {
  state: ConnectionState = 'closed';
  /** Requests sent, or waiting for room, whose reply has not come. */
  awaiting = 0;
  private readonly ports: ClientPorts;
  private readonly address: ClientAddress;
  /** Replies that are nobody's: to AUTH. */
  private ownReplies = 0;
  private readonly onReply: (reply: Reply) => void;
  private readonly nextFd: (last: Fd) => Fd;
  private fd: Fd = 0;
  /** How long one request takes, for whoever looks on: whose reply is awaited (0: nobody's), since when, and how long the last one took. */
  private watched = 0;
  private watchedSinceUs = 0;
  private tookUs: number | null = null;
  private watchesNext = false;
  private readonly outbox: Outbox = { credit: 0, output: [], outputSent: 0 };

  /** `nextFd`: numbers of a process with several connections; never the same twice. */
  constructor(ports: ClientPorts, address: ClientAddress, onReply: (reply: Reply) => void, nextFd: (last: Fd) => Fd = (last) => last - 1) {
    this.ports = ports;
    this.address = address;
    this.onReply = onReply;
    this.nextFd = nextFd;
  }

  open(): void {
    if (this.state !== 'closed') return;
    this.state = 'connecting';
    this.fd = this.nextFd(this.fd);
    this.ports.connect(this.fd, this.address.host, this.address.port);
  }

  /** Sends as soon as the connection is open and its socket has room. */
  request(command: Command): void {
    this.awaiting += 1;
    if (this.watchesNext) this.watch();
    this.outbox.output.push(command);
    this.flush();
  }

  /** A pipeline: they leave in one write if the socket has room for all. */
  requestAll(commands: readonly Command[]): void {
    this.awaiting += commands.length;
    if (this.watchesNext) this.watch();
    for (const command of commands) this.outbox.output.push(command);
    this.flush();
  }

  private watch(): void {
    this.watchesNext = false;
    this.watched = this.awaiting;
    this.watchedSinceUs = this.ports.nowUs();
  }

  /** How long a request took that was answered since the last question (null: none was), and how long one waits by now. The next request is the one that the next question is about. */
  latency(): { readonly latencyUs: number | null; readonly waitingUs: number } {
    const latencyUs = this.tookUs;
    this.tookUs = null;
    if (this.watched === 0) this.watchesNext = true;
    return { latencyUs, waitingUs: this.watched === 0 ? 0 : this.ports.nowUs() - this.watchedSinceUs };
  }

  close(): void {
    if (this.state !== 'closed') this.ports.close(this.fd);
    this.lost();
  }

  /** Requests that will not be answered any more. */
  private lost(): number {
    const unanswered = this.awaiting;
    this.state = 'closed';
    this.awaiting = 0;
    this.watched = 0;
    this.outbox.output = [];
    this.outbox.outputSent = 0;
    this.outbox.credit = 0;
    this.ownReplies = 0;
    return unanswered;
  }

  private authenticate(): void {
    if (this.address.password === '') return;
    this.outbox.output.unshift(command(['AUTH', this.address.password]));
    this.ownReplies = 1;
  }

  private flush(): void {
    if (this.state === 'open') writeOut(this.outbox, this.fd, this.ports);
  }

  /** Takes an input; says what of the connection it changed, and how many requests were lost with it. */
  take(input: Input): { readonly happened: 'opened' | 'closed' | 'nothing'; readonly lost: number } {
    switch (input.type) {
      case 'connected':
        this.state = 'open';
        this.outbox.credit = input.credit;
        this.authenticate();
        this.flush();
        return { happened: 'opened', lost: 0 };
      case 'connectFailed':
      case 'closed':
        return { happened: 'closed', lost: this.lost() };
      case 'drained':
        this.outbox.credit += input.bytes;
        this.flush();
        return NOTHING;
      case 'received': {
        const { payload, from, to } = input.piece;
        if (payload.kind === 'batch') unpack(payload, from, to, (part) => this.received(part));
        else this.received(input.piece);
        return NOTHING;
      }
      default:
        return NOTHING;
    }
  }

  /** A reply counts when its last byte is here. */
  private received(piece: Piece): void {
    const reply = replyOf(piece);
    if (reply === null) return;
    if (this.ownReplies > 0) {
      this.ownReplies -= 1;
      return;
    }
    this.awaiting -= 1;
    if (this.watched > 0 && --this.watched === 0) this.tookUs = this.ports.nowUs() - this.watchedSinceUs;
    this.onReply(reply);
  }
}

const NOTHING = { happened: 'nothing', lost: 0 } as const;

/** The reply that ends with this piece, if one does. */
export function replyOf({ payload, to }: Piece): Reply | null {
  if (payload.kind === 'reply') return to === payload.size ? payload.reply : null;
  if (payload.kind !== 'line' || to !== payload.size) return null;
  const text = payload.text.slice(1).replace(/\r?\n$/, '');
  if (payload.text.startsWith('+')) return { type: 'status', text };
  return payload.text.startsWith('-') ? { type: 'error', text } : null;
}
