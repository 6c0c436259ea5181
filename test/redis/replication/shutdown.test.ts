/**
 * A shutdown lets the replicas catch up first (7.0+): writes wait, a GETACK asks, and it ends when all have acknowledged
 * everything, or after shutdown-timeout.
 */
import { describe, expect, it } from 'vitest';
import { command } from '../../../src/redis/protocol/make.ts';
import { findProfile } from '../../../src/redis/profiles/index.ts';
import { childEnds, Double, FROM_DISK, introduced, onlineReplica, replicaOf } from '../double.ts';

const GETACK_BYTES = 37;

/** A master with one replica that has acknowledged all but a SELECT and a SET. */
function behind(config: Readonly<Record<string, string>> = {}): { readonly node: Double; readonly replica: number; readonly client: number; readonly offset: () => number } {
  const node = new Double({ config: { ...FROM_DISK, save: '', ...config } });
  const replica = onlineReplica(node);
  const client = node.accept();
  node.says(client, 'SET k v');
  return { node, replica, client, offset: () => node.server.replication.masterReplOffset };
}

describe('SHUTDOWN', () => {
  it('of a master without replicas ends at once; with save points it saves first', () => {
    const node = new Double({ config: { save: '' } });
    expect(node.says(node.accept(), 'SHUTDOWN')).toEqual(['exit 0']);
    const saving = new Double({ config: { save: '3600 1' } });
    const { size } = saving.image();
    expect(saving.says(saving.accept(), 'SHUTDOWN')).toEqual([`save ${size}`]);
    expect(saving.feed({ type: 'saved', ok: true }).ordered()).toEqual(['exit 0']);
    expect(saving.files.rdb).not.toBeNull();
  });

  it.each([
    ['SHUTDOWN NOSAVE', '3600 1', 'exit 0'],
    ['SHUTDOWN SAVE', '', 'save'],
    ['SHUTDOWN NOW', '', 'exit 0'],
  ])('%s with save "%s": %s', (said, save, order) => {
    const node = new Double({ config: { save } });
    expect(node.says(node.accept(), said)[0]).toMatch(new RegExp(`^${order}`));
  });

  it('with a replica behind: asks it with a GETACK of 37 bytes, and ends at the first cron after its ACK', () => {
    const { node, replica, client, offset } = behind();
    const before = offset();
    expect(node.says(client, 'SHUTDOWN')).toEqual([`${replica} < stream ${before + 1}..${before + GETACK_BYTES}: REPLCONF GETACK *`]);
    node.pass(0.5);
    expect(node.ordered()).toEqual([]);
    // A replica answers with what it has applied without the GETACK: that is not all, and the next ACK of its cron is.
    node.says(replica, `REPLCONF ACK ${before}`);
    expect(node.pass(0.2).ordered()).toEqual([]);
    node.says(replica, `REPLCONF ACK ${offset()}`);
    expect(node.pass(0.1).ordered()).toEqual(['exit 0']);
    expect(node.told('shutdown-replicas')).toEqual([{ kind: 'shutdown-replicas', inSync: 1, total: 1, lagging: [] }]);
  });

  it.each([
    { version: '2.6', leaves: 'nothing' }, { version: '2.8', leaves: 'nothing' }, { version: '3.2', leaves: 'the write' }, { version: '6.2', leaves: 'the write' },
    { version: '7.0', leaves: 'the write, and a question' }, { version: '7.2', leaves: 'the write, and a question' },
  ])('of $version, in the turn of a write: $leaves', ({ version, leaves }) => {
    const found = findProfile(version);
    const node = new Double({ ...(found.ok ? { profile: found.profile } : {}), config: { save: '', ...(version === '2.6' ? {} : FROM_DISK) } });
    const replica = introduced(node, version === '2.6' ? { capa: '' } : {});
    node.says(replica, version === '2.6' ? 'SYNC' : 'PSYNC ? -1');
    childEnds(node);
    const orders = node.says(node.accept(), 'SET last words', 'SHUTDOWN').flatMap((order) => order.match(/SET last words|REPLCONF GETACK|exit/g) ?? []);
    expect(node.told('shutdown-replicas')).toEqual([]); // up to 6.2 nobody counts who has everything
    expect(orders).toEqual({ nothing: ['exit'], 'the write': ['SET last words', 'exit'], 'the write, and a question': ['SET last words', 'REPLCONF GETACK'] }[leaves]);
  });

  it('ends after shutdown-timeout in any case, and says who lagged', () => {
    const { node, client } = behind({ 'shutdown-timeout': '3' });
    node.says(client, 'SHUTDOWN');
    expect(node.pass(2.9).ordered()).not.toContain('exit 0');
    expect(node.pass(0.2).ordered()).toContain('exit 0');
    expect(node.told('shutdown-replicas')).toEqual([{ kind: 'shutdown-replicas', inSync: 0, total: 1, lagging: ['10.0.0.9:6380'] }]);
  });

  it.each([['SHUTDOWN NOW', {}], ['SHUTDOWN', { 'shutdown-timeout': '0' }]])('%s with %s waits for nobody; but what was executed in the same turn still leaves', (said, config) => {
    const { node, replica, client, offset } = behind(config);
    const before = offset();
    expect(node.says(client, 'SET last words', said)).toEqual([`${replica} < stream ${before + 1}..${offset()}: SET last words`, 'exit 0']);
  });

  it('keeps writes waiting, not reads; ABORT lets them go on, and tells who had asked', () => {
    const { node, replica, client, offset } = behind();
    const [writer, other] = [node.accept(), node.accept()];
    node.says(client, 'SHUTDOWN');
    const before = offset();
    expect(node.says(writer, 'SET k w', 'GET k')).toEqual([]); // the GET behind it waits, too
    expect(node.says(other, 'GET k')).toEqual([`${other} < $1 v`]);
    expect(node.says(other, 'SHUTDOWN ABORT').sort()).toEqual([
      `${replica} < stream ${before + 1}..${offset()}: SET k w`,
      `${client} < -ERR Errors trying to SHUTDOWN. Check logs.`,
      `${other} < +OK`,
      `${writer} < +OK`,
      `${writer} < $1 w`,
    ].sort());
    expect(node.says(other, 'SHUTDOWN ABORT')).toEqual([`${other} < -ERR No shutdown in progress.`]);
    expect(node.told('shutdown-aborted')).toHaveLength(1); // it is logged once: the second found nothing
  });

  it('asked for by two: both wait', () => {
    const { node, client } = behind();
    const second = node.accept();
    node.says(client, 'SHUTDOWN');
    expect(node.says(second, 'SHUTDOWN')).toEqual([]);
    expect(node.says(node.accept(), 'SHUTDOWN ABORT').filter((order) => order.includes('Errors'))).toHaveLength(2);
  });

  it('of a replica whose first append-only file after a sync is not written yet is refused: the data would be lost', () => {
    const writing = (): Double => replicaOf(new Double(), { config: { appendonly: 'yes', save: '' } });
    const node = writing();
    expect(node.server.aof.state).toBe('wait-rewrite');
    const client = node.accept();
    expect(node.says(client, 'SHUTDOWN')).toEqual([`${client} < -ERR Errors trying to SHUTDOWN. Check logs.`]);
    expect(node.told('shutdown-blocked')).toEqual([{ kind: 'shutdown-blocked', by: 'initial-aof', forced: false }]);
    expect(node.says(client, 'PING')).toEqual([`${client} < +PONG`]); // life goes on
    childEnds(node);
    expect(node.says(client, 'SHUTDOWN')).toEqual(['exit 0']);

    const forced = writing();
    expect(forced.says(forced.accept(), 'SHUTDOWN FORCE')).toEqual(['kill child and wait', 'exit 0']);
  });

  it('SIGTERM is the same, from the next cron on', () => {
    const { node, replica, offset } = behind();
    node.feed({ type: 'signal', signal: 'SIGTERM' });
    expect(node.ordered()).toEqual([]);
    expect(node.pass(0.1).ordered().at(-1)).toMatch(/GETACK/);
    node.says(replica, `REPLCONF ACK ${offset()}`);
    expect(node.pass(0.1).ordered()).toEqual(['exit 0']);
  });

  it('of a replica with replicas of its own: what its master sends waits as well, or those would never catch up', () => {
    const node = replicaOf(new Double({ config: { save: '' } }), { config: { save: '' } });
    const sub = node.accept();
    node.says(sub, 'REPLCONF capa eof capa psync2');
    node.says(sub, `PSYNC ${node.server.replication.replid} ${node.server.replication.masterReplOffset + 1}`);
    const fromMaster = (...argv: string[]): void => void node.feed({ type: 'received', fd: -1, piece: { payload: command(argv), from: 0, to: command(argv).size } });
    fromMaster('SET', 'a', '1'); // 27 bytes
    const client = node.accept();
    node.says(client, 'SHUTDOWN');
    fromMaster('SET', 'a', '2');
    fromMaster('SET', 'a', '3');
    expect(node.info('slave_repl_offset', 'slave_read_repl_offset')).toEqual({ slave_repl_offset: '27', slave_read_repl_offset: '81' });
    expect(node.get('a')).toBe('$1 1');
    node.ordered();
    node.says(node.accept(), 'SHUTDOWN ABORT');
    expect(node.get('a')).toBe('$1 3');
    expect(node.info('slave_repl_offset', 'master_repl_offset')).toEqual({ slave_repl_offset: '81', master_repl_offset: '81' });
    fromMaster('SET', 'a', '4');
    expect(node.get('a')).toBe('$1 4');
  });
});
