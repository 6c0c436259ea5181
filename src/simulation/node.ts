/**
 * A server on its host: what outlives its processes (disk, clock, settings for the next start), and the work of the
 * process that runs now (a load, a save, a child), which takes the time that the node's resources say.
 */
import { createServer, boot } from '../redis/persistence/start.ts';
import { step } from '../redis/machine.ts';
import type { ServerConfig } from '../redis/config.ts';
import type { DetailKind, RedisFact } from '../redis/facts.ts';
import { type AofFile, cutTail } from '../redis/persistence/aof.ts';
import type { RdbImage } from '../redis/persistence/rdb.ts';
import type { ChildJob, DiskFiles, Ports, Random } from '../redis/ports.ts';
import type { Profile } from '../redis/profiles/index.ts';
import type { Server } from '../redis/server.ts';
import type { EventId } from '../kernel/index.ts';
import type { HostId } from '../network/index.ts';
import type { NodeSpec } from '../scenario/scenario.ts';
import { KIND } from '../trace/trace.ts';
import { Process } from './process.ts';
import type { World } from './world.ts';

/** What a `work` event stands for. */
export const Work = { flushed: 0, loadProgress: 1, loaded: 2, saved: 3, unblocked: 4, childProduced: 5, childDone: 6 } as const;

/** 1 GB of resources and rates, bytes. */
const GB = 1_000_000_000;
/** Beside its bytes: a child is made, opens, syncs and renames its file, and ends, µs. Small saves of real servers take as long. */
const CHILD_US = 5_000;
/** A child tells what it wrote into its pipe this often, µs: fine enough for sockets of megabytes. */
const PIPE_STEP_US = 20_000;
/** What a pipe of Linux holds. */
const PIPE_BYTES = 65_536;

interface ChildWork {
  readonly job: ChildJob;
  event: EventId | null;
  /** Bytes the socket child has written into its pipe, and those that the parent has taken out. */
  produced: number;
  read: number;
  /** The pipe is full: it waits for the parent. */
  waits: boolean;
  /** Frozen by the scenario: its next step waits. */
  heldStep: { readonly kind: number; readonly delayUs: number } | null;
  /** It got its signal while it was frozen. */
  killed: boolean;
}

export class Node {
  readonly world: World;
  readonly spec: NodeSpec;
  readonly index: number;
  readonly host: HostId;
  readonly profile: Profile;
  /** Settings of its next start. */
  config: ServerConfig;
  readonly files: DiskFiles = { rdb: null, aof: null };
  process: Process | null = null;
  server: Server | null = null;
  /** The next saving child is frozen as soon as it appears. */
  holdsNextSave = false;
  /** Its host has no power. */
  poweredOff = false;
  /** Sub-second phase of its wall clock, µs. */
  readonly clockPhaseUs: number;
  /** Commands of this process whose time was taken into account. */
  private commandsCharged = 0;
  private child: ChildWork | null = null;
  private foreground: EventId | null = null;
  private progress: EventId | null = null;
  /** Between two moments in which a load lets inputs in, µs. */
  private progressUs = 0;

  constructor(world: World, spec: NodeSpec, index: number, host: HostId, profile: Profile, config: ServerConfig, clockPhaseUs: number) {
    this.world = world;
    this.spec = spec;
    this.index = index;
    this.host = host;
    this.profile = profile;
    this.config = config;
    this.clockPhaseUs = clockPhaseUs;
  }

  get running(): boolean {
    return this.process !== null;
  }

  get name(): string {
    return this.spec.name;
  }

  // ---------------------------------------------------------------- life

  start(cause: number): void {
    if (this.process !== null) return;
    const process = new Process(this.world, this.host, this.index);
    this.process = process;
    this.commandsCharged = 0;
    process.cause = cause;
    process.cause = this.world.tell(-1, cause, { kind: 'process-started', node: this.name, address: this.world.addressOf(this) });
    const server = createServer({
      profile: this.profile, config: this.config, allocator: this.spec.resources.allocator,
      files: this.files, ports: this.ports(process), cronEveryTick: this.world.cronEveryTick, cronSkewUs: this.index,
    });
    this.server = server;
    process.machine = { step: (input) => this.run(server, process, input), hasTurns: true };
    process.listen(this.config.port);
    boot(server);
  }

