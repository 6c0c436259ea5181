/**
 * Scripts: what of Lua is read, what a script returns, what of it enters the stream, and who may run it.
 */
import { describe, expect, it } from 'vitest';
import { sha1Hex } from '../../../src/redis/sha1.ts';
import { redis74 } from '../../../src/redis/profiles/redis-7.4.ts';
import { Double, type DoubleOptions, FROM_DISK, onlineReplica, replicaOf } from '../double.ts';

/** A node with a client, and its replies without the connection's number. */
function client(options: DoubleOptions = {}): { readonly node: Double; readonly ask: (...argv: readonly string[]) => string } {
  return talkingTo(new Double(options));
}

function talkingTo(node: Double): { readonly node: Double; readonly ask: (...argv: readonly string[]) => string } {
  const fd = node.accept();
  const start = `${fd} < `;
  return { node, ask: (...argv) => node.says(fd, argv).filter((order) => order.startsWith(start)).map((order) => order.slice(start.length)).join(' ') };
}

describe('the name of a script', () => {
  it.each([
    ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
    ['a'.repeat(200), 'e61cfffe0d9195a525fc6cf06ca2d77119c24a40'],
  ])('is the SHA-1 of %j', (text, sha) => {
    expect(sha1Hex(text)).toBe(sha);
  });

  it('is what SCRIPT LOAD answers, and what EVALSHA runs in either case', () => {
    const { ask } = client();
    const sha = '131b5f2ed4a6e4f431cc21897ae043d687859f08'; // as a 7.2.6 called it (recording readonly-and-writable-replica)
    expect(ask('EVALSHA', sha, '0')).toBe('-NOSCRIPT No matching script. Please use EVAL.');
    expect(ask('SCRIPT', 'LOAD', "return redis.call('SET','x','1')")).toBe(`$40 ${sha}`);
    expect(ask('EVALSHA', sha.toUpperCase(), '0')).toBe('+OK');
    expect(ask('SCRIPT', 'EXISTS', sha, 'a'.repeat(40))).toBe('*2 :1 :0');
    expect(ask('SCRIPT', 'FLUSH')).toBe('+OK');
    expect(ask('SCRIPT', 'EXISTS', sha)).toBe('*1 :0');
  });
});

describe('a script returns', () => {
  it.each([
    ['return 1', ':1'],
    ['return 3.99', ':3'],
    ['return -2', ':-2'],
    ["return 'text'", '$4 text'],
    ['return true', ':1'],
    ['return false', '$-1'],
    ['return nil', '$-1'],
    ['return', '$-1'],
    ['', '$-1'],
    ["return {1, 'b', {2}, nil, 5}", '*3 :1 $1 b *1 :2'], // a list ends at its first nil
    ["return redis.status_reply('FINE')", '+FINE'],
    ["return redis.error_reply('MINE is wrong')", '-MINE is wrong'],
    ["return redis.error_reply('alone')", '-ERR alone'],
    ["return redis.call('PING')", '+PONG'],
    ["return redis.call('GET', 'missing')", '$-1'],
    ["return redis.call('GET', 'missing') == false", ':1'], // nil comes as false
    ["redis.call('RPUSH', KEYS[1], ARGV[1], ARGV[2]) return redis.call('LRANGE', KEYS[1], 0, -1)", '*2 $1 x $1 y'],
    ["return {KEYS[1], ARGV[1], #ARGV, ARGV[3]}", '*3 $1 k $1 x :2'],
    ["local a = 'x' local b = a .. 1 + 2 * 3 return b", '$2 x7'],
    ["local n = redis.call('INCR', 'n') if n > 1 then return 'many' elseif n == 1 then return 'one' else return 'none' end", '$3 one'],
    ["if redis.replicate_commands then redis.replicate_commands() end return 'yes'", '$3 yes'],
    ["-- a lock is given back by who holds it\nif redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end", ':0'],
    ["redis.call('SET', 'n', '1') local r = redis.pcall('LPUSH', 'n', 'x') return r.err ~= nil", ':1'],
    ['return tonumber("0x10") + tonumber(" 2 ")', ':18'],
    ["return 'a' < 'b' and not (1 >= 2) and 'so'", '$2 so'],
    ["return \"tab\\tend \\65\"", '$9 tab\tend A'],
  ])('%s', (script, reply) => {
    expect(client().ask('EVAL', script, '1', 'k', 'x', 'y')).toBe(reply);
  });

  it('the error of a command, with the script and the line; what was done before it stays', () => {
    const { node, ask } = client();
    const script = "redis.call('SET','c','1')\n\nreturn redis.call('LPUSH','c','x')";
    const sha = sha1Hex(script);
    expect(ask('EVAL', script, '0')).toBe(`-WRONGTYPE Operation against a key holding the wrong kind of value script: ${sha}, on @user_script:3.`);
    expect(node.get('c')).toBe('$1 1');
  });

  it.each([
    ["return redis.call('NOSUCH')", 'ERR Unknown Redis command called from script'],
    ["return redis.call('GET')", 'ERR Wrong number of args calling Redis command from script'],
    ["return redis.call('REPLICAOF','NO','ONE')", 'ERR This Redis command is not allowed from script'],
    ["return redis.call('MULTI')", 'ERR This Redis command is not allowed from script'],
    ["return redis.call('SET','k',{})", 'ERR Lua redis lib command arguments must be strings or integers'],
    ['return redis.call()', 'ERR Please specify at least one argument for this redis lib call'],
    ['return 1 + nil', 'ERR user_script:1: attempt to perform arithmetic on a nil value'],
    ['return KEYS[1] .. KEYS[2]', 'ERR user_script:1: attempt to concatenate a nil value'],
    ['return ARGV[1].x', 'ERR user_script:1: attempt to index a string value'],
    ["return 1 < 'a'", 'ERR user_script:1: attempt to compare number with string'],
  ])('%s fails', (script, text) => {
    expect(client().ask('EVAL', script, '1', 'k', 'x')).toBe(`-${text} script: ${sha1Hex(script)}, on @user_script:1.`);
  });

  it.each([
    ['for i = 1, 3 do redis.call("INCR", "n") end', 'for', 1],
    ['local x = 1\nwhile x do end', 'while', 2],
    ['local f = function() end', 'function', 1],
    ['return cjson.encode({})', 'cjson', 1],
    ["redis.log(redis.LOG_NOTICE, 'x')", 'redis.log', 1],
    ['return {a = 1}', 'a', 1],
    ['return [[long]]', '[', 1],
    ['x = 1', 'x', 1],
    ['return (1', 'the end of the script', 1],
    ['return 1 return 2', 'return', 1],
    ['return 2 ^ 3', '^', 1],
    ['KEYS = 1', 'KEYS', 1],
    ['return 1 @', '@', 1],
  ])('nothing, and nothing was run, when it is not in the part of Lua that is read: %s', (script, at, line) => {
    const { node, ask } = client();
    expect(ask('EVAL', `redis.call('SET', 'done', '1') ${script}`, '0')).toBe(
      `-ERR replsim runs a part of Lua (redis.call, redis.pcall, local, if, return, operators), and "${at}" in line ${line} of the script is not in it`,
    );
    expect(node.get('done')).toBe('$-1');
  });

  it.each([['x', 'value is not an integer or out of range'], ['1', "Number of keys can't be greater than number of args"], ['-1', "Number of keys can't be negative"]])(
    'an error for %s keys of none', (keys, text) => {
      expect(client().ask('EVAL', 'return 1', keys)).toBe(`-ERR ${text}`);
    },
  );
});

