import { describe, expect, it } from 'vitest';
import { append, createAof, rebased, replay, startIncrement } from '../../../src/redis/persistence/aof.ts';
import type { AofFile } from '../../../src/redis/persistence/aof.ts';
import { rdbImage } from '../../../src/redis/persistence/rdb.ts';
import { profiles } from '../../../src/redis/profiles/index.ts';
import { redis72 } from '../../../src/redis/profiles/redis-7.2.ts';
import { encode } from '../../../src/redis/protocol/encode.ts';
import { bytesToString, command } from '../../../src/redis/protocol/make.ts';
import type { Command } from '../../../src/redis/protocol/payload.ts';
import { Double } from '../double.ts';
import { configWith, snapshotOf, string } from './data.ts';

const words = (text: string): Command => command(text.split(' '));
const say = ({ argv }: Command): string => argv.map(bytesToString).join(' ');
const textOf = (file: AofFile): string => file.tail.map((message) => encode(message)).join('');

function replayed(file: AofFile, upTo: number = file.tail.length): { commands: string[]; good: number } {
  const commands: string[] = [];
  const good = replay(file, upTo, (db, one) => commands.push(`${db}: ${say(one)}`));
  return { commands, good };
}

describe('times to live in the append-only file', () => {
  /** Half a second after 1 700 000 000, which is when they were given. */
  it.each<[string, readonly string[]]>([
    ['2.6', ['PEXPIREAT a 1700000010500', 'SET b v', 'PEXPIREAT b 1700000010500', 'SET c v EX 10']],
    ['2.8', ['PEXPIREAT a 1700000010500', 'SET b v', 'PEXPIREAT b 1700000010500', 'SET c v EX 10']],
    ['3.2', ['PEXPIREAT a 1700000010500', 'SET b v', 'PEXPIREAT b 1700000010500', 'SET c v', 'PEXPIREAT c 1700000010500']],
    ['6.0', ['PEXPIREAT a 1700000010500', 'SET b v', 'PEXPIREAT b 1700000010500', 'SET c v', 'PEXPIREAT c 1700000010500']],
    ['6.2', ['PEXPIREAT a 1700000010500', 'SET b v PXAT 1700000010500', 'SET c v PXAT 1700000010500']],
    ['7.0', ['PEXPIREAT a 1700000010500', 'SET b v PXAT 1700000010500', 'SET c v PXAT 1700000010500']],
    ['7.2', ['PEXPIREAT a 1700000010500', 'SET b v PXAT 1700000010500', 'SET c v PXAT 1700000010500']],
  ])('of %s are instants, but for SET in the eldest: %j', (version, expected) => {
    const node = new Double({ profile: profiles.get(`redis-${version}`)!, phaseUs: 500_000, config: { appendonly: 'yes' } });
    const app = node.accept();
    node.says(app, 'SET a v', 'EXPIRE a 10', 'SETEX b 10 v', 'SET c v EX 10');
    const { file } = node.server.aof;
    expect(replayed(file!).commands.map((line) => line.replace('0: ', '')).slice(1)).toEqual(expected);
  });
});

describe('the append-only file', () => {
  it('names the database before the first command and whenever it changes', () => {
    const file = createAof(true, null);
    append(file, 0, words('SET a 1'));
    append(file, 0, words('SET b 2'));
    append(file, 11, words('SET c 3'));
    append(file, -1, words('MULTI'));
    append(file, 11, words('SET d 4'));
    append(file, -1, words('EXEC'));
    append(file, 0, words('DEL a'));
    expect(file.tail.map((message) => (message.kind === 'command' ? say(message) : message.text))).toEqual([
      'SELECT 0', 'SET a 1', 'SET b 2', 'SELECT 11', 'SET c 3', 'MULTI', 'SET d 4', 'EXEC', 'SELECT 0', 'DEL a',
    ]);
    expect(file.bytes).toBe(textOf(file).length);
    expect(file.bytes).toBe(23 + 27 + 27 + 24 + 27 + 15 + 27 + 14 + 23 + 20);
  });

  it('notes the time once a second when asked to', () => {
    const file = createAof(true, null);
    append(file, 0, words('SET a 1'), 1_700_000_000);
    append(file, 0, words('SET a 2'), 1_700_000_000);
    append(file, 0, words('SET a 3'), 1_700_000_001);
    expect(textOf(file).match(/#TS:\d+\r\n/g)).toEqual(['#TS:1700000000\r\n', '#TS:1700000001\r\n']);
    expect(file.bytes).toBe(textOf(file).length);
    expect(replayed(file).commands).toEqual(['0: SET a 1', '0: SET a 2', '0: SET a 3']);
  });

  it('gives back each command with its database', () => {
    const file = createAof(true, null);
    append(file, 3, words('SET a 1'));
    append(file, 0, words('SET b 2'));
    expect(replayed(file)).toEqual({ commands: ['3: SET a 1', '0: SET b 2'], good: 4 });
    expect(replayed(file, 2)).toEqual({ commands: ['3: SET a 1'], good: 2 });
  });

  it('gives back a transaction whole, or not at all', () => {
    const file = createAof(true, null);
    append(file, 0, words('SET a 1'));
    append(file, -1, words('MULTI'));
    append(file, 0, words('SET b 2'));
    append(file, 5, words('SET c 3'));
    append(file, -1, words('EXEC'));
    expect(replayed(file)).toEqual({ commands: ['0: SET a 1', '0: SET b 2', '5: SET c 3'], good: 7 });
    expect(replayed(file, 6)).toEqual({ commands: ['0: SET a 1'], good: 2 });
  });

  it('is the new base and what came since its fork, after a rewrite', () => {
    const file = createAof(true, null);
    append(file, 2, words('SET a 1'));
    const replaced = startIncrement(file);
    append(file, 2, words('SET b 2'));
    file.written = file.tail.length;
    file.synced = 1;
    const base = rdbImage(snapshotOf(string('a', '1', 2)), redis72, configWith(), null, { aofBase: true });
    const next = rebased(file, base, replaced);
    expect(textOf(next)).toBe('*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$1\r\n2\r\n');
    expect(next).toMatchObject({ base, bytes: base.size + 50, written: 2, synced: 0, selectedDb: 2 });
    append(next, 2, words('SET c 3'));
    expect(replayed(next).commands).toEqual(['2: SET b 2', '2: SET c 3']);
  });
});
