/**
 * Relays: a proxy in front of a host, through which the connections of one other host pass.
 *
 * As the proxies that recorded real servers: it accepts at once, opens its own connection to the host behind it
 * in the name of the opener, and forwards both ways. Nothing is lost in it. It can hold, reset, refuse,
 * delay, slow down, and cut at an exact byte. It stands next to the host that it fronts: the network between
 * the two hosts is in front of it, behind it there is none.
 *
 * It is a process like others, on a host of its own, and uses nothing that others could not.
 */

import { assert } from '../assert.ts';
import type { Endpoint, Piece, Relay, RelayArm, RelayedClosedBy, RelayShape, RelayTap, SocketEvents } from './api.ts';
import { closeSocket } from './closing.ts';
import type { Socket } from './connection.ts';
import type { RelayDirection } from './facts.ts';
import { openFor } from './handshake.ts';
import type { Host, Listener, Process } from './host.ts';
import { Pipe, type PipeHandlers, type PipeOwner } from './relay-pipe.ts';
import { FIN, RST } from './segment.ts';
import { type NetworkState, pairKey } from './state.ts';
import { addProcess, addRelayHost } from './topology.ts';

const AS_THE_LINK: RelayShape = { delayUs: 0, bytesPerS: 0 };

/**
 * A proxy reads so many bytes at once, one direction after the other, and so it learns that one side is gone before the
 * other side's buffers are empty. It shows after a heal, when there is much to pass. A round takes about a millisecond.
 */
const READ_BYTES = 64 * 1024;
const ROUND_US = 1000;

const HELD = { 'hold': 'both', 'hold-up': 'up', 'hold-down': 'down' } as const;

/** A connection through the relay: `near` leads to the opener, `far` to the host behind. */
interface Passage {
  readonly number: number;
  readonly near: Socket;
  readonly tag: number;
  /** null: held, to be opened at the heal. */
  far: Socket | null;
  readonly up: Pipe;
  readonly down: Pipe;
  /** Bytes counted since a cut was armed. */
  counted: number;
  /** What closed it. */
  endTag: number;
  ending: boolean;
}

export interface Relays {
  add(from: Host, to: Host, tap: RelayTap | null, roundUs: number): Relay;
}

export function createRelays(net: NetworkState): Relays {
  const { kernel } = net;
  const pipes = new NumberedPipes();
  const onPassed = kernel.on('network: relay passed', (id) => pipes.at(id).onPassed());
  const onDue = kernel.on('network: relay due', (id) => pipes.at(id).onDue());
  const handlers: PipeHandlers = {
    passed: (pipe, delayUs) => kernel.after(delayUs, onPassed, pipes.numberOf(pipe)),
    due: (pipe, delayUs) => kernel.after(delayUs, onDue, pipes.numberOf(pipe)),
  };
  const relays: RelayLink[] = [];
  const onEnd = kernel.on('network: relay end', (relay, passage) => relays[relay]!.onEnd(passage));
  const onRound = kernel.on('network: relay round', (relay, passage) => relays[relay]!.onRound(passage));
  return {
    add(from, to, tap, roundUs) {
      const key = pairKey(from, to);
      assert(!net.relays.has(key), `${from.name} has a relay to ${to.name} already`);
      const id = relays.length;
      const relay = new RelayLink(net, from, to, tap, roundUs, pipes, handlers, {
        end: (passage) => kernel.after(0, onEnd, id, passage),
        round: (passage) => kernel.after(ROUND_US, onRound, id, passage),
      });
      relays.push(relay);
      net.relays.set(key, relay.host);
      return relay;
    },
  };
}

/** Events name a pipe by its number; numbers of dead pipes are used again. */
class NumberedPipes {
  private readonly pipes: (Pipe | null)[] = [];
  private readonly numbers: Map<Pipe, number> = new Map();
  private readonly free: number[] = [];

  add(pipe: Pipe): void {
    const number = this.free.pop() ?? this.pipes.length;
    this.pipes[number] = pipe;
    this.numbers.set(pipe, number);
  }

