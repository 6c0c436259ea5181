/** A host's NIC, shared by everything on it: stories with the instants worked out beforehand. */
import { describe, expect, test } from 'vitest';
import { createWorld, DEFAULT_LINK, type Side, type World } from './world.ts';

const GBIT = 125_000_000;
/** Bytes per µs are easy to follow: one. */
const MB_PER_S = 1_000_000;

/** Star: `m` is connected to each of the others; the NIC of `m` has a rate, the log is empty. */
function star(others: string, nicBytesPerS: number, link: Parameters<typeof createWorld>[1] = {}): { w: World; to: Side[]; at: Side[] } {
  const w = createWorld(`m${others}`, link);
  w.net.setNic(w.host('m'), nicBytesPerS, 0);
  const to: Side[] = [];
  const at: Side[] = [];
  for (const other of others) {
    to.push(w.connect('m', other));
    w.run(w.kernel.nowUs + 10_000);
    at.push(w.accepted(other));
  }
  w.run(1_000_000);
  w.heard();
  return { w, to, at };
}

describe('a NIC', () => {
  test('gives each of two replicas half of its gigabit', () => {
    const { w, to, at } = star('xy', GBIT, { latency: { kind: 'constant', us: 500 } });
    for (const side of to) w.pour(side, 1_250_000_000);
    w.run(11_000_000 + 500);
    const [x, y] = at.map((side) => side.received) as [number, number];
    expect(x + y).toBeGreaterThan(1_250_000_000 - 2 * 4_194_304 / 8);
    expect(x + y).toBeLessThanOrEqual(1_250_000_000);
    expect(Math.abs(x - y)).toBeLessThanOrEqual(4_194_304 / 8);
    w.run(21_000_000 + 500);
    expect(at.map((side) => side.received)).toEqual([1_250_000_000, 1_250_000_000]);
  });

  test('whose bytes go over a slow link to one replica gives the rest of it to the other', () => {
    const { w, to, at } = star('xy', GBIT);
    w.net.setLink(w.host('m'), w.host('x'), { ...DEFAULT_LINK, bytesPerS: 10_000_000 }, 0);
    for (const side of to) w.pour(side, 1_000_000_000);
    w.run(2_001_000);
    const [x, y] = at.map((side) => side.received) as [number, number];
    expect(x).toBeGreaterThan(9_400_000);
    expect(x).toBeLessThanOrEqual(10_000_000);
    expect(y).toBeGreaterThan(114_000_000);
    expect(x + y).toBeLessThanOrEqual(GBIT);
  });

  test('of the receiver limits those who send to it together, and nobody else', () => {
    const w = createWorld('abz');
    w.net.setNic(w.host('z'), 2 * MB_PER_S, 0);
    const sides = ['a', 'b'].map((name) => {
      const side = w.connect(name, 'z');
      w.run(w.kernel.nowUs + 10_000);
      return [side, w.accepted('z')] as const;
    });
    const aside = w.connect('a', 'b');
    w.run(1_000_000);
    for (const [side] of sides) w.pour(side, 10_000_000);
    w.pour(aside, 10_000_000);
    w.run(2_001_000);
    const received = sides.map(([, other]) => other.received);
    expect(received[0]! + received[1]!).toBeGreaterThan(1_850_000);
    expect(received[0]! + received[1]!).toBeLessThanOrEqual(2_000_000);
    expect(Math.abs(received[0]! - received[1]!)).toBeLessThanOrEqual(100_000);
    expect(w.accepted('b').received).toBe(10_000_000);
    w.run(11_001_000);
    expect(sides.map(([, other]) => other.received)).toEqual([10_000_000, 10_000_000]);
  });

  test('does not keep a heartbeat behind the gigabytes of another connection', () => {
    const { w, to } = star('xy', MB_PER_S);
    w.pour(to[0]!, 4_000_000);
    w.run(1_123_456);
    w.heard();
    w.send(to[1]!, 10);
    w.run(1_140_000);
    // At the byte that is leaving: 10 bytes of its own, and the latency.
    expect(w.heard()).toEqual(['1124456 x got 100000..123456', '1124466 y got 0..10']);
  });

  test('does not starve a stream of small writes, nor lets it have more than its half', () => {
    const { w, to, at } = star('xy', MB_PER_S);
    w.pour(to[0]!, 4_000_000);
    // 0.8 MB/s are asked for, in a thousand writes a second.
    for (let ms = 0; ms < 2_000; ms++) {
      w.send(to[1]!, 800);
      w.run(1_001_000 + ms * 1000);
    }
    w.run(3_001_000);
    const [bulk, stream] = at.map((side) => side.received) as [number, number];
    expect(stream).toBeGreaterThan(900_000);
    expect(bulk).toBeGreaterThan(900_000);
  });

  test('lets the command stream wait behind the RDB of its own connection', () => {
    const { w, to } = star('xy', MB_PER_S);
    w.send(to[0]!, 400_000);
    w.send(to[0]!, 10);
    w.send(to[1]!, 10);
    w.run(2_000_000);
    const log = w.heard();
    expect(log[0]).toBe('1001010 y got 0..10');
    expect(log.at(-1)).toBe('1401020 x got 400000..400010');
  });

  test('serves one replica while the other one is cut off, from the instant of the cut', () => {
    const { w, to, at } = star('xy', MB_PER_S);
    w.pour(to[0]!, 3_000_000);
    w.pour(to[1]!, 3_000_000);
    w.run(1_100_000);
    w.net.partition([w.host('m')], [w.host('x')], 'both', 0);
    w.run(1_101_000);
    const before = at.map((side) => side.received) as [number, number];
    w.run(2_101_000);
    // A cut is a cut at a byte: what had left arrives, and everything after it is the other's.
    expect(before[0] + before[1]).toBeLessThanOrEqual(100_000);
    expect(at[0]!.received + at[1]!.received).toBeGreaterThanOrEqual(1_100_000 - 50_000);
    expect(at[0]!.received).toBe(before[0]);
  });

  test('leaves a place empty whose owner is cut off, when others have theirs behind it', () => {
    const { w, to } = star('xy', MB_PER_S);
    w.send(to[0]!, 300);
    w.send(to[1]!, 300);
    w.run(1_000_100);
    w.net.partition([w.host('m')], [w.host('x')], 'both', 0);
    w.send(to[1]!, 100);
    w.run(1_100_000);
    expect(w.heard()).toEqual(['1001100 x got 0..100', '1001600 y got 0..300', '1001700 y got 300..400']);
  });

  test('is not held by a reader that does not read', () => {
    const { w, to, at } = star('xy', GBIT);
    w.net.pauseReading(at[0]!.endpoint);
    for (const side of to) w.pour(side, 1_000_000_000);
    w.run(2_001_000);
    // One receive buffer, and then the other has it alone.
    expect(to[0]!.sent).toBe(4_194_304);
    expect(at[1]!.received).toBeGreaterThan(GBIT - 4_194_304 - 600_000);
    w.net.resumeReading(at[0]!.endpoint);
    w.run(2_100_000);
    expect(at[0]!.received).toBeGreaterThan(4_194_304);
  });

  test('that gets slower, and faster again, goes on from the byte it had reached', () => {
    const { w, to, at } = star('x', MB_PER_S);
    w.send(to[0]!, 40_000);
    w.run(1_010_000);
    w.net.setNic(w.host('m'), MB_PER_S / 10, 0);
    w.run(1_030_000);
    w.net.setNic(w.host('m'), MB_PER_S * 4, 0);
    w.run(1_034_000);
    w.net.setNic(w.host('m'), 0, 0);
    w.run(2_000_000);
    // 10 000 in 10 ms, 2 000 in 20 ms, 16 000 in 4 ms (of a turn begun before, 3 000 were left), the rest at once.
    expect(w.heard()).toEqual([
      '1011000 x got 0..10000', '1031000 x got 10000..12000', '1031750 x got 12000..15000', '1035000 x got 15000..28000', '1035000 x got 28000..40000',
    ]);
    expect(at[0]!.received).toBe(40_000);
    expect(w.facts.filter(({ kind }) => kind === 'nic-changed')).toHaveLength(4);
  });

  test('of an odd rate carries for an hour without losing a byte', () => {
    const bytesPerS = 124_999_993;
    const { w, to, at } = star('x', bytesPerS, { latency: { kind: 'constant', us: 500 }, socketBufferBytes: 2 ** 41 });
    w.send(to[0]!, bytesPerS * 7200);
    w.run(1_000_000 + 3_600_000_123);
    w.net.partition([w.host('m')], [w.host('x')], 'both', 0);
    w.run(3_700_000_000);
    // Bytes times µs pass 2^53 after a minute.
    expect(at[0]!.received).toBe(Number((BigInt(bytesPerS) * 3_600_000_123n) / 1_000_000n));
  });

  test('costs nothing while it is idle: a small write is one event', () => {
    const { w, to, at } = star('xy', GBIT);
    w.net.setNic(w.host('x'), GBIT, 0);
    w.run(1_010_000);
    const before = w.eventsRun;
    for (let i = 0; i < 100; i++) {
      w.send(to[i % 2]!, 100);
      w.run(1_020_000 + i * 1000);
    }
    w.run(2_000_000);
    expect(w.eventsRun - before).toBe(100);
    expect(at.map((side) => side.received)).toEqual([5000, 5000]);
  });

  test('loses power with what had come to it, and not with what it had sent', () => {
    const { w, to, at } = star('x', 0);
    w.net.setNic(w.host('x'), MB_PER_S, 0);
    w.send(to[0]!, 100_000);
    w.send(at[0]!, 300);
    w.run(1_020_000);
    w.net.crash(w.host('x'), 0);
    w.forget('x');
    w.run(1_090_000);
    expect(w.heard()).toContain('1001300 m got 0..300');
    w.net.boot(w.host('x'), 0);
    w.run(10_000_000);
    // The next try is answered by a host that knows nothing of it.
    expect(to[0]!.state).toBe('reset');
  });
});
