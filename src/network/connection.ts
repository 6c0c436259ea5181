/**
 * Connections as plain data: two sockets, each with what it sends and what it has received.
 *
 * Positions count the bytes of one direction from the start of the connection:
 *
 *     credited ≤ acked ≤ arrived ≤ sent ≤ written           on the sending socket
 *                read  ≤ arrived                            read by the owner of its peer
 *
 *     outbox:  sent … written      accepted from the owner, not on the wire
 *     flight:  arrived … sent      on the wire, or given a place on it; between two wires; in front of the far NIC
 *     inbox:   read … arrived      in the receive buffer of the peer
 *
 * Bytes that a cut swallows never leave the outbox: what is retransmitted in life is sent later here.
 */

import type { Ack } from './acks.ts';
import type { Endpoint, SocketEvents } from './api.ts';
import { Fifo } from './fifo.ts';
import type { Host, Listener, Process } from './host.ts';
import type { Link } from './link.ts';
import type { Segment } from './segment.ts';
import { Lane, SOURCE, type Wire } from './wire.ts';

/** What the kernel of a host knows of a socket. */
export type SocketState =
  /** The far side of a connect whose SYN has not arrived. */
  | 'unborn'
  | 'connecting'
  | 'open'
  /** Its owner closed it; what was sent, and then FIN, still travel. */
  | 'closing'
  /** Nothing: packets for it are answered by RST. */
  | 'gone';

export class Connection {
  readonly number: number;
  readonly port: number;
  /** As the acceptor sees the opener. A relay opens in the name of whom it stands for. */
  readonly shownHost: Host;
  readonly shownPort: number;
  opened: boolean = false;
  /** Somebody ended it, and that was told. */
  closed: boolean = false;

  constructor(number: number, port: number, shownHost: Host, shownPort: number) {
    this.number = number;
    this.port = port;
    this.shownHost = shownHost;
    this.shownPort = shownPort;
  }
}

/** In place of an instant: no acknowledgement is on its way. */
export const NO_ACK = -1;

/** As a queue of segments it is its own flight: what is on the wire, and comes next at the other end. */
export class Socket extends Fifo<Segment> {
  // First what every segment looks at, in the order in which it does: with thousands of sockets, time goes by in
  // fetching their memory.
  readonly id: Endpoint;
  state: SocketState;
  // -- receiving
  /** Of its process, while that hears; see ready.ts. */
  ears: SocketEvents | null = null;
  readingPaused: boolean = false;
  /** null: nothing waits. */
  inbox: Fifo<Segment> | null = null;
  /** Bytes of the peer's that the owner has read. */
  read: number = 0;
  /** Set right after both were made. */
  peer!: Socket;
  // -- sending
  /** The owner has not closed it: it may call, and hears. */
  owned: boolean = false;
  /** Bytes between `written` here and `read` at the other end that the two kernels hold. */
  readonly bufferBytes: number;
  written: number = 0;
  /** Of the bytes that were read at the other end, what the owner was told by `drained`. */
  told: number = 0;
  /** Nothing leaves before the next retransmission. */
  stalled: boolean = false;
  /** What waits for its first wire, and what leads onto it: the outbox. */
  readonly outbox: Lane;
  /** Behind a slow link: through its own host's NIC. */
  exit: Lane | null = null;
  /** Bytes that may wait unread at the other end: its receive buffer. */
  peerBufferBytes: number;
  sent: number = 0;
  arrived: number = 0;
  /** The latency drawn last, and when: what leaves at one instant shares one draw. */
  drawnUs: number = 0;
  drawnAtUs: number = -1;
  lastArrivalUs: number = 0;
  /** The head of its flight has its event. */
  isAwaited: boolean = false;
  // -- its way, see way.ts
  /** Nothing comes through, or not everything. */
  isCut: boolean = false;
  isLossy: boolean = false;
  /** The latency of its link, if that never varies; -1: it does, and what was drawn stands in this row (latencies.ts). */
  constantUs: number = -1;
  row: number = 0;
  /** The NIC of the peer's host. */
  nicIn: Wire | null = null;
  /** What feeds that NIC is not quicker than it: bytes may have passed while they came. */
  isFedSlowly: boolean = false;
  /** What acknowledgements take, and whether none comes through. */
  backUs: number = 0;
  isBackCut: boolean = false;
  /** Through the NIC of the peer's host; made when first needed. */
  entry: Lane | null = null;
  // -- acknowledgements on their way back, see acks.ts
  /** `drain` comes. */
  awaitsCredit: boolean = false;
  /** Arrived, and read, as far as this side knows: bytes that were read may be written again. */
  acked: number = 0;
  credited: number = 0;
  /** When the first one comes; as a rule there is no other. */
  ackAtUs: number = NO_ACK;
  ackArrived: number = 0;
  ackRead: number = 0;
  lastAckUs: number = 0;
  /** Retransmissions since the last sign of progress. */
  retries: number = 0;
  /** Those behind the first, in order: a chain, and the last of it. */
  laterAcks: Ack | null = null;
  lastAck: Ack | null = null;
  /** The connection's, once more: who tells of a segment need not look there. */
  readonly number: number;
  readonly isOpener: boolean;

  /** The link that its packets take. */
  readonly link: Link;
  readonly host: Host;
  readonly connection: Connection;
  process: Process | null = null;

  // -- its beginning and end
  /** The listener that has to accept it. */
  listener: Listener | null = null;
  accepted: boolean = false;
  /** FIN has arrived: nothing will be sent any more. */
  finished: boolean = false;
  /** The owner was told how it ended. */
  endTold: boolean = false;
  /** The tag of what ended the connection on this side. */
  endTag: number = 0;
  /** In `process.ready`. */
  isReady: boolean = false;

  // -- retransmission, see retransmission.ts
  timerBaseUs: number = 0;
  /** What a lost acknowledgement would have said. */
  owedArrived: number = 0;
  owedRead: number = 0;
  /** Packets sent since one was lost; three of them bring it back by fast retransmission. -1: none was lost. */
  sentSinceLoss: number = -1;
  /** The timer stands for a fast retransmission. */
  fastRepair: boolean = false;

  constructor(id: Endpoint, connection: Connection, isOpener: boolean, host: Host, link: Link, state: SocketState) {
    super();
    this.id = id;
    this.connection = connection;
    this.isOpener = isOpener;
    this.number = connection.number;
    this.host = host;
    this.link = link;
    this.state = state;
    this.bufferBytes = link.spec.socketBufferBytes;
    this.peerBufferBytes = this.bufferBytes;
    this.outbox = new Lane(this, SOURCE, link.first, this);
  }

  get flight(): Fifo<Segment> {
    return this;
  }

  /** A field of each line of 64 bytes that sending needs, and the coming of acknowledgements, see warm.ts. */
  touchSending(): number {
    return this.id + this.bufferBytes + this.sent + this.row + this.credited + this.number;
  }

  /** And that receiving needs. */
  touchReceiving(): number {
    return this.id + this.read;
  }
}
