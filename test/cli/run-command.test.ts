import fc from 'fast-check';
import { profiles } from '../../src/redis/profiles/index.ts';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { type FakeHost, fakeHost, type FakeOptions } from './fake-host.ts';
import { type FakeRuns, fakeRuns, scenarioText } from './fake-run.ts';

const SHELF: Readonly<Record<string, string>> = {
  'lessons/passed.yaml': scenarioText('passed'),
  'lessons/also.yaml': scenarioText('also'),
  'failed.yaml': scenarioText('failed'),
  'undecided.yaml': scenarioText('undecided'),
  'error.yaml': scenarioText('error'),
  'bug.yaml': scenarioText('bug'),
  'crash.yaml': scenarioText('crash'),
  'wrong.yaml': 'name: wrong\nnodse: {}\n',
  'empty/readme.md': '',
  'reports/readme.md': '',
};

interface Ran {
  readonly code: number;
  readonly host: FakeHost;
  readonly runs: FakeRuns;
  readonly names: string[];
}

async function sim(argv: readonly string[], options: FakeOptions & { readonly events?: number } = {}): Promise<Ran> {
  const host = fakeHost({ files: SHELF, ...options });
  const runs = fakeRuns(options);
  const code = await main(argv, host, runs);
  return { code, host, runs, names: runs.started.map(({ scenario }) => scenario.name) };
}

const run = (...words: string[]): Promise<Ran> => sim(['run', ...words]);

