/** The command line over the real engine and the scenarios of the project. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSaved, savedLines } from '../../src/checks/saved.ts';
import { main, type Parts } from '../../src/cli/main.ts';
import { REPORTERS } from '../../src/report/registry.ts';
import { PLAIN, type ReportedRun, type ReporterOptions } from '../../src/report/reporter.ts';
import { type Run, start } from '../../src/run.ts';
import { columnsOf } from '../../src/text.ts';
import type { JsonReport } from '../../src/report/json.ts';
import { reportJsonSchema } from '../../src/report/json-schema.ts';
import { GOLDEN_HASHES } from '../run/golden-hashes.ts';
import { GALLERY } from '../run/runs.ts';
import { type FakeHost, fakeHost, type FakeOptions } from './fake-host.ts';
import { fakeRuns } from './fake-run.ts';
import { SCENARIOS } from './shelf.ts';

/** What `vite build` makes, as far as the data need it. */
const PAGE = '<title>replsim-title</title><script type="application/json">"replsim-data"</script>';

const OVERFLOW = 'scenarios/backlog-overflow.yaml';

async function sim(argv: readonly string[], options: FakeOptions = {}, parts?: Parts): Promise<{ code: number; host: FakeHost; out: string }> {
  const host = fakeHost({ files: { ...SCENARIOS, 'reports/README.md': '' }, ...options });
  const code = await main(argv, host, parts);
  expect(host.err()).toBe('');
  return { code, host, out: host.out() };
}

let all: Awaited<ReturnType<typeof sim>>;
const runs: Run[] = [];
beforeAll(async () => {
  const keep: typeof start = (scenario, options) => {
    runs.push(start(scenario, options));
    return runs.at(-1)!;
  };
  all = await sim(['run', 'scenarios/', '--reporter', 'json=reports/run.json'], { columns: 80 }, { start: keep });
});

/** What was told of one of them. */
function toldOf(name: string): string {
  const from = all.out.indexOf(`\n ${name} `);
  expect(from).toBeGreaterThanOrEqual(0);
  return all.out.slice(from, all.out.indexOf('\n passed ', from));
}

describe('all scenarios', () => {

  it('pass', () => {
    expect(all.code).toBe(0);
    expect(all.out).toMatch(new RegExp(`${Object.keys(SCENARIOS).length} passed`));
  });

  it('have the traces that they always had', () => {
    const found = new Map(runs.map((run) => run.outcome()).map(({ scenario, traceHash }) => [scenario.file, traceHash]));
    expect(Object.fromEntries(GALLERY.map((name) => [name, found.get(`scenarios/${name}.yaml`)]))).toEqual(GOLDEN_HASHES);
  });

  it('are told within 80 columns', () => {
    expect(all.out.split('\n').filter((line) => columnsOf(line) > 80)).toEqual([]);
  });

  it('are told from their traces in every form as from their runs', () => {
    const outcomes = runs.map((run) => run.outcome());
    expect(outcomes.map(({ scenario }) => scenario.file).sort()).toEqual(Object.keys(SCENARIOS).sort());
    const options: ReporterOptions = { width: 100, paint: PLAIN, unicode: true, verbosity: 'verbose', page: () => PAGE };
    for (const outcome of outcomes) {
      const { file } = outcome.scenario;
      const lines = [...savedLines({ outcome, replay: 'sim run', explain: 'sim explain' }, { file, text: SCENARIOS[file]!, overrides: [], confFiles: [], leaveOutUnknown: false })];
      const saved = readSaved(lines.join(''));
      expect(saved.outcome.traceHash).toBe(outcome.traceHash);
      for (const [name, { create }] of REPORTERS) {
        const told = (run: ReportedRun): string => {
          const reporter = create(options);
          return reporter.run(run) + reporter.end([run]);
        };
        const fromTrace = told({ ...saved, wallMs: null });
        // Not compared as a whole by `expect`, which would print pages of difference.
        expect(fromTrace === told({ outcome, replay: 'sim run', explain: 'sim explain', wallMs: null }), `${file} as ${name}`).toBe(true);
        expect(fromTrace.length).toBeGreaterThan(200);
      }
    }
  });

  it('give JSON as its schema says', () => {
    const report = JSON.parse(all.host.textOf('reports/run.json')!) as JsonReport;
    const validate = new Ajv2020({ strict: false }).compile(reportJsonSchema());
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(report.runs.map(({ file, verdict }) => [file, verdict])).toEqual(Object.keys(SCENARIOS).sort().map((file) => [file, 'passed']));
  });
});

