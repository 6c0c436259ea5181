/**
 * What must hold whatever happens, and the wire against a model that counts one byte after the other.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LinkSpec, Relay } from '../../src/network/index.ts';
import { connectedWorld, createWorld, DEFAULT_LINK, type Side, type World } from './world.ts';

type WireEvent =
  | { readonly atUs: number; readonly kind: 'add'; readonly bytes: number }
  | { readonly atUs: number; readonly kind: 'rate'; readonly bytesPerS: number }
  | { readonly atUs: number; readonly kind: 'cut' | 'heal' | 'retransmission' };

/**
 * How many bytes have left at `endUs`: byte after byte, each when the one before has left. Who has bytes to send
 * during a cut, or retransmits in it, has stalled until a retransmission gets through.
 */
function bytesThatLeft(firstRate: number, events: readonly WireEvent[], endUs: number): number {
  let [rate, waiting, left, anchorUs, sinceAnchor, lastUs, isCut, stalled] = [firstRate, 0, 0, 0, 0, -1, false, false];
  const proceed = (untilUs: number): void => {
    while (!isCut && !stalled && waiting > 0) {
      const leavesUs = anchorUs + Math.ceil(((sinceAnchor + 1) * 1e6) / rate);
      if (leavesUs > untilUs) return;
      [waiting, left, sinceAnchor, lastUs] = [waiting - 1, left + 1, sinceAnchor + 1, leavesUs];
    }
  };
  for (const event of events) {
    proceed(event.atUs);
    // A wire that was idle starts with its next byte now; so does one whose rate changes, or that was stopped.
    let startsAnew = waiting === 0 && event.atUs > lastUs;
    if (event.kind === 'add') waiting += event.bytes;
    else if (event.kind === 'rate') rate = event.bytesPerS;
    else if (event.kind !== 'retransmission') isCut = event.kind === 'cut';
    else if (!isCut) startsAnew ||= stalled;
    if (event.kind === 'rate' || event.kind === 'heal') startsAnew = true;
    if (startsAnew) [anchorUs, sinceAnchor] = [event.atUs, 0];
    stalled = isCut ? stalled || waiting > 0 || event.kind === 'retransmission' : stalled && event.kind !== 'retransmission';
  }
  proceed(endUs);
  return left;
}

const gapUs = fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 1_000, max: 30_000 }), fc.constant(0));
const rateArbitrary = fc.oneof({ weight: 1, arbitrary: fc.integer({ min: 1_000, max: 200_000 }) }, { weight: 4, arbitrary: fc.integer({ min: 200_000, max: 2_000_000 }) });
const sizeArbitrary = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 30_000 }));

