/** `sim explain` over the real engine: what one reads on the page, and that looking on changes nothing. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { explainJsonSchema } from '../../src/report/explain/json-schema.ts';
import { DATA_MARK, TITLE_MARK } from '../../src/report/html/html.ts';
import type { JsonExplain } from '../../src/report/explain/json.ts';
import { columnsOf } from '../../src/text.ts';
import { type FakeOptions, fakeHost } from '../cli/fake-host.ts';
import { SCENARIOS } from '../cli/shelf.ts';

const OVERFLOW = 'scenarios/backlog-overflow.yaml';

async function sim(argv: readonly string[], options: FakeOptions = {}): Promise<{ code: number; out: string; err: string }> {
  const host = fakeHost({ files: { ...SCENARIOS, 'reports/README.md': '' }, columns: 80, ...options });
  const code = await main(argv, host);
  return { code, out: host.out(), err: host.err() };
}

const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(explainJsonSchema());

describe('sim explain scenarios/backlog-overflow.yaml', () => {
  let out = '';
  beforeAll(async () => {
    const told = await sim(['explain', OVERFLOW]);
    expect(told).toMatchObject({ code: 0, err: '' });
    ({ out } = told);
  });

  it('fits one screen of 80 × 50, with a line to spare for the prompt', () => {
    const lines = out.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(49);
    expect(lines.filter((line) => columnsOf(line) > 80)).toEqual([]);
  });

  it('says which byte was asked for, which was the oldest kept, and by how much it was missed', () => {
    expect(out).toContain('✗ byte asked for ≥ oldest byte kept   2 120 092 < 14 185 361');
    expect(out).toContain('12 065 269 too late');
  });

  it('says who timed out first, and why, when the byte was forgotten, and what it all began with', () => {
    expect(out).toContain(`
 How it came to that   first cause: partition master ╳ replica-a, for 90s
  15.0s  ✂            partition master ╳ replica-a, for 90s
  22.3s    master     lets go of byte 2 120 092: its backlog of 1mb is full
  75.0s    master     drops replica-a: no ACK for 61 s (repl-timeout 60)
  76.1s    replica-a  gives up master: nothing heard for 61 s (repl-timeout 60)
 105.0s  ✚            partition master ╳ replica-a: healed after 90 s
 107.1s    replica-a  asks master: PSYNC a8ff…77 2 120 092
   ✓ without it this resync does not happen (run again, trace `);
  });

  it('shows the log of both in their own words, up to the decision', () => {
    expect(out).toMatch(/75\.0s M Disconnecting timedout replica \(streaming sync\): 10\.0\.0\.2:6380\n.*75\.0s M Connection with replica .* lost\.\n.*76\.1s R MASTER timeout: no data nor PING received\.\.\./);
    expect(out).toContain('… and 12 lines of the copy itself: --verbose');
  });

  it('shows INFO of both before the master did anything, and marks what decided', () => {
    expect(out).toContain('› repl_backlog_first_byte_offset:14185361');
    expect(out).toContain('› slave_repl_offset:2120091');
    expect(out).toContain('master_link_status:down');
  });

  it('has a line for the others, which say how they can be asked for', () => {
    expect(out).toContain('others 1, 2  replica-a, replica-b: FULL first-contact · their start');
    expect(out).toContain('--resync N, --node X, --at T · what would help: --why-not partial');
  });

  it('offers no help to one that nothing would have made partial', async () => {
    expect((await sim(['explain', OVERFLOW, '--resync', '1', '--until', '10s'])).out).not.toContain('--why-not');
  });
});

/** Since 7.0 a master goes on in its history after a restart, with an empty backlog. */
const RESTART = `name: Restart behind
config: { repl-timeout: 5, repl-ping-replica-period: 1, repl-diskless-sync-delay: 0 }
nodes:
  master: { config: { save: "3600 1", repl-backlog-size: 16mb } }
  replica: { replicaof: master }
clients:
  app: { to: master, writes: 20/s, key: "user:{1..10}", value: 100b }
timeline:
  - at: 5s
    partition: { between: [master, replica], for: 15s }
  - at: 12s
    restart: { node: master, after: 1s }
duration: 25s
expect:
  - replica: { resyncs: [full: first-contact, full: offset-before-backlog] }
`;

