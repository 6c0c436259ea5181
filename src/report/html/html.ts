/**
 * Runs as a page: one file that needs nothing else. The page itself is a template that the build makes of src/page; here the data
 * are put into it.
 *
 * Whatever comes from a scenario is data: it stands in the file as JSON in which no `<` is left, and the page shows it as text.
 */
import type { ReportedRun, Reporter, ReporterOptions } from '../reporter.ts';
import type { PageModel } from './data.ts';
import { reportModel } from './model.ts';

/** Where the data go, and the title; each stands in the template once. */
export const DATA_MARK = '"replsim-data"';
export const TITLE_MARK = 'replsim-title';

export function htmlReporter({ page }: ReporterOptions): Reporter {
  return {
    run: () => '',
    end: (runs) => htmlPage((page ?? noPage)(), runs),
  };
}

/** Whether data can be filled in there. */
export function isPage(text: string): boolean {
  return text.includes(DATA_MARK) && text.includes(TITLE_MARK);
}

export function htmlPage(template: string, runs: readonly ReportedRun[]): string {
  const models = runs.map(reportModel);
  const title = models.length === 1 ? models[0]!.run.name : `${models.length} scenarios`;
  return fill(fill(template, TITLE_MARK, escapeText(`${title} · replsim`)), DATA_MARK, dataText(models));
}

/** JSON that may stand in a script element: no tag can begin in it, and no line separator that JSON allows and old scripts do not. */
export function dataText(models: readonly PageModel[]): string {
  return JSON.stringify(models).replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function escapeText(text: string): string {
  return text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Not `replace`, which reads `$&` in what it puts in. */
function fill(template: string, mark: string, text: string): string {
  const at = template.indexOf(mark);
  if (at < 0) throw new Error(`the page has no place for ${mark}`);
  return template.slice(0, at) + text + template.slice(at + mark.length);
}

function noPage(): string {
  throw new Error('the reporter "html" needs the page: give `page`, the text of replsim/page.html');
}
