/**
 * Who follows whom, under which id, and from where: REPLICAOF and promotion, chains, restarts.
 */
import { describe, expect, it } from 'vitest';
import { command } from '../../../src/redis/protocol/make.ts';
import { currentImage } from '../../../src/redis/persistence/save.ts';
import { Double, FROM_DISK, id, introduced, onlineReplica, replicaOf } from '../double.ts';

const IDS = ['role', 'master_replid', 'master_replid2', 'master_repl_offset', 'second_repl_offset'] as const;

/** A master at offset 114: 14 of the first PING, 23 of SELECT, 27 of SET a 1, and 50 more. */
function aMaster(config: Readonly<Record<string, string>> = {}): { readonly node: Double; readonly replica: number } {
  const node = new Double({ config: { ...FROM_DISK, save: '', ...config } });
  const replica = onlineReplica(node);
  node.says(node.accept(), 'SET a 1', ['SET', 'b', 'x'.repeat(23)]);
  expect(node.server.replication.masterReplOffset).toBe(14 + 23 + 27 + 50);
  node.ordered();
  node.told();
  return { node, replica };
}

/** The same, seen by its replica; with a replica of its own. */
function aMiddle(): { readonly node: Double; readonly sub: number; readonly fromMaster: (...lines: string[]) => string[] } {
  const { node: master } = aMaster();
  const node = replicaOf(master, { config: { save: '' } });
  const sub = introduced(node);
  node.says(sub, `PSYNC ${master.server.replication.replid} 115`);
  node.told();
  const fromMaster = (...lines: string[]): string[] => {
    node.feed(...lines.map((line) => {
      const payload = command(line.split(' '));
      return { type: 'received', fd: -1, piece: { payload, from: 0, to: payload.size } } as const;
    }));
    return node.ordered();
  };
  return { node, sub, fromMaster };
}

describe('REPLICAOF NO ONE', () => {
  it('begins a new history, which shares everything up to here with the old one: the byte after it may still be asked for under the old id', () => {
    const { node } = aMiddle();
    expect(node.info(...IDS)).toEqual({ role: 'slave', master_replid: '<3>', master_replid2: '<0>', master_repl_offset: '114', second_repl_offset: '-1' });
    node.says(node.accept(), 'REPLICAOF NO ONE');
    expect(node.info(...IDS)).toEqual({ role: 'master', master_replid: '<3>', master_replid2: '<3>', master_repl_offset: '114', second_repl_offset: '115' });
  });

  it('drops its own replicas, who must learn the new id; they come back under the old one and miss nothing', () => {
    const { node, sub } = aMiddle();
    expect(node.says(node.accept(), 'REPLICAOF NO ONE').slice(0, 2)).toEqual(['close -1', `close ${sub}`]);
    node.server.replication.replid = id(11); // the double draws <3> again: give the new history a name of its own
    const fd = introduced(node);
    expect(node.says(fd, `PSYNC ${id(3)} 115`)).toEqual([`${fd} < +CONTINUE <b>`]);
    const ahead = introduced(node);
    node.says(ahead, `PSYNC ${id(3)} 116`);
    expect(node.told('sync-decided').map(({ reason }) => reason)).toEqual(['in-backlog', 'past-second-offset']);
  });

  it('makes the next write say its database, and the backlog of a replica of long standing is not freed at once', () => {
    const { node } = aMiddle();
    node.says(node.accept(), 'CONFIG SET repl-backlog-ttl 5', 'REPLICAOF NO ONE');
    const writer = node.accept();
    node.says(writer, 'SET c 1');
    expect(node.server.replication.masterReplOffset).toBe(114 + 23 + 27);
    node.pass(5);
    expect(node.info('repl_backlog_active')).toEqual({ repl_backlog_active: '1' });
    node.pass(2);
    expect(node.info('repl_backlog_active')).toEqual({ repl_backlog_active: '0' });
  });

  it('of a master is +OK and nothing else', () => {
    const { node } = aMaster();
    const before = node.info(...IDS);
    const fd = node.accept();
    expect(node.says(fd, 'REPLICAOF NO ONE', 'SLAVEOF no one')).toEqual([`${fd} < +OK`, `${fd} < +OK`]);
    expect(node.info(...IDS)).toEqual(before);
  });
});

