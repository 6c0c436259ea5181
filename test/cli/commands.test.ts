/** check, list and schema; and bad input through all of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeResolved } from '../../src/cli/resolved.ts';
import { main } from '../../src/cli/main.ts';
import { noPaint } from '../../src/cli/colour.ts';
import { columnsOf } from '../../src/text.ts';
import { load } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { ROOT } from '../texts.ts';
import { type FakeHost, fakeHost, type FakeOptions } from './fake-host.ts';
import { fakeRuns } from './fake-run.ts';

async function sim(argv: readonly string[], options: FakeOptions): Promise<{ code: number; host: FakeHost; out: string; err: string }> {
  const host = fakeHost(options);
  const code = await main(argv, host, fakeRuns());
  return { code, host, out: host.out(), err: host.err() };
}

const FULL = `# everything once
name: "Everything: once"
teaches: |
  The first sentence
  is long. The second is not shown.
seed: 12
duration: { at-most: 10m }
config: { repl-backlog-size: 2mb, save: "", client-output-buffer-limit: replica 1mb 512kb 10 }
nodes:
  master: { config: { repl-timeout: 15 }, resources: { fork: 20ms/gb, save: 90m/s, allocator: libc }, clock: { phase: 250ms } }
  near: { replicaof: master, data: { keys: 3k, value: 1kb, prefix: "k: ", db: 2 } }
  far: { replicaof: near, started: false, conf: conf/far.conf }
network:
  default: { latency: { lognormal: { median: 2ms, sigma: 0.5 } }, bandwidth: 100mbit, loss: 0.25% }
  links: [{ between: [near, far], latency: 5ms..9ms, bandwidth: unlimited, socket-buffer: 64kb }]
data: { master: { keys: 5, value: 10b..20b } }
clients:
  app: { to: master, writes: 10/min, key: "user:{1..9}:x", until: 30s }
  reader: { to: near, reads: 2/s, pacing: poisson, from: never, key: "plain" }
timeline:
  - at: 5s
    partition: { between: [master, near], for: 10s }
  - after: 1s
    start: far
expect:
  - converged
`;

const files = { 'full.yaml': FULL, 'conf/far.conf': 'repl-timeout 22\nmaxmemory 100mb\n' };

describe('sim check', () => {
  it('says that a file is right', async () => {
    expect(await sim(['check', 'full.yaml'], { files })).toMatchObject({ code: 0, out: '✓ full.yaml\n', err: '' });
  });

  it('says all that is wrong, and goes on', async () => {
    const { code, out, err } = await sim(['check', 'wrong.yaml', 'gone.yaml', 'full.yaml'], { files: { ...files, 'wrong.yaml': 'nam: x\nnodes: { m: { replicaof: n } }\n' } });
    expect(code).toBe(2);
    expect(out).toBe('✓ full.yaml\n');
    expect(err).toContain('wrong.yaml:1:1: unknown key "nam"\n    1 | nam: x\n      | ^^^ did you mean "name"?\n');
    expect(err).toContain('wrong.yaml:2:26: there is no node "n"');
    expect(err).toContain('sim: there is no file or folder gone.yaml');
  });

  it('shows the line of a conf file, and of an option', async () => {
    const bad = { 'a.yaml': 'name: a\nnodes: { m: { conf: m.conf } }\n', 'm.conf': 'hz 10\nrepl-timeout soon\n' };
    const { err } = await sim(['check', 'a.yaml', '--set', 'repl-backlog-size=1.5mb'], { files: bad });
    expect(err).toMatch(/m\.conf:2:1: .*\n {4}2 \| repl-timeout soon\n/);
    expect(err).toMatch(/^--set: repl-backlog-size 1\.5mb: .*\n {6}\| repl-backlog-size=1\.5mb\n {6}\| {19}\^{5}/m);
  });

  it('prints, if asked, a scenario that says everything and is the same one', async () => {
    const { code, out } = await sim(['check', 'full.yaml', '--resolved', '--set', 'hz=20', '--seed', '99'], { files });
    expect(code).toBe(0);
    const again = (text: string): Scenario => load(text, 'x', { readFile: () => files['conf/far.conf'], overrides: [] }).scenario;
    const given = load(FULL, 'x', { readFile: () => files['conf/far.conf'], overrides: [{ path: 'hz', value: '20' }, { path: 'seed', value: '99' }] }).scenario;
    const loaded = again(out);
    // Where it was written differs, and the settings are all there; what they say does not.
    const essence = ({ nodes, network, clients, seed, server, durationUs, endsWhenDone, name }: Scenario): unknown => ({
      nodes: nodes.map((node) => ({ ...node, config: null, place: null })), network: { ...network, relays: [] }, clients, seed, server, durationUs, endsWhenDone, name,
    });
    expect(essence(loaded)).toEqual(essence(given));
    const settings = (text: string): string[] => text.split('\n').filter((line) => /^ +(?:hz|repl-timeout|repl-backlog-size|maxmemory|save|requirepass):/.test(line));
    expect(settings(out)).toMatchInlineSnapshot(`
      [
        "  hz: 20                                            # --set",
        "  requirepass: ""                                   # default of redis-7.2",
        "  save: ""                                          # line 8",
        "  repl-backlog-size: 2mb                            # line 8",
        "      repl-timeout: 15                              # line 10",
        "      maxmemory: 0                                  # default of redis-7.2",
        "      save: 90m/s                                   # line 10",
        "      repl-timeout: 60                              # default of redis-7.2",
        "      maxmemory: 0                                  # default of redis-7.2",
        "      save: 150m/s                                  # default",
        "      repl-timeout: 22                              # conf/far.conf:1",
        "      maxmemory: 100mb                              # conf/far.conf:2",
        "      save: 150m/s                                  # default",
      ]
    `);
    // And printed again, every setting is as it was.
    const twice = describeResolved(load(out, 'x'), noPaint());
    const values = (text: string): string => text.replaceAll(/ +#.*/g, '').trim();
    expect(values(twice).split('\n').filter((line) => !/^#|^$/.test(line))).toEqual(values(out).split('\n').filter((line) => !/^#|^$/.test(line)));
  });
});