  /** The process ends, however; what the disk holds stays. */
  ended(how: 'exit' | 'kill' | 'crash', cause: number): void {
    const { process, world } = this;
    if (process === null) return;
    for (const event of [this.child?.event ?? null, this.foreground, this.progress]) if (event !== null) world.kernel.cancel(event);
    this.child = null;
    this.foreground = null;
    this.progress = null;
    // Written is written: the kernel keeps what a killed process handed to it. A power cut keeps what was synced.
    if (this.files.aof !== null) cutTail(this.files.aof, how === 'crash' ? this.files.aof.synced : this.files.aof.written);
    process.end();
    this.process = null;
    this.server = null;
    const fact = world.tell(-1, cause, { kind: 'process-ended', node: this.name, how });
    if (how === 'crash') {
      this.poweredOff = true;
      world.network.crash(this.host, fact);
    }
    else world.network.kill(process.networkId, fact);
    world.somethingHappened();
  }

  private run(server: Server, process: Process, input: Parameters<typeof step>[1]): void {
    step(server, input);
    if (input.type !== 'turnEnded') return;
    // Everything that was ready is executed in one turn; the time it took is what the next turn waits for.
    process.spend(Math.max(server.stats.commands - this.commandsCharged, 0) * this.spec.resources.commandUs);
    this.commandsCharged = server.stats.commands;
    this.world.somethingHappened();
  }

  // ---------------------------------------------------------------- ports

  private ports(process: Process): Ports {
    const { world } = this;
    const { kernel } = world;
    const random: Random = world.streams.stream(`redis/${this.name}`);
    return {
      nowUs: () => kernel.nowUs,
      wallUs: () => world.epochUs + this.clockPhaseUs + kernel.nowUs,
      random,
      connect: (fd, host, port) => process.connect(fd, host, port),
      send: (fd, piece) => process.send(fd, piece),
      close: (fd) => process.close(fd),
      pauseReading: (fd) => process.pauseReading(fd),
      resumeReading: (fd) => process.resumeReading(fd),
      arm: (timer, delayUs) => process.arm(timer, delayUs),
      disarm: (timer) => process.disarm(timer),
      fork: (job) => this.fork(process, job),
      killChild: () => this.killChild(process),
      releaseChild: () => this.releaseChild(process),
      readPipe: (bytes) => this.readPipe(process, bytes),
      flush: (bytes) => this.flush(process, bytes),
      load: (bytes, delayUs) => this.load(process, bytes, delayUs),
      putRdb: (image: RdbImage | null) => { this.files.rdb = image; },
      putAof: (file: AofFile | null) => { this.files.aof = file; },
      save: (bytes) => this.save(process, bytes),
      block: (us) => this.block(process, us),
      exit: () => this.ended('exit', process.cause),
      tell: (fact: RedisFact) => { process.cause = world.tell(this.index, process.cause, fact); },
      detail: (kind: DetailKind, a, b, c) => world.trace.detail(kernel.nowUs, this.index, KIND[kind], a, b, c),
    };
  }

  // ---------------------------------------------------------------- work that takes time

  /** µs that `bytes` take at a rate in bytes per second, rounded up; at least 1. */
  private duration(bytes: number, bytesPerS: number): number {
    return Math.max(1, Math.ceil((bytes / bytesPerS) * 1_000_000));
  }

  private schedule(process: Process, delayUs: number, kind: number): EventId {
    return this.world.kernel.after(delayUs, this.world.handlers.work, process.index, kind);
  }

  /** emptyData serves nobody. */
  private flush(process: Process, bytes: number): void {
    process.hold('flush');
    this.foreground = this.schedule(process, this.duration(bytes, this.spec.resources.flushBytesPerS), Work.flushed);
  }

  /** The process hears nothing while it reads, but for a moment after each interval of bytes (rdb.c: rdbLoadProgressCallback). */
  private load(process: Process, bytes: number, delayUs: number): void {
    const durationUs = this.duration(bytes, this.spec.resources.loadBytesPerS) + delayUs;
    process.hold('load');
    this.foreground = this.schedule(process, durationUs, Work.loaded);
    const interval = this.config['loading-process-events-interval-bytes'];
    if (interval === 0 || bytes <= interval) return;
    this.progressUs = Math.max(1, Math.ceil((durationUs * interval) / bytes));
    this.progress = this.schedule(process, this.progressUs, Work.loadProgress);
  }

  /** In the foreground: nothing else happens in this process. */
  private save(process: Process, bytes: number): void {
    process.hold('save');
    this.foreground = this.schedule(process, this.duration(bytes, this.spec.resources.saveBytesPerS), Work.saved);
  }

  private block(process: Process, us: number): void {
    process.hold('block');
    this.schedule(process, us, Work.unblocked);
  }

