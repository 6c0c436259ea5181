/**
 * A load: so many operations a second on one node, evenly or at random, whether or not the replies keep up.
 * A connection that breaks is opened again after a second; what would have been written meanwhile is not made up for.
 */
import type { Input } from '../redis/inputs.ts';
import { command, synthetic } from '../redis/protocol/make.ts';
import type { Bytes, Command, Reply } from '../redis/protocol/payload.ts';
import { type ClientAddress, ClientConnection } from './connection.ts';
import type { ClientPorts } from './ports.ts';

/** What a load does, resolved: µs, bytes. */
export interface LoadPlan {
  readonly operation: 'write' | 'read';
  readonly rate: { readonly count: number; readonly perUs: number };
  readonly pacing: 'even' | 'poisson';
  readonly key: { readonly before: string; readonly range: { readonly from: number; readonly to: number } | null; readonly after: string };
  readonly valueBytes: { readonly from: number; readonly to: number };
  readonly db: number;
}

export interface LoadCounts {
  sent: number;
  acknowledged: number;
  errors: number;
}

const RECONNECT_US = 1_000_000;

export class Load {
  readonly counts: LoadCounts = { sent: 0, acknowledged: 0, errors: 0 };
  private readonly ports: ClientPorts;
  private readonly plan: LoadPlan;
  /** µs to the next operation when pacing is poisson. */
  private readonly drawGapUs: () => number;
  private readonly connection: ClientConnection;
  private running = false;
  private beganUs = 0;
  /** Operations that were due since the beginning, done or not. */
  private due = 0;
  private nextUs = 0;
  private retryUs = -1;
  private selecting = false;

  constructor(ports: ClientPorts, address: ClientAddress, plan: LoadPlan, drawGapUs: () => number) {
    this.ports = ports;
    this.plan = plan;
    this.drawGapUs = drawGapUs;
    this.connection = new ClientConnection(ports, address, (reply) => this.replied(reply));
  }

  get isRunning(): boolean {
    return this.running;
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.beganUs = this.ports.nowUs();
    this.due = 0;
    this.nextUs = this.beganUs;
    if (this.plan.pacing === 'poisson') this.nextUs += this.drawGapUs();
    this.connection.open();
    this.armNext();
  }

  stop(): void {
    this.running = false;
    this.ports.disarm('client');
  }

  step(input: Input): void {
    if (input.type === 'timer') return this.tick();
    const { happened, lost } = this.connection.take(input);
    this.counts.errors += lost;
    if (happened === 'opened' && this.plan.db !== 0) {
      this.selecting = true;
      this.connection.request(command(['SELECT', String(this.plan.db)]));
    }
    if (happened === 'closed' && this.running) {
      this.retryUs = this.ports.nowUs() + RECONNECT_US;
      this.armNext();
    }
  }

  private tick(): void {
    const now = this.ports.nowUs();
    if (this.retryUs >= 0 && now >= this.retryUs) {
      this.retryUs = -1;
      this.connection.open();
    }
    while (this.running && now >= this.nextUs) {
      this.operate();
      this.due += 1;
      this.nextUs = this.plan.pacing === 'even' ? this.beganUs + this.evenUs(this.due) : this.nextUs + this.drawGapUs();
    }
    if (this.running) this.armNext();
  }

  /** When operation number `n` is due, µs after the beginning: exact, however long the load runs. */
  private evenUs(n: number): number {
    const { count, perUs } = this.plan.rate;
    const whole = Math.floor(n / count);
    return whole * perUs + Math.floor(((n - whole * count) * perUs) / count);
  }

  private armNext(): void {
    const next = this.retryUs >= 0 ? Math.min(this.retryUs, this.nextUs) : this.nextUs;
    this.ports.arm('client', Math.max(next - this.ports.nowUs(), 0));
  }

  private operate(): void {
    if (this.connection.state !== 'open') return;
    this.counts.sent += 1;
    this.connection.request(this.plan.operation === 'write' ? this.write() : command(['GET', this.key()]));
  }

  private write(): Command {
    const { from, to } = this.plan.valueBytes;
    const length = from + this.ports.random.below(to - from + 1);
    const value: Bytes = synthetic(this.ports.random.below(0x1_0000_0000), length);
    return command(['SET', this.key(), value]);
  }

  private key(): string {
    const { before, range, after } = this.plan.key;
    return range === null ? before + after : `${before}${range.from + this.ports.random.below(range.to - range.from + 1)}${after}`;
  }

  private replied(reply: Reply): void {
    if (this.selecting) this.selecting = false;
    else if (reply.type === 'error') this.counts.errors += 1;
    else this.counts.acknowledged += 1;
  }
}
