/**
 * How a replica comes to its master, said as it is said on the wire. The master is 10.0.0.1:6379, and what it answers is
 * the test's. Connection -1 is the replica's first attempt, -2 its second.
 */
import { describe, expect, it } from 'vitest';
import { Double, FROM_DISK, id, onlineReplica, replicaOf } from '../double.ts';

const REPLICA = { replicaof: '10.0.0.1 6379' } as const;
const INTRODUCTION = ['-1 < REPLCONF listening-port 6379', '-1 < REPLCONF capa eof capa psync2'];

/** A replica whose connect has just succeeded: it has sent PING. */
function connected(config: Readonly<Record<string, string>> = {}): Double {
  const node = new Double({ config: { ...REPLICA, ...config } });
  node.pass(0.001); // its first cron
  expect(node.ordered()).toEqual(['connect -1 10.0.0.1:6379']);
  node.feed({ type: 'connected', fd: -1, credit: 100_000 });
  expect(node.ordered()).toEqual(['-1 < PING']);
  return node;
}

/** It has asked PSYNC and waits for the verdict. */
function asking(config: Readonly<Record<string, string>> = {}): Double {
  const node = connected(config);
  node.hears(-1, '+PONG', '+OK', '+OK');
  return node;
}

/** Something to load. */
const master = new Double({ config: { save: '' } });
master.says(master.accept(), 'SET greeting hello');

const linkState = (node: Double): string => node.server.replication.linkState;

describe('the whole conversation', () => {
  it('of a first sync', () => {
    const node = connected();
    expect(node.hears(-1, '+PONG')).toEqual(INTRODUCTION); // one burst
    expect(node.hears(-1, '+OK')).toEqual([]);
    expect(node.hears(-1, '+OK')).toEqual(['-1 < PSYNC ? -1']);
    expect(node.hears(-1, '', '', `+FULLRESYNC ${id(7)} 1000`)).toEqual([]);
    const image = master.image();
    expect(node.hears(-1, '', `$${image.size}`)).toEqual([]);
    expect(node.gets(-1, image)).toEqual(['flush 0']);
    expect(node.feed({ type: 'flushed' }).ordered()).toEqual([`install ${image.size}`]);
    expect(node.feed({ type: 'installed', ok: true }).ordered()).toEqual([`load ${image.size}`]);
    expect(node.feed({ type: 'loaded' }).ordered()).toEqual([]); // from disk: the next cron sends the first ACK
    expect(node.get('greeting')).toBe('$5 hello');
    expect(node.info('master_link_status', 'slave_repl_offset', 'master_replid', 'master_replid2', 'second_repl_offset', 'repl_backlog_first_byte_offset')).toEqual({
      master_link_status: 'up', slave_repl_offset: '1000', master_replid: '<7>', master_replid2: '<0>', second_repl_offset: '-1', repl_backlog_first_byte_offset: '1001',
    });
    expect(node.pass(1).ordered()).toEqual(['-1 < REPLCONF ACK 1000']);
  });

  it('of a diskless one: the end is a mark, and the ACK for which the master waits goes out at once', () => {
    const node = asking();
    node.hears(-1, `+FULLRESYNC ${id(7)} 1000`, `$EOF:${id(9)}`);
    const image = master.image();
    expect(node.gets(-1, image)).toEqual([]);
    node.feed({ type: 'received', fd: -1, piece: { payload: { kind: 'line', text: id(9), size: 40 }, from: 0, to: 40 } });
    expect(node.feed({ type: 'flushed' }).feed({ type: 'installed', ok: true }).feed({ type: 'loaded' }).ordered()).toEqual([
      'flush 0', `install ${image.size}`, `load ${image.size}`, '-1 < REPLCONF ACK 1000',
    ]);
  });

  it('of a return: it asks for the byte after the last one applied, and goes on with the database that was selected', () => {
    const node = replicaOf(master);
    const { masterReplOffset, replid } = node.server.replication;
    node.feed({ type: 'closed', fd: -1, why: 'reset' });
    expect(node.ordered()).toEqual(['connect -2 10.0.0.1:6379']); // at once (6.2+)
    node.feed({ type: 'connected', fd: -2, credit: 100_000 });
    expect(node.hears(-2, '+PONG', '+OK', '+OK').at(-1)).toBe(`-2 < PSYNC ${replid.replace(/^(.)\1{39}$/, '<$1>')} ${masterReplOffset + 1}`);
    expect(node.hears(-2, '+CONTINUE')).toEqual([]);
    expect(node.info('master_link_status')).toEqual({ master_link_status: 'up' });
  });
});

