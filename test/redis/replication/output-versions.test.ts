/**
 * What waits for a replica, and what a backlog holds, in every generation: the same writes, told with the numbers of each.
 *
 * Built with the C library's malloc, as the servers that were recorded (but for 7.0). All sizes are bytes of the stream.
 */
import { describe, expect, it } from 'vitest';
import { profiles, type Profile } from '../../../src/redis/profiles/index.ts';
import { command, synthetic } from '../../../src/redis/protocol/make.ts';
import { childEnds, Double, FROM_DISK, introduced, onlineReplica } from '../double.ts';

const profileOf = (version: string): Profile => profiles.get(`redis-${version}`)!;

/** A master of that version; a limit is given for class slave, as all versions say it. */
function master(version: string, config: Readonly<Record<string, string>> = {}): Double {
  return new Double({ profile: profileOf(version), allocator: 'libc', config: { ...FROM_DISK, save: '', ...config } });
}

/** Exactly `bytes` of stream: *3 $3 SET $1 k are 4 + 9 + 7, and the value with its length. */
function write(node: Double, bytes: number, times = 1): void {
  let value = bytes - 26;
  while (command(['SET', 'k', synthetic(1, value)]).size > bytes) value -= 1;
  const fd = node.accept();
  for (let n = 0; n < times; n++) node.says(fd, ['SET', 'k', synthetic(1, value)]);
  node.feed({ type: 'closed', fd, why: 'eof' });
}

/** A replica that waits for its file: nothing is sent to it, all waits. */
function waitingReplica(node: Double): number {
  const fd = introduced(node);
  node.says(fd, 'PSYNC ? -1');
  return fd;
}

const offset = (node: Double): number => node.server.replication.masterReplOffset;

describe('a hard limit of 256 kb while the file is made: the first write that is too much', () => {
  it.each([
    // The static buffer takes 16 commands and the head of the 17th; what is behind it counts.
    { version: '2.8', after: 148, used: 264_072, why: 'a string of 16 kB takes 32 kB, since it doubled when it grew' },
    { version: '3.2', after: 148, used: 264_000, why: 'the same, with shorter headers' },
    { version: '4.0', after: 278, used: 262_465, why: 'only lengths count, and 29 for each node' },
    { version: '5.0', after: 262, used: 262_912, why: 'sixteen blocks, each counted with its first byte' },
    { version: '6.0', after: 262, used: 262_912, why: 'the same' },
    { version: '6.2', after: 262, used: 262_912, why: 'the same' },
  ])('$version: after $after commands of 1000 bytes, counting $used: $why', ({ version, after, used }) => {
    const node = master(version, { 'client-output-buffer-limit': 'slave 262144 0 0' });
    const fd = waitingReplica(node);
    const start = offset(node);
    let times = 0;
    while (node.told('replica-over-limit').length === 0 && times < 1000) {
      node.told();
      write(node, 1_000);
      times += 1;
    }
    const [over] = node.facts.filter(({ kind }) => kind === 'replica-over-limit');
    expect({ after: times, used: (over as { used: number }).used, sent: offset(node) - start }).toEqual({ after, used, sent: 23 + times * 1_000 });
    expect(fd).toBe(1);
  });
});

describe('how a replica over its limit ends', () => {
  const over = (version: string): Double => {
    const node = master(version, { 'client-output-buffer-limit': 'slave 65536 0 0', 'repl-backlog-size': '64kb' });
    onlineReplica(node, { credit: 20_000 });
    node.told();
    node.ordered();
    write(node, 1_000, 200);
    return node;
  };

  it.each(['2.8', '3.2', '4.0', '5.0'])('%s: it is marked, and goes with the next tick of the cron; until then it is fed and sent to', (version) => {
    const node = over(version);
    expect(node.told('replica-over-limit', 'replica-lost')).toHaveLength(1);
    expect(node.info('connected_slaves')).toEqual({ connected_slaves: '1' });
    node.ordered();
    node.feed({ type: 'drained', fd: 1, bytes: 5_000 });
    expect(node.ordered()[0]).toMatch(/^1 < stream /);
    node.pass(0.1);
    expect(node.info('connected_slaves')).toEqual({ connected_slaves: '0' });
  });

  it.each(['6.0', '6.2', '7.0', '7.2', '7.4'])('%s: it is gone when the turn ends', (version) => {
    const node = over(version);
    expect(node.told('replica-over-limit', 'replica-lost').map(({ kind }) => kind)).toEqual(['replica-over-limit', 'replica-lost']);
    expect(node.info('connected_slaves')).toEqual({ connected_slaves: '0' });
  });
});

