import { describe, expect, it } from 'vitest';
import { createKernel, type EventId, NO_EVENT } from '../../src/kernel/index.ts';
import { EventQueue } from '../../src/kernel/queue.ts';

describe('cancelling', () => {
  it('takes an event back once', () => {
    const kernel = createKernel();
    const fired: number[] = [];
    const handler = kernel.on('fire', (number) => fired.push(number));
    const event = kernel.after(5, handler, 1);
    kernel.after(5, handler, 2);
    expect([kernel.cancel(event), kernel.cancel(event), kernel.pending]).toEqual([true, false, 1]);
    kernel.advance(Infinity, Infinity);
    expect(fired).toEqual([2]);
  });

  it('does nothing to an event that fired, even when its row is used again', () => {
    const kernel = createKernel();
    const handler = kernel.on('fire', () => {});
    const first = kernel.after(1, handler);
    kernel.advance(1, Infinity);
    expect(kernel.cancel(first)).toBe(false);
    const second = kernel.after(1, handler);
    expect([kernel.cancel(first), kernel.pending]).toEqual([false, 1]);
    expect([kernel.cancel(second), kernel.pending]).toEqual([true, 0]);
  });

  it('does nothing for NO_EVENT and for ids that never were', () => {
    const kernel = createKernel();
    kernel.after(1, kernel.on('fire', () => {}));
    for (const id of [NO_EVENT, -1, 0.5, 2 ** 26 + 3, 2 ** 52, NaN, Infinity]) expect(kernel.cancel(id as EventId)).toBe(false);
    expect(kernel.pending).toBe(1);
  });

  it('works inside a handler: the others of the instant, and itself too late', () => {
    const kernel = createKernel();
    const log: string[] = [];
    const ids: EventId[] = [];
    const handler = kernel.on('cancel', (number) => {
      log.push(`fired ${number}`, `itself ${kernel.cancel(ids[number]!)}`, `next ${kernel.cancel(ids[number + 1]!)}`);
    });
    for (const number of [0, 1, 2, 3]) ids.push(kernel.after(7, handler, number));
    ids.push(NO_EVENT);
    kernel.advance(Infinity, Infinity);
    expect(log).toEqual(['fired 0', 'itself false', 'next true', 'fired 2', 'itself false', 'next true']);
  });

  it('leaves nothing behind: a timer that is re-armed a hundred thousand times takes one row', () => {
    const queue = new EventQueue();
    const rows = queue.times.length;
    let timer = NO_EVENT;
    for (let i = 0; i < 100_000; i++) {
      if (timer !== NO_EVENT) queue.remove(queue.find(timer));
      timer = queue.insert(60_000_000 + i, 0, 0, 0);
    }
    expect([queue.size, queue.times.length]).toEqual([1, rows]);
  });

  it('never takes one event for another: a row whose generations are used up is used no more', () => {
    const queue = new EventQueue();
    const row = queue.find(queue.insert(1, 0, 0, 0));
    queue.remove(row);
    queue.payloads[(row << 2) | 3] = 2 ** 27 - 2;
    const last = queue.insert(1, 0, 0, 0);
    expect(queue.find(last)).toBe(row);
    queue.remove(row);
    const other = queue.insert(1, 0, 0, 0);
    expect(queue.find(last)).toBe(0);
    expect(queue.find(other)).not.toBe(row);
    expect(Number.isSafeInteger(last)).toBe(true);
  });
});
