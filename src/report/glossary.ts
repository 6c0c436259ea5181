/** Words looked up and written down: one source for `sim glossary`, docs/glossary.md and the notes below reports. */
import { clean } from '../text.ts';
import { CHAPTERS, type Term } from './glossary-terms.ts';
import { createPage, type Page } from './pretty/page.ts';
import { rich, toned } from './pretty/rich.ts';
import type { ReporterOptions } from './reporter.ts';

/** All names by which something can be looked up. */
export function glossaryNames(): string[] {
  return CHAPTERS.flatMap(({ terms }) => terms.flatMap(({ term, also }) => [term, ...also]));
}

/** By its name or one of its others, in any case; undefined: it is not there. A refusal is looked up with its code or without. */
export function findTerm(name: string): Term | undefined {
  const wanted = name.trim().toLowerCase();
  const all = CHAPTERS.flatMap(({ terms }) => terms);
  return (
    all.find(({ term }) => term.toLowerCase() === wanted) ?? all.find(({ also }) => also.some((one) => one.toLowerCase() === wanted)) ??
    (wanted.startsWith('refused:') ? findTerm('refused') : undefined)
  );
}

/** Those of these words that the glossary has, each once. */
export function meaningsOf(names: readonly string[]): readonly Term[] {
  return [...new Set(names.flatMap((name) => findTerm(name) ?? []))];
}

type Options = Pick<ReporterOptions, 'width' | 'paint' | 'unicode'>;

/** One word for a terminal. */
export function termPage(term: Term, options: Options): string {
  const page = createPage(options);
  writeTerm(page, term);
  return page.text();
}

/** All words for a terminal. */
export function glossaryPage(options: Options): string {
  const page = createPage(options);
  for (const { title, terms } of CHAPTERS) {
    page.blank();
    page.line(rich(' ', toned('bold', title)));
    for (const term of terms) {
      page.blank();
      writeTerm(page, term);
    }
  }
  page.blank();
  return page.text();
}

function writeTerm(page: Page, { term, also, meaning, since }: Term): void {
  page.hanging(rich(' '), rich(toned('cyan', term), also.length === 0 ? '' : toned('dim', `  also ${also.join(', ')}`)));
  page.hanging(rich('   '), rich(meaning));
  if (since !== '') page.hanging(rich('   '), rich(toned('dim', since)));
}

/** docs/glossary.md, below its head. */
export function glossaryMarkdown(): string {
  return CHAPTERS.map(({ title, terms }) => [`## ${title}`, ...terms.map(termMarkdown)].join('\n\n')).join('\n\n');
}

function termMarkdown({ term, also, meaning, since }: Term): string {
  const others = also.length === 0 ? '' : `Also: ${also.map((one) => `\`${one}\``).join(', ')}. `;
  return [`### ${term}`, `${clean(meaning)}`, ...(others + since === '' ? [] : [`*${`${others}${since}`.trim()}*`])].join('\n\n');
}
