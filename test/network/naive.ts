/**
 * The network's bandwidth, byte after byte: the policy at the head of src/network/flows.ts as plainly as it can be said, with lists
 * that are searched and counters that count by one. Nothing here is quick, and nothing is shared with what it checks.
 *
 * Where two things happen to one wire within one microsecond, the policy does not say which comes first: `Ambiguous`.
 */

export class Ambiguous extends Error {}

/** A run of bytes that arrives as one: when its last byte does. */
interface Piece {
  bytes: number;
}

interface Coming {
  readonly piece: Piece;
  readonly atUs: number;
}

/** Bytes given a place on a wire; `left` of them have passed it. Nobody's: a place whose owner has gone. */
interface Given {
  lane: Lane | null;
  readonly turn: number;
  bytes: number;
  left: number;
}

interface Lane {
  readonly flow: Flow;
  readonly wire: Wire;
  /** The first wire of a flow takes from its outbox. */
  readonly queue: Piece[];
  /** Behind a wire that is not quicker: bytes may have passed while they came. */
  readonly follows: () => boolean;
  /** What comes from the wire before this one, and when. */
  readonly coming: Coming[];
  /** Where a piece goes that passed at that instant. */
  readonly passed: (piece: Piece, atUs: number) => void;
  mark: number;
}

interface Wire {
  rate: number;
  given: Given[];
  /** In the order of their coming. */
  line: Lane[];
  mark: number;
  turns: number;
  served: Lane | null;
  /** Byte n since then leaves n / rate later; and how many have. */
  anchorUs: number;
  sinceAnchor: number;
  /** Places were given up at this instant: the byte in the making goes to whoever comes at it. */
  releasedUs: number;
}

interface Link {
  readonly from: string;
  readonly to: string;
  readonly latencyUs: number;
  rate: number;
  wire: Wire | null;
  cuts: number;
}

export interface Flow {
  readonly link: Link;
  readonly back: Link;
  readonly bufferBytes: number;
  readonly outbox: Piece[];
  lanes: Lane[];
  entry: Lane | null;
  /** On the way: arrival at the other host. */
  readonly travelling: Coming[];
  /** Deliveries, and when the sender knows of them. */
  readonly acks: { readonly bytes: number; readonly atUs: number }[];
  stalled: boolean;
  written: number;
  sent: number;
  received: number;
}

const SECOND = 1_000_000;
const AHEAD_US = 1000;
const PACKET = 1448;

export class NaiveNetwork {
  nowUs: number = 0;
  private readonly nics = new Map<string, { out: Wire | null; in: Wire | null }>();
  private readonly links: Link[] = [];
  readonly flows: Flow[] = [];
  /** Wires touched in this microsecond, and by whom. */
  private readonly touched = new Map<Wire, unknown>();

  // ---------------------------------------------------------------- what is done to it

  host(name: string): void {
    this.nics.set(name, { out: null, in: null });
  }

  flow(from: string, to: string, latencyUs: number, rate: number, bufferBytes: number): Flow {
    const link = this.link(from, to, latencyUs, rate);
    const back = this.link(to, from, latencyUs, rate);
    const flow: Flow = {
      link, back, bufferBytes, outbox: [], lanes: [], entry: null, travelling: [], acks: [], stalled: false, written: 0, sent: 0, received: 0,
    };
    this.flows.push(flow);
    this.route(link);
    return flow;
  }

  write(flow: Flow, bytes: number): void {
    flow.written += bytes;
    flow.outbox.push({ bytes });
    this.pump(flow);
  }

  credit(flow: Flow): number {
    return flow.bufferBytes - (flow.written - this.credited(flow));
  }

  cut(a: string, b: string): void {
    for (const link of this.links) {
      if (!(link.from === a && link.to === b) && !(link.from === b && link.to === a)) continue;
      link.cuts++;
      if (link.cuts > 1) continue;
      for (const flow of this.flowsOn(link)) this.retreat(flow);
      for (const flow of this.flowsOn(link)) if (flow.outbox.length > 0) flow.stalled = true;
    }
  }

  heal(a: string, b: string): void {
    for (const link of this.links) if ((link.from === a && link.to === b) || (link.from === b && link.to === a)) link.cuts--;
  }