describe('a wire, against a count of single bytes', () => {
  test('however its connections send and its rate changes, a cut finds it at the very byte', () => {
    const step = fc.record({
      gapUs,
      connection: fc.integer({ min: 0, max: 3 }),
      bytes: sizeArbitrary,
      bytesPerS: fc.option(rateArbitrary, { nil: 0, freq: 6 }),
    });
    fc.assert(
      fc.property(rateArbitrary, fc.array(step, { minLength: 1, maxLength: 30 }), gapUs, (bytesPerS, steps, lastGapUs) => {
        const { w, sides, others } = connections(4, bytesPerS);
        const startUs = w.kernel.nowUs;
        const events: WireEvent[] = [];
        for (const each of steps) {
          w.run(w.kernel.nowUs + each.gapUs);
          const atUs = w.kernel.nowUs - startUs;
          if (each.bytesPerS > 0) {
            w.net.setLink(w.host('a'), w.host('b'), { ...DEFAULT_LINK, bytesPerS: each.bytesPerS }, 0);
            events.push({ atUs, kind: 'rate', bytesPerS: each.bytesPerS });
          } else {
            w.send(sides[each.connection]!, each.bytes);
            events.push({ atUs, kind: 'add', bytes: each.bytes });
          }
        }
        w.run(w.kernel.nowUs + lastGapUs);
        w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
        const expected = bytesThatLeft(bytesPerS, events, w.kernel.nowUs - startUs);
        w.run(w.kernel.nowUs + 10_000);
        expect(sum(others)).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('one connection through cuts and heals: bytes leave while it is open, and from each retransmission on', () => {
    const step = fc.record({
      gapUs: fc.oneof(gapUs, fc.integer({ min: 0, max: 900_000 })),
      kind: fc.constantFrom('add', 'add', 'cut', 'heal', 'rate'),
      bytes: sizeArbitrary,
      bytesPerS: rateArbitrary,
    });
    fc.assert(
      fc.property(rateArbitrary, fc.array(step, { minLength: 1, maxLength: 30 }), (bytesPerS, steps) => {
        const { w, a, b } = connectedWorld({ bytesPerS });
        const startUs = w.kernel.nowUs;
        const events: WireEvent[] = [];
        let fault = 0;
        for (const each of steps) {
          w.run(w.kernel.nowUs + each.gapUs);
          const atUs = w.kernel.nowUs - startUs;
          if (each.kind === 'add') {
            w.send(a, each.bytes);
            events.push({ atUs, kind: 'add', bytes: each.bytes });
          } else if (each.kind === 'rate') {
            w.net.setLink(w.host('a'), w.host('b'), { ...DEFAULT_LINK, bytesPerS: each.bytesPerS }, 0);
            events.push({ atUs, kind: 'rate', bytesPerS: each.bytesPerS });
          } else if (each.kind === 'cut' && fault === 0) {
            fault = w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
            events.push({ atUs, kind: 'cut' });
          } else if (each.kind === 'heal' && fault > 0) {
            w.net.healPartition(fault, 0);
            fault = 0;
            events.push({ atUs, kind: 'heal' });
          }
        }
        if (fault === 0) w.net.partition([w.host('a')], [w.host('b')], 'both', 0);
        const endUs = w.kernel.nowUs - startUs;
        w.run(w.kernel.nowUs + 10_000);
        expect(b.received).toBe(bytesThatLeft(bytesPerS, withRetransmissions(w, events, startUs), endUs));
      }),
      { numRuns: 300 },
    );
  });
});

describe('whatever happens', () => {
  const act = fc.record({
    gapUs: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 3_000_000 }), fc.constant(0)),
    what: fc.constantFrom(
      'connect', 'connect', 'send', 'send', 'send', 'send', 'send', 'close', 'cut', 'cut', 'heal', 'heal', 'pause', 'resume',
      'stop reading', 'read', 'kill', 'crash', 'boot', 'link', 'hold', 'reset', 'refuse', 'heal relay', 'shape', 'arm',
    ),
    from: fc.constantFrom('a', 'b', 'c'),
    to: fc.constantFrom('a', 'b', 'c'),
    n: fc.integer({ min: 0, max: 60_000 }),
  });
  const SMALL_LINK: LinkSpec = { latency: { kind: 'uniform', fromUs: 100, toUs: 3000 }, bytesPerS: 1_000_000, lossPpm: 0, socketBufferBytes: 100_000 };
  type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

  function play(acts: readonly Act[], seed: string): { w: World; faults: number[]; relay: Relay; down: Set<string> } {
    const w = createWorld('abc', SMALL_LINK, seed);
    const relay = w.net.addRelay(w.host('a'), w.host('c'));
    const faults: number[] = [];
    const down = new Set<string>();
    /** Whose sockets may be dead without their owner having heard of it. */
    const deaf = new Set<string>();
    const sideOf = (n: number): Side | undefined => w.open().filter(({ name }) => !down.has(name))[n % Math.max(1, w.open().length)];
    for (const { gapUs, what, from, to, n } of acts) {
      w.run(w.kernel.nowUs + gapUs);
      const side = sideOf(n);
      const isUp = !down.has(from);
      switch (what) {
        case 'connect':
          if (isUp) w.connect(from, to);
          break;
        case 'send':
          if (side?.state === 'open') w.pour(side, n);
          break;
        case 'close':
          if (side !== undefined) w.close(side);
          break;
        case 'cut':
          faults.push(w.net.partition([w.host(from)], [w.host(to)], n % 3 === 0 ? 'a-to-b' : 'both', 0));
          break;
        case 'heal':
          if (faults.length > 0) w.net.healPartition(faults.pop()!, 0);
          break;
        case 'pause':
          if (isUp) w.net.pause(w.process(from));
          deaf.add(from);
          break;
        case 'resume':
          if (isUp) w.net.resume(w.process(from));
          break;
        case 'stop reading':
        case 'read':
          if (side !== undefined) w.net[what === 'read' ? 'resumeReading' : 'pauseReading'](side.endpoint);
          if (side !== undefined) deaf.add(side.name);
          break;
        case 'kill':
          if (isUp) w.net.kill(w.process(from), 0);
          if (isUp) w.restart(from);
          break;
        case 'crash':
          if (isUp) w.net.crash(w.host(from), 0);
          down.add(from);
          w.forget(from);
          break;
        case 'boot':
          if (down.delete(from)) {
            w.net.boot(w.host(from), 0);
            w.restart(from);
          }
          break;
        case 'link':
          if (from !== to) w.net.setLink(w.host(from), w.host(to), { ...SMALL_LINK, bytesPerS: n * 10, lossPpm: n }, 0);
          break;
        case 'hold':
          relay.hold((['both', 'up', 'down'] as const)[n % 3]!, 0);
          break;
        case 'reset':
          relay.reset(0);
          break;
        case 'refuse':
          relay.refuse(0);
          break;
        case 'heal relay':
          relay.heal(0);
          break;
        case 'shape':
          relay.shape({ delayUs: n, bytesPerS: n % 2 === 0 ? 0 : n }, { delayUs: 0, bytesPerS: n }, n % 2 === 0 ? null : 1 + n, 0);
          break;
        case 'arm':
          relay.arm({ bytes: 1 + n, counted: (_, piece) => piece.to - piece.from, then: n % 2 === 0 ? 'reset' : 'hold' }, 0);
          break;
      }
      for (const each of w.open()) {
        // Between a and c, credit is given by the relay.
        if (each.state !== 'open' || each.name !== 'b' || deaf.has('b')) continue;
        const credit = w.net.creditOf(each.endpoint);
        // Credit is what the buffer holds, less what was written and was not read.
        expect(credit).toBeLessThanOrEqual(100_000 - (each.sent - each.delivered));
        expect(credit).toBeGreaterThanOrEqual(each.credit);
      }
    }
    return { w, faults, relay, down };
  }

  test('bytes come in order, each once; what can be sent is never more than the buffer; in the end all came or somebody was told', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 1, maxLength: 60 }), (acts) => {
        const { w, faults, relay, down } = play(acts, '5');
        for (const fault of faults) w.net.healPartition(fault, 0);
        relay.heal(0);
        relay.shape(null, null, null, 0);
        for (const [x, y] of ['ab', 'bc', 'ac']) w.net.setLink(w.host(x!), w.host(y!), SMALL_LINK, 0);
        for (const name of 'abc') {
          if (down.has(name)) w.net.boot(w.host(name), 0);
          if (down.has(name)) w.restart(name);
          w.net.resume(w.process(name));
        }
        for (const side of w.open()) w.net.resumeReading(side.endpoint);
        w.run(w.kernel.nowUs + 3_000_000_000);
        // What was armed may have struck only now.
        relay.heal(0);
        w.run(w.kernel.nowUs + 3_000_000_000);
        for (const side of w.open()) {
          if (side.state !== 'open') continue;
          // Its peer may have died without having read what its kernel had taken, and without a word.
          if (side.peer === null || side.peer.state !== 'open' || !w.open().includes(side.peer)) continue;
          expect(side.delivered).toBe(side.sent);
          expect(w.net.creditOf(side.endpoint)).toBe(100_000);
        }
        for (const name of 'abc') w.net.kill(w.process(name), 0);
        w.run(w.kernel.nowUs + 3_000_000_000);
        expect(w.kernel.pending).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  test('the same acts lead to the same log', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 1, maxLength: 60 }), (acts) => {
        expect(play(acts, '5').w.log).toEqual(play(acts, '5').w.log);
      }),
      { numRuns: 30 },
    );
  });
});

/** The network's own retransmissions among what was done to it; at equal times they come first. */
function withRetransmissions(w: World, events: readonly WireEvent[], startUs: number): WireEvent[] {
  const merged: WireEvent[] = [];
  for (const line of w.details) {
    const match = /^(\d+) retransmission \d+ 0 /.exec(line);
    if (match !== null) merged.push({ atUs: Number(match[1]) - startUs, kind: 'retransmission' });
  }
  merged.push(...events);
  return merged.sort((x, y) => x.atUs - y.atUs);
}

function connections(count: number, bytesPerS: number): { w: World; sides: Side[]; others: Side[] } {
  const w = createWorld('ab', { bytesPerS });
  const sides: Side[] = [];
  const others: Side[] = [];
  for (let i = 0; i < count; i++) {
    sides.push(w.connect('a', 'b'));
    w.run(w.kernel.nowUs + 10_000);
    others.push(w.accepted('b'));
  }
  return { w, sides, others };
}

function sum(sides: readonly Side[]): number {
  return sides.reduce((total, side) => total + side.received, 0);
}
