/** Clients as such: how many there may be, how long they may be silent, HELLO and RESET, and what a signal means. */
import { describe, expect, it } from 'vitest';
import { Double, FROM_DISK, onlineReplica } from './double.ts';

describe('maxclients', () => {
  it('tells who is one too many, and closes; a place that becomes free is taken', () => {
    const node = new Double({ config: { maxclients: '2' } });
    const [first, second] = [node.accept(), node.accept()];
    node.ordered();
    node.accept();
    expect(node.ordered()).toEqual(['3 < -ERR max number of clients reached', 'close 3']);
    expect(node.info('rejected_connections', 'total_connections_received')).toEqual({ rejected_connections: '1', total_connections_received: '2' });
    node.feed({ type: 'closed', fd: first, why: 'eof' });
    expect(node.says(node.accept(), 'PING')).toEqual(['4 < +PONG']);
    expect(node.says(second, 'PING')).toEqual([`${second} < +PONG`]);
  });
});

describe('timeout', () => {
  const closed = (node: Double, seconds: number): string[] => node.pass(seconds).ordered().filter((order) => order.startsWith('close'));

  it('closes who says nothing for longer than that, in whole seconds', () => {
    const node = new Double({ config: { timeout: '3' } });
    const [silent, talks] = [node.accept(), node.accept()];
    for (let second = 0; second < 3; second++) {
      expect(closed(node, 1)).toEqual([]);
      node.says(talks, 'PING');
    }
    expect(closed(node, 1.2)).toEqual([`close ${silent}`]);
  });

  it('looks at five clients a tick, in turn', () => {
    const node = new Double({ config: { timeout: '1' } });
    for (let i = 0; i < 12; i++) node.accept();
    node.pass(1.95).ordered();
    expect([closed(node, 0.1).length, closed(node, 0.1).length, closed(node, 0.1).length, closed(node, 0.5).length]).toEqual([5, 5, 2, 0]);
  });

  it('spares replicas, and who waits for something', () => {
    const node = new Double({ config: { ...FROM_DISK, timeout: '1', 'repl-timeout': '60' } });
    const replica = onlineReplica(node);
    const waits = node.accept();
    node.says(waits, 'BLPOP k 0');
    expect(closed(node, 10)).toEqual([]);
    expect(node.server.clients.has(replica)).toBe(true);
  });

  it('is off unless it is set', () => {
    const node = new Double();
    node.accept();
    expect(closed(node, 3600)).toEqual([]);
  });
});

describe('HELLO', () => {
  it('says who answers, in the old protocol', () => {
    const node = new Double();
    const app = node.accept();
    expect(node.says(app, 'HELLO')).toEqual([
      `${app} < *14 $6 server $5 redis $7 version $5 7.2.6 $5 proto :2 $2 id :1 $4 mode $10 standalone $4 role $6 master $7 modules *0`,
    ]);
    expect(node.says(app, 'HELLO 3')).toEqual([`${app} < -NOPROTO unsupported protocol version`]);
    expect(node.says(app, 'HELLO 2 SETNAME me', 'CLIENT GETNAME').at(-1)).toBe(`${app} < $2 me`);
    expect(node.says(app, 'HELLO 2 LOUDLY')).toEqual([`${app} < -ERR Syntax error in HELLO option 'LOUDLY'`]);
  });

  it('authenticates', () => {
    const node = new Double({ config: { requirepass: 'secret' } });
    const app = node.accept();
    expect(node.says(app, 'HELLO 2')[0]).toContain('-NOAUTH HELLO must be called');
    expect(node.says(app, 'HELLO 2 AUTH default wrong')[0]).toContain('-WRONGPASS');
    expect(node.says(app, 'HELLO 2 AUTH default secret', 'GET k').at(-1)).toBe(`${app} < $-1`);
  });
});

describe('RESET', () => {
  it('is as if one had just connected: no transaction, no database, no name, no password', () => {
    const node = new Double({ config: { requirepass: 'secret' } });
    const app = node.accept();
    node.says(app, 'AUTH secret', 'SELECT 3', 'CLIENT SETNAME me', 'MULTI', 'SET k v');
    expect(node.says(app, 'RESET', 'GET k')).toEqual([`${app} < +RESET`, `${app} < -NOAUTH Authentication required.`]);
    expect(node.says(app, 'AUTH secret', 'EXEC', 'CLIENT GETNAME').slice(1)).toEqual([`${app} < -ERR EXEC without MULTI`, `${app} < $-1`]);
  });
});

describe('WAITAOF', () => {
  it('counts the fsync here, and those that replicas tell of', () => {
    const node = new Double({ config: { ...FROM_DISK, appendonly: 'yes', appendfsync: 'always', 'repl-ping-replica-period': '3600' } });
    const replica = onlineReplica(node);
    const app = node.accept();
    node.says(app, 'SET k v');
    expect(node.says(app, 'WAITAOF 1 0 0')).toEqual([`${app} < *2 :1 :0`]);
    expect(node.says(app, 'WAITAOF 1 1 0').filter((order) => order.startsWith(`${app} <`))).toEqual([]);
    const offset = node.server.replication.masterReplOffset;
    expect(node.says(replica, `REPLCONF ACK ${offset}`)).toEqual([]);
    expect(node.says(replica, `REPLCONF ACK ${offset} FACK ${offset}`)).toEqual([`${app} < *2 :1 :1`]);
  });

  it('answers with what there is when its time is over', () => {
    const node = new Double({ config: FROM_DISK });
    const app = node.accept();
    node.says(app, 'SET k v');
    node.says(app, 'WAITAOF 0 2 300');
    expect(node.pass(0.5).ordered()).toEqual([`${app} < *2 :0 :0`]);
  });

  it.each([
    ['WAITAOF 1 0 0', 'WAITAOF cannot be used when numlocal is set but appendonly is disabled.'],
    ['WAITAOF 2 0 0', 'value is out of range, must be between 0 and 1'],
    ['WAITAOF 0 -1 0', 'value is out of range, must be positive'],
    ['WAITAOF 0 x 0', 'value is not an integer or out of range'],
    ['WAITAOF 0 0 -1', 'timeout is negative'],
  ])('%s is refused', (line, text) => {
    const node = new Double();
    const app = node.accept();
    expect(node.says(app, line)).toEqual([`${app} < -ERR ${text}`]);
  });
});

describe('a signal', () => {
  it.each([
    { config: { save: '3600 1' }, signal: 'SIGTERM', saves: true },
    { config: { save: '3600 1', 'shutdown-on-sigterm': 'nosave' }, signal: 'SIGTERM', saves: false },
    { config: { save: '', 'shutdown-on-sigterm': 'save' }, signal: 'SIGTERM', saves: true },
    { config: { save: '', 'shutdown-on-sigterm': 'save' }, signal: 'SIGINT', saves: false },
    { config: { save: '', 'shutdown-on-sigint': 'save now' }, signal: 'SIGINT', saves: true },
  ] as const)('$signal with $config: saves is $saves', ({ config, signal, saves }) => {
    const node = new Double({ config });
    node.feed({ type: 'signal', signal });
    const orders = node.pass(0.2).ordered();
    expect(orders.some((order) => order.startsWith('save'))).toBe(saves);
    expect(orders.includes('exit 0')).toBe(!saves); // or when the file is written
  });
});
