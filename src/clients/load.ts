/**
 * A load: operations on one server or on several in turn, over one connection or many, either so many a second, evenly, at
 * random or in bursts, whether or not the replies keep up; or unpaced, as quickly as replies come.
 * A connection that breaks is opened again after a second; what would have been said meanwhile is not made up for.
 */
import type { Input } from '../redis/inputs.ts';
import type { Fd } from '../redis/ports.ts';
import { command } from '../redis/protocol/make.ts';
import type { Command, Reply } from '../redis/protocol/payload.ts';
import { type ClientAddress, ClientConnection } from './connection.ts';
import type { ClientPorts } from './ports.ts';
import { fill, type Filling, type Operation, type TemplateWord } from './template.ts';

/** What a load does, resolved: µs, bytes. */
export interface LoadPlan extends Filling {
  readonly operations: readonly Operation[];
  /** null: unpaced. */
  readonly rate: Rate | null;
  readonly pacing: 'even' | 'poisson' | 'bursty';
  /** Operations that come together when bursty. */
  readonly burst: number;
  /** Unpaced: operations said together; the next come when all of these are answered. */
  readonly pipeline: number;
  /** To each server. */
  readonly connections: number;
  readonly db: number;
}

/** `count` operations in `perUs`. */
export interface Rate {
  readonly count: number;
  readonly perUs: number;
}

/** Of commands; `errors`: error replies, and commands that will never be answered. */
export interface LoadCounts {
  sent: number;
  acknowledged: number;
  errors: number;
}

const RECONNECT_US = 1_000_000;
/** Not waiting to connect again. */
const NO_RETRY = -1;

interface Line {
  readonly connection: ClientConnection;
  retryUs: number;
  /** Replies that are not to operations: to SELECT. */
  ownReplies: number;
}

export class Load {
  readonly counts: LoadCounts = { sent: 0, acknowledged: 0, errors: 0 };
  /** Error replies by their first word (`READONLY`, `MASTERDOWN`), in the order in which they first came. */
  readonly errorsOf: Map<string, number> = new Map<string, number>();
  private readonly ports: ClientPorts;
  private plan: LoadPlan;
  /** µs to the next operation when pacing is poisson and operations come so often on the average. */
  private readonly drawGapUs: (meanUs: number) => number;
  private readonly lines: readonly Line[];
  /** By the number of its connection. */
  private readonly lineOf = new Map<Fd, Line>();
  private readonly totalWeight: number;
  private running = false;
  private beganUs = 0;
  /** Operations that were due since then, done or not. */
  private due = 0;
  private nextUs = 0;
  /** The line that the next operation takes, if it is open. */
  private turn = 0;

  constructor(ports: ClientPorts, addresses: readonly ClientAddress[], plan: LoadPlan, drawGapUs: (meanUs: number) => number) {
    this.ports = ports;
    this.plan = plan;
    this.drawGapUs = drawGapUs;
    this.totalWeight = plan.operations.reduce((sum, { weight }) => sum + weight, 0);
    let fds = 0;
    // Servers in turn, so that a load on several spreads over them from its first operations.
    this.lines = Array.from({ length: plan.connections * addresses.length }, (_, index): Line => {
      const connection: ClientConnection = new ClientConnection(ports, addresses[index % addresses.length]!, (reply) => this.replied(line, reply), (last) => {
        this.lineOf.delete(last);
        this.lineOf.set(--fds, line);
        return fds;
      });
      const line: Line = { connection, retryUs: NO_RETRY, ownReplies: 0 };
      return line;
    });
  }

  /** How long a request took that was answered since the last question, the slowest of all connections; null: none was. And how long the oldest of those followed waits. */
  watchLatency(): { readonly latencyUs: number | null; readonly waitingUs: number } {
    let latencyUs: number | null = null;
    let waitingUs = 0;
    for (const { connection } of this.lines) {
      const one = connection.latency();
      if (one.latencyUs !== null) latencyUs = Math.max(latencyUs ?? 0, one.latencyUs);
      waitingUs = Math.max(waitingUs, one.waitingUs);
    }
    return { latencyUs, waitingUs };
  }

  get isRunning(): boolean {
    return this.running;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.beginPace();
    for (const line of this.lines) {
      line.connection.open();
      this.sayBatch(line);
    }
    this.armNext();
  }

  stop(): void {
    this.running = false;
    this.ports.disarm('client');
  }

  /** Another rate, or other values, from now on. */
  change(changes: Partial<Pick<LoadPlan, 'rate' | 'pacing' | 'burst' | 'pipeline' | 'key' | 'valueBytes'>>): void {
    this.plan = { ...this.plan, ...changes };
    if (!this.running) return;
    this.beginPace();
    for (const line of this.lines) if (line.connection.awaiting === 0) this.sayBatch(line);
    this.armNext();
  }

