import { describe, expect, it } from 'vitest';
import { createKernel, createStreams, draw, type Kernel } from '../../src/kernel/index.ts';

/** A busy little world: 50 machines whose events schedule and cancel others. Answers everything that happened. */
function busyWorld(advance: (kernel: Kernel) => void): string[] {
  const kernel = createKernel();
  const stream = createStreams('3').stream('world');
  const log: string[] = [];
  const timers = new Map<number, ReturnType<Kernel['after']>>();
  const tick = kernel.on('tick', (machine, round) => {
    log.push(`${kernel.nowUs} tick ${machine} ${round}`);
    const other = stream.below(50);
    const timer = timers.get(other);
    if (timer !== undefined) log.push(`${kernel.cancel(timer)}`);
    timers.set(other, kernel.after(draw({ kind: 'uniform', fromUs: 0, toUs: 400 }, stream), late, other, round));
    if (round < 40) kernel.after(draw({ kind: 'exponential', meanUs: 1000 }, stream), tick, machine, round + 1);
  });
  const late = kernel.on('late', (machine, round) => log.push(`${kernel.nowUs} late ${machine} ${round}`));
  for (let machine = 0; machine < 50; machine++) kernel.after(machine % 3, tick, machine, 0);
  advance(kernel);
  return log;
}

describe('advancing', () => {
  it('in slices of 1, of 1000 and of everything gives the same run', () => {
    const whole = busyWorld((kernel) => kernel.advance(Infinity, Infinity));
    expect(whole.length).toBeGreaterThan(2050);
    for (const slice of [1, 7, 1000]) {
      expect(busyWorld((kernel) => { while (kernel.advance(slice, Infinity).stopped === 'slice'); })).toEqual(whole);
    }
  });

  it('in steps of time gives the same run, however short the steps are', () => {
    const whole = busyWorld((kernel) => kernel.advance(Infinity, Infinity));
    for (const stepUs of [1, 333, 100_000]) {
      const stepped = busyWorld((kernel) => { while (kernel.advance(Infinity, kernel.nowUs + stepUs).stopped === 'until'); });
      expect(stepped).toEqual(whole);
    }
  });

  it('stops when nothing is pending, and the clock stays at the last event', () => {
    const kernel = createKernel();
    expect(kernel.advance(Infinity, 100)).toEqual({ stopped: 'idle' });
    kernel.after(5, kernel.on('fire', () => {}));
    expect(kernel.advance(Infinity, 100)).toEqual({ stopped: 'idle' });
    expect([kernel.nowUs, kernel.eventsRun]).toEqual([5, 1]);
  });

  it('stops before the first event that is later than asked for, and the clock stands where asked', () => {
    const kernel = createKernel();
    const fired: number[] = [];
    const fire = kernel.on('fire', () => fired.push(kernel.nowUs));
    for (const timeUs of [10, 20, 21]) kernel.at(timeUs, fire);
    expect(kernel.advance(Infinity, 20)).toEqual({ stopped: 'until' });
    expect([kernel.nowUs, kernel.pending, fired]).toEqual([20, 1, [10, 20]]);
    // From there on, what is scheduled earlier than that event comes before it.
    kernel.after(0, fire);
    kernel.advance(Infinity, Infinity);
    expect(fired).toEqual([10, 20, 20, 21]);
  });

  it('by no event does nothing, not even to the clock', () => {
    const kernel = createKernel();
    kernel.after(5, kernel.on('fire', () => {}));
    expect(kernel.advance(0, Infinity)).toEqual({ stopped: 'slice' });
    expect([kernel.nowUs, kernel.pending]).toEqual([0, 1]);
  });

  it('hands on what a handler throws, and can go on behind it', () => {
    const kernel = createKernel();
    const fired: number[] = [];
    const fire = kernel.on('fire', (number) => {
      if (number === 2) throw new Error('two');
      fired.push(number);
    });
    for (const number of [1, 2, 3]) kernel.after(number, fire, number);
    expect(() => kernel.advance(Infinity, Infinity)).toThrow('two');
    expect([kernel.nowUs, kernel.pending, kernel.eventsRun]).toEqual([2, 1, 2]);
    kernel.advance(Infinity, Infinity);
    expect(fired).toEqual([1, 3]);
  });

  it('is not for handlers, nor backwards, nor to a time that is none', () => {
    const kernel = createKernel();
    const again = kernel.on('again', () => kernel.advance(1, Infinity));
    kernel.after(10, again);
    expect(() => kernel.advance(Infinity, Infinity)).toThrow('a handler called advance');
    expect(() => kernel.advance(Infinity, 9)).toThrow('advance until 9 µs, now being 10 µs');
    expect(() => kernel.advance(Infinity, 10.5)).toThrow('advance until 10.5 µs');
    expect(() => kernel.advance(NaN, Infinity)).toThrow('advance by NaN events');
  });
});

