/**
 * Builds dist/: the library (ES modules and their types), the CLI as one CommonJS file, and the
 * CLI's V8 code cache.
 *
 * npm runs this as `prepare`: after every install, before packing, and again under `npx sim`. So it
 * does nothing, and says nothing, when its inputs are what they were (`--force` builds anyway).
 * It builds beside dist/ and swaps at the end: who runs the old build meanwhile is not disturbed.
 * Types are not checked here; that is `npm run typecheck`.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const work = join(root, 'node_modules/.cache/replsim', `build-${process.pid}`);
const require = createRequire(import.meta.url);

const INPUTS = ['src', 'bin', 'scripts/build.js', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

const started = performance.now();
const stamp = stampOf(INPUTS);
if (process.argv.includes('--force') || readStamp() !== stamp) {
  if (!toolsInstalled()) {
    console.error('replsim: development tools are not installed, so nothing was built');
  } else if (!(await build().then(() => true, explain))) {
    process.exitCode = 1;
  }
}

/** The tools have printed what they found; a stack of this script would only hide it. */
function explain(/** @type {unknown} */ error) {
  console.error(`replsim: the build failed: ${error instanceof Error ? error.message : String(error)}`);
  return false;
}

async function build() {
  mkdirSync(work, { recursive: true });
  try {
    await Promise.all([emitLibrary(), bundleCli()]);
    if (existsSync(dist)) renameSync(dist, `${work}-old`);
    renameSync(work, dist);
    await writeCodeCache();
    writeFileSync(join(dist, '.stamp'), stamp);
  } finally {
    for (const left of [work, `${work}-old`]) rmSync(left, { recursive: true, force: true });
  }
  console.error(`replsim: built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** src/ without the CLI, as ES modules with declarations. */
function emitLibrary() {
  const tsc = require.resolve('typescript/lib/tsc.js');
  return run(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(work, 'lib')]);
}

/** The CLI with everything it needs, as one file that starts with its own fingerprint (see bin/sim.js). */
async function bundleCli() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src/cli/main.ts')],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20.20',
    format: 'cjs',
    // Names stay, so that the stack of a SimulatorBug can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    // `import()` of a Node module would not work in the vm.Script that the loader makes.
    supported: { 'dynamic-import': false },
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [leaveOut()],
  });
  const bundle = outputFiles[0]?.text ?? '';
  const mark = createHash('sha256').update(bundle).digest('hex').slice(0, 32);
  writeFileSync(join(work, 'cli.cjs'), `//${mark}\n${bundle}`);
}

/**
 * What packages import and this program never uses, and what would take longer to load than all of ours: commander could
 * start other programs, chalk could ask the terminal for its colours (we tell it).
 */
function leaveOut() {
  const neverUsed = new Map([
    ['node:child_process', 'module.exports = {}'],
    ['#supports-color', 'module.exports = { stdout: false, stderr: false }'],
  ]);
  return {
    name: 'leave-out',
    setup(/** @type {import('esbuild').PluginBuild} */ build) {
      build.onResolve({ filter: /^(node:child_process|#supports-color)$/ }, ({ path }) => ({ path, namespace: 'never-used' }));
      build.onLoad({ filter: /.*/, namespace: 'never-used' }, ({ path }) => ({ contents: neverUsed.get(path) ?? '', loader: 'js' }));
    },
  };
}

/** What V8 compiled while the CLI did some typical work, for bin/sim.js to start from. */
async function writeCodeCache() {
  const { loadCli, cacheOf } = require(join(root, 'bin/sim.js'));
  const { cli, script } = loadCli();
  const silent = { write() {}, isTTY: false, columns: 80 };
  const host = { ...cli.processHost(), stdout: silent, stderr: silent, env: {} };
  const mark = readFileSync(join(dist, 'cli.cjs')).subarray(0, 34);
  const save = (/** @type {string} */ command) => writeFileSync(join(dist, cacheOf(command)), Buffer.concat([mark, script.createCachedData()]));
  const typical = join(root, 'scenarios/first-sync.yaml');
  for (const words of [['--help'], ['check', typical]]) await cli.main(words, host);
  save('check');
  await cli.main(['run', typical, '--until', '6s'], host);
  save('run');
}

/** A fingerprint of everything the build reads, and of the Node that the cache is for. */
function stampOf(/** @type {string[]} */ inputs) {
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}\n`);
  for (const input of inputs) {
    for (const file of filesUnder(join(root, input))) hash.update(`${file}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path)
      .sort()
      .flatMap((name) => filesUnder(join(path, name)));
  } catch {
    return [path];
  }
}

function readStamp() {
  const file = join(dist, '.stamp');
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** `npm ci --omit=dev` runs `prepare` without anything to build with. */
function toolsInstalled() {
  try {
    require.resolve('esbuild');
    require.resolve('typescript');
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<void>}
 */
function run(command, args) {
  return new Promise((done, fail) => {
    spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).on('exit', (code) =>
      code === 0 ? done() : fail(new Error(`tsc exited with ${code}`)),
    );
  });
}
