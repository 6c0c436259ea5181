/**
 * The window over the stream, block by block. All sizes are bytes of the stream unless they say otherwise.
 *
 * The arithmetic of these tests: with jemalloc a block of at least 16,384 bytes + 40 of header is rounded up to the
 * class of 20,480, and takes 20,440 bytes of stream; with libc it takes the 16,384 that were asked for.
 */
import { describe, expect, it } from 'vitest';
import { command, synthetic } from '../../../src/redis/protocol/make.ts';
import type { Bytes } from '../../../src/redis/protocol/payload.ts';
import { jemallocUsable } from '../../../src/redis/allocator.ts';
import { blockCapacity } from '../../../src/redis/replication/repl-buffer.ts';
import { childEnds, Double, FROM_DISK, introduced, onlineReplica, id } from '../double.ts';

const kb = 1024;
const mb = 1024 * kb;

describe('a new block', () => {
  it.each([
    // a part of so many bytes, repl-backlog-size      jemalloc  libc
    { part: 1, size: 16 * kb, jemalloc: 20_440, libc: 16_384, why: 'at least 16 kB; 16,424 with the header is rounded to the class of 20,480' },
    { part: 20_000, size: 16 * kb, jemalloc: 20_440, libc: 16_384, why: 'at most 16 kB while a sixteenth of the backlog is less' },
    { part: 20_000, size: mb, jemalloc: 20_440, libc: 20_000, why: 'as large as the part: 20,040 fit into 20,480' },
    { part: 20_441, size: mb, jemalloc: 24_536, libc: 20_441, why: '20,481 go into the next class, 24,576' },
    { part: 65_536, size: mb, jemalloc: 81_880, libc: 65_536, why: '65,576 go into the class of 81,920' },
    { part: 500_000, size: mb, jemalloc: 81_880, libc: 65_536, why: 'a sixteenth of the backlog at most' },
    { part: 500_000, size: 16 * mb, jemalloc: 524_248, libc: 500_000, why: '500,040 go into the class of 524,288' },
  ])('for $part bytes with a backlog of $size takes $jemalloc (jemalloc) or $libc (libc): $why', ({ part, size, jemalloc, libc }) => {
    expect([blockCapacity(part, size, 'jemalloc'), blockCapacity(part, size, 'libc')]).toEqual([jemalloc, libc]);
  });

  it('jemalloc has four classes per doubling', () => {
    expect([16_385, 20_480, 20_481, 24_577, 28_673, 32_769].map(jemallocUsable)).toEqual([20_480, 20_480, 24_576, 28_672, 32_768, 40_960]);
  });
});

interface Window { readonly first: number; readonly hist: number; readonly end: number }

function windowOf(node: Double): Window {
  const { backlog, masterReplOffset } = node.server.replication;
  return { first: backlog?.firstByte ?? 0, hist: backlog?.histlen ?? 0, end: masterReplOffset };
}

/** `SET k <value>` that makes exactly `bytes` of stream: *3 $3 SET $1 k and the lengths are 4+9+7 bytes, then $n and the value. */
function setOf(bytes: number): readonly Bytes[] {
  for (let value = bytes - 26; value > 0; value--) {
    const argv = ['SET', 'k', synthetic(1, value)];
    if (command(argv).size === bytes) return argv;
  }
  throw new Error(`no SET has ${bytes} bytes`);
}

/** A master that has a backlog, and nobody who reads it: its only replica has just gone. */
function master(size: string, allocator: 'jemalloc' | 'libc' = 'jemalloc'): Double {
  const node = new Double({ config: { ...FROM_DISK, 'repl-backlog-size': size, save: '' }, allocator });
  const fd = onlineReplica(node);
  node.feed({ type: 'closed', fd, why: 'eof' });
  // The first write carries a SELECT of 23 bytes; of these 1,000 bytes, they are the first.
  const writer = node.accept();
  node.says(writer, setOf(1_000 - 23 - node.server.replication.masterReplOffset));
  expect(windowOf(node)).toEqual({ first: 1, hist: 1_000, end: 1_000 });
  return node;
}