describe('guards', () => {
  it('end a livelock with a clear word, and leave its next event pending', () => {
    const kernel = createKernel({ eventsAtOneInstant: 1000 });
    const spin = kernel.on('spin', () => kernel.after(0, spin));
    kernel.after(7, spin);
    const stopped = { stopped: 'guard', guard: 'eventsAtOneInstant', limit: 1000, next: { atUs: 7, handler: 'spin' } };
    expect(kernel.advance(Infinity, Infinity)).toEqual(stopped);
    expect(kernel.advance(Infinity, Infinity)).toEqual(stopped);
    expect([kernel.pending, kernel.eventsRun, kernel.nowUs]).toEqual([1, 1000, 7]);
  });

  it('see a livelock through slices of one event', () => {
    const kernel = createKernel({ eventsAtOneInstant: 1000 });
    const spin = kernel.on('spin', () => kernel.after(0, spin));
    kernel.after(7, spin);
    while (kernel.advance(1, Infinity).stopped === 'slice');
    expect(kernel.eventsRun).toBe(1000);
  });

  it('let a burst of exactly as many events pass', () => {
    const kernel = createKernel({ eventsAtOneInstant: 1000 });
    const fire = kernel.on('fire', () => {});
    for (let i = 0; i < 1000; i++) kernel.at(7, fire);
    kernel.at(8, fire);
    expect(kernel.advance(Infinity, Infinity)).toEqual({ stopped: 'idle' });
  });

  it('bound the events of a run, through slices too', () => {
    for (const slice of [1, 3, Infinity]) {
      const kernel = createKernel({ events: 10 });
      const tick = kernel.on('tick', () => kernel.after(5, tick));
      kernel.after(5, tick);
      let result = kernel.advance(slice, Infinity);
      while (result.stopped === 'slice') result = kernel.advance(slice, Infinity);
      expect(result).toEqual({ stopped: 'guard', guard: 'events', limit: 10, next: { atUs: 55, handler: 'tick' } });
      expect([kernel.eventsRun, kernel.nowUs]).toEqual([10, 50]);
      expect(kernel.advance(Infinity, 52)).toEqual({ stopped: 'until' });
    }
  });

  it('bound virtual time, and what lies beyond stays in order', () => {
    const kernel = createKernel({ virtualUs: 1000 });
    const fired: number[] = [];
    const fire = kernel.on('fire', () => fired.push(kernel.nowUs));
    for (let i = 0; i < 20; i++) kernel.at(5000 + i, fire);
    kernel.at(1000, fire);
    const stopped = { stopped: 'guard', guard: 'virtualUs', limit: 1000, next: { atUs: 5000, handler: 'fire' } };
    expect(kernel.advance(Infinity, Infinity)).toEqual(stopped);
    kernel.after(0, fire);
    expect(kernel.advance(Infinity, 9000)).toEqual(stopped);
    expect(kernel.advance(Infinity, 4999)).toEqual({ stopped: 'until' });
    expect(fired).toEqual([1000, 1000]);
  });
});
