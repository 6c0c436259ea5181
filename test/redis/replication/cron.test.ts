/**
 * What happens once a second, and in which order. The clock's phase is 0 here: the cron of second s runs 1 ms after it.
 */
import { describe, expect, it } from 'vitest';
import { REPLICATION_DUTIES } from '../../../src/redis/replication/cron.ts';
import { Double, FROM_DISK, introduced, onlineReplica, replicaOf } from '../double.ts';

it('the order is behaviour: what timed out reconnects in the same call, and who reconnects does not acknowledge', () => {
  expect(REPLICATION_DUTIES.map(({ name }) => name)).toEqual([
    'failover', 'handshake timeout', 'transfer timeout', 'master timeout', 'connect', 'acknowledge', 'PINGs and newlines',
    'drop timed out replicas', 'free an idle backlog', 'forget which scripts all know', 'start a pending BGSAVE',
    'remove a file made for replicas', 'count good replicas',
  ]);
});

describe('PING', () => {
  const pings = (node: Double): string[] => node.details.filter(([kind]) => kind === 'ping').map(([, offset]) => String(offset));

  it('goes out at the very first call, if a replica is there, and then every repl-ping-replica-period-th: 14 bytes each', () => {
    const node = new Double({ config: { ...FROM_DISK, 'repl-ping-replica-period': '3' } });
    onlineReplica(node);
    expect(pings(node)).toEqual(['14']);
    node.pass(2.5);
    expect(pings(node)).toEqual(['14']);
    node.pass(1);
    expect(pings(node)).toEqual(['14', '28']);
    node.pass(6);
    expect(pings(node)).toEqual(['14', '28', '42', '56']);
  });

  it('goes into the stream as soon as anybody is listed, in whatever state', () => {
    const node = new Double();
    node.says(introduced(node), 'PSYNC ? -1');
    node.pass(0.5);
    expect(pings(node)).toEqual(['14']);
  });

  it('counts calls from the start of the process, not from the coming of a replica', () => {
    const node = new Double({ config: { ...FROM_DISK, 'repl-ping-replica-period': '10' } });
    node.pass(7.5); // calls 0 to 7
    onlineReplica(node);
    node.pass(2);
    expect(pings(node)).toEqual([]);
    node.pass(0.5); // call 10
    expect(pings(node)).toEqual(['14']);
  });

  it('comes later and later where timers go off late: ten ticks a second are set anew each time', () => {
    const node = new Double({ config: { ...FROM_DISK, 'repl-ping-replica-period': '10' }, timersLateUs: 720 });
    onlineReplica(node);
    expect(pings(node)).toEqual(['14']);
    node.pass(59.9);
    expect(pings(node)).toHaveLength(6);
    node.pass(0.3); // about 60.3 s: call 60 comes at 60.43
    expect(pings(node)).toHaveLength(6);
    node.pass(0.3);
    expect(pings(node)).toHaveLength(7);
  });
});

describe('a silent replica', () => {
  it('is dropped when its last ACK is more than repl-timeout seconds old; any ACK, and a bare newline, keep it', () => {
    const node = new Double({ config: { ...FROM_DISK, 'repl-timeout': '4' } });
    const fd = onlineReplica(node); // online in second 0
    node.pass(3.5);
    node.says(fd, 'REPLCONF ACK 0'); // second 3
    node.pass(3);
    node.feed({ type: 'received', fd, piece: { payload: { kind: 'line', text: '\n', size: 1 }, from: 0, to: 1 } }); // second 6
    node.told();
    node.pass(4); // second 10: four seconds
    expect(node.told('replica-timeout')).toEqual([]);
    node.pass(1);
    expect(node.told('replica-timeout')).toMatchObject([{ fd, phase: 'streaming', silentSeconds: 5, limitSeconds: 4 }]);
    expect(node.server.clients.has(fd)).toBe(false);
  });

  it('that waits for a file is never dropped: it has nothing to say', () => {
    const node = new Double({ config: { ...FROM_DISK, 'repl-timeout': '2' } });
    const fd = introduced(node);
    node.says(fd, 'PSYNC ? -1');
    node.pass(100);
    expect(node.server.clients.has(fd)).toBe(true);
  });
});

