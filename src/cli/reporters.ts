/**
 * Which reporters tell a run, and where each of them writes.
 *
 * To the terminal it is told as it comes; a file is written when all is known. One reporter can have the terminal, and
 * it has it alone: pretty, unless another was asked for without a file.
 */
import { isPage } from '../report/html/html.ts';
import { REPORTERS } from '../report/registry.ts';
import type { ReportedRun, Reporter, ReporterOptions } from '../report/reporter.ts';
import type { Problem } from '../scenario/place.ts';
import { suggestWord } from '../scenario/suggest.ts';
import type { ReporterChoice, RunArguments } from './arguments.ts';
import { FILE_LOOK, terminalLook } from './colour.ts';
import { reasonOf } from './files.ts';
import type { Host } from './host.ts';
import { writeWhole } from './output.ts';
import { problem } from './problem.ts';

export interface Reporters {
  /** What is wrong with what was asked for. */
  readonly problems: readonly Problem[];
  /** Whether one of them shows curves. */
  readonly observe: boolean;
  tell(run: ReportedRun): void;
  /** Writes what is still to be written; gives what could not be. Throws when what was told does not fit together. */
  finish(): readonly Problem[];
}

type Options = Pick<RunArguments, 'reporter' | 'verbose' | 'quiet'>;

export function openReporters({ reporter: choices, verbose, quiet }: Options, host: Host): Reporters {
  const page = choices.some(({ name }) => REPORTERS.get(name)?.needsPage === true) ? readPage(host) : null;
  const problems = [...wrongChoices(choices, host), ...(page?.ok === false ? [page.problem] : [])];
  if (problems.length > 0) return { problems, observe: false, tell: () => {}, finish: () => [] };
  const taken = choices.some(({ file }) => file === null);
  const all: readonly ReporterChoice[] = taken ? choices : [{ name: 'pretty', file: null }, ...choices];
  const verbosity: ReporterOptions['verbosity'] = verbose ? 'verbose' : quiet ? 'quiet' : 'normal';
  const opened = all.map(({ name, file }): { readonly reporter: Reporter; readonly ofNothing: boolean; readonly file: string | null } => {
    const look = file === null ? terminalLook(host) : FILE_LOOK;
    const { create, ofNothing = false } = REPORTERS.get(name)!;
    return { reporter: create({ ...look, verbosity, ...(page?.ok === true ? { page: () => page.text } : {}) }), ofNothing, file };
  });
  const runs: ReportedRun[] = [];
  const texts = opened.map(() => '');
  const put = (index: number, text: string): void => {
    if (opened[index]!.file === null) host.stdout.write(text);
    else texts[index] += text;
  };
  return {
    problems,
    observe: all.some(({ name }) => REPORTERS.get(name)!.observes === true),
    tell: (run) => {
      runs.push(run);
      opened.forEach(({ reporter }, index) => put(index, reporter.run(run)));
    },
    finish: () => {
      // A run that was refused leaves the report of the one before as it is, rather than a page of nothing.
      const speaks = opened.map(({ ofNothing }) => ofNothing || runs.length > 0);
      opened.forEach(({ reporter }, index) => speaks[index] === true && put(index, reporter.end(runs)));
      return opened.flatMap(({ file }, index) => (file === null || speaks[index] !== true ? [] : (writeWhole(file, texts[index]!, host) ?? [])));
    },
  };
}

/** What an html report is made of; it is part of the build, so it may not be there in a working copy. */
function readPage({ files, pageFile }: Host): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: Problem } {
  try {
    const text = new TextDecoder().decode(files.read(pageFile));
    if (isPage(text)) return { ok: true, text };
    return { ok: false, problem: problem(`--reporter html fills in a page, and ${pageFile} is none of this version`, 'npm run build makes it anew') };
  } catch (error) {
    return { ok: false, problem: problem(`--reporter html needs the page that it fills in, ${pageFile === '' ? 'and there is none' : `${pageFile}: ${reasonOf(error)}`}`, 'npm run build makes it') };
  }
}

function wrongChoices(choices: readonly ReporterChoice[], { stdout }: Host): Problem[] {
  const names = [...REPORTERS.keys()];
  const problems = choices
    .filter(({ name }) => !names.includes(name))
    .map(({ name }) => problem(`there is no reporter "${name}"`, suggestWord(name, names)));
  const onTerminal = choices.filter(({ file }) => file === null);
  if (onTerminal.length > 1) {
    const [first, second] = onTerminal.map(({ name }) => name);
    problems.push(problem(`only one reporter can write to the terminal, and these are ${first!} and ${second!}`, `give one a file: --reporter ${second!}=FILE`));
  }
  // Into a pipe it may go; on a screen it is a quarter of a megabyte that nobody reads.
  if (stdout.isTTY && onTerminal.some(({ name }) => name === 'html')) problems.push(problem('an html page is for a browser, not for a terminal', 'give it a file: --reporter html=FILE'));
  return problems;
}
