import { describe, expect, test } from 'vitest';
import { connectedWorld, createWorld } from './world.ts';

// Latency is 1 ms each way, so a round trip is 2 ms and the first retransmission comes 202 ms after a send:
// at 202, 202 + 404 = 606, 606 + 808 = 1414 ms …

describe('a partition', () => {
  test('swallows bytes; after it healed, they leave at the next retransmission and not before', () => {
    const { w, a } = connectedWorld();
    const fault = w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
    w.send(a, 100);
    w.run(1_300_000); // The first retransmission, at 1.202 s, is lost too.
    w.net.healPartition(fault, 0);
    w.send(a, 50); // New bytes do not help: they wait behind the lost ones.
    w.run(1_600_000);
    expect(w.heard()).toEqual([]);
    w.run(2_000_000);
    expect(w.heard()).toEqual(['1607000 b got 0..100', '1607000 b got 100..150']);
    expect(w.details.filter((line) => line.includes('retransmission'))).toEqual([
      '1202000 retransmission 1 0 1',
      '1606000 retransmission 1 0 2',
    ]);
  });

  test('does not touch what had left before it', () => {
    const { w, a, b } = connectedWorld();
    w.send(a, 100);
    w.run(1_000_500);
    w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
    w.run(1_100_000);
    expect(b.received).toBe(100);
  });

  test('who closes in the middle of what it hears, behind a cut, leaves nothing to wake for', () => {
    const { w, a, b } = connectedWorld();
    w.net.pause(w.process('b'));
    w.send(a, 100);
    w.send(a, 50);
    w.close(a);
    w.run(1_010_000);
    // The RST for what b does not read is swallowed, and both ends are forgotten within the call.
    w.net.partition([w.host('b')], [w.host('a')], 'a-to-b', 0);
    b.tags.push = () => {
      if (b.state === 'open') w.close(b);
      return 0;
    };
    w.net.resume(w.process('b'));
    w.run(3_600_000_000);
    expect(b.received).toBe(100);
    expect(w.kernel.pending).toBe(0);
  });

  test('of nobody who sends is noticed by nobody', () => {
    const { w, a, b } = connectedWorld();
    const fault = w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
    w.run(3_600_000_000);
    w.net.healPartition(fault, 0);
    w.send(a, 1);
    w.run(3_700_000_000);
    expect(b.received).toBe(1);
    expect(w.kernel.pending).toBe(0);
  });

  test('is given up by a sender after 15 retransmissions; the other side is not told', () => {
    const { w, a, b } = connectedWorld();
    w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
    w.send(a, 100);
    w.run(3_600_000_000);
    // 202 ms, doubled nine times: 202 · 1023 = 206.646 s, then six times 120 s.
    expect(w.heard()).toEqual(['927646000 a timeout']);
    expect(w.details.filter((line) => line.includes('retransmission'))).toHaveLength(15);
    expect(b.state).toBe('open');
    expect(w.facts.at(-1)).toMatchObject({ kind: 'connection-closed', by: 'a', why: 'timeout' });
  });

  test('half open afterwards: who was not told learns by RST when it sends', () => {
    const { w, a, b } = connectedWorld();
    const fault = w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
    w.send(a, 100);
    w.run(1_000_000_000);
    w.net.healPartition(fault, 0);
    w.heard();
    w.send(b, 1);
    w.run(1_100_000_000);
    expect(w.heard()).toEqual(['1000002000 b reset']);
  });

  test('delays a connect to the next SYN: at 0, 1, 3, 7 … s', () => {
    const w = createWorld('ab');
    const fault = w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
    w.connect('a', 'b');
    w.run(3_500_000);
    w.net.healPartition(fault, 0);
    w.run(10_000_000);
    expect(w.heard()).toEqual(['7002000 a connected', '7003000 b accepted a']);
  });

  test('holds back a close as it holds back bytes, but an orphan is given up after 8 retransmissions', () => {
    const first = connectedWorld();
    const fault = first.w.net.partition([first.w.host('a')], [first.w.host('b')], 'both', 0);
    first.w.send(first.a, 10);
    first.w.close(first.a);
    first.w.run(10_000_000);
    first.w.net.healPartition(fault, 0);
    first.w.run(20_000_000);
    // 202 · (2^6 − 1) = 12.726 s after the send.
    expect(first.w.heard()).toEqual(['13727000 b got 0..10', '13727000 b eof']);

    const second = connectedWorld();
    const other = second.w.net.partition([second.w.host('a')], [second.w.host('b')], 'both', 0);
    second.w.close(second.a);
    second.w.run(200_000_000);
    second.w.net.healPartition(other, 0);
    second.w.run(2_000_000_000);
    expect(second.w.heard()).toEqual([]);
    expect(second.b.state).toBe('open');
    second.w.send(second.b, 1);
    second.w.run(2_001_000_000);
    expect(second.w.heard()).toEqual(['2000002000 b reset']);
  });

  test('between sets covers every pair of them, links made during it included, and overlaps with others', () => {
    const w = createWorld('abcd');
    const first = w.net.partition([w.host('a')], [w.host('b'), w.host('c')], 'both', 0);
    const second = w.net.partition([w.host('a')], [w.host('c'), w.host('d')], 'both', 0);
    w.connect('a', 'b');
    w.connect('a', 'c');
    w.connect('b', 'c');
    w.run(500_000);
    expect(w.heard()).toEqual(['2000 b connected', '3000 c accepted b']);
    w.net.healPartition(first, 0);
    w.run(1_500_000);
    expect(w.heard()).toEqual(['1002000 a connected', '1003000 b accepted a']);
    w.net.healPartition(second, 0);
    w.run(3_500_000);
    expect(w.heard()).toEqual(['3002000 a connected', '3003000 c accepted a']);
  });
});