describe('ACK', () => {
  it('goes out each second, with what was applied', () => {
    const node = replicaOf(new Double({ config: { save: '' } }));
    expect(node.pass(3).ordered()).toEqual(['-1 < REPLCONF ACK 0', '-1 < REPLCONF ACK 0', '-1 < REPLCONF ACK 0']);
  });

  it('says how far the append-only file is synced, if there is one (7.2)', () => {
    const node = replicaOf(new Double({ config: { save: '' } }), { config: { appendonly: 'yes' } });
    expect(node.pass(1.5).ordered().find((order) => order.includes('ACK'))).toMatch(/^-1 < REPLCONF ACK 0 FACK \d+$/);
  });

  it('never counts backwards at the master, and starts at 0 with each connection', () => {
    const node = new Double({ config: FROM_DISK });
    const fd = onlineReplica(node);
    node.says(fd, 'REPLCONF ACK 500');
    node.says(fd, 'REPLCONF ACK 300');
    expect(node.info('slave0').slave0).toContain('offset=500,lag=0');
    node.feed({ type: 'closed', fd, why: 'eof' });
    const again = introduced(node);
    node.says(again, `PSYNC ${node.server.replication.replid} ${node.server.replication.masterReplOffset + 1}`);
    expect(node.info('slave0').slave0).toContain('state=online,offset=0');
  });
});

describe('min-replicas', () => {
  it('refuses writes while too few replicas have acknowledged within max-lag whole seconds', () => {
    const node = new Double({ config: { ...FROM_DISK, 'min-replicas-to-write': '1', 'min-replicas-max-lag': '2' } });
    const writer = node.accept();
    const refused = [`${writer} < -NOREPLICAS Not enough good replicas to write.`];
    expect(node.says(writer, 'SET k v')).toEqual(refused);
    const fd = onlineReplica(node); // counts at once
    expect(node.says(writer, 'SET k v').at(-1)).toBe(`${writer} < +OK`);
    node.pass(2.5); // its last sign was in second 0; at the cron of second 2 that is two seconds ago
    expect(node.says(writer, 'SET k v').at(-1)).toBe(`${writer} < +OK`);
    node.pass(1);
    expect(node.says(writer, 'SET k v')).toEqual(refused);
    expect(node.says(writer, 'GET k')).toEqual([`${writer} < $1 v`]);
    node.says(fd, 'REPLCONF ACK 1');
    expect(node.says(writer, 'SET k v')).toEqual(refused); // an ACK is counted by the next cron
    node.pass(1);
    expect(node.says(writer, 'SET k v').at(-1)).toBe(`${writer} < +OK`);
  });

  it('is off when either setting is 0', () => {
    const node = new Double({ config: { 'min-replicas-to-write': '3', 'min-replicas-max-lag': '0' } });
    const writer = node.accept();
    expect(node.says(writer, 'SET k v')).toEqual([`${writer} < +OK`]);
    node.says(writer, 'CONFIG SET min-replicas-max-lag 10');
    expect(node.says(writer, 'SET k v')).toEqual([`${writer} < -NOREPLICAS Not enough good replicas to write.`]);
    expect(node.info('min_slaves_good_slaves')).toEqual({ min_slaves_good_slaves: '0' });
  });
});

