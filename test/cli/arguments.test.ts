import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram, type RunArguments } from '../../src/cli/arguments.ts';
import { EXIT } from '../../src/cli/exit-code.ts';
import { REPORTERS } from '../../src/report/registry.ts';
import { fakeHost } from './fake-host.ts';

/** What the command was called with; or the words of the refusal. */
async function understand(...argv: string[]): Promise<unknown> {
  const host = fakeHost({ files: { 'lessons/a.yaml': '' } });
  let called: unknown = null;
  const hear = (name: string) => (...given: unknown[]) => {
    called = [name, ...given];
    return Promise.resolve(EXIT.held);
  };
  const program = createProgram(host, { run: hear('run'), report: hear('report'), check: hear('check'), list: hear('list'), whatIf: hear('what-if'), explain: hear('explain'), solve: hear('solve'), versions: hear('versions'), versionsDiff: hear('versions diff'), rdb: hear('rdb'), glossary: hear('glossary'), schema: hear('schema') }, () => {});
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    expect(host.out() === '' || host.err() === '').toBe(true);
    return host.err() + host.out();
  }
  return called;
}

const runOptions = async (...argv: string[]): Promise<RunArguments> => {
  const called = (await understand('run', 'a.yaml', ...argv)) as [string, string[], RunArguments];
  expect(called.slice(0, 2)).toEqual(['run', ['a.yaml']]);
  return called[2];
};

describe('sim report', () => {
  it('takes a trace, and how to tell it', async () => {
    expect(await understand('report', 't.jsonl')).toEqual(['report', 't.jsonl', { reporter: [], verbose: false, quiet: false }]);
    expect(await understand('report', 't.jsonl', '--reporter', 'json=x.json', '--quiet')).toEqual(['report', 't.jsonl', { reporter: [{ name: 'json', file: 'x.json' }], verbose: false, quiet: true }]);
    expect(await understand('report', 't.jsonl', '--quiet', '--verbose')).toContain('cannot be used with');
    expect(await understand('report')).toContain('missing required argument');
  });
});

describe('sim run', () => {
  it('has defaults', async () => {
    expect(await runOptions()).toEqual({ set: [], reporter: [], verbose: false, quiet: false, bail: false });
  });

  it('takes all its options', async () => {
    const words = '--seed 007 --server redis-7.2 --set a=1 --set b.c=2=3 --until 1.5s --reporter json=x=y.json --reporter pretty --trace t --verbose --bail';
    expect(await runOptions(...words.split(' '))).toEqual({
      seed: '7',
      server: 'redis-7.2',
      set: ['a=1', 'b.c=2=3'],
      untilUs: 1_500_000,
      reporter: [{ name: 'json', file: 'x=y.json' }, { name: 'pretty', file: null }],
      trace: 't',
      verbose: true,
      quiet: false,
      bail: true,
    });
  });

  it('takes options before, between and after the paths', async () => {
    expect(await understand('run', '--bail', 'a', '--seed', '1', 'b', '--', '--c')).toMatchObject(['run', ['a', 'b', '--c'], { bail: true, seed: '1' }]);
  });

  it.each([
    ['--seed x', 'A seed is a whole number, such as 7.'],
    ['--seed 1.5', 'A seed is a whole number'],
    ['--seed 9007199254740992', 'The largest seed is 9007199254740991.'],
    ['--until 5', '"5" has no unit; for instance 5s'],
    ['--until soon', '"soon" is not a duration; for instance 500ms'],
    ['--reporter =x', 'A reporter has a name'],
    ['--reporter json=', 'Name the file, as in json=report.txt'],
    ['--verbose --quiet', 'cannot be used with'],
    ['--untl 1s', '(Did you mean --until?)'],
    ['--seed', 'argument missing'],
  ])('refuses %s', async (words, message) => {
    const said = await understand('run', 'a.yaml', ...words.split(' '));
    expect(said).toContain(message);
    expect(said).toMatch(/^sim: /);
    expect(said).toContain('"sim help run" tells more.');
  });

  it('wants to know what', async () => {
    expect(await understand('run')).toContain("missing required argument 'path'");
  });
});

describe('the others', () => {
  it('take what they need', async () => {
    expect(await understand('check', 'a', 'b', '--resolved', '--set', 'x=1')).toEqual(['check', ['a', 'b'], { resolved: true, set: ['x=1'] }]);
    expect(await understand('list')).toEqual(['list', []]);
    expect(await understand('list', 'x')).toEqual(['list', ['x']]);
    expect(await understand('versions', '--json')).toEqual(['versions', { json: true }]);
    expect(await understand('versions', 'diff', '6.0', '7.2')).toEqual(['versions diff', '6.0', '7.2', { json: false }]);
    expect(await understand('schema')).toEqual(['schema', { report: false, explain: false, solve: false }]);
    expect(await understand('schema', '--report')).toEqual(['schema', { report: true, explain: false, solve: false }]);
  });
});

describe('words that are none of ours', () => {
  it.each([
    [['rum'], "sim: unknown command 'rum'\n(Did you mean run?)"],
    [['scenarios/a.yaml'], "sim: unknown command 'scenarios/a.yaml'\nTo run it: sim run scenarios/a.yaml"],
    [['scenarios/', '--bail'], "sim: unknown command 'scenarios/'\nTo run it: sim run scenarios/"],
    [['lessons'], "sim: unknown command 'lessons'\nTo run it: sim run lessons"],
    [['--frobnicate'], "sim: unknown option '--frobnicate'"],
    [['schema', 'x'], 'sim: '],
  ])('%o', async (argv, message) => {
    expect(await understand(...argv)).toContain(message);
  });
});

describe('help', () => {
  it.each(['check', 'explain', 'solve'])('of %s promises neither several versions nor forms of --set that only run shows', async (command) => {
    const help = String(await understand('help', command)).replace(/\s+/g, ' ');
    expect(help).not.toContain('redis-7.2,redis-7.4');
    expect(help).toContain('change a setting, as "sim help run" tells');
    expect(String(await understand('help', 'run')).replace(/\s+/g, ' ')).toContain('several (redis-7.2,redis-7.4), or all');
  });

  it('names every reporter', async () => {
    for (const command of ['run', 'report']) {
      const help = await understand('help', command);
      for (const [name, { describe: what }] of REPORTERS) expect(help, name).toContain(`  ${name.padEnd(10)} ${what.replaceAll('`', '"')}\n`);
    }
  });

  it.each([[['help']], [['--help']], [['help', 'run']], [['run', '--help']], [['check', '-h']], [['help', 'list']], [['help', 'versions']], [['help', 'rdb']], [['help', 'schema']], [['help', 'report']], [['help', 'glossary']]])('%o has examples, in 80 columns', async (argv) => {
    const said = (await understand(...argv)) as string;
    expect(said).toContain('Examples:\n  $ sim ');
    expect(said.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});
