/**
 * A full resync as the master sees it: which BGSAVE serves whom, what flows while it runs, and who is dropped.
 */
import { describe, expect, it } from 'vitest';
import { profiles } from '../../../src/redis/profiles/index.ts';
import { synthetic } from '../../../src/redis/protocol/make.ts';
import { childEnds, Double, FROM_DISK, introduced, onlineReplica, replicaOf } from '../double.ts';

const waitsFor = (node: Double): string[] => node.told('sync-waits').map((fact) => fact.for);
const stateOf = (node: Double, fd: number): string | undefined => node.server.clients.get(fd)?.replica?.state;

describe('from disk', () => {
  it('+FULLRESYNC when the child is forked; the file when it is done; then what was written meanwhile', () => {
    const node = new Double({ config: FROM_DISK });
    const fd = introduced(node);
    expect(node.says(fd, 'PSYNC ? -1')).toEqual([`${fd} < +FULLRESYNC <3> 0`, 'fork rdb to disk']);
    const { size } = node.image();
    expect(node.says(node.accept(), 'SET k v').filter((order) => order.startsWith(`${fd} <`))).toEqual([]); // kept for later
    node.pass(0.5).ordered();
    node.feed({ type: 'childExited', outcome: 'ok' });
    expect(stateOf(node, fd)).toBe('wait-bgsave-end'); // nobody looks before the next cron
    expect(node.pass(0.1).ordered()).toEqual([`${fd} < $${size}`, `${fd} < rdb 0..${size}`, `${fd} < stream 1..64: SELECT 0 | SET k v | ping`]);
    expect(stateOf(node, fd)).toBe('online');
  });

  it('the file goes out as the socket takes it; the stream follows its last byte', () => {
    const node = new Double({ config: FROM_DISK });
    node.says(node.accept(), ['SET', 'k', synthetic(1, 10_000)]);
    const fd = introduced(node, { credit: 4_000 });
    node.says(fd, 'PSYNC ? -1');
    const { size } = node.image();
    const sent = childEnds(node).at(-1) ?? '';
    expect(sent).toMatch(new RegExp(`^${fd} < rdb 0\\.\\.3\\d\\d\\d$`));
    expect(stateOf(node, fd)).toBe('send-bulk');
    node.feed({ type: 'drained', fd, bytes: 5_000 });
    expect(stateOf(node, fd)).toBe('send-bulk');
    node.feed({ type: 'drained', fd, bytes: size });
    expect(stateOf(node, fd)).toBe('online');
    expect(node.ordered().filter((order) => order.includes('rdb')).at(-1)).toMatch(new RegExp(`\\.\\.${size}$`));
  });

  it('SYNC gets no +FULLRESYNC line, and is never dropped for silence', () => {
    const node = new Double({ config: { ...FROM_DISK, 'repl-timeout': '2' } });
    const fd = node.accept();
    expect(node.says(fd, 'SYNC')).toEqual(['fork rdb to disk']);
    childEnds(node);
    expect(stateOf(node, fd)).toBe('online');
    expect(node.told('sync-decided')).toMatchObject([{ verdict: 'full', reason: 'sync-command' }]);
    expect(node.pass(60).ordered()).not.toContain(`close ${fd}`);
  });

  it('a child that fails takes all who waited for it with it', () => {
    const node = new Double({ config: FROM_DISK });
    const [a, b] = [introduced(node), introduced(node)];
    node.says(a, 'PSYNC ? -1');
    node.says(b, 'PSYNC ? -1');
    expect(childEnds(node, 'error').slice(-2)).toEqual([`close ${a}`, `close ${b}`]);
    expect(node.info('rdb_last_bgsave_status', 'connected_slaves')).toEqual({ rdb_last_bgsave_status: 'err', connected_slaves: '0' });
  });
});

