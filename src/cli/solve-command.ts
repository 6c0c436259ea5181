/** `sim solve`: the edge of a knob's range at which an expectation begins or ceases to hold, by as many runs as that takes. */
import type { Outcome } from '../checks/outcome.ts';
import { gridOf, type Judged, solve, type SolveRequest } from '../explore/solve.ts';
import type { ReporterOptions } from '../report/reporter.ts';
import { solveJson } from '../report/solve/json.ts';
import { findingOf, type ReportedSolve } from '../report/solve/solve-report.ts';
import { solvePretty } from '../report/solve/solve-pretty.ts';
import type { Run, start } from '../run.ts';
import type { Loaded } from '../scenario/load.ts';
import type { Override } from '../scenario/overrides.ts';
import type { Problem } from '../scenario/place.ts';
import type { IntRange } from '../scenario/scenario.ts';
import { suggestWord } from '../scenario/suggest.ts';
import type { ReporterChoice, SolveArguments } from './arguments.ts';
import { describeBug } from './bug.ts';
import { FILE_LOOK, terminalLook } from './colour.ts';
import { drive } from './drive.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import { findScenarios } from './files.ts';
import type { Host } from './host.ts';
import { listenToUser } from './interrupt.ts';
import { seedsIn } from './judging.ts';
import { type LoadedFile, loadFile, overridesOf, withServer } from './loading.ts';
import { refuseTargets, sourcesOf, targetsOf, writeWhole } from './output.ts';
import { problem } from './problem.ts';
import { createProgress } from './progress.ts';
import { replayWith } from './replay.ts';
import { runInSlices } from './slices.ts';
import { createTeller } from './teller.ts';
import { readVary, type Vary } from './vary.ts';

export interface SolveParts {
  readonly start: typeof start;
}

/** What was asked, read and tried: every value that stands in the option can be run. */
interface Question {
  readonly file: string;
  readonly vary: Vary;
  readonly grid: readonly number[];
  readonly seeds: readonly string[];
  readonly loaded: Loaded;
  readonly load: (value: number) => LoadedFile;
  /** What it is changed by before it is read, in each way that reads other files. */
  readonly ways: readonly (readonly Override[])[];
  /** What `--until` and `--set` change, for the command that replays a run. */
  readonly wanted: readonly Override[];
}

type Asked = { readonly ok: true; readonly question: Question } | { readonly ok: false; readonly problems: readonly Problem[]; readonly text: string | null };

export async function solveCommand(paths: readonly string[], options: SolveArguments, host: Host, { start }: SolveParts): Promise<ExitCode> {
  const teller = createTeller(host);
  const asked = ask(paths, options, host);
  const refused = refusedReporters(options.reporter, asked.ok ? asked.question : null, host);
  if (!asked.ok || refused.length > 0) return teller.tell(asked.ok ? refused : [...asked.problems, ...refused], asked.ok ? null : asked.text);
  const { question } = asked;
  const user = listenToUser(host);
  const began = host.nowMs();
  const answer = await search(question, host, start, () => user.hasEnough).finally(user.noLongerListening);
  if ('bug' in answer) {
    teller.say(answer.bug);
    return EXIT.bug;
  }
  const { vary, grid, loaded: { scenario }, wanted } = question;
  const text = (value: number): string => (vary.is === 'list' ? vary.values[value]! : vary.text(value));
  const expectations = options.until === undefined ? [] : scenario.expect;
  const reported: ReportedSolve = {
    name: scenario.name, file: scenario.file, server: scenario.server, path: vary.path, text, grid, step: vary.is === 'range' ? vary.step : null,
    expectation: expectations.length === 0 ? 'all that the scenario expects' : expectations.map((one) => one.text).join('; '),
    solved: answer.solved, wallMs: host.nowMs() - began,
    command: (seed, value) => replayWith({ file: question.file, seed, server: scenario.server, options: { set: options.set } }, [...wanted, vary.override(value)]),
  };
  const codes = [codeOf(reported, user.hasEnough)];
  const unwritten = tell(reported, options, host);
  if (unwritten.length > 0) codes.push(teller.tell(unwritten, null));
  return worst(codes);
}