  /** TCP tries again. */
  retransmit(flow: Flow): void {
    flow.stalled = flow.link.cuts > 0;
    if (!flow.stalled) this.pump(flow);
  }

  setLink(a: string, b: string, rate: number): void {
    for (const [from, to] of [[a, b], [b, a]]) {
      const link = this.links.find((each) => each.from === from && each.to === to);
      if (link === undefined || link.rate === rate) continue;
      const wasSlow = this.isSlow(link);
      link.rate = rate;
      // A change that is not felt changes nothing.
      if (!wasSlow && !this.isSlow(link)) continue;
      for (const flow of this.flowsOn(link)) this.retreat(flow);
      this.route(link);
      for (const flow of this.flowsOn(link)) this.pump(flow);
    }
  }

  setNic(name: string, rate: number): void {
    const nic = this.nics.get(name)!;
    const outgoing = this.links.filter(({ from }) => from === name);
    const incoming = this.links.filter(({ to }) => to === name).flatMap((link) => this.flowsOn(link));
    for (const link of outgoing) for (const flow of this.flowsOn(link)) this.retreat(flow);
    for (const { entry } of incoming) if (entry !== null) this.withdraw(entry);
    nic.out = this.ofRate(nic.out, rate);
    nic.in = this.ofRate(nic.in, rate);
    for (const link of outgoing) this.route(link);
    for (const link of outgoing) for (const flow of this.flowsOn(link)) this.pump(flow);
    for (const flow of incoming) {
      const waiting = flow.entry?.queue ?? [];
      flow.entry = nic.in === null ? null : this.entryOf(flow, nic.in);
      if (flow.entry === null) for (const piece of waiting) this.deliver(flow, piece);
      else if (waiting.length > 0) {
        flow.entry.queue.push(...waiting);
        this.offer(flow.entry);
      }
    }
  }

  // ---------------------------------------------------------------- time

  /** `retransmissions`: when TCP tried again, and for which flow; in order. */
  run(untilUs: number, retransmissions: { readonly atUs: number; readonly flow: number }[]): void {
    for (;;) {
      const nextUs = Math.max(this.nowUs, Math.min(...this.happenings(), retransmissions[0]?.atUs ?? Infinity));
      if (nextUs > untilUs) break;
      this.proceed(nextUs);
      for (const wire of this.wires) this.leave(wire);
      for (const flow of this.flows) this.come(flow);
      while (retransmissions[0]?.atUs === nextUs) {
        const flow = this.flows[retransmissions.shift()!.flow]!;
        for (const { wire } of flow.lanes) this.touch(wire, flow);
        this.retransmit(flow);
      }
      for (const flow of this.flows) this.learn(flow);
      for (const wire of this.wires) {
        if (wire.line.length === 0 || busyUntilUs(wire) > nextUs) continue;
        this.touch(wire, wire);
        this.giveTurns(wire);
      }
    }
    this.proceed(untilUs);
  }

  private proceed(us: number): void {
    if (us > this.nowUs) this.touched.clear();
    this.nowUs = us;
    for (const wire of this.wires) this.leaveUntil(wire, us);
  }

  /** When something may happen. */
  private *happenings(): Iterable<number> {
    for (const wire of this.wires) {
      const first = wire.given[0];
      if (first !== undefined) yield leavesUs(wire, first.bytes - first.left);
      if (wire.line.length > 0) yield busyUntilUs(wire);
    }
    for (const { travelling, lanes, acks } of this.flows) {
      for (const { atUs } of travelling) yield atUs;
      for (const { coming } of lanes) for (const { atUs } of coming) yield atUs;
      for (const { atUs } of acks) if (atUs > this.nowUs) yield atUs;
    }
  }

  private touch(wire: Wire, by: unknown): void {
    if (this.touched.has(wire) && this.touched.get(wire) !== by) throw new Ambiguous();
    this.touched.set(wire, by);
  }

