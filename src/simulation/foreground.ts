/**
 * Work that takes the whole process: freeing old data, loading, saving in the foreground, a blocked call. Meanwhile the
 * process hears nothing, but for the moments in which a load lets inputs in.
 */
import { assert } from '../assert.ts';
import type { EventId } from '../kernel/index.ts';
import type { ClosedWhy, Endpoint, ProcessId } from '../network/index.ts';
import type { Fd } from '../redis/ports.ts';
import type { Piece } from '../redis/protocol/payload.ts';
import { durationUs } from './children.ts';
import type { Node } from './node.ts';
import type { ServerProcess } from './server-process.ts';

/** What a `work` event stands for. */
const WORK = ['flush-progress', 'flushed', 'installed', 'load-progress', 'loaded', 'saved', 'unblocked', 'parsed', 'read-timeout'] as const;
type Work = (typeof WORK)[number];

/** A file read off a socket: it is parsed piece by piece, as they come; nobody else is heard. */
interface SocketLoad {
  readonly fd: Fd;
  readonly endpoint: Endpoint;
  /** Reads the socket in place of the event loop. */
  readonly reader: ProcessId;
  /** The piece that is being parsed, with what caused it. */
  piece: { readonly piece: Piece; readonly cause: number } | null;
  readonly bytesPerS: number;
  parsedBytes: number;
  /** When so many bytes were parsed, inputs are let in again. */
  breathAtBytes: number;
  readonly timeoutUs: number;
}

export interface SocketLoadOrder {
  readonly bytes: number;
  readonly delayUs: number;
  readonly timeoutUs: number;
}

export class Foreground {
  private readonly node: Node;
  private readonly events = new Map<Work, EventId>();
  /** When the flush began, and how long it takes between two calls back, µs. */
  private flushStartedUs = 0;
  private flushStepUs = Infinity;
  /** Between two moments in which a load lets inputs in, µs. */
  private progressUs = 0;
  /** When the disk will have written what it was given in the background, µs. */
  private diskFreeUs = 0;
  private reading: SocketLoad | null = null;

  constructor(node: Node) {
    this.node = node;
  }

  private arm(process: ServerProcess, work: Work, delayUs: number): void {
    const { kernel, handlers } = this.node.world;
    this.events.set(work, kernel.after(delayUs, handlers.work, process.index, WORK.indexOf(work)));
  }

  private disarm(work: Work): void {
    const event = this.events.get(work);
    if (event !== undefined) this.node.world.kernel.cancel(event);
    this.events.delete(work);
  }

  /** The process is about to end. */
  stop(process: ServerProcess): void {
    this.endSocketLoad(process);
    for (const work of [...this.events.keys()]) this.disarm(work);
    this.diskFreeUs = 0;
  }

  // ---------------------------------------------------------------- orders

  /** emptyData serves nobody; only its callback, `steps` times, says that it is alive. */
  flush(process: ServerProcess, bytes: number, steps: number): void {
    const { resources } = this.node.spec;
    const totalUs = durationUs(bytes, resources.flushBytesPerS);
    process.hold('flush');
    this.arm(process, 'flushed', totalUs);
    this.flushStartedUs = this.node.world.kernel.nowUs;
    this.flushStepUs = steps === 0 ? Infinity : totalUs / steps;
    this.armFlushProgress(process);
  }

  /** The callback says something once a wall second: only those calls are events. */
  private armFlushProgress(process: ServerProcess): void {
    const { nowUs } = this.node.world.kernel;
    const wallUs = this.node.wallUs();
    const secondUs = nowUs + 1_000_000 - (wallUs % 1_000_000);
    const step = Math.ceil((secondUs - this.flushStartedUs) / this.flushStepUs);
    const atUs = Math.ceil(this.flushStartedUs + step * this.flushStepUs);
    if (Number.isSafeInteger(atUs)) this.arm(process, 'flush-progress', atUs - nowUs);
  }

  /** What was received goes to disk by itself, while the process goes on. */
  writeBack(bytes: number): void {
    const { nowUs } = this.node.world.kernel;
    this.diskFreeUs = Math.max(this.diskFreeUs, nowUs) + durationUs(bytes, this.node.spec.resources.diskBytesPerS);
  }

  /** fsync: the process waits for the disk. */
  install(process: ServerProcess, bytes: number): void {
    const { nowUs } = this.node.world.kernel;
    const waitUs = Math.max(this.diskFreeUs - nowUs, 0) + durationUs(bytes, this.node.spec.resources.diskBytesPerS);
    process.hold('install');
    this.arm(process, 'installed', waitUs);
  }

  /** The process hears nothing while it reads, but for a moment after each interval of bytes (rdb.c: rdbLoadProgressCallback). */
  load(process: ServerProcess, bytes: number, delayUs: number): void {
    const totalUs = durationUs(bytes, this.node.spec.resources.loadBytesPerS) + delayUs;
    process.hold('load');
    this.arm(process, 'loaded', totalUs);
    const interval = this.node.config['loading-process-events-interval-bytes'];
    if (interval === 0 || bytes <= interval) return;
    this.progressUs = Math.max(1, Math.ceil((totalUs * interval) / bytes));
    this.arm(process, 'load-progress', this.progressUs);
  }

