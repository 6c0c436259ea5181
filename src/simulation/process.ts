/**
 * A process of the simulated world: a machine (server or client) with its sockets, timers and event loop.
 *
 * Owns when inputs reach the machine: at once; or after the event loop is free again. Whatever the machine is,
 * it sees only ports and inputs. A process ends once and is never started again: a restart is a new process.
 */
import type { Fd, ConnectionPort, TimerName, TimerPort } from '../redis/ports.ts';
import type { Input } from '../redis/inputs.ts';
import type { Piece } from '../redis/protocol/payload.ts';
import type { EventId, Kernel } from '../kernel/index.ts';
import type { ClosedWhy, ConnectFailure, Endpoint, HostId, Piece as NetworkPiece, ProcessId, SocketEvents } from '../network/index.ts';
import type { Trace } from '../trace/trace.ts';
import { Descriptors } from './descriptors.ts';
import type { World } from './world.ts';

/** What a process runs: it takes inputs, and has orders in hand when the call returns. */
export interface Machine {
  step(input: Input): void;
  /** It waits for the end of turns (`turnEnded`); clients do not. */
  readonly hasTurns?: boolean;
}

const TURN_ENDED: Input = { type: 'turnEnded' };

/** Reasons in which a process breathes, by their place in this list. */
const HOLD_REASONS: readonly string[] = ['load'];

/** The timers of all machines, by their place in this list. */
const TIMERS: readonly TimerName[] = ['cron', 'blocked-client', 'client', 'shutdown'];

export class Process implements ConnectionPort, TimerPort, SocketEvents {
  // First what every input looks at.
  readonly world: World;
  readonly kernel: Kernel;
  readonly trace: Trace;
  machine: Machine | null = null;
  readonly index: number;
  /** Index of the name under which its facts are told. */
  readonly nameIndex: number;
  ended = false;
  /** No hold, and nothing waits: the usual case, found in one look. */
  private free = true;
  private turnArmed = false;
  /** The event loop does other work until then, µs. */
  private busyUntilUs = 0;
  /** The fact that caused what the machine does now; 0: none (time, or the author). */
  cause = 0;
  private readonly endpoints = new Descriptors();
  readonly host: HostId;
  readonly networkId: ProcessId;
  private acceptedFds = 0;
  private readonly timers: (EventId | null)[] = TIMERS.map(() => null);
  /** Reasons for which the process hears nothing at all: stopped by a signal, blocked in a call. */
  private readonly holds = new Set<string>();
  private heldSinceUs = 0;
  /** What became ready while the event loop was not free. */
  private readonly inbox: { readonly input: Input; readonly cause: number }[] = [];
  private wakeArmed = false;
  /** It takes in what is ready at this instant, and will be blocked again unless its work ends in it. */
  private breathing = false;

  constructor(world: World, host: HostId, nameIndex: number) {
    this.world = world;
    this.kernel = world.kernel;
    this.trace = world.trace;
    this.host = host;
    this.nameIndex = nameIndex;
    this.index = world.processes.length;
    world.processes.push(this);
    this.networkId = world.network.addProcess(host, this);
  }

  // ---------------------------------------------------------------- inputs

  /** Hands an input to the machine, now or when its event loop is free. */
  feed(input: Input, cause: number): void {
    if (this.ended || this.machine === null) return;
    if (!this.free || this.kernel.nowUs < this.busyUntilUs) {
      this.free = false;
      this.inbox.push({ input, cause });
      this.armWake();
      return;
    }
    this.deliver(input, cause);
  }

  /** Past all holds: the completion of what the process is blocked in. */
  deliver(input: Input, cause: number): void {
    if (this.ended || this.machine === null) return;
    this.cause = cause;
    this.machine.step(input);
    if (this.turnArmed || this.machine.hasTurns !== true || !this.lives()) return;
    this.turnArmed = true;
    this.kernel.soon(this.world.handlers.turn, this.index);
  }

  /** A step may end the process. */
  private lives(): boolean {
    return !this.ended;
  }