const write = (node: Double, bytes: number, times = 1): void => {
  const fd = node.accept();
  for (let n = 0; n < times; n++) node.says(fd, setOf(bytes));
  node.feed({ type: 'closed', fd, why: 'eof' });
};

describe('the window', () => {
  it('begins with the first replica: at byte 1, holding nothing; and records on when nobody listens any more', () => {
    const node = new Double({ config: { ...FROM_DISK, save: '' } });
    const writer = node.accept();
    node.says(writer, 'SET before any-replica');
    expect(windowOf(node)).toEqual({ first: 0, hist: 0, end: 0 }); // without a backlog nothing is counted
    const fd = onlineReplica(node);
    // The replica was there at the very first cron, which pings whatever the period: 14 bytes.
    expect(windowOf(node)).toEqual({ first: 1, hist: 14, end: 14 });
    node.feed({ type: 'closed', fd, why: 'eof' });
    node.says(writer, 'SET k v'); // 23 of SELECT, 27 of SET
    expect(windowOf(node)).toEqual({ first: 1, hist: 64, end: 64 });
  });

  it.each([
    { allocator: 'jemalloc', block: 20_440 },
    { allocator: 'libc', block: 16_384 },
  ] as const)('of 16 kb, with $allocator, moves by whole blocks of $block: it keeps more than 16,384 bytes, and at most one block more', ({ allocator, block }) => {
    const node = master('16kb', allocator);
    for (let n = 1; n <= 300; n++) {
      write(node, 1_000);
      const { first, hist, end } = windowOf(node);
      expect(end).toBe(1_000 + n * 1_000);
      expect(first).toBe(end - hist + 1);
      // What is dropped are whole blocks, the first of which began with byte 1.
      expect((first - 1) % block).toBe(0);
      if (first > 1) expect(hist).toBeGreaterThan(16_384);
      expect(hist).toBeLessThanOrEqual(16_384 + block);
    }
  });

  it('drops a block only when a new one comes, though it could go earlier: 36,824 bytes were all kept (jemalloc, 16 kb)', () => {
    const node = master('16kb');
    write(node, 19_440); // the first block is full: 20,440
    write(node, 16_384); // 36,824 = 16,384 + 20,440: without the first block exactly the size would be left, which is not more
    expect(windowOf(node)).toMatchObject({ first: 1, hist: 36_824 });
    write(node, 100); // now 16,484 would be left; that is more than the size, and the end of the turn trims
    expect(windowOf(node)).toMatchObject({ first: 20_441, hist: 36_924 - 20_440 });
  });

  it('holds a command larger than itself whole, as long as its last block is needed', () => {
    const node = master('16kb', 'libc');
    write(node, 100_000);
    // 101,000 bytes in blocks of 16,384: six are full (98,304), and of the seventh 2,696 are used. Five may go: 19,080 are left.
    expect(windowOf(node)).toEqual({ first: 5 * 16_384 + 1, hist: 101_000 - 5 * 16_384, end: 101_000 });
  });

  it('a command is fed in parts: only a part that does not fit sizes the next block (1 mb, jemalloc)', () => {
    const node = master('1mb');
    // 19,440 bytes are free. Of `SET k <40,000 bytes>` the 20 + 8 bytes before the value go in, and 19,412 of the value;
    // the other 20,588 need a block: 20,628 with the header are rounded up to 24,576, which leaves 24,536.
    write(node, 40_030);
    const blocks: number[] = [];
    for (let block = node.server.replication.buffer.head; block !== null; block = block.next) blocks.push(block.capacity);
    expect(blocks).toEqual([20_440, 24_536]);
    expect(node.server.replication.buffer.tail?.used).toBe(41_030 - 20_440);
  });
});