  remove(pipe: Pipe): void {
    const number = this.numberOf(pipe);
    this.numbers.delete(pipe);
    this.pipes[number] = null;
    this.free.push(number);
  }

  at(number: number): Pipe {
    return this.pipes[number]!;
  }

  numberOf(pipe: Pipe): number {
    return this.numbers.get(pipe)!;
  }
}

class RelayLink implements Relay, SocketEvents {
  readonly host: Host;

  private readonly net: NetworkState;
  private readonly to: Host;
  /** For facts. */
  private readonly ends: { readonly from: string; readonly to: string };
  private readonly tap: RelayTap | null;
  private readonly roundUs: number;
  private readonly pipes: NumberedPipes;
  private readonly handlers: PipeHandlers;
  private readonly schedule: { readonly end: (passage: number) => void; readonly round: (passage: number) => void };
  private readonly process: Process;
  private readonly listener: Listener;
  private readonly passages: Map<number, Passage> = new Map();
  /** By either endpoint. */
  private readonly byEndpoint: Map<Endpoint, Passage> = new Map();
  private accepts: number = 0;
  private readonly shapes: { up: RelayShape; down: RelayShape } = { up: AS_THE_LINK, down: AS_THE_LINK };
  private receiveBufferBytes: number | null = null;
  private heldUp: boolean = false;
  private heldDown: boolean = false;
  /** The byte has passed after which the armed cut comes. */
  private cutIsDue: boolean = false;
  private armed: { readonly arm: RelayArm; readonly tag: number } | null = null;

  constructor(
    net: NetworkState, from: Host, to: Host, tap: RelayTap | null, roundUs: number,
    pipes: NumberedPipes, handlers: PipeHandlers, schedule: RelayLink['schedule'],
  ) {
    this.net = net;
    this.to = to;
    this.ends = { from: from.name, to: to.name };
    this.tap = tap;
    this.roundUs = roundUs;
    this.pipes = pipes;
    this.handlers = handlers;
    this.schedule = schedule;
    this.host = addRelayHost(net, `${from.name}>${to.name}`);
    this.process = addProcess(net, this.host, this);
    this.listener = { process: this.process, port: 0, backlog: Infinity, waiting: 0 };
    this.host.anyPort = this.listener;
  }

  // -- what is ordered

  hold(direction: RelayDirection, tag: number): void {
    this.holdNow(direction, false, tag);
  }

  reset(tag: number): void {
    this.resetNow(false, false, tag);
  }

  refuse(tag: number): void {
    this.resetNow(true, false, tag);
  }

  heal(tag: number): void {
    this.heldUp = false;
    this.heldDown = false;
    this.host.anyPort = this.listener;
    this.net.observer.tell({ kind: 'relay-healed', ...this.ends }, tag);
    for (const passage of [...this.passages.values()]) {
      if (passage.far === null) this.openBehind(passage);
      // An end with nothing before it is read first, and ends both sides: what waits the other way is never read.
      const first = passage.up.held && passage.up.isEmpty ? (passage.near.inbox?.head ?? null) : null;
      if (first !== null && (first.mark === FIN || first.mark === RST)) {
        this.finish(passage, 'from', first.tag);
        continue;
      }
      // What the host behind had sent comes first; both before any close that was held back.
      const catchesUp = passage.down.held || passage.up.held;
      for (const pipe of [passage.down, passage.up]) {
        if (!pipe.held || !this.isAlive(passage)) continue;
        pipe.allowance = this.readBytes;
        pipe.release();
      }
      if (catchesUp && this.isAlive(passage)) this.schedule.round(passage.number);
    }
  }

  private get readBytes(): number {
    return Math.min(this.receiveBufferBytes ?? READ_BYTES, READ_BYTES);
  }

  /** Event: it looks at its sockets again, while it catches up. */
  onRound(number: number): void {
    const passage = this.passages.get(number);
    if (passage === undefined) return;
    const { near, far, up, down } = passage;
    // A write to a socket that is gone fails, and ends both sides, whatever could still be read from either.
    if (far?.state === 'gone') return this.finish(passage, 'to', far.endTag);
    if (near.state === 'gone') return this.finish(passage, 'from', near.endTag);
    const behind = !up.isEmpty || !down.isEmpty;
    for (const pipe of [down, up]) {
      if (!this.isAlive(passage)) return;
      pipe.allowance = behind ? this.readBytes : Infinity;
      pipe.advance();
    }
    if (!this.isAlive(passage)) return;
    if (behind) this.schedule.round(number);
    else this.onEnd(number);
  }