  /** A piece has passed when its last byte has. */
  private leave(wire: Wire): void {
    this.leaveUntil(wire, this.nowUs);
    while (wire.given.length > 0 && wire.given[0]!.left === wire.given[0]!.bytes) {
      const { lane, bytes } = wire.given.shift()!;
      lane?.passed({ bytes }, this.nowUs);
    }
  }

  private leaveUntil(wire: Wire, untilUs: number): void {
    for (const given of wire.given) {
      while (given.left < given.bytes) {
        if (leavesUs(wire, 1) > untilUs) return;
        given.left++;
        wire.sinceAnchor++;
      }
    }
  }

  /** What comes to the next wire, or to the other host. */
  private come(flow: Flow): void {
    for (const lane of flow.lanes) while (isDue(lane.coming, this.nowUs)) this.enter(lane, lane.coming.shift()!.piece);
    while (isDue(flow.travelling, this.nowUs)) {
      const { piece } = flow.travelling.shift()!;
      if (flow.entry === null) this.deliver(flow, piece);
      else this.enter(flow.entry, piece);
    }
  }

  /** A piece whose last byte has come: it has passed already, if nobody was before it and the wire was free so long. */
  private enter(lane: Lane, piece: Piece): void {
    const { wire } = lane;
    this.touch(wire, lane.flow);
    const passes = lane.follows() && lane.queue.length === 0 && wire.line.length === 0 && leavesUs(wire, unleft(wire) + piece.bytes) <= this.nowUs;
    if (passes) {
      anchor(wire, this.nowUs);
      lane.passed(piece, this.nowUs);
    } else {
      lane.queue.push(piece);
      this.offer(lane);
    }
  }

  private deliver(flow: Flow, { bytes }: Piece): void {
    flow.received += bytes;
    flow.acks.push({ bytes, atUs: this.nowUs + flow.back.latencyUs });
  }

  /** An acknowledgement has come, for which somebody may have waited. */
  private learn(flow: Flow): void {
    if (!flow.acks.some(({ atUs }) => atUs === this.nowUs)) return;
    const lane = flow.lanes[0];
    if (!this.maySend(flow) || (lane !== undefined && lane.wire.line.includes(lane))) return;
    if (lane !== undefined) this.touch(lane.wire, flow);
    this.pump(flow);
  }

  private credited({ acks }: Flow): number {
    return acks.reduce((sum, { bytes, atUs }) => (atUs <= this.nowUs ? sum + bytes : sum), 0);
  }

  // ---------------------------------------------------------------- the policy

  private pump(flow: Flow): void {
    if (flow.stalled || flow.outbox.length === 0) return;
    if (flow.link.cuts > 0) flow.stalled = true;
    else if (this.maySend(flow)) {
      if (flow.lanes.length > 0) this.offer(flow.lanes[0]!);
      else this.take(flow, flow.outbox, Infinity, (piece) => this.travel(flow, piece, this.nowUs));
    }
  }

  private offer(lane: Lane): void {
    const { wire } = lane;
    if (wire.line.includes(lane)) return;
    lane.mark = Math.max(lane.mark, wire.mark);
    wire.line.push(lane);
    if (busyUntilUs(wire) - this.nowUs < AHEAD_US) this.giveTurns(wire);
    else if (wire.served !== null && wire.served !== lane) this.mayInterrupt(wire, wire.served, lane);
  }

  private mayInterrupt(wire: Wire, served: Lane, lane: Lane): void {
    this.leaveUntil(wire, this.nowUs);
    if (wire.given.at(-1)?.turn !== wire.turns) return;
    const rest = sum(wire.given.map(({ turn, bytes, left }) => (turn === wire.turns ? bytes - left : 0)));
    if (lane.mark > served.mark - rest || (rest * SECOND) / wire.rate <= AHEAD_US) return;
    this.giveBack(served, wire.given.filter(({ turn }) => turn === wire.turns), false);
    wire.served = null;
    wire.line = wire.line.filter((each) => each !== served);
    wire.line.push(served);
    this.giveTurns(wire);
  }

