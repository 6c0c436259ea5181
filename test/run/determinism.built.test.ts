/**
 * The built command line, minified and in a process of its own, in Kathmandu, in Turkish (where I and i are no pair), from
 * a copy of the scenarios in a folder with another name: the same hashes as in the test runner.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { GOLDEN_HASHES } from './golden-hashes.ts';
import { GALLERY, GALLERY_FOLDER } from './runs.ts';

/** All but the longest, of which backlog-edge has every mechanism. */
const TRAVELLERS = GALLERY.filter((name) => name !== 'backlog-overflow');

const sim = resolve(import.meta.dirname, '../../bin/sim.js');

/** Hashes by file name, as the JSON reporter prints them. */
function hashes(cwd: string, files: readonly string[], env: Readonly<Record<string, string>>): Record<string, string> {
  const { stdout, stderr, status } = spawnSync(process.execPath, [sim, 'run', ...files, '--reporter', 'json'], {
    cwd, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 28,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const report = JSON.parse(stdout) as { runs: { file: string; traceHash: string }[] };
  return Object.fromEntries(report.runs.map(({ file, traceHash }) => [file.replace(/^.*\/|\.yaml$/g, ''), traceHash]));
}

it('another process, time zone, locale, working directory and folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'replsim-'));
  try {
    const copies = join(folder, 'Kopyalar İı');
    mkdirSync(copies);
    for (const name of TRAVELLERS) copyFileSync(join(GALLERY_FOLDER, `${name}.yaml`), join(copies, `${name}.yaml`));
    const abroad = { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' };
    expect(hashes(folder, ['Kopyalar İı'], abroad)).toEqual(Object.fromEntries(TRAVELLERS.map((name) => [name, GOLDEN_HASHES[name]])));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