  /** Copying the page tables takes the parent's time, in proportion to its memory. */
  private fork(process: Process, job: ChildJob): void {
    const { resources } = this.spec;
    const forkUs = Math.round((job.bytes / GB) * resources.forkUsPerGb);
    process.spend(forkUs);
    this.child = { job, event: null, produced: 0, read: 0, waits: false, heldStep: null, killed: false };
    const socket = job.type === 'rdb' && job.target === 'socket';
    const delayUs = job.type === 'rdb' ? job.delayUs : 0;
    const workUs = CHILD_US + this.duration(job.bytes, resources.saveBytesPerS) + delayUs;
    if (socket) this.childStep(process, Work.childProduced, forkUs + Math.min(workUs, PIPE_STEP_US));
    else this.childStep(process, Work.childDone, forkUs + workUs);
  }

  private childStep(process: Process, kind: number, delayUs: number): void {
    const { child } = this;
    if (child === null) return;
    if (this.holdsNextSave && child.job.type === 'rdb') {
      child.heldStep = { kind, delayUs };
      this.holdsNextSave = false;
      this.world.somethingHappened();
    } else if (child.heldStep !== null) child.heldStep = { kind, delayUs };
    else child.event = this.schedule(process, delayUs, kind);
  }

  /** The saving child is frozen, as the scenario asked. */
  get saveHeld(): boolean {
    return this.child !== null && this.child.heldStep !== null;
  }

  releaseSave(): void {
    const { child, process } = this;
    this.holdsNextSave = false;
    if (child?.heldStep === undefined || child.heldStep === null || process === null) return;
    const { kind, delayUs } = child.heldStep;
    child.heldStep = null;
    if (child.killed) return this.killChild(process);
    child.event = this.schedule(process, delayUs, kind);
  }

  private killChild(process: Process): void {
    const { child } = this;
    if (child === null) return;
    if (child.event !== null) this.world.kernel.cancel(child.event);
    if (child.heldStep !== null) {
      child.killed = true; // a stopped process dies of the signal only when it is let go on
      return;
    }
    this.child = null;
    this.world.kernel.after(0, this.world.handlers.childKilled, process.index);
  }

  private releaseChild(process: Process): void {
    const { child } = this;
    if (child !== null) child.event = this.schedule(process, 1, Work.childDone);
  }

  /** A `work` event of this node's process. */
  work(process: Process, kind: number): void {
    if (process.ended) return;
    switch (kind) {
      case Work.flushed:
        process.deliver({ type: 'flushed' }, 0);
        return process.release('flush');
      case Work.loadProgress:
        this.progress = this.schedule(process, this.progressUs, Work.loadProgress);
        process.deliver({ type: 'workProgress' }, 0);
        return process.breathe('load');
      case Work.loaded:
        if (this.progress !== null) this.world.kernel.cancel(this.progress);
        this.progress = null;
        process.deliver({ type: 'loaded' }, 0);
        return process.release('load');
      case Work.saved:
        process.deliver({ type: 'saved', ok: true }, 0);
        return process.release('save');
      case Work.unblocked: return process.release('block');
      case Work.childProduced: return this.childProduced(process);
      default:
        this.child = null;
        return process.feed({ type: 'childExited', outcome: 'ok' }, 0);
    }
  }

  private childProduced(process: Process): void {
    const { child } = this;
    if (child === null) return;
    const { bytes } = child.job;
    const delayUs = child.job.type === 'rdb' ? child.job.delayUs : 0;
    const workUs = CHILD_US + this.duration(bytes, this.spec.resources.saveBytesPerS) + delayUs;
    const perStep = Math.max(1, Math.ceil((bytes * PIPE_STEP_US) / workUs));
    child.produced = Math.min(bytes, child.produced + perStep);
    child.event = null;
    if (child.produced < bytes) {
      // A pipe holds 64 kB; what a step makes is the finest that is looked at here.
      child.waits = child.produced - child.read > Math.max(perStep, PIPE_BYTES);
      const left = Math.ceil(((bytes - child.produced) * workUs) / bytes);
      if (!child.waits) this.childStep(process, Work.childProduced, Math.min(left, PIPE_STEP_US));
    }
    process.feed({ type: 'childProduced', bytes: child.produced }, 0);
  }

  /** The parent took bytes out of the pipe: the child goes on when it had to wait. */
  private readPipe(process: Process, bytes: number): void {
    const { child } = this;
    if (child === null) return;
    child.read = bytes;
    if (!child.waits || child.produced - child.read > PIPE_BYTES) return;
    child.waits = false;
    this.childStep(process, Work.childProduced, PIPE_STEP_US);
  }

  childKilled(process: Process): void {
    if (!process.ended) process.feed({ type: 'childExited', outcome: 'killed' }, 0);
  }
}
