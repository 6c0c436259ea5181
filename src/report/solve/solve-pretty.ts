/** `sim solve` for people: what was asked, the cliff, the values on both sides of it, and the command of each. */
import type { Sample, SolvedSeed } from '../../explore/solve.ts';
import { clean, clip, columnsOf, padEnd } from '../../text.ts';
import { formatCount, formatSpan } from '../../units.ts';
import { createPage, type Page } from '../pretty/page.ts';
import { rich, type Rich, together, toned } from '../pretty/rich.ts';
import type { ReporterOptions } from '../reporter.ts';
import { cliff } from './cliff.ts';
import { deciding, type Finding, findingOf, isHolding, type ReportedSolve } from './solve-report.ts';

export function solvePretty(reported: ReportedSolve, options: ReporterOptions): string {
  const page = createPage(options);
  const { solved, step, path, text, grid, expectation } = reported;
  const finding = findingOf(solved.all, solved.complete);
  if (options.verbosity !== 'quiet') {
    page.blank();
    header(page, reported);
    page.hanging(rich('   wanted   '), rich(clean(expectation)));
    page.hanging(rich('   varied   '), rich(clean(path), toned('dim', step === null ? '' : `, ${text(grid[0]!)} to ${text(grid.at(-1)!)} in steps of ${text(step)}`)));
    page.blank();
    if (step === null) table(page, reported);
    else if (solved.seeds.some(({ samples }) => samples.length > 1)) {
      for (const line of cliff(reported, page.width - 4, options.unicode)) page.line(rich(`   ${line}`));
      page.blank();
    }
  }
  page.hanging(rich('   ', ...mark(finding), ' '), conclusion(reported, finding));
  if (options.verbosity === 'quiet') return page.text();
  for (const [lead, words] of evidence(reported, finding)) page.hanging(lead, words);
  if (solved.seeds.length > 1 && step !== null) seedLines(page, reported);
  commands(page, reported, finding);
  page.blank();
  page.line(rich(toned('dim', ` ${formatCount(solved.runs)} runs in ${formatSpan(Math.round(reported.wallMs * 1_000))}${solved.complete ? '' : ', then interrupted'}`)));
  page.blank();
  return page.text();
}

function header(page: Page, { name, server, solved: { seeds } }: ReportedSolve): void {
  const right = together(`${server} · ${seeds.length === 1 ? `seed ${seeds[0]!.seed}` : `${seeds.length} seeds`}`);
  const room = page.width - 3 - columnsOf(right);
  page.line(rich(' ', toned('bold', padEnd(clip(clean(name), room), room)), '  ', toned('dim', right)));
}

function mark({ is }: Finding): Rich {
  if (is === 'never') return rich(toned('red', '✗'));
  return rich(is === 'edge' || is === 'always' ? toned('green', '✓') : toned('yellow', '?'));
}

function conclusion({ solved, text, path, step, grid }: ReportedSolve, finding: Finding): Rich {
  const { seeds } = solved;
  const withAll = seeds.length === 1 ? '' : ` with all ${seeds.length} seeds`;
  const value = (of: number): Rich[number] => toned('bold', together(`${path} ${text(of)}`));
  /** Where it does not hold it may be that nobody can tell. */
  const not = (of: number): string => (sampleAt(seeds.find(({ seed }) => seed === deciding(solved, of)), of)?.judgement === 'undecided' ? 'it cannot be judged' : 'it does not');
  const range = step === null ? '' : `, ${text(grid[0]!)} to ${text(grid.at(-1)!)}`;
  switch (finding.is) {
    case 'edge':
      return step === null
        ? rich(`it holds${withAll} with `, value(finding.holds), `, and not with ${text(finding.fails)}`)
        : rich(finding.begins ? `it begins to hold${withAll} at ` : `it holds${withAll} up to `, value(finding.holds), `; ${finding.begins ? 'with' : 'at'} ${text(finding.fails)} ${not(finding.fails)}`);
    case 'several':
      return rich(`it begins and ceases to hold ${finding.edges.length} times${withAll}: no one value divides the range`);
    case 'always':
      return rich(`it holds${withAll} at every value that was tried${range}`);
    case 'never':
      return rich(seeds.length === 1 ? 'it holds at no value that was tried' : 'at no value that was tried does it hold with all seeds', range);
    case 'open':
      return rich('interrupted before one could say');
  }
}