describe('REPLICAOF', () => {
  it('the same master is noticed', () => {
    const { node } = aMiddle();
    const fd = node.accept();
    expect(node.says(fd, 'REPLICAOF 10.0.0.1 6379')).toEqual([`${fd} < +OK Already connected to specified master`]);
  });

  it('another one: connects at once, asks to go on where it stands, and keeps its own replicas for the time being (7.0+)', () => {
    const { node, sub } = aMiddle();
    const fd = node.accept();
    expect(node.says(fd, 'REPLICAOF 10.0.0.2 6380')).toEqual(['close -1', 'connect -2 10.0.0.2:6380', `${fd} < +OK`]);
    node.feed({ type: 'connected', fd: -2, credit: 1000 });
    expect(node.hears(-2, '+PONG', '+OK', '+OK').at(-1)).toBe('-2 < PSYNC <3> 115');
    // The same id: they go on. Another one: they are dropped, to learn it.
    expect(node.hears(-2, `+CONTINUE ${id(12)}`)).toEqual([`close ${sub}`]);
    expect(node.info(...IDS)).toEqual({ role: 'slave', master_replid: '<c>', master_replid2: '<3>', master_repl_offset: '114', second_repl_offset: '115' });
  });

  it('a +CONTINUE with the id that it knows disturbs nobody', () => {
    const { node } = aMiddle();
    node.feed({ type: 'closed', fd: -1, why: 'reset' }).feed({ type: 'connected', fd: -2, credit: 1000 });
    node.hears(-2, '+PONG', '+OK', '+OK');
    expect(node.hears(-2, `+CONTINUE ${id(3)}`)).toEqual([]);
    expect(node.info('connected_slaves', 'master_replid2')).toEqual({ connected_slaves: '1', master_replid2: '<0>' });
  });

  it('a master that becomes a replica asks to go on from its own history', () => {
    const { node } = aMaster();
    node.says(node.accept(), 'REPLICAOF 10.0.0.2 6380');
    node.feed({ type: 'connected', fd: -1, credit: 1000 });
    expect(node.hears(-1, '+PONG', '+OK', '+OK').at(-1)).toBe('-1 < PSYNC <3> 115');
    expect(node.told('cached-master-made')).toEqual([{ kind: 'cached-master-made', from: 'own-history', replid: id(3), offset: 114 }]);
  });

  it('a master that never had a replica names its own id, and byte 1', () => {
    const node = new Double({ config: { save: '' } });
    node.says(node.accept(), 'SET not counted', 'REPLICAOF 10.0.0.2 6380');
    node.feed({ type: 'connected', fd: -1, credit: 1000 });
    expect(node.hears(-1, '+PONG', '+OK', '+OK').at(-1)).toBe('-1 < PSYNC <2> 1');
  });

  it.each([['REPLICAOF 10.0.0.2 70000', '-ERR Invalid master port'], ['REPLICAOF 10.0.0.2 port', '-ERR Invalid master port']])('%s → %s', (said, answer) => {
    const node = new Double();
    const fd = node.accept();
    expect(node.says(fd, said)).toEqual([`${fd} < ${answer}`]);
  });
});

