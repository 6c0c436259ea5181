import { describe, expect, test } from 'vitest';
import type { LinkSpec } from '../../src/network/index.ts';
import { connectedWorld, createWorld, DEFAULT_LINK } from './world.ts';

describe('connecting', () => {
  test('takes one round trip for the opener and half a one more for the listener', () => {
    const w = createWorld('ab');
    w.connect('a', 'b');
    w.run(1_000_000);
    expect(w.heard()).toEqual(['2000 a connected', '3000 b accepted a']);
    expect(w.facts).toMatchObject([{ kind: 'connection-opened', from: 'a', to: 'b', port: 6379, connection: 1 }]);
  });

  test('to a port where nobody listens is refused after one round trip', () => {
    const w = createWorld('ab');
    w.connect('a', 'b', 7000);
    w.run(1_000_000);
    expect(w.heard()).toEqual(['2000 a failed: refused']);
  });

  test('what is sent at once arrives with the handshake, after `accepted`', () => {
    const w = createWorld('ab');
    w.pour(w.connect('a', 'b'), 10);
    w.run(1_000_000);
    expect(w.heard()).toEqual(['2000 a connected', '3000 b accepted a', '3000 b got 0..10']);
  });

  test('to an address that no host has is silent: given up after SYNs at 0, 1, 3, 7, 15, 31 and 63 s', () => {
    const w = createWorld('a');
    w.connect('a', '10.9.9.9');
    w.run(200_000_000);
    expect(w.heard()).toEqual(['127000000 a failed: timeout']);
    const syns = [1, 3, 7, 15, 31, 63].map((s, i) => `${s}000000 retransmission 1 0 ${i + 1}`);
    expect(w.details).toEqual(syns);
  });

  test('to a name that does not resolve fails at once, but not inside the call', () => {
    const w = createWorld('a');
    const side = w.connect('a', 'nosuch.example');
    expect(side.state).toBe('waiting');
    w.run(0);
    expect(w.heard()).toEqual(['0 a failed: unreachable']);
  });

  test('inside a host takes no time, and a partition of the host from the others does not touch it', () => {
    const w = createWorld('ab');
    w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
    w.pour(w.connect('a', 'a'), 10);
    w.run(1_000);
    expect(w.heard()).toEqual(['0 a connected', '0 a accepted a', '0 a got 0..10']);
  });

  test('given up by its opener leaves nothing behind', () => {
    const w = createWorld('ab');
    const side = w.connect('a', 'b');
    w.run(1_500);
    w.close(side);
    w.run(1_000_000);
    expect(w.heard()).toEqual([]);
    expect(w.kernel.pending).toBe(0);
  });
});

describe('bytes', () => {
  test('arrive after the latency, in order, with the tag of their sender', () => {
    const { w, a, b } = connectedWorld();
    w.send(a, 100, 11);
    w.send(a, 50, 12);
    w.run(1_000_500);
    w.send(a, 1, 13);
    w.run(2_000_000);
    expect(w.heard()).toEqual(['1001000 b got 0..100', '1001000 b got 100..150', '1001500 b got 150..151']);
    expect(b.tags).toEqual([1, 11, 12, 13]);
  });

  test('keep their order where a later packet draws less latency', () => {
    const { w, a, b } = connectedWorld({ latency: { kind: 'uniform', fromUs: 100, toUs: 50_000 } });
    for (let i = 0; i < 200; i++) {
      w.send(a, 10);
      w.run(w.kernel.nowUs + 100);
    }
    w.run(3_000_000);
    expect(b.received).toBe(2000);
    const froms = w.heard().map((line) => Number(/got (\d+)/.exec(line)![1]));
    expect(froms).toEqual([...froms].sort((x, y) => x - y));
  });

  test('take what their link takes now, also when that changes under an open connection: from a constant to another, to one that is drawn, and back', () => {
    const { w, a } = connectedWorld();
    const took = (latency: LinkSpec['latency']): number => {
      w.net.setLink(w.host('a'), w.host('b'), { ...DEFAULT_LINK, latency }, 0);
      const sentUs = w.kernel.nowUs;
      w.heard();
      w.send(a, 10);
      w.run(sentUs + 1_000_000);
      return Number(w.heard()[0]!.split(' ')[0]) - sentUs;
    };
    expect(took({ kind: 'constant', us: 5000 })).toBe(5000);
    const drawn = took({ kind: 'uniform', fromUs: 20_000, toUs: 30_000 });
    expect(drawn).toBeGreaterThanOrEqual(20_000);
    expect(drawn).toBeLessThanOrEqual(30_000);
    expect(took({ kind: 'constant', us: 300 })).toBe(300);
  });

  test('draw latency once per burst, from a stream of their own direction', () => {
    const times = (alsoBack: boolean): string[] => {
      const { w, a, b } = connectedWorld({ latency: { kind: 'uniform', fromUs: 100, toUs: 5000 } });
      for (let i = 0; i < 20; i++) {
        w.send(a, 10);
        w.send(a, 10);
        if (alsoBack) w.send(b, 10);
        w.run(w.kernel.nowUs + 10_000);
      }
      return w.heard().filter((line) => line.includes(' b got'));
    };
    expect(times(true)).toEqual(times(false));
    const arrivals = times(false).map((line) => line.split(' ')[0]);
    expect(new Set(arrivals).size).toBe(20);
  });

  test('paced, cost one kernel event each', () => {
    const { w, a } = connectedWorld();
    const before = w.eventsRun;
    for (let i = 0; i < 1000; i++) {
      w.send(a, 100);
      w.run(w.kernel.nowUs + 2_500);
    }
    expect(w.eventsRun - before).toBe(1000);
  });
});

