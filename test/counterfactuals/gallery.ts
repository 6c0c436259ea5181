/**
 * Every counterfactual of a scenario, and whether it holds: at its value the replica is spared the full resync, one step beyond it
 * is not. Asked of `sim run` itself, by the command that a user would paste, with nothing of the search but its answer: the full
 * attempts of the replica are counted in the whole run.
 */
import { findCounterfactuals } from '../../src/cli/counterfactual-runs.ts';
import type { Host } from '../../src/cli/host.ts';
import { loadFile } from '../../src/cli/loading.ts';
import { main } from '../../src/cli/main.ts';
import { replayWith } from '../../src/cli/replay.ts';
import type { Outcome } from '../../src/checks/outcome.ts';
import type { Counterfactual, Counterfactuals, Edge, KnobName, Probe } from '../../src/explore/counterfactual/answer.ts';
import type { JsonReport } from '../../src/report/json.ts';
import { start } from '../../src/run.ts';

export interface Claim {
  readonly knob: KnobName;
  readonly edge: Edge;
  /** What is wrong with it; '' when both of its runs come to what it says. */
  readonly wrong: string;
}

export interface Checked {
  readonly replica: string;
  readonly askedAtUs: number;
  readonly reason: string;
  readonly found: Counterfactuals;
  readonly claims: readonly Claim[];
}

export function runOf(file: string, host: Host): Outcome {
  const loaded = loadFile(file, [], host.files);
  if (!loaded.ok) throw new Error(`${file}: ${loaded.problems[0]?.message ?? ''}`);
  const run = start(loaded.scenario);
  while (!run.advance(1_000_000));
  return run.outcome();
}

/** All that can be asked about one scenario; of a loop of attempts one speaks for all. */
export async function checkScenario(file: string, host: Host, { knobs }: { readonly knobs?: readonly KnobName[] } = {}): Promise<Checked[]> {
  const outcome = runOf(file, host);
  const checked: Checked[] = [];
  const known = new Map<number, Counterfactuals>();
  for (const index of outcome.resyncs.keys()) {
    const found = await findCounterfactuals(outcome, index, host, { file, overrides: [], start, interrupted: () => false, known, ...(knobs === undefined ? {} : { knobs }) });
    if (found.asked !== 'yes' || checked.some((one) => one.found.first === found.first)) continue;
    const { replica, askedAtUs, reason } = outcome.resyncs[found.first]!;
    const claims: Claim[] = [];
    for (const { knob, edge } of found.knobs.flatMap(edgesOf)) claims.push({ knob, edge, wrong: await wrongWith(edge, outcome, found.first, file, host) });
    checked.push({ replica, askedAtUs, reason: reason ?? '', found, claims });
  }
  return checked;
}

function edgesOf({ knob, answer }: Counterfactual): { knob: KnobName; edge: Edge }[] {
  if (answer.is === 'edge') return [{ knob, edge: answer.edge }];
  return answer.is === 'several' ? answer.edges.map((edge) => ({ knob, edge })) : [];
}

/** '' when the value spares the replica its copy, and the one a step beyond does not. */
export async function wrongWith({ holds, fails }: Edge, outcome: Outcome, first: number, file: string, host: Host): Promise<string> {
  const { replica, askedAtUs } = outcome.resyncs[first]!;
  const before = outcome.resyncs.filter((one) => one.replica === replica && one.kind === 'full' && one.askedAtUs < askedAtUs).length;
  const at = await copies(holds, outcome, replica, file, host);
  const beyond = await copies(fails, outcome, replica, file, host);
  if (at.full > before) return `at ${valueOf(holds)} ${replica} is copied ${at.full} times, before this one it was ${before}`;
  if (!at.done) return `at ${valueOf(holds)} the last resync of ${replica} is not completed`;
  if (fails.fate === 'full' && beyond.full <= before) return `a step beyond, at ${valueOf(fails)}, ${replica} is spared, too`;
  return '';
}

function valueOf({ set }: Probe): string {
  return set.length === 0 ? 'the value that it had' : set.map(({ path, value }) => `${path}=${value}`).join(' ');
}

/** Full attempts of a replica, done or not, in the run of this command; and whether its last attempt was completed. */
async function copies({ set }: Probe, { seed, server }: Outcome, replica: string, file: string, host: Host): Promise<{ full: number; done: boolean }> {
  const words = wordsOf(replayWith({ file, seed, server, options: { set: [] } }, set));
  let text = '';
  const listening: Host = { ...host, stdout: { ...host.stdout, isTTY: false, columns: 80, write: (part) => { text += part; } }, stderr: { isTTY: false, columns: 80, write: () => {} } };
  await main([...words.slice(1), '--reporter', 'json'], listening);
  const resyncs = (JSON.parse(text) as JsonReport).runs[0]!.resyncs.filter((one) => one.replica === replica);
  return { full: resyncs.filter(({ kind }) => kind === 'full').length, done: resyncs.at(-1)?.outcome === 'done' };
}

/** As a shell reads a command. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) => word.replaceAll(/'([^']*)'|\\'/g, (whole, inside: string | undefined) => inside ?? (whole === `\\'` ? `'` : '')));
}
