/**
 * Forked children of a node: what they have done by when, how they end, and what becomes of one whose parent died.
 *
 * A child works at the rates of its node's machine. It may be frozen or killed by the scenario. A killed parent leaves it
 * behind: it goes on alone, and holds every connection open that there was when it was forked.
 */
import type { EventId } from '../kernel/index.ts';
import type { Endpoint, ProcessId, SocketEvents } from '../network/index.ts';
import type { ChildJob, Fd } from '../redis/ports.ts';
import type { Resources } from '../scenario/scenario.ts';
import type { Node } from './node.ts';
import type { ServerProcess } from './server-process.ts';
import { SocketWriter, type Written } from './socket-writer.ts';

/** 1 GB of resources and rates, bytes. */
const GB = 1_000_000_000;
/** Beside its bytes: a child is made, opens, syncs and renames its file, and ends, µs. Small saves of real servers take as long. */
const CHILD_US = 5_000;
/** A child tells what it wrote into its pipe at least this often, µs: fine enough while sockets of megabytes take it all. */
const PIPE_STEP_US = 20_000;
/** What a pipe of Linux holds. */
const PIPE_BYTES = 65_536;

/** What the next step of a child is: some bytes into the pipe, or its end; and how long it waits for sockets. */
type Step = 'produced' | 'done' | 'failed' | 'stalled';
const STEPS: readonly Step[] = ['produced', 'done', 'failed', 'stalled'];

interface ChildWork {
  readonly job: ChildJob;
  /** Connections that it inherited. */
  readonly inherited: readonly Endpoint[];
  /** Who has those of them that its parent has closed since; null: none was. */
  holder: ProcessId | null;
  /** It writes to sockets itself. */
  writer: SocketWriter | null;
  /** When its writes fail, if no socket takes anything until then. */
  stall: EventId | null;
  event: EventId | null;
  /** When the armed step comes, µs. */
  dueUs: number;
  /** Bytes the socket child has written into its pipe, and those that the parent has taken out. */
  produced: number;
  read: number;
  /** What its next step makes: as little as fits the pipe after it had to wait, then twice as much each time. */
  stepBytes: number;
  /** The pipe is full: it waits for the parent. */
  waits: boolean;
  /** Frozen by the scenario: its next step waits. */
  heldStep: { readonly step: Step; readonly delayUs: number } | null;
  /** It got its signal while it was frozen. */
  killed: boolean;
}

/** A child whose parent is gone. */
interface Orphan {
  readonly job: ChildJob;
  readonly networkId: ProcessId;
  /** null: frozen, for good or until it is let go on. */
  event: EventId | null;
  readonly leftUs: number;
}

export class Children {
  /** The next saving child is frozen as soon as it appears. */
  holdsNextSave = false;
  private readonly node: Node;
  private child: ChildWork | null = null;
  private orphans: Orphan[] = [];
  /** Of the child that was killed: told with its end. */
  private returned: readonly Written[] = [];

  constructor(node: Node) {
    this.node = node;
  }

  /** Copying the page tables takes the parent's time, in proportion to its memory. */
  fork(process: ServerProcess, job: ChildJob): void {
    const { resources } = this.node.spec;
    const forkUs = Math.round((job.bytes / GB) * resources.forkUsPerGb);
    process.spend(forkUs);
    this.child = { job, inherited: process.openEndpoints(), holder: null, writer: null, stall: null, event: null, dueUs: 0, produced: 0, read: 0, stepBytes: fullStep(job, resources), waits: false, heldStep: null, killed: false };
    const totalUs = workUs(job, resources);
    if (job.type === 'rdb' && job.sockets !== null) {
      this.child.writer = new SocketWriter(process, job, job.sockets, () => this.roomInSockets());
      this.child.holder = this.child.writer.holder;
    }
    if (job.type === 'rdb' && job.target === 'socket') this.armPipe(forkUs);
    else this.arm('done', forkUs + totalUs);
  }

  private arm(step: Step, delayUs: number): void {
    const { child, node } = this;
    if (child === null || node.process === null) return;
    if (this.holdsNextSave && child.job.type === 'rdb') {
      child.heldStep = { step, delayUs };
      this.holdsNextSave = false;
      node.world.somethingHappened();
    } else if (child.heldStep !== null) child.heldStep = { step, delayUs };
    else {
      const { kernel, handlers } = node.world;
      child.dueUs = kernel.nowUs + delayUs;
      child.event = kernel.after(delayUs, handlers.child, node.process.index, STEPS.indexOf(step));
    }
  }

  /** The armed step came. */
  step(process: ServerProcess, which: number): void {
    if (process.ended || this.child === null) return;
    if (STEPS[which] === 'stalled') return this.stalled(this.child, this.child.writer);
    this.child.event = null;
    if (STEPS[which] === 'produced') return this.produced(process, this.child);
    const { job } = this.child;
    const written = this.dropSockets();
    this.child = null;
    this.finished(job);
    for (const one of written) process.feed({ type: 'childWrote', ...one }, 0);
    process.feed({ type: 'childExited', outcome: STEPS[which] === 'done' ? 'ok' : 'error' }, 0);
  }

