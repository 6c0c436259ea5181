import { describe, expect, test } from 'vitest';
import { connectedWorld, createWorld, PORT } from './world.ts';

describe('killing a process', () => {
  test('closes its connections: the peer hears eof after the latency, and a new connect is refused', () => {
    const { w } = connectedWorld();
    w.net.kill(w.process('b'), 4);
    w.run(1_100_000);
    expect(w.heard()).toEqual(['1001000 a eof']);
    expect(w.facts.at(-1)).toMatchObject({ kind: 'connection-closed', by: 'b', why: 'kill' });
    w.connect('a', 'b');
    w.run(1_200_000);
    expect(w.heard()).toEqual(['1102000 a failed: refused']);
    w.restart('b');
    w.connect('a', 'b');
    w.run(1_300_000);
    expect(w.heard()).toEqual(['1202000 a connected', '1203000 b accepted a']);
  });

  test('that has not read everything resets its peers', () => {
    const { w, a } = connectedWorld();
    w.net.pause(w.process('b'));
    w.send(a, 10);
    w.run(1_100_000);
    w.net.kill(w.process('b'), 0);
    w.run(1_200_000);
    expect(w.heard()).toEqual(['1101000 a reset']);
  });

  test('lets travel what it had sent', () => {
    const { w, b } = connectedWorld();
    w.send(b, 1000);
    w.net.kill(w.process('b'), 0);
    w.run(1_100_000);
    expect(w.heard()).toEqual(['1001000 a got 0..1000', '1001000 a eof']);
  });

  test('whose bytes its peer acknowledges no more: the peer\'s next bytes are answered by RST', () => {
    const { w, a } = connectedWorld();
    w.net.pauseReading(a.endpoint);
    w.net.kill(w.process('b'), 0);
    w.run(1_100_000);
    w.send(a, 1);
    w.run(1_200_000);
    w.net.resumeReading(a.endpoint);
    w.run(1_300_000);
    expect(w.heard()).toEqual(['1200000 a eof']);
  });
});

describe('a host without power', () => {
  test('tells nobody: its peers find out when they send, and only after fifteen retransmissions', () => {
    const { w, a, b } = connectedWorld();
    w.net.crash(w.host('b'), 0);
    w.run(60_000_000);
    expect(w.heard()).toEqual([]);
    w.send(a, 10);
    w.run(2_000_000_000);
    expect(w.heard()).toEqual(['986646000 a timeout']);
    expect(() => w.close(b)).toThrow('is not open');
  });

  test('answers RST once it is back: at the next retransmission', () => {
    const { w, a } = connectedWorld();
    w.net.crash(w.host('b'), 0);
    w.send(a, 10);
    w.run(2_000_000);
    w.net.boot(w.host('b'), 0);
    w.restart('b');
    w.run(10_000_000);
    // Sent again 202, 606 and 1414 ms after the first time; RST takes the round trip.
    expect(w.heard()).toEqual(['2416000 a reset']);
    w.close(a);
    w.connect('a', 'b');
    w.run(11_000_000);
    expect(w.heard()).toEqual(['10002000 a connected', '10003000 b accepted a']);
  });

  test('is silent to SYN, and what it had on the wire arrives', () => {
    const { w, b } = connectedWorld();
    w.send(b, 10);
    w.net.crash(w.host('b'), 0);
    w.connect('a', 'b');
    w.run(200_000_000);
    expect(w.heard()).toEqual(['1001000 a got 0..10', '128000000 a failed: timeout']);
  });

  test('leaves nothing of its own behind', () => {
    const { w, a } = connectedWorld();
    w.connect('b', 'a');
    w.run(1_000_500);
    w.net.crash(w.host('b'), 0);
    w.close(a);
    w.run(3_600_000_000);
    expect(w.kernel.pending).toBe(0);
  });
});

describe('a frozen process', () => {
  test('hears nothing, yet others connect to it; when it goes on it hears everything in order', () => {
    const { w, a } = connectedWorld();
    w.net.pause(w.process('b'));
    w.send(a, 10);
    const second = w.connect('a', 'b');
    w.run(1_500_000);
    expect(w.heard()).toEqual(['1002000 a connected']);
    w.pour(second, 5);
    w.run(2_000_000);
    w.net.resume(w.process('b'));
    w.run(3_000_000);
    expect(w.heard()).toEqual(['2000000 b got 0..10', '2000000 b accepted a', '2000000 b got 0..5']);
  });

  test('takes bytes into its buffers until they are full; its peer is credited when it reads', () => {
    const { w, a } = connectedWorld({ socketBufferBytes: 1000 });
    w.net.pause(w.process('b'));
    w.pour(a, 1500);
    w.run(100_000_000);
    expect(a.sent).toBe(1000);
    w.net.resume(w.process('b'));
    w.run(101_000_000);
    expect(w.heard()).toEqual(['100000000 b got 0..1000', '100002000 b got 1000..1500']);
  });

  test('that pauses while it is hearing, hears the rest later, in order', () => {
    const { w, a } = connectedWorld();
    w.net.pause(w.process('b'));
    for (let i = 0; i < 3; i++) w.send(a, 10);
    w.run(2_000_000);
    const push = w.log.push.bind(w.log);
    w.log.push = (line) => {
      if (line.endsWith('got 0..10')) w.net.pause(w.process('b'));
      return push(line);
    };
    w.net.resume(w.process('b'));
    w.run(3_000_000);
    expect(w.heard()).toEqual(['2000000 b got 0..10']);
    w.net.resume(w.process('b'));
    w.run(4_000_000);
    expect(w.heard()).toEqual(['3000000 b got 10..20', '3000000 b got 20..30']);
  });

  test('does not accept for ever: a full backlog drops SYNs, which are tried again', () => {
    const w = createWorld('ab');
    const process = w.process('b');
    w.net.unlisten(process, PORT);
    w.net.listen(process, PORT, 2);
    w.net.pause(process);
    for (let i = 0; i < 3; i++) w.connect('a', 'b');
    w.run(500_000);
    expect(w.heard()).toEqual(['2000 a connected', '2000 a connected']);
    w.net.resume(process);
    w.run(1_500_000);
    expect(w.heard()).toEqual(['500000 b accepted a', '500000 b accepted a', '1002000 a connected', '1003000 b accepted a']);
  });

  test('whose peer gives up hears what was said, then the end', () => {
    const { w, a } = connectedWorld();
    w.net.pause(w.process('b'));
    w.send(a, 10);
    w.close(a);
    w.run(60_000_000);
    w.net.resume(w.process('b'));
    w.run(61_000_000);
    expect(w.heard()).toEqual(['60000000 b got 0..10', '60000000 b eof']);
  });
});

describe('a listener that stops', () => {
  test('resets those it had not accepted', () => {
    const w = createWorld('ab');
    w.net.pause(w.process('b'));
    w.connect('a', 'b');
    w.run(100_000);
    w.net.unlisten(w.process('b'), PORT);
    w.run(200_000);
    expect(w.heard()).toEqual(['2000 a connected', '101000 a reset']);
  });
});