describe('a partition of one direction', () => {
  test('of the way back: bytes still arrive until the sender times out, then nothing new does', () => {
    const { w, a, b } = connectedWorld({ socketBufferBytes: 10_000 });
    const fault = w.net.partition([w.host('b')], [w.host('a')], 'a-to-b', 0);
    for (let i = 0; i < 10; i++) {
      w.send(a, 100);
      w.run(w.kernel.nowUs + 50_000);
    }
    // Sent at 0, 50, 100, 150 and 200 ms; at 202 ms the sender starts to wait for acknowledgements.
    expect(b.received).toBe(500);
    // None of it is credited, read or not.
    expect(w.net.creditOf(a.endpoint)).toBe(9_000);
    w.run(10_000_000);
    w.net.healPartition(fault, 0);
    w.run(20_000_000);
    expect(b.received).toBe(1000);
    expect(w.net.creditOf(a.endpoint)).toBe(10_000);
    expect(w.heard().slice(5)).toEqual(['13727000 b got 500..600', '13727000 b got 600..700', '13727000 b got 700..800', '13727000 b got 800..900', '13727000 b got 900..1000']);
  });

  test('of the way back, and silence: what arrived is not sent again to the owner, and credit returns after the heal', () => {
    const { w, a } = connectedWorld({ socketBufferBytes: 1000 });
    w.send(a, 1000);
    w.run(1_000_500);
    const fault = w.net.partition([w.host('b')], [w.host('a')], 'a-to-b', 0);
    w.run(1_250_000);
    w.net.healPartition(fault, 0);
    w.run(3_000_000);
    // Retransmissions at 202 ms (unanswered) and 606 ms after the send; the answer takes a round trip.
    expect(w.heard()).toEqual(['1001000 b got 0..1000', '1608000 a drained 1000']);
  });

  test('healed before the time-out is healed by the next acknowledgement', () => {
    const { w, a } = connectedWorld({ socketBufferBytes: 1000 });
    const fault = w.net.partition([w.host('b')], [w.host('a')], 'a-to-b', 0);
    w.send(a, 400);
    w.run(1_100_000);
    w.net.healPartition(fault, 0);
    w.send(a, 400);
    w.run(1_150_000);
    expect(w.heard()).toEqual(['1001000 b got 0..400', '1101000 b got 400..800', '1102000 a drained 800']);
    w.run(5_000_000);
    expect(w.details.some((line) => line.includes('retransmission'))).toBe(false);
  });

  test('of the way there leaves the other side free to send, until its own acknowledgements are missed', () => {
    const { w, a, b } = connectedWorld();
    w.net.partition([w.host('a')], [w.host('b')], 'a-to-b', 0);
    w.send(b, 10);
    w.run(1_100_000);
    w.send(a, 10);
    w.run(5_000_000);
    expect(w.heard()).toEqual(['1001000 a got 0..10']);
    expect(b.received).toBe(0);
    // b was never acknowledged.
    expect(w.details.filter((line) => line.includes('retransmission 1 1')).length).toBeGreaterThan(2);
  });
});

describe('loss', () => {
  test('costs time, never data, and keeps order', () => {
    const { w, a, b } = connectedWorld({ lossPpm: 100_000 }, 'ab', '3');
    for (let i = 0; i < 500; i++) {
      w.send(a, 10);
      w.run(w.kernel.nowUs + 20_000);
    }
    w.run(w.kernel.nowUs + 1_000_000_000);
    expect(b.received).toBe(5000);
    const positions = w.heard().map((line) => /got (\d+)\.\.(\d+)/.exec(line)!);
    positions.reduce((end, [, from, to]) => {
      expect(Number(from)).toBe(end);
      return Number(to);
    }, 0);
    expect(w.details.some((line) => line.includes('retransmission'))).toBe(true);
  });

  test('of a lone packet is repaired at the time-out, of one that three others follow after a round trip', () => {
    const late = (packets: number): number => {
      // A link that loses everything for an instant: the first packet is lost, the rest passes.
      const { w, a } = connectedWorld();
      const [aHost, bHost] = [w.host('a'), w.host('b')];
      const spec = { latency: { kind: 'constant', us: 1000 }, bytesPerS: 0, socketBufferBytes: 4_194_304 } as const;
      w.net.setLink(aHost, bHost, { ...spec, lossPpm: 1_000_000 }, 0);
      w.send(a, 100);
      w.net.setLink(aHost, bHost, { ...spec, lossPpm: 0 }, 0);
      for (let i = 1; i < packets; i++) w.send(a, 100);
      w.run(5_000_000);
      return Number(w.heard()[0]!.split(' ')[0]) - 1_000_000;
    };
    expect(late(1)).toBe(203_000);
    expect(late(3)).toBe(203_000);
    expect(late(4)).toBe(3_000);
  });
});
