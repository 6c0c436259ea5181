import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { command, line } from '../../../src/redis/protocol/make.ts';
import type { Reply } from '../../../src/redis/protocol/payload.ts';
import type { VerbResult } from '../../../src/scenario/stage.ts';
import { conformance } from '../../../src/verify/recording/conformance-command.ts';
import type { Engine } from '../../../src/verify/recording/engine.ts';

/** An engine in which every step takes 10 ms, and that answers each PING, and each asked for anything else, as told. */
function engineThat(answers: { readonly ping: string; readonly other?: string; readonly stops?: boolean }): Engine {
  return (scenario, tap) => {
    const replyTo = (word: unknown): Reply => {
      const text = word === 'PING' ? answers.ping : (answers.other ?? '+OK');
      return text.startsWith('-') ? { type: 'error', text: text.slice(1) } : { type: 'status', text: text.slice(1) };
    };
    tap.opened('r1>m', 1, 5_000);
    tap.forwarded('r1>m', 1, 'up', { payload: command(['PING']), from: 0, to: 14 }, 5_000);
    const pong = line(`${answers.ping}\r\n`);
    tap.forwarded('r1>m', 1, 'down', { payload: pong, from: 0, to: pong.size }, 6_000);
    tap.closed('r1>m', 1, 'replica', 9_000);
    const steps = scenario.timeline[0]!.steps.map((step, index) => {
      const { verb } = step;
      const result: VerbResult =
        verb.do === 'command' ? { type: 'replies', replies: [replyTo(verb.argv[0])] } : verb.do === 'commands' ? { type: 'replies', replies: verb.list.map(([word]) => replyTo(word)) } : { type: 'none' };
      return { track: 0, index, step, startedUs: index * 10_000, endedUs: (index + 1) * 10_000, result };
    });
    return { steps: answers.stops === true ? steps.slice(0, -1) : steps, facts: [], addresses: [], stopped: answers.stops === true ? 'out of events' : '' };
  };
}

const recording = {
  format: 1,
  case: {
    id: 'ping', area: 'a', level: 'easy', what: 'w', why: 'y', min_version: '2.6', servers: { m: {}, r1: { replica_of: 'm' } },
    steps: [{ do: 'command', server: 'm', args: ['PING'] }, { do: 'commands', server: 'm', list: [['EVAL', '1', '0']] }],
  },
  observed: {
    '7.2.6': {
      runs: 2, stable: true, step_ms: [[0, 0], [8, 12]], end_ms: [18, 25],
      results: [{ step: 0, do: 'command', server: 'm', reply: '+PONG' }, { step: 1, do: 'commands', server: 'm', replies: ['+OK'] }],
      links: { 'r1>m': { psync: '', connections: [{ open_ms: [5, 5], close_ms: [9, 9], closed_by: 'replica', form: 'resp', sent: ['PING'], received: ['+PONG'], psync: [], outcome: null }] } },
      log: { m: ['Some line nobody knows'] },
    },
    '1.9.9': { same_as: '7.2.6' },
  },
};

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

function folderWith(files: Readonly<Record<string, object | string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'replsim-recordings-'));
  made.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