describe('sim list', () => {
  it('has a name, one sentence and the file of each', async () => {
    const { code, out } = await sim(['list'], { files: { 'scenarios/full.yaml': FULL, 'scenarios/conf/far.conf': '', 'scenarios/a.yaml': 'name: Bare\nnodes: { m: {} }\n' }, columns: 60 });
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'Bare                                        scenarios/a.yaml',
        'Everything: once                         scenarios/full.yaml',
        '  The first sentence is long.',
        '',
      ].join('\n').replaceAll(/ {2,}(?=scenarios)/g, (gap) => gap.slice(1)),
    );
  });

  it('cuts what does not fit, and takes paths', async () => {
    const long = `name: ${'Long '.repeat(8)}\nteaches: ${'word '.repeat(40)}\nnodes: { m: {} }\n`;
    const { out } = await sim(['list', 'x'], { files: { 'x/long.yaml': long }, columns: 40 });
    expect(out.split('\n').filter((line) => columnsOf(line) > 40)).toEqual([]);
    expect(out).toMatch(/word …\n$/);
  });

  it('says what cannot be listed', async () => {
    expect(await sim(['list'], {})).toMatchObject({ code: 2, out: '', err: 'sim: there is no file or folder scenarios\n' });
  });
});

describe('sim schema', () => {
  it('prints the schema of scenarios, of reports, or of edges', async () => {
    expect(JSON.parse((await sim(['schema'], {})).out)).toMatchObject({ title: 'A replsim scenario', required: ['name', 'nodes'] });
    expect(JSON.parse((await sim(['schema', '--report'], {})).out)).toHaveProperty('$schema');
    expect((await sim(['schema', '--solve'], {})).out).toBe(readFileSync(new URL('../../solve.schema.json', import.meta.url), 'utf8'));
  });
});

describe('bad input', () => {
  const folder = join(ROOT, 'test/scenario/bad');
  const bad = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

  it('there is enough of it', () => {
    expect(bad.length).toBeGreaterThanOrEqual(100);
  });

  it.each(['run', 'check', 'list'])('through sim %s is a place and a sentence, never a stack', async (command) => {
    for (const name of bad) {
      const { code, out, err } = await sim([command, name], { files: { [name]: readFileSync(join(folder, name)) } });
      expect(code, name).toBe(2);
      expect(out, name).toBe('');
      expect(err, name).toMatch(new RegExp(`^${name.replaceAll('.', '\\.')}:\\d+:\\d+: `));
      expect(err, name).not.toMatch(/^ +at .*[:(]|\.ts:|undefined|\[object/m);
      for (const line of err.split('\n').filter((one) => /^ *\d* \|/.test(one))) expect(columnsOf(line), `${name}: ${line}`).toBeLessThanOrEqual(80);
    }
  });
});