  /** The last that a child with a file does: its file takes the place of the old one (rdb.c: rdbSave). */
  private finished(job: ChildJob): void {
    if (job.type === 'rdb' && job.target === 'disk') this.node.putRdb(job.image);
  }

  // ---------------------------------------------------------------- the pipe

  private produced(process: ServerProcess, child: ChildWork): void {
    if (child.writer === null && child.produced - child.read > PIPE_BYTES) {
      child.waits = true;
      return;
    }
    const { bytes } = child.job;
    child.produced = Math.min(bytes, child.produced + child.stepBytes);
    child.stepBytes = Math.min(2 * child.stepBytes, fullStep(child.job, this.node.spec.resources));
    if (child.writer !== null) return this.writeToSockets(child, child.writer);
    if (child.produced < bytes) this.armPipe(0);
    process.feed({ type: 'childProduced', bytes: child.produced }, 0);
  }

  /** The time that the bytes of the next step take. */
  private armPipe(extraUs: number): void {
    const { child, node } = this;
    if (child === null) return;
    const { bytes } = child.job;
    const step = Math.min(child.stepBytes, bytes - child.produced);
    this.arm('produced', extraUs + Math.ceil((step * workUs(child.job, node.spec.resources)) / bytes));
  }

  /** The parent took bytes out of the pipe: the child goes on when it had to wait. */
  readPipe(bytes: number): void {
    const { child } = this;
    if (child === null) return;
    child.read = bytes;
    if (!child.waits || child.produced - child.read > PIPE_BYTES) return;
    child.waits = false;
    child.stepBytes = Math.min(PIPE_BYTES, child.stepBytes);
    this.armPipe(0);
  }

  /** All that was made goes to the sockets before more is made; when they are full, the child is blocked. */
  private writeToSockets(child: ChildWork, writer: SocketWriter): void {
    const progress = writer.write(child.produced);
    child.waits = writer.hasTargets && writer.written < child.produced;
    if (!child.waits || progress) this.cancelStall(child);
    if (!writer.hasTargets) this.arm('failed', 1);
    else if (!child.waits) {
      if (child.produced < child.job.bytes) this.armPipe(0);
      else this.arm('done', 1);
    } else if (child.stall === null && this.node.process !== null) {
      // A write that got some bytes in returns after its time-out, and the next one fails.
      const timeoutUs = child.job.type === 'rdb' ? 2 * (child.job.sockets?.timeoutUs ?? 0) : 0;
      const { kernel, handlers } = this.node.world;
      child.stall = kernel.after(timeoutUs, handlers.child, this.node.process.index, STEPS.indexOf('stalled'));
    }
  }

  private roomInSockets(): void {
    const { child } = this;
    if (child !== null && child.waits && child.writer !== null) this.writeToSockets(child, child.writer);
  }

  private stalled(child: ChildWork, writer: SocketWriter | null): void {
    child.stall = null;
    if (writer === null) return;
    writer.giveUp();
    this.writeToSockets(child, writer);
  }

  private cancelStall(child: ChildWork): void {
    if (child.stall !== null) this.node.world.kernel.cancel(child.stall);
    child.stall = null;
  }

  /** The pipe is empty, and the parent said so: it may exit. */
  release(): void {
    this.arm('done', 1);
  }

  // ---------------------------------------------------------------- ends

  /** Its parent sends it a signal; the machine hears of its end. */
  kill(process: ServerProcess): void {
    const { child } = this;
    if (child === null) return;
    if (child.heldStep !== null) {
      child.killed = true; // a stopped process dies of this signal only when it is let go on
      return;
    }
    this.end(process, 'killed');
  }

  /** Its parent kills it and waits for its end: nothing more is heard of it. */
  killAndWait(): void {
    this.cancel();
    this.dropSockets();
    this.child = null;
  }

  /** kill -9 by somebody else, which frozen processes die of, too. False: there is none. */
  killByFault(): boolean {
    const { process } = this.node;
    if (this.child === null || process === null) return false;
    this.child.heldStep = null;
    this.end(process, 'signal');
    return true;
  }

  private end(process: ServerProcess, outcome: 'killed' | 'signal'): void {
    this.cancel();
    this.returned = this.dropSockets();
    this.child = null;
    this.node.world.kernel.after(0, this.node.world.handlers.childEnded, process.index, outcome === 'signal' ? 1 : 0);
  }

  private cancel(): void {
    const event = this.child?.event ?? null;
    if (event !== null) this.node.world.kernel.cancel(event);
    if (this.child !== null) this.cancelStall(this.child);
  }

  ended(process: ServerProcess, bySignal: boolean): void {
    if (process.ended) return;
    for (const one of this.returned) process.feed({ type: 'childWrote', ...one }, 0);
    this.returned = [];
    process.feed({ type: 'childExited', outcome: bySignal ? 'signal' : 'killed' }, 0);
  }

  // ---------------------------------------------------------------- sockets

