/**
 * A diskless transfer since 6.0: the child writes the RDB into a pipe, the parent hands each step to all replicas, and takes the
 * next one only when everyone has taken this one. The slowest replica throttles all (replication.c: rdbPipeReadHandler).
 * Up to 5.0 the child writes to the sockets itself, and the parent hears at its end how that went; so does one of Valkey 8 that sends
 * over rdb channels, but for the hearing.
 */
import { assert } from '../../../assert.ts';
import type { Client } from '../../client.ts';
import type { Fd } from '../../ports.ts';
import type { RdbImage } from '../../persistence/rdb.ts';
import { killRdbChild } from '../../persistence/save.ts';
import { line } from '../../protocol/make.ts';
import type { Line, Piece } from '../../protocol/payload.ts';
import type { RdbPipe, Server } from '../../server.ts';

export function createPipe(server: Server, image: RdbImage, targets: readonly Client[], by: RdbPipe['by'] = server.profile.diskless.transfer): RdbPipe {
  const mark = server.ports.random.hex(40);
  const header = line(`$EOF:${mark}\r\n`);
  return {
    by, header, mark: line(mark), produced: 0, forwarded: 0, total: header.size + image.size + mark.length,
    targets: targets.filter((client) => !client.closeAsap), drained: false, failed: [],
  };
}

/** The pipe of the child at work, if it is a diskless one and has one. */
export function activePipe(server: Server): RdbPipe | null {
  const pipe = server.child?.type === 'rdb' ? server.child.pipe : null;
  return pipe?.by === 'parent' ? pipe : null;
}

/** A child that wrote to a connection itself is done with it: so many bytes of its buffer are free now. */
export function onChildWrote(server: Server, fd: Fd, ok: boolean, credit: number): void {
  const client = server.clients.get(fd);
  if (client === undefined) return;
  client.credit = credit;
  // Only up to 5.0 does it tell its parent whom it gave up.
  if (!ok && server.child?.type === 'rdb' && server.profile.diskless.transfer === 'child') server.child.pipe?.failed.push(client);
}

/** Forwards what the child has produced, as far as every replica's socket takes it. */
export function forwardPipe(server: Server): void {
  const child = server.child;
  const pipe = activePipe(server);
  if (child?.type !== 'rdb' || pipe === null || pipe.drained) return;
  const wanted = pipe.produced - pipe.forwarded;
  // What comes now comes for nobody.
  if (pipe.targets.length === 0 && wanted > 0) {
    pipe.drained = true;
    return killRdbChild(server, 'last-replica-dropped');
  }
  let step = wanted;
  for (const client of pipe.targets) step = Math.min(step, client.credit);
  if (step > 0) {
    for (const client of pipe.targets) sendRange(server, client, pipe, child.image, pipe.forwarded, pipe.forwarded + step);
    pipe.forwarded += step;
    server.ports.readPipe(pipe.forwarded);
  }
  for (const client of pipe.targets) {
    const side = client.replica;
    if (side === null) continue;
    // A write that took only a part starts the clock by which a stalled reader is dropped; one that took all stops it.
    if (step < wanted && client.credit === 0) {
      if (step > 0 || side.lastPartialWriteS === 0) side.lastPartialWriteS = server.unixtime;
    } else side.lastPartialWriteS = 0;
  }
  if (pipe.forwarded === pipe.total) {
    pipe.drained = true;
    server.ports.releaseChild();
  }
}

/** Calls `each` for the pieces of header, file and mark that lie in the bytes [from, to) of all three. */
export function forEachPart(parts: readonly (Line | RdbImage)[], from: number, to: number, each: (piece: Piece) => void): void {
  let start = 0;
  for (const payload of parts) {
    const first = Math.max(from - start, 0);
    const last = Math.min(to - start, payload.size);
    if (first < last) each({ payload, from: first, to: last });
    start += payload.size;
  }
}

function sendRange(server: Server, client: Client, pipe: RdbPipe, image: RdbImage, from: number, to: number): void {
  forEachPart([pipe.header, image, pipe.mark], from, to, (piece) => server.ports.send(client.fd, piece));
  client.credit -= to - from;
  assert(client.credit >= 0, 'a socket takes no more than its credit');
}

/** A replica of the transfer is gone: the others need not wait for it; one for nobody is stopped by the next bytes of the child. */
export function pipeTargetGone(server: Server, client: Client): void {
  const pipe = activePipe(server);
  if (pipe === null) return;
  const index = pipe.targets.indexOf(client);
  if (index < 0) return;
  pipe.targets.splice(index, 1);
  forwardPipe(server);
}