describe('golden backlog-edge: values of 40,000 bytes, 16 kb', () => {
  it.each(['jemalloc', 'libc'] as const)('%s', (allocator) => {
    const node = master('16kb', allocator);
    const block = blockCapacity(1, 16 * kb, allocator);
    let end = 1_000;
    for (let n = 0; n < 8; n++) {
      write(node, 40_030);
      end += 40_030;
      // All blocks but those that hold the last 16,384 bytes have gone: as many whole ones as leave more than that.
      const dropped = Math.ceil((end - 16_384) / block) - 1;
      expect(windowOf(node)).toEqual({ first: dropped * block + 1, hist: end - dropped * block, end });
    }
  });

  it('and the edge answers: the oldest byte kept goes on, the one before it does not', () => {
    const node = master('16kb');
    write(node, 40_030, 3);
    const { first, end } = windowOf(node);
    const ask = (offset: number): string[] => node.says(introduced(node), `PSYNC ${id(3)} ${offset}`);
    expect(ask(first)[0]).toBe(`${node.server.nextClientId - 1} < +CONTINUE <3>`);
    expect(ask(first - 1)).toEqual([`${node.server.nextClientId - 1} < +FULLRESYNC <3> ${end}`, 'fork rdb to disk']);
    expect(ask(end + 1)).toHaveLength(1); // +CONTINUE and no byte
    expect(node.info('sync_partial_ok', 'sync_partial_err')).toEqual({ sync_partial_ok: '2', sync_partial_err: '1' });
  });
});

describe('a replica that lags', () => {
  it('pins blocks: the window grows beyond its size, others may ask further back, and it shrinks when the replica leaves', () => {
    const node = new Double({ config: { ...FROM_DISK, 'repl-backlog-size': '16kb', save: '' } });
    const lagging = onlineReplica(node, { credit: 5_000 });
    const writer = node.accept();
    for (let n = 0; n < 100; n++) node.says(writer, setOf(1_000));
    // 14 of PING, 23 of SELECT, 100,000 of SETs, of which its socket took less than 5,000: nothing was dropped.
    expect(windowOf(node)).toEqual({ first: 1, hist: 100_037, end: 100_037 });
    expect(node.says(introduced(node), `PSYNC ${id(3)} 15`)[1]).toMatch(/stream 15\.\.100037: SELECT 0 \| SET/);
    node.feed({ type: 'closed', fd: lagging, why: 'reset' });
    // Blocks of 20,440: the four that end at 81,760 leave 18,277.
    expect(windowOf(node)).toEqual({ first: 81_761, hist: 18_277, end: 100_037 });
  });

  it('that reads on lets go block by block', () => {
    const node = new Double({ config: { ...FROM_DISK, 'repl-backlog-size': '16kb', save: '' } });
    const lagging = onlineReplica(node, { credit: 5_000 });
    const writer = node.accept();
    for (let n = 0; n < 100; n++) node.says(writer, setOf(1_000));
    const taken = node.server.clients.get(lagging)?.replica?.cursor?.offset ?? 0;
    node.feed({ type: 'drained', fd: lagging, bytes: 20_441 - taken }); // it stands in the second block now
    expect(windowOf(node).first).toBe(20_441);
    node.feed({ type: 'drained', fd: lagging, bytes: 20_440 });
    expect(windowOf(node).first).toBe(40_881);
  });
});

describe('CONFIG SET repl-backlog-size', () => {
  const resized = (from: string, to: string): { readonly node: Double; readonly reply: string } => {
    const node = master(from);
    write(node, 1_000, 99); // 100,000 bytes, the first block ends at 20,440
    const fd = node.accept();
    return { node, reply: node.says(fd, `CONFIG SET repl-backlog-size ${to}`).at(-1) ?? '' };
  };

  it('smaller: keeps the data that still fit, dropping whole blocks', () => {
    const { node, reply } = resized('1mb', '32kb');
    expect(reply).toMatch(/\+OK$/);
    // 100,000 in blocks of 20,440: three may go (61,320), since 38,680 is more than 32,768; a fourth not.
    expect(windowOf(node)).toEqual({ first: 61_321, hist: 38_680, end: 100_000 });
  });

  it('larger: keeps everything, and lets the window grow', () => {
    const { node } = resized('16kb', '1mb');
    const before = windowOf(node);
    write(node, 1_000, 100);
    expect(windowOf(node)).toEqual({ first: before.first, hist: before.hist + 100_000, end: 200_000 });
  });

  it('less than 16 kb is 16 kb', () => {
    const { node } = resized('1mb', '1000');
    expect(node.info('repl_backlog_size')).toEqual({ repl_backlog_size: '16384' });
    expect(windowOf(node)).toEqual({ first: 81_761, hist: 18_240, end: 100_000 });
  });
});

