import { describe, expect, test } from 'vitest';
import { ByteClock } from '../../src/network/byte-clock.ts';
import { connectedWorld, createWorld, DEFAULT_LINK, type Side, type World } from './world.ts';

/** Bytes per µs are easy to follow: one. */
const MB_PER_S = 1_000_000;
const GBIT = 125_000_000;

describe('a link with bandwidth', () => {
  test('takes its time for bytes, then the latency', () => {
    const { w, a } = connectedWorld({ bytesPerS: MB_PER_S });
    w.send(a, 500);
    w.send(a, 300);
    w.run(1_010_000);
    w.send(a, 200);
    w.run(2_000_000);
    expect(w.heard()).toEqual(['1001500 b got 0..500', '1001800 b got 500..800', '1011200 b got 800..1000']);
  });

  test('hands a large piece over in parts, the last one when the sum says so', () => {
    const { w, a, b } = connectedWorld({ bytesPerS: MB_PER_S });
    w.send(a, 1_000_000);
    w.run(3_000_000);
    const times = w.heard().map((line) => Number(line.split(' ')[0]));
    expect(times).toEqual(Array.from({ length: 20 }, (_, i) => 1_001_000 + 50_000 * (i + 1)));
    expect(b.received).toBe(1_000_000);
  });

  test('cut in the middle of a piece delivers exactly the bytes that had left', () => {
    for (const [bytesPerS, afterUs, expected] of [
      [MB_PER_S, 12_345, 12_345],
      [299_999, 12_345, 3703], // 3703.487…
      [7, 999_999, 6],
      [7, 1_000_000, 7],
      [GBIT, 1, 125],
    ] as const) {
      const { w, a, b } = connectedWorld({ bytesPerS });
      // What the handshake took has passed; the wire is idle.
      w.run(60_000_000);
      w.send(a, 3_000_000);
      w.run(60_000_000 + afterUs);
      w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
      w.run(62_500_000);
      expect(b.received).toBe(expected);
    }
  });

  test('gives the rest of a cut piece after the heal, from the next byte on', () => {
    const { w, a, b } = connectedWorld({ bytesPerS: MB_PER_S });
    w.send(a, 100_000);
    w.run(1_030_000);
    const fault = w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
    w.run(1_100_000);
    w.net.healPartition(fault, 0);
    w.run(3_000_000);
    // 202 ms after the cut, 30 000 bytes being what had left. A part of 50 000 had been on its way.
    expect(w.heard()).toEqual([
      '1031000 b got 0..30000',
      '1253000 b got 30000..50000',
      '1283000 b got 50000..80000',
      '1303000 b got 80000..100000',
    ]);
    expect(b.received).toBe(100_000);
  });

  test('that becomes slower or faster in the middle of a piece goes on from the byte it had reached', () => {
    const { w, a } = connectedWorld({ bytesPerS: MB_PER_S });
    w.send(a, 40_000);
    w.run(1_010_000);
    w.net.setLink(w.host('a'), w.host('b'), { ...DEFAULT_LINK, bytesPerS: MB_PER_S / 10 }, 0);
    w.run(1_030_000);
    w.net.setLink(w.host('a'), w.host('b'), { ...DEFAULT_LINK, bytesPerS: MB_PER_S * 4 }, 0);
    w.run(2_000_000);
    // 10 000 in 10 ms, 2 000 in 20 ms, 28 000 in 7 ms.
    expect(w.heard()).toEqual([
      '1011000 b got 0..10000',
      '1031000 b got 10000..12000',
      '1031750 b got 12000..15000',
      '1038000 b got 15000..40000',
    ]);
  });

  test('without limit again sends the rest at once', () => {
    const { w, a } = connectedWorld({ bytesPerS: MB_PER_S });
    w.send(a, 40_000);
    w.run(1_010_000);
    w.net.setLink(w.host('a'), w.host('b'), { ...DEFAULT_LINK, bytesPerS: 0 }, 0);
    w.run(2_000_000);
    expect(w.heard()).toEqual(['1011000 b got 0..10000', '1011000 b got 10000..40000']);
  });

  test('stays full during a transfer much larger than the socket buffers', () => {
    const { w, a, b } = connectedWorld({ bytesPerS: GBIT, latency: { kind: 'constant', us: 500 } });
    const before = w.eventsRun;
    w.pour(a, 1_250_000_000);
    w.run(10_999_000);
    expect(b.received).toBeLessThan(1_250_000_000);
    w.run(11_001_000);
    expect(b.received).toBe(1_250_000_000);
    // Some 5 ms a part: sent, arrived, credited, and sent by the next turn.
    expect((w.eventsRun - before) / 10).toBeLessThan(1000);
  });

  test('cannot be full when the buffer is smaller than what fits on the way', () => {
    const { w, a, b } = connectedWorld({ bytesPerS: GBIT, latency: { kind: 'constant', us: 50_000 }, socketBufferBytes: 1_250_000 });
    w.pour(a, 1_000_000_000);
    w.run(11_000_000);
    // A buffer per round trip and its own time on the wire: 1.25 MB each 110 ms and less; at least one per 110 ms.
    expect(b.received / 10).toBeGreaterThan(1_250_000 * 9);
    expect(b.received / 10).toBeLessThan(1_250_000 * 10);
  });
});

