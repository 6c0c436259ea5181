import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { profiles } from '../../src/redis/profiles/index.ts';
import { columnsOf } from '../../src/text.ts';
import { fakeHost, type FakeOptions } from './fake-host.ts';

async function sim(words: string, options: FakeOptions = {}): Promise<{ code: number; out: string; err: string }> {
  const host = fakeHost(options);
  const code = await main(words.split(' '), host);
  return { code, out: host.out(), err: host.err() };
}

describe('sim versions', () => {
  it('tells of every version, within the terminal', async () => {
    const { code, out } = await sim('versions');
    expect(code).toBe(0);
    for (const { name, version } of profiles.values()) expect(out).toMatch(new RegExp(`^ ${name} +${version} `, 'm'));
    expect(out.split('\n').filter((line) => columnsOf(line) > 80)).toEqual([]);
    expect(out).toMatch(/since 6\.2 +The replica tries again at once/);
  });

  it('is JSON when asked for', async () => {
    const { versions } = JSON.parse((await sim('versions --json')).out) as { versions: { name: string }[] };
    expect(versions.map(({ name }) => name)).toEqual([...profiles.keys()]);
  });

  it('paints a terminal, and nothing else', async () => {
    expect((await sim('versions', { isTTY: true })).out).toContain('\u001B[1mredis-2.6');
    expect((await sim('versions')).out).not.toContain('\u001B');
  });
});

describe('sim versions diff', () => {
  it.each(['redis-6.0 redis-6.2', '6.0 6.2', '6.0.20 redis-6.2.16'])('%s', async (words) => {
    const { code, out } = await sim(`versions diff ${words}`);
    expect(code).toBe(0);
    expect(out).toMatch(/^ redis-6\.0 → redis-6\.2 · \d+ differences?$/m);
    expect(out).toMatch(/6\.2 +The replica tries again at once/);
  });

  it('--json counts wherever it stands', async () => {
    const { out } = await sim('versions diff 6.0 6.2 --json');
    expect(JSON.parse(out)).toMatchObject({ format: 'replsim-versions/1', from: 'redis-6.0', to: 'redis-6.2' });
    expect((await sim('versions --json diff 6.0 6.2')).out).toBe(out);
  });

  it('refuses what is no version, and says what would be', async () => {
    expect(await sim('versions diff 6.0 redis-7.3')).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/there is no server "redis-7\.3"\n.*did you mean|known/s) as string });
    expect(await sim('versions diff 6.0')).toMatchObject({ code: 2, err: expect.stringContaining("missing required argument 'to'") as string });
  });
});