describe('repl-backlog-ttl', () => {
  it('frees the backlog more than so many seconds after the last replica left, and the id goes with it', () => {
    const node = new Double({ config: { ...FROM_DISK, 'repl-backlog-ttl': '5', save: '' } });
    const fd = onlineReplica(node);
    node.pass(1.5);
    node.feed({ type: 'closed', fd, why: 'eof' }); // in second 1
    const before = node.info('master_replid', 'repl_backlog_active');
    node.pass(5);
    // Second 6 is five seconds later, which is not more than 5.
    expect(node.info('master_replid', 'repl_backlog_active')).toEqual(before);
    node.told();
    node.pass(1);
    expect(node.told('backlog-freed')).toEqual([{ kind: 'backlog-freed', afterSeconds: 6, ttlSeconds: 5 }]);
    expect(node.info('master_replid', 'master_replid2', 'second_repl_offset', 'repl_backlog_active', 'repl_backlog_first_byte_offset', 'repl_backlog_histlen')).toEqual({
      master_replid: '<4>', master_replid2: '<0>', second_repl_offset: '-1', repl_backlog_active: '0', repl_backlog_first_byte_offset: '0', repl_backlog_histlen: '0',
    });
    expect(node.says(introduced(node), `PSYNC ${id(3)} 1`)).not.toContain('+CONTINUE');
  });

  it('0 is never; and a replica of somebody else never frees its own', () => {
    for (const config of [{ 'repl-backlog-ttl': '0' }, { 'repl-backlog-ttl': '1', replicaof: '10.0.0.1 6379' }]) {
      const node = new Double({ config: { ...FROM_DISK, ...config } });
      node.server.replication.backlog = { block: null, histlen: 0, firstByte: 1, size: 1_048_576 };
      node.pass(30);
      expect(node.info('repl_backlog_active')).toEqual({ repl_backlog_active: '1' });
    }
  });

  it('a master that is offered a replica again keeps it', () => {
    const node = new Double({ config: { ...FROM_DISK, 'repl-backlog-ttl': '5', save: '' } });
    const fd = onlineReplica(node);
    node.feed({ type: 'closed', fd, why: 'eof' });
    node.pass(4);
    introduced(node);
    const again = introduced(node);
    node.says(again, `PSYNC ${id(3)} 1`);
    for (let second = 0; second < 20; second++) {
      node.pass(1);
      node.says(again, 'REPLCONF ACK 0');
    }
    expect(node.info('master_replid', 'repl_backlog_active')).toEqual({ master_replid: '<3>', repl_backlog_active: '1' });
  });
});

describe('without a replica', () => {
  it('nobody pings, but writes are counted', () => {
    const node = master('1mb');
    node.pass(60);
    expect(windowOf(node).end).toBe(1_000);
    write(node, 100);
    expect(windowOf(node).end).toBe(1_100);
  });

  it('a BGSAVE for nobody is stopped, unless save points want the file', () => {
    for (const [save, killed] of [['', true], ['3600 1', false]] as const) {
      const node = new Double({ config: { ...FROM_DISK, save } });
      const fd = introduced(node);
      node.says(fd, 'PSYNC ? -1');
      node.feed({ type: 'closed', fd, why: 'eof' });
      expect(node.ordered().includes('kill child')).toBe(killed);
      childEnds(node, killed ? 'killed' : 'ok');
      expect(node.info('rdb_bgsave_in_progress')).toEqual({ rdb_bgsave_in_progress: '0' });
    }
  });
});