describe('a child that was killed by somebody else', () => {
  it('is an error: who has save points takes no writes until a save succeeds, and says so even to a PING', () => {
    const node = new Double({ config: FROM_DISK });
    const fd = node.accept();
    node.says(fd, 'BGSAVE');
    childEnds(node, 'signal');
    expect(node.info('rdb_last_bgsave_status')).toEqual({ rdb_last_bgsave_status: 'err' });
    expect(node.says(fd, 'SET k v', 'GET k', 'PING').map((order) => order.slice(0, 12))).toEqual([`${fd} < -MISCONF`, `${fd} < $-1`, `${fd} < -MISCONF`]);
    node.says(fd, 'BGSAVE');
    childEnds(node);
    expect(node.says(fd, 'SET k v')).toEqual([`${fd} < +OK`]);
  });

  it.each([
    { how: 'killed', config: {}, taken: true }, // by its own parent
    { how: 'signal', config: { save: '' }, taken: true }, // nobody asked for files
    { how: 'signal', config: { 'stop-writes-on-bgsave-error': 'no' }, taken: true },
    { how: 'error', config: {}, taken: false },
  ] as const)('$how, with $config: writes are taken: $taken', ({ how, config, taken }) => {
    const node = new Double({ config: { ...FROM_DISK, ...config } });
    const fd = node.accept();
    node.says(fd, 'BGSAVE');
    childEnds(node, how);
    expect(node.says(fd, 'SET k v')).toEqual([taken ? `${fd} < +OK` : expect.stringContaining('-MISCONF ')]);
  });
});

describe('rdb-del-sync-files, where nothing is kept on disk', () => {
  const NOTHING_KEPT = { ...FROM_DISK, save: '', 'rdb-del-sync-files': 'yes' } as const;

  it('a master removes the file in the second after the last replica has got it', () => {
    const node = new Double({ config: NOTHING_KEPT });
    const fd = introduced(node, { credit: 200 });
    node.says(fd, 'PSYNC ? -1');
    childEnds(node);
    node.pass(3);
    expect(node.told('sync-file-removed')).toEqual([]); // it is being sent
    node.feed({ type: 'drained', fd, bytes: 10_000 }).pass(1);
    expect(node.told('sync-file-removed')).toEqual([{ kind: 'sync-file-removed', side: 'master' }]);
    expect(node.files.rdb).toBeNull();
  });

  it('a replica removes what it has loaded', () => {
    expect(replicaOf(new Double(), { config: NOTHING_KEPT }).files.rdb).toBeNull();
    expect(replicaOf(new Double(), { config: { save: '' } }).files.rdb).not.toBeNull();
    expect(replicaOf(new Double(), { config: { ...NOTHING_KEPT, save: '60 1' } }).files.rdb).not.toBeNull();
  });

  it('a file that a user asked for stays', () => {
    const node = new Double({ config: NOTHING_KEPT });
    node.says(node.accept(), 'BGSAVE');
    childEnds(node);
    expect(node.pass(5).files.rdb).not.toBeNull();
  });
});