/** Lines of a JavaScript stack, which nobody but the finder of a bug should see. */
const STACK = /^ +at .*[:(]/m;

describe('exit codes', () => {
  it.each([
    ['lessons', 0],
    ['failed.yaml', 1],
    ['wrong.yaml', 2],
    ['gone.yaml', 2],
    ['empty', 2],
    ['undecided.yaml', 3],
    ['bug.yaml', 70],
    ['crash.yaml', 70],
    ['error.yaml', 70],
    ['lessons undecided.yaml', 3],
    ['undecided.yaml failed.yaml lessons', 1],
    ['wrong.yaml failed.yaml undecided.yaml', 2],
    ['failed.yaml gone.yaml', 2],
    ['bug.yaml wrong.yaml failed.yaml undecided.yaml lessons', 70],
  ])('run %s: %i', async (paths, code) => {
    expect((await run(...paths.split(' '))).code).toBe(code);
  });
});

describe('several files', () => {
  it('are judged each, whatever the others come to', async () => {
    const { names, host } = await run('bug.yaml', 'wrong.yaml', 'failed.yaml', 'lessons');
    expect(names).toEqual(['bug', 'failed', 'also', 'passed']);
    expect(host.err()).toMatch(/wrong\.yaml:2:1: unknown key "nodse"/);
  });

  it('end with the first that does not pass, if --bail says so', async () => {
    expect((await run('--bail', 'lessons', 'undecided.yaml', 'failed.yaml')).names).toEqual(['also', 'passed', 'undecided']);
    expect((await run('--bail', 'wrong.yaml', 'failed.yaml')).names).toEqual([]);
    expect((await run('--bail', 'gone.yaml', 'failed.yaml')).names).toEqual([]);
    expect((await run('--bail', 'bug.yaml', 'failed.yaml')).names).toEqual(['bug']);
  });

  it('are found by patterns', async () => {
    expect((await run('{failed,undecided}.yaml', 'less*/*s*.yaml')).names).toEqual(['failed', 'undecided', 'also', 'passed']);
  });
});

describe('options', () => {
  it('change the scenario before it is read', async () => {
    const { runs } = await run('failed.yaml', '--seed', '42', '--server', '7.2', '--set', 'repl-timeout=5', '--set', 'master.hz=20', '--set', 'duration=9s', '--until', '3s');
    const { scenario, options } = runs.started[0]!;
    expect(scenario).toMatchObject({ seed: '42', server: 'redis-7.2', durationUs: 9_000_000 });
    expect(scenario.nodes[0]!.config).toMatchObject([{ name: 'repl-timeout', value: '5' }, { name: 'hz', value: '20' }]);
    expect(options).toEqual({ untilUs: 3_000_000 });
  });

  it.each([
    ['--set x', 'sim: --set x: this does not say to what'],
    ['--set =x', 'sim: --set =x: this does not say what'],
    ['--server redis-1', 'sim: --server: there is no server "redis-1"'],
    ['--set repl-timeuot=1', 'did you mean "repl-timeout"?'],
    ['--set repl-timeout=never', '^^^^^'],
    ['--set nobody.hz=1', '"nobody" is neither a node nor a section'],
    ['--set timeline[0].at=1s', 'timeline'],
    ['--reporter nothing', 'there is no reporter "nothing"'],
    ['--trace empty', 'cannot write to empty: it is a folder'],
    ['--trace none/x', 'there is no folder none'],
    ['--trace failed.yaml', '--trace cannot write to failed.yaml: it is the scenario'],
    ['--reporter json=./failed.yaml', '--reporter json cannot write to ./failed.yaml: it is the scenario'],
    ['--reporter html=page.html', '--reporter html needs the page that it fills in, /dist/page.html: it does not exist\n  npm run build makes it'],
    ['--trace reports/x --reporter json=reports/x', '--trace cannot write to reports/x: it is written by --reporter json'],
    ['--reporter json --reporter pretty', 'only one reporter can write to the terminal'],
    ['--reporter json --reporter json', 'only one reporter can write to the terminal'],
  ])('%s is refused in a sentence, before anything runs', async (words, message) => {
    const { code, host, names } = await run('failed.yaml', ...words.split(' '));
    expect(host.err()).toContain(message);
    expect(host.err()).not.toMatch(STACK);
    expect(host.out()).toBe('');
    expect(code).toBe(2);
    expect(names).toEqual([]);
  });

  it.each(['html', 'svg', 'mermaid', 'markdown', 'pretty'])('leave a report as %s alone when no run was told', async (name) => {
    const files = { ...SHELF, 'dist/page.html': 'replsim-title "replsim-data"', 'reports/x': 'the report of yesterday' };
    const { code, host } = await sim(['run', 'wrong.yaml', '--reporter', `${name}=reports/x`], { files });
    expect({ code, x: host.textOf('reports/x') }).toEqual({ code: 2, x: 'the report of yesterday' });
    expect((await sim(['run', 'wrong.yaml', '--reporter', name], { files })).host.out()).toBe('');
  });

  it('refuse a trace of several runs', async () => {
    expect((await run('lessons', '--trace', 'reports/x')).host.err()).toContain('--trace holds one run, and these are 2 scenarios');
  });
});

describe('outputs', () => {
  it('json is alone on stdout', async () => {
    const { host, code } = await run('--reporter', 'json', 'lessons', 'failed.yaml', 'wrong.yaml', 'bug.yaml');
    const report = JSON.parse(host.out()) as { format: string; runs: { scenario: string; verdict: string; file: string }[] };
    expect(report.runs.filter(({ verdict }) => verdict !== 'error')).toMatchObject([
      { scenario: 'also', verdict: 'passed', file: 'lessons/also.yaml' },
      { scenario: 'passed', verdict: 'passed' },
      { scenario: 'failed', verdict: 'failed' },
    ]);
    expect(host.err()).toContain('nodse');
    expect(code).toBe(70);
  });

  it('json goes to its file, and pretty to the terminal', async () => {
    const { host, code } = await run('lessons', '--reporter', 'json=reports/run.json');
    expect(JSON.parse(host.textOf('reports/run.json')!)).toMatchObject({ runs: [{ scenario: 'also' }, { scenario: 'passed' }] });
    expect(host.out()).toContain('passed');
    expect(host.out()).not.toContain('{');
    expect(code).toBe(0);
  });

  it('a trace has one JSON object a line', async () => {
    const { host } = await run('failed.yaml', '--trace', 'reports/t.jsonl');
    const lines = host.textOf('reports/t.jsonl')!.trimEnd().split('\n');
    expect(JSON.parse(lines[0]!)).toMatchObject({ format: 'replsim-trace/2', name: 'failed', hash: '0123456789abcdef' });
  });

  it.each([['--reporter', 'json=reports/x'], ['--trace', 'reports/x']])('what cannot be written in the end is said, and nothing is left: %s', async (...words) => {
    const { host, code } = await sim(['run', 'lessons/also.yaml', ...words], { failures: { 'write reports/x': 'ENOSPC' } });
    expect(host.err()).toContain('sim: cannot write reports/x: the disk is full');
    expect(code).toBe(2);
    expect([...host.contents.keys()].filter((path) => path.startsWith('reports/'))).toEqual(['reports/readme.md']);
  });

  it('colours only where they are wanted', async () => {
    // eslint-disable-next-line no-control-regex -- these are the colours
    const coloured = /\u001B\[/;
    const out = async (options: FakeOptions): Promise<string> => {
      const { host } = await sim(['run', 'failed.yaml', 'wrong.yaml'], options);
      expect(coloured.test(host.out())).toBe(coloured.test(host.err()));
      return host.out();
    };
    expect(await out({ isTTY: true })).toMatch(coloured);
    expect(await out({ env: { FORCE_COLOR: '1' } })).toMatch(coloured);
    expect(await out({ isTTY: true, env: { NO_COLOR: '1' } })).not.toMatch(coloured);
    expect(await out({})).not.toMatch(coloured);
  });
});

describe('a bug of ours', () => {
  it.each([['bug', 'SimulatorBug: two and two are five'], ['crash', 'TypeError: ']])('is said to be one, with the command that replays it: %s', async (name, message) => {
    const { host } = await run(`${name}.yaml`, '--set', 'master.hz=20', '--set', "requirepass=it's", '--until', '90s');
    expect(host.err()).toContain('This is a bug of replsim, not of your scenario.');
    expect(host.err()).toContain(message);
    expect(host.err()).toContain(`\n  sim run ${name}.yaml --seed 1 --server redis-7.2 --set master.hz=20 --set 'requirepass=it'\\''s' --until 90s\n`);
  });
});

describe('Ctrl-C', () => {
  it('prints what is known and exits with 130', async () => {
    const { code, host, names } = await sim(['run', 'lessons'], { events: 100_000, interruptAtBreath: 3 });
    expect(code).toBe(130);
    expect(names).toEqual(['also']);
    expect(host.out()).toContain('interrupted at ');
    expect(host.err()).toBe('');
  });

  it('leaves a report of what is known, too', async () => {
    const { host } = await sim(['run', 'lessons', '--reporter', 'json=reports/x'], { events: 100_000, interruptAtBreath: 3 });
    expect(JSON.parse(host.textOf('reports/x')!)).toMatchObject({ runs: [{ scenario: 'also', verdict: 'undecided' }] });
  });
});

describe('progress', () => {
  it('goes to stderr, when that is a terminal and the run takes long', async () => {
    const { host } = await sim(['run', 'lessons/also.yaml'], { events: 100_000, isTTY: true, tickMs: 30 });
    expect(host.err()).toContain('\r\u001B[K  4');
    expect(host.err().endsWith('\r\u001B[K')).toBe(true);
  });

  it('is silent otherwise', async () => {
    expect((await sim(['run', 'lessons'], { events: 100_000, tickMs: 30 })).host.err()).toBe('');
    expect((await sim(['run', 'lessons'], { isTTY: true })).host.err()).toBe('');
  });
});

describe('whatever is typed', () => {
  it('never ends in a stack trace', async () => {
    // Patterns may find every file, and a planted bug has a stack.
    const sound = Object.fromEntries(Object.entries(SHELF).filter(([path]) => !/^(bug|crash|error)\./.test(path)));
    const word = fc.oneof(
      fc.constantFrom('run', 'check', 'list', 'schema', 'help', '--seed', '--server', '--set', '--until', '--reporter', '--trace', '--verbose', '--quiet', '--bail', '--resolved', '--report', '--', '-h', '--version'),
      fc.constantFrom('lessons', 'lessons/', 'failed.yaml', 'wrong.yaml', 'gone', '*', '**', '{a,b}', '[', '7', '1s', 'json', 'json=', 'x=1', 'master.hz=9', 'timeline[0]=', 'nodes=1', '=', ''),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (argv) => {
        const { code, host } = await sim(argv, { files: sound });
        expect([0, 1, 2, 3]).toContain(code);
        expect(host.err()).not.toMatch(STACK);
        if (code === 2) expect(host.err()).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });
});

describe('--server all', () => {
  const files = { 'a.yaml': 'name: passed\nnodes: { master: { config: { dual-channel-replication-enabled: yes } }, replica: { replicaof: master } }\n' };

  it('runs every version, without settings that only others know', async () => {
    const host = fakeHost({ files });
    const runs = fakeRuns();
    expect(await main(['run', 'a.yaml', '--server', 'all'], host, runs)).toBe(0);
    expect(runs.started.map(({ scenario }) => scenario.server)).toEqual([...profiles.keys()]);
    expect(host.out()).toContain(`${profiles.size} versions`);
    expect(host.out()).toMatch(/up to 7\.4:\s+run without/);
  });

  it('refuses what no version knows, and of versions that are named, what one does not', async () => {
    const typo = { 'a.yaml': files['a.yaml'].replace('channel', 'chanel') };
    const host = fakeHost({ files: typo });
    expect(await main(['run', 'a.yaml', '--server', 'all'], host, fakeRuns())).toBe(2);
    expect(host.err()).toContain('has no directive "dual-chanel-replication-enabled"');
    const named = fakeHost({ files });
    expect(await main(['run', 'a.yaml', '--server', '7.2,valkey-8.0'], named, fakeRuns())).toBe(2);
  });
});