describe('a master that was restarted', () => {
  it('has lost its backlog with its process, and no size would have helped', async () => {
    const { out } = await sim(['explain', 'restart.yaml', '--resync', '2'], { files: { 'restart.yaml': RESTART } });
    expect(out).toMatch(/no size would have kept it: the backlog began anew with the process, at\s+byte 31 971/);
    expect(out).toMatch(/12\.0s {4}master {3}loses its backlog with its process, and byte/);
    expect(out).not.toContain('repl-backlog-size');
    expect(out).not.toContain('lets go of byte');
  });

  it('is told of alike by the page and by markdown', async () => {
    for (const [reporter, words] of [['html', 'no repl-backlog-size: the backlog of master began anew with the process'], ['markdown', 'no size would have kept it']] as const) {
      const { out } = await sim(['run', 'restart.yaml', '--reporter', reporter], { files: { 'restart.yaml': RESTART, '/dist/page.html': `${TITLE_MARK}${DATA_MARK}` } });
      expect(out).toContain(words);
      expect(out).not.toContain('would still have been there');
    }
  });
});

describe('a selection', () => {
  let json: JsonExplain;
  beforeAll(async () => {
    json = JSON.parse((await sim(['explain', 'scenarios/backlog-edge.yaml', '--node', 'gone', '--reporter', 'json'])).out) as JsonExplain;
  });

  it('of a node takes what it asked for and what it answered', () => {
    expect(json.explanations.map(({ number }) => number)).toEqual([2, 4, 6, 8]);
  });

  it('gives JSON as its schema says', () => {
    validate(json);
    expect(validate.errors).toBeNull();
  });

  it('gives checks, proof and logs of each', () => {
    const edge = json.explanations.find(({ number }) => number === 8)!;
    expect(edge.checks.at(-1)).toEqual({ name: 'not older than the oldest byte kept', passed: false, left: 20_440, relation: '≥', right: 20_441 });
    expect(edge.proof).toMatchObject({ is: 'alone', withoutIt: [{ what: 'refuse connections of gone-late → gone' }] });
    expect(edge.before.master).toMatchObject({ node: 'gone', info: { repl_backlog_first_byte_offset: '20441' } });
    expect(edge.log.map(({ line }) => line).join('\n')).toContain('for lack of backlog (Replica request was: 20440).');
  });

  it('calls a first contact by its cause', () => {
    expect(json.resyncs[0]!.cause).toEqual({ is: 'start', words: 'the start of kept-early', facts: [] });
  });

  it('has a schema that is the file explain.schema.json', () => {
    const file = readFileSync(new URL('../../explain.schema.json', import.meta.url), 'utf8');
    expect(file, 'npx sim schema --explain > explain.schema.json').toBe(`${JSON.stringify(explainJsonSchema(), null, 2)}\n`);
  });

  it.each([
    [['--resync', '99'], /--resync 99: there are 8 resyncs/],
    [['--node', 'gone-lat'], /there is no node "gone-lat"[\s\S]*did you mean "gone-late"\?/],
    [['--reporter', 'jsn'], /explain has no reporter "jsn"[\s\S]*json/],
    [['--server', 'redis-7.0,redis-7.2'], /several versions/],
    [['--resync', '0'], /numbered 1, 2, 3/],
    [['--resync', '1', '--node', 'gone'], /cannot be used with/],
    [['--reporter', 'json=scenarios/backlog-edge.yaml'], /it is the scenario/],
  ])('that says nothing is refused: %o', async (words, said) => {
    const { code, out, err } = await sim(['explain', 'scenarios/backlog-edge.yaml', ...words]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(said);
  });

  it.each(['lessons', 'lessons/*.yaml', './lessons/s.yaml'])('does not write over the scenario that it found by %s', async (path) => {
    const host = fakeHost({ files: { 'lessons/s.yaml': 'name: s\nnodes: { master: {} }\n' } });
    const before = host.textOf('lessons/s.yaml');
    expect(await main(['explain', path, '--reporter', 'json=lessons/s.yaml'], host)).toBe(2);
    expect(host.err()).toMatch(/--reporter json cannot write to lessons\/s\.yaml: it is the scenario/);
    expect(host.textOf('lessons/s.yaml')).toBe(before);
  });
});

describe('others', () => {
  it('are told within 80 columns, whatever they are: a refusal, a stalled pipe', async () => {
    for (const [file, ...words] of [['rolling-upgrade', '--resync', '6'], ['diskless-hostage']] as const) {
      const { code, out } = await sim(['explain', `scenarios/${file}.yaml`, ...words]);
      expect(code).toBe(0);
      expect(out.split('\n').filter((line) => columnsOf(line) > 80)).toEqual([]);
      expect(out).toMatch({
        'rolling-upgrade': /✗ the master is not failing over {3}failover-in-progress ≠ no-failover/,
        'diskless-hostage': /first cause: power off replica-b[\s\S]*held up the pipe that feeds\s+both/,
      }[file]);
    }
  });
});
