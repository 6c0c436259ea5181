/**
 * Builds dist/: the library (ES modules and their types), the CLI as two CommonJS files, one without
 * the simulator, a V8 code cache for each, and the page that reports are shown in, one file without data.
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

/** What bin/sim.js needs of the larger bundle, and the smaller one when the words come in another order. */
const RUN_ENTRY = `
  export * from './src/cli/main.ts';
  export { runCommand } from './src/cli/run-command.ts';
  export { whatIfCommand } from './src/cli/what-if-command.ts';
  export { start } from './src/run.ts';
`;

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
    await Promise.all([emitLibrary(), bundleCli('cli'), bundleCli('run'), bundlePage()]);
    if (existsSync(dist)) renameSync(dist, `${work}-old`);
    renameSync(work, dist);
    await writeCodeCaches();
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

/**
 * The CLI with everything it needs, as one file that starts with its own fingerprint (see bin/sim.js).
 *
 * @param {'cli' | 'run'} name
 */
async function bundleCli(name) {
  const { build } = await import('esbuild');
  const entry = name === 'run' ? RUN_ENTRY : `export * from './src/cli/main.ts'`;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
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
    plugins: name === 'run' ? [leaveOut()] : [leaveOut(), runElsewhere()],
  });
  const bundle = outputFiles[0]?.text ?? '';
  const mark = createHash('sha256').update(bundle).digest('hex').slice(0, 32);
  writeFileSync(join(work, `${name}.cjs`), `//${mark}\n${bundle}`);
}

/**
 * The page of an HTML report as one file that asks nobody for anything: Vite bundles src/page, and script and style are put into
 * its page.html. Its Content-Security-Policy names both by their hashes, so nothing else is ever run, wherever it came from.
 */
async function bundlePage() {
  const { build } = await import('vite');
  const result = await build({
    root: join(root, 'src/page'),
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      cssCodeSplit: false,
      // A slow machine is no news.
      rollupOptions: { input: join(root, 'src/page/main.tsx'), output: { format: 'iife' }, checks: { pluginTimings: false } },
    },
  });
  const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  const script = outputs.map((one) => (one.type === 'chunk' ? one.code.trim() : '')).join('');
  const style = outputs.map((one) => (one.type === 'asset' && one.fileName.endsWith('.css') ? String(one.source).trim() : '')).join('');
  if (/<\/(?:script|style)|<!--/i.test(script) || /<\//.test(style)) throw new Error('the page would end its own script or style');
  const template = readFileSync(join(root, 'src/page/page.html'), 'utf8');
  const parts = new Map([['replsim-script-hash', hashOf(script)], ['replsim-style-hash', hashOf(style)], ['/*replsim-style*/', style], ['/*replsim-script*/', script]]);
  // One pass, so that nothing is looked for in what was put in.
  const page = template.replace(/replsim-(?:script|style)-hash|\/\*replsim-(?:style|script)\*\//g, (mark) => parts.get(mark) ?? '');
  writeFileSync(join(work, 'page.html'), page);
}

/** As a Content-Security-Policy names a script or style. */
function hashOf(/** @type {string} */ text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Of `cli.cjs`: what only `sim run` needs is in the other bundle. */
function runElsewhere() {
  return {
    name: 'run-elsewhere',
    setup(/** @type {import('esbuild').PluginBuild} */ build) {
      build.onResolve({ filter: /^(\.\/run-command|\.\/what-if-command|\.\.\/run)\.ts$/ }, () => ({ path: './run.cjs', external: true }));
    },
  };
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
async function writeCodeCaches() {
  const { loadCli, cacheOf } = require(join(root, 'bin/sim.js'));
  const silent = { write() {}, isTTY: false, columns: 80 };
  const typical = join(root, 'scenarios/first-sync.yaml');
  for (const [name, words] of [['cli', ['check', typical]], ['run', ['run', typical, '--until', '6s']]]) {
    const { cli, script } = loadCli(name);
    await cli.main(words, { ...cli.processHost(), stdout: silent, stderr: silent, env: {} });
    const mark = readFileSync(join(dist, `${name}.cjs`)).subarray(0, 34);
    writeFileSync(join(dist, cacheOf(name)), Buffer.concat([mark, script.createCachedData()]));
  }
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