describe('a chain', () => {
  it('hands on what it has applied, byte for byte: SELECT and PING of its master, and none of its own', () => {
    const { node, sub, fromMaster } = aMiddle();
    expect(fromMaster('SELECT 3', 'SET c 1', 'PING', 'INCRBY c 5')).toEqual([expect.stringMatching(new RegExp(`^${sub} < stream 115\\.\\.\\d+: SELECT 3 \\| SET c 1 \\| PING \\| INCRBY c 5$`))]);
    expect(node.info('master_repl_offset')).toEqual({ master_repl_offset: String(114 + 23 + 27 + 14 + 30) });
    node.says(sub, 'REPLCONF ACK 115');
    // 30 s without a word of the master: nothing is pinged on its own account.
    expect(node.pass(30).ordered().filter((order) => order.startsWith(`${sub} <`))).toEqual([]);
  });

  it('hands on a transaction only when it is whole: an open one is not applied, not counted and not handed on', () => {
    const { node, sub, fromMaster } = aMiddle();
    expect(fromMaster('MULTI', 'SET a 2', 'SET b 2')).toEqual([]);
    expect(node.info('slave_repl_offset', 'slave_read_repl_offset')).toEqual({ slave_repl_offset: '114', slave_read_repl_offset: String(114 + 15 + 27 + 27) });
    expect(node.get('a')).toBe('$1 1');
    node.ordered();
    expect(fromMaster('EXEC')).toEqual([`${sub} < stream 115..${114 + 15 + 27 + 27 + 14}: MULTI | SET a 2 | SET b 2 | EXEC`]);
    expect(node.get('a')).toBe('$1 2');
  });

  it('forgets an open transaction when the link breaks, and asks for it again from its MULTI', () => {
    const { node, fromMaster } = aMiddle();
    fromMaster('MULTI', 'SET a 2');
    node.feed({ type: 'closed', fd: -1, why: 'reset' }).feed({ type: 'connected', fd: -2, credit: 1000 });
    expect(node.hears(-2, '+PONG', '+OK', '+OK').at(-1)).toBe('-2 < PSYNC <3> 115');
  });

  it('answers GETACK at once, with an offset that does not include it; and hands it on', () => {
    const { node, sub, fromMaster } = aMiddle();
    expect(fromMaster('SET a 3', 'REPLCONF GETACK *').map((order) => order.replace(/^(\d+) </, 'sub <'))).toEqual([
      `sub < stream 115..${141 + 37}: SET a 3 | REPLCONF GETACK *`, '-1 < REPLCONF ACK 141',
    ].sort((x) => (x.startsWith('sub') ? -1 : 1)));
    expect(node.server.clients.has(sub)).toBe(true);
    expect(node.info('slave_repl_offset')).toEqual({ slave_repl_offset: '178' });
  });

  it('drops its replicas when it gets a whole new data set, not before', () => {
    const { node, sub } = aMiddle();
    node.feed({ type: 'closed', fd: -1, why: 'reset' }).feed({ type: 'connected', fd: -2, credit: 1000 });
    node.hears(-2, '+PONG', '+OK', '+OK');
    const image = currentImage(aMaster().node.server);
    expect(node.hears(-2, `+FULLRESYNC ${id(12)} 9000`, `$${image.size}`)).toEqual([]);
    expect(node.gets(-2, image)[0]).toBe(`close ${sub}`);
    expect(node.info('repl_backlog_active')).toEqual({ repl_backlog_active: '0' });
    node.feed({ type: 'flushed' }).feed({ type: 'loaded' });
    expect(node.info('master_replid', 'master_repl_offset', 'repl_backlog_first_byte_offset')).toEqual({ master_replid: '<c>', master_repl_offset: '9000', repl_backlog_first_byte_offset: '9001' });
  });
});