describe('PING is answered', () => {
  it.each([
    { reply: '+PONG', goesOn: true },
    { reply: '+OK whatever', goesOn: true },
    { reply: '-NOAUTH Authentication required.', goesOn: true },
    { reply: '-NOPERM this user has no permissions', goesOn: true },
    { reply: '-ERR operation not permitted', goesOn: true },
    { reply: '-LOADING Redis is loading the dataset in memory', goesOn: false },
    { reply: "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", goesOn: false },
    { reply: '-MISCONF Redis is configured to save RDB snapshots', goesOn: false },
    { reply: '-BUSY Redis is busy running a script', goesOn: false },
  ])('$reply → goes on: $goesOn', ({ reply, goesOn }) => {
    const node = connected();
    expect(node.hears(-1, reply)).toEqual(goesOn ? INTRODUCTION : ['close -1']);
    expect(linkState(node)).toBe(goesOn ? 'receive-port-reply' : 'connect');
    // A refusal is not followed by another attempt before the next second.
    if (!goesOn) expect(node.pass(1).ordered()).toEqual(['connect -2 10.0.0.1:6379']);
  });
});

describe('the introduction', () => {
  it.each([
    { with: {}, says: INTRODUCTION },
    { with: { masterauth: 'secret' }, says: ['-1 < AUTH secret', ...INTRODUCTION] },
    { with: { masterauth: 'secret', masteruser: 'repl' }, says: ['-1 < AUTH repl secret', ...INTRODUCTION] },
    { with: { masteruser: 'repl' }, says: INTRODUCTION }, // a name without a password is not said
    { with: { port: '7001' }, says: ['-1 < REPLCONF listening-port 7001', INTRODUCTION[1]] },
    { with: { 'replica-announce-port': '9000' }, says: ['-1 < REPLCONF listening-port 9000', INTRODUCTION[1]] },
    { with: { 'replica-announce-ip': '5.6.7.8' }, says: [INTRODUCTION[0], '-1 < REPLCONF ip-address 5.6.7.8', INTRODUCTION[1]] },
  ])('with $with', ({ with: config, says }) => {
    const node = connected(config);
    expect(node.hears(-1, '+PONG')).toEqual(says);
    // Each of its commands is awaited, in the order in which they were sent; then comes PSYNC.
    says.slice(1).forEach(() => expect(node.hears(-1, '+OK')).toEqual([]));
    expect(node.hears(-1, '+OK')).toEqual(['-1 < PSYNC ? -1']);
  });

  it('a wrong password ends it; the cron tries again', () => {
    const node = connected({ masterauth: 'wrong' });
    node.hears(-1, '+PONG');
    expect(node.hears(-1, '-WRONGPASS invalid username-password pair or user is disabled.')).toEqual(['close -1']);
    expect(node.told('link-handshake-error')).toEqual([{ kind: 'link-handshake-error', step: 'auth', error: '-WRONGPASS invalid username-password pair or user is disabled.', fatal: true }]);
    expect(node.ordered()).toEqual([]);
    expect(node.pass(1).ordered()).toEqual(['connect -2 10.0.0.1:6379']);
  });

  it('a master that does not know REPLCONF is noted, and it goes on', () => {
    const node = connected({ 'replica-announce-ip': '5.6.7.8' });
    node.hears(-1, '+PONG');
    const error = "-ERR unknown command 'REPLCONF'";
    expect(node.hears(-1, error, error, error)).toEqual(['-1 < PSYNC ? -1']);
    expect(node.told('link-handshake-error').map(({ step, fatal }) => [step, fatal])).toEqual([['listening-port', false], ['ip-address', false], ['capa', false]]);
  });
});