describe('credit', () => {
  test('is what the buffer holds, less what was sent and has not come back', () => {
    const { w, a } = connectedWorld({ socketBufferBytes: 1000 });
    expect(a.credit).toBe(1000);
    w.send(a, 400);
    expect(w.net.creditOf(a.endpoint)).toBe(600);
    w.run(1_002_000);
    expect(w.net.creditOf(a.endpoint)).toBe(1000);
  });

  test('is told when less than half is left, at the instant when it returns', () => {
    const { w, a } = connectedWorld({ socketBufferBytes: 1000 });
    w.send(a, 400);
    w.run(1_100_000);
    w.send(a, 200);
    w.run(1_200_000);
    expect(w.heard()).toEqual(['1001000 b got 0..400', '1100000 a drained 400', '1101000 b got 400..600']);
    w.send(a, 600);
    w.run(1_300_000);
    expect(w.heard()).toEqual(['1200000 a drained 200', '1201000 b got 600..1200', '1202000 a drained 600']);
  });

  test('more than it is a bug of the caller', () => {
    const { w, a } = connectedWorld({ socketBufferBytes: 1000 });
    expect(() => w.send(a, 1001)).toThrow('credit for 1000 bytes, not for 1001');
  });

  test('does not come back while nobody reads; the peer hears everything, in order, when it reads again', () => {
    const { w, a, b } = connectedWorld({ socketBufferBytes: 1000 });
    w.net.pauseReading(b.endpoint);
    w.pour(a, 3000);
    w.run(10_000_000);
    expect(w.heard()).toEqual([]);
    expect(a.sent).toBe(1000);
    w.net.resumeReading(b.endpoint);
    w.run(20_000_000);
    expect(w.heard()).toEqual(['10000000 b got 0..1000', '10002000 b got 1000..2000', '10004000 b got 2000..3000']);
  });
});

describe('closing', () => {
  test('lets travel what was sent, then tells eof; the peer may still send until it closes', () => {
    const { w, a, b } = connectedWorld();
    w.send(a, 10);
    w.close(a, 5);
    w.run(1_500_000);
    expect(w.heard()).toEqual(['1001000 b got 0..10', '1001000 b eof']);
    expect(b.tags.at(-1)).toBe(5);
    w.close(b);
    w.run(2_000_000);
    expect(w.heard()).toEqual([]);
    expect(w.facts.at(-1)).toEqual({ kind: 'connection-closed', from: 'a', to: 'b', connection: 1, by: 'a', why: 'close' });
    expect(w.kernel.pending).toBe(0);
  });

  test('at both ends at once is heard by nobody', () => {
    const { w, a, b } = connectedWorld();
    w.close(a);
    w.close(b);
    w.run(2_000_000);
    expect(w.heard()).toEqual([]);
  });

  test('with unread bytes resets the peer, and loses what was sent but had not left', () => {
    const { w, a, b } = connectedWorld();
    w.net.pauseReading(b.endpoint);
    w.send(a, 10);
    w.run(1_100_000);
    w.close(b, 9);
    w.run(1_500_000);
    expect(w.heard()).toEqual(['1101000 a reset']);
    expect(a.tags.at(-1)).toBe(9);
    expect(w.facts.at(-1)).toMatchObject({ by: 'b', why: 'reset' });
  });

  test('is answered by RST when bytes come for the closed socket; what waited at the closer is lost', () => {
    // As a real master whose replica acknowledges after it was dropped: hard-limit-online of the recordings.
    const { w, a, b } = connectedWorld();
    w.net.pauseReading(a.endpoint);
    w.send(b, 4_000_000);
    w.close(b);
    w.run(1_100_000);
    w.send(a, 5);
    w.run(1_200_000);
    w.net.resumeReading(a.endpoint);
    w.run(2_000_000);
    // What had reached the receive buffer is read first.
    expect(w.heard()).toEqual(['1200000 a got 0..4000000', '1200000 a eof']);
  });

  test('an endpoint that was closed is nobody\'s', () => {
    const { w, a } = connectedWorld();
    w.net.close(a.endpoint, 0);
    expect(() => w.net.send(a.endpoint, { payload: 0, from: 0, to: 1 }, 0)).toThrow('is not open');
  });

  test('frees its numbers: a thousand connections use two', () => {
    const w = createWorld('ab');
    const used = new Set<number>();
    for (let i = 0; i < 1000; i++) {
      const a = w.connect('a', 'b');
      used.add(a.endpoint);
      w.run(w.kernel.nowUs + 10_000);
      w.close(w.accepted('b'));
      w.run(w.kernel.nowUs + 10_000);
      w.close(a);
      w.run(w.kernel.nowUs + 10_000);
    }
    expect(used.size).toBe(1);
    expect(w.kernel.pending).toBe(0);
  });
});
