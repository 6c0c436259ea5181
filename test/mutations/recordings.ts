/** The recordings of real servers as witnesses: processes that replay them against a bug until one differs. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Mutation, mutated, pathOf } from './by-hand.ts';
import type { FieldBug } from './field-bugs.ts';
import type { Ask, Told } from './trial.ts';

const ROOT = process.cwd();
/** A bug may make a replay endless; the longest takes two seconds. */
const PATIENCE_MS = 120_000;

export interface Trial {
  reads(recording: string): Promise<Told>;
  /** The first of them that notices: `case version: path`; '' when none does. */
  notice(bug: FieldBug | null, recordings: readonly string[]): Promise<string>;
  end(): void;
}

/** Bundles the trial, one file changed on its way when a mutation is given, and starts it. */
export async function startTrial(name: string, mutation: Mutation | null): Promise<Trial> {
  const outfile = join(ROOT, 'node_modules/.cache/replsim/mutations', `${name}.mjs`);
  await build({
    entryPoints: [join(ROOT, 'test/mutations/trial.ts')], outfile, bundle: true, platform: 'node', target: 'node20', format: 'esm', packages: 'external', logLevel: 'warning',
    plugins: [{
      name: 'plant',
      setup: (builder) => {
        builder.onLoad({ filter: /\.ts$/ }, ({ path }) => (mutation === null || path !== pathOf(mutation) ? null : { contents: mutated(mutation, readFileSync(path, 'utf8')), loader: 'ts' }));
      },
    }],
  });
  let child: ChildProcess | null = null;
  const ask = (question: Ask): Promise<Told> => new Promise((done) => {
    const own = child ??= fork(outfile, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const lost = (by: string): void => {
      child = null;
      own.removeAllListeners();
      own.kill('SIGKILL');
      done({ by: `${question.recording}: ${by}`, reads: [], ms: 0 });
    };
    const timer = setTimeout(() => lost('no end'), PATIENCE_MS);
    own.once('exit', () => {
      clearTimeout(timer);
      lost('the process ended');
    });
    own.once('message', (told: Told) => {
      clearTimeout(timer);
      own.removeAllListeners();
      done(told);
    });
    own.send(question);
  });
  return {
    reads: (recording) => ask({ recording, bug: null, reads: true }),
    notice: async (bug, recordings) => {
      for (const recording of recordings) {
        const { by } = await ask({ recording, bug, reads: false });
        if (by !== '') return by;
      }
      return '';
    },
    end: () => void child?.kill(),
  };
}

/** Recordings that agree without any bug (`case version`), from the page that `npm test` holds to be true. */
export function agreeing(): string[] {
  const page = readFileSync(join(ROOT, 'docs/conformance.md'), 'utf8');
  const versions = (/^\| case \| (.*) \|$/m.exec(page)?.[1] ?? '').split(' | ');
  return [...page.matchAll(/^\| `([\w.-]+)` \| (.*) \|$/gm)].flatMap(([, id, rest]) => {
    const cells = rest!.split(' | ');
    return cells.length === versions.length ? cells.flatMap((cell, index) => (cell === '✓' ? [`${id!} ${versions[index]!}`] : [])) : [];
  });
}
