/**
 * A server's ports: each order goes to the process, to the children, to the work in the foreground or to the disk of its node.
 *
 * A class, since with thousands of nodes an object of closures would be thousands of closures.
 */
import type { DetailKind, RedisFact } from '../redis/facts.ts';
import { type AofFile, putAof } from '../redis/persistence/aof.ts';
import type { RdbImage } from '../redis/persistence/rdb.ts';
import type { ChildJob, Fd, Ports, Random, TimerName } from '../redis/ports.ts';
import type { Piece } from '../redis/protocol/payload.ts';
import type { Kernel } from '../kernel/index.ts';
import { KIND, type Trace } from '../trace/trace.ts';
import type { Node } from './node.ts';
import type { Process } from './process.ts';

export class NodePorts implements Ports {
  readonly random: Random;
  private readonly node: Node;
  private readonly process: Process;
  private readonly kernel: Kernel;
  private readonly trace: Trace;
  private readonly index: number;
  /** Its wall clock at virtual time 0: seconds since the Unix epoch, and µs. Two small integers: a larger number is an object of its own. */
  private readonly epochS: number;
  private readonly phaseUs: number;

  constructor(node: Node, process: Process) {
    this.node = node;
    this.process = process;
    this.kernel = node.world.kernel;
    this.trace = node.world.trace;
    this.index = node.index;
    const wallAtZeroUs = node.wallUs() - this.kernel.nowUs;
    this.epochS = Math.floor(wallAtZeroUs / 1_000_000);
    this.phaseUs = (wallAtZeroUs % 1_000_000) | 0;
    this.random = node.world.streams.stream(`redis/${node.name}`);
  }

  nowUs(): number {
    return this.kernel.nowUs;
  }
  wallUs(): number {
    return this.epochS * 1_000_000 + (this.phaseUs + this.kernel.nowUs);
  }

  connect(fd: Fd, host: string, port: number): void {
    this.process.connect(fd, host, port);
  }
  send(fd: Fd, piece: Piece): void {
    this.process.send(fd, piece);
  }
  close(fd: Fd): void {
    if (!this.node.children.keeps(this.process, fd)) this.process.close(fd);
  }
  shutDown(fd: Fd): void {
    this.node.children.shutDown(this.process, fd);
  }
  pauseReading(fd: Fd): void {
    this.process.pauseReading(fd);
  }
  resumeReading(fd: Fd): void {
    this.process.resumeReading(fd);
  }

  arm(timer: TimerName, delayUs: number): void {
    this.process.arm(timer, delayUs);
  }
  disarm(timer: TimerName): void {
    this.process.disarm(timer);
  }

  fork(job: ChildJob): void {
    this.node.children.fork(this.process, job);
  }
  killChild(): void {
    this.node.children.kill(this.process);
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
    this.node.foreground.flush(this.process, bytes, steps);
  }
  writeBack(bytes: number): void {
    this.node.foreground.writeBack(bytes);
  }
  install(bytes: number): void {
    this.node.foreground.install(this.process, bytes);
  }
  load(bytes: number, delayUs: number): void {
    this.node.foreground.load(this.process, bytes, delayUs);
  }
  loadFromSocket(fd: Fd, first: Piece, order: Parameters<Ports['loadFromSocket']>[2]): void {
    this.node.foreground.loadFromSocket(this.process, fd, first, order);
  }
  endSocketLoad(): void {
    this.node.foreground.endSocketLoad(this.process);
  }
  save(bytes: number): void {
    this.node.foreground.save(this.process, bytes);
  }
  block(us: number): void {
    this.node.foreground.block(this.process, us);
  }
  putRdb(image: RdbImage | null): void {
    this.node.putRdb(image);
  }
  putAof(file: AofFile): void {
    putAof(this.node.files, file);
  }
  exit(): void {
    this.node.ended('exit', this.process.cause);
  }

  tell(fact: RedisFact): void {
    this.process.cause = this.node.world.tell(this.index, this.process.cause, fact);
  }
  detail(kind: DetailKind, a: number, b: number, c: number): void {
    this.trace.detail(this.kernel.nowUs, this.index, KIND[kind], a, b, c);
  }
}
