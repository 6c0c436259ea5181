/**
 * What a saving child of up to 5.0 does with its file: it writes it to the replicas' sockets itself (rdb.c: rdbSaveToSlavesSockets;
 * rio.c: rioFdsetWrite). It writes to each in turn and blocks, so the slowest holds up all.
 *
 * The sockets are still its parent's, who hears what happens to them; only their room for more is told here.
 */
import type { Endpoint, ProcessId } from '../network/index.ts';
import type { ChildJob, Fd } from '../redis/ports.ts';
import { forEachPart } from '../redis/replication/master/rdb-pipe.ts';
import type { Process } from './process.ts';

type SocketJob = ChildJob & { readonly type: 'rdb' };
type Order = NonNullable<SocketJob['sockets']>;

interface Target {
  readonly fd: Fd;
  readonly endpoint: Endpoint;
  /** Free bytes of its buffer. */
  credit: number;
  /** false: it was closed, or given up. */
  ok: boolean;
}

/** What became of one connection, and the free bytes of its buffer. */
export interface Written {
  readonly fd: Fd;
  readonly ok: boolean;
  readonly credit: number;
}

export class SocketWriter {
  /** Who has the sockets while the child lives. */
  readonly holder: ProcessId;
  /** Bytes written to every socket that is still good. */
  written = 0;
  private readonly process: Process;
  private readonly job: SocketJob;
  private readonly order: Order;
  private readonly targets: Target[] = [];

  /** `onRoom`: a socket took something, or is gone. */
  constructor(process: Process, job: SocketJob, order: Order, onRoom: () => void) {
    const { network } = process.world;
    this.process = process;
    this.job = job;
    this.order = order;
    this.holder = network.addProcess(process.host, process.eventsBut({
      drained: (endpoint, bytes) => {
        const target = this.targets.find((one) => one.endpoint === endpoint);
        if (target === undefined) return;
        target.credit += bytes;
        onRoom();
      },
      closed: (endpoint, why, tag) => {
        this.lost(endpoint);
        process.closed(endpoint, why, tag);
        onRoom();
      },
    }));
    for (const { fd, credit } of order.connections) {
      const endpoint = process.endpointOf(fd);
      if (endpoint === undefined) continue;
      network.handOver(endpoint, this.holder);
      this.targets.push({ fd, endpoint, credit, ok: true });
    }
  }

  /** Somebody is left to write to. */
  get hasTargets(): boolean {
    return this.targets.some(({ ok }) => ok);
  }

  /** Writes up to byte `produced`, as far as every socket takes it. True: it got further. */
  write(produced: number): boolean {
    const { network, cause } = { network: this.process.world.network, cause: this.process.cause };
    let step = produced - this.written;
    const live = this.targets.filter(({ ok }) => ok);
    for (const { credit } of live) step = Math.min(step, credit);
    if (step <= 0) return false;
    const { header, mark } = this.order;
    forEachPart([header, this.job.image, mark], this.written, this.written + step, (piece) => {
      for (const { endpoint } of live) network.send(endpoint, piece, cause);
    });
    for (const target of live) target.credit -= step;
    this.written += step;
    return true;
  }

  /** Nothing could be written for so long that the writes failed: who has no room is given up. */
  giveUp(): void {
    for (const target of this.targets) if (target.credit === 0) target.ok = false;
  }

  /** Its connection was closed, by the peer or for all who had it. */
  lost(endpoint: Endpoint): void {
    for (const target of this.targets) if (target.endpoint === endpoint) target.ok = false;
  }

  /** The child ends: what its parent has not closed meanwhile is its parent's again. */
  giveBack(): Written[] {
    const { process } = this;
    const { network } = process.world;
    return this.targets.flatMap(({ fd, endpoint, credit, ok }) => {
      if (process.endpointOf(fd) !== endpoint) return [];
      network.handOver(endpoint, process.networkId);
      return [{ fd, ok, credit }];
    });
  }
}
