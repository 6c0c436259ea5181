/** The built command as a process: what only a real shell, real signals and real pipes show. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../texts.ts';

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

/** Starts the command, and interrupts it once it has said so much, however long that takes: then it listens. */
function interruptedAfter(said: string, argv: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [SIM, ...argv], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    let heard = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (heard || !out.includes(said)) return;
      heard = true;
      child.kill('SIGINT');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('close', (code, signal) => {
      done({ code, signal, out, err });
    });
  });
}

describe('Ctrl-C', () => {
  it('ends a run with what is known, a whole report and 130', async () => {
    // The first is told as soon as it is over; then the second is under way.
    const { code, signal, out, err } = await interruptedAfter('passed', ['run', 'tiny.yaml', 'endless.yaml', '--reporter', 'json=run.json']);
    expect({ code, signal, err }).toEqual({ code: 130, signal: null, err: '' });
    expect(out).toMatch(/Endless[^]*interrupted at \d/);
    expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))).toMatchObject({ runs: [{ scenario: 'Tiny', verdict: 'passed' }, { scenario: 'Endless', verdict: 'undecided' }] });
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
