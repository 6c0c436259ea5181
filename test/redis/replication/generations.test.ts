/**
 * The same story in each generation of replication: what a history is called, where it begins to count, and who can go on with whom
 * after a change of roles.
 */
import { describe, expect, it } from 'vitest';
import { findProfile, type Profile } from '../../../src/redis/profiles/index.ts';
import { Double, FROM_DISK, childEnds, id, introduced, onlineReplica, replicaOf } from '../double.ts';

function version(name: string): Profile {
  const found = findProfile(name);
  if (!found.ok) throw new Error(`no profile ${name}`);
  return found.profile;
}

/** Served from disk; directives as this version spells them. */
function aMaster(name: string, config: Readonly<Record<string, string>> = {}): Double {
  const profile = version(name);
  const old = !('replicaof' in profile.commands.arities);
  const spelled = Object.entries(config).map(([directive, value]) => [old ? directive.replace('replica', 'slave') : directive, value]);
  return new Double({ profile, config: { ...(name === '2.6' ? {} : FROM_DISK), save: '', ...Object.fromEntries(spelled) as Record<string, string> } });
}

describe('the first replica', () => {
  // <1> is the run id, <2> the id that a master has before anybody followed it.
  it.each([
    ['2.8', '+FULLRESYNC <1> 1', '2'],
    ['3.2', '+FULLRESYNC <1> 1', '2'],
    ['4.0', '+FULLRESYNC <3> 0', '1'],
    ['6.2', '+FULLRESYNC <3> 0', '1'],
    ['7.2', '+FULLRESYNC <3> 0', '1'],
  ])('of %s hears %s, and the first byte of its stream is %s', (name, verdict, first) => {
    const node = aMaster(name);
    const fd = introduced(node);
    expect(node.says(fd, 'PSYNC ? -1')).toContain(`${fd} < ${verdict}`);
    expect(node.server.replication.backlog?.firstByte).toBe(Number(first));
  });

  it('of 2.6 knows SYNC only: no verdict, no backlog, no offset', () => {
    const node = aMaster('2.6');
    const fd = introduced(node, { capa: '' });
    expect(node.says(fd, 'SYNC')).toEqual(['fork rdb to disk']);
    expect(childEnds(node)).toContain(`${fd} < $18`);
    expect(node.server.replication).toMatchObject({ backlog: null, masterReplOffset: 0 });
  });
});

describe('the stream of 2.6', () => {
  it('begins in database 0, changes it by an inline command, and for each replica by itself', () => {
    const node = aMaster('2.6');
    const writer = node.accept();
    const first = introduced(node, { capa: '' });
    node.says(first, 'SYNC');
    childEnds(node);
    expect(node.says(writer, 'SET a 1')).toContain(`${first} < SET a 1`);
    node.says(writer, 'SELECT 2');
    expect(node.says(writer, 'SET b 1')).toEqual([`${first} < select 2`, `${first} < SET b 1`, `${writer} < +OK`]);
    const second = introduced(node, { capa: '' });
    node.says(second, 'SYNC');
    childEnds(node);
    expect(node.says(writer, 'SET c 1')).toEqual([`${first} < SET c 1`, `${second} < select 2`, `${second} < SET c 1`, `${writer} < +OK`]);
  });
});