describe('a newcomer while a child saves to disk', () => {
  it('joins one who waits for it: the same offset, and everything written since', () => {
    const node = new Double({ config: FROM_DISK });
    const [first, second] = [introduced(node), introduced(node)];
    node.says(first, 'PSYNC ? -1');
    node.says(node.accept(), 'SET k v');
    node.told();
    expect(node.says(second, 'PSYNC ? -1')).toEqual([`${second} < +FULLRESYNC <3> 0`]);
    expect(waitsFor(node)).toEqual(['bgsave-attached']);
    const orders = childEnds(node);
    const stream = orders.filter((order) => order.includes('stream'));
    expect(stream.map((order) => order.slice(2))).toEqual([stream[0]?.slice(2), stream[0]?.slice(2)]);
    expect(stream[0]).toMatch(/^2? ?.*SET k v/);
  });

  it.each([
    { first: 'capa eof capa psync2', second: 'capa eof capa psync2', joins: true },
    { first: 'capa psync2', second: 'capa eof capa psync2', joins: true }, // it can more
    { first: 'capa eof capa psync2', second: 'capa psync2', joins: false }, // it can less
    { first: 'capa eof', second: '', joins: false },
    { first: '', second: '', joins: true },
  ])('with "$second" after "$first" joins: $joins', ({ first, second, joins }) => {
    const node = new Double({ config: FROM_DISK });
    node.says(introduced(node, { capa: first }), 'PSYNC ? -1');
    const fd = introduced(node, { capa: second });
    node.told();
    expect(node.says(fd, 'PSYNC ? -1')).toEqual(joins ? [`${fd} < +FULLRESYNC <3> 0`] : []);
    expect(waitsFor(node)).toEqual([joins ? 'bgsave-attached' : 'bgsave-incompatible']);
    // Who could not join gets a child of its own as soon as this one is done.
    expect(childEnds(node).includes('fork rdb to disk')).toBe(!joins);
  });

  it("cannot join a BGSAVE of the user's: nobody kept what was written since", () => {
    const node = new Double({ config: FROM_DISK });
    node.says(node.accept(), 'BGSAVE');
    const fd = introduced(node);
    expect(node.says(fd, 'PSYNC ? -1')).toEqual([]);
    expect(waitsFor(node)).toEqual(['bgsave-incompatible']);
    expect(childEnds(node)).toContain('fork rdb to disk');
    expect(stateOf(node, fd)).toBe('wait-bgsave-end');
  });

  it('waits for another child, too: an AOF rewrite', () => {
    const node = new Double({ config: { ...FROM_DISK, appendonly: 'no' } });
    node.server.child = { type: 'aof-rewrite', image: node.image(), tailAtFork: 0, exited: null };
    const fd = introduced(node);
    expect(node.says(fd, 'PSYNC ? -1')).toEqual([]);
    expect(waitsFor(node)).toEqual(['other-child']);
  });

  it('a replica without a master cannot even begin', () => {
    const node = replicaOf(new Double(), { config: FROM_DISK });
    const fd = introduced(node);
    node.server.replication.master = null; // as it is while a promotion is half done: connected, and nobody to ask
    expect(node.says(fd, 'PSYNC ? -1')).toEqual([`${fd} < -ERR BGSAVE failed, replication can't continue`, `close ${fd}`]);
    expect(node.told('bgsave-start-failed')).toHaveLength(1);
  });
});

describe('diskless', () => {
  it('waits repl-diskless-sync-delay for company, counted from the first who came: a latecomer does not prolong it', () => {
    const node = new Double(); // 5 s
    node.pass(1.001);
    const first = introduced(node);
    expect(node.says(first, 'PSYNC ? -1')).toEqual([]);
    expect(waitsFor(node)).toEqual(['diskless-delay']);
    node.pass(3);
    const second = introduced(node, { port: 6381 });
    node.says(second, 'PSYNC ? -1');
    // Came in second 1, so it is due in second 6: 1.9 s from now.
    expect(node.pass(1.9).ordered().filter((order) => !order.endsWith('\\n'))).toEqual([]);
    expect(node.pass(0.1).ordered().filter((order) => !order.endsWith('\\n'))).toEqual([`${first} < +FULLRESYNC <3> 0`, `${second} < +FULLRESYNC <3> 0`, 'fork rdb to socket']);
  });

  it('a newline each second keeps those who wait', () => {
    const node = new Double();
    const fd = introduced(node);
    node.says(fd, 'PSYNC ? -1');
    expect(node.pass(4).ordered()).toEqual([`${fd} < \\n`, `${fd} < \\n`, `${fd} < \\n`, `${fd} < \\n`]);
  });

  it('repl-diskless-sync-max-replicas cuts the wait short', () => {
    const node = new Double({ config: { 'repl-diskless-sync-delay': '60', 'repl-diskless-sync-max-replicas': '2' } });
    node.says(introduced(node), 'PSYNC ? -1');
    node.pass(5).ordered();
    node.says(introduced(node), 'PSYNC ? -1');
    expect(node.pass(1).ordered()).toContain('fork rdb to socket');
  });

  it('a delay of 0 does not wait at all', () => {
    const node = new Double({ config: { 'repl-diskless-sync-delay': '0' } });
    expect(node.says(introduced(node), 'PSYNC ? -1').at(-1)).toBe('fork rdb to socket');
  });

  it('one who does not understand the mark makes it a file for all', () => {
    const node = new Double();
    node.says(introduced(node), 'PSYNC ? -1');
    const old = introduced(node, { capa: 'capa psync2' });
    // It is served at once, not being one for whom the delay is (case 3), and all who wait are served with it.
    expect(node.says(old, 'PSYNC ? -1').at(-1)).toBe('fork rdb to disk');
  });

  it('who comes while a child writes into sockets waits for the next one', () => {
    const node = new Double({ config: { 'repl-diskless-sync-delay': '0' } });
    node.says(introduced(node), 'PSYNC ? -1');
    node.told();
    expect(node.says(introduced(node), 'PSYNC ? -1')).toEqual([]);
    expect(waitsFor(node)).toEqual(['bgsave-socket']);
    expect(childEnds(node)).toContain('fork rdb to socket'); // at once: the delay is 0
  });
});

