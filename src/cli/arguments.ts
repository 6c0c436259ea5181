/**
 * The words that `sim` understands: commands, options, help. What a command does stands in a file of its own.
 *
 * Owns what can be said of a word alone: that a seed is a number, that a time has a unit. Whether a reporter, a node
 * or a file exists is found out by who uses it.
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { IntRange } from '../scenario/scenario.ts';
import { readSeeds } from '../scenario/seeds.ts';
import { parseDuration } from '../units.ts';
import type { ExitCode } from './exit-code.ts';
import { kindOf } from './glob.ts';
import type { Host } from './host.ts';

/** What changes a scenario from outside. */
export interface Overrides {
  readonly seed?: string;
  /** One, several with commas between them, or `all`. */
  readonly server?: string;
  /** `name=value` as typed, in order. */
  readonly set: readonly string[];
}

export interface RunArguments extends Overrides {
  readonly seeds?: IntRange;
  readonly untilUs?: number;
  readonly reporter: readonly ReporterChoice[];
  /** The file for the trace. */
  readonly trace?: string;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly bail: boolean;
}

/** How a saved trace is told. */
export type ReportArguments = Pick<RunArguments, 'reporter' | 'verbose' | 'quiet'>;

export interface ExplainArguments extends Overrides {
  /** Which resyncs; none of them: the one that is worth most. */
  readonly resync?: number;
  readonly node?: string;
  readonly atUs?: number;
  readonly untilUs?: number;
  /** What would have made it so instead. */
  readonly whyNot?: 'partial';
  readonly reporter: ReporterChoice;
  readonly verbose: boolean;
}

export interface ReporterChoice {
  readonly name: string;
  /** null: to the terminal. */
  readonly file: string | null;
}

export interface CheckArguments extends Overrides {
  readonly resolved: boolean;
}

export interface SolveArguments extends Overrides {
  readonly seeds?: IntRange;
  /** `PATH=FROM..TO` or `PATH=A|B`. */
  readonly vary: string;
  readonly step?: string;
  /** What must hold, in the words of `expect:`; absent: all that the file expects. */
  readonly until?: string;
  readonly reporter: readonly ReporterChoice[];
  readonly quiet: boolean;
}

export interface SchemaArguments {
  readonly report: boolean;
  readonly explain: boolean;
  readonly solve: boolean;
}

export interface VersionsArguments {
  readonly json: boolean;
}

/** What each command does. */
export interface Commands {
  run(paths: readonly string[], options: RunArguments): Promise<ExitCode>;
  report(file: string, options: ReportArguments): Promise<ExitCode>;
  check(paths: readonly string[], options: CheckArguments): Promise<ExitCode>;
  list(paths: readonly string[]): Promise<ExitCode>;
  whatIf(paths: readonly string[]): Promise<ExitCode>;
  solve(paths: readonly string[], options: SolveArguments): Promise<ExitCode>;
  explain(path: string, options: ExplainArguments): Promise<ExitCode>;
  versions(options: VersionsArguments): Promise<ExitCode>;
  versionsDiff(from: string, to: string, options: VersionsArguments): Promise<ExitCode>;
  rdb(paths: readonly string[]): Promise<ExitCode>;
  glossary(words: readonly string[]): Promise<ExitCode>;
  schema(options: SchemaArguments): Promise<ExitCode>;
}