describe('a PSYNC', () => {
  it('is judged by the run id up to 3.2, whatever the data', () => {
    const node = aMaster('3.2');
    onlineReplica(node);
    const { firstByte } = node.server.replication.backlog!;
    const fd = introduced(node);
    expect(node.says(fd, `PSYNC ${id(1)} ${firstByte}`)).toContain(`${fd} < +CONTINUE`);
    const other = introduced(node);
    node.told();
    node.says(other, `PSYNC ${id(2)} ${firstByte}`);
    expect(node.told('sync-decided')).toMatchObject([{ verdict: 'full', reason: 'unknown-id' }]);
  });

  it.each([
    ['3.2', `PSYNC ${id(1)} x`, '-ERR value is not an integer or out of range'],
    ['6.0', 'PSYNC ? x', '-ERR value is not an integer or out of range'],
    ['3.2', 'PSYNC ? x', ''],
    ['4.0', 'PSYNC ? x', '-ERR value is not an integer or out of range'],
    ['6.2', 'PSYNC ? x', '-ERR value is not an integer or out of range'],
    ['7.2', 'PSYNC ? x', '-ERR value is not an integer or out of range'],
  ])('of %s with an offset that is no number, %s, gets a full resync (up to 6.0), and then the error "%s"', (name, request, error) => {
    const node = aMaster(name);
    const fd = introduced(node);
    const said = node.says(fd, request);
    expect(said.filter((text) => text.startsWith(`${fd} <`)).map((text) => text.slice(`${fd} < `.length).split(' ')[0])).toEqual([...(name < '6.2' ? ['+FULLRESYNC'] : []), ...(error === '' ? [] : ['-ERR'])]);
  });

  it.each([
    ['3.2', "-ERR Can't SYNC while not connected with my master"],
    ['4.0', "-NOMASTERLINK Can't SYNC while not connected with my master"],
  ])('to a replica of %s without its master is answered %s', (name, answer) => {
    const node = aMaster(name, { replicaof: '10.0.0.1 6379' });
    const fd = introduced(node);
    expect(node.says(fd, 'PSYNC ? -1')).toContain(`${fd} < ${answer}`);
  });
});

describe('a SYNC behind a command whose reply has not left', () => {
  it.each([
    ['2.6', '-ERR SYNC is invalid with pending input'],
    ['2.8', '-ERR SYNC and PSYNC are invalid with pending output'],
    ['7.2', '-ERR SYNC and PSYNC are invalid with pending output'],
  ])('is refused by %s: %s', (name, error) => {
    const node = aMaster(name);
    const fd = node.accept();
    expect(node.says(fd, 'GET k', 'SYNC')).toEqual([`${fd} < $-1`, `${fd} < ${error}`]);
  });
});

describe('SLAVEOF NO ONE', () => {
  it('keeps a 3.2 node under its run id, with its own replicas; without any it takes over its master’s offset', () => {
    const master = aMaster('3.2');
    onlineReplica(master);
    master.says(master.accept(), 'SET a 1');
    const alone = replicaOf(master, { profile: version('3.2'), config: { save: '', ...FROM_DISK } });
    const { masterReplOffset } = master.server.replication;
    expect(alone.server.replication.masterReplOffset).toBe(0);
    alone.says(alone.accept(), 'SLAVEOF NO ONE');
    expect(alone.server.replication).toMatchObject({ masterReplOffset, backlog: null });

    const middle = replicaOf(master, { profile: version('3.2'), config: { save: '', ...FROM_DISK } });
    const sub = onlineReplica(middle);
    expect(middle.says(middle.accept(), 'SLAVEOF NO ONE')).not.toContain(`close ${sub}`);
    expect(middle.server.replication.masterReplOffset).toBe(1);
  });
});

describe('REPLICAOF', () => {
  it.each([
    ['3.2', true, true, null],
    ['6.2', true, false, id(3)],
    ['7.2', false, false, id(3)],
  ])('of a %s master: its replicas are dropped at once: %s, it counts from 0 again: %s, it may ask to go on as %s', (name, drops, fromZero, asks) => {
    const node = aMaster(name, { 'repl-ping-replica-period': '3600' });
    const replica = onlineReplica(node);
    const before = node.server.replication.masterReplOffset;
    const said = node.says(node.accept(), 'SLAVEOF 10.0.0.1 6379');
    expect(said.includes(`close ${replica}`)).toBe(drops);
    expect(node.server.replication.cachedMaster?.side.replid ?? null).toBe(asks);
    expect(node.server.replication.masterReplOffset).toBe(fromZero ? 0 : before);
  });
});

describe('a backlog that nobody has followed for repl-backlog-ttl', () => {
  it.each([['3.2', false], ['4.0', true]])('goes; in %s with the id: %s', (name, newId) => {
    const node = aMaster(name, { 'repl-backlog-ttl': '2' });
    const fd = onlineReplica(node);
    const { replid } = node.server.replication;
    node.feed({ type: 'closed', fd, why: 'eof' }).pass(4);
    expect(node.server.replication.backlog).toBeNull();
    expect(node.server.replication.replid !== replid).toBe(newId);
    // The next one begins one further: no old offset lies in it.
    const { masterReplOffset } = node.server.replication;
    onlineReplica(node);
    expect(node.server.replication.backlog?.firstByte).toBe(masterReplOffset + (newId ? 1 : 2));
  });
});

