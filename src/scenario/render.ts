/** Problems as text: the line, a mark under it, and what was probably meant. No colours; whoever prints may add them. */
import { normaliseText } from './source.ts';
import type { Problem } from './place.ts';

/** Wider lines are shown around the mark. */
const WIDTH = 100;

/**
 *   scenarios/x.yaml:7:5: unknown key "partion"
 *     7 |   - partion: { between: [master, replica-a] }
 *       |     ^^^^^^^
 *       = did you mean "partition"?
 */
export function renderProblems(problems: readonly Problem[], sourceText: string): string {
  const lines = normaliseText(sourceText).split('\n');
  return problems.map((problem) => renderProblem(problem, lines)).join('\n\n') + (problems.length === 0 ? '' : '\n');
}

function renderProblem({ message, suggestion, place }: Problem, lines: readonly string[]): string {
  const hint = suggestion === null ? [] : [`= ${printable(suggestion)}`];
  if (place === null) return [printable(message), ...hint.map((text) => `  ${text}`)].join('\n');
  const head = `${printable(place.file)}:${place.line}:${place.column}: ${printable(message)}`;
  const line = place.excerpt ?? lines[place.line - 1] ?? '';
  const number = String(place.line);
  const margin = ' '.repeat(number.length + 2);
  const { text, before, marked } = excerpt(line, place.column - 1, place.length);
  return [
    head,
    `  ${number} | ${text}`.trimEnd(),
    `${margin} | ${' '.repeat(before)}${'^'.repeat(marked)}`,
    ...hint.map((words) => `${margin} ${words}`),
  ].join('\n');
}

/** The part of a line that is shown, and in columns of a terminal what stands before the mark and how long it is. */
function excerpt(line: string, start: number, length: number): { text: string; before: number; marked: number } {
  let from = 0;
  let to = line.length;
  if (line.length > WIDTH) {
    from = Math.max(0, Math.min(start - Math.floor(WIDTH / 3), line.length - WIDTH));
    to = Math.min(line.length, from + WIDTH);
  }
  const open = from > 0 ? '…' : '';
  const close = to < line.length ? '…' : '';
  const before = columns(open + printable(line.slice(from, start)));
  const marked = columns(printable(line.slice(start, Math.min(start + length, to))));
  return { text: open + printable(line.slice(from, to)) + close, before, marked: Math.max(1, marked) };
}

/** Tabs and control characters take one column and do nothing to the terminal. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what must not reach a terminal
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, (character) => (character === '\n' || character === '\t' ? ' ' : '\uFFFD'));
}

/** Terminals give wide characters two columns, and combining ones none. */
function columns(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}|\u200D|\uFE0F/u.test(character)) continue;
    width += /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}/u.test(character) ? 2 : 1;
  }
  return width;
}
