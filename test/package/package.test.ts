/**
 * The package as a stranger gets it: packed, unpacked in an empty project with nothing beside it
 * but its own dependencies, started, imported and type-checked there.
 *
 * It is unpacked and linked by hand instead of by `npm install`, so that no network is needed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const root = resolve(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

describe('the packed package', () => {
  let project = '';
  let installed = '';
  let packedFiles: string[] = [];

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'replsim-package-'));
    packedFiles = pack(project);
    installed = join(project, 'node_modules/replsim');
    mkdirSync(installed, { recursive: true });
    execFileSync('tar', ['-xzf', join(project, `replsim-${manifest.version}.tgz`), '--strip-components=1', '-C', installed]);
    for (const name of Object.keys(manifest.dependencies)) {
      const link = join(project, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), link, 'junction');
    }
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  });

  afterAll(() => {
    rmSync(project, { recursive: true, force: true });
  });

  const sim = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [join(installed, 'bin/sim.js'), ...args], { encoding: 'utf8', cwd: project });

  it('holds what is needed and nothing else', () => {
    expect(packedFiles).toEqual(expect.arrayContaining(['LICENSE', 'bin/sim.js', 'dist/cli.cjs', 'dist/run.cjs', 'dist/page.html', 'dist/lib/index.d.ts', 'dist/lib/index.js']));
    const stray = packedFiles.filter(
      (path) => !/^(bin|dist|scenarios)\/[^.]|^(package\.json|(?:scenario|report|explain|solve)\.schema\.json|LICENSE|README\.md|CHANGELOG\.md)$/.test(path),
    );
    expect(stray).toEqual([]);
  });

  it('has a command under each of its names', () => {
    expect(Object.keys(manifest.bin)).toEqual(['sim', 'replsim']);
    for (const path of Object.values(manifest.bin)) {
      expect(readFileSync(join(installed, path), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
      expect(statSync(join(installed, path)).mode & 0o111, `${path} can be executed`).not.toBe(0);
    }
  });

  it('starts', () => {
    expect(sim('--version')).toMatchObject({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
    expect(sim('no-such-command')).toMatchObject({ status: 2, stdout: '' });
  });

  describe('and its code cache', () => {
    const cachePath = (): string => {
      const names = readdirSync(join(installed, 'dist')).filter((name) => name.endsWith('.cache'));
      const suffix = `${process.version}-${process.platform}-${process.arch}.cache`;
      expect(names.sort()).toEqual([`cli-${suffix}`, `run-${suffix}`]);
      return join(installed, 'dist', `cli-${suffix}`);
    };
    const rejected = (bundle = 'cli'): boolean => {
      const probe = `const { loadCli } = require(${JSON.stringify(join(installed, 'bin/sim.js'))}); console.log(loadCli('${bundle}').script.cachedDataRejected)`;
      return execFileSync(process.execPath, ['-e', probe], { encoding: 'utf8' }).trim() !== 'false';
    };

    it('is used as it comes, and so is the one of sim run', () => {
      cachePath();
      expect(rejected()).toBe(false);
      expect(rejected('run')).toBe(false);
    });

    it.each([
      ['of another build', (cache: Buffer) => Buffer.concat([Buffer.from(`//${'0'.repeat(32)}`), cache.subarray(34)])],
      ['of another V8', (cache: Buffer) => Buffer.concat([cache.subarray(0, 34), Buffer.alloc(cache.length - 34)])],
      ['cut off', (cache: Buffer) => cache.subarray(0, 100)],
      ['empty', () => Buffer.alloc(0)],
    ])('is ignored when it is %s', (_what, spoil) => {
      const path = cachePath();
      const cache = readFileSync(path);
      chmodSync(path, 0o644);
      writeFileSync(path, spoil(cache));
      expect(rejected()).toBe(true);
      expect(sim('--version')).toMatchObject({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
      writeFileSync(path, cache);
    });
  });

  it('can be imported', () => {
    const program = `
      import { loadScenario, REPORTERS, PLAIN, run } from 'replsim';
      const outcome = run(loadScenario('name: Tiny\\nnodes: { m: {}, r: { replicaof: m } }\\nduration: 10s\\nexpect: [{ r: { resyncs: [full] } }]', 'tiny.yaml'));
      const pretty = REPORTERS.get('pretty').create({ width: 80, paint: PLAIN, unicode: true, verbosity: 'normal' });
      process.stdout.write(outcome.verdict + pretty.run({ outcome, wallMs: 1 }));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: project, encoding: 'utf8' });
    expect(output).toMatch(/^passed\n Tiny [^]*⇐ FULL first-contact[^]*✓ r resynced: full/);
  });

  it('brings its types', () => {
    const consumer = [
      `import { type Outcome, run, type Scenario, SimulatorBug } from 'replsim';`,
      `export const bug: Error = new SimulatorBug('planted');`,
      `export const judge = (scenario: Scenario): Outcome => run(scenario, { seed: '7' });`,
      `// @ts-expect-error: if types were missing, this would be no error, and that would be one`,
      `export const wrong: number = new SimulatorBug('planted');`,
    ].join('\n');
    writeFileSync(join(project, 'consumer.ts'), consumer);
    // No skipLibCheck: our own declarations must be right as well.
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023'];
    const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
    const check = spawnSync(process.execPath, [tsc, ...options, 'consumer.ts'], { cwd: project, encoding: 'utf8' });
    expect(check.stdout).toBe('');
    expect(check.status).toBe(0);
  });
});

/** Packs into a folder and returns the paths that were packed. dist/ is up to date: no scripts. */
function pack(folder: string): string[] {
  const output = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const [report] = JSON.parse(output) as { files: { path: string }[] }[];
  return report!.files.map((file) => file.path);
}
