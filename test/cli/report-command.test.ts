/** Saved traces, told again: by the command, and what it says of a file that is none. */
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { type FakeHost, fakeHost } from './fake-host.ts';

const PLAIN_SCENARIO = `name: A look at traces
server: redis-7.2
duration: 20s
nodes:
  master: {}
  replica: { replicaof: master, conf: common.conf }
clients:
  app: { to: master, writes: 5/s, until: 12s }
timeline:
  - at: 8s
    reset: replica > master
expect:
  - replica: { resyncs: [full, partial] }
  - converged: { within: 5s, after: load-stopped }
`;

async function sim(argv: readonly string[], files: Readonly<Record<string, string>>): Promise<{ code: number; host: FakeHost }> {
  const host = fakeHost({ files: { 'reports/README.md': '', ...files } });
  return { code: await main(argv, host), host };
}

let trace = '';
let told = '';
beforeAll(async () => {
  const { host, code } = await sim(['run', 'dir/s.yaml', '--set', 'repl-timeout=30', '--trace', 'reports/t.jsonl'], { 'dir/s.yaml': PLAIN_SCENARIO, 'dir/common.conf': 'repl-backlog-size 2mb\n' });
  expect(host.err()).toBe('');
  expect(code).toBe(0);
  trace = host.textOf('reports/t.jsonl')!;
  told = host.out();
});

