/**
 * Text with tones, wrapped to a width before it is painted, so that colour codes never count as columns.
 *
 * A no-break space keeps a number or a value with its unit on one line; it is printed as a plain space,
 * so that what is printed can be searched for.
 */
import { clean, columnsOf } from '../../text.ts';
import type { Paint } from '../reporter.ts';

export type Tone = 'plain' | keyof Paint;

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** A text as a list of spans. */
export type Rich = readonly Span[];

/** Whatever it is made of, a terminal finds nothing in it to obey. */
export function rich(...parts: readonly (string | Span)[]): Rich {
  return parts.flatMap((part) => (part === '' ? [] : [typeof part === 'string' ? toned('plain', part) : part]));
}

export function toned(tone: Tone, text: string): Span {
  return { text: clean(text), tone };
}

const NO_BREAK = '\u00A0';

/** Keeps this text on one line. */
export function together(text: string): string {
  return text.replaceAll(' ', NO_BREAK);
}

/** Breaks a text at spaces into lines of at most `width` columns. A word that is longer gets a line of its own. */
export function wrap(text: Rich, width: number): Rich[] {
  const lines: Span[][] = [];
  let line: Span[] = [];
  let used = 0;
  for (const { spans, spaceBefore } of wordsOf(text)) {
    const columns = spans.reduce((sum, span) => sum + columnsOf(span.text), 0);
    const gap = used > 0 && spaceBefore ? 1 : 0;
    if (used > 0 && spaceBefore && used + gap + columns > width) {
      lines.push(line);
      line = [];
      used = 0;
    } else if (gap === 1) {
      line.push({ text: ' ', tone: 'plain' });
      used++;
    }
    line.push(...spans);
    used += columns;
  }
  if (line.length > 0) lines.push(line);
  return lines;
}

interface Word {
  readonly spans: Span[];
  readonly spaceBefore: boolean;
}

/** Words may be made of several spans: `FULL` in bold and a colon that is not. */
function wordsOf(text: Rich): Word[] {
  const words: Word[] = [];
  let spaceBefore = true;
  for (const { text: part, tone } of text) {
    for (const piece of part.split(/( +)/)) {
      if (piece === '') continue;
      if (piece.startsWith(' ')) {
        spaceBefore = true;
        continue;
      }
      const span = { text: piece, tone };
      if (spaceBefore || words.length === 0) words.push({ spans: [span], spaceBefore });
      else words.at(-1)!.spans.push(span);
      spaceBefore = false;
    }
  }
  return words;
}

/** The text without its tones, as anything else than a terminal needs it. */
export function plain(text: Rich): string {
  return text.map((span) => span.text).join('').replaceAll(NO_BREAK, ' ');
}

export function columns(text: Rich): number {
  return text.reduce((sum, span) => sum + columnsOf(span.text), 0);
}

/** The text as it is printed. */
export function print(text: Rich, paint: Paint): string {
  return text
    .map(({ text: part, tone }) => {
      const plain = part.replaceAll(NO_BREAK, ' ');
      return tone === 'plain' ? plain : paint[tone](plain);
    })
    .join('');
}

/** Signs that have a plain counterpart. Whatever else a name holds stays as it is. */
const ASCII: ReadonlyMap<string, string> = new Map([
  ['✂', 'x'], ['✚', '+'], ['✓', 'v'], ['✗', 'x'], ['⇐', '<='], ['╳', 'x'], ['·', '|'], ['…', '...'], ['→', '->'], ['←', '<-'],
  ['×', 'x'], ['›', '>'], ['–', '-'], ['’', "'"], ['≥', '>='], ['≤', '<='], ['µ', 'u'], ['?', '?'],
]);

export function toAscii(text: string): string {
  return text.replace(/[^\u0000-\u007F]/gu, (character) => ASCII.get(character) ?? character); // eslint-disable-line no-control-regex
}