describe('several connections on one link', () => {
  function worldOf(connections: number, bytesPerS: number): { w: World; sides: Side[]; others: Side[] } {
    const w = createWorld('ab', { bytesPerS });
    const sides: Side[] = [];
    const others: Side[] = [];
    for (let i = 0; i < connections; i++) {
      sides.push(w.connect('a', 'b'));
      w.run(w.kernel.nowUs + 10_000);
      others.push(w.accepted('b'));
    }
    w.run(1_000_000);
    w.heard();
    return { w, sides, others };
  }

  test('share it evenly', () => {
    const { w, sides, others } = worldOf(5, GBIT);
    for (const side of sides) w.pour(side, 1_000_000_000);
    w.run(11_001_000);
    const received = others.map((side) => side.received);
    const total = received.reduce((sum, bytes) => sum + bytes);
    expect(total).toBeGreaterThan(1_250_000_000 - 1_000_000);
    expect(total).toBeLessThanOrEqual(1_250_000_000);
    for (const bytes of received) expect(Math.abs(bytes - total / 5)).toBeLessThan(4_000_000);
  });

  test('who has had its share leaves it to the others', () => {
    const { w, sides, others } = worldOf(2, MB_PER_S);
    w.pour(sides[0]!, 1_000_000);
    w.pour(sides[1]!, 100_000);
    w.run(1_300_000);
    expect(others[1]!.received).toBe(100_000);
    w.run(2_101_000);
    expect(others[0]!.received).toBe(1_000_000);
  });

  test('a heartbeat does not wait behind the gigabytes of another', () => {
    const { w, sides, others } = worldOf(2, MB_PER_S);
    w.pour(sides[0]!, 4_000_000);
    w.run(1_123_456);
    w.heard();
    w.send(sides[1]!, 10);
    w.run(1_140_000);
    // It interrupts at the byte that is leaving: 10 bytes of its own, and the latency.
    expect(w.heard()).toEqual(['1124456 b got 100000..123456', '1124466 b got 0..10']);
    w.run(6_000_000);
    expect(others[0]!.received).toBe(4_000_000);
    const last = w.heard().at(-1)!;
    expect(last.startsWith('5001010 ')).toBe(true);
  });

  test('a connection that dies leaves what had left, and the others go on', () => {
    const { w, sides, others } = worldOf(2, MB_PER_S);
    w.net.pauseReading(sides[0]!.endpoint);
    w.send(others[0]!, 5);
    w.run(1_100_000);
    w.pour(sides[0]!, 1_000_000);
    w.pour(sides[1]!, 10_000);
    w.run(1_120_000);
    w.close(sides[0]!);
    w.run(5_000_000);
    expect(others[0]!.state).toBe('reset');
    expect(others[0]!.received).toBe(10_000);
    expect(others[1]!.received).toBe(10_000);
  });
});

describe('the clock of a wire', () => {
  test('has no drift, whatever the rate and however often one asks', () => {
    const clock = new ByteClock(299_999);
    let end = clock.commit(1, 0);
    for (let i = 1; i < 100_000; i++) {
      clock.left(i);
      end = clock.commit(1, i);
    }
    expect(end).toBe(Math.ceil((100_000 * 1e6) / 299_999));
  });

  test('says that byte n has left at the very instant at which n bytes have left', () => {
    for (const rate of [1, 7, 999, 299_999, 1_000_000, 1_000_001, 125_000_000, 8_999_999_999]) {
      const clock = new ByteClock(rate);
      clock.commit(rate * 3, 5);
      for (let n = 1; n <= rate * 3; n += Math.max(1, Math.floor(rate / 7))) {
        const at = clock.leavesAtUs(n);
        expect(clock.left(at)).toBeGreaterThanOrEqual(n);
        if (at > 5) expect(clock.left(at - 1)).toBeLessThan(n);
      }
    }
  });

  test('counts an hour of a gigabit exactly', () => {
    const clock = new ByteClock(GBIT);
    const end = clock.commit(GBIT * 3600, 1);
    expect(end).toBe(3_600_000_001);
    expect(clock.left(3_600_000_000)).toBe(GBIT * 3600 - 125);
  });
});