  shape(up: RelayShape | null, down: RelayShape | null, receiveBufferBytes: number | null, tag: number): void {
    this.shapes.up = up ?? AS_THE_LINK;
    this.shapes.down = down ?? AS_THE_LINK;
    this.receiveBufferBytes = receiveBufferBytes;
    this.net.observer.tell({
      kind: 'relay-shaped', ...this.ends,
      upDelayUs: this.shapes.up.delayUs, upBytesPerS: this.shapes.up.bytesPerS,
      downDelayUs: this.shapes.down.delayUs, downBytesPerS: this.shapes.down.bytesPerS,
      receiveBufferBytes: receiveBufferBytes ?? 0,
    }, tag);
    for (const passage of [...this.passages.values()]) {
      for (const pipe of [passage.down, passage.up]) if (this.isAlive(passage)) pipe.reshape();
    }
  }

  arm(arm: RelayArm, tag: number): void {
    this.armed = { arm, tag };
    for (const passage of this.passages.values()) passage.counted = 0;
    this.net.observer.tell({ kind: 'relay-armed', ...this.ends, bytes: arm.bytes }, tag);
  }

  // -- what is heard

  accepted(endpoint: Endpoint, port: number, _peer: number, _peerPort: number, credit: number, tag: number): void {
    const near = this.socketOf(endpoint);
    const passage = this.newPassage(near, tag);
    const { down, up } = passage;
    up.from = near;
    down.to = near;
    down.credit = credit;
    this.byEndpoint.set(endpoint, passage);
    this.tap?.opened(passage.number, this.net.kernel.nowUs);
    if (this.heldUp) up.hold();
    if (this.heldDown) down.hold();
    if (!this.heldUp && !this.heldDown) this.openBehind(passage);
    else if (!this.heldUp) up.hold();
  }

  connected(endpoint: Endpoint, credit: number): void {
    const passage = this.byEndpoint.get(endpoint)!;
    passage.up.to = passage.far;
    passage.up.credit = credit;
    passage.down.from = passage.far;
    passage.down.advance();
    if (this.isAlive(passage)) passage.up.advance();
  }

  connectFailed(endpoint: Endpoint, _why: string, tag: number): void {
    this.finish(this.byEndpoint.get(endpoint)!, 'refused', tag);
  }

  received(endpoint: Endpoint, piece: Piece, tag: number): void {
    this.readingPipe(endpoint).take(piece, tag);
  }

  drained(endpoint: Endpoint, bytes: number): void {
    const passage = this.byEndpoint.get(endpoint)!;
    const pipe = passage.near.id === endpoint ? passage.down : passage.up;
    pipe.credit += bytes;
    pipe.advance();
  }

  closed(endpoint: Endpoint, _why: string, tag: number): void {
    const passage = this.byEndpoint.get(endpoint)!;
    const pipe = this.readingPipe(endpoint);
    passage.endTag = tag;
    pipe.end();
    if (pipe.isEmpty) this.endSoon(passage);
  }

  /** Event: at this instant somebody closed, and both directions have forwarded what they had. */
  onEnd(number: number): void {
    const passage = this.passages.get(number);
    if (passage === undefined) return;
    passage.ending = false;
    if (passage.up.allowance < Infinity || passage.down.allowance < Infinity) return; // the next round ends it
    if (passage.down.ended && passage.down.isEmpty) this.finish(passage, 'to', passage.endTag);
    else if (passage.up.ended && passage.up.isEmpty) this.finish(passage, 'from', passage.endTag);
  }

  // -- inside