describe('the backlog that the output names', () => {
  let kb = 0;
  beforeAll(() => {
    kb = Number(/repl-backlog-size (\d+)kb would have kept it partial/.exec(toldOf('Backlog overflow'))![1]);
  });

  it('is enough: the second resync is partial, and the scenario, which expects a full one, fails with what was found', async () => {
    const { code, host, out } = await sim(['run', OVERFLOW, '--set', `repl-backlog-size=${kb}kb`, '--reporter', 'json=reports/run.json', '--trace', 'reports/trace.jsonl'], { columns: 120 });
    expect(code).toBe(1);
    const { runs: [run] } = JSON.parse(host.textOf('reports/run.json')!) as JsonReport;
    expect(run!.verdict).toBe('failed');
    expect(kindsOf(run!)).toEqual([['full', 'first-contact'], ['partial', 'in-backlog']]);
    const failed = run!.expectations.filter(({ verdict }) => verdict === 'failed');
    expect(failed).toMatchObject([{ text: 'replica-a resynced: full (first-contact), full (offset-before-backlog)' }]);
    expect(failed[0]!.detail).toContain('partial (in-backlog)');
    expect(out).toMatch(/expected full \(first-contact\), full \(offset-before-backlog\)\W+found:? +full \(first-contact\), partial \(in-backlog\)/);
    expect(host.textOf('reports/trace.jsonl')!.split('\n')[0]).toContain(run!.traceHash);
  });

  it('and not one that is 5 % smaller', async () => {
    const { host } = await sim(['run', OVERFLOW, '--set', `repl-backlog-size=${Math.floor(kb * 0.95)}kb`, '--reporter', 'json=reports/run.json']);
    const { runs: [run] } = JSON.parse(host.textOf('reports/run.json')!) as JsonReport;
    expect(kindsOf(run!)).toEqual([['full', 'first-contact'], ['full', 'offset-before-backlog']]);
    const { asked, evidence } = run!.resyncs.filter(({ replica }) => replica === 'replica-a')[1]!;
    expect(asked.offset).toBeLessThan(evidence!.firstByte);
  });

  const kindsOf = ({ resyncs }: JsonReport['runs'][number]): unknown[] => resyncs.filter(({ replica }) => replica === 'replica-a').map(({ kind, reason }) => [kind, reason]);
});

describe('a run that is cut short', () => {
  it('by --until is undecided', async () => {
    const { code, out } = await sim(['run', 'scenarios/master-restart.yaml', '--until', '3s']);
    expect(code).toBe(3);
    expect(out).toContain('undecided');
  });

  it('by Ctrl-C tells what is known', async () => {
    const { code, out } = await sim(['run', OVERFLOW], { interruptAtBreath: 3 });
    expect(code).toBe(130);
    expect(out).toContain('Backlog overflow');
    expect(out).toMatch(/interrupted at \d/);
  });
});

describe('examples in help', () => {
  const examples = async (command: string): Promise<string[]> => {
    const host = fakeHost();
    await main(command === '' ? ['help'] : ['help', command], host);
    return [...host.out().matchAll(/^ +\$ sim (.*)$/gm)].map(([, words]) => words!);
  };

  it.each(['', 'run', 'check', 'list', 'schema'])('of "sim %s" work', async (command) => {
    const all = await examples(command);
    expect(all.length).toBeGreaterThan(0);
    for (const words of all) {
      const host = fakeHost({ files: { ...SCENARIOS, 'reports/README.md': '', '/dist/page.html': PAGE } });
      // What a shell does with quotes and >.
      const argv = words.replace(/ >.*/, '').split(' ').map((word) => word.replaceAll('"', ''));
      expect(await main(argv, host, fakeRuns()), words).toBe(0);
      expect(host.err(), words).toBe('');
      expect(host.out(), words).not.toBe('');
    }
  });
});
