/**
 * What we write, a real server reads: redis-check-rdb accepts the file, and redis-server 7.0.15 (Debian's) loads it to the data that
 * went in, as its DEBUG DIGEST says. It can read the formats up to its own, so those of 2.6 to 7.0.
 *
 * Where there is no redis-server these tests pass and say what they did not run; `.ci/run` installs it and sets
 * REPLSIM_REDIS=required, with which they fail instead.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyEntry, createKeyspace, forEachEntry, takeSnapshot, type Snapshot } from '../../../src/redis/dataset/keyspace.ts';
import { encodeRdb, rdbImage } from '../../../src/redis/persistence/rdb.ts';
import { profiles } from '../../../src/redis/profiles/index.ts';
import { MEASURED } from './cases.ts';
import { configWith, hash, snapshotOf, zset } from './data.ts';
import { debugDigest } from './debug-digest.ts';

/** RDB version of 7.0: what comes after it, it refuses. */
const READABLE = 10;
const WRITERS = [...profiles.values()].filter(({ rdb }) => rdb.version <= READABLE);

/** The measured data sets, but for the largest, under keys of its own, and two that are hard to see. */
const EVERYTHING = everything();
const DIGEST = debugDigest(EVERYTHING);
const WAYS: readonly Readonly<Record<string, string>>[] = [
  {}, { rdbcompression: 'no', rdbchecksum: 'no' },
  { 'list-max-listpack-size': '10', 'list-compress-depth': '1', 'hash-max-listpack-entries': '20', 'zset-max-listpack-entries': '20', 'maxmemory-policy': 'allkeys-lru' },
];

function everything(): Snapshot {
  const keyspace = createKeyspace();
  for (const [index, { fills }] of MEASURED.filter(({ measured }) => measured < 100_000).entries()) {
    const snapshot = snapshotOf(...fills);
    snapshot.databases.forEach((_, db) => forEachEntry(snapshot, db, (entry) => copyEntry(keyspace, (db + index) % 16, `${index}:${entry.key}`, entry)));
  }
  zset(['above', Infinity], ['below', -Infinity])(keyspace);
  hash(['\u0000\u00ff\r\n', ''], ['', '\u0080'])(keyspace);
  return takeSnapshot(keyspace);
}

const version = spawnSync('redis-server', ['--version'], { encoding: 'utf8' }).stdout as string | null;
const required = process.env['REPLSIM_REDIS'] === 'required';
const present = / v=7\.0\./.test(version ?? '');

describe('a real redis-server 7.0', () => {
  let folder = '';
  let server: ChildProcess | null = null;
  let socket: Socket | null = null;

  beforeAll(async () => {
    if (!present) {
      console.warn('not run, as there is no redis-server 7.0 here: redis-check-rdb and DEBUG DIGEST on the files that we write');
      return;
    }
    folder = mkdtempSync(join(tmpdir(), 'replsim-rdb-'));
    const options = { port: '0', unixsocket: join(folder, 's'), dir: folder, save: '', 'enable-debug-command': 'yes', logfile: join(folder, 'log') };
    server = spawn('redis-server', Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]), { stdio: 'ignore' });
    socket = await connected(options.unixsocket);
  });

  afterAll(() => {
    socket?.destroy();
    server?.kill('SIGKILL');
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it('is there where it must be', () => {
    expect(present || !required).toBe(true);
  });

  it.each(WRITERS)('accepts and loads what $name would write', async (profile) => {
    if (!present || socket === null) return;
    for (const directives of WAYS) {
      const file = join(folder, 'dump.rdb');
      writeFileSync(file, encodeRdb(rdbImage(EVERYTHING, profile, configWith(directives), { replid: 'ab'.repeat(20), offset: 300, streamDb: 0 })));
      expect(execFileSync('redis-check-rdb', [file], { encoding: 'utf8' })).toContain('\\o/ RDB looks OK! \\o/');
      expect(await ask(socket, 'DEBUG RELOAD NOSAVE')).toBe('+OK');
      expect(await ask(socket, 'DEBUG DIGEST')).toBe(`+${DIGEST}`);
    }
  });
});

async function connected(path: string): Promise<Socket> {
  for (let attempt = 0; ; attempt++) {
    const socket = connect(path);
    const opened = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (opened) return socket;
    if (attempt > 300) throw new Error('redis-server did not come up');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One command, one line of reply. */
async function ask(socket: Socket, command: string): Promise<string> {
  socket.write(`${command}\r\n`);
  let text = '';
  while (!text.endsWith('\r\n')) text += String(await new Promise((resolve) => socket.once('data', resolve)));
  return text.trimEnd();
}
