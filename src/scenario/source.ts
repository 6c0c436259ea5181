/**
 * Texts and the spans in them: what a message underlines.
 *
 * A span is two offsets and stays cheap; its line and column are counted only when somebody must be told.
 */
import type { Place } from './place.ts';

/** A text that an author wrote: a scenario, a conf file, an option of the command line. */
export interface Source {
  readonly file: string;
  /** Normalised: no BOM, every line ends in `\n`. */
  readonly text: string;
  /** Whether it is the scenario itself; places in other texts carry their line with them. */
  readonly main: boolean;
}

/** Characters [from, to) of a source. */
export interface Span {
  readonly source: Source;
  readonly from: number;
  readonly to: number;
}

/** What editors add and systems differ in: a BOM, `\r\n`, a lone `\r`. Lines and columns stay what they were. */
export function normaliseText(text: string): string {
  const start = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return start.includes('\r') ? start.replaceAll(/\r\n?/g, '\n') : start;
}

/** Line and column of a span's first character; what goes over several lines is underlined on the first one. */
export function placeOf({ source, from, to }: Span): Place {
  const { text } = source;
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < from; end = text.indexOf('\n', lineStart)) {
    line++;
    lineStart = end + 1;
  }
  const newline = text.indexOf('\n', from);
  const lineEnd = newline === -1 ? text.length : newline;
  return {
    file: source.file,
    line,
    column: from - lineStart + 1,
    length: Math.max(1, Math.min(to, lineEnd) - from),
    ...(source.main ? {} : { excerpt: text.slice(lineStart, lineEnd) }),
  };
}
