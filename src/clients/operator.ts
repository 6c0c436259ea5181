/**
 * Somebody at a prompt: one lasting connection on which commands are said one after another, each after the reply to the
 * one before, or in batches.
 */
import type { Input } from '../redis/inputs.ts';
import type { Command, Reply } from '../redis/protocol/payload.ts';
import { type ClientAddress, ClientConnection } from './connection.ts';
import type { ClientPorts } from './ports.ts';

/** What was asked for together; `replies` come back in the order of `commands`. */
interface Task {
  readonly commands: readonly Command[];
  readonly batch: number;
  readonly done: (replies: readonly Reply[]) => void;
  readonly replies: Reply[];
  sent: number;
}

const LOST: Reply = { type: 'error', text: 'the connection was lost' };

export class Operator {
  private readonly connection: ClientConnection;
  private readonly tasks: Task[] = [];

  constructor(ports: ClientPorts, address: ClientAddress) {
    this.connection = new ClientConnection(ports, address, (reply) => this.replied(reply));
  }

  /** Says `commands`, `batch` at a time (1: each after the reply to the last), and hands over all replies. */
  say(commands: readonly Command[], batch: number, done: (replies: readonly Reply[]) => void): void {
    this.tasks.push({ commands, batch, done, replies: [], sent: 0 });
    this.connection.open();
    if (this.tasks.length === 1) this.proceed();
  }

  step(input: Input): void {
    const { happened } = this.connection.take(input);
    if (happened === 'closed') this.failed();
  }

  private proceed(): void {
    const task = this.tasks[0];
    if (task === undefined) return;
    if (task.replies.length === task.commands.length) {
      this.tasks.shift();
      task.done(task.replies);
      this.proceed();
      return;
    }
    if (this.connection.awaiting > 0) return;
    this.connection.open();
    const until = Math.min(task.sent + task.batch, task.commands.length);
    const next = task.commands.slice(task.sent, until);
    task.sent = until;
    this.connection.requestAll(next);
  }

  private replied(reply: Reply): void {
    this.tasks[0]?.replies.push(reply);
    this.proceed();
  }

  /** Nobody will answer: what was being said ends here, with an error for each command. */
  private failed(): void {
    const task = this.tasks.shift();
    if (task === undefined) return;
    while (task.replies.length < task.commands.length) task.replies.push(LOST);
    task.done(task.replies);
    this.proceed();
  }
}
