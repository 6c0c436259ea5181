/**
 * A process that runs a server: what the server orders goes to its sockets and timers, or to the children, the work in the
 * foreground and the disk of its node.
 *
 * Process, machine and ports in one object, since every delivery needs all three: with thousands of nodes, time goes by in
 * fetching their memory.
 */
import type { DetailKind, RedisFact } from '../redis/facts.ts';
import type { Input } from '../redis/inputs.ts';
import { step } from '../redis/machine.ts';
import { type AofFile, putAof } from '../redis/persistence/aof.ts';
import type { RdbImage } from '../redis/persistence/rdb.ts';
import type { ChildJob, Fd, Ports, Random } from '../redis/ports.ts';
import type { Piece } from '../redis/protocol/payload.ts';
import type { Server } from '../redis/server.ts';
import { KIND } from '../trace/trace.ts';
import type { Answers } from './answers.ts';
import type { Node } from './node.ts';
import { type Machine, Process } from './process.ts';

const APPLIED = KIND.applied;

export class ServerProcess extends Process implements Machine, Ports {
  readonly hasTurns = true;
  /** null: it is being made, or has ended. */
  server: Server | null = null;
  /** What it says instead of carrying a command out; null: nothing. */
  answers: Answers | null = null;
  /** What a command costs, µs, and the commands whose time was taken into account. */
  private readonly commandUs: number;
  private commandsCharged = 0;
  /** Its wall clock at virtual time 0: seconds since the Unix epoch, and µs. Two small integers: a larger number is an object of its own. */
  private readonly epochS: number;
  private readonly phaseUs: number;
  readonly node: Node;
  readonly random: Random;

  constructor(node: Node) {
    super(node.world, node.host, node.index);
    this.node = node;
    this.machine = this;
    this.commandUs = node.spec.resources.commandUs;
    const wallAtZeroUs = node.wallUs() - this.kernel.nowUs;
    this.epochS = Math.floor(wallAtZeroUs / 1_000_000);
    this.phaseUs = (wallAtZeroUs % 1_000_000) | 0;
    this.random = node.world.streams.stream(`redis/${node.name}`);
  }

  /** A field of each line of 64 bytes that an input needs, see warm.ts. */
  touch(): number {
    return this.index + this.cause + this.commandUs;
  }

  /** An input for the server. */
  step(input: Input): void {
    const { server } = this;
    if (server === null) return;
    if (this.answers !== null && this.answers.inUse) {
      const left = this.answers.filter(input, (fd, piece) => this.send(fd, piece));
      if (left === null) return;
      step(server, left);
    } else step(server, input);
    if (input.type !== 'turnEnded') return;
    // Everything that was ready is executed in one turn; the time it took is what the next turn waits for.
    const { commandsRun } = server;
    if (commandsRun > this.commandsCharged) this.spend((commandsRun - this.commandsCharged) * this.commandUs);
    this.commandsCharged = commandsRun;
    this.world.somethingHappened();
  }

  override end(): void {
    super.end();
    this.server = null;
  }

  // ---------------------------------------------------------------- orders

  nowUs(): number {
    return this.kernel.nowUs;
  }
  wallUs(): number {
    return this.epochS * 1_000_000 + (this.phaseUs + this.kernel.nowUs);
  }

  /** Its child may have it open, too; then the peer learns of its end with that of the child. */
  override close(fd: Fd): void {
    if (!this.node.children.keeps(this, fd)) super.close(fd);
  }
  shutDown(fd: Fd): void {
    this.node.children.shutDown(this, fd);
  }
  /** For its child, too. */
  closeEverywhere(fd: Fd): void {
    super.close(fd);
  }

  fork(job: ChildJob): void {
    this.node.children.fork(this, job);
  }
  killChild(): void {
    this.node.children.kill(this);
  }
  killChildAndWait(): void {
    this.node.children.killAndWait();
  }
  releaseChild(): void {
    this.node.children.release();
  }
  readPipe(bytes: number): void {
    this.node.children.readPipe(bytes);
  }

  flush(bytes: number, steps: number): void {
    this.node.foreground.flush(this, bytes, steps);
  }
  writeBack(bytes: number): void {
    this.node.foreground.writeBack(bytes);
  }
  install(bytes: number): void {
    this.node.foreground.install(this, bytes);
  }
  load(bytes: number, delayUs: number): void {
    this.node.foreground.load(this, bytes, delayUs);
  }
  loadFromSocket(fd: Fd, first: Piece, order: Parameters<Ports['loadFromSocket']>[2]): void {
    this.node.foreground.loadFromSocket(this, fd, first, order);
  }
  endSocketLoad(): void {
    this.node.foreground.endSocketLoad(this);
  }
  save(bytes: number): void {
    this.node.foreground.save(this, bytes);
  }
  block(us: number): void {
    this.node.foreground.block(this, us);
  }
  putRdb(image: RdbImage | null): void {
    this.node.putRdb(image);
  }
  putAof(file: AofFile): void {
    putAof(this.node.files, file);
  }
  exit(): void {
    this.node.ended('exit', this.cause);
  }

  tell(fact: RedisFact): void {
    this.cause = this.world.tell(this.nameIndex, this.cause, fact);
  }
  detail(kind: DetailKind, a: number, b: number, c: number): void {
    // Nearly all are of this kind; a look into the table takes longer than the rest of this.
    this.trace.detail(this.kernel.nowUs, this.nameIndex, kind === 'applied' ? APPLIED : KIND[kind], a, b, c);
  }
}