describe('a BGSAVE for replicas', () => {
  it.each([['6.0', 2], ['6.2', 1]])('of %s, diskless, starts when somebody has waited for the delay of 1 s: after %i ticks', (name, ticks) => {
    const node = aMaster(name, { 'repl-diskless-sync': 'yes', 'repl-diskless-sync-delay': '1' });
    node.says(introduced(node), 'PSYNC ? -1');
    node.pass(ticks - 1 + 0.01).ordered();
    expect(node.pass(1).ordered()).toContain('fork rdb to socket');
  });

  it.each([['2.8', 3], ['3.2', 0], ['5.0', 0], ['7.2', 0]])('of %s, to disk, comes with the cron %i s after the child that was in its way: up to 2.8 it is kept waiting for longer than the delay of 2 s', (name, seconds) => {
    const node = aMaster(name, { 'repl-diskless-sync-delay': '2' });
    node.server.child = { type: 'aof-rewrite', image: node.image(), tailAtFork: 0, exited: null };
    node.says(introduced(node), 'PSYNC ? -1');
    node.server.child = null;
    let waited = 0;
    while (!node.pass(1).ordered().includes('fork rdb to disk')) waited++;
    expect(waited).toBe(seconds);
  });

  it.each([['2.8', true], ['6.0', true], ['6.2', false], ['7.2', false]])('of %s, diskless, starts as soon as another child has ended, whatever the delay: %s', (name, starts) => {
    const node = aMaster(name, { 'repl-diskless-sync': 'yes', 'repl-diskless-sync-delay': '5' });
    node.says(node.accept(), 'BGSAVE');
    node.says(introduced(node), 'PSYNC ? -1');
    expect(childEnds(node).includes('fork rdb to socket')).toBe(starts);
  });

  it.each([['6.0', []], ['6.2', ['fork rdb to socket']]])('of %s, diskless without a delay, starts at once: %j', (name, forks) => {
    const node = aMaster(name, { 'repl-diskless-sync': 'yes', 'repl-diskless-sync-delay': '0' });
    expect(node.says(introduced(node), 'PSYNC ? -1').filter((text) => text.startsWith('fork'))).toEqual(forks);
  });
});

describe('the meaningful offset of 6.0.3', () => {
  it.each([['6.0', 14], ['6.0.3', 0]])('a %s master that is demoted counts %i bytes of a PING at the end', (name, pings) => {
    const node = aMaster(name, { 'repl-ping-replica-period': '1' });
    onlineReplica(node);
    node.says(node.accept(), 'SELECT 0', ['SET', 'abc', '123']);
    const written = node.server.replication.masterReplOffset;
    node.pass(1);
    expect(node.server.replication.masterReplOffset).toBe(written + 14);
    node.says(node.accept(), 'REPLICAOF 10.0.0.1 6379');
    expect(node.server.replication.cachedMaster?.side.reploff).toBe(written + pings);
  });

  it('a replica that loses its master asks for its last PINGs again, and writes of its own take their place', () => {
    const master = aMaster('6.0.3');
    onlineReplica(master);
    const node = replicaOf(master, { profile: version('6.0.3'), config: { save: '', ...FROM_DISK } });
    const { masterReplOffset } = node.server.replication;
    const ping = { kind: 'command', argv: ['PING'], size: 14, memo: null } as const;
    node.feed({ type: 'received', fd: -1, piece: { payload: ping, from: 0, to: 14 } });
    expect(node.server.replication.masterReplOffset).toBe(masterReplOffset + 14);
    node.feed({ type: 'closed', fd: -1, why: 'eof' });
    expect(node.server.replication).toMatchObject({ masterReplOffset, cachedMaster: { side: { reploff: masterReplOffset } } });
    expect(node.told('final-pings-forgotten')).toMatchObject([{ offset: masterReplOffset, instead: masterReplOffset + 14 }]);
  });
});
