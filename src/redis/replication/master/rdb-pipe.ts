/**
 * A diskless transfer: the child writes the RDB into a pipe, the parent hands each step to all replicas, and takes the
 * next one only when everyone has taken this one. The slowest replica throttles all (replication.c: rdbPipeReadHandler).
 */
import { assert } from '../../../assert.ts';
import type { Client } from '../../client.ts';
import type { RdbImage } from '../../persistence/rdb.ts';
import { killRdbChild } from '../../persistence/save.ts';
import { line } from '../../protocol/make.ts';
import type { Payload } from '../../protocol/payload.ts';
import type { RdbPipe, Server } from '../../server.ts';

export function createPipe(server: Server, image: RdbImage, targets: readonly Client[]): RdbPipe {
  const mark = server.ports.random.hex(40);
  const header = line(`$EOF:${mark}\r\n`);
  return {
    header, mark: line(mark), produced: 0, forwarded: 0, total: header.size + image.size + mark.length,
    targets: targets.filter((client) => !client.closeAsap), drained: false,
  };
}

/** The pipe of the child at work, if it is a diskless one. */
export function activePipe(server: Server): RdbPipe | null {
  return server.child?.type === 'rdb' ? server.child.pipe : null;
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

/** Sends the bytes [from, to) of header + file + mark. */
function sendRange(server: Server, client: Client, pipe: RdbPipe, image: RdbImage, from: number, to: number): void {
  let start = 0;
  const send = (payload: Payload, size: number): void => {
    const first = Math.max(from - start, 0);
    const last = Math.min(to - start, size);
    if (first < last) server.ports.send(client.fd, { payload, from: first, to: last });
    start += size;
  };
  send(pipe.header, pipe.header.size);
  send(image, image.size);
  send(pipe.mark, pipe.mark.size);
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