/** What was found where it fails, and all edges when there are several. */
function evidence({ solved, text, step }: ReportedSolve, finding: Finding): [Rich, Rich][] {
  // Of names there is a table.
  if (step === null) return [];
  const lead = rich('     ');
  const why = (value: number): [Rich, Rich][] => {
    const seed = deciding(solved, value);
    const sample = sampleAt(solved.seeds.find((one) => one.seed === seed), value);
    if (sample === undefined || sample.why === '') return [];
    return [[lead, rich(toned('dim', `${text(value)}${solved.seeds.length === 1 ? '' : `, seed ${seed}`}: ${clean(sample.why)}`))]];
  };
  switch (finding.is) {
    case 'edge':
      return why(finding.fails);
    case 'several':
      return finding.edges.map(({ holds, fails }): [Rich, Rich] => [lead, holds > fails ? rich(`fails at ${text(fails)}, holds from ${text(holds)} on`) : rich(`holds up to ${text(holds)}, fails at ${text(fails)}`)]);
    case 'never':
      return why(solved.all.samples.at(-1)?.value ?? 0);
    default:
      return [];
  }
}

function sampleAt(seed: SolvedSeed | undefined, value: number): Sample | undefined {
  return seed?.samples.find((sample) => sample.value === value);
}

/** Seeds whose edges are the same stand together. */
function seedLines(page: Page, { solved: { seeds, complete }, text }: ReportedSolve): void {
  const groups = new Map<string, string[]>();
  for (const { seed, samples, edges } of seeds) {
    const finding = findingOf({ samples: samples.map((sample) => ({ value: sample.value, holds: isHolding(sample) })), edges }, complete);
    const words = edgeWords(finding, text);
    groups.set(words, [...(groups.get(words) ?? []), seed]);
  }
  page.blank();
  const names = [...groups].map(([words, those]) => ({ words, who: `${those.length === 1 ? 'seed' : 'seeds'} ${ranges(those)}` }));
  const widest = Math.min(28, Math.max(...names.map(({ who }) => who.length)));
  for (const { words, who } of names) page.hanging(rich('   ', toned('cyan', padEnd(who, widest)), '  '), rich(words));
}

function edgeWords(finding: Finding, text: (value: number) => string): string {
  switch (finding.is) {
    case 'edge':
      return finding.begins ? `fails at ${text(finding.fails)}, holds from ${text(finding.holds)} on` : `holds up to ${text(finding.holds)}, fails at ${text(finding.fails)}`;
    case 'several':
      return finding.edges.map(({ holds, fails }) => (holds > fails ? `holds from ${text(holds)} on` : `fails from ${text(fails)} on`)).join(', ');
    case 'always':
      return 'holds everywhere';
    case 'never':
      return 'holds nowhere';
    case 'open':
      return 'not known';
  }
}

/** `1..4, 7` */
function ranges(seeds: readonly string[]): string {
  const runs: string[][] = [];
  for (const seed of seeds) {
    const run = runs.at(-1);
    if (run !== undefined && Number(run.at(-1)) + 1 === Number(seed)) run.push(seed);
    else runs.push([seed]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]!}..${run.at(-1)!}` : run.join(', '))).join(', ');
}

/** Names have no distances: a line for each. */
function table(page: Page, { solved: { seeds, all }, text, grid }: ReportedSolve): void {
  const widest = Math.max(...grid.map((value) => columnsOf(text(value))));
  for (const value of grid) {
    const sample = all.samples.find((one) => one.value === value);
    if (sample === undefined) continue;
    const failing = seeds.flatMap((seed) => (sample.failing.includes(seed.seed) ? [`${seeds.length === 1 ? '' : `seed ${seed.seed}: `}${sampleAt(seed, value)!.why}`] : []));
    const words = sample.holds ? rich('holds') : rich('fails', toned('dim', `: ${clean(failing[0] ?? '')}${failing.length > 1 ? ` (and ${failing.length - 1} more)` : ''}`));
    page.hanging(rich('   ', toned(sample.holds ? 'green' : 'red', sample.holds ? '✓' : '✗'), ' ', toned('bold', padEnd(text(value), widest)), '  '), words);
  }
  page.blank();
}

/** Commands may be pasted: they are not broken. */
function commands(page: Page, { solved, command }: ReportedSolve, finding: Finding): void {
  if (finding.is !== 'edge') return;
  page.blank();
  for (const value of [finding.holds, finding.fails]) {
    const holds = value === finding.holds;
    page.line(rich('   ', toned(holds ? 'green' : 'red', holds ? '✓' : '✗'), ' ', toned('dim', command(deciding(solved, value), value))));
  }
}
