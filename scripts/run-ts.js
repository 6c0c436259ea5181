/**
 * Runs TypeScript that is not part of the product: `node scripts/run-ts.js FILE|FOLDER [WORD] [arguments…]`.
 *
 * A file is run. Of a folder every `*.bench.ts` is run, one process each, or only the one that WORD names,
 * or those whose names contain it. With --profile each writes a CPU profile as well. Node 20 reads no
 * TypeScript, so esbuild bundles each into node_modules/.cache first.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const [target, ...words] = process.argv.slice(2);
if (target === undefined) {
  console.error('usage: node scripts/run-ts.js FILE|FOLDER [WORD] [arguments…]');
  process.exit(2);
}

const cache = join(root, 'node_modules/.cache/replsim');
const profiles = join(cache, 'profiles');
const profiling = words.includes('--profile') ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [];
const { files, rest } = select(resolve(root, target), words.filter((word) => word !== '--profile'));
let failed = 0;
for (const file of files) {
  const bundle = join(cache, 'run', `${basename(file, '.ts')}.mjs`);
  buildSync({
    entryPoints: [file],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const run = spawnSync(process.execPath, ['--expose-gc', '--enable-source-maps', ...profiling, bundle, ...rest], {
    stdio: 'inherit',
  });
  if (run.status !== 0) failed = run.status ?? 1;
}
if (profiling.length > 0) console.log(`profiles are in ${profiles}`);
process.exitCode = failed;

/**
 * @param {string} path
 * @param {string[]} given
 */
function select(path, given) {
  if (!statSync(path, { throwIfNoEntry: false })) {
    console.error(`${path}: no such file or folder`);
    process.exit(2);
  }
  if (!statSync(path).isDirectory()) return { files: [path], rest: given };
  const wanted = given[0]?.startsWith('-') === false ? given[0] : undefined;
  const all = readdirSync(path).filter((name) => name.endsWith('.bench.ts'));
  const exact = all.filter((name) => name === `${wanted ?? ''}.bench.ts`);
  const benches = (exact.length > 0 ? exact : all.filter((name) => name.includes(wanted ?? ''))).sort().map((name) => join(path, name));
  if (benches.length === 0) console.log(`nothing to run in ${path}`);
  return { files: benches, rest: wanted === undefined ? given : given.slice(1) };
}