/** 0: it holds somewhere; 1: nowhere; 3: nothing could be judged anywhere. */
function codeOf({ solved }: ReportedSolve, interrupted: boolean): ExitCode {
  if (interrupted) return EXIT.interrupted;
  if (findingOf(solved.all, solved.complete).is !== 'never') return EXIT.held;
  return solved.seeds.every(({ samples }) => samples.every(({ judgement }) => judgement === 'undecided')) ? EXIT.undecided : EXIT.failed;
}

// ------------------------------------------------------------------ what is asked

function ask(paths: readonly string[], options: SolveArguments, host: Host): Asked {
  const wrong = (message: string, suggestion: string | null): Asked => ({ ok: false, problems: [problem(message, suggestion)], text: null });
  const found = findScenarios(paths, host.files);
  const bad = found.flatMap((one) => (one.ok ? [] : [one.problem]));
  if (bad.length > 0) return { ok: false, problems: bad, text: null };
  const [first] = found;
  if (first?.ok !== true || found.length > 1) return wrong(`solve asks about one scenario, and these are ${found.length}`, 'name one file');
  const { file } = first;
  const read = overridesOf(options);
  if (read.problems.length > 0) return { ok: false, problems: read.problems, text: null };
  if (read.servers.length > 1) return wrong('--server names several, and solve asks about one', `vary them: --vary 'server=${read.servers.slice(0, 3).join('|')}'`);
  const varied = readVary(options.vary, options.step);
  if (!varied.ok) return { ok: false, problems: [varied.problem], text: '' };
  const { vary } = varied;
  const wanted: Override[] = options.until === undefined ? [] : [{ path: 'expect', value: options.until, typed: { option: '--until', text: options.until, valueFrom: 0, asList: true } }];
  const base = [...withServer(read.overrides, read.servers[0] ?? null), ...wanted];
  const plain = loadFile(file, base, host.files);
  if (!plain.ok) return { ok: false, problems: plain.problems, text: plain.text };
  const grid = vary.is === 'list' ? vary.values.map((_, index) => index) : gridOf(vary.from, vary.to, vary.step);
  const changed = (value: number): readonly Override[] => [...base, vary.override(value)];
  const load = (value: number): LoadedFile => loadFile(file, changed(value), host.files);
  // Both ends of a range, and each name of a list, must make sense before anything is run.
  for (const value of vary.is === 'list' ? grid : [grid[0]!, grid.at(-1)!]) {
    const tried = load(value);
    if (!tried.ok) return { ok: false, problems: tried.problems, text: tried.text };
  }
  const { scenario } = plain;
  if (scenario.expect.length === 0 && options.until === undefined) return wrong('the scenario expects nothing', "say what must hold: --until 'converged: { within: 5s, after: load-stopped }'");
  return { ok: true, question: { file, vary, grid, load, ways: vary.is === 'list' ? grid.map(changed) : [base], loaded: plain, seeds: seedsOf(options, scenario), wanted: commandOf(wanted) } };
}

/** As `--set` takes it: a list in brackets. */
function commandOf(wanted: readonly Override[]): Override[] {
  return wanted.map(({ path, value }) => ({ path, value: value.trim().startsWith('[') ? value.trim() : `[${value.trim()}]` }));
}

function seedsOf({ seed, seeds }: SolveArguments, scenario: Loaded['scenario']): string[] {
  const range: IntRange | undefined = seed === undefined ? (seeds ?? scenario.seeds) : undefined;
  return range === undefined ? [scenario.seed] : [...seedsIn(range)];
}

// ------------------------------------------------------------------ the runs

type Answer = { readonly solved: ReportedSolve['solved'] } | { readonly bug: string };