  /** The parent closes a connection: true if its child has it, too, so that it stays open until the child ends. */
  keeps(process: ServerProcess, fd: Fd): boolean {
    const { child } = this;
    const endpoint = process.endpointOf(fd);
    if (child === null || endpoint === undefined || !child.inherited.includes(endpoint)) return false;
    process.letGo(fd);
    child.holder ??= this.addHolder();
    this.node.world.network.handOver(endpoint, child.holder);
    return true;
  }

  /** A process of its own for sockets that nobody reads. */
  private addHolder(): ProcessId {
    const { network } = this.node.world;
    const holder = network.addProcess(this.node.host, SILENT);
    network.pause(holder);
    return holder;
  }

  /** A connection is closed for parent and child. */
  shutDown(process: ServerProcess, fd: Fd): void {
    const endpoint = process.endpointOf(fd);
    if (endpoint === undefined) return;
    this.child?.writer?.lost(endpoint);
    process.closeEverywhere(fd);
    this.roomInSockets();
  }

  /** The child ends: what only it had open is closed. Returns what it did with connections that it wrote to. */
  private dropSockets(): readonly Written[] {
    if (this.child === null) return [];
    const { holder, writer } = this.child;
    const written = writer === null ? [] : writer.giveBack();
    if (holder !== null) this.node.world.network.kill(holder, 0);
    return written;
  }

  // ---------------------------------------------------------------- frozen

  /** The saving child is frozen, as the scenario asked. */
  get isHeld(): boolean {
    return this.child !== null && this.child.heldStep !== null;
  }

  letGo(): void {
    const { child, node } = this;
    this.holdsNextSave = false;
    for (const orphan of this.orphans) if (orphan.event === null) this.armOrphan(orphan);
    if (child === null || child.heldStep === null || node.process === null) return;
    const { step, delayUs } = child.heldStep;
    child.heldStep = null;
    if (child.killed) this.kill(node.process);
    else this.arm(step, delayUs);
  }

  // ---------------------------------------------------------------- orphans

  /** The parent is about to end: its child goes on alone when the parent was killed, and is lost with the power. */
  parentEnds(process: ServerProcess, how: 'exit' | 'kill' | 'crash', cause: number): void {
    const { child, node } = this;
    this.cancel();
    this.child = null;
    if (how === 'crash') {
      this.orphans = [];
      return;
    }
    if (child === null) return;
    if (how === 'exit') {
      if (child.holder !== null) node.world.network.kill(child.holder, cause);
      return;
    }
    const { kernel, network } = node.world;
    const networkId = child.holder ?? this.addHolder();
    const open = new Set(process.openEndpoints());
    const held = child.inherited.filter((endpoint) => open.has(endpoint));
    for (const endpoint of held) network.handOver(endpoint, networkId);
    const socket = child.job.type === 'rdb' && child.job.target === 'socket';
    // Its next write finds a pipe that nobody reads.
    const leftUs = child.heldStep?.delayUs ?? (socket ? 0 : Math.max(child.dueUs - kernel.nowUs, 0));
    const orphan: Orphan = { job: child.job, networkId, event: null, leftUs };
    this.orphans.push(orphan);
    node.world.tell(-1, cause, { kind: 'child-orphaned', node: node.name, connections: held.length });
    if (child.heldStep === null) this.armOrphan(orphan);
  }

  private armOrphan(orphan: Orphan): void {
    const { kernel, handlers } = this.node.world;
    orphan.event = kernel.after(orphan.leftUs, handlers.orphan, this.node.index, orphan.networkId);
  }

  orphanEnds(networkId: ProcessId): void {
    const { node } = this;
    const orphan = this.orphans.find((one) => one.networkId === networkId);
    if (orphan === undefined) return; // its host lost power
    this.orphans = this.orphans.filter((one) => one !== orphan);
    this.finished(orphan.job);
    const fact = node.world.tell(-1, 0, { kind: 'orphan-ended', node: node.name });
    node.world.network.kill(networkId, fact);
    node.world.somethingHappened();
  }
}

/** Nobody reads these sockets: the one who could is gone. */
const SILENT: SocketEvents = {
  accepted: () => {}, connected: () => {}, connectFailed: () => {}, received: () => {}, drained: () => {}, closed: () => {},
};

/** µs of a child's work. A save is as quick as the processor makes bytes, or the disk takes them. */
function workUs(job: ChildJob, { saveBytesPerS, diskBytesPerS }: Resources): number {
  if (job.type === 'aof-rewrite') return CHILD_US + durationUs(job.bytes, diskBytesPerS);
  const rate = job.target === 'disk' ? Math.min(saveBytesPerS, diskBytesPerS) : saveBytesPerS;
  return CHILD_US + durationUs(job.bytes, rate) + job.delayUs;
}

/** Bytes that a child makes for its pipe between two steps. */
function fullStep(job: ChildJob, resources: Resources): number {
  return Math.max(1, Math.ceil((job.bytes * PIPE_STEP_US) / workUs(job, resources)));
}

/** µs that `bytes` take at a rate in bytes per second, rounded up; at least 1. */
export function durationUs(bytes: number, bytesPerS: number): number {
  return Math.max(1, Math.ceil((bytes / bytesPerS) * 1_000_000));
}
