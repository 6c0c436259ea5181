import { describe, expect, test } from 'vitest';
import type { LinkSpec, Piece, Relay } from '../../src/network/index.ts';
import { createWorld, type Side, type World } from './world.ts';

/** A replica `r`, a master `m`, and a relay in front of `m` for `r`. What passes is kept in `tapped`. */
function relayed(link: Partial<LinkSpec> = {}, roundUs: number = 0): { w: World; relay: Relay; tapped: string[] } {
  const w = createWorld('rmx', link);
  const tapped: string[] = [];
  const relay = w.net.addRelay(w.host('r'), w.host('m'), {
    opened: (connection, atUs) => tapped.push(`${atUs} open ${connection}`),
    forwarded: (connection, direction, { from, to }, atUs) => tapped.push(`${atUs} ${direction} ${connection} ${from}..${to}`),
    closed: (connection, by, atUs) => tapped.push(`${atUs} close ${connection} by ${by}`),
  }, roundUs);
  return { w, relay, tapped };
}

/** The same, connected at 3 ms; the logs start at 1 s. */
function through(link: Partial<LinkSpec> = {}): { w: World; relay: Relay; tapped: string[]; r: Side; m: Side } {
  const { w, relay, tapped } = relayed(link);
  const r = w.connect('r', 'm');
  w.run(1_000_000);
  w.heard();
  tapped.length = 0;
  return { w, relay, tapped, r, m: w.accepted('m') };
}

describe('a relay', () => {
  test('accepts, opens behind it in the name of the opener, and forwards both ways', () => {
    const { w, tapped } = relayed();
    const r = w.connect('r', 'm');
    w.run(1_000_000);
    expect(w.heard()).toEqual(['2000 r connected', '3000 m accepted r']);
    w.send(r, 10, 7);
    w.run(1_500_000);
    const m = w.accepted('m');
    w.send(m, 20, 8);
    w.run(2_000_000);
    expect(w.heard()).toEqual(['1001000 m got 0..10', '1501000 r got 0..20']);
    expect([r.tags.at(-1), m.tags.at(-1)]).toEqual([8, 7]);
    expect(tapped).toEqual(['3000 open 1', '1001000 up 1 0..10', '1500000 down 1 0..20']);
  });

  test('passes a close on, behind the bytes', () => {
    const { w, tapped, m } = through();
    w.send(m, 20);
    w.close(m);
    w.run(2_000_000);
    expect(w.heard()).toEqual(['1001000 r got 0..20', '1001000 r eof']);
    expect(tapped).toEqual(['1000000 down 1 0..20', '1000000 close 1 by to']);
  });

  test('is not there for others', () => {
    const { w, relay } = through();
    relay.refuse(0);
    w.connect('x', 'm');
    w.run(2_000_000);
    expect(w.heard()).toEqual(['1001000 r eof', '1000000 m eof', '1002000 x connected', '1003000 m accepted x'].sort());
  });

  test('accepts even where nobody listens behind it, and closes at once', () => {
    const { w, tapped } = relayed();
    w.net.kill(w.process('m'), 0);
    const r = w.connect('r', 'm');
    w.pour(r, 14);
    w.run(1_000_000);
    expect(w.heard()).toEqual(['2000 r connected', '4000 r eof']);
    expect(tapped).toEqual(['3000 open 1', '3000 close 1 by refused']);
  });

  test('keeps the network in front of it: a partition between the hosts is felt as ever', () => {
    const { w, r } = through();
    w.net.partition([w.host('r')], [w.host('m')], 'both', 0);
    w.send(r, 10);
    w.run(10_000_000);
    expect(w.heard()).toEqual([]);
  });
});

