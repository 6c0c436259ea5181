/**
 * The replica's side of a link in every generation, as bytes. The master is 10.0.0.1:6379 and answers what its own
 * generation would; connection -1 is the replica's first attempt.
 */
import { describe, expect, it } from 'vitest';
import { findProfile, type Profile } from '../../../src/redis/profiles/index.ts';
import { command } from '../../../src/redis/protocol/make.ts';
import type { Piece } from '../../../src/redis/protocol/payload.ts';
import { createWire, encodePiece } from '../../../src/redis/wire.ts';
import { childEnds, Double, id } from '../double.ts';

function profileOf(version: string): Profile {
  const found = findProfile(version);
  if (!found.ok) throw new Error(`no ${version}`);
  return found.profile;
}

/** What a replica sends, each time that the master has answered once more. */
function conversation(version: string, config: Readonly<Record<string, string>> = {}): string[] {
  const node = new Double({ profile: profileOf(version), config: { slaveof: '10.0.0.1 6379', port: '6380', ...config } });
  const wire = createWire();
  let said = '';
  const { ports } = node.server;
  const { send } = ports;
  ports.send = (fd, piece) => {
    said += encodePiece(wire, piece);
    send(fd, piece);
  };
  const turns: string[] = [];
  const turn = (happens: () => void): string => {
    said = '';
    happens();
    turns.push(said);
    return said;
  };
  node.pass(1.001);
  turn(() => node.feed({ type: 'connected', fd: -1, credit: 100_000 }));
  let answer = '+PONG';
  while (!/P?SYNC/.test(turn(() => node.hears(-1, answer)))) answer = '+OK';
  return turns;
}

