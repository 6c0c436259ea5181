/** Reporters by name. Adding one means a file and a line here. */
import { htmlReporter } from './html/html.ts';
import { jsonReporter } from './json.ts';
import { markdownReporter } from './markdown.ts';
import { mermaidReporter } from './mermaid.ts';
import { prettyReporter } from './pretty/pretty.ts';
import { svgReporter } from './svg/svg.ts';
import type { Reporter, ReporterOptions } from './reporter.ts';

export interface ReporterEntry {
  /** For the list of what there is. */
  readonly describe: string;
  /** It shows curves: the run has to be looked at all the time (`Outcome.observed`). */
  readonly observes?: true;
  /** It fills in the page that the build makes of src/page (`ReporterOptions.page`). */
  readonly needsPage?: true;
  /** It has something to say even when no run was told. */
  readonly ofNothing?: true;
  readonly create: (options: ReporterOptions) => Reporter;
}

export const REPORTERS: ReadonlyMap<string, ReporterEntry> = new Map<string, ReporterEntry>([
  ['pretty', { describe: 'for people, on a terminal', create: prettyReporter }],
  ['html', { describe: 'a page for a browser: pictures, curves, the state at any instant', observes: true, needsPage: true, create: htmlReporter }],
  ['json', { describe: 'for programs, as `sim schema --report` describes', ofNothing: true, create: jsonReporter }],
  ['markdown', { describe: 'a page for a pull request or a wiki', create: markdownReporter }],
  ['mermaid', { describe: 'a sequence diagram, as GitHub and others draw it from text', create: mermaidReporter }],
  ['svg', { describe: 'a picture of nodes, messages and faults over time, for slides', create: svgReporter }],
]);
