import { describe, expect, it } from 'vitest';
import { createKernel, createStreams, type Kernel } from '../../src/kernel/index.ts';

/** A kernel whose events note the time and their number. */
function noting(kernel: Kernel = createKernel({ virtualUs: Number.MAX_SAFE_INTEGER })): {
  readonly kernel: Kernel;
  readonly at: (timeUs: number, number: number) => void;
  readonly noted: [timeUs: number, number: number][];
} {
  const noted: [number, number][] = [];
  const note = kernel.on('note', (number) => noted.push([kernel.nowUs, number]));
  return { kernel, noted, at: (timeUs, number) => void kernel.at(timeUs, note, number) };
}

describe('the order of events', () => {
  it('is that of their times', () => {
    const { kernel, noted, at } = noting();
    for (const timeUs of [70_000, 5, 2 ** 40, 300, 0, 17_000_000]) at(timeUs, 0);
    kernel.advance(Infinity, Infinity);
    expect(noted.map(([timeUs]) => timeUs)).toEqual([0, 5, 300, 70_000, 17_000_000, 2 ** 40]);
  });

  it('is that of insertion among equal times, also for what a handler schedules for its own instant', () => {
    const kernel = createKernel();
    const log: number[] = [];
    const handler = kernel.on('log', (number) => {
      log.push(number);
      if (number === 1) kernel.after(0, handler, 10);
      if (number === 10) kernel.at(kernel.nowUs, handler, 11);
    });
    for (const number of [1, 2, 3]) kernel.after(5, handler, number);
    kernel.advance(Infinity, Infinity);
    expect(log).toEqual([1, 2, 3, 10, 11]);
  });

  it('is that of insertion even when equal times were scheduled from far away and from close by', () => {
    const { kernel, noted, at } = noting();
    const meetUs = 3_600_000_000;
    for (let number = 0; number < 20; number++) {
      at(meetUs, number);
      // Neighbours before and after fill the slots of every wheel on the way.
      for (const distanceUs of [1, 200, 60_000, 10_000_000]) {
        at(meetUs - distanceUs, -1);
        at(meetUs + distanceUs, -1);
      }
      kernel.advance(Infinity, kernel.nowUs + (meetUs - kernel.nowUs) / 4 - (((meetUs - kernel.nowUs) / 4) % 1));
    }
    kernel.advance(Infinity, Infinity);
    const met = noted.filter(([, number]) => number >= 0);
    expect(met).toEqual(Array.from({ length: 20 }, (_, number) => [meetUs, number]));
  });

  it('holds for fifty thousand events over spans from a microsecond to a century', () => {
    const { kernel, noted, at } = noting();
    const stream = createStreams('1').stream('times');
    const times = Array.from({ length: 50_000 }, () => stream.below(stream.pick([2, 1000, 2 ** 20, 2 ** 31, 2 ** 51])));
    times.forEach(at);
    kernel.advance(Infinity, Infinity);
    const sorted = times.map((timeUs, number) => [timeUs, number] as const).sort(([t, n], [u, m]) => t - u || n - m);
    expect(noted).toEqual(sorted);
  });

  it('holds close to the last time that is an exact integer', () => {
    const { kernel, noted, at } = noting();
    const last = Number.MAX_SAFE_INTEGER;
    [last, last - 2, 3, last - 1, last, 2 ** 52].forEach(at);
    kernel.advance(Infinity, Infinity);
    expect(noted).toEqual([[3, 2], [2 ** 52, 5], [last - 2, 1], [last - 1, 3], [last, 0], [last, 4]]);
    expect(kernel.nowUs).toBe(last);
  });
});

describe('an event', () => {
  it('carries two 32-bit integers, 0 when left out', () => {
    const kernel = createKernel();
    const log: number[][] = [];
    const handler = kernel.on('log', (...payload) => log.push(payload));
    kernel.after(1, handler);
    kernel.after(2, handler, -5);
    kernel.after(3, handler, 2 ** 31 - 1, -(2 ** 31));
    kernel.advance(Infinity, Infinity);
    expect(log).toEqual([[0, 0], [-5, 0], [2 ** 31 - 1, -(2 ** 31)]]);
  });

  it('that cannot be right is a bug of ours, and says whose it is', () => {
    const kernel = createKernel();
    const deliver = kernel.on('deliver', () => {});
    kernel.after(10, deliver);
    kernel.advance(1, Infinity);
    expect(() => kernel.at(9, deliver)).toThrow('"deliver" was scheduled at 9 µs, now being 10 µs');
    expect(() => kernel.after(-1, deliver)).toThrow('after -1 µs');
    expect(() => kernel.after(0.5, deliver)).toThrow('after 0.5 µs');
    expect(() => kernel.at(NaN, deliver)).toThrow('at NaN µs');
    expect(() => kernel.after(Number.MAX_SAFE_INTEGER, deliver)).toThrow('to 2^53');
    expect(() => kernel.after(1, deliver, 2 ** 31)).toThrow('"deliver" was given (2147483648, 0)');
    expect(() => kernel.after(1, deliver, 0, 0.5)).toThrow('payloads are 32-bit integers');
    expect(() => kernel.on('deliver', () => {})).toThrow('two handlers are called "deliver"');
    expect(kernel.pending).toBe(0);
  });
});