async function search({ vary, grid, seeds, load, loaded, file, wanted }: Question, host: Host, begin: typeof start, interrupted: () => boolean): Promise<Answer> {
  const progress = createProgress(host);
  const known = new Map<number, LoadedFile>();
  let runs = 0;
  let run: Run | null = null;
  let last: SolveRequest | null = null;
  const judge = async ({ seed, value }: SolveRequest): Promise<Judged | null> => {
    await host.breathe();
    if (interrupted()) return null;
    last = { seed, value };
    const changed = known.get(value) ?? load(value);
    known.set(value, changed);
    if (!changed.ok) return { judgement: 'undecided', why: changed.problems[0]?.message ?? 'it cannot be run' };
    runs++;
    const going = begin(changed.scenario, { seed });
    run = going;
    const { typed } = vary.override(value);
    const title = `run ${runs}: seed ${seed}, ${typed === undefined ? '' : `${vary.path} ${vary.override(value).value}`}`;
    const over = await runInSlices(going, host, { stopped: interrupted, afterSlice: () => progress.show(title, going) });
    return over ? judgementOf(going.outcome()) : null;
  };
  try {
    return { solved: await drive(solve({ seeds, grid, step: vary.is === 'range' ? vary.step : null }), judge) };
  } catch (error) {
    const at = last as SolveRequest | null;
    const changes = at === null ? wanted : [...wanted, vary.override(at.value)];
    const replay = replayWith({ file, seed: at?.seed ?? null, server: loaded.scenario.server, options: { set: [] } }, changes);
    return { bug: describeBug(error, { replay, run }) };
  } finally {
    progress.clear();
  }
}

/** Of `--until` the expectations that it names, else the verdict of the whole run. */
function judgementOf({ verdict, verdictDetail, expectations }: Outcome): Judged {
  const named = expectations.filter(({ place }) => place?.file === '--until');
  const own = named.length > 0 ? named : expectations;
  const failed = own.find((one) => one.verdict === 'failed');
  if (failed !== undefined) return { judgement: 'fails', why: failed.detail === '' ? failed.text : failed.detail };
  const judged = own.filter((one) => one.verdict === 'held');
  if (named.length > 0 ? judged.length === named.length : verdict === 'passed') return { judgement: 'holds', why: '' };
  if (verdict === 'failed' && named.length === 0) return { judgement: 'fails', why: verdictDetail };
  const open = own.find((one) => one.verdict === 'undecided' || one.verdict === 'not-applicable');
  return { judgement: 'undecided', why: open === undefined ? verdictDetail : `${open.text}: ${open.detail === '' ? `not decided (${verdictDetail})` : open.detail}` };
}

// ------------------------------------------------------------------ how it is told

type Tell = (reported: ReportedSolve, options: ReporterOptions) => string;

const REPORTERS: ReadonlyMap<string, Tell> = new Map<string, Tell>([['pretty', solvePretty], ['json', solveJson]]);

function tell(reported: ReportedSolve, { reporter, quiet }: SolveArguments, host: Host): Problem[] {
  const choices = reporter.some(({ file }) => file === null) ? reporter : [{ name: 'pretty', file: null }, ...reporter];
  const verbosity = quiet ? 'quiet' : 'normal';
  return choices.flatMap(({ name, file }) => {
    const say = REPORTERS.get(name)!;
    if (file !== null) return writeWhole(file, say(reported, { ...FILE_LOOK, verbosity }), host) ?? [];
    host.stdout.write(say(reported, { ...terminalLook(host), verbosity }));
    return [];
  });
}

/** `question`: what is read for it; null when there is none. */
function refusedReporters(choices: readonly ReporterChoice[], question: Question | null, host: Host): Problem[] {
  const unknown = choices.filter(({ name }) => !REPORTERS.has(name)).map(({ name }) => problem(`solve has no reporter "${name}"`, suggestWord(name, [...REPORTERS.keys()])));
  const targets = targetsOf(choices);
  const problems = [...unknown, ...refuseTargets(targets, question === null ? [] : sourcesOf([question.file], question.ways, targets, host), host)];
  if (choices.filter(({ file }) => file === null).length > 1) problems.push(problem('only one reporter can write to the terminal', 'give the other a file: --reporter json=solve.json'));
  return problems;
}