function run(engine: Engine, ...argv: readonly string[]): { readonly code: number; readonly out: string; readonly err: string } {
  const out: string[] = [];
  const err: string[] = [];
  const code = conformance(argv, engine, (text) => out.push(text), (text) => err.push(text));
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('npm run conformance', () => {
  const folder = folderWith({ 'ping.json': recording });

  it('agrees', () => {
    const { code, out } = run(engineThat({ ping: '+PONG' }), folder);
    expect(out).toBe([
      'case  7.2.6',
      'ping  agree',
      '',
      'Recorded log lines without a view, not compared:',
      '    Some line nobody knows',
      '',
      '1 agree, 0 differ, 0 not covered',
    ].join('\n'));
    expect(code).toBe(0);
  });

  it('shows the first difference, and exits 1', () => {
    const { code, out } = run(engineThat({ ping: '+PANG' }), folder);
    expect(out).toContain('ping  differ\n    7.2.6 differs: links.r1>m.connections[0].received: expected ["+PONG"], got ["+PANG"] (and 1 more)');
    expect(out).toContain('0 agree, 1 differ, 0 not covered');
    expect(code).toBe(1);
    expect(run(engineThat({ ping: '+PANG' }), folder, '--verbose').out).toContain('7.2.6 differs: results[step 0].reply: expected +PONG, got +PANG');
  });

  it('calls a command that only we do not know "not covered", and exits 1 unless --allow-uncovered', () => {
    const engine = engineThat({ ping: '+PONG', other: "-ERR unknown command 'EVAL', with args beginning with: '1' '0' " });
    expect(run(engine, folder)).toMatchObject({ code: 1 });
    expect(run(engine, folder).out).toContain('ping  not covered\n    7.2.6 not covered: command EVAL');
    expect(run(engine, folder, '--allow-uncovered')).toMatchObject({ code: 0 });
  });

  const listed = (paths: readonly string[], more: object = {}): string => {
    const known = join(folderWith({}), 'known.json');
    writeFileSync(known, JSON.stringify([{ case: 'ping', versions: ['7.2.6'], paths, reason: 'PANG is nicer', evidence: 'ping.json', ...more }]));
    return known;
  };

  it('lets pass what is known to differ, and nothing beside it', () => {
    expect(run(engineThat({ ping: '+PANG' }), folder, '--known', listed(['links.r1>m.connections[0].received', 'results[step 0]'])).code).toBe(0);
    expect(run(engineThat({ ping: '+PANG' }), folder, '--known', listed(['results'])).code).toBe(1);
    const uncovered = engineThat({ ping: '+PONG', other: "-ERR unknown command 'EVAL'" });
    expect(run(uncovered, folder, '--known', listed(['not covered'])).code).toBe(0);
    expect(run(uncovered, folder, '--known', listed(['links'])).code).toBe(1);
  });

  it('minds an entry that excuses nothing any more, and one without a reason', () => {
    const stale = run(engineThat({ ping: '+PONG' }), folder, '--known', listed(['results']));
    expect(stale).toMatchObject({ code: 1, out: expect.stringContaining('ping 7.2.6 agrees: take it out of the known differences') as string });
    expect(run(engineThat({ ping: '+PANG' }), folder, '--known', listed(['results'], { reason: '' }))).toMatchObject({ code: 2, err: expect.stringContaining('[0].reason is missing') as string });
  });

  it('writes the table as a page', () => {
    const page = join(folderWith({}), 'page.md');
    run(engineThat({ ping: '+PANG' }), folder, '--table', page, '--known', listed(['links', 'results']));
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('**0 of 1 recordings agree.**');
    expect(text).toContain('| `ping` | known |');
    expect(text).toContain('| `ping` | 7.2.6 | `links`, `results` | PANG is nicer | ping.json |');
  });

  it('differs when the run came to no end', () => {
    expect(run(engineThat({ ping: '+PONG', stops: true }), folder).out).toContain('differs: run: expected all 2 verbs done, got 1: out of events');
    const broken: Engine = () => {
      throw new Error('a bug of ours');
    };
    expect(run(broken, folder)).toMatchObject({ code: 1 });
    expect(run(broken, folder).out).toContain('differs: run: expected a run to the end, got Error: a bug of ours');
  });

  it('takes versions, cases, and both ways to write an option', () => {
    const { out } = run(engineThat({ ping: '+PONG' }), folder, '--versions=1.9.9,7.2.6', '--case', 'ping');
    expect(out).toContain('case  1.9.9        7.2.6\nping  not covered  agree\n    1.9.9 not covered: version 1.9.9');
    expect(run(engineThat({ ping: '+PONG' }), folder, '--versions', 'all').out).toContain('1 agree, 0 differ, 1 not covered');
  });

  it.each<[string, (folder: string) => readonly string[], string]>([
    ['a folder that is not there', (dir) => [join(dir, 'none')], 'no such file or folder'],
    ['a folder without recordings', () => [folderWith({})], 'has no recordings'],
    ['bad JSON', () => [folderWith({ 'a.json': '{' })], 'a.json: is not JSON'],
    ['no recording', () => [folderWith({ 'a.json': { format: 1 } })], 'a.json: has no "observed"'],
    ['a step nobody understands', () => [folderWith({ 'a.json': { ...recording, case: { ...recording.case, steps: [{ do: 'kill' }, { do: 'kill' }] } } })], 'case.steps[0] cannot be understood'],
    ['an unknown version', (dir) => [dir, '--versions', '9.9'], 'no recording is of version "9.9"; there are 1.9.9, 7.2.6'],
    ['an unknown case', (dir) => [dir, '--case', 'pong'], 'has no case "pong"; it has ping'],
    ['an unknown option', (dir) => [dir, '--fast'], 'unknown option --fast'],
    ['an option without its value', (dir) => [dir, '--versions'], '--versions needs a value'],
    ['two folders', (dir) => [dir, dir], 'one folder at a time'],
  ])('exits 2 on %s', (_what, argv, message) => {
    const { code, err } = run(engineThat({ ping: '+PONG' }), ...argv(folder));
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  it('helps', () => {
    expect(run(engineThat({ ping: '+PONG' }), '--help')).toMatchObject({ code: 0, err: '' });
  });
});