describe('the stream carries', () => {
  function streamOf(...commands: readonly (readonly string[])[]): string {
    const node = new Double({ config: FROM_DISK });
    const replica = onlineReplica(node);
    const app = node.accept();
    return node.says(app, ...commands).filter((order) => order.startsWith(`${replica} < stream`)).map((order) => order.replace(/^.*?: /, '')).join('');
  }

  it.each([
    { what: 'one effect as it is', script: "return redis.call('SET',KEYS[1],ARGV[1])", stream: 'SET k v' },
    { what: 'several in MULTI and EXEC', script: "redis.call('SET','b','1') redis.call('INCR','b')", stream: 'MULTI | SET b 1 | INCR b | EXEC' },
    { what: 'effects, not commands', script: "redis.call('SADD','s','m') redis.call('SPOP','s')", stream: 'MULTI | SADD s m | SREM s m | EXEC' },
    { what: 'nothing when nothing changed', script: "return redis.call('GET','b')", stream: '' },
    { what: 'what was done before it failed', script: "redis.call('SET','c','1') redis.call('LPUSH','c','x')", stream: 'SET c 1' },
    { what: 'the database that a script selects for itself', script: "redis.call('SELECT','3') redis.call('SET','d','1')", stream: 'SELECT 3 | SET d 1' },
    { what: 'messages', script: "redis.call('PUBLISH','c','m')", stream: 'PUBLISH c m' },
  ])('$what', ({ script, stream }) => {
    expect(streamOf(['EVAL', script, '1', 'k', 'v']).replace('SELECT 0 | ', '')).toBe(stream);
  });

  it('its caller stays in its own database', () => {
    expect(streamOf(['EVAL', "redis.call('SELECT','3') redis.call('SET','d','1')", '0'], ['SET', 'e', '1'])).toBe('SELECT 3 | SET d 1 | SELECT 0 | SET e 1');
  });

  it('one unit for a transaction with scripts', () => {
    expect(streamOf(['MULTI'], ['EVAL', "redis.call('SET','a','1') redis.call('SET','b','1')", '0'], ['SET', 'c', '1'], ['EXEC'])).toBe('MULTI | SELECT 0 | SET a 1 | SET b 1 | SET c 1 | EXEC');
  });

  it('no WAIT is waited for in a script', () => {
    const { ask } = client();
    expect(ask('EVAL', "return redis.call('WAIT', 1, 0)", '0')).toBe(':0');
  });
});