  /** In the foreground: nothing else happens in this process. */
  save(process: ServerProcess, bytes: number): void {
    const { saveBytesPerS, diskBytesPerS } = this.node.spec.resources;
    process.hold('save');
    this.arm(process, 'saved', durationUs(bytes, Math.min(saveBytesPerS, diskBytesPerS)));
  }

  block(process: ServerProcess, us: number): void {
    process.hold('block');
    this.arm(process, 'unblocked', us);
  }

  // ---------------------------------------------------------------- a load from a socket

  /**
   * From now on the process reads nothing but `fd`, as fast as it parses: what it does not take stays in the socket's buffers, and
   * slows down who sends. `first` was read already.
   */
  loadFromSocket(process: ServerProcess, fd: Fd, first: Piece, { bytes, delayUs, timeoutUs }: SocketLoadOrder): void {
    const { network } = this.node.world;
    const endpoint = process.endpointOf(fd);
    if (endpoint === undefined) return;
    process.hold('load');
    const reader = network.addProcess(this.node.host, process.eventsBut({
      received: (_, piece, tag) => this.pieceRead(process, piece as Piece, tag),
      closed: (gone, why, tag) => this.socketClosed(process, gone, why, tag),
    }));
    network.handOver(endpoint, reader);
    const totalUs = durationUs(bytes, this.node.spec.resources.loadBytesPerS) + delayUs;
    this.reading = {
      fd, endpoint, reader, piece: null, bytesPerS: (bytes * 1_000_000) / totalUs,
      parsedBytes: 0, breathAtBytes: this.breathInterval, timeoutUs,
    };
    this.pieceRead(process, first, process.cause);
  }

  private get breathInterval(): number {
    return this.node.config['loading-process-events-interval-bytes'] || Infinity;
  }

  /** No more is read while this is parsed. */
  private pieceRead(process: ServerProcess, piece: Piece, cause: number): void {
    const { reading } = this;
    if (reading === null) return;
    this.disarm('read-timeout');
    reading.piece = { piece, cause };
    this.node.world.network.pauseReading(reading.endpoint);
    const bytes = piece.payload.kind === 'rdb' ? piece.to - piece.from : 0;
    this.arm(process, 'parsed', bytes === 0 ? 0 : durationUs(bytes, reading.bytesPerS));
  }

  private parsed(process: ServerProcess): void {
    const { reading } = this;
    if (reading?.piece === undefined || reading.piece === null) return;
    const { piece, cause } = reading.piece;
    reading.piece = null;
    reading.parsedBytes += piece.to - piece.from;
    process.deliver({ type: 'received', fd: reading.fd, piece }, cause);
    if (this.isOver(process)) return;
    if (reading.parsedBytes >= reading.breathAtBytes) {
      while (reading.parsedBytes >= reading.breathAtBytes) reading.breathAtBytes += this.breathInterval;
      process.deliver({ type: 'workProgress' }, 0);
      process.breathe('load');
    }
    this.arm(process, 'read-timeout', reading.timeoutUs);
    this.node.world.network.resumeReading(reading.endpoint);
  }

  private socketClosed(process: ServerProcess, endpoint: Endpoint, why: ClosedWhy, cause: number): void {
    process.deliver({ type: 'closed', fd: process.forget(endpoint), why }, cause);
    this.isOver(process);
  }

  /** The machine has what it wanted, or gave up: the event loop reads the socket again, if it is still there. */
  endSocketLoad(process: ServerProcess): void {
    const { reading } = this;
    if (reading === null) return;
    this.reading = null;
    this.disarm('parsed');
    this.disarm('read-timeout');
    const { network } = this.node.world;
    if (process.endpointOf(reading.fd) !== undefined) {
      network.handOver(reading.endpoint, process.networkId);
      network.resumeReading(reading.endpoint);
    }
    network.kill(reading.reader, 0);
  }

  /** After the machine was told something: it may have ended the load. */
  private isOver(process: ServerProcess): boolean {
    if (process.ended || this.reading !== null) return process.ended;
    process.release('load');
    return true;
  }

  // ---------------------------------------------------------------- what is done

  /** A `work` event of this node's process. */
  work(process: ServerProcess, which: number): void {
    const work = WORK[which];
    assert(work !== undefined, `there is no work ${which}`);
    this.events.delete(work);
    if (process.ended) return;
    switch (work) {
      case 'flush-progress':
        process.deliver({ type: 'workProgress' }, 0);
        return this.armFlushProgress(process);
      case 'flushed':
        this.disarm('flush-progress');
        process.deliver({ type: 'flushed' }, 0);
        return process.release('flush');
      case 'installed':
        process.deliver({ type: 'installed', ok: this.node.takeRename() }, 0);
        return process.release('install');
      case 'load-progress':
        this.arm(process, 'load-progress', this.progressUs);
        process.deliver({ type: 'workProgress' }, 0);
        return process.breathe('load');
      case 'loaded':
        this.disarm('load-progress');
        process.deliver({ type: 'loaded' }, 0);
        return process.release('load');
      case 'saved':
        process.deliver({ type: 'saved', ok: true }, 0);
        return process.release('save');
      case 'unblocked': return process.release('block');
      case 'parsed': return this.parsed(process);
      case 'read-timeout':
        if (this.reading === null) return;
        process.deliver({ type: 'readTimedOut', fd: this.reading.fd }, 0);
        this.isOver(process);
    }
  }
}
