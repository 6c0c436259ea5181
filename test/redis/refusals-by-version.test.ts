/** Errors in the words of each version, and what they do to a transaction. */
import { describe, expect, it } from 'vitest';
import { Double, introduced } from './double.ts';
import { master, profileOf, VERSIONS } from './versions.ts';

describe.each(VERSIONS)('%s', (version) => {
  it('names an unknown command', () => {
    expect(master(version).says('NOSUCH a b')).toEqual([
      version < '4.0' ? "-ERR unknown command 'NOSUCH'" : version < '7.0' ? '-ERR unknown command `NOSUCH`, with args beginning with: `a`, `b`, ' : "-ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' ",
    ]);
  });

  it('says what a value of another type is', () => {
    expect(master(version).says('SET k v', 'LPUSH k x')[1]).toBe(`-${version === '2.6' ? 'ERR' : 'WRONGTYPE'} Operation against a key holding the wrong kind of value`);
  });

  it('says what it thinks of a time to live of nothing', () => {
    expect(master(version).says('SETEX k 0 v')).toEqual([`-ERR invalid expire time in ${version === '2.6' ? 'SETEX' : version < '7.0' ? 'setex' : "'setex' command"}`]);
  });

  it('says what is wrong with CONFIG', () => {
    const said = master(version).says('CONFIG SET nosuch 1', 'CONFIG SET appendonly maybe', 'CONFIG SET databases 7', 'CONFIG SET maxmemory 1gb timeout 7', 'CONFIG GET maxmemory timeout');
    const several = ["-ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'", "-ERR CONFIG SET failed (possibly related to argument 'appendonly') - argument must be 'yes' or 'no'"];
    if (version >= '7.0') {
      expect(said.slice(0, 2)).toEqual(several);
      expect(said.slice(3)).toEqual(['+OK', '*4 $9 maxmemory $10 1073741824 $7 timeout $1 7']);
      return;
    }
    const invalid = "-ERR Invalid argument 'maybe' for CONFIG SET 'appendonly'";
    const arity = (sub: string): string => (version < '5.0' ? `-ERR Wrong number of arguments for CONFIG ${sub}` : `-ERR Unknown subcommand or wrong number of arguments for '${sub}'. Try CONFIG HELP.`);
    expect(said).toEqual([
      '-ERR Unsupported CONFIG parameter: nosuch', version < '6.0' ? invalid : `${invalid} - argument must be 'yes' or 'no'`, '-ERR Unsupported CONFIG parameter: databases', arity('SET'), arity('GET'),
    ]);
  });

  it('knows the first line of a script since 7.0', () => {
    const script = '#!lua flags=no-writes\nreturn 1';
    const wrong = "-ERR Error compiling script (new function): user_script:1: unexpected symbol near '#'";
    const said = master(version).says(['EVAL', script, '0'], ['SCRIPT', 'LOAD', script]);
    if (version >= '7.0') expect(said[0]).toBe(':1');
    else expect(said).toEqual([version < '6.0' ? `${wrong} ` : wrong, version < '6.0' ? `${wrong} ` : wrong]);
  });

  it('knows types of clients', () => {
    const replies = master(version).says('CLIENT KILL TYPE slave', 'CLIENT KILL TYPE master', 'CLIENT KILL TYPE replica', 'CLIENT KILL TYPE pubsub', 'CLIENT KILL TYPE constructor');
    const unknown = (type: string): string => `-ERR Unknown client type '${type}'`;
    if (version === '2.6') expect(new Set(replies)).toEqual(new Set(['-ERR Syntax error, try CLIENT (LIST | KILL ip:port | GETNAME | SETNAME connection-name)']));
    else expect(replies).toEqual([':1', version < '3.2' ? unknown('master') : ':0', version < '5.0' ? unknown('replica') : ':0', ':0', unknown('constructor')]);
  });

  it('asks for a password', () => {
    const node = master(version);
    node.says('CONFIG SET requirepass secret');
    const stranger = node.node.accept();
    expect(node.node.says(stranger, 'GET k')).toContain(`${stranger} < ${version === '2.6' ? '-ERR operation not permitted' : '-NOAUTH Authentication required.'}`);
    expect(node.node.says(stranger, 'QUIT')).toContain(`${stranger} < +OK`);
  });

  it('waits in whole seconds, or fractions', () => {
    expect(master(version).says('BLPOP l 0.5')).toEqual(version < '6.0' ? ['-ERR timeout is not an integer or out of range'] : []);
  });

  it('tells the time to live of nothing', () => {
    expect(master(version).says('TTL none')).toEqual([version === '2.6' ? ':-1' : ':-2']);
  });

  it('lets a replica, or none, wait for replicas of its own', () => {
    if (version < '3.2') return;
    const { node, says } = master(version);
    node.says(node.accept(), 'SLAVEOF 10.0.0.1 6379');
    expect(says('WAIT 0 0')[0]).toMatch(version === '3.2' ? /^:\d$/ : /^-ERR WAIT cannot be used with (slave|replica) instances/);
  });

  it('serves, or not, keys on the connection of a replica', () => {
    const node = new Double({ profile: profileOf(version), config: { save: '' } });
    node.says(node.accept(), 'SET k v');
    const replica = introduced(node, { capa: version === '2.6' ? '' : 'capa eof' });
    node.says(replica, 'SYNC');
    node.ordered();
    node.says(replica, 'SET k w');
    expect(node.get('k')).toBe(version < '6.2' ? '$1 w' : '$1 v');
  });

  it('runs, or not, a transaction that was begun while it was a master', () => {
    const { node } = master(version);
    const app = node.accept();
    node.says(app, 'MULTI', 'SET k v');
    node.says(node.accept(), 'SLAVEOF 10.0.0.1 6379');
    expect(node.says(app, 'EXEC').find((order) => order.startsWith(`${app} <`))).toBe(`${app} < ${
      version < '5.0' ? '*1 +OK' : version < '6.0' ? '-ERR Transaction contains write commands but instance is now a read-only slave. EXEC aborted.' : "-EXECABORT Transaction discarded because of: READONLY You can't write against a read only replica."
    }`);
  });

  it('takes a write that a replica may not do for a part of a transaction, or for its end', () => {
    const { node, says } = master(version);
    node.says(node.accept(), 'SLAVEOF 10.0.0.1 6379');
    const [, write, read, all] = says('MULTI', 'SET k v', 'GET k', 'EXEC');
    expect([write, read]).toEqual([`-READONLY You can't write against a read only ${version < '5.0' ? 'slave' : 'replica'}.`, '+QUEUED']);
    expect(all).toBe(version < '6.0' ? '*1 $-1' : '-EXECABORT Transaction discarded because of previous errors.');
  });

  it('lets a failed snapshot stop writes', () => {
    const node = master(version, { save: '900 1' });
    node.node.server.lastBgsaveOk = false;
    const [write, ping] = node.says('SET k v', 'PING');
    expect(write).toMatch(version < '4.0' ? /^-MISCONF .*, but is currently not able to persist on disk\./ : version < '7.0' ? /, but it is currently not able/ : /it's currently unable/);
    expect(ping).toMatch(version === '2.6' ? /^\+PONG/ : /^-MISCONF/);
    node.node.says(node.node.accept(), 'SLAVEOF 10.0.0.1 6379');
    expect(node.says('PING')[0]).toMatch(version < '7.0' ? /^\+PONG/ : /^-MISCONF/);
  });
});

describe('QUIT of a client, while all are paused', () => {
  it.each([['6.2', true], ['7.0', false], ['7.2', false]] as const)('is served by %s at once: %s', (version, atOnce) => {
    const { node } = master(version);
    const app = node.accept();
    node.says(node.accept(), 'CLIENT PAUSE 1000');
    expect(node.says(app, 'QUIT').includes(`${app} < +OK`)).toBe(atOnce);
  });
});