  /** What has not passed returns to where it came from. The places go, or stay as nobody's. */
  private giveBack(lane: Lane, places: readonly Given[], stay: boolean): void {
    const { wire, flow } = lane;
    for (const given of [...places].reverse()) {
      const back = given.bytes - given.left;
      if (back === 0) continue;
      lane.queue.unshift({ bytes: back });
      lane.mark -= back;
      if (lane === flow.lanes[0]) flow.sent -= back;
      if (given.left > 0) lane.passed({ bytes: given.left }, leavesUs(wire, 0));
      if (stay) given.lane = null;
      else wire.given = wire.given.filter((each) => each !== given);
    }
    if (!stay) wire.releasedUs = this.nowUs;
  }

  private withdraw(lane: Lane): void {
    const { wire } = lane;
    this.leave(wire);
    wire.line = wire.line.filter((each) => each !== lane);
    if (wire.served === lane) wire.served = null;
    const first = wire.given.findIndex((given) => given.lane === lane);
    if (first < 0) return;
    this.giveBack(lane, wire.given.filter((given) => given.lane === lane), wire.given.slice(first).some((given) => given.lane !== lane));
  }

  /** What has not left the host returns to the outbox. */
  private retreat(flow: Flow): void {
    const [source, exit] = flow.lanes;
    if (exit !== undefined) this.withdraw(exit);
    if (source !== undefined) this.withdraw(source);
    if (exit === undefined) return;
    const back = [...exit.queue.splice(0), ...exit.coming.splice(0).map(({ piece }) => piece)];
    flow.sent -= sum(back.map(({ bytes }) => bytes));
    flow.outbox.unshift(...back);
  }

  private giveTurns(wire: Wire): void {
    while (wire.line.length > 0 && busyUntilUs(wire) - this.nowUs < AHEAD_US) {
      const lane = wire.line.reduce((least, each) => (each.mark < least.mark ? each : least));
      wire.line = wire.line.filter((each) => each !== lane);
      this.giveTurn(wire, lane);
    }
  }

  private giveTurn(wire: Wire, lane: Lane): void {
    const twentieth = Math.floor(wire.rate / 20);
    const share = Math.floor(twentieth / (wire.line.length + 1));
    const most = Math.max(PACKET, Math.min(Math.max(share, Math.min(twentieth, 16_384)), Math.floor(lane.flow.bufferBytes / 8)));
    wire.mark = Math.max(wire.mark, lane.mark);
    wire.turns++;
    wire.served = lane;
    const { turns } = wire;
    const isFirst = lane === lane.flow.lanes[0];
    const give = (piece: Piece): void => {
      lane.mark += piece.bytes;
      const { nowUs } = this;
      // Who is asked for bytes begins now; who is fed has been passing them since it was free.
      if (!lane.follows() && busyUntilUs(wire) < nowUs && wire.releasedUs !== nowUs) anchor(wire, nowUs);
      wire.given.push({ lane, turn: turns, bytes: piece.bytes, left: 0 });
      if (lane.follows() && busyUntilUs(wire) <= nowUs) {
        this.leaveUntil(wire, nowUs);
        anchor(wire, nowUs);
      }
    };
    if (isFirst) this.take(lane.flow, lane.queue, most, give);
    else takeFrom(lane.queue, most, give);
    if (isFirst ? this.maySend(lane.flow) : lane.queue.length > 0) wire.line.push(lane);
    this.leave(wire);
  }

  /** Out of the outbox, as far as the receive buffer of the peer has room. */
  private take(flow: Flow, outbox: Piece[], most: number, give: (piece: Piece) => void): void {
    let left = most;
    while (left > 0 && outbox.length > 0) {
      const fitting = this.fitting(flow);
      if (fitting === 0) return;
      const piece = takeFrom(outbox.splice(0, 1), Math.min(left, fitting), (taken) => {
        flow.sent += taken.bytes;
        left -= taken.bytes;
        give(taken);
      });
      outbox.unshift(...piece);
    }
  }

  private fitting(flow: Flow): number {
    const window = flow.bufferBytes - (flow.sent - this.credited(flow));
    const { bytes } = flow.outbox[0] ?? { bytes: 0 };
    return window >= Math.min(PACKET, Math.ceil(flow.bufferBytes / 2)) ? window : bytes <= window ? bytes : 0;
  }

