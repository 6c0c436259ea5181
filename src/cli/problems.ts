/**
 * An author's mistakes, as text: where, the line itself, what to underline, what was probably meant.
 *
 * Owns the layout alone. Whatever stands in a file is shown without its control characters, so that no file can
 * play with the terminal of who looks at it.
 */
import type { ChalkInstance } from 'chalk';
import type { Place, Problem } from '../scenario/place.ts';

export interface ProblemOptions {
  readonly paint: ChalkInstance;
  readonly columns: number;
}

/** `text` is that of the scenario, or null when there is none. */
export function formatProblems(problems: readonly Problem[], text: string | null, options: ProblemOptions): string {
  const lines = text?.replace(/^\uFEFF/, '').split(/\r\n?|\n/) ?? [];
  return problems.map((problem) => `${formatProblem(problem, lines, options)}\n`).join('\n');
}

function formatProblem(problem: Problem, lines: readonly string[], options: ProblemOptions): string {
  const { paint } = options;
  const message = paint.red(printable(problem.message));
  const suggestion = problem.suggestion === null ? null : printable(problem.suggestion);
  if (problem.place === null) {
    return `${paint.bold('sim:')} ${message}${suggestion === null ? '' : `\n     ${paint.cyan(suggestion)}`}`;
  }
  const { place } = problem;
  const head = `${paint.bold(`${printable(place.file)}:${place.line}:${place.column}:`)} ${message}`;
  const line = place.excerpt ?? lines[place.line - 1];
  if (line === undefined) return suggestion === null ? head : `${head}\n  ${paint.cyan(suggestion)}`;
  return `${head}\n${excerpt(line, place, suggestion, options)}`;
}

/** The line, its number, and carets below with the suggestion beside them. */
function excerpt(line: string, place: Place, suggestion: string | null, { paint, columns }: ProblemOptions): string {
  const number = String(place.line).padStart(5);
  const gutter = number.length + 3;
  const from = Math.min(place.column - 1, line.length);
  const to = Math.min(Math.max(from + place.length, from + 1), Math.max(line.length, from + 1));
  const window = around(line, from, to, Math.max(columns - gutter, 20));
  const shown = printable(line.slice(window.from, window.to));
  const before = (window.from > 0 ? 1 : 0) + widthOf(printable(line.slice(window.from, from)));
  const carets = '^'.repeat(Math.max(1, widthOf(printable(line.slice(from, Math.min(to, window.to))))));

  const source = `${paint.dim(`${number} | `)}${window.from > 0 ? paint.dim('…') : ''}${shown}${window.to < line.length ? paint.dim('…') : ''}`;
  const empty = paint.dim(`${' '.repeat(number.length)} | `);
  const marks = `${empty}${' '.repeat(before)}${paint.red(carets)}`;
  if (suggestion === null) return `${source}\n${marks}`;
  const fits = gutter + before + carets.length + 1 + widthOf(suggestion) <= columns;
  if (fits) return `${source}\n${marks} ${paint.cyan(suggestion)}`;
  return [source, marks, ...wrap(suggestion, columns - gutter).map((part) => `${empty}${paint.cyan(part)}`)].join('\n');
}

/** In lines of at most so many columns, as far as words allow. */
function wrap(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** As much of a long line as there is room for, with what is underlined in it. */
function around(line: string, from: number, to: number, room: number): { from: number; to: number } {
  if (widthOf(printable(line)) <= room) return { from: 0, to: line.length };
  const inside = room - 2; // an ellipsis on each side
  const marked = Math.min(to, from + Math.floor(inside / 2));
  let start = Math.max(0, Math.min(from, marked - Math.floor(inside * 0.7)));
  let end = start;
  // Characters may be two columns wide, so they are counted out.
  for (let width = 0; end < line.length; end++) {
    width += widthOf(printable(line[end]!));
    if (width > inside) break;
  }
  if (isLowSurrogate(line, start)) start++;
  if (isLowSurrogate(line, end)) end--;
  return { from: start, to: end };
}

function isLowSurrogate(line: string, at: number): boolean {
  const unit = line.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Text without what a terminal would obey; a tab is one space, so that carets stay below what they mean. */
export function printable(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(CONTROL, '\uFFFD');
}

// eslint-disable-next-line no-control-regex -- these are what it looks for
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

/** Columns that a terminal gives to a text. */
export function widthOf(text: string): number {
  // eslint-disable-next-line no-control-regex -- the quick way for what nearly everything is
  if (/^[\u0000-\u02FF]*$/.test(text)) return text.length;
  let width = 0;
  for (const sign of text) width += NO_WIDTH.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1;
  return width;
}

const NO_WIDTH = /^(?:\p{Mn}|\p{Me}|[\u200B-\u200D])$/u;
const WIDE =
  /^[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]$|^\p{Emoji_Presentation}$/u;
