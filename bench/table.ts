/**
 * docs/performance.md: runs every bench and writes down its figures, goals and all. `npm run bench:table`; takes some minutes.
 * `npm run bench:table FILE` writes down those that benches noted before, run one by one with REPLSIM_BENCH_FIGURES=FILE.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Figure, FIGURES_FILE } from './figures.ts';

const PAGE = 'docs/performance.md';

const noted = process.argv[2];
const figures = noted === undefined ? runAll() : read(noted);
if (figures !== null) {
  writeFileSync(PAGE, page(figures));
  console.log(`\n${PAGE} is written`);
} else process.exitCode = 1;

/** null: a bench failed. */
function runAll(): Figure[] | null {
  const folder = mkdtempSync(join(tmpdir(), 'replsim-figures-'));
  const file = join(folder, 'figures');
  const { status } = spawnSync(process.execPath, ['scripts/run-ts.js', 'bench'], { stdio: 'inherit', env: { ...process.env, [FIGURES_FILE]: file } });
  const all = status === 0 ? read(file) : null;
  rmSync(folder, { recursive: true });
  return all;
}

function read(file: string): Figure[] {
  return readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Figure);
}

function page(rows: readonly Figure[]): string {
  const missed = rows.filter(({ met }) => met === false);
  const verdict = missed.length === 0 ? 'Every goal is met.' : `Missed: ${missed.map(({ what }) => what).join('; ')}.`;
  const head = ['what', 'measured', 'against', 'ratio', 'goal', ''];
  const cells = rows.map(({ what, measured, against, ratio, goal, met }) => [what, measured, against, ratio, goal, met === null ? '' : met ? 'met' : '**missed**']);
  const table = [head, ['---', '---', '---', '---:', '---:', '---'], ...cells].map((row) => `| ${row.join(' | ')} |`);
  return `# Performance

Written by \`npm run bench:table${noted === undefined ? '' : ' FILE'}\`${noted === undefined ? '' : ' from figures of benches run apart, some side by side'}, load average over the last 15 minutes ${loadavg()[2]!.toFixed(0)}, on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}.
\`npm run bench\` prints the same and more; \`npm run bench -- star\` one of them, \`--profile\` with a CPU profile.

Trust the ratios. The two sides of each were measured in turns in one run, as medians of CPU time, since the machine
was shared; the figures beside them move with whatever else it does. ${verdict}

${table.join('\n')}

## What is measured

- **Kernel**: the hold model. N events are pending, and each one that fires schedules one at now + exponential. The other
  side is flatqueue alone, which keeps no order among equal times, cancels nothing and calls nobody.
- **Replicated writes**: a client machine keeps 32 SETs of 32 bytes under way, over 10,000 keys. A write counts when it was
  answered and its replica has it: the client, the network, both servers, the stream and the ACKs are in the time. A real
  redis takes 3.6 µs for it. Where redis-server is installed, a real pair runs in turns with the simulated one, and the CPU
  time of both its servers counts (that of its client does not).
- **Star and tree**: virtual seconds per CPU second, once every replica is online and a million events have run, in which V8 compiles;
  starting the servers and their first syncs come before. The median of five rounds, least and most behind it: a fleet is larger than the
  processor's cache, so what its neighbours do shows most here. Replicas send their ACKs every second, masters their PINGs every ten. Memory is
  the most that the process ever had, the start included. Each tree is run in a process of its own, as a scenario is, and the time of an event
  compared among those of 10 and of 10,000 replicas, in turns.
- **Snapshot**: what a fork does to 1,000,000 keys. Writes are SETs of keys that are there, drawn from all of them; with the
  snapshot just opened each is the first near its key, which copies what both need.
- **Start-up**: a command typed at a shell, over a Node that does nothing.
`;
}