describe('WAIT', () => {
  it('asks for ACKs with 37 bytes of stream, at the end of the turn; replies as soon as enough have come', () => {
    const node = new Double({ config: FROM_DISK });
    const [a, b] = [onlineReplica(node), onlineReplica(node, { port: 6381 })];
    const writer = node.accept();
    const before = node.server.replication.masterReplOffset;
    const orders = node.says(writer, 'SET k v', 'WAIT 2 0');
    const write = node.server.replication.masterReplOffset - 37;
    expect(orders).toEqual(expect.arrayContaining([
      `${writer} < +OK`,
      `${a} < stream ${before + 1}..${write + 37}: SELECT 0 | SET k v | REPLCONF GETACK *`,
      `${b} < stream ${before + 1}..${write + 37}: SELECT 0 | SET k v | REPLCONF GETACK *`,
    ]));
    expect(node.says(a, `REPLCONF ACK ${write}`)).toEqual([]);
    expect(node.says(b, `REPLCONF ACK ${write - 1}`)).toEqual([]); // a byte short
    expect(node.says(b, `REPLCONF ACK ${write}`)).toEqual([`${writer} < :2`]);
  });

  it('for what was acknowledged already replies at once; for a client that wrote nothing, with all who are online', () => {
    const node = new Double({ config: FROM_DISK });
    onlineReplica(node);
    const fresh = node.accept();
    expect(node.says(fresh, 'WAIT 1 0')).toEqual([`${fresh} < :1`]);
    expect(node.says(fresh, 'WAIT 0 100')).toEqual([`${fresh} < :1`]);
  });

  it('runs out with as many as there are, when the loop next wakes after its last millisecond: at a tick if nothing else happens', () => {
    const node = new Double({ config: { ...FROM_DISK, 'repl-ping-replica-period': '100' } });
    onlineReplica(node);
    const writer = node.accept();
    // Asked at 100 ms, over after 350 ms; the ticks are at 301 ms and 401 ms.
    node.says(writer, 'SET k v', 'WAIT 1 250');
    expect(node.pass(0.3).ordered()).toEqual([]);
    expect(node.pass(0.002).ordered()).toEqual([`${writer} < :0`]);
    // Asked at 402 ms, over after 652 ms; somebody else wakes it at 653 ms.
    node.says(writer, 'SET k v', 'WAIT 1 250');
    expect(node.pass(0.25).feed().ordered()).toEqual([]);
    expect(node.pass(0.001).feed().ordered()).toEqual([`${writer} < :0`]);
  });

  it('inside MULTI never waits; of a replica is an error', () => {
    const node = new Double({ config: FROM_DISK });
    const writer = node.accept();
    expect(node.says(writer, 'SET k v', 'MULTI', 'WAIT 1 0', 'EXEC').at(-1)).toMatch(/:0/);
    const replica = replicaOf(new Double());
    const fd = replica.accept();
    expect(replica.says(fd, 'WAIT 1 0')[0]).toMatch(/-ERR WAIT cannot be used with replica instances/);
  });

  it.each([['WAIT x 0', 'value is not an integer'], ['WAIT 1 x', 'timeout is not an integer'], ['WAIT 1 -1', 'timeout is negative']])('%s: %s', (said, error) => {
    const node = new Double();
    expect(node.says(node.accept(), said)[0]).toContain(`-ERR ${error}`);
  });
});

describe('a replica that loads', () => {
  it('rests its crons, sends a newline for each second of work, and makes up for the cron afterwards', () => {
    const master = new Double({ config: { save: '' } });
    master.says(master.accept(), 'SET k v');
    const node = replicaOf(master);
    node.feed({ type: 'closed', fd: -1, why: 'reset' }).feed({ type: 'connected', fd: -2, credit: 1000 });
    node.hears(-2, '+PONG', '+OK', '+OK', `+FULLRESYNC ${'7'.repeat(40)} 9000`, `$${master.image().size}`);
    // Emptying what it had is work, too.
    expect(node.gets(-2, master.image())).toEqual(['-2 < \\n', expect.stringMatching(/^flush/)]);
    node.feed({ type: 'flushed' }).ordered();
    const sinceUs = node.nowUs;
    const work = (seconds: number): string[] => node.pass(seconds).feed({ type: 'workProgress' }).ordered();
    expect(work(0.1)).toEqual([]); // one a second
    expect(work(1)).toEqual(['-2 < \\n']);
    expect(work(3)).toEqual(['-2 < \\n']);
    // The crons go on as soon as the loop is back, and within a second the first ACK goes out.
    expect(node.feed({ type: 'loaded' }).feed({ type: 'resumed', sinceUs }).pass(1).ordered()).toContain('-2 < REPLCONF ACK 9000');
  });
});