describe('hold', () => {
  test('forwards nothing and closes nothing; at the heal everything flows at once', () => {
    const { w, relay, tapped, r, m } = through();
    relay.hold('both', 0);
    w.send(r, 10);
    w.send(m, 20);
    w.run(90_000_000);
    expect(w.heard()).toEqual([]);
    relay.heal(0);
    w.run(91_000_000);
    expect(w.heard()).toEqual(['90000000 m got 0..10', '90001000 r got 0..20']);
    expect(tapped).toEqual(['90000000 down 1 0..20', '90000000 up 1 0..10']);
  });

  test('lets pass what was held, both ways, before a close that was held back; of two closes the one behind comes first', () => {
    // hole-longer-backlog-enough of the recordings: both ends time out, the recorder sees the master close.
    const { w, relay, tapped, r, m } = through();
    relay.hold('both', 0);
    w.send(r, 37);
    w.send(m, 350);
    w.run(5_000_000);
    w.close(r);
    w.run(6_000_000);
    w.close(m);
    const again = w.connect('r', 'm');
    w.run(8_000_000);
    expect(w.heard()).toEqual(['6002000 r connected']);
    w.send(again, 14);
    w.run(8_500_000);
    tapped.shift();
    relay.heal(0);
    w.run(9_000_000);
    expect(w.heard()).toEqual(['8500000 m accepted r', '8500000 m got 0..14']);
    expect(tapped).toEqual([
      '8500000 down 1 0..350',
      '8500000 up 1 0..37',
      '8500000 up 2 0..14',
      '8501000 close 1 by to',
    ]);
  });

  test('of one direction lets the other pass; a close that is not held ends both', () => {
    // hole-down-only: the replica times out and closes; the master hears of it at once, held bytes are dropped.
    const { w, relay, tapped, r, m } = through();
    relay.hold('down', 0);
    w.send(m, 350);
    w.send(r, 37);
    w.run(4_000_000);
    expect(w.heard()).toEqual(['1001000 m got 0..37']);
    w.close(r);
    const again = w.connect('r', 'm');
    w.run(5_000_000);
    // RST rather than FIN: the relay closes with bytes of the master's that it never read.
    expect(w.heard()).toEqual(['4001000 m reset', '4002000 r connected']);
    w.send(again, 14);
    relay.heal(0);
    w.run(6_000_000);
    expect(w.heard()).toEqual(['5000000 m accepted r', '5001000 m got 0..14']);
    expect(tapped).toEqual(['1001000 up 1 0..37', '4001000 close 1 by from', '4003000 open 2', '5001000 up 2 0..14']);
  });

  test('makes the sender feel its buffers: they take what they hold, and no more', () => {
    const { w, relay, m } = through({ socketBufferBytes: 100_000 });
    relay.hold('both', 0);
    w.pour(m, 1_000_000);
    w.run(60_000_000);
    expect(m.sent).toBe(100_000);
    relay.heal(0);
    w.run(61_000_000);
    expect(m.sent).toBe(1_000_000);
  });

  test('with a small receive buffer, and a sender that is gone: only what that buffer holds comes through', () => {
    // hard-limit-online: the master drops the replica; at the heal the replica's ACKs reach a closed socket.
    const { w, relay, tapped } = relayed();
    relay.shape(null, null, 16_384, 0);
    const r = w.connect('r', 'm');
    w.run(1_000_000);
    const m = w.accepted('m');
    tapped.length = 0;
    relay.hold('both', 0);
    w.send(r, 37);
    w.pour(m, 30_000_000);
    w.run(4_000_000);
    expect(m.sent).toBe(4_194_304);
    w.close(m);
    w.heard();
    w.run(5_000_000);
    relay.heal(0);
    w.run(6_000_000);
    // One read of the relay; when it looks again, 1 ms later, the master's side is gone.
    expect(w.heard()).toEqual(['5001000 r got 0..16384', '5002000 r eof']);
    expect(tapped.at(-1)).toBe('5001000 close 1 by to');
  });
});

describe('reset and refuse', () => {
  test('reset closes both sides of all connections, once; new ones pass', () => {
    const { w, relay, tapped } = through();
    relay.reset(3);
    w.connect('r', 'm');
    w.run(2_000_000);
    expect(w.heard()).toEqual(['1000000 m eof', '1001000 r eof', '1002000 r connected', '1003000 m accepted r']);
    expect(tapped).toEqual(['1000000 close 1 by relay', '1003000 open 2']);
  });

  test('refuse refuses new ones until healed', () => {
    const { w, relay, tapped } = through();
    relay.refuse(0);
    w.connect('r', 'm');
    w.run(2_000_000);
    relay.heal(0);
    w.connect('r', 'm');
    w.run(3_000_000);
    expect(w.heard()).toEqual(['1000000 m eof', '1001000 r eof', '1002000 r failed: refused', '2002000 r connected', '2003000 m accepted r']);
    expect(tapped).toEqual(['1000000 close 1 by relay', '2003000 open 2']);
  });
});

