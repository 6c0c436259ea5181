import { describe, expect, it } from 'vitest';
import { createKernel, createStreams, type Kernel } from '../../src/kernel/index.ts';

/** Machines that schedule at this instant and at later ones, in random order; `now` schedules at this instant. */
function busyWorld(seed: string, now: (kernel: Kernel, handler: ReturnType<Kernel['on']>, a: number) => void, slice: number): string[] {
  const kernel = createKernel();
  const stream = createStreams(seed).stream('world');
  const log: string[] = [];
  let next = 0;
  const step = kernel.on('step', (number) => {
    log.push(`${kernel.nowUs} ${number}, ${kernel.pending} pending`);
    if (next > 3_000) return;
    for (let left = stream.below(3); left > 0; left--) {
      const how = stream.below(4);
      if (how < 2) now(kernel, step, next++);
      else kernel.after(how === 2 ? 0 : stream.below(600), step, next++);
    }
    if (kernel.pending === 0) kernel.after(stream.below(70_000), step, next++);
  });
  kernel.after(0, step, next++);
  while (kernel.advance(slice, Infinity).stopped === 'slice');
  return log;
}

describe('an event that is to come soon', () => {
  it.each(['1', '2', '3'])('comes when an event after no time at all would, seed %s', (seed) => {
    const scheduled = busyWorld(seed, (kernel, handler, a) => { kernel.after(0, handler, a); }, Infinity);
    expect(scheduled.length).toBeGreaterThan(1000);
    for (const slice of [1, 7, Infinity]) expect(busyWorld(seed, (kernel, handler, a) => { kernel.soon(handler, a); }, slice)).toEqual(scheduled);
  });

  it('waits for those that wait for this instant already, and comes before those that come later', () => {
    const kernel = createKernel();
    const log: number[] = [];
    const note = kernel.on('note', (number) => log.push(number));
    const burst = kernel.on('burst', () => {
      kernel.soon(note, 2);
      kernel.after(0, note, 3);
      kernel.soon(note, 4);
    });
    kernel.after(5, burst);
    kernel.after(5, note, 1);
    kernel.advance(Infinity, Infinity);
    expect(log).toEqual([1, 2, 3, 4]);
  });

  it('is stopped by the guards as any other, and stays pending', () => {
    const spinning = (limits: Parameters<typeof createKernel>[0]): Kernel => {
      const kernel = createKernel(limits);
      const spin = kernel.on('spin', () => kernel.soon(spin));
      kernel.after(7, spin);
      return kernel;
    };
    for (const [guard, limits] of [['eventsAtOneInstant', { eventsAtOneInstant: 1000 }], ['events', { events: 1000 }]] as const) {
      const kernel = spinning(limits);
      expect(kernel.advance(Infinity, Infinity)).toEqual({ stopped: 'guard', guard, limit: 1000, next: { atUs: 7, handler: 'spin' } });
      expect([kernel.eventsRun, kernel.pending]).toEqual([1000, 1]);
    }
  });

  it('is not run past the end of virtual time', () => {
    const kernel = createKernel({ virtualUs: 100 });
    const fire = kernel.on('fire', () => {});
    kernel.after(1000, fire);
    kernel.advance(Infinity, 500);
    kernel.soon(fire);
    expect(kernel.advance(Infinity, 500)).toMatchObject({ stopped: 'guard', guard: 'virtualUs' });
    expect(kernel.eventsRun).toBe(0);
  });

  it('takes payloads of 32 bits only', () => {
    const kernel = createKernel();
    const fire = kernel.on('fire', () => {});
    expect(() => kernel.soon(fire, 2 ** 31)).toThrow('payloads are 32-bit integers');
  });
});
