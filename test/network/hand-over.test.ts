import { describe, expect, test } from 'vitest';
import type { Piece, SocketEvents } from '../../src/network/index.ts';
import { connectedWorld } from './world.ts';

/** A process that writes down what it hears, beside the one of host b. */
function second(w: ReturnType<typeof connectedWorld>['w']): { readonly id: number; readonly heard: string[] } {
  const heard: string[] = [];
  const events: SocketEvents = {
    accepted: () => {}, connected: () => {}, connectFailed: () => {},
    received: (_, piece: Piece) => void heard.push(`${w.kernel.nowUs} got ${piece.from}..${piece.to}`),
    drained: () => {},
    closed: (_, why) => void heard.push(`${w.kernel.nowUs} ${why}`),
  };
  return { id: w.net.addProcess(w.host('b'), events), heard };
}

describe('a socket handed over to another process of its host', () => {
  test('is heard by that one: what the first has not read, what comes, and the end', () => {
    const { w, a, b } = connectedWorld();
    const other = second(w);
    w.net.pause(w.process('b'));
    w.send(a, 10);
    w.run(w.kernel.nowUs + 5_000); // it is here, and the owner sleeps
    w.heard();
    w.net.handOver(b.endpoint, other.id);
    w.send(a, 5);
    w.run(w.kernel.nowUs + 5_000);
    w.close(a);
    w.run(w.kernel.nowUs + 5_000);
    expect(other.heard.map((line) => line.replace(/^\d+ /, ''))).toEqual(['got 0..10', 'got 10..15', 'eof']);
    w.net.resume(w.process('b'));
    w.run(w.kernel.nowUs + 5_000);
    expect(w.heard().filter((line) => line.includes(' b '))).toEqual([]);
  });

  test('outlives the process that had it: the peer hears of the end when the new owner ends', () => {
    const { w, a, b } = connectedWorld();
    const child = second(w);
    w.net.pause(child.id); // it reads nothing
    w.net.handOver(b.endpoint, child.id);
    w.heard();
    w.net.kill(w.process('b'), 0);
    w.send(a, 100);
    w.run(w.kernel.nowUs + 60_000_000);
    expect(w.heard()).toEqual([]);
    w.net.kill(child.id, 0);
    w.run(w.kernel.nowUs + 10_000);
    expect(w.heard().map((line) => line.replace(/^\d+ /, ''))).toEqual(['a reset']); // bytes were never read
  });

  test('and back again, goes on where it was', () => {
    const { w, a, b } = connectedWorld();
    const reader = second(w);
    w.net.handOver(b.endpoint, reader.id);
    w.send(a, 10);
    w.run(w.kernel.nowUs + 5_000);
    w.net.handOver(b.endpoint, w.process('b'));
    b.received += 10; // by the other one
    w.heard();
    w.send(a, 10);
    w.run(w.kernel.nowUs + 5_000);
    expect(reader.heard.map((line) => line.replace(/^\d+ /, ''))).toEqual(['got 0..10']);
    expect(w.heard().map((line) => line.replace(/^\d+ /, ''))).toEqual(['b got 10..20']);
  });

  test('cannot leave its host', () => {
    const { w, a } = connectedWorld();
    expect(() => w.net.handOver(a.endpoint, w.process('b'))).toThrow(/on its host only/);
  });
});