describe('sim report', () => {
  it('says of a trace what the run said, but for the time that it took', async () => {
    const { code, host } = await sim(['report', 't.jsonl'], { 't.jsonl': trace });
    expect(host.err()).toBe('');
    expect(host.out()).toBe(told.replace(/ of Redis in [^·]+ · /, ' of Redis · '));
    expect(host.out()).not.toBe(told);
    expect(code).toBe(0);
  });

  it('writes several forms at once', async () => {
    const { code, host } = await sim(['report', 't.jsonl', '--quiet', '--reporter', 'json=reports/a.json'], { 't.jsonl': trace });
    expect(JSON.parse(host.textOf('reports/a.json')!)).toMatchObject({ runs: [{ scenario: 'A look at traces', wallMs: null, verdict: 'passed', file: 'dir/s.yaml' }] });
    expect(host.out().trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(0);
  });

  it('is the same file for the same run, and holds all that its scenario was read from', async () => {
    const again = await sim(['run', 'dir/s.yaml', '--set', 'repl-timeout=30', '--trace', 'reports/t.jsonl'], { 'dir/s.yaml': PLAIN_SCENARIO, 'dir/common.conf': 'repl-backlog-size 2mb\n' });
    expect(again.host.textOf('reports/t.jsonl')).toBe(trace);
    const note = trace.split('\n').map((line) => (line === '' ? {} : (JSON.parse(line) as { scenario?: object }))).find((record) => 'scenario' in record)!;
    expect(note.scenario).toMatchObject({ file: 'dir/s.yaml', overrides: [{ path: 'repl-timeout', value: '30' }], confFiles: [{ path: 'common.conf', text: 'repl-backlog-size 2mb\n' }] });
  });

  it('tells what has failed, and is no failure itself', async () => {
    const failing = PLAIN_SCENARIO.replace('[full, partial]', '[full]');
    const { host, code } = await sim(['run', 's.yaml', '--trace', 'reports/t.jsonl'], { 's.yaml': failing, 'common.conf': '' });
    expect(code).toBe(1);
    const again = await sim(['report', 't.jsonl'], { 't.jsonl': host.textOf('reports/t.jsonl')! });
    expect(again.host.out()).toContain('✗ replica resynced: full');
    expect(again.host.out()).toContain('replay   sim run s.yaml');
    expect(again.code).toBe(0);
  });

  it.each<[what: string, words: string[], change: (trace: string) => string, message: RegExp]>([
    ['a file that is not there', ['t.json'], (text) => text, /^sim: there is no file or folder t\.json\n\s+did you mean t\.jsonl\?/m],
    ['a scenario', ['t.jsonl'], () => PLAIN_SCENARIO, /t\.jsonl:1: not JSON\n.*it reads a trace, which sim run FILE --trace TRACE writes/],
    ['nothing', ['t.jsonl'], () => '', /t\.jsonl:1: not JSON/],
    ['another format', ['t.jsonl'], (text) => text.replace('replsim-trace/2', 'replsim-trace/1'), /t\.jsonl:1: this is no trace of the format replsim-trace\/2: it says "replsim-trace\/1"/],
    ['a trace without an end', ['t.jsonl'], (text) => text.slice(0, text.length - 400), /t\.jsonl:\d+: (not JSON|the file ends here)/],
    ['a trace without its scenario', ['t.jsonl'], (text) => text.replace('{"scenario":', '{"expectation":'), /t\.jsonl:\d+: this trace has no "scenario"|"text" is not a text|"verdict" is none/],
    ['a verdict that is none', ['t.jsonl'], (text) => text.replace('"verdict":"passed"', '"verdict":"__proto__"'), /t\.jsonl:3: "verdict" is none of passed, failed, undecided, error/],
    ['a scenario that is none', ['t.jsonl'], (text) => text.replace('nodes:', 'nodse:'), /the scenario that t\.jsonl was made with: .*nodse/],
    ['a server that nobody knows', ['t.jsonl'], (text) => text.replace('"server":"redis-7.2"', '"server":"<script>"'), /t\.jsonl:1: "server" is not that of the scenario, which is redis-7\.2/],
    ['an option that is no text', ['t.jsonl'], (text) => text.replace('"value":"30"', '"value":"30","typed":{"option":5,"text":null,"valueFrom":"q"}'), /t\.jsonl:2: "option" is not a text/],
    ['an option that a terminal would obey', ['t.jsonl'], (text) => text.replace('"value":"30"', '"value":"30","typed":{"option":"--\\u001b[31m","text":"x","valueFrom":0}'), /t\.jsonl:2: "option" is no option of a command/],
    ['an output over the trace', ['t.jsonl', '--reporter', 'json=./t.jsonl'], (text) => text, /--reporter json cannot write to \.\/t\.jsonl: it is the trace/],
    ['a page that was not built', ['t.jsonl', '--reporter', 'html=t.html'], (text) => text, /--reporter html needs the page that it fills in, \/dist\/page\.html: it does not exist\n +npm run build makes it/],
    ['a reporter that is none', ['t.jsonl', '--reporter', 'jsno'], (text) => text, /there is no reporter "jsno"/],
  ])('refuses %s', async (_, words, change, message) => {
    const { code, host } = await sim(['report', ...words], { 't.jsonl': change(trace) });
    expect(host.err()).toMatch(message);
    expect(host.err()).not.toMatch(/\n +at |bug of replsim/);
    expect(host.out()).toBe('');
    expect(code).toBe(2);
  });

  it('takes no harm from keys that mean something else to JavaScript', async () => {
    const planted = trace.replace('{"fact":{"id":1,', '{"fact":{"__proto__":{"polluted":1},"constructor":{"prototype":1},"id":1,');
    const { code, host } = await sim(['report', 't.jsonl'], { 't.jsonl': planted });
    expect(code).toBe(0);
    expect(host.out()).toBe(told.replace(/ of Redis in [^·]+ · /, ' of Redis · '));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('says that the lines of a trace do not fit together, when they do not', async () => {
    // A fault that was healed by a fact which is not there.
    const facts = trace.split('\n');
    const cut = facts.filter((line) => !line.startsWith('{"state"'));
    const header = JSON.parse(cut[0]!) as { lines: number };
    const text = [JSON.stringify({ ...header, lines: cut.filter((line) => line !== '').length }), ...cut.slice(1)].join('\n');
    const { code, host } = await sim(['report', 't.jsonl'], { 't.jsonl': text });
    expect([0, 2]).toContain(code);
    expect(host.err()).not.toContain('bug of replsim');
  });
});
