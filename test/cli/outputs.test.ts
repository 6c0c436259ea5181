/** What a command reads is never overwritten by what it writes: said before any work is done, whatever the path is written like. */
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeHost } from './fake-host.ts';
import { fakeRuns } from './fake-run.ts';

const FILES = {
  'lessons/s.yaml': 'name: s\nduration: 5s\nnodes: { master: { conf: conf/own.conf }, replica: { replicaof: master, conf: ../common.conf } }\nexpect:\n  - converged: { within: 1s, after: healed }\n',
  'lessons/other.yaml': 'name: other\nnodes: { master: {} }\n',
  'lessons/conf/own.conf': 'hz 20\n',
  'common.conf': 'repl-backlog-size 2mb\n',
  'by-option.conf': 'hz 30\n',
  'reports/old': 'of yesterday',
  'dist/page.html': 'replsim-title "replsim-data"',
};

const VARY = ['--vary', 'replica.conf=../common.conf|../by-option.conf', '--until', 'converged: { within: 1s, after: healed }'];

describe('a file that is read is not written over', () => {
  it.each<[file: string, is: string, words: string[]]>([
    ['common.conf', 'a conf file of lessons/s.yaml', ['run', 'lessons/s.yaml', '--reporter', 'json=common.conf']],
    ['lessons/conf/own.conf', 'a conf file of lessons/s.yaml', ['run', 'lessons', '--reporter', 'markdown=./lessons/../lessons/conf/own.conf']],
    ['common.conf', 'a conf file of lessons/s.yaml', ['run', 'lessons/s.yaml', '--trace', './common.conf']],
    ['by-option.conf', 'a conf file of lessons/s.yaml', ['run', 'lessons/s.yaml', '--set', 'nodes.replica.conf=../by-option.conf', '--reporter', 'svg=by-option.conf']],
    ['common.conf', 'a conf file of lessons/s.yaml', ['explain', 'lessons/s.yaml', '--reporter', 'json=common.conf']],
    ['common.conf', 'a conf file of lessons/s.yaml', ['solve', 'lessons/s.yaml', '--vary', 'repl-timeout=30|60', '--reporter', 'json=common.conf']],
    ['by-option.conf', 'a conf file of lessons/s.yaml', ['solve', 'lessons/s.yaml', ...VARY.map((word) => word.replace('replica.conf', 'nodes.replica.conf')), '--reporter', 'json=by-option.conf']],
    ['lessons/other.yaml', 'a scenario of this run', ['run', 'lessons', '--reporter', 'json=lessons/other.yaml']],
    ['dist/page.html', 'what every html report is made of', ['run', 'lessons/s.yaml', '--reporter', 'html=dist/page.html']],
  ])('%s, which is %s: %j', async (file, is, words) => {
    const host = fakeHost({ files: FILES });
    const runs = fakeRuns();
    const code = await main(words, host, runs);
    expect(host.err()).toContain(`it is ${is}\n`);
    expect({ code, started: runs.started.length, out: host.out(), text: host.textOf(file) }).toEqual({ code: 2, started: 0, out: '', text: FILES[file as keyof typeof FILES] });
  });

  it('any other is', async () => {
    const host = fakeHost({ files: FILES });
    expect(await main(['run', 'lessons', '--reporter', 'markdown=reports/old', '--reporter', 'html=reports/new.html'], host, fakeRuns())).toBe(0);
    expect(host.textOf('reports/old')).not.toBe(FILES['reports/old']);
    expect(host.textOf('reports/new.html')).toContain('2 scenarios');
  });
});

it('a page of another version is not filled in', async () => {
  const host = fakeHost({ files: { ...FILES, 'dist/page.html': '<html></html>' } });
  expect(await main(['run', 'lessons/s.yaml', '--reporter', 'html=reports/new.html'], host, fakeRuns())).toBe(2);
  expect(host.err()).toBe('sim: --reporter html fills in a page, and /dist/page.html is none of this version\n  npm run build makes it anew\n');
  expect(host.textOf('reports/new.html')).toBeUndefined();
});

it('a page is not poured over a terminal', async () => {
  const host = fakeHost({ files: { 's.yaml': 'name: Small\nnodes: { master: {} }\nduration: 1s\n' }, isTTY: true });
  expect(await main(['run', 's.yaml', '--reporter', 'html'], host)).toBe(2);
  expect(host.err()).toContain('an html page is for a browser, not for a terminal');
  expect(host.err()).toContain('give it a file: --reporter html=FILE');
  expect(host.out()).toBe('');
});