describe('an armed cut', () => {
  /** Counts what comes after byte 100 of the master's stream. */
  const after100 = (_: number, { from, to }: Piece): number => Math.max(0, to - Math.max(from, 100));

  test('strikes right after its byte, in the middle of a piece', () => {
    const { w, relay, tapped, m } = through();
    relay.arm({ bytes: 40, counted: after100, then: 'refuse' }, 0);
    w.send(m, 90);
    w.send(m, 100);
    w.run(2_000_000);
    expect(w.heard()).toEqual(['1000000 m eof', '1001000 r got 0..90', '1001000 r got 90..140', '1001000 r eof']);
    expect(tapped).toEqual(['1000000 down 1 0..90', '1000000 down 1 90..140', '1000000 close 1 by relay']);
  });

  test('strikes right after its byte when that is the last one of a piece', () => {
    const { w, relay, tapped, m } = through();
    relay.arm({ bytes: 40, counted: after100, then: 'reset' }, 0);
    w.send(m, 140);
    w.run(2_000_000);
    expect(tapped.at(-1)).toBe('1000000 close 1 by relay');
  });

  test('survives a heal, counts per connection, and strikes once', () => {
    const { w, relay, tapped, m } = through();
    relay.arm({ bytes: 40, counted: after100, then: 'reset' }, 0);
    relay.heal(0);
    w.send(m, 130);
    w.run(2_000_000);
    w.connect('r', 'm');
    w.run(3_000_000);
    const second = w.accepted('m');
    for (const bytes of [100, 20, 9, 10]) w.send(second, bytes);
    w.run(4_000_000);
    expect(tapped.filter((line) => line.includes('close'))).toEqual([]);
    w.send(second, 2);
    w.run(5_000_000);
    // It cuts the link, so every connection of it.
    expect(tapped.slice(-3)).toEqual(['4000000 down 2 139..140', '4000000 close 1 by relay', '4000000 close 2 by relay']);
    w.connect('r', 'm');
    w.run(6_000_000);
    w.send(w.accepted('m'), 1000);
    w.run(7_000_000);
    expect(tapped.at(-1)).toBe('6000000 down 3 0..1000');
  });

  test('that holds keeps the rest for the heal', () => {
    const { w, relay, tapped, m } = through();
    relay.arm({ bytes: 40, counted: after100, then: 'hold-down' }, 0);
    w.send(m, 500);
    w.run(5_000_000);
    relay.heal(0);
    w.run(6_000_000);
    expect(tapped).toEqual(['1000000 down 1 0..140', '5000000 down 1 140..500']);
  });
});

