/** What a command becomes in the stream, generation by generation (redis.c, server.c: call; the recordings of area stream). */
import { describe, expect, it } from 'vitest';
import { sha1Hex } from '../../src/redis/sha1.ts';
import { master, type Version, VERSIONS } from './versions.ts';

/** From that version on, until the next one named. '' is nothing; `-`: the version does not know the command. */
type Since = Partial<Record<Version, string>>;

interface Row {
  readonly given?: readonly string[];
  readonly run: readonly (string | readonly string[])[];
  readonly sent: Since;
  readonly config?: Readonly<Record<string, string>>;
}

function inVersion(since: Since, version: Version): string {
  let found = '-';
  for (const each of VERSIONS) {
    if (since[each] !== undefined) found = since[each];
    if (each === version) return found;
  }
  return found;
}

/** In ms, when commands are said here: 100 ms after the double's clock began, for the child of the first sync to end. */
const NOW = 1_700_000_000_100;

const COUNTS = "redis.call('INCR','a')";

const ROWS: Readonly<Record<string, Row>> = {
  'EXPIRE': { given: ['SET k v'], run: ['EXPIRE k 10'], sent: { '2.6': 'EXPIRE k 10', '7.0': `PEXPIREAT k ${NOW + 10_000}` } },
  'PEXPIRE': { given: ['SET k v'], run: ['pexpire k 10'], sent: { '2.6': 'pexpire k 10', '7.0': `PEXPIREAT k ${NOW + 10}` } },
  'EXPIREAT': { given: ['SET k v'], run: ['EXPIREAT k 4000000000'], sent: { '2.6': 'EXPIREAT k 4000000000', '7.0': 'PEXPIREAT k 4000000000000' } },
  'EXPIRE in the past': { given: ['SET k v'], run: ['EXPIRE k -1'], sent: { '2.6': 'DEL k', '8.0': 'UNLINK k' } },
  'SETEX': { run: ['SETEX k 10 v'], sent: { '2.6': 'SETEX k 10 v', '6.2': 'SET k v PX 10000', '7.0': `SET k v PXAT ${NOW + 10_000}` } },
  'PSETEX': { run: ['PSETEX k 10 v'], sent: { '2.6': 'PSETEX k 10 v', '6.2': 'SET k v PX 10', '7.0': `SET k v PXAT ${NOW + 10}` } },
  'SET EX NX': { run: ['set k v ex 10 nx'], sent: { '2.6': 'set k v ex 10 nx', '6.2': 'SET k v PX 10000', '7.0': `SET k v PXAT ${NOW + 10_000}` } },
  'SET EXAT': { run: ['SET k v EXAT 4000000000'], sent: { '2.6': '', '6.2': 'SET k v PXAT 4000000000000' } },
  'SET KEEPTTL': { run: ['SET k v KEEPTTL'], sent: { '2.6': '', '6.0': 'SET k v KEEPTTL' } },
  'SET GET': { run: ['SET k v GET'], sent: { '2.6': '', '6.2': 'SET k v' } },
  'SET NX GET': { run: ['SET k v NX GET'], sent: { '2.6': '', '7.0': 'SET k v NX' } },
  'GETSET': { run: ['GETSET k v'], sent: { '2.6': 'GETSET k v', '6.2': 'SET k v' } },
  'GETDEL': { given: ['SET k v'], run: ['GETDEL k'], sent: { '6.2': 'DEL k' } },
  'GETDEL, lazily': { given: ['SET k v'], run: ['GETDEL k'], config: { 'lazyfree-lazy-user-del': 'yes' }, sent: { '6.2': 'UNLINK k', '7.2': 'DEL k' } },
  'GETEX EX': { given: ['SET k v'], run: ['GETEX k EX 10'], sent: { '6.2': 'PEXPIRE k 10000', '7.0': `PEXPIREAT k ${NOW + 10_000}` } },
  'GETEX PERSIST': { given: ['SET k v', 'EXPIRE k 10'], run: ['GETEX k PERSIST'], sent: { '6.2': 'PERSIST k' } },
  'INCRBYFLOAT': { run: ['INCRBYFLOAT k 1.5'], sent: { '2.6': 'SET k 1.5', '6.0': 'SET k 1.5 KEEPTTL' } },
  'HINCRBYFLOAT': { run: ['HINCRBYFLOAT h f 1.5'], sent: { '2.6': 'HSET h f 1.5' } },
  'SPOP': { given: ['SADD s a'], run: ['SPOP s'], sent: { '2.6': 'SREM s ?' } },
  'SPOP of some': {
    given: ['SADD s a b c d e f'], run: ['SPOP s 2'],
    sent: { '2.6': '', '3.2': 'SREM s ? | SREM s ?', '6.0': 'MULTI | SREM s ? | SREM s ? | EXEC', '7.2': 'SREM s ? ?' },
  },
  'SPOP of all': { given: ['SADD s a b'], run: ['SPOP s 2'], sent: { '2.6': '', '3.2': 'DEL s', '8.0': 'UNLINK s' } },
  'SPOP of all, lazily': { given: ['SADD s a b'], run: ['SPOP s 2'], config: { 'lazyfree-lazy-server-del': 'yes' }, sent: { '2.6': '', '3.2': 'DEL s', '7.2': 'UNLINK s' } },
  'BRPOPLPUSH at once': { given: ['RPUSH l a'], run: ['BRPOPLPUSH l m 1'], sent: { '2.6': 'BRPOPLPUSH l m 1', '4.0': 'RPOPLPUSH l m' } },
  'BLPOP at once': { given: ['RPUSH l a b'], run: ['BLPOP l 1'], sent: { '2.6': 'LPOP l' } },
  'LTRIM of nothing': { given: ['RPUSH l a'], run: ['LTRIM l 0 -1'], sent: { '2.6': 'LTRIM l 0 -1', '6.2': '' } },
  'FLUSHDB of nothing': { given: ['DEL first'], run: ['FLUSHDB'], sent: { '2.6': '', '7.0': 'FLUSHDB' } },
  'FLUSHALL of nothing': { run: ['FLUSHALL'], sent: { '2.6': 'FLUSHALL' } },
  'PUBLISH to nobody': { run: ['PUBLISH c m'], sent: { '2.6': 'PUBLISH c m' } },
  'what changes nothing': { given: ['SET k v'], run: ['DEL x', 'SETNX k w', 'SREM s a', 'EXPIRE x 1'], sent: { '2.6': '' } },

  'a transaction of one write': { run: ['MULTI', 'SET k v', 'EXEC'], sent: { '2.6': 'MULTI | SET k v | EXEC', '7.0': 'SET k v' } },
  'EXEC as it was said': { run: ['multi', 'SET k v', 'SET l v', 'exec'], sent: { '2.6': 'MULTI | SET k v | SET l v | exec', '7.0': 'MULTI | SET k v | SET l v | EXEC' } },
  'a transaction of reads': { run: ['MULTI', 'GET k', 'EXEC'], sent: { '2.6': '' } },
  'a transaction without effect': { run: ['MULTI', 'DEL x', 'EXEC'], sent: { '2.6': 'MULTI | EXEC', '6.2': '' } },
  'a transaction that only asks about the server': { run: ['MULTI', 'PING', 'EXEC'], sent: { '2.6': '', '3.2': 'MULTI | EXEC', '6.2': '' } },
  'a transaction that only echoes': { run: ['MULTI', 'ECHO x', 'EXEC'], sent: { '2.6': '', '3.2': 'MULTI | EXEC', '6.0': '' } },
  'a transaction of an administrator': { run: ['MULTI', 'CONFIG GET port', 'EXEC'], sent: { '2.6': '', '3.2': 'MULTI | EXEC', '4.0': '' } },
  'a transaction in another database': {
    run: ['SET k v', 'SELECT 2', 'MULTI', 'SET a 1', 'SET b 1', 'EXEC'],
    sent: {
      '2.6': 'SET k v | select 2 | MULTI | SET a 1 | SET b 1 | EXEC', '2.8': 'SET k v | SELECT 2 | MULTI | SET a 1 | SET b 1 | EXEC',
      '7.2': 'SET k v | MULTI | SELECT 2 | SET a 1 | SET b 1 | EXEC',
    },
  },
  'SPOP with a count in a transaction': {
    given: ['SADD s a b c d e f'], run: ['MULTI', 'SPOP s 2', 'EXEC'],
    sent: { '2.6': '', '3.2': 'MULTI | SREM s ? | SREM s ? | EXEC', '7.2': 'SREM s ? ?' },
  },

  'a script of one write': { run: [['EVAL', "return redis.call('set','k',ARGV[1])", '0', 'v']], sent: { '2.6': "EVAL return redis.call('set','k',ARGV[1]) 0 v", '5.0': 'MULTI | set k v | EXEC', '7.0': 'set k v' } },
  'a script of two': { run: [['EVAL', "redis.call('INCR','a') redis.call('INCR','b')", '0']], sent: { '2.6': "EVAL redis.call('INCR','a') redis.call('INCR','b') 0", '5.0': 'MULTI | INCR a | INCR b | EXEC' } },
  'a script that reads': { run: [['EVAL', "return redis.call('GET','k')", '0']], sent: { '2.6': '' } },
  'a script that publishes': { run: [['EVAL', "redis.call('PUBLISH','c','m')", '0']], sent: { '2.6': "EVAL redis.call('PUBLISH','c','m') 0", '5.0': 'PUBLISH c m' } },
  'a script that asks to be sent as effects': {
    run: [['EVAL', "if redis.replicate_commands then redis.replicate_commands() end redis.call('SET','k','v')", '0']],
    sent: { '2.6': 'EVAL (89 bytes) 0', '3.2': 'MULTI | SET k v | EXEC', '7.0': 'SET k v' },
  },
  'a script in a transaction': { run: ['MULTI', ['EVAL', "redis.call('INCR','a')", '0'], 'EXEC'], sent: { '2.6': "MULTI | EVAL redis.call('INCR','a') 0 | EXEC", '5.0': 'MULTI | INCR a | EXEC', '7.0': 'INCR a' } },
  'EVALSHA': {
    run: [['SCRIPT', 'LOAD', COUNTS], ['EVALSHA', sha1Hex(COUNTS), '0'], ['evalsha', sha1Hex(COUNTS), '0']],
    sent: {
      '2.6': `EVAL ${COUNTS} 0 | EVAL ${COUNTS} 0`, '2.8': `SCRIPT LOAD ${COUNTS} | EVAL ${COUNTS} 0 | evalsha ${sha1Hex(COUNTS)} 0`,
      '5.0': `SCRIPT LOAD ${COUNTS} | MULTI | INCR a | EXEC | MULTI | INCR a | EXEC`, '7.0': 'INCR a | INCR a',
    },
  },
  'SCRIPT FLUSH': { run: ['SCRIPT FLUSH'], sent: { '2.6': 'SCRIPT FLUSH', '7.0': '' } },
};

describe.each(Object.entries(ROWS))('%s', (_, { given = [], run, sent, config = {} }) => {
  it.each(VERSIONS.map((version) => [version, inVersion(sent, version)] as const))('in %s: %s', (version, text) => {
    const settings = Object.fromEntries(Object.entries(config).filter(([name]) => version >= '4.0' || !name.startsWith('lazyfree')));
    const node = master(version, text === '-' ? {} : settings);
    node.sends('SET first 1', ...given);
    const heard = node.sends(...run).replaceAll(/SREM s(?: [a-f]\b)+/g, (text) => text.replaceAll(/ [a-f]\b/g, ' ?'));
    if (text === '-') {
      expect(heard).toBe('');
      expect(node.says(...run).join()).toMatch(/^-ERR unknown command/);
    } else expect(heard).toBe(text);
  });
});
