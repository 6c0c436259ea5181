/** `sim what-if`, which is `npm run decisive`: the lessons of the gallery hang on the numbers that they name. */
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { load } from '../../src/scenario/load.ts';
import { fakeHost } from './fake-host.ts';
import { AWAY, SCENARIOS } from './shelf.ts';

async function whatIf(changes: string, interruptAtBreath?: number): Promise<{ code: number; out: string; err: string }> {
  const host = fakeHost({ files: { 'away.yaml': AWAY + changes }, ...(interruptAtBreath === undefined ? {} : { interruptAtBreath }) });
  return { code: await main(['what-if', 'away.yaml'], host), out: host.out().trim(), err: host.err() };
}

describe('sim what-if', () => {
  it('tries each change, and tells what was found', async () => {
    const { code, out } = await whatIf(`what-if:
  - { set: { "timeline[1].write-many.size": 20kb }, fails: a resynced }
  - { set: { "timeline[1].write-many.size": 1kb }, passes: the backlog holds 10 kB }
`);
    expect(out).toBe(`Away                                                                 away.yaml
   ✓ as written it passes
   ✓ timeline[1].write-many.size 20kb
     fails: a resynced; expected full, partial; found full (first-contact), full
     (offset-before-backlog)
   ✓ timeline[1].write-many.size 1kb
     passes: the backlog holds 10 kB

 1 scenario, 2 changes: all as foreseen`);
    expect(code).toBe(0);
  });
  it('reports a verdict that does not move, and exits with 1', async () => {
    const { code, out } = await whatIf('what-if:\n  - { set: { repl-backlog-size: 32kb }, fails: a resynced }\n  - { set: { repl-timeout: 30 }, passes: sure }\n');
    expect(out).toContain('✗ repl-backlog-size 32kb\n     the verdict does not move: "a resynced" was to fail, and all held\n');
    expect(out).toContain('1 scenario, 2 changes: 1 not as foreseen');
    expect(code).toBe(1);
  });
  it('reports a change that moves a verdict which it should not', async () => {
    const { code, out } = await whatIf('what-if:\n  - { set: { "timeline[1].write-many.count": 1k }, passes: more is better }\n');
    expect(out).toContain('✗ timeline[1].write-many.count 1k\n     a resynced: full, partial: expected full, partial;');
    expect(code).toBe(1);
  });
  it('wants a scenario that passes as it is', async () => {
    const { code, out } = await whatIf('  - a: { keys: 11 }\nwhat-if:\n  - { set: { "timeline[1].write-many.size": 20kb }, fails: a resynced }\n');
    expect(out).toContain('✗ as written it does not pass\n     a holds 11 keys: ');
    expect(code).toBe(1);
  });
  it('says so where nothing is named, which is no mistake', async () => {
    expect(await whatIf('')).toMatchObject({ code: 0, out: expect.stringContaining('no what-if: in it') as string });
  });
  it('stops when it is interrupted', async () => {
    const { code, out } = await whatIf('clients: { app: { to: master, writes: 1000/s } }\nwhat-if:\n  - { set: { repl-timeout: 30 }, passes: sure }\n', 1);
    expect(code).toBe(130);
    expect(out).not.toContain('repl-timeout');
  });
});

describe('the gallery', () => {
  // The myths hang on the version: `npm run myths` runs each in all of them.
  it.each(Object.entries(SCENARIOS).filter(([file]) => !file.startsWith('scenarios/myths/')))('%s names two numbers or more on which it hangs', (file, text) => {
    expect(load(text, file).whatIf.filter(({ fails }) => fails.length > 0).length).toBeGreaterThan(1);
  });
  // All of them are `npm run decisive`, a part of .ci/run: half a minute.
  it.each(['scenarios/backlog-edge.yaml', 'scenarios/repl-timeout-idle.yaml', 'scenarios/reset-in-transfer.yaml'])('%s hangs on the numbers that it names', async (file) => {
    const host = fakeHost({ files: { [file]: SCENARIOS[file]! }, columns: 200 });
    const code = await main(['what-if', file], host);
    expect(code, host.out() + host.err()).toBe(0);
  });
});
