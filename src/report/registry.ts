/** Reporters by name. Adding one means a file and a line here. */
import { htmlReporter } from './html/html.ts';
import { jsonReporter } from './json.ts';
import { prettyReporter } from './pretty/pretty.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

export interface ReporterEntry {
  /** For the list of what there is. */
  readonly describe: string;
  /** It shows curves: the run has to be looked at all the time (`Outcome.observed`). */
  readonly observes?: true;
  readonly create: (options: ReporterOptions) => Reporter;
}

export const REPORTERS: ReadonlyMap<string, ReporterEntry> = new Map<string, ReporterEntry>([
  ['pretty', { describe: 'for people, on a terminal', create: prettyReporter }],
  ['html', { describe: 'a page for the browser: pictures, curves, the state at any instant; one file', observes: true, create: htmlReporter }],
  ['json', { describe: 'for programs, as `sim schema --report` describes', create: jsonReporter }],
]);