describe('a soft limit of 64 kb for 2 s', () => {
  const seconds = (version: string, traffic: boolean): number => {
    const node = master(version, { 'client-output-buffer-limit': 'slave 0 65536 2' });
    const fd = onlineReplica(node, { credit: 20_000 });
    write(node, 1_000, 150); // far above it
    for (let tenth = 1; tenth <= 60; tenth++) {
      node.pass(0.1);
      if (tenth % 10 === 0) node.says(fd, 'REPLCONF ACK 0');
      if (traffic) write(node, 20_000);
      if (node.info('connected_slaves')['connected_slaves'] === '0') return tenth / 10;
    }
    return Infinity;
  };

  it.each([
    { version: '2.8', traffic: true, closes: true }, { version: '2.8', traffic: false, closes: false },
    { version: '5.0', traffic: true, closes: true }, { version: '5.0', traffic: false, closes: false },
    { version: '6.0', traffic: true, closes: true }, { version: '6.0', traffic: false, closes: false },
    { version: '6.2', traffic: true, closes: true }, { version: '6.2', traffic: false, closes: true }, // by the cron
    { version: '7.2', traffic: true, closes: true }, { version: '7.2', traffic: false, closes: true },
  ])('$version, traffic $traffic: closes $closes', ({ version, traffic, closes }) => {
    const after = seconds(version, traffic);
    if (closes) {
      expect(after).toBeGreaterThan(2);
      expect(after).toBeLessThan(4.1);
    } else expect(after).toBe(Infinity);
  });
});

describe('a soft limit of 64 kb for 2 s, when no more than a little comes that fits into what is allocated', () => {
  it.each(['2.8', '5.0', '6.0', '6.2', '7.2'])('%s: closes with it, or by its cron', (version) => {
    const node = master(version, { 'client-output-buffer-limit': 'slave 0 65536 2' });
    onlineReplica(node, { credit: 20_000 });
    write(node, 1_000, 150);
    node.pass(4);
    write(node, 30);
    node.pass(0.2);
    expect(node.info('connected_slaves')).toEqual({ connected_slaves: '0' });
  });
});

describe('a partial resync of 100 kB under a hard limit of 64 kb', () => {
  const again = (version: string): Double => {
    const node = master(version, { 'client-output-buffer-limit': 'slave 65536 0 0', 'repl-backlog-size': '1mb' });
    const fd = onlineReplica(node);
    const id = node.server.profile.handshake.capabilities.includes('psync2') ? node.server.replication.replid : node.server.runId;
    node.feed({ type: 'closed', fd, why: 'eof' });
    const from = offset(node) + 1;
    write(node, 1_000, 100);
    const back = introduced(node, { credit: 30_000 });
    node.told();
    node.says(back, `PSYNC ${id} ${from}`);
    return node;
  };

  it.each(['2.8', '3.2', '4.0', '5.0', '6.0', '6.2'])('%s: all of it is his at once, which is too much: he is closed, and will come again, for ever', (version) => {
    const node = again(version);
    expect(node.told('sync-decided')).toMatchObject([{ verdict: 'partial' }]);
    node.pass(0.1);
    expect(node.info('connected_slaves')).toEqual({ connected_slaves: '0' });
  });

  it.each(['7.0', '7.2'])('%s: the limit counts as the size of the backlog, whose blocks he shares', (version) => {
    const node = again(version);
    write(node, 1_000, 20); // another block
    node.pass(0.1);
    expect(node.info('connected_slaves')).toEqual({ connected_slaves: '1' });
  });
});

