/**
 * The kernel against bare queues, in the hold model: N pending events, and each one that fires schedules
 * one at now + exponential.
 */

import FlatQueue from 'flatqueue';
import { type Alternative, compare } from './harness.ts';
import { createKernel, createStreams, draw, type HandlerId } from '../src/kernel/index.ts';

const MEAN_US = Number(process.env['MEAN_US'] ?? 1_000_000);
const stream = createStreams('1').stream('hold');
const DELAYS = Int32Array.from({ length: 1 << 16 }, () => draw({ kind: 'exponential', meanUs: MEAN_US }, stream));
const MASK = DELAYS.length - 1;

function bare(pending: number, events: number, queue: FlatQueue<number>): Alternative['run'] {
  return () => {
    queue.clear();
    let drawn = 0;
    for (let id = 0; id < pending; id++) queue.push(id, DELAYS[drawn++ & MASK]!);
    for (let fired = 0; fired < events; fired++) {
      const now = queue.peekValue()!;
      const id = queue.pop()!;
      queue.push(id, now + DELAYS[drawn++ & MASK]!);
    }
    return events;
  };
}

function whole(pending: number, events: number): Alternative['run'] {
  return () => {
    const kernel = createKernel();
    let drawn = 0;
    const hold: HandlerId = kernel.on('hold', (a) => {
      kernel.after(DELAYS[drawn++ & MASK]!, hold, a);
    });
    for (let id = 0; id < pending; id++) kernel.after(DELAYS[drawn++ & MASK]!, hold, id);
    kernel.advance(events, Infinity);
    return events;
  };
}

for (const [pending, events] of [[100, 3e6], [10_000, 3e6], [1_000_000, 3e6]] as const) {
  compare(`hold, ${pending} pending`, [
    { name: 'flatqueue', run: bare(pending, events, new FlatQueue()) },
    { name: 'flatqueue, typed', run: bare(pending, events, new FlatQueue(pending)) },
    { name: 'kernel', run: whole(pending, events) },
  ], { rounds: 5 });
}
