/**
 * `npm run mutations [WORD]`: plants bugs one by one and replays the recordings of real servers until one of them notices;
 * what none shows is held against the tests.
 *
 * One bug for each field of a profile (the value of the version before or after it), made from the profiles themselves; and
 * those of `by-hand.ts`, put into a copy of the source as it is bundled: nothing of the product knows of them. Exit code 1
 * when one escapes that has no reason to. WORD picks those whose name contains it.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { type Profile, profiles } from '../../src/redis/profiles/index.ts';
import { BY_HAND, type Mutation } from './by-hand.ts';
import { UNSEEN_FIELDS } from './unseen-fields.ts';
import type { FieldBug } from './trial.ts';

const ROOT = process.cwd();
const WORKERS = 2;
const VERSIONS = ['7.2.6', '6.2.16', '4.0.14', '2.8.24'];

const word = process.argv[2] ?? '';
/** What does not agree without any bug, from the page that `npm test` holds to be true. */
const skip = disagreeing(readFileSync(join(ROOT, 'docs/conformance.md'), 'utf8'));
let escaped = 0;

const plain = await bundle('plain', null);
const fields = fieldBugs().filter(([first]) => first!.path.includes(word));
console.log(`${fields.length} fields of the profiles`);
const unnoticed: string[] = [];
const share = (n: number): readonly (readonly FieldBug[])[] => fields.filter((_, index) => index % WORKERS === n);
await Promise.all(Array.from({ length: WORKERS }, (_, n) => trial(plain, 'fields', JSON.stringify(share(n)), (line) => {
  const { path, into, from, by } = JSON.parse(line) as FieldBug & { by: string };
  if (by === '') unnoticed.push(path);
  else tell(`${path}: ${into} with the value of ${from}`, by, undefined);
})));

if (unnoticed.length > 0) console.log(`\n${unnoticed.length} that no recording shows, against the tests`);
for (const path of unnoticed) {
  let by = '';
  for (const bug of fields.find(([first]) => first!.path === path)!) {
    by = await testsNotice(bug);
    if (by !== '') break;
  }
  tell(path, by, UNSEEN_FIELDS[path]);
}

const hand = BY_HAND.filter(({ bug }) => bug.includes(word));
console.log(`\n${hand.length} bugs by hand`);
const waiting = [...hand];
await Promise.all(Array.from({ length: WORKERS }, async () => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const mutation = next;
    const bundled = await bundle(String(BY_HAND.indexOf(mutation)), mutation);
    await trial(bundled, 'hand', JSON.stringify(mutation.versions ?? VERSIONS), (line) => tell(mutation.bug, (JSON.parse(line) as { by: string }).by, mutation.escapes));
  }
}));

console.log(`\n${fields.length + hand.length} bugs, ${escaped === 0 ? 'none escaped without a reason' : `${escaped} escaped`}`);
process.exitCode = escaped === 0 ? 0 : 1;

function tell(bug: string, by: string, reason: string | undefined): void {
  if (by === '' && reason === undefined) escaped++;
  const verdict = by !== '' ? `caught   ${bug}\n           by ${by}` : reason === undefined ? `ESCAPED  ${bug}` : `unseen   ${bug}\n           ${reason}`;
  console.log(`  ${verdict}`);
}

/** The tests, until one fails with this planted: its name, or ''. */
function testsNotice(bug: FieldBug): Promise<string> {
  return new Promise((done) => {
    const child = spawn('npx', ['vitest', 'run', '--config', 'test/mutations/vitest.config.ts', '--bail', '1', '--reporter', 'dot', '--no-color'], {
      cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, PLANTED: JSON.stringify(bug), NO_COLOR: '1' },
    });
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
    });
    child.on('close', () => done(/FAIL\s+(.*)/.exec(said)?.[1] ?? ''));
  });
}

/** For each field that differs between neighbours, every way to plant one's value into the other. */
function fieldBugs(): FieldBug[][] {
  const all = [...profiles.values()];
  const bugs = new Map<string, FieldBug[]>();
  all.forEach((younger, index) => {
    const elder = all[index - 1];
    if (elder === undefined) return;
    for (const group of Object.keys(younger) as (keyof Profile)[]) {
      if (group === 'name' || group === 'version' || group === 'directives') continue;
      const [a, b] = [elder[group], younger[group]] as unknown as [Record<string, unknown>, Record<string, unknown>];
      for (const field of Object.keys(b)) {
        if (String(a[field]) === String(b[field])) continue;
        const path = `${group}.${field}`;
        bugs.set(path, [...(bugs.get(path) ?? []), { into: younger.name, from: elder.name, path }, { into: elder.name, from: younger.name, path }]);
      }
    }
  });
  return [...bugs.values()];
}

/** The trial with one file changed on its way into the bundle. */
async function bundle(name: string, mutation: Mutation | null): Promise<string> {
  const outfile = join(ROOT, 'node_modules/.cache/replsim/mutations', `${name}.mjs`);
  const target = mutation === null ? '' : resolve(ROOT, 'src/redis', mutation.file);
  await build({
    entryPoints: [join(ROOT, 'test/mutations/trial.ts')], outfile, bundle: true, platform: 'node', target: 'node20', format: 'esm', packages: 'external', logLevel: 'warning',
    plugins: [{
      name: 'plant',
      setup: (builder) => {
        builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
          if (mutation === null || path !== target) return null;
          const parts = readFileSync(path, 'utf8').split(mutation.find);
          if (parts.length !== 2) throw new Error(`"${mutation.find}" stands ${parts.length - 1} times in ${mutation.file}: ${mutation.bug}`);
          return { contents: parts.join(mutation.replace), loader: 'ts' };
        });
      },
    }],
  });
  return outfile;
}

function trial(file: string, task: string, list: string, hear: (line: string) => void): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [file, task, skip.join(','), list], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    let rest = '';
    child.stdout.on('data', (text: Buffer) => {
      const lines = (rest + text.toString()).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(hear);
    });
    child.on('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`the trial ended with ${code ?? 'a signal'}`));
    });
  });
}

function disagreeing(page: string): string[] {
  const versions = (/^\| case \| (.*) \|$/m.exec(page)?.[1] ?? '').split(' | ');
  return [...page.matchAll(/^\| `([\w.-]+)` \| (.*) \|$/gm)].flatMap(([, id, rest]) => {
    const cells = rest!.split(' | ');
    return cells.length === versions.length ? cells.flatMap((cell, index) => (cell === '✓' || cell === '–' ? [] : [`${id!} ${versions[index]!}`])) : [];
  });
}
