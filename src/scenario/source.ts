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
  const { file, text, main } = source;
  const starts = lineStarts(source);
  const line = lineAt(starts, from);
  const lineStart = starts[line - 1]!;
  const lineEnd = (starts[line] ?? text.length + 1) - 1;
  return {
    file,
    line,
    column: from - lineStart + 1,
    length: Math.max(1, Math.min(to, lineEnd) - from),
    ...(main ? {} : { excerpt: text.slice(lineStart, lineEnd) }),
  };
}

/** The span of a line, counted from 1. */
export function lineSpan(source: Source, line: number): Span {
  const starts = lineStarts(source);
  return { source, from: starts[line - 1] ?? 0, to: (starts[line] ?? source.text.length + 1) - 1 };
}

/** Where the lines of a text begin: looked for once, when the first place is asked for. */
const knownStarts = new WeakMap<Source, readonly number[]>();

function lineStarts(source: Source): readonly number[] {
  const known = knownStarts.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1);
  knownStarts.set(source, starts);
  return starts;
}

/** The line that an offset is on, counted from 1. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