describe('the pipe of a diskless transfer', () => {
  /** Two replicas being served by one child; `total`: header, file and mark. */
  const serving = (credits: readonly [number, number], config: Readonly<Record<string, string>> = {}, server = 'redis-7.2'): { readonly node: Double; readonly a: number; readonly b: number; readonly total: number } => {
    const node = new Double({ profile: profiles.get(server)!, config: { 'repl-diskless-sync': 'yes', 'repl-diskless-sync-delay': '1', ...config } });
    node.says(node.accept(), ['SET', 'k', synthetic(1, 50_000)]);
    const [a, b] = credits.map((credit) => introduced(node, { credit })) as [number, number];
    node.says(a, 'PSYNC ? -1');
    node.says(b, 'PSYNC ? -1');
    node.pass(1.01).ordered();
    const total = 47 + node.image().size + 40; // $EOF:<40 digits>\r\n is 47 bytes
    return { node, a, b, total };
  };
  const produced = (node: Double, bytes: number): string[] => node.feed({ type: 'childProduced', bytes }).ordered();

  it('everybody gets the same bytes, at the pace of the slowest', () => {
    const { node, a, b } = serving([1_000_000, 20_300]);
    const left = node.server.clients.get(b)?.credit ?? 0;
    produced(node, 10_000);
    const orders = produced(node, 40_000); // b takes no more than it has room for, and so a gets no more
    expect(orders).toEqual([`${a} < rdb ${10_000 - 47}..${left - 47}`, `${b} < rdb ${10_000 - 47}..${left - 47}`]);
    expect(produced(node, 45_000)).toEqual([]);
    expect(node.feed({ type: 'drained', fd: b, bytes: 100 }).ordered()).toEqual([`${a} < rdb ${left - 47}..${left + 53}`, `${b} < rdb ${left - 47}..${left + 53}`]);
  });

  it('when the slowest leaves, the others go on', () => {
    const { node, a, b } = serving([1_000_000, 20_300]);
    produced(node, 40_000);
    expect(node.feed({ type: 'closed', fd: b, why: 'reset' }).ordered()[0]).toMatch(new RegExp(`^${a} < rdb \\d+\\.\\.${40_000 - 47}$`));
  });

  it('when the last one leaves, the child is killed when it brings more', () => {
    const { node, a, b } = serving([1_000_000, 1_000_000]);
    produced(node, 10_000);
    expect(node.feed({ type: 'closed', fd: a, why: 'reset' }).ordered()).toEqual([]);
    // Redis finds out when it reads the pipe: what comes next has no taker.
    expect(node.feed({ type: 'closed', fd: b, why: 'reset' }).ordered()).toEqual([]);
    expect(produced(node, 20_000)).toEqual(['kill child']);
    expect(produced(node, 30_000)).toEqual([]);
    expect(node.told('bgsave-killed')).toMatchObject([{ target: 'socket', why: 'last-replica-dropped' }]);
  });

  it('a reader that stalls with bytes half written is dropped after more than repl-timeout; one that takes a byte is not', () => {
    const { node, a, b } = serving([1_000_000, 20_300], { 'repl-timeout': '4' });
    produced(node, 40_000);
    for (let second = 0; second < 10; second++) {
      node.feed({ type: 'drained', fd: b, bytes: 1 });
      node.pass(1);
    }
    expect(node.told('replica-timeout')).toEqual([]);
    // The last partial write was in second 10 (the transfer began in second 1): five seconds later it is too long.
    node.pass(3.9);
    expect(node.told('replica-timeout')).toEqual([]);
    node.pass(0.2);
    expect(node.told('replica-timeout')).toMatchObject([{ fd: b, phase: 'full-sync', silentSeconds: 5, limitSeconds: 4 }]);
    expect(stateOf(node, a)).toBe('wait-bgsave-end');
  });

  it('is drained, the child may go, its end makes them online; and the stream waits for the first ACK of each', () => {
    const { node, a, b, total } = serving([1_000_000, 1_000_000]);
    const writer = node.accept();
    node.says(writer, 'SET n 1');
    node.ordered();
    expect(produced(node, total).at(-1)).toBe('release child');
    childEnds(node);
    expect([stateOf(node, a), stateOf(node, b)]).toEqual(['online', 'online']);
    expect(node.says(writer, 'SET n 2')).toEqual([`${writer} < +OK`]);
    const { masterReplOffset } = node.server.replication;
    expect(node.says(a, 'REPLCONF ACK 0')).toEqual([expect.stringMatching(new RegExp(`^${a} < stream \\d+\\.\\.${masterReplOffset}: .*SET n 1 \\| .*SET n 2$`))]);
    expect(node.says(b, 'REPLCONF ACK 0')).toHaveLength(1);
  });

  it.each([
    { version: '6.0', state: 'wait-bgsave-end', gets: 'the next ACK' }, { version: '6.2', state: 'online', gets: 'this one' }, { version: '7.2', state: 'online', gets: 'this one' },
  ])('of $version: an ACK that comes before the cron has seen the end of the child; the stream begins with $gets', ({ version, state, gets }) => {
    const { node, a, total } = serving([1_000_000, 1_000_000], {}, `redis-${version}`);
    node.pass(1); // 6.0 waits for longer than the delay
    node.says(node.accept(), 'SET n 1');
    produced(node, total);
    node.feed({ type: 'childExited', outcome: 'ok' });
    const streams = (): boolean => node.says(a, 'REPLCONF ACK 0').some((order) => order.includes('SET n 1'));
    expect([streams(), stateOf(node, a)]).toEqual([gets === 'this one', state]);
    node.pass(0.1);
    expect([streams(), stateOf(node, a)]).toEqual([gets === 'the next ACK', 'online']);
  });
});