  /** All inputs of this instant were fed. */
  endTurn(): void {
    if (!this.turnArmed) return;
    this.turnArmed = false;
    if (this.ended || this.machine === null) return;
    // Blocked in the middle of its turn: replies leave, and all the rest happens, when it is back.
    if (!this.free && this.holds.size > 0) return;
    this.machine.step(TURN_ENDED);
  }

  /** The event loop is taken for `us`: by commands, by a fork. */
  spend(us: number): void {
    if (us > 0) this.busyUntilUs = Math.max(this.busyUntilUs, this.kernel.nowUs) + us;
  }

  /** Nothing is heard until `release(reason)`; the kernel below goes on. */
  hold(reason: string): void {
    if (this.ended) return;
    if (this.holds.size === 0) {
      this.world.network.pause(this.networkId);
      this.heldSinceUs = this.kernel.nowUs;
    }
    this.holds.add(reason);
    this.free = false;
  }

  release(reason: string): void {
    const breathing = this.breathing;
    this.breathing = false;
    if ((!this.holds.delete(reason) && !breathing) || this.holds.size > 0 || this.ended) return;
    this.free = this.inbox.length === 0;
    this.deliver({ type: 'resumed', sinceUs: this.heldSinceUs }, 0);
    // What the machine was told may have blocked it again, or ended it.
    if (!this.lives() || this.held || breathing) return;
    this.world.network.resume(this.networkId);
    this.armWake();
  }

  /** Blocked for `reason`, it takes in what is ready at this instant, and goes back to it (networking.c: processEventsWhileBlocked). */
  breathe(reason: string): void {
    if (this.ended || this.holds.size > 1 || !this.holds.delete(reason)) return;
    this.free = this.inbox.length === 0;
    this.world.network.resume(this.networkId);
    this.armWake();
    this.breathing = true;
    this.kernel.after(0, this.world.handlers.breathed, this.index, HOLD_REASONS.indexOf(reason));
  }

  /** After what was ready: blocked again, for the same long hold, unless the work is over. */
  breathed(which: number): void {
    const reason = HOLD_REASONS[which];
    if (this.ended || reason === undefined || !this.breathing) return;
    this.endTurn(); // what was read is answered before it goes on
    if (!this.lives()) return;
    this.breathing = false;
    this.holds.add(reason);
    this.free = false;
    this.world.network.pause(this.networkId);
  }

  get held(): boolean {
    return this.holds.size > 0;
  }

  private armWake(): void {
    if (this.wakeArmed || this.holds.size > 0 || this.inbox.length === 0) return;
    this.wakeArmed = true;
    const { kernel, world: { handlers } } = this;
    kernel.at(Math.max(this.busyUntilUs, kernel.nowUs), handlers.wake, this.index);
  }

  /** The event loop is free: what waited is fed in order, until it is taken again. */
  wake(): void {
    this.wakeArmed = false;
    while (!this.ended && this.holds.size === 0 && this.kernel.nowUs >= this.busyUntilUs) {
      const next = this.inbox.shift();
      if (next === undefined) break;
      this.deliver(next.input, next.cause);
    }
    this.free = this.holds.size === 0 && this.inbox.length === 0;
    this.armWake();
  }

  // ---------------------------------------------------------------- its end