  private newPassage(near: Socket, tag: number): Passage {
    const number = ++this.accepts;
    const owner = (direction: 'up' | 'down'): PipeOwner => {
      const { shapes, roundUs } = this;
      return {
        roundUs,
        readBytes: this.readBytes,
        get shape() {
          return shapes[direction];
        },
        allow: (piece) => (direction === 'up' ? piece.to - piece.from : this.allow(passage, piece)),
        forwarded: (piece) => this.tap?.forwarded(number, direction, piece, this.net.kernel.nowUs),
        cutIfDue: () => this.cutIfDue(),
        emptied: () => this.endSoon(passage),
      };
    };
    const up = new Pipe(this.net, owner('up'), this.handlers);
    const down = new Pipe(this.net, owner('down'), this.handlers);
    const passage: Passage = { number, near, tag, far: null, up, down, counted: 0, endTag: 0, ending: false };
    this.passages.set(number, passage);
    this.pipes.add(up);
    this.pipes.add(down);
    return passage;
  }

  private openBehind(passage: Passage): void {
    const { shownHost, shownPort, port } = passage.near.connection;
    const { ideal } = this.net;
    const as = { shownHost, shownPort, link: ideal, receiveBufferBytes: this.receiveBufferBytes };
    passage.far = openFor(this.net, this.process, this.to, port, as, passage.tag);
    this.byEndpoint.set(passage.far.id, passage);
  }

  private holdNow(direction: RelayDirection, armed: boolean, tag: number): void {
    if (direction !== 'down') this.heldUp = true;
    if (direction !== 'up') this.heldDown = true;
    this.net.observer.tell({ kind: 'relay-held', ...this.ends, direction, armed }, tag);
    for (const { up, down } of this.passages.values()) {
      if (this.heldUp) up.hold();
      if (this.heldDown) down.hold();
    }
  }

  private resetNow(refuses: boolean, armed: boolean, tag: number): void {
    this.net.observer.tell({ kind: 'relay-reset', ...this.ends, refuses, armed }, tag);
    for (const passage of [...this.passages.values()]) this.finish(passage, 'relay', tag);
    if (!refuses) return;
    this.host.anyPort = null;
    for (const socket of [...this.process.sockets]) closeSocket(this.net, socket, 'close', tag);
  }

  private finish(passage: Passage, by: RelayedClosedBy, tag: number): void {
    const { number, near, far, up, down } = passage;
    this.passages.delete(number);
    for (const pipe of [up, down]) {
      pipe.die();
      this.pipes.remove(pipe);
    }
    this.tap?.closed(number, by, this.net.kernel.nowUs);
    for (const socket of [near, far]) {
      if (socket === null) continue;
      this.byEndpoint.delete(socket.id);
      if (socket.owned) closeSocket(this.net, socket, 'close', tag);
    }
  }

  /** Closes in an event of its own, so that what else was held back at this instant passes first. */
  private endSoon(passage: Passage): void {
    if (passage.ending) return;
    passage.ending = true;
    this.schedule.end(passage.number);
  }

  private allow(passage: Passage, piece: Piece): number {
    const length = piece.to - piece.from;
    if (this.armed === null) return length;
    const { bytes, counted } = this.armed.arm;
    const counting = counted(passage.number, piece);
    assert(counting >= 0 && counting <= length, `${counting} of ${length} bytes count`);
    if (counting === 0 || passage.counted + counting < bytes) {
      passage.counted += counting;
      return length;
    }
    this.cutIsDue = true;
    return length - counting + (bytes - passage.counted);
  }

  private cutIfDue(): boolean {
    if (!this.cutIsDue) return false;
    const { arm, tag } = this.armed!;
    this.cutIsDue = false;
    this.armed = null;
    const { then } = arm;
    if (then === 'reset' || then === 'refuse') this.resetNow(then === 'refuse', true, tag);
    else this.holdNow(HELD[then], true, tag);
    return true;
  }

  private readingPipe(endpoint: Endpoint): Pipe {
    const passage = this.byEndpoint.get(endpoint)!;
    return passage.near.id === endpoint ? passage.up : passage.down;
  }

  private isAlive(passage: Passage): boolean {
    return this.passages.get(passage.number) === passage;
  }

  private socketOf(endpoint: Endpoint): Socket {
    return this.net.sockets[endpoint]!;
  }
}
