/**
 * Lines that a server answers with instead of carrying a command out, as a proxy in front of it or a renamed command would.
 *
 * It stands between the sockets and the machine: what it answers the machine never hears, nor that the bytes of the answer
 * have left.
 */
import type { Input } from '../redis/inputs.ts';
import { inlineCommand } from '../redis/networking.ts';
import type { Fd } from '../redis/ports.ts';
import { bytesToString, line } from '../redis/protocol/make.ts';
import type { Piece } from '../redis/protocol/payload.ts';

interface Answer {
  /** In capital letters. */
  readonly command: string;
  readonly text: string;
  left: number;
}

export class Answers {
  private list: Answer[] = [];
  /** Bytes of ours in each socket, which the machine did not send. */
  private readonly unsettled = new Map<Fd, number>();

  /** There is something to answer, or bytes of answers are on their way. */
  get inUse(): boolean {
    return this.list.length > 0 || this.unsettled.size > 0;
  }

  /** The next `times` commands of this name are answered so. */
  add(command: string, text: string, times: number): void {
    this.list.push({ command, text: `${text}\r\n`, left: times });
  }

  /** A new process has new sockets. */
  forgetSockets(): void {
    this.unsettled.clear();
  }

  /** What is left of an input for the machine; null: nothing. */
  filter(input: Input, send: (fd: Fd, piece: Piece) => void): Input | null {
    if (input.type === 'drained') return this.settled(input);
    if (this.list.length === 0 || input.type !== 'received') return input;
    const { payload, from, to } = input.piece;
    if ((payload.kind !== 'command' && payload.kind !== 'line') || from !== 0 || to !== payload.size) return input;
    const said = payload.kind === 'line' ? inlineCommand(payload) : payload;
    const name = bytesToString(said?.argv[0] ?? '').toUpperCase();
    const answer = this.list.find(({ command }) => command === name);
    if (answer === undefined) return input;
    answer.left -= 1;
    this.list = this.list.filter(({ left }) => left > 0);
    const reply = line(answer.text);
    this.unsettled.set(input.fd, (this.unsettled.get(input.fd) ?? 0) + reply.size);
    send(input.fd, { payload: reply, from: 0, to: reply.size });
    return null;
  }

  private settled(input: Extract<Input, { type: 'drained' }>): Input | null {
    const ours = Math.min(this.unsettled.get(input.fd) ?? 0, input.bytes);
    if (ours === 0) return input;
    this.unsettled.set(input.fd, (this.unsettled.get(input.fd) ?? 0) - ours);
    return ours === input.bytes ? null : { ...input, bytes: input.bytes - ours };
  }
}
