/** `sim report`: a saved trace, told as its run would have been. */
import { readSaved, type SavedRun } from '../checks/saved.ts';
import type { Problem } from '../scenario/place.ts';
import { ScenarioError } from '../scenario/place.ts';
import { TraceFileError } from '../trace/file.ts';
import type { ReportArguments } from './arguments.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import { missing, readText } from './files.ts';
import { kindOf } from './glob.ts';
import type { Host } from './host.ts';
import { refuseTargets, targetsOf } from './output.ts';
import { problem } from './problem.ts';
import { openReporters } from './reporters.ts';
import { createTeller } from './teller.ts';

/** What was judged then is told, not judged again: a run that failed is no failure of this command. */
export function reportCommand(file: string, options: ReportArguments, host: Host): ExitCode {
  const teller = createTeller(host);
  const reporters = openReporters(options, host);
  const refused = [...reporters.problems, ...refuseTargets(targetsOf(options.reporter), [{ file, is: 'the trace' }], host)];
  if (refused.length > 0) return teller.tell(refused, null);
  if (kindOf(file, host.files) === null) return teller.tell([missing(file, host.files).problem], null);
  const text = readText(file, host.files, 'trace');
  if (!text.ok) return teller.tell([text.problem], null);
  const read = readTraceOf(file, text.text);
  if (!read.ok) return teller.tell(read.problems, null);
  const { outcome, replay, explain } = read.run;
  try {
    reporters.tell({ outcome, wallMs: null, ...(replay === '' ? {} : { replay }), ...(explain === '' ? {} : { explain }) });
    return worst([EXIT.held, teller.tell(reporters.finish(), null)]);
  } catch (error) {
    // Each line of it was a line of some trace; that they do not fit together is no bug of ours.
    return teller.tell([problem(`${file} cannot be told: its lines do not fit together (${error instanceof Error ? error.message : String(error)})`)], null);
  }
}

function readTraceOf(file: string, text: string): { readonly ok: true; readonly run: SavedRun } | { readonly ok: false; readonly problems: readonly Problem[] } {
  try {
    return { ok: true, run: readSaved(text) };
  } catch (error) {
    if (error instanceof TraceFileError) {
      const suggestion = error.line === 1 ? 'it reads a trace, which sim run FILE --trace TRACE writes' : null;
      return { ok: false, problems: [problem(`${file}:${error.line}: ${error.what}`, suggestion)] };
    }
    if (error instanceof ScenarioError) return { ok: false, problems: error.problems.map((one) => ({ ...one, message: `the scenario that ${file} was made with: ${one.message}` })) };
    throw error;
  }
}
