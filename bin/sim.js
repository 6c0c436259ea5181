#!/usr/bin/env node
'use strict';
/**
 * Starts the command line: loads its bundle, with the V8 code cache when there is one that fits.
 *
 * There are two bundles, since a start costs time by what is loaded: dist/run.cjs has everything, and dist/cli.cjs all
 * but the simulator, for `sim check` and its like.
 *
 * Owns nothing else. It is CommonJS and requires only what Node has loaded already, because it is
 * on the way of every start. The cache is trusted only if the build that made it is the very one
 * that made the bundle (V8 itself compares no more than the length of the source), and V8 rejects
 * it under another version or other flags: then the bundle is compiled as usual.
 */
const { readFileSync } = require('node:fs');
const { Module, createRequire } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 20)) {
  process.stderr.write(`replsim needs Node 20.20 or newer; this is ${process.version}\n`);
  process.exit(2);
}

const dist = join(__dirname, '..', 'dist');

/** The build's mark is the first line of the bundle, `//` and 32 hex digits, and the head of its cache. */
const MARK_BYTES = 34;

/** @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** @param {'cli' | 'run'} bundle */
const cacheOf = (bundle) => `${bundle}-${process.version}-${process.platform}-${process.arch}.cache`;

/** @param {'cli' | 'run'} bundle */
function loadCli(bundle) {
  const file = join(dist, `${bundle}.cjs`);
  const source = readIfThere(file);
  if (source === undefined) {
    process.stderr.write('replsim is not built yet: run "npm ci" (or "npm run build") in its folder\n');
    process.exit(2);
  }
  const cache = readIfThere(join(dist, cacheOf(bundle)));
  const fits = cache !== undefined && source.subarray(0, MARK_BYTES).equals(cache.subarray(0, MARK_BYTES));
  // A bundle is pure ASCII (esbuild escapes the rest), so the quick decoder will do.
  const script = new Script(Module.wrap(source.toString('latin1')), {
    filename: file,
    ...(fits ? { cachedData: cache.subarray(MARK_BYTES) } : {}),
  });
  const loaded = { exports: /** @type {any} */ ({}) };
  script.runInThisContext()(loaded.exports, createRequire(file), loaded, file, dist);
  return { cli: loaded.exports, script };
}

if (require.main === module) {
  const { main, processHost } = loadCli(process.argv[2] === 'run' || process.argv[2] === 'what-if' ? 'run' : 'cli').cli;
  main(process.argv.slice(2), processHost(join(dist, 'page.html'))).then((/** @type {number} */ code) => {
    process.exitCode = code;
  });
} else {
  // The build asks for the script, to save what V8 compiled.
  module.exports = { loadCli, cacheOf };
}