  step(input: Input): void {
    if (input.type === 'timer') return this.tick();
    if (!('fd' in input)) return;
    const line = this.lineOf.get(input.fd);
    if (line === undefined) return;
    const { happened, lost } = line.connection.take(input);
    this.counts.errors += lost;
    if (happened === 'opened') this.opened(line);
    if (happened === 'closed') {
      line.ownReplies = 0;
      if (!this.running) return;
      line.retryUs = this.ports.nowUs() + RECONNECT_US;
      this.armNext();
    }
  }

  private opened(line: Line): void {
    if (this.plan.db !== 0) {
      line.ownReplies = 1;
      line.connection.request(command(['SELECT', String(this.plan.db)]));
    }
    this.sayBatch(line);
  }

  private tick(): void {
    const now = this.ports.nowUs();
    for (const line of this.lines) {
      if (line.retryUs === NO_RETRY || now < line.retryUs) continue;
      line.retryUs = NO_RETRY;
      line.connection.open();
    }
    while (this.running && now >= this.nextUs) {
      const together = this.plan.pacing === 'bursty' ? this.plan.burst : 1;
      for (let count = 0; count < together; count++) this.operate();
      this.due += together;
      this.nextUs = this.plan.pacing === 'poisson' ? this.nextUs + this.drawGap() : this.beganUs + this.evenUs(this.due);
    }
    if (this.running) this.armNext();
  }

  // ---------------------------------------------------------------- pace

  private beginPace(): void {
    this.beganUs = this.ports.nowUs();
    this.due = 0;
    if (this.plan.rate === null) this.nextUs = Infinity;
    else this.nextUs = this.beganUs + (this.plan.pacing === 'poisson' ? this.drawGap() : 0);
  }

  private drawGap(): number {
    const { rate } = this.plan;
    return rate === null ? Infinity : this.drawGapUs(Math.max(1, Math.round(rate.perUs / rate.count)));
  }

  /** When operation number `n` is due, µs after the beginning: exact, however long the load runs. */
  private evenUs(n: number): number {
    const { rate } = this.plan;
    if (rate === null) return Infinity;
    const whole = Math.floor(n / rate.count);
    return whole * rate.perUs + Math.floor(((n - whole * rate.count) * rate.perUs) / rate.count);
  }

  private armNext(): void {
    let next = this.nextUs;
    for (const { retryUs } of this.lines) if (retryUs !== NO_RETRY && retryUs < next) next = retryUs;
    if (next !== Infinity) this.ports.arm('client', Math.max(next - this.ports.nowUs(), 0));
    else this.ports.disarm('client');
  }

  // ---------------------------------------------------------------- operations

  /** One operation, on the next line that is open. What comes in bursts waits for a line that is about to be. */
  private operate(): void {
    const line = this.nextLine('open') ?? (this.plan.pacing === 'bursty' ? this.nextLine('connecting') : null);
    if (line === null) return;
    const alone = this.alone();
    if (alone === null) return this.say(line, this.next());
    this.counts.sent += 1;
    line.connection.request(command(fill(alone, this.plan, this.ports.random)));
  }

  /** The usual load says one command, over and over. */
  private alone(): readonly TemplateWord[] | null {
    const { operations } = this.plan;
    return operations.length === 1 && operations[0]!.commands.length === 1 ? operations[0]!.commands[0]! : null;
  }

  private nextLine(state: 'open' | 'connecting'): Line | null {
    const { lines } = this;
    for (let tried = 0; tried < lines.length; tried++) {
      const line = lines[this.turn]!;
      this.turn = this.turn + 1 === lines.length ? 0 : this.turn + 1;
      if (line.connection.state === state) return line;
    }
    return null;
  }

  /** Unpaced: as many operations as the pipeline is deep, in one write. */
  private sayBatch(line: Line): void {
    if (!this.running || this.plan.rate !== null || line.connection.state !== 'open') return;
    const commands: Command[] = [];
    for (let count = 0; count < this.plan.pipeline; count++) commands.push(...this.next());
    this.say(line, commands);
  }

  private say({ connection }: Line, commands: readonly Command[]): void {
    this.counts.sent += commands.length;
    if (commands.length === 1) connection.request(commands[0]!);
    else connection.requestAll(commands);
  }

  private next(): Command[] {
    const { operations } = this.plan;
    const { random } = this.ports;
    let mark = operations.length === 1 ? 0 : random.below(this.totalWeight);
    const operation = operations.find(({ weight }) => (mark -= weight) < 0) ?? operations[0]!;
    return operation.commands.map((words) => command(fill(words, this.plan, random)));
  }

  private replied(line: Line, reply: Reply): void {
    if (line.ownReplies > 0) line.ownReplies -= 1;
    else if (reply.type !== 'error') this.counts.acknowledged += 1;
    else {
      this.counts.errors += 1;
      const code = reply.text.split(' ', 1)[0]!;
      this.errorsOf.set(code, (this.errorsOf.get(code) ?? 0) + 1);
    }
    if (line.connection.awaiting === 0) this.sayBatch(line);
  }
}
