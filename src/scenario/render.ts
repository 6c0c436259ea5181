/** An author's mistakes as text: where, the line itself, what to underline, what was probably meant. */
import { clean, columnsOf, wrapWords } from '../text.ts';
import type { Place, Problem } from './place.ts';
import { normaliseText } from './source.ts';

export interface RenderOptions {
  /** Columns to stay within, as far as words allow; 100 if not said. */
  readonly columns?: number;
  /** Colours: an instance of chalk fits. None if not said. */
  readonly paint?: ProblemPaint;
}

export interface ProblemPaint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const asItIs = (text: string): string => text;
const PLAIN: ProblemPaint = { bold: asItIs, dim: asItIs, red: asItIs, cyan: asItIs };

/**
 *   scenarios/x.yaml:7:5: unknown key "partion"
 *       7 |   - partion: { between: [master, replica-a] }
 *         |     ^^^^^^^ did you mean "partition"?
 */
export function renderProblems(problems: readonly Problem[], sourceText: string, { columns = 100, paint = PLAIN }: RenderOptions = {}): string {
  const lines = normaliseText(sourceText).split('\n');
  return problems.map((problem) => `${renderProblem(problem, lines, columns, paint)}\n`).join('\n');
}

function renderProblem({ message, suggestion, place }: Problem, lines: readonly string[], columns: number, paint: ProblemPaint): string {
  const hint = suggestion === null ? null : clean(suggestion);
  const below = (indent: string): string[] => (hint === null ? [] : wrapWords(hint, columns - indent.length).map((part) => `${indent}${paint.cyan(part)}`));
  if (place === null) return [paint.red(clean(message)), ...below('  ')].join('\n');
  // An option has no lines to be counted.
  const option = place.file.startsWith('--');
  const where = option ? `${clean(place.file)}:` : `${clean(place.file)}:${place.line}:${place.column}:`;
  const head = `${paint.bold(where)} ${paint.red(clean(message))}`;
  const line = place.excerpt ?? lines[place.line - 1];
  if (line === undefined) return [head, ...below('  ')].join('\n');

  const number = (option ? '' : String(place.line)).padStart(5);
  const margin = paint.dim(`${' '.repeat(number.length)} | `);
  const room = columns - number.length - 3;
  const { shown, before, marked } = excerpt(line, place, Math.max(room, 20), paint);
  const carets = `${margin}${' '.repeat(before)}${paint.red('^'.repeat(marked))}`;
  const source = `${paint.dim(`${number} | `)}${shown}`.trimEnd();
  if (hint === null) return [head, source, carets].join('\n');
  if (before + marked + 1 + columnsOf(hint) <= room) return [head, source, `${carets} ${paint.cyan(hint)}`].join('\n');
  return [head, source, carets, ...wrapWords(hint, room).map((part) => `${margin}${paint.cyan(part)}`)].join('\n');
}

/** The part of a line that is shown, and in columns what stands before the mark and how long it is. */
function excerpt(line: string, place: Place, room: number, paint: ProblemPaint): { shown: string; before: number; marked: number } {
  const from = Math.min(place.column - 1, line.length);
  const to = Math.min(from + place.length, line.length);
  const window = around(line, from, to, room);
  const part = (start: number, end: number): string => harmless(line.slice(start, end));
  const [open, close] = [window.from > 0, window.to < line.length].map((cut) => (cut ? paint.dim('…') : ''));
  return {
    shown: `${open!}${part(window.from, window.to)}${close!}`,
    before: (window.from > 0 ? 1 : 0) + columnsOf(part(window.from, from)),
    marked: Math.max(1, columnsOf(part(from, Math.min(to, window.to)))),
  };
}

/** As much of a long line as there is room for, with what is underlined in it. */
function around(line: string, from: number, to: number, room: number): { from: number; to: number } {
  if (columnsOf(harmless(line)) <= room) return { from: 0, to: line.length };
  const inside = room - 2; // an ellipsis on each side
  const marked = Math.min(to, from + Math.floor(inside / 2));
  let start = Math.max(0, Math.min(from, marked - Math.floor(inside * 0.7)));
  if (isSecondHalf(line, start)) start++;
  let end = start;
  // Characters may be two columns wide, so they are counted out.
  for (let width = 0; end < line.length; ) {
    const next = isSecondHalf(line, end + 1) ? end + 2 : end + 1;
    width += columnsOf(harmless(line.slice(end, next)));
    if (width > inside) break;
    end = next;
  }
  return { from: start, to: end };
}

/** Whether a pair of units that make one character would be cut here. */
function isSecondHalf(line: string, at: number): boolean {
  const [before, unit] = [line.charCodeAt(at - 1), line.charCodeAt(at)];
  return before >= 0xd800 && before <= 0xdbff && unit >= 0xdc00 && unit <= 0xdfff;
}

/** A tab is one space, so that marks stay below what they mean. */
function harmless(text: string): string {
  return clean(text.replaceAll('\t', ' '));
}
