import { describe, expect, it } from 'vitest';
import { createKernel, createStreams } from '../../src/kernel/index.ts';

/** Events of two handlers within a tenth of a millisecond, more of them as they run; what fired, in order. */
function story(look: (fired: readonly number[], next: readonly number[]) => void, ahead: boolean): number[] {
  const kernel = createKernel();
  const stream = createStreams('1').stream('delays');
  const fired: number[] = [];
  let number = 0;
  const arrive = kernel.on('arrive', (id) => {
    fired.push(id);
    if (number < 20_000) kernel.after(stream.below(100), stream.below(4) === 0 ? other : arrive, ++number);
  });
  const other = kernel.on('other', (id) => {
    fired.push(-id);
    kernel.after(stream.below(100), arrive, ++number);
  });
  if (ahead) kernel.lookAhead(arrive, (next, count) => { look(fired, [...next.slice(0, count)]); });
  for (let i = 0; i < 1_000; i++) kernel.after(stream.below(100), arrive, ++number);
  kernel.advance(Infinity, 10_000_000);
  return fired;
}

describe('looking ahead', () => {
  it('changes nothing', () => {
    let looks = 0;
    expect(story(() => { looks += 1; }, true)).toEqual(story(() => {}, false));
    expect(looks).toBeGreaterThan(100);
  });

  it('tells of events that have not run, of that handler alone', () => {
    const told: { readonly after: number; readonly next: readonly number[] }[] = [];
    const fired = story((before, next) => { told.push({ after: before.length, next }); }, true);
    const placeOf = new Map(fired.map((id, place) => [id, place]));
    for (const { after, next } of told) {
      expect(next.length).toBeGreaterThan(1);
      for (const id of next) expect(placeOf.get(id)).toBeGreaterThanOrEqual(after);
    }
  });

  it('tells of an event once, however many ends of turns come in between', () => {
    const kernel = createKernel();
    const told = new Map<number, number>();
    let number = 0;
    const turn = kernel.on('turn', () => {});
    const arrive = kernel.on('arrive', () => {
      kernel.soon(turn);
      if (number < 20_000) kernel.after(1_000, arrive, ++number);
    });
    kernel.lookAhead(arrive, (next, count) => { for (const id of next.slice(0, count)) told.set(id, (told.get(id) ?? 0) + 1); });
    for (let i = 0; i < 1_000; i++) kernel.after(i, arrive, ++number);
    kernel.advance(Infinity, 10_000_000);
    expect(told.size).toBeGreaterThan(16_000);
    expect([...told.values()].filter((times) => times > 1).length).toBeLessThan(told.size / 20);
  });

  it('does not bother while few events are pending, or near', () => {
    const kernel = createKernel();
    const ring = kernel.on('ring', (id) => { kernel.after(1000, ring, id); });
    const late = kernel.on('late', () => {});
    kernel.lookAhead(ring, () => { throw new Error('there are only three'); });
    for (let id = 0; id < 3; id++) kernel.after(id, ring, id);
    kernel.advance(1_000, Infinity);
    for (let i = 0; i < 1_000; i++) kernel.after(3_600_000_000, late);
    expect(kernel.advance(10_000, Infinity)).toEqual({ stopped: 'slice' });
  });
});