describe('PSYNC is answered', () => {
  it('with empty lines: it waits on, and its clock begins anew with each', () => {
    const node = asking({ 'repl-timeout': '3' });
    for (let second = 0; second < 10; second++) {
      node.pass(1);
      expect(node.hears(-1, '')).toEqual([]);
    }
    expect(linkState(node)).toBe('receive-psync-reply');
  });

  it.each(["-NOMASTERLINK Can't SYNC while not connected with my master", '-LOADING Redis is loading the dataset in memory'])('%s: later, and what it knows is kept', (reply) => {
    const node = replicaOf(master);
    node.feed({ type: 'closed', fd: -1, why: 'reset' }).feed({ type: 'connected', fd: -2, credit: 100_000 });
    const asked = node.hears(-2, '+PONG', '+OK', '+OK').at(-1);
    expect(node.hears(-2, reply)).toEqual(['close -2']);
    expect(node.pass(1).ordered()).toEqual(['connect -3 10.0.0.1:6379']);
    node.feed({ type: 'connected', fd: -3, credit: 100_000 });
    expect(node.hears(-3, '+PONG', '+OK', '+OK').at(-1)).toBe(asked?.replace('-2', '-3'));
  });

  it.each(["-ERR unknown command 'PSYNC'", '-ERR something else', '+OK', 'nonsense'])('%s: then in the old way, on the same connection, and without ACKs for ever after', (reply) => {
    const node = asking();
    expect(node.hears(-1, reply)).toEqual(['-1 < SYNC']);
    expect(linkState(node)).toBe('transfer');
    const image = master.image();
    node.hears(-1, `$${image.size}`);
    node.gets(-1, image);
    node.feed({ type: 'flushed' }).feed({ type: 'loaded' }).ordered();
    expect(node.info('master_link_status', 'slave_repl_offset')).toEqual({ master_link_status: 'up', slave_repl_offset: '-1' });
    expect(node.pass(3).ordered()).toEqual([]);
  });

  it.each(['+FULLRESYNC', '+FULLRESYNC short 100', `+FULLRESYNC ${id(7)}`])('%s: a full resync all the same, but with a history that nobody can ask for', (reply) => {
    const node = asking();
    expect(node.hears(-1, reply)).toEqual([]);
    expect(linkState(node)).toBe('transfer');
    expect(node.server.replication.masterInitialOffset).toBe(-1);
    const image = master.image();
    node.hears(-1, `$${image.size}`);
    node.gets(-1, image);
    node.feed({ type: 'flushed' }).feed({ type: 'loaded' }).ordered();
    expect(node.pass(2).ordered()).toEqual([]); // no ACK: it takes the master for one that speaks no PSYNC
  });
});

describe('the file is announced', () => {
  it.each([
    { header: '-ERR I am tired', why: 'error-reply', error: 'ERR I am tired' },
    { header: '+OK', why: 'bad-protocol', error: '+OK' },
  ])('as $header: the attempt ends, the next begins at once', ({ header, why, error }) => {
    const node = asking();
    node.hears(-1, `+FULLRESYNC ${id(7)} 1000`);
    expect(node.hears(-1, header)).toEqual(['close -1', 'connect -2 10.0.0.1:6379']);
    expect(node.told('transfer-aborted')).toEqual([{ kind: 'transfer-aborted', why, error, received: -1 }]);
  });
});