  /** The process is gone; its kernel closes its sockets (unless the host itself is down). */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.inbox.length = 0;
    for (const event of this.timers) if (event !== null) this.kernel.cancel(event);
    this.endpoints.clear();
  }

  // ---------------------------------------------------------------- sockets

  listen(port: number): void {
    this.world.network.listen(this.networkId, port);
  }

  connect(fd: Fd, host: string, port: number): void {
    this.bind(fd, this.world.network.connect(this.networkId, host, port, this.cause));
  }

  send(fd: Fd, piece: Piece): void {
    const endpoint = this.endpoints.get(fd);
    if (endpoint !== undefined) this.world.network.send(endpoint, piece, this.cause);
  }

  close(fd: Fd): void {
    const endpoint = this.endpoints.get(fd);
    if (endpoint === undefined) return;
    this.endpoints.delete(fd);
    this.world.network.close(endpoint, this.cause);
  }

  /** Closes one of its numbers for what is still open elsewhere, in its child. */
  letGo(fd: Fd): void {
    this.endpoints.delete(fd);
  }

  pauseReading(fd: Fd): void {
    const endpoint = this.endpoints.get(fd);
    if (endpoint !== undefined) this.world.network.pauseReading(endpoint);
  }

  resumeReading(fd: Fd): void {
    const endpoint = this.endpoints.get(fd);
    if (endpoint !== undefined) this.world.network.resumeReading(endpoint);
  }

  private bind(fd: Fd, endpoint: Endpoint): void {
    this.endpoints.set(fd, endpoint);
    this.world.fdOf[endpoint] = fd;
  }

  /** The endpoint behind one of its numbers; undefined when it is closed. */
  endpointOf(fd: Fd): Endpoint | undefined {
    return this.endpoints.get(fd);
  }

  /** All it has open, in the order in which it was opened. */
  openEndpoints(): Endpoint[] {
    return this.endpoints.endpoints();
  }

  /** The peer is gone: the socket is given back to the kernel before the machine hears of it. */
  forget(endpoint: Endpoint): Fd {
    const fd = this.fdOf(endpoint);
    this.endpoints.delete(fd);
    this.world.network.close(endpoint, this.cause);
    return fd;
  }

  accepted(endpoint: Endpoint, _port: number, peer: HostId, peerPort: number, credit: number, tag: number): void {
    this.acceptedFds += 1;
    this.bind(this.acceptedFds, endpoint);
    this.feed({ type: 'accepted', fd: this.acceptedFds, peerHost: this.world.network.hostAddress(peer), peerPort, credit }, tag);
  }

  connected(endpoint: Endpoint, credit: number, tag: number): void {
    this.feed({ type: 'connected', fd: this.fdOf(endpoint), credit }, tag);
  }

  connectFailed(endpoint: Endpoint, why: ConnectFailure, tag: number): void {
    this.feed({ type: 'connectFailed', fd: this.forget(endpoint), why }, tag);
  }

  received(endpoint: Endpoint, piece: NetworkPiece, tag: number): void {
    this.feed({ type: 'received', fd: this.fdOf(endpoint), piece: piece as Piece }, tag);
  }

  drained(endpoint: Endpoint, bytes: number): void {
    this.feed({ type: 'drained', fd: this.fdOf(endpoint), bytes }, 0);
  }

  closed(endpoint: Endpoint, why: ClosedWhy, tag: number): void {
    this.feed({ type: 'closed', fd: this.forget(endpoint), why }, tag);
  }

  private fdOf(endpoint: Endpoint): Fd {
    return this.world.fdOf[endpoint] ?? 0;
  }

  /** What its sockets tell it, but for those events that somebody else hears. */
  eventsBut(others: Partial<SocketEvents>): SocketEvents {
    return {
      accepted: (...event) => this.accepted(...event),
      connected: (...event) => this.connected(...event),
      connectFailed: (...event) => this.connectFailed(...event),
      received: (...event) => this.received(...event),
      drained: (...event) => this.drained(...event),
      closed: (...event) => this.closed(...event),
      ...others,
    };
  }

  // ---------------------------------------------------------------- timers

  arm(timer: TimerName, delayUs: number): void {
    const which = TIMERS.indexOf(timer);
    this.disarm(timer);
    this.timers[which] = this.kernel.after(Math.max(delayUs, 0), this.world.handlers.timer, this.index, which);
  }

  disarm(timer: TimerName): void {
    const which = TIMERS.indexOf(timer);
    const event = this.timers[which];
    if (event !== null && event !== undefined) this.kernel.cancel(event);
    this.timers[which] = null;
  }

  /** The kernel's timer fired. */
  fire(which: number): void {
    this.timers[which] = null;
    const timer = TIMERS[which];
    if (timer !== undefined) this.feed({ type: 'timer', timer }, 0);
  }
}