describe('a script on a replica', () => {
  const READS = "return redis.call('GET','k')";
  const WRITES = "return redis.call('SET','k','mine')";
  const replica = (config: Readonly<Record<string, string>> = {}): ReturnType<typeof talkingTo> => talkingTo(replicaOf(new Double(), { config }));

  it('may read, and fails at its first write', () => {
    const { ask } = replica();
    expect(ask('EVAL', READS, '0')).toBe('$-1');
    expect(ask('EVAL', WRITES, '0')).toBe(`-READONLY You can't write against a read only replica. script: ${sha1Hex(WRITES)}, on @user_script:1.`);
    expect(ask('EVAL', "return redis.pcall('SET','k','mine')", '0')).toBe("-READONLY You can't write against a read only replica.");
  });

  it('is refused beforehand when it declares flags, unless it says that it does not write', () => {
    const { ask } = replica();
    expect(ask('EVAL', `#!lua\n${READS}`, '0')).toBe("-READONLY You can't write against a read only replica.");
    expect(ask('EVAL', `#!lua flags=no-writes\n${READS}`, '0')).toBe('$-1');
    const sly = `#!lua flags=no-writes\n${WRITES}`;
    expect(ask('EVAL', sly, '0')).toBe(`-ERR Write commands are not allowed from read-only scripts. script: ${sha1Hex(sly)}, on @user_script:2.`);
  });

  it('EVAL_RO writes nowhere, not on a master either', () => {
    const { ask } = client();
    expect(ask('EVAL_RO', READS, '0')).toBe('$-1');
    expect(ask('EVAL_RO', WRITES, '0')).toBe(`-ERR Write commands are not allowed from read-only scripts. script: ${sha1Hex(WRITES)}, on @user_script:1.`);
    expect(ask('EVAL_RO', `#!lua\n${WRITES}`, '0')).toBe('-ERR Can not execute a script with write flag using *_ro command.');
  });

  it('without a link, and with replica-serve-stale-data no, runs only where it says that it may', () => {
    const { ask } = client({ config: { replicaof: '10.0.0.1 6379', 'replica-serve-stale-data': 'no' } });
    expect(ask('EVAL', 'return 1', '0')).toBe("-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.");
    expect(ask('EVAL', '#!lua flags=no-writes\nreturn 1', '0')).toBe("-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.");
    expect(ask('EVAL', '#!lua flags=no-writes,allow-stale\nreturn 1', '0')).toBe(':1');
    const reads = `#!lua flags=no-writes,allow-stale\n${READS}`;
    expect(ask('EVAL', reads, '0')).toBe(`-ERR Can not execute the command on a stale replica script: ${sha1Hex(reads)}, on @user_script:2.`);
    // 7.0.15 itself: SCRIPT LOAD is flagged stale, SCRIPT EXISTS and FLUSH are not.
    expect(ask('SCRIPT', 'LOAD', 'return 1')).toBe(`$40 ${sha1Hex('return 1')}`);
    for (const forms of [['EXISTS', 'x'], ['FLUSH']]) expect(ask('SCRIPT', ...forms)).toMatch(/^-MASTERDOWN /);
  });

  it('with min-replicas-to-write, is stopped at its first write', () => {
    const { ask } = client({ config: { 'min-replicas-to-write': '1' } });
    expect(ask('EVAL', READS, '0')).toBe('$-1');
    expect(ask('EVAL', WRITES, '0')).toBe(`-NOREPLICAS Not enough good replicas to write. script: ${sha1Hex(WRITES)}, on @user_script:1.`);
  });

  it.each([
    ['#!python\nreturn 1', 'ERR Unexpected engine in script shebang: #!python'],
    ['#!lua flags=fast\nreturn 1', 'ERR Unexpected flag in script shebang: fast'],
    ['#!lua name=x\nreturn 1', 'ERR Unknown lua shebang option: name=x'],
    ['#!lua', 'ERR Invalid script shebang'],
  ])('%j is refused', (script, text) => {
    expect(client().ask('EVAL', script, '0')).toBe(`-${text}`);
  });
});

describe('how long a script is remembered', () => {
  const known = (ask: (...argv: readonly string[]) => string, script: string): boolean => ask('SCRIPT', 'EXISTS', sha1Hex(script)) === '*1 :1';

  it('for ever in 7.2; in 7.4 the 500 last used of those that came by EVAL, and all that were loaded', () => {
    for (const [options, keeps] of [[{}, true], [{ profile: redis74 }, false]] as const) {
      const { ask } = client(options);
      ask('SCRIPT', 'LOAD', "return 'loaded'");
      for (let n = 0; n < 500; n++) ask('EVAL', `return ${n}`, '0');
      ask('EVAL', 'return 0', '0'); // used again: now the last to go
      ask('EVAL', 'return 500', '0');
      expect([0, 1, 2, 500].map((n) => known(ask, `return ${n}`))).toEqual([true, keeps, true, true]);
      expect(known(ask, "return 'loaded'")).toBe(true);
    }
  });
});