describe('shape', () => {
  test('delays each way', () => {
    const { w, relay, r, m } = through();
    relay.shape({ delayUs: 400_000, bytesPerS: 0 }, { delayUs: 300_000, bytesPerS: 0 }, null, 0);
    w.send(r, 10);
    w.send(m, 10);
    w.run(1_100_000);
    w.send(m, 10);
    w.run(3_000_000);
    expect(w.heard()).toEqual(['1301000 r got 0..10', '1401000 r got 10..20', '1401000 m got 0..10']);
  });

  test('slows down: the sender\'s buffers take what they hold, the rest goes at that rate', () => {
    // slow-transfer-steady: 12 MB at 1.5 MB/s take 8 s; after 4 s the master is still sending.
    const { w, relay } = relayed();
    relay.shape(null, { delayUs: 0, bytesPerS: 1_500_000 }, 16_384, 0);
    const r = w.connect('r', 'm');
    w.run(1_000_000);
    const m = w.accepted('m');
    w.pour(m, 12_000_000);
    w.run(5_000_000);
    expect(r.received).toBeGreaterThan(5_900_000);
    expect(r.received).toBeLessThanOrEqual(6_000_000);
    expect(m.sent).toBeLessThan(6_000_000 + 4_194_304 + 16_384);
    const before = w.eventsRun;
    w.run(8_999_000);
    expect(r.received).toBeLessThan(12_000_000);
    w.run(9_002_000);
    expect(r.received).toBe(12_000_000);
    expect(w.eventsRun - before).toBeLessThan(4 * 800);
  });

  test('of a file that fits the buffers: the sender is done long before the receiver', () => {
    // slow-transfer-buffered: 2 MB at 300 kB/s.
    const { w, relay } = relayed();
    relay.shape(null, { delayUs: 0, bytesPerS: 300_000 }, 16_384, 0);
    const r = w.connect('r', 'm');
    w.run(1_000_000);
    const m = w.accepted('m');
    w.pour(m, 2_010_067);
    expect(m.sent).toBe(2_010_067);
    const gaps: number[] = [];
    for (let last = 0; r.received < 2_010_067; ) {
      w.run(w.kernel.nowUs + 50_000);
      gaps.push(r.received - last);
      last = r.received;
    }
    // 6.7 s, and something arrived in every tenth of a second.
    expect(w.kernel.nowUs).toBe(7_750_000);
    for (let i = 2; i < gaps.length; i++) expect(gaps[i]! + gaps[i - 1]!).toBeGreaterThan(0);
  });

  test('taken away lets the rest flow at once', () => {
    const { w, relay } = relayed();
    relay.shape(null, { delayUs: 0, bytesPerS: 300_000 }, 16_384, 0);
    const r = w.connect('r', 'm');
    w.run(1_000_000);
    w.pour(w.accepted('m'), 2_000_000);
    w.run(2_000_000);
    relay.shape(null, null, null, 0);
    w.run(2_002_000);
    expect(r.received).toBe(2_000_000);
  });
});

describe('rounds', () => {
  test.each([
    { what: 'a round reads 64 kB of a socket', receiveBuffer: null, bytes: 12_000_000, takesMs: 184 },
    { what: 'or what a small receive buffer holds', receiveBuffer: 16_384, bytes: 12_000_000, takesMs: 733 },
  ])('$what: 12 MB take $takesMs ms', ({ receiveBuffer, bytes, takesMs }) => {
    // transfer-stalled and hard-limit-online: 12 and 30 MB through a proxy that read at most 16 kB took 0.4 to 1.1 and 0.8 to 2.9 s.
    const { w, relay } = relayed({}, 1000);
    relay.shape(null, null, receiveBuffer, 0);
    const r = w.connect('r', 'm');
    w.run(1_000_000);
    w.pour(w.accepted('m'), bytes);
    w.run(1_000_000 + (takesMs - 1) * 1000);
    expect(r.received).toBeLessThan(bytes);
    w.run(1_000_000 + (takesMs + 2) * 1000);
    expect(r.received).toBe(bytes);
  });

  test('what one has no room for, the next one reads', () => {
    const { w, tapped } = relayed({}, 1000);
    const r = w.connect('r', 'm');
    w.run(1_000_000);
    tapped.length = 0;
    w.send(r, 70_000);
    w.send(w.accepted('m'), 10);
    w.run(1_100_000);
    expect(tapped).toEqual(['1001000 down 1 0..10', '1002000 up 1 0..65536', '1003000 up 1 65536..70000']);
  });

  test('what waited behind a hold is read and written together with what comes until the loop wakes up', () => {
    // getack-and-wait: the held REPLCONF GETACK of one WAIT and that of the next reached a 3.2 replica as one read.
    const { w, relay, tapped } = relayed({}, 1000);
    const r = w.connect('r', 'm');
    w.run(1_000_000);
    const m = w.accepted('m');
    relay.hold('down', 0);
    w.send(m, 27);
    w.send(m, 37);
    w.run(2_000_000);
    w.heard();
    tapped.length = 0;
    relay.heal(0);
    w.run(2_000_500);
    w.send(m, 37);
    w.run(2_100_000);
    w.send(m, 10);
    w.run(3_000_000);
    expect(tapped).toEqual(['2002000 down 1 0..101', '2101000 down 1 101..111']);
    expect(w.heard()).toEqual(['2003000 r got 0..101', '2102000 r got 101..111']);
    expect(r.received).toBe(111);
  });
});