describe('the backlog up to 6.2 is a ring', () => {
  const window = (node: Double): string => {
    const { backlog, masterReplOffset } = node.server.replication;
    return backlog === null ? 'none' : `${backlog.firstByte - masterReplOffset} for ${backlog.histlen}`;
  };

  it.each(['2.8', '3.2', '4.0', '5.0', '6.0', '6.2'])('%s: of exactly its size, whatever a replica has not read; and another size empties it', (version) => {
    const node = master(version, { 'repl-backlog-size': '16kb' });
    onlineReplica(node, { credit: 1_000 });
    write(node, 1_000, 40);
    expect(window(node)).toBe('-16383 for 16384');
    write(node, 100_000);
    expect(window(node)).toBe('-16383 for 16384');
    node.says(node.accept(), 'CONFIG SET repl-backlog-size 32768');
    expect(window(node)).toBe('1 for 0');
    write(node, 1_000);
    expect(window(node)).toBe('-999 for 1000');
  });

  it.each([['4.0', true], ['6.2', true], ['7.0', false]] as const)('%s: INFO goes on showing what a freed one held: %s', (version, stale) => {
    const node = master(version, { 'repl-backlog-ttl': '2' });
    const fd = onlineReplica(node);
    write(node, 1_000);
    const before = node.info('repl_backlog_first_byte_offset', 'repl_backlog_histlen');
    node.feed({ type: 'closed', fd, why: 'eof' });
    node.pass(5);
    expect(node.info('repl_backlog_active')).toEqual({ repl_backlog_active: '0' });
    expect(node.info('repl_backlog_first_byte_offset', 'repl_backlog_histlen')).toEqual(
      stale ? before : { repl_backlog_first_byte_offset: '0', repl_backlog_histlen: '0' },
    );
  });
});

describe('a replica that joins a BGSAVE for another one', () => {
  it.each(['2.8', '4.0', '6.2', '7.2'])('%s: gets what was written since the fork, too, and counts it as his own', (version) => {
    const node = master(version, { 'client-output-buffer-limit': 'slave 65536 0 0' });
    waitingReplica(node);
    write(node, 1_000, 30);
    const second = waitingReplica(node);
    node.ordered();
    const orders = childEnds(node);
    expect(orders.filter((order) => order.startsWith(`${second} < stream`))).toHaveLength(1);
    expect(orders.find((order) => order.startsWith(`${second} < stream`))?.match(/SET k/g)).toHaveLength(30);
  });
});

describe('a replica that asks something on its link', () => {
  it.each([['2.8', '+PONG'], ['5.0', '+PONG'], ['6.2', '+PONG'], ['7.0', 'close'], ['7.2', 'close']])('%s: %s', (version, answer) => {
    const node = master(version);
    const fd = onlineReplica(node);
    expect(node.says(fd, 'PING')).toEqual([answer === 'close' ? `close ${fd}` : `${fd} < ${answer}`]);
    expect(node.info('connected_slaves')).toEqual({ connected_slaves: answer === 'close' ? '0' : '1' });
  });
});

describe('a save for a replica that is gone', () => {
  it.each([['2.8', false], ['5.0', false], ['6.0', false], ['6.2', true], ['7.2', true]] as const)('%s: is stopped: %s', (version, stopped) => {
    const node = master(version);
    const fd = waitingReplica(node);
    node.feed({ type: 'closed', fd, why: 'eof' });
    expect(node.ordered().includes('kill child')).toBe(stopped);
  });
});

describe('a replica that is dropped while a child lives', () => {
  it.each([
    { version: '4.0', order: 'close 1' }, // the child has it, too: nobody learns of it before that ends
    { version: '5.0', order: 'close 1 also in the child' },
    { version: '6.0', order: 'close 1' },
    { version: '7.0', order: 'close 1' },
    { version: '7.2', order: 'close 1 also in the child' },
  ])('$version: $order', ({ version, order }) => {
    const node = master(version);
    waitingReplica(node);
    node.ordered();
    expect(node.says(node.accept(), 'CLIENT KILL TYPE slave')).toContain(order);
  });
});