  private maySend(flow: Flow): boolean {
    return !flow.stalled && flow.outbox.length > 0 && this.fitting(flow) > 0;
  }

  // ---------------------------------------------------------------- which wires

  private readonly wires: Wire[] = [];

  private link(from: string, to: string, latencyUs: number, rate: number): Link {
    let link = this.links.find((each) => each.from === from && each.to === to);
    if (link === undefined) {
      link = { from, to, latencyUs, rate, wire: null, cuts: 0 };
      this.links.push(link);
    }
    return link;
  }

  private flowsOn(link: Link): Flow[] {
    return this.flows.filter((flow) => flow.link === link);
  }

  private isSlow({ from, rate }: Link): boolean {
    const { out } = this.nics.get(from)!;
    return rate > 0 && (out === null || rate < out.rate);
  }

  private ofRate(wire: Wire | null, rate: number): Wire | null {
    if (rate === 0) return null;
    if (wire === null) {
      const made: Wire = { rate, given: [], line: [], mark: 0, turns: 0, served: null, anchorUs: 0, sinceAnchor: 0, releasedUs: -1 };
      this.wires.push(made);
      return made;
    }
    wire.rate = rate;
    wire.given = [];
    anchor(wire, this.nowUs);
    return wire;
  }

  private route(link: Link): void {
    const { out } = this.nics.get(link.from)!;
    const slow = this.isSlow(link);
    if (slow && link.wire?.rate !== link.rate) link.wire = this.ofRate(link.wire, link.rate);
    for (const flow of this.flowsOn(link)) {
      const travel = (piece: Piece, atUs: number): void => this.travel(flow, piece, atUs);
      flow.lanes = [];
      if (slow && out !== null) {
        const exit = laneOf(flow, out, [], () => true, travel);
        flow.lanes.push(laneOf(flow, link.wire!, flow.outbox, () => false, (piece) => void exit.coming.push({ piece, atUs: this.nowUs })), exit);
      } else if (slow || out !== null) {
        flow.lanes.push(laneOf(flow, slow ? link.wire! : out!, flow.outbox, () => false, travel));
      }
      const nic = this.nics.get(link.to)!.in;
      if (nic !== null) flow.entry ??= this.entryOf(flow, nic);
    }
  }

  private entryOf(flow: Flow, wire: Wire): Lane {
    return laneOf(flow, wire, [], () => (flow.lanes[0]?.wire.rate ?? Infinity) <= wire.rate, (piece) => this.deliver(flow, piece));
  }

  private travel(flow: Flow, piece: Piece, leftUs: number): void {
    const before = flow.travelling.at(-1)?.atUs ?? 0;
    flow.travelling.push({ piece, atUs: Math.max(before, leftUs + flow.link.latencyUs, this.nowUs) });
  }
}

function laneOf(flow: Flow, wire: Wire, queue: Piece[], follows: Lane['follows'], passed: Lane['passed']): Lane {
  return { flow, wire, queue, follows, coming: [], passed, mark: 0 };
}

/** When the n-th byte from now will have left. */
function leavesUs({ anchorUs, sinceAnchor, rate }: Wire, n: number): number {
  return anchorUs + Math.ceil(((sinceAnchor + n) * SECOND) / rate);
}

function unleft({ given }: Wire): number {
  return sum(given.map(({ bytes, left }) => bytes - left));
}

function busyUntilUs(wire: Wire): number {
  return leavesUs(wire, unleft(wire));
}

function anchor(wire: Wire, nowUs: number): void {
  wire.anchorUs = nowUs;
  wire.sinceAnchor = 0;
}

/** Cuts pieces off the front, `most` bytes in all; returns what remains. */
function takeFrom(queue: Piece[], most: number, give: (piece: Piece) => void): Piece[] {
  let left = most;
  while (left > 0 && queue.length > 0) {
    const { bytes } = queue.shift()!;
    const taken = Math.min(left, bytes);
    left -= taken;
    if (taken < bytes) queue.unshift({ bytes: bytes - taken });
    give({ bytes: taken });
  }
  return queue;
}

function isDue(coming: readonly Coming[], nowUs: number): boolean {
  return coming.length > 0 && coming[0]!.atUs <= nowUs;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
