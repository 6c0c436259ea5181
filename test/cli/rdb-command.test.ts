import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { encodeRdb, rdbImage } from '../../src/redis/persistence/rdb.ts';
import { profiles } from '../../src/redis/profiles/index.ts';
import { configWith, hash, list, snapshotOf, string } from '../redis/persistence/data.ts';
import { fakeHost } from './fake-host.ts';

const profile = profiles.get('redis-6.2')!;
const image = rdbImage(snapshotOf(string('a', 'b'), string('c', 'd', 3, 4_000_000_000_000), list('x'), hash(['f', 'v'])), profile, configWith(), {
  replid: '8f3c0d1e2b4a59687766554433221100ffeeddcc', offset: 1234, streamDb: 3,
}, { unixSeconds: 1_767_225_600, usedMemory: 1_000_000, scripts: ['return 1'] });

async function sim(argv: readonly string[], files: Readonly<Record<string, string | Uint8Array>>): Promise<{ code: number; out: string; err: string }> {
  const host = fakeHost({ files });
  const code = await main(argv, host);
  return { code, out: host.out(), err: host.err() };
}

describe('sim rdb', () => {
  it('tells what a file says of itself and its history, and what it holds', async () => {
    const { code, out } = await sim(['rdb', 'dump.rdb'], { 'dump.rdb': encodeRdb(image) });
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'dump.rdb',
        `  format 9, ${image.size} bytes`,
        '  redis-ver: 6.2.16',
        '  redis-bits: 64',
        '  ctime: 1767225600',
        '  used-mem: 1000000',
        '  repl-stream-db: 3',
        '  repl-id: 8f3c0d1e2b4a59687766554433221100ffeeddcc',
        '  repl-offset: 1234',
        '  aof-preamble: 0',
        '  scripts: 1',
        '  db0: keys=3,expires=0 (string 1, list 1, hash 1)',
        '  db3: keys=1,expires=1 (string 1)',
        '',
      ].join('\n'),
    );
  });

  it('says what is wrong with a file, and where, and goes on with the next', async () => {
    const files = { 'short.rdb': encodeRdb(image).subarray(0, 40), 'empty.rdb': encodeRdb(rdbImage(snapshotOf(), profiles.get('redis-2.6')!, configWith(), null)) };
    const { code, out, err } = await sim(['rdb', 'short.rdb', 'absent.rdb', 'empty.rdb'], files);
    expect(code).toBe(2);
    expect(err).toContain('sim: short.rdb: the file ends too early at byte ');
    expect(err).toContain('sim: absent.rdb: it does not exist');
    expect(out).toBe('empty.rdb\n  format 6, 18 bytes\n  nothing of a replication history\n  no keys\n');
  });
});