describe('client-output-buffer-limit replica', () => {
  const kb = 1024;
  /** A replica whose socket takes nothing more after its file. */
  const stalled = (limit: string, backlog = '16kb'): { readonly node: Double; readonly fd: number; readonly writer: number } => {
    const node = new Double({ config: { ...FROM_DISK, save: '', 'repl-backlog-size': backlog, 'client-output-buffer-limit': `replica ${limit}` } });
    const fd = introduced(node, { credit: 300 });
    node.says(fd, 'PSYNC ? -1');
    childEnds(node);
    const writer = node.accept();
    node.told();
    return { node, fd, writer };
  };
  const write = (node: Double, writer: number, bytes: number): void => void node.says(writer, ['SET', 'k', synthetic(1, bytes)]);

  it('hard: at once, when a block is added with which it is reached', () => {
    const { node, fd, writer } = stalled('100kb 0 0');
    for (let n = 0; n < 200 && node.server.clients.has(fd); n++) write(node, writer, 1_000);
    // Counted are whole blocks, 20,440 + 64 each, from that of the first unsent byte: five make 102,520, which is more than 102,400.
    expect(node.told('replica-over-limit')).toMatchObject([{ fd, by: 'hard', used: 5 * (20_440 + 64), hard: 100 * kb }]);
    // With it go the blocks that only it held: what is left is the window of 16 kb.
    expect(node.server.replication.buffer.blocks).toBeLessThan(3);
  });

  it('hard below the backlog size counts as that size: the bytes are shared anyway', () => {
    const { node, fd, writer } = stalled('32kb 0 0', '256kb');
    for (let n = 0; n < 400 && node.server.clients.has(fd); n++) write(node, writer, 1_000);
    const [fact] = node.told('replica-over-limit');
    expect(fact).toMatchObject({ hard: 256 * kb, used: 13 * (20_440 + 64) }); // 266,552; twelve blocks are 246,048
  });

  it('soft: when it was exceeded for more than so many seconds, traffic or not', () => {
    const { node, fd, writer } = stalled('0 50kb 3');
    for (let n = 0; n < 60; n++) write(node, writer, 1_000);
    const since = Math.floor(node.nowUs / 1_000_000);
    expect(node.server.clients.has(fd)).toBe(true);
    node.pass(3.5);
    expect(node.server.clients.has(fd)).toBe(true);
    node.pass(1);
    expect(node.told('replica-over-limit')).toMatchObject([{ by: 'soft', overSeconds: 4, softSeconds: 3 }]);
    expect(Math.floor(node.nowUs / 1_000_000)).toBe(since + 4);
  });

  it('soft: the clock starts anew when it was below the limit in between', () => {
    const { node, fd, writer } = stalled('0 50kb 3');
    for (let n = 0; n < 60; n++) write(node, writer, 1_000);
    node.pass(2.5);
    node.feed({ type: 'drained', fd, bytes: 60_000 });
    node.pass(1);
    node.says(fd, 'REPLCONF ACK 1');
    for (let n = 0; n < 60; n++) write(node, writer, 1_000);
    node.pass(3); // 6.5 s after the first excess, 3 s after the second
    expect(node.told('replica-over-limit')).toEqual([]);
  });

  it('holds while the file is made and sent, too: a replica may be lost before it is online', () => {
    const node = new Double({ config: { ...FROM_DISK, save: '', 'repl-backlog-size': '16kb', 'client-output-buffer-limit': 'replica 100kb 0 0' } });
    const fd = introduced(node);
    node.says(fd, 'PSYNC ? -1');
    const writer = node.accept();
    for (let n = 0; n < 200 && node.server.clients.has(fd); n++) write(node, writer, 1_000);
    expect(node.server.clients.has(fd)).toBe(false);
    expect(node.ordered()).toEqual([]);
    expect(node.told('replica-lost')).toMatchObject([{ cause: 'output-buffer-limit', state: 'wait-bgsave-end' }]);
    expect(node.told('bgsave-killed')).toEqual([]);
    expect(node.info('connected_slaves')).toEqual({ connected_slaves: '0' });
  });

  it('an online replica never reaches it while it reads', () => {
    const node = new Double({ config: { ...FROM_DISK, 'client-output-buffer-limit': 'replica 100kb 50kb 1' } });
    const fd = onlineReplica(node, { credit: 10_000_000 });
    const writer = node.accept();
    for (let n = 0; n < 500; n++) write(node, writer, 1_000);
    node.pass(3);
    expect(node.server.clients.has(fd)).toBe(true);
  });
});