describe('a restart', () => {
  /** The file that a master at offset 114 leaves when it is shut down. */
  const leftBy = (node: Double): Double['files'] => {
    node.says(node.accept(), 'SHUTDOWN SAVE NOW');
    node.feed({ type: 'saved', ok: true });
    return node.files;
  };
  const restarted = (files: Double['files'], config: Readonly<Record<string, string>> = {}): Double => {
    const node = new Double({ config: { ...FROM_DISK, save: '', ...config }, files: { ...files } });
    node.server.replication.replid = id(12); // the double would draw <2> again
    node.ordered();
    node.feed({ type: 'loaded' });
    return node;
  };

  it("as a master: the file's id is its second one, up to the file's offset; a backlog is there at once (7.0+)", () => {
    const node = restarted(leftBy(aMaster().node));
    expect(node.info(...IDS, 'repl_backlog_first_byte_offset', 'repl_backlog_histlen')).toEqual({
      role: 'master', master_replid: '<c>', master_replid2: '<3>', master_repl_offset: '114', second_repl_offset: '115',
      repl_backlog_first_byte_offset: '115', repl_backlog_histlen: '0',
    });
    const fd = introduced(node);
    expect(node.says(fd, `PSYNC ${id(3)} 115`)).toEqual([`${fd} < +CONTINUE <c>`]);
    expect(node.get('a')).toBe('$1 1');
  });

  it('as a master: a replica that was ahead of the file starts over, whatever it had', () => {
    const node = restarted(leftBy(aMaster().node));
    node.says(introduced(node), `PSYNC ${id(3)} 116`);
    expect(node.told('sync-decided')).toMatchObject([{ verdict: 'full', reason: 'past-second-offset', evidence: { missedBy: 1 } }]);
  });

  it("as a replica: the file's id is its own, and it asks to go on", () => {
    const node = restarted(leftBy(aMaster().node), { replicaof: '10.0.0.1 6379' });
    expect(node.info(...IDS)).toEqual({ role: 'slave', master_replid: '<3>', master_replid2: '<0>', master_repl_offset: '114', second_repl_offset: '-1' });
    node.pass(0.01).feed({ type: 'connected', fd: -1, credit: 1000 });
    expect(node.hears(-1, '+PONG', '+OK', '+OK').at(-1)).toBe('-1 < PSYNC <3> 115');
    expect(node.hears(-1, '+CONTINUE')).toEqual([]);
    // There was no backlog: now there is, behind what it has.
    expect(node.info('repl_backlog_first_byte_offset')).toEqual({ repl_backlog_first_byte_offset: '115' });
  });

  it('with an append-only file: nothing is known of any history', () => {
    const { node } = aMaster();
    const files = leftBy(node);
    const again = new Double({ config: { ...FROM_DISK, appendonly: 'yes', replicaof: '10.0.0.1 6379' }, files: { ...files, aof: null } });
    again.pass(0.01).feed({ type: 'connected', fd: -1, credit: 1000 });
    expect(again.hears(-1, '+PONG', '+OK', '+OK').at(-1)).toBe('-1 < PSYNC ? -1');
  });

  it('of a server that never had a replica: its file names no history', () => {
    const lone = new Double({ config: { save: '' } });
    lone.says(lone.accept(), 'SET a 1');
    const node = restarted(leftBy(lone));
    expect(node.info(...IDS)).toEqual({ role: 'master', master_replid: '<c>', master_replid2: '<0>', master_repl_offset: '0', second_repl_offset: '-1' });
    expect(node.get('a')).toBe('$1 1');
  });

  it('while it loads: LOADING to PING and data, an answer to INFO', () => {
    const node = new Double({ config: { save: '' }, files: leftBy(aMaster().node) });
    const fd = node.accept();
    node.ordered();
    for (const said of ['PING', 'GET a', 'PSYNC ? -1', 'REPLICAOF NO ONE']) expect(node.says(fd, said)).toEqual([`${fd} < -LOADING Redis is loading the dataset in memory`]);
    expect(node.says(fd, 'INFO persistence')[0]).toContain('loading:1');
  });
});

describe('DEBUG', () => {
  it('RELOAD: ids, offsets, backlog and links stay as they are', () => {
    const { node, replica } = aMaster();
    const before = node.info(...IDS, 'repl_backlog_histlen', 'connected_slaves');
    const fd = node.accept();
    const { size } = node.image();
    expect(node.says(fd, 'DEBUG RELOAD')).toEqual([`${fd} < -ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.`]);
    const { node: open } = aMaster({ 'enable-debug-command': 'yes' });
    const one = open.accept();
    expect(open.says(one, 'DEBUG RELOAD')).toEqual([`save ${size}`]);
    open.feed({ type: 'saved', ok: true }).feed({ type: 'flushed' }).feed({ type: 'loaded' });
    expect(open.ordered().at(-1)).toBe(`${one} < +OK`);
    expect(open.info(...IDS, 'repl_backlog_histlen', 'connected_slaves')).toEqual(before);
    expect(open.server.clients.has(replica)).toBe(true);
    expect(open.get('a')).toBe('$1 1');
  });

  it('CHANGE-REPL-ID: those connected go on, but cannot come back', () => {
    const { node, replica } = aMaster({ 'enable-debug-command': 'yes' });
    node.says(node.accept(), 'DEBUG CHANGE-REPL-ID');
    expect(node.says(node.accept(), 'SET c 1')[0]).toMatch(new RegExp(`^${replica} < stream 115`));
    node.says(introduced(node), `PSYNC ${id(3)} 115`);
    expect(node.told('sync-decided')).toMatchObject([{ reason: 'unknown-id' }]);
  });
});
