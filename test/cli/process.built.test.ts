/** The built command as a process: what only a real shell, real signals and real pipes show. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../structure/sources.ts';

const SIM = join(ROOT, 'bin/sim.js');

/** Hours of work for the simulator. */
const ENDLESS = `name: Endless
nodes: { master: {}, replica: { replicaof: master } }
clients: { app: { to: master, writes: 20k/s } }
duration: 100h
`;
const TINY = 'name: Tiny\nnodes: { master: {}, replica: { replicaof: master } }\nduration: 8s\n';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'replsim-cli-'));
  writeFileSync(join(folder, 'endless.yaml'), ENDLESS);
  writeFileSync(join(folder, 'tiny.yaml'), TINY);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the command, and interrupts it as often as told, when it has run for a while. */
function start(argv: readonly string[], interrupts: number): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [SIM, ...argv], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const timer = setTimeout(() => {
      for (let i = 0; i < interrupts; i++) child.kill('SIGINT');
    }, 2_500);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      done({ code, signal, out, err });
    });
  });
}

describe('Ctrl-C', () => {
  it('ends a run with what is known, a whole report and 130', async () => {
    const { code, out, err } = await start(['run', 'endless.yaml', '--reporter', 'json=run.json'], 1);
    expect(err).toBe('');
    expect(code).toBe(130);
    expect(out).toMatch(/⇐ FULL first-contact/);
    expect(out).toMatch(/interrupted at \d/);
    expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))).toMatchObject({ runs: [{ scenario: 'Endless', verdict: 'undecided' }] });
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a process', () => {
  const sim = (command: string): { status: number | null; stdout: string; stderr: string } =>
    spawnSync('sh', ['-c', command.replaceAll('sim ', `"${process.execPath}" "${SIM}" `)], { cwd: folder, encoding: 'utf8' });

  it('passes its exit code on', () => {
    expect(sim('sim run tiny.yaml --quiet')).toMatchObject({ status: 0, stderr: '' });
    expect(sim('sim run tiny.yaml --quiet --set "expect=[{ replica: { role: master } }]"').status).toBe(1);
    expect(sim('sim run gone.yaml')).toMatchObject({ status: 2, stdout: '' });
  });

  it('does not mind a reader who leaves', () => {
    const { stdout, stderr } = sim('sim run tiny.yaml tiny.yaml --reporter json | head -c 1');
    expect(stdout).toBe('{');
    expect(stderr).toBe('');
  });

  it('hands a long report to a pipe in full', () => {
    const { stdout } = sim('sim schema | cat');
    expect(() => void JSON.parse(stdout)).not.toThrow();
    expect(stdout.length).toBeGreaterThan(65_536);
  });

  it('leaves a device a device', () => {
    expect(sim('sim run tiny.yaml --quiet --trace /dev/null && test -c /dev/null')).toMatchObject({ status: 0, stderr: '' });
  });

  it('follows a link to the file behind it', () => {
    expect(sim('touch behind && ln -s behind link && sim run tiny.yaml --quiet --trace link && test -L link && head -c 10 behind').stdout).toMatch(/\{"format":$/);
  });
});