describe('the connection is lost', () => {
  it.each([
    { in: 'connecting', hears: [], again: 'next second' },
    { in: 'receive-ping-reply', hears: [], connects: true, again: 'next second' },
    { in: 'receive-port-reply', hears: ['+PONG'], connects: true, again: 'next second' },
    { in: 'receive-capa-reply', hears: ['+PONG', '+OK'], connects: true, again: 'next second' },
    { in: 'receive-psync-reply', hears: ['+PONG', '+OK', '+OK'], connects: true, again: 'next second' },
    { in: 'transfer', hears: ['+PONG', '+OK', '+OK', `+FULLRESYNC ${id(7)} 1000`], connects: true, again: 'at once' },
    { in: 'transfer', hears: ['+PONG', '+OK', '+OK', `+FULLRESYNC ${id(7)} 1000`, '$500'], connects: true, again: 'at once' },
  ])('in $in after $hears: it tries again $again', ({ in: state, hears, connects = false, again }) => {
    const node = new Double({ config: REPLICA });
    node.pass(0.001);
    if (connects) node.feed({ type: 'connected', fd: -1, credit: 100_000 });
    node.hears(-1, ...hears);
    expect(linkState(node)).toBe(state);
    node.ordered();
    node.feed(connects ? { type: 'closed', fd: -1, why: 'reset' } : { type: 'connectFailed', fd: -1, why: 'refused' });
    // Nothing is closed: the peer did that.
    expect(node.ordered()).toEqual(again === 'at once' ? ['connect -2 10.0.0.1:6379'] : []);
    expect(node.pass(1).ordered()).toEqual(again === 'at once' ? [] : ['connect -2 10.0.0.1:6379']);
  });

  it('exactly while the verdict on a PSYNC is awaited: what it knows is kept (7.0.1+), and asked again', () => {
    const node = replicaOf(master);
    node.feed({ type: 'closed', fd: -1, why: 'reset' }).feed({ type: 'connected', fd: -2, credit: 100_000 });
    const asked = node.hears(-2, '+PONG', '+OK', '+OK').at(-1);
    node.feed({ type: 'closed', fd: -2, why: 'reset' }).pass(1).feed({ type: 'connected', fd: -3, credit: 100_000 });
    expect(node.hears(-3, '+PONG', '+OK', '+OK').at(-1)).toBe(asked?.replace('-2', '-3'));
  });

  it('in the middle of a file: what it knew before +FULLRESYNC is asked again (7.0+), and the old data are still there', () => {
    const node = replicaOf(master);
    node.feed({ type: 'closed', fd: -1, why: 'reset' }).feed({ type: 'connected', fd: -2, credit: 100_000 });
    const asked = node.hears(-2, '+PONG', '+OK', '+OK').at(-1);
    const image = master.image();
    node.hears(-2, `+FULLRESYNC ${id(12)} 1000`, `$${image.size}`);
    node.gets(-2, image, 60);
    expect(node.feed({ type: 'closed', fd: -2, why: 'reset' }).ordered()).toEqual(['connect -3 10.0.0.1:6379']);
    expect(node.told('transfer-aborted').at(-1)).toMatchObject({ why: 'connection-lost', received: 60 });
    expect(node.get('greeting')).toBe('$5 hello');
    node.feed({ type: 'connected', fd: -3, credit: 100_000 });
    expect(node.hears(-3, '+PONG', '+OK', '+OK').at(-1)).toBe(asked?.replace('-2', '-3'));
  });
});

describe('silence', () => {
  // Phase 0: the cron of second s runs 1 ms after it. The attempt began in second 0; repl-timeout is 3.
  it.each([
    { in: 'connecting', hears: null, phase: 'handshake' },
    { in: 'receive-ping-reply', hears: [], phase: 'handshake' },
    { in: 'receive-psync-reply', hears: ['+PONG', '+OK', '+OK'], phase: 'handshake' },
    { in: 'transfer', hears: ['+PONG', '+OK', '+OK', `+FULLRESYNC ${id(7)} 1000`], phase: 'transfer' },
    { in: 'transfer', hears: ['+PONG', '+OK', '+OK', `+FULLRESYNC ${id(7)} 1000`, '$500'], phase: 'transfer' },
  ])('in $in after $hears is borne for three seconds, not four; the next attempt follows in the same cron', ({ in: state, hears, phase }) => {
    const node = new Double({ config: { ...REPLICA, 'repl-timeout': '3' } });
    node.pass(0.001);
    if (hears !== null) node.feed({ type: 'connected', fd: -1, credit: 100_000 });
    node.hears(-1, ...(hears ?? []));
    expect(linkState(node)).toBe(state);
    expect(node.pass(3.5).ordered()).toEqual([]);
    expect(node.pass(0.5).ordered()).toEqual(['close -1', 'connect -2 10.0.0.1:6379']);
    expect(node.told('link-timeout')).toEqual([{ kind: 'link-timeout', phase, silentSeconds: 4, limitSeconds: 3 }]);
  });

  it('on the live link: the master is remembered, and asked in the same cron', () => {
    const node = replicaOf(master, { config: { 'repl-timeout': '3' } });
    expect(node.pass(3.5).ordered().filter((order) => !order.includes('ACK'))).toEqual([]);
    expect(node.pass(0.5).ordered().filter((order) => !order.includes('ACK'))).toEqual(['close -1', 'connect -2 10.0.0.1:6379']);
    expect(node.told('link-timeout', 'cached-master-made').map(({ kind }) => kind)).toEqual(['link-timeout', 'cached-master-made']);
  });

  it('is broken by any byte: a slow transfer takes as long as it likes', () => {
    const node = asking({ 'repl-timeout': '3' });
    const image = master.image();
    node.hears(-1, `+FULLRESYNC ${id(7)} 1000`, `$${image.size}`);
    for (let byte = 0; byte < image.size - 1; byte++) {
      node.pass(3);
      expect(node.gets(-1, image, byte + 1, byte)).toEqual([]);
    }
    expect(node.gets(-1, image, image.size, image.size - 1)).toEqual(['flush 0']);
  });
});