/** RESP, as `*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n`. */
const resp = (...words: string[]): string => `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

const PORT = ['REPLCONF', 'listening-port', '6380'];
const CAPA = ['REPLCONF', 'capa', 'eof', 'capa', 'psync2'];
const PSYNC = ['PSYNC', '?', '-1'];

describe('up to PSYNC a replica says', () => {
  it.each([
    { version: '2.6', turns: ['PING\r\n', 'REPLCONF listening-port 6380\r\n', 'SYNC\r\n'] },
    { version: '2.8', turns: ['PING\r\n', 'REPLCONF listening-port 6380\r\n', 'REPLCONF capa eof\r\n', 'PSYNC ? -1\r\n'] },
    { version: '3.2', turns: ['PING\r\n', 'REPLCONF listening-port 6380\r\n', 'REPLCONF capa eof\r\n', 'PSYNC ? -1\r\n'] },
    { version: '4.0', turns: ['PING\r\n', 'REPLCONF listening-port 6380\r\n', 'REPLCONF capa eof capa psync2\r\n', 'PSYNC ? -1\r\n'] },
    { version: '5.0', turns: [resp('PING'), resp(...PORT), resp(...CAPA), resp(...PSYNC)] },
    { version: '6.0', turns: [resp('PING'), resp(...PORT), resp(...CAPA), resp(...PSYNC)] },
    // One burst, and the replies come one by one.
    { version: '6.2', turns: [resp('PING'), resp(...PORT) + resp(...CAPA), '', resp(...PSYNC)] },
    { version: '7.4', turns: [resp('PING'), resp(...PORT) + resp(...CAPA), '', resp(...PSYNC)] },
    { version: 'valkey-8.0', turns: [resp('PING'), resp(...PORT) + resp(...CAPA) + resp('REPLCONF', 'version', '8.0.1'), '', '', resp(...PSYNC)] },
  ])('$version', ({ version, turns }) => {
    expect(conversation(version)).toEqual(turns);
  });

  it.each([
    { version: '2.6', config: {}, auth: 'AUTH secret\r\n' },
    { version: '4.0', config: {}, auth: 'AUTH secret\r\n' },
    { version: '5.0', config: {}, auth: resp('AUTH', 'secret') },
    { version: '6.0', config: { masteruser: 'repl' }, auth: resp('AUTH', 'repl', 'secret') },
    { version: '6.2', config: { masteruser: 'repl' }, auth: resp('AUTH', 'repl', 'secret') + resp(...PORT) + resp(...CAPA) },
  ])('and $version its password first', ({ version, config, auth }) => {
    expect(conversation(version, { masterauth: 'secret', ...config })[1]).toBe(auth);
  });
});

describe('a master with a password', () => {
  it.each([
    { version: '2.6', required: '-ERR operation not permitted', wrong: '-ERR invalid password', named: "-ERR wrong number of arguments for 'auth' command" },
    { version: '2.8', required: '-NOAUTH Authentication required.', wrong: '-ERR invalid password', named: "-ERR wrong number of arguments for 'auth' command" },
    { version: '6.0', required: '-NOAUTH Authentication required.', wrong: '-WRONGPASS invalid username-password pair', named: '+OK' },
    { version: '6.2', required: '-NOAUTH Authentication required.', wrong: '-WRONGPASS invalid username-password pair or user is disabled.', named: '+OK' },
  ])('$version', ({ version, required, wrong, named }) => {
    const node = new Double({ profile: profileOf(version), config: { requirepass: 'secret' } });
    const fd = node.accept();
    const answers = ['PING', 'AUTH wrong', 'AUTH default secret', 'AUTH secret', 'PING'].flatMap((said) => node.says(fd, said));
    expect(answers).toEqual([required, wrong, named, '+OK', '+PONG'].map((answer) => `${fd} < ${answer}`));
  });

  it.each([
    { version: '5.0', needless: '-ERR Client sent AUTH, but no password is set' },
    { version: '6.0', needless: '-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?' },
  ])('and $version without one, when it is given all the same', ({ version, needless }) => {
    const node = new Double({ profile: profileOf(version) });
    const fd = node.accept();
    expect(node.says(fd, 'AUTH secret')).toEqual([`${fd} < ${needless}`]);
  });
});

/** Something to load. */
const master = new Double({ config: { save: '' } });
master.says(master.accept(), 'SET greeting hello');

/** Answers everything up to PSYNC or SYNC on connection `fd`; returns that request. */
function introduce(node: Double, fd: number): string {
  node.feed({ type: 'connected', fd, credit: 100_000 });
  let said = node.hears(fd, '+PONG');
  while (!said.some((order) => order.includes('SYNC'))) said = node.hears(fd, '+OK');
  return said.at(-1)!.replace(`${fd} < `, '');
}

/** A replica whose link is up, at offset 1000 of history <7> where the version knows offsets. */
function online(version: string, config: Readonly<Record<string, string>> = {}): Double {
  const node = new Double({ profile: profileOf(version), config: { slaveof: '10.0.0.1 6379', ...config } });
  node.pass(1.001);
  const asked = introduce(node, -1);
  if (asked !== 'SYNC') node.hears(-1, `+FULLRESYNC ${id(7)} 1000`);
  const image = { ...master.image(), version: profileOf(version).rdb.version };
  node.hears(-1, `$${image.size}`);
  node.gets(-1, image);
  node.feed({ type: 'flushed' }).feed({ type: 'installed', ok: true }).feed({ type: 'loaded' }).ordered();
  expect(node.info('master_link_status')).toEqual({ master_link_status: 'up' });
  return node;
}

/** What it asks when its live link `fd` is lost, and at what: after how many seconds. */
function asksNext(node: Double, fd: number): string {
  node.feed({ type: 'closed', fd, why: 'reset' });
  if (node.server.replication.handshake === null) node.pass(1);
  return introduce(node, fd - 1);
}

/** A part of a command, by its bytes. */
const part = (words: string, from: number, to?: number): Piece => {
  const payload = command(words.split(' '));
  return { payload, from, to: to ?? payload.size };
};

const SET = 'SET k v'; // 27 bytes

describe('the next attempt', () => {
  it.each([
    { version: '6.0', lost: 'next second', aborted: 'next second', replicaof: 'next second' },
    { version: '6.2', lost: 'at once', aborted: 'at once', replicaof: 'at once' },
  ])('of $version after a lost link comes $lost', ({ version, lost, aborted, replicaof }) => {
    const when = (node: Double, happens: () => readonly string[]): string => {
      node.ordered();
      if (happens().some((order) => order.startsWith('connect'))) return 'at once';
      return node.pass(1).ordered().some((order) => order.startsWith('connect')) ? 'next second' : 'never';
    };
    const node = online(version);
    expect(when(node, () => node.feed({ type: 'closed', fd: -1, why: 'eof' }).ordered())).toBe(lost);
    introduce(node, -2);
    expect(when(node, () => node.hears(-2, `+FULLRESYNC ${id(7)} 2000`, '-ERR no'))).toBe(aborted);
    const alone = new Double({ profile: profileOf(version) });
    const fd = alone.accept();
    expect(when(alone, () => alone.says(fd, 'REPLICAOF 10.0.0.1 6379'))).toBe(replicaof);
  });

  it.each(['3.2', '4.0', '6.2', '7.0'])('of %s when the connection broke before the verdict on PSYNC, or in the file', (version) => {
    const asked = `PSYNC ${id(7)} 1001`;
    const knows = version === '7.0';
    for (const why of ['eof', 'reset'] as const) {
      const node = online(version);
      expect(asksNext(node, -1)).toBe(asked.replace(id(7), '<7>'));
      node.feed({ type: 'closed', fd: -2, why });
      node.pass(1);
      expect(introduce(node, -3)).toBe(knows ? 'PSYNC <7> 1001' : 'PSYNC ? -1');
      expect(node.told('cached-master-discarded')).toHaveLength(knows ? 0 : 1);
    }
    const node = online(version);
    asksNext(node, -1);
    node.hears(-2, `+FULLRESYNC ${id(8)} 5000`, '$500');
    expect(asksNext(node, -2)).toBe(knows ? 'PSYNC <7> 1001' : 'PSYNC ? -1');
  });

  it('of 6.2, cut off after its introduction: an end of file is taken for replies, PSYNC is written to nobody; a reset is noticed at once', () => {
    const cutOff = (why: 'eof' | 'reset'): Double => {
      const node = online('6.2');
      node.feed({ type: 'closed', fd: -1, why: 'reset' }).feed({ type: 'connected', fd: -2, credit: 100_000 });
      node.hears(-2, '+PONG');
      node.feed({ type: 'closed', fd: -2, why });
      return node;
    };
    const steps = (node: Double): unknown[] => node.told('link-handshake-error').map(({ step, fatal }) => (fatal ? `${step}!` : step));
    const ended = cutOff('eof');
    expect(steps(ended)).toEqual(['listening-port', 'capa', 'sync!']);
    expect(introduce(ended.pass(1), -3)).toBe('PSYNC ? -1');
    const reset = cutOff('reset');
    expect(steps(reset)).toEqual(['listening-port', 'capa', 'psync!']);
    expect(introduce(reset.pass(1), -3)).toBe('PSYNC <7> 1001');
  });

  it.each([
    { version: '3.2', then: 'SYNC', next: 'PSYNC ? -1' },
    { version: '4.0', then: 'close -2', next: 'PSYNC <7> 1001' },
  ])('of $version when the master has no master: $then, then $next', ({ version, then, next }) => {
    const node = online(version);
    asksNext(node, -1);
    expect(node.hears(-2, "-NOMASTERLINK Can't SYNC while not connected with my master").at(-1)).toMatch(new RegExp(`${then}$`));
    if (then === 'SYNC') node.hears(-2, "-NOMASTERLINK Can't SYNC while not connected with my master");
    node.pass(1);
    expect(introduce(node, -3)).toBe(next);
  });

  it('of 2.6 asks for everything, and its own replicas are dropped with the link', () => {
    const node = online('2.6');
    const sub = node.accept();
    node.says(sub, 'SYNC');
    childEnds(node);
    node.feed({ type: 'closed', fd: -1, why: 'eof' });
    expect(node.ordered()).toContain(`close ${sub}`);
    expect(introduce(node.pass(1), -2)).toBe('SYNC');
  });
});

describe('a line in the stream, as 2.6 sends SELECT', () => {
  it.each([
    { version: '2.8', obeys: true }, { version: '5.0', obeys: true }, { version: '6.0', obeys: false }, { version: '6.2', obeys: false }, { version: '7.2', obeys: false },
  ])('is obeyed by $version: $obeys; if not, nothing more is taken in, and the next word to the master is the last', ({ version, obeys }) => {
    const node = online(version);
    node.hears(-1, 'SELECT 3');
    node.feed({ type: 'received', fd: -1, piece: part(SET, 0) });
    expect(node.info('db0', 'db3')).toEqual({ db0: 'keys=1,expires=0,avg_ttl=0', db3: obeys ? 'keys=1,expires=0,avg_ttl=0' : undefined });
    expect(node.told('stream-corrupt')).toHaveLength(obeys ? 0 : 1);
    node.pass(1.1);
    expect(node.info('master_link_status')).toEqual({ master_link_status: obeys ? 'up' : 'down' });
    expect(node.server.replication.cachedMaster).toBeNull();
  });
});

describe('the offset', () => {
  it.each([
    { version: '3.2', half: 1011, multi: 1043, newline: [1001, 1015] },
    { version: '4.0', half: 1001, multi: 1001, newline: [1000, 1015] },
    { version: '7.0', half: 1001, multi: 1001, newline: [1000, 1015] },
  ])('of $version', ({ version, half, multi, newline }) => {
    const offset = (node: Double): number => Number(node.info('slave_repl_offset')['slave_repl_offset']);
    // Half a command: its ten bytes were read. The rest of it follows, and it is carried out once.
    const cut = online(version);
    cut.feed({ type: 'received', fd: -1, piece: part(SET, 0, 10) });
    expect(asksNext(cut, -1)).toBe(`PSYNC <7> ${half}`);
    cut.hears(-2, '+CONTINUE');
    cut.feed({ type: 'received', fd: -2, piece: part(SET, half - 1001) });
    expect([cut.get('k'), offset(cut)]).toEqual(['$1 v', 1027]);
    // An open MULTI (15 bytes) and a command of it.
    const open = online(version);
    open.feed({ type: 'received', fd: -1, piece: part('MULTI', 0) }, { type: 'received', fd: -1, piece: part(SET, 0) });
    expect(asksNext(open, -1)).toBe(`PSYNC <7> ${multi}`);
    open.hears(-2, '+CONTINUE');
    if (multi === 1001) open.feed({ type: 'received', fd: -2, piece: part('MULTI', 0) }, { type: 'received', fd: -2, piece: part(SET, 0) });
    open.feed({ type: 'received', fd: -2, piece: part('EXEC', 0) });
    expect([open.get('k'), offset(open)]).toEqual(['$1 v', 1056]);
    // A stray newline, and a PING.
    const fed = online(version);
    fed.hears(-1, '');
    const before = offset(fed);
    fed.feed({ type: 'received', fd: -1, piece: part('PING', 0) });
    expect([before, offset(fed)]).toEqual(newline);
    // What asks for an ACK is in it, or not.
    const asked = online(version);
    asked.feed({ type: 'received', fd: -1, piece: part('REPLCONF GETACK *', 0) });
    expect(asked.ordered()).toEqual([`-1 < REPLCONF ACK ${version === '3.2' ? 1037 : 1000}`]);
  });

  it.each([['6.2', 'REPLCONF ACK 1000'], ['7.0', 'REPLCONF ACK 1000'], ['7.2', 'REPLCONF ACK 1000 FACK 1000']])('is told by %s, with an append-only file, as %s', (version, ack) => {
    const node = online(version, { appendonly: 'yes' });
    node.feed({ type: 'childExited', outcome: 'ok' });
    expect(node.pass(2).ordered().at(-1)).toBe(`-1 < ${ack}`);
  });

  it('of what waits for the end of a pause is not there yet: when the link is lost, it is asked for again, and carried out once', () => {
    const node = online('7.2');
    const app = node.accept();
    node.says(app, 'CLIENT PAUSE 60000 WRITE');
    node.feed({ type: 'received', fd: -1, piece: part('INCR n', 0) });
    expect(asksNext(node, -1)).toBe('PSYNC <7> 1001');
    node.hears(-2, '+CONTINUE');
    node.feed({ type: 'received', fd: -2, piece: part('INCR n', 0) });
    node.says(app, 'CLIENT UNPAUSE');
    expect([node.get('n'), node.info('slave_repl_offset')]).toEqual(['$1 1', { slave_repl_offset: '1021' }]);
  });

  it('is told once a second, but not by 2.6', () => {
    expect(online('2.6').pass(3).ordered()).toEqual([]);
    expect(online('2.8').pass(2).ordered()).toEqual(['-1 < REPLCONF ACK 1000', '-1 < REPLCONF ACK 1000']);
  });

  it.each([
    { version: '6.0', framing: 'length', acks: [] },
    { version: '6.0', framing: 'eof', acks: [] },
    { version: '6.2', framing: 'length', acks: [] },
    { version: '6.2', framing: 'eof', acks: ['-1 < REPLCONF ACK 1000'] },
    { version: 'valkey-8.0', framing: 'length', acks: ['-1 < REPLCONF ACK 1000'] },
  ])('is told by $version after a file in $framing framing: $acks', ({ version, framing, acks }) => {
    const node = new Double({ profile: profileOf(version), config: { slaveof: '10.0.0.1 6379' } });
    node.pass(1.001);
    introduce(node, -1);
    const image = { ...master.image(), version: 6 };
    node.hears(-1, `+FULLRESYNC ${id(7)} 1000`, framing === 'eof' ? `$EOF:${id(9)}` : `$${image.size}`);
    node.gets(-1, image);
    if (framing === 'eof') node.feed({ type: 'received', fd: -1, piece: { payload: { kind: 'line', text: id(9), size: 40 }, from: 0, to: 40 } });
    node.feed({ type: 'flushed' }).feed({ type: 'installed', ok: true }).ordered();
    expect(node.feed({ type: 'loaded' }).ordered()).toEqual(acks);
  });
});

describe('REPLICAOF', () => {
  // Seen in the logs of real servers: `MASTER <-> REPLICA sync started` stands before `REPLICAOF … enabled` where the command itself connects.
  it.each([['3.2', ['role-changed']], ['6.0', ['role-changed']], ['6.2', ['link-connecting', 'role-changed']], ['7.4', ['link-connecting', 'role-changed']]] as const)('%s: tells %j', (version, told) => {
    const node = new Double({ profile: profileOf(version), config: { port: '6380' } });
    node.told();
    node.says(node.accept(), 'SLAVEOF 10.0.0.1 6379');
    expect(node.facts.map(({ kind }) => kind).filter((kind) => kind === 'link-connecting' || kind === 'role-changed')).toEqual(told);
  });
});
