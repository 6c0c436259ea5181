/**
 * The whole kernel (order among equal times, cancelling, dispatch through the table of handlers) against a
 * bare flatqueue, which has none of these.
 *
 * The hold model: N events are pending, and each one that fires schedules one at now + exponential. Delays
 * are drawn beforehand, so that the queue is measured and not the generator. Then what other queues are
 * bad at: bursts at one instant, time-outs that are re-armed all the time, times very far apart.
 *
 * Only one kind of flatqueue is used. A second one over typed arrays in the same process makes V8 compile its code for
 * both, which costs it a third of its speed and would flatter the kernel; alone, it fares no better.
 */

import FlatQueue from 'flatqueue';
import { createKernel, createStreams, type Distribution, draw, type EventId, type HandlerId, NO_EVENT } from '../src/kernel/index.ts';
import { type Alternative, compare } from './harness.ts';

const EVENTS = 2_000_000;
const MASK = 0xffff;

function delaysOf(distribution: (nth: number) => Distribution): Int32Array {
  const stream = createStreams('1').stream('delays');
  return Int32Array.from({ length: MASK + 1 }, (_, nth) => draw(distribution(nth), stream));
}

function bare(pending: number, delays: Int32Array): Alternative {
  const run = (): number => {
    const queue = new FlatQueue<number>();
    let drawn = 0;
    for (let id = 0; id < pending; id++) queue.push(id, delays[drawn++ & MASK]!);
    for (let fired = 0; fired < EVENTS; fired++) {
      const now = queue.peekValue()!;
      const id = queue.pop()!;
      queue.push(id, now + delays[drawn++ & MASK]!);
    }
    return EVENTS;
  };
  return { name: 'flatqueue, bare', run };
}

function whole(pending: number, delays: Int32Array): Alternative {
  const run = (): number => {
    const kernel = createKernel();
    let drawn = 0;
    const hold: HandlerId = kernel.on('hold', (id) => {
      kernel.after(delays[drawn++ & MASK]!, hold, id);
    });
    for (let id = 0; id < pending; id++) kernel.after(delays[drawn++ & MASK]!, hold, id);
    kernel.advance(EVENTS, Infinity);
    return EVENTS;
  };
  return { name: 'kernel', run };
}

function hold(title: string, pending: number, delays: Int32Array, goal?: number): void {
  const goals = goal === undefined ? {} : { kernel: goal };
  compare(title, [bare(pending, delays), whole(pending, delays)], { unit: 'events', goals });
}

const exponential = delaysOf(() => ({ kind: 'exponential', meanUs: 1_000_000 }));
hold('hold, 100 pending', 100, exponential, 0.9);
hold('hold, 10,000 pending', 10_000, exponential, 1);
hold('hold, 1,000,000 pending', 1_000_000, exponential, 1);

// All pending events meet at each whole second.
hold('bursts: 10,000 events at one instant', 10_000, delaysOf(() => ({ kind: 'constant', us: 1_000_000 })));

// Microseconds for most, half an hour for every hundredth.
const far: Distribution = { kind: 'uniform', fromUs: 1_000_000_000, toUs: 2_000_000_000 };
hold(
  'far apart: microseconds and half hours, 10,000 pending',
  10_000,
  delaysOf((nth) => (nth % 100 === 0 ? far : { kind: 'exponential', meanUs: 50 })),
);

// 1,000 links: a message every 10 ms re-arms the link's time-out of 60 s. The bare queue cannot cancel, so it
// keeps every time-out that was replaced, and skips it when it comes up.
const LINKS = 1000;
const MESSAGE_US = 10_000;
const TIMEOUT_US = 60_000_000;
compare(
  'time-outs re-armed by every message, 1,000 links',
  [
    {
      name: 'flatqueue, tombstones',
      run: () => {
        const queue = new FlatQueue<number>();
        const armed = new Float64Array(LINKS);
        for (let link = 0; link < LINKS; link++) queue.push(link, link);
        let messages = 0;
        while (messages < EVENTS) {
          const now = queue.peekValue()!;
          const id = queue.pop()!;
          if (id < LINKS) {
            messages++;
            armed[id] = now + TIMEOUT_US;
            queue.push(id + LINKS, now + TIMEOUT_US);
            queue.push(id, now + MESSAGE_US);
          } else if (armed[id - LINKS] === now) {
            throw new Error('no link falls silent here');
          }
        }
        return messages;
      },
    },
    {
      name: 'kernel, cancelling',
      run: () => {
        const kernel = createKernel();
        const timeouts = new Array<EventId>(LINKS).fill(NO_EVENT);
        const timeout = kernel.on('timeout', () => {
          throw new Error('no link falls silent here');
        });
        const message = kernel.on('message', (link) => {
          kernel.cancel(timeouts[link]!);
          timeouts[link] = kernel.after(TIMEOUT_US, timeout, link);
          kernel.after(MESSAGE_US, message, link);
        });
        for (let link = 0; link < LINKS; link++) kernel.at(link, message, link);
        kernel.advance(EVENTS, Infinity);
        return EVENTS;
      },
    },
  ],
  { unit: 'messages', rounds: 5 },
);