describe('a master that is a replica itself', () => {
  const cutOff = (): Double => {
    const node = replicaOf(master);
    node.feed({ type: 'closed', fd: -1, why: 'reset' });
    node.ordered();
    return node;
  };

  it('cannot serve while it has no master: -NOMASTERLINK, for PSYNC and SYNC', () => {
    const node = cutOff();
    const fd = node.accept();
    const answer = `${fd} < -NOMASTERLINK Can't SYNC while not connected with my master`;
    expect(node.says(fd, 'PSYNC ? -1')).toEqual([answer]);
    expect(node.says(fd, 'SYNC')).toEqual([answer]);
    expect(node.info('connected_slaves', 'sync_full')).toEqual({ connected_slaves: '0', sync_full: '0' });
  });

  it('serves when its link is up, under the id and from the offset of its master', () => {
    const node = replicaOf(master);
    const { masterReplOffset } = node.server.replication;
    const fd = node.accept();
    node.says(fd, 'REPLCONF capa eof capa psync2');
    expect(node.says(fd, `PSYNC ${node.server.replication.replid} ${masterReplOffset + 1}`)).toEqual([`${fd} < +CONTINUE <2>`]);
  });
});

describe('what a master refuses, and what it does not hear', () => {
  it('PSYNC with something that is no offset', () => {
    const node = new Double();
    const fd = node.accept();
    expect(node.says(fd, `PSYNC ${id(2)} many`)).toEqual([`${fd} < -ERR value is not an integer or out of range`]);
    expect(node.info('connected_slaves', 'sync_full', 'sync_partial_err')).toEqual({ connected_slaves: '0', sync_full: '0', sync_partial_err: '0' });
  });

  it('PSYNC in the same turn as something that has not been answered yet', () => {
    const node = new Double();
    const fd = node.accept();
    expect(node.says(fd, 'PING', 'PSYNC ? -1')).toEqual([`${fd} < +PONG`, `${fd} < -ERR SYNC and PSYNC are invalid with pending output`]);
  });

  it('a second PSYNC or SYNC of a replica', () => {
    const node = new Double({ config: FROM_DISK });
    const fd = onlineReplica(node);
    expect(node.says(fd, 'PSYNC ? -1', 'SYNC')).toEqual([]);
    expect(node.info('sync_full')).toEqual({ sync_full: '1' });
  });

  it.each(['GET k', 'PING', 'REPLCONF listening-port 1', 'nonsense'])('anything of a replica that wants an answer ends its connection (7.0+): %s', (said) => {
    const node = new Double({ config: FROM_DISK });
    const fd = onlineReplica(node);
    expect(node.says(fd, said)).toEqual([`close ${fd}`]);
    expect(node.info('connected_slaves')).toEqual({ connected_slaves: '0' });
  });

  it('an id without psync2 among the capabilities: +CONTINUE, without the id', () => {
    const node = new Double({ config: { ...FROM_DISK, save: '' } });
    onlineReplica(node);
    const old = node.accept();
    expect(node.says(old, `PSYNC ${id(3)} ${node.server.replication.masterReplOffset + 1}`)).toEqual([`${old} < +CONTINUE`]);
  });

  it.each([
    ['REPLCONF listening-port', '-ERR syntax error'],
    ['REPLCONF listening-port ten', '-ERR value is not an integer or out of range'],
    ['REPLCONF nonsense 1', '-ERR Unrecognized REPLCONF option: nonsense'],
    ['REPLCONF capa something-new', '+OK'],
    ['REPLCONF listening-port 1 ip-address 1.2.3.4 capa eof', '+OK'],
  ])('%s → %s', (said, answer) => {
    const node = new Double();
    const fd = node.accept();
    expect(node.says(fd, said)).toEqual([`${fd} < ${answer}`]);
  });

  it('under requirepass: NOAUTH to PING, and to everything of the handshake but AUTH', () => {
    const node = new Double({ config: { requirepass: 'secret' } });
    const fd = node.accept();
    for (const said of ['PING', 'REPLCONF capa psync2', 'PSYNC ? -1', 'SYNC']) expect(node.says(fd, said)).toEqual([`${fd} < -NOAUTH Authentication required.`]);
    expect(node.says(fd, 'AUTH wrong')).toEqual([`${fd} < -WRONGPASS invalid username-password pair or user is disabled.`]);
    expect(node.says(fd, 'AUTH default secret', 'PING')).toEqual([`${fd} < +OK`, `${fd} < +PONG`]);
  });
});
