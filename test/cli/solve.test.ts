/** `sim solve`, from the words typed to what is printed, with real runs of a small scenario. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { type FakeOptions, fakeHost } from './fake-host.ts';
import { solveJsonSchema } from '../../src/report/solve/json-schema.ts';
import { fakeRuns } from './fake-run.ts';
import { AWAY } from './shelf.ts';

const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(solveJsonSchema());

async function sim(words: readonly string[], options: FakeOptions = {}): Promise<{ code: number; out: string; err: string; textOf: (path: string) => string | undefined }> {
  const host = fakeHost({ files: { 'away.yaml': AWAY, 'other.yaml': AWAY }, ...options });
  const code = await main(['solve', ...words], host);
  return { code, out: host.out(), err: host.err(), textOf: host.textOf };
}

describe('sim solve', () => {
  it('finds the edge, and tells the runs on both sides of it', async () => {
    const { code, out } = await sim(['away.yaml', '--vary', 'timeline[1].write-many.count=10..400', '--step', '10'], { tickMs: 0 });
    expect(out).toBe(`
 Away                                                         redis-7.2 · seed 1
   wanted   all that the scenario expects
   varied   timeline[1].write-many.count, 10 to 400 in steps of 10

   holds ┤─────────────────────────────────────────────╮
   fails ┤                                             ╰──────────────────────
         10         20          40         80         160         320       400

   ✓ it holds up to timeline[1].write-many.count 150; at 160 it does not
     160: expected full, partial; found full (first-contact), full
     (offset-before-backlog)

   ✓ sim run away.yaml --seed 1 --server redis-7.2 --set 'timeline[1].write-many.count=150'
   ✗ sim run away.yaml --seed 1 --server redis-7.2 --set 'timeline[1].write-many.count=160'

 10 runs in 0 µs

`);
    expect(code).toBe(0);
  });

  it('asks for what --until says instead of what the file expects, in one line for who is in a hurry', async () => {
    const { code, out } = await sim(['away.yaml', '--vary', 'timeline[1].write-many.count=10..400', '--step', '10', '--until', 'a: { resyncs: [full, full] }', '--quiet']);
    expect(out.trim().replace(/\s+/g, ' ')).toBe('✓ it begins to hold at timeline[1].write-many.count 160; with 150 it does not');
    expect(code).toBe(0);
  });

  it('exits with 1 when it holds nowhere, and says what was found', async () => {
    const { code, out } = await sim(['away.yaml', '--vary', 'repl-timeout=30|60', '--until', 'a: { resyncs: [full] }']);
    expect(out).toContain('✗ it holds at no value that was tried\n');
    expect(out).toContain('✗ 30  fails: expected full; found full (first-contact), partial (in-backlog)');
    expect(code).toBe(1);
  });

  it('exits with 3 when nothing can be judged anywhere', async () => {
    const { code, out } = await sim(['away.yaml', '--vary', 'repl-timeout=30|60', '--until', 'eventually: { online: a, within: 20s, after: 4s }']);
    expect({ code, out }).toMatchObject({ code: 0 });
    const open = await sim(['away.yaml', '--vary', 'repl-timeout=30|60', '--set', 'duration=2500ms', '--until', 'eventually: { link-down: a, within: 20s, after: { healed: refuse } }']);
    expect(open.code).toBe(3);
    const half = await sim(['away.yaml', '--vary', 'duration=4s..9s', '--until', 'eventually: { online: a, within: 1s, after: { healed: refuse } }', '--quiet']);
    expect(half).toMatchObject({ code: 0, out: expect.stringMatching(/it begins to hold at duration 6s; with 5s it cannot be\s+judged/) as string });
  });

  it('tells programs the same', async () => {
    const { code, out, textOf } = await sim(['away.yaml', '--vary', 'timeline[1].write-many.count=150..160', '--step', '10', '--seeds', '3..4', '--reporter', 'json=solve.json']);
    expect(code).toBe(0);
    expect(out).toContain('seeds 3, 4  holds up to 150, fails at 160');
    const told = JSON.parse(textOf('solve.json')!) as { finding: string; edges: { holds: string; fails: string; commands: { fails: string } }[]; seeds: { seed: string; samples: unknown[] }[] };
    expect(validate(told), JSON.stringify(validate.errors)).toBe(true);
    expect(told).toMatchObject({ format: 'replsim-solve/1', finding: 'ceases', path: 'timeline[1].write-many.count', runs: 4, complete: true });
    expect(told.edges).toEqual([{
      holds: '150', fails: '160', commands: {
        holds: `sim run away.yaml --seed 3 --server redis-7.2 --set 'timeline[1].write-many.count=150'`,
        fails: `sim run away.yaml --seed 3 --server redis-7.2 --set 'timeline[1].write-many.count=160'`,
      },
    }]);
    expect(told.seeds.map(({ seed, samples }) => [seed, samples.length])).toEqual([['3', 2], ['4', 2]]);
    const list = await sim(['away.yaml', '--vary', 'repl-timeout=30|60', '--reporter', 'json']);
    expect(validate(JSON.parse(list.out)), JSON.stringify(validate.errors)).toBe(true);
    expect(JSON.parse(list.out)).toMatchObject({ finding: 'always', step: null, edges: [] });
  });

  it('gives a command that fails as it says, --until and all', async () => {
    const words = ['run', 'away.yaml', '--seed', '1', '--server', 'redis-7.2', '--set', 'expect=[a: { resyncs: [full, full] }]', '--set'];
    const { out } = await sim(['away.yaml', '--vary', 'timeline[1].write-many.count=150..160', '--step', '10', '--until', 'a: { resyncs: [full, full] }']);
    expect(out).toContain(`✗ sim run away.yaml --seed 1 --server redis-7.2 --set 'expect=[a: { resyncs: [full, full] }]' --set 'timeline[1].write-many.count=150'`);
    const host = fakeHost({ files: { 'away.yaml': AWAY } });
    expect(await main([...words, 'timeline[1].write-many.count=150'], host)).toBe(1);
    expect(await main([...words, 'timeline[1].write-many.count=160'], host)).toBe(0);
  });
});

describe('mistakes', () => {
  it.each<[readonly string[], string]>([
    [['away.yaml', '--vary', 'repl-backlog-size=2mb..1mb'], '--vary: "2mb..1mb" goes from more to less\n      | repl-backlog-size=2mb..1mb\n      |                   ^^^^^^^^ did you mean 1mb..2mb?\n'],
    [['away.yaml', '--vary', 'repl-baklog-size=1mb..2mb'], '--vary: redis-7.2 has no directive "repl-baklog-size"\n      | repl-baklog-size=1mb..2mb\n      | ^^^^^^^^^^^^^^^^ did you mean "repl-backlog-size"?\n'],
    [['away.yaml', '--vary', 'repl-timeout=1s..20s'], "--vary: repl-timeout 1s: argument couldn't be parsed into an integer\n      | repl-timeout=1s..20s\n      |              ^^ did you mean 1?\n"],
    [['away.yaml', '--vary', 'repl-timeout=10..20', '--until', 'b: { resyncs: [full] }'], '--until: "b" is neither a node nor an expectation\n'],
    [['away.yaml', '--vary', 'repl-timeout=10..20', '--until', 'a: { resyncs: [ful] }'], '--until: expected full or partial, found "ful"\n      | a: { resyncs: [ful] }\n      |                ^^^ did you mean "full"?\n'],
    [['away.yaml', '--vary', 'repl-timeout=10..20', '--until', 'a: { resyncs: [full'], '--until: a list that begins with [ is not closed\n'],
    [['away.yaml', '--vary', 'repl-timeout=10..20', '--until', ''], '--until: '],
    [['away.yaml', '--vary', 'repl-timeout=10..20', '--reporter', 'jsn'], 'sim: solve has no reporter "jsn"\n  did you mean "json"?\n'],
    [['away.yaml', '--vary', 'repl-timeout=10..20', '--server', 'all'], 'sim: --server names several, and solve asks about one\n'],
    [['*.yaml', '--vary', 'repl-timeout=10..20'], 'sim: solve asks about one scenario, and these are 2\n'],
    [['gone.yaml', '--vary', 'repl-timeout=10..20'], 'sim: '],
    [['away.yaml'], "required option '--vary <path=range>' not specified"],
  ])('%j', async (words, said) => {
    const { code, out, err } = await sim(words);
    expect(err).toContain(said);
    expect(err).not.toContain('    at ');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});

describe('what may be written to', () => {
  it.each<[words: readonly string[], said: string]>([
    [['--reporter', 'json=./away.yaml'], 'sim: --reporter json cannot write to ./away.yaml: it is the scenario\n'],
    [['--reporter', 'json=x', '--reporter', 'pretty=./x'], 'sim: --reporter pretty cannot write to ./x: it is written by --reporter json\n'],
  ])('%j is refused before any run', async (words, said) => {
    const { code, out, err, textOf } = await sim(['away.yaml', '--vary', 'repl-timeout=10..20', ...words]);
    expect({ code, out, x: textOf('x'), scenario: textOf('away.yaml') }).toEqual({ code: 2, out: '', x: undefined, scenario: AWAY });
    expect(err).toContain(said);
  });
});

describe('who is interrupted', () => {
  it('is told what is known, and exits with 130', async () => {
    const { code, out } = await sim(['away.yaml', '--vary', 'timeline[1].write-many.count=10..400', '--step', '10'], { interruptAtBreath: 2, tickMs: 60 });
    expect(out).toContain('? interrupted before one could say');
    expect(out).toContain('then interrupted');
    expect(code).toBe(130);
  });

  it('a bug of ours is told with the command of the run in which it came', async () => {
    const host = fakeHost({ files: { 'away.yaml': AWAY.replace('Away', 'bug') } });
    expect(await main(['solve', 'away.yaml', '--vary', 'repl-timeout=10..20'], host, fakeRuns())).toBe(70);
    expect(host.err()).toContain('two and two are five');
    expect(host.err()).toContain('sim run away.yaml --seed 1 --server redis-7.2 --set repl-timeout=10\n');
    expect(host.out()).toBe('');
  });
});