/** `done` hears what the command exits with. Mistakes in the words are thrown as a CommanderError, after they were told. */
export function createProgram(host: Host, commands: Commands, done: (code: ExitCode) => void): Command {
  const program = new Command('sim')
    .description('A deterministic simulator of Redis replication')
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print what a command understands')
    .exitOverride()
    .showHelpAfterError('"sim help" tells what there is.')
    .configureOutput({
      writeOut: (text) => {
        host.stdout.write(text);
      },
      writeErr: (text) => {
        host.stderr.write(text);
      },
      getOutHelpWidth: () => host.stdout.columns,
      getErrHelpWidth: () => host.stderr.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => {
        const word = /^error: unknown command '(.*)'/.exec(text)?.[1] ?? '';
        const path = /[./*]/.test(word) || (word !== '' && kindOf(word, host.files) !== null);
        const said = text.replace(/^error: /, 'sim: ');
        write(path ? `${said.replace(/\(Did you mean .*\)\n/, '')}To run it: sim run ${word}\n` : said);
      },
    })
    .addHelpText('after', MAIN_HELP);

  const command = (name: string, description: string, examples: string): Command =>
    program
      .command(name)
      .description(description)
      .helpOption('-h, --help', 'print this')
      .showHelpAfterError(`"sim help ${name.split(' ')[0]!}" tells more.`)
      .addHelpText('after', `\n${examples}`);

  overrides(command('run', 'Run scenarios and judge what they expect', RUN_HELP).argument('<path...>', 'files, folders (searched for *.yaml) or patterns'), SEVERAL_SERVERS, 'change a setting (see below); several may be given')
    .addOption(new Option('--seeds <from..to>', 'run over all of these seeds and judge them as one, as 1..100').argParser(readSeedRange).conflicts('seed'))
    .option('--until <time>', 'stop at this virtual time, as 90s or 2m', readTime)
    .option('--reporter <name[=file]>', 'how to tell it (see below); several may be given', readReporter)
    .option('--trace <file>', 'write the run as a trace, from which `sim report` makes any form')
    .addOption(new Option('--verbose', 'tell more').conflicts('quiet'))
    .option('--quiet', 'one line a scenario')
    .option('--bail', 'stop at the first scenario that does not pass')
    .action(async (paths: string[], { until, ...options }: Partial<RunArguments> & { until?: number }) => {
      const defaults = { set: [], reporter: [], verbose: false, quiet: false, bail: false };
      done(await commands.run(paths, { ...defaults, ...options, ...(until === undefined ? {} : { untilUs: until }) }));
    });

  command('report', 'Tell a saved trace as any reporter would have told its run', REPORT_HELP)
    .argument('<trace>', 'what `sim run FILE --trace` wrote')
    .option('--reporter <name[=file]>', 'how to tell it (see below); several may be given', readReporter)
    .addOption(new Option('--verbose', 'tell more').conflicts('quiet'))
    .option('--quiet', 'one line')
    .action(async (file: string, options: Partial<ReportArguments>) => {
      done(await commands.report(file, { reporter: [], verbose: false, quiet: false, ...options }));
    });

  overrides(command('check', 'Read scenarios and tell what is wrong with them', CHECK_HELP).argument('<path...>', 'files, folders or patterns'))
    .option('--resolved', 'print them with every default filled in, and where each setting came from')
    .action(async (paths: string[], options: Partial<CheckArguments>) => {
      done(await commands.check(paths, { set: [], resolved: false, ...options }));
    });

  command('list', 'List scenarios with what each teaches', LIST_HELP)
    .argument('[path...]', 'files, folders or patterns (default: scenarios/)')
    .action(async (paths: string[]) => {
      done(await commands.list(paths));
    });

  command('what-if', 'Try the changes that scenarios name, and judge what they foresee', WHAT_IF_HELP)
    .argument('<path...>', 'files, folders or patterns')
    .action(async (paths: string[]) => {
      done(await commands.whatIf(paths));
    });

  overrides(command('solve', 'Find the value of a setting at which an expectation begins or ceases to hold', SOLVE_HELP).argument('<path>', 'a file'))
    .requiredOption('--vary <path=range>', 'what to vary, as repl-backlog-size=1mb..1gb or server=redis-6.2|redis-7.2')
    .option('--until <expectation>', 'what must hold, in the words of expect: (default: all that the file expects)')
    .option('--step <size>', 'how finely to tell values apart (default: one of the unit of the range)')
    .addOption(new Option('--seeds <from..to>', 'with each of these seeds, as 1..20').argParser(readSeedRange).conflicts('seed'))
    .option('--reporter <name[=file]>', 'how to tell it: pretty, json', readReporter)
    .option('--quiet', 'one line')
    .action(async (path: string, options: Partial<SolveArguments> & Pick<SolveArguments, 'vary'>) => {
      done(await commands.solve([path], { set: [], reporter: [], quiet: false, ...options }));
    });

  overrides(command('explain', 'Tell why resyncs of a run were full or partial, and what they go back to', EXPLAIN_HELP).argument('<scenario>', 'one file'))
    .addOption(new Option('--resync <number>', 'the one with this number, as explain and run count them').argParser(readNumber).conflicts(['node', 'at']))
    .addOption(new Option('--node <name>', 'all that this server asked for, or answered'))
    .addOption(new Option('--at <time>', 'the one that was under way then, as 107s').argParser(readTime))
    .addOption(new Option('--why-not <kind>', 'try what would have made it partial instead: settings, the outage, the load, the version').choices(['partial']))
    .option('--until <time>', 'stop at this virtual time, as 90s or 2m', readTime)
    .option('--reporter <name[=file]>', 'how to tell it: pretty, json', (word: string) => readReporter(word)[0])
    .option('--verbose', 'every line that was logged')
    .action(async (path: string, { until, at, ...options }: Partial<ExplainArguments> & { until?: number; at?: number }) => {
      const defaults = { set: [], reporter: { name: 'pretty', file: null }, verbose: false };
      done(await commands.explain(path, { ...defaults, ...options, ...(until === undefined ? {} : { untilUs: until }), ...(at === undefined ? {} : { atUs: at }) }));
    });

  const versions = command('versions', 'Tell what the versions of the server do otherwise than each other', VERSIONS_HELP)
    .option('--json', 'for programs')
    .action(async (options: Partial<VersionsArguments>) => {
      done(await commands.versions({ json: false, ...options }));
    });

  versions
    .command('diff')
    .description('Tell what lies between two of them')
    .argument('<from>', 'a version, as redis-6.0 or 6.0')
    .argument('<to>', 'another')
    .helpOption('-h, --help', 'print this')
    .showHelpAfterError('"sim help versions" tells more.')
    .action(async (from: string, to: string) => {
      // --json belongs to both, and is read where it is known first.
      done(await commands.versionsDiff(from, to, { json: false, ...versions.opts<Partial<VersionsArguments>>() }));
    });

  command('rdb', 'Tell what RDB files say and hold', RDB_HELP)
    .argument('<file...>', 'files that a server of 2.6 to 7.4 or Valkey 8.0 wrote')
    .action(async (paths: string[]) => {
      done(await commands.rdb(paths));
    });

  command('glossary', 'Tell what a word of replication means, by its old name or its new', GLOSSARY_HELP)
    .argument('[word...]', 'as replid, slave-priority or offset-before-backlog (default: all words)')
    .action(async (words: string[]) => {
      done(await commands.glossary(words));
    });

  command('schema', 'Print the JSON Schema of a scenario, for editors', SCHEMA_HELP)
    .option('--report', 'that of what sim run --reporter json prints instead')
    .addOption(new Option('--explain', 'that of what sim explain --reporter json prints').conflicts('report'))
    .addOption(new Option('--solve', 'that of what sim solve --reporter json prints').conflicts(['report', 'explain']))
    .action(async (options: Partial<SchemaArguments>) => {
      done(await commands.schema({ report: false, explain: false, solve: false, ...options }));
    });

  return program;
}

/** Only a run takes several versions, and only its help shows the forms of --set. */
function overrides(command: Command, servers = '', set = 'change a setting, as "sim help run" tells; several may be given'): Command {
  return command
    .option('--seed <number>', 'draw other random numbers', readSeed)
    .option('--server <version>', `another server, as redis-7.2, for every node that does not name its own${servers}`)
    .option('--set <name=value>', set, (word: string, before: readonly string[] = []) => [...before, word]);
}

const SEVERAL_SERVERS = '; several (redis-7.2,redis-7.4), or all';

function readSeed(word: string): string {
  if (!/^\d+$/.test(word)) throw new InvalidArgumentError('A seed is a whole number, such as 7.');
  const digits = word.replace(/^0+(?=\d)/, '');
  if (!Number.isSafeInteger(Number(digits))) throw new InvalidArgumentError(`The largest seed is ${Number.MAX_SAFE_INTEGER}.`);
  return digits;
}

function readSeedRange(word: string): IntRange {
  const read = readSeeds(word);
  if (!read.ok) throw new InvalidArgumentError(`${read.message}${read.suggestion === null ? '' : `; ${read.suggestion}`}.`);
  return read.value;
}

function readNumber(word: string): number {
  if (!/^[1-9]\d{0,8}$/.test(word)) throw new InvalidArgumentError('Resyncs are numbered 1, 2, 3 …');
  return Number(word);
}

function readTime(word: string): number {
  const parsed = parseDuration(word);
  if (!parsed.ok) throw new InvalidArgumentError(`${parsed.problem}; for instance ${parsed.suggestion}`);
  return parsed.value;
}

function readReporter(word: string, before: readonly ReporterChoice[] = []): readonly ReporterChoice[] {
  const at = word.indexOf('=');
  const name = at < 0 ? word : word.slice(0, at);
  const file = at < 0 ? null : word.slice(at + 1);
  if (name === '') throw new InvalidArgumentError('A reporter has a name, as in json or json=run.json.');
  if (file === '') throw new InvalidArgumentError(`Name the file, as in ${name}=report.txt, or leave the = out.`);
  return [...before, { name, file }];
}

const MAIN_HELP = `
Examples:
  $ sim run scenarios/backlog-overflow.yaml
  $ sim explain scenarios/backlog-overflow.yaml
  $ sim check scenarios/
  $ sim list

Inside the project "npx sim …" runs it; anywhere else "npx replsim …" does.

Exit codes: 0 all held, 1 an expectation or an invariant failed, 2 bad input,
3 undecided, 70 a bug of replsim, 130 interrupted. Of several scenarios the
worst counts: 70 over 2 over 1 over 3.
`;

const REPORTER_HELP = `Reporters:
  pretty     for people, on a terminal
  html       a page for a browser: pictures, curves, the state at any instant
  json       for programs, as "sim schema --report" describes
  markdown   a page for a pull request or a wiki
  mermaid    a sequence diagram, as GitHub and others draw it from text
  svg        a picture of nodes, messages and faults over time, for slides

A reporter without a file writes to the terminal, and only one can. Unless
another does, pretty does.
`;

const RUN_HELP = `--set changes the scenario before it is read, in one of three forms:
  repl-backlog-size=16mb              a directive of redis.conf, for every node
  replica-a.repl-timeout=10           a directive, for one node
  clients.app.writes=800/s            whatever stands at that place of the file
  timeline[0].partition.for=10s       an entry of a list, counted from 0

Examples:
  $ sim run scenarios/
  $ sim run scenarios/backlog-overflow.yaml --set repl-backlog-size=16mb
  $ sim run scenarios/backlog-overflow.yaml --seed 8 --until 120s --verbose
  $ sim run scenarios/first-sync.yaml --trace reports/first-sync.jsonl
  $ sim run scenarios/first-sync.yaml --seeds 1..50 --server redis-7.2,redis-7.4
  $ sim run scenarios/short-disconnect.yaml --server all
  $ sim run scenarios/ --quiet --bail
  $ sim run scenarios/ --reporter json
  $ sim run scenarios/backlog-overflow.yaml --reporter html=reports/x.html
  $ sim run scenarios/ --reporter json=reports/run.json
  $ sim run scenarios/promotion.yaml --reporter svg=reports/promotion.svg

${REPORTER_HELP}`;

const REPORT_HELP = `${REPORTER_HELP}
What was judged then is told, not judged again: a run that failed is no failure
of this command.

Examples:
  $ sim run scenarios/promotion.yaml --trace run.jsonl
  $ sim report run.jsonl
  $ sim report run.jsonl --reporter svg=run.svg --reporter markdown=run.md
`;

const CHECK_HELP = `Examples:
  $ sim check scenarios/
  $ sim check scenarios/backlog-overflow.yaml --resolved
`;

const LIST_HELP = `Examples:
  $ sim list
  $ sim list "scenarios/*.yaml"
`;

const WHAT_IF_HELP = `A scenario lists changes under what-if:, each as --set would make it, with what
then fails, or why it passes all the same.

Examples:
  $ sim what-if scenarios/
`;

const SOLVE_HELP = `--vary takes every path that --set takes. A range counts in its own unit:
1mb..1gb in whole megabytes, 1024kb..1gb in kilobytes, 1s..90s in seconds.
It is probed at its doublings first, so that what holds, fails and holds again is
told as such; then every edge is narrowed to one step.

Examples:
  $ sim solve scenarios/backlog-overflow.yaml --vary repl-backlog-size=1mb..64mb \\
      --until "replica-a: { resyncs: [full, partial] }"
  $ sim solve scenarios/short-disconnect.yaml --vary "timeline[1].refuse.for=1s..2m"
  $ sim solve scenarios/short-disconnect.yaml --vary clients.app.writes=100/s..10k/s --seeds 1..5
  $ sim solve scenarios/promotion.yaml --vary "server=redis-3.2|redis-4.0|redis-7.2"

Exit codes: 0 it holds somewhere in the range, 1 nowhere (of several seeds: with
all of them at once), 3 nothing could be judged; others as of sim run.
`;

const EXPLAIN_HELP = `For each: what the master checked, with the numbers it compared; how it came to
that, back to the first cause, and a run without that as the proof; what both
servers logged in their own words; INFO of both just before. Without a choice the
one is told that an operator would ask about first. --set works as with run.

Examples:
  $ sim explain scenarios/backlog-overflow.yaml
  $ sim explain scenarios/reset-in-transfer.yaml --resync 3
  $ sim explain scenarios/rolling-upgrade.yaml --node replica-b
  $ sim explain scenarios/backlog-overflow.yaml --why-not partial
  $ sim explain scenarios/backlog-overflow.yaml --at 107s --reporter json
`;

const VERSIONS_HELP = `Examples:
  $ sim versions
  $ sim versions diff 6.0 7.2
  $ sim versions diff redis-7.2 valkey-8.0 --json
`;

const RDB_HELP = `Examples:
  $ sim rdb dump.rdb
`;

const GLOSSARY_HELP = `Examples:
  $ sim glossary
  $ sim glossary offset-before-backlog
  $ sim glossary cached master
`;

const SCHEMA_HELP = `Examples:
  $ sim schema > scenario.schema.json
  $ sim schema --report
  $ sim schema --explain
  $ sim schema --solve
`;
