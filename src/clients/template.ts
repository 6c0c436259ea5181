/** Commands with gaps: what a load says, over and over, with another key and another value each time. */
import { synthetic } from '../redis/protocol/make.ts';
import type { Bytes } from '../redis/protocol/payload.ts';
import type { Random } from '../redis/ports.ts';

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A part of a word: text as it is, a number of a range, a key of the load's key space, or a value of its sizes. */
export type TemplatePart = { readonly text: string } | { readonly range: Range } | { readonly gap: 'key' } | { readonly gap: 'value' };

/** The parts of one word; a value is a word of its own. */
export type TemplateWord = readonly TemplatePart[];

/** What is said as one, in one write: a command, or several such as SET and WAIT, or MULTI … EXEC. */
export interface Operation {
  readonly weight: number;
  readonly commands: readonly (readonly TemplateWord[])[];
}

/** What gaps are filled with. Sizes in bytes. */
export interface Filling {
  readonly key: { readonly before: string; readonly range: Range | null; readonly after: string };
  readonly valueBytes: Range;
}

/** Filled from its last word to its first: so a SET draws its value, then its key. */
export function fill(words: readonly TemplateWord[], filling: Filling, random: Random): Bytes[] {
  const argv = new Array<Bytes>(words.length);
  for (let index = words.length - 1; index >= 0; index--) argv[index] = fillWord(words[index]!, filling, random);
  return argv;
}

function fillWord(word: TemplateWord, filling: Filling, random: Random): Bytes {
  const first = word[0];
  if (word.length === 1 && first !== undefined) {
    if ('text' in first) return first.text;
    if ('gap' in first) return first.gap === 'key' ? keyOf(filling, random) : valueOf(filling, random);
  }
  let text = '';
  for (const part of word) {
    if ('text' in part) text += part.text;
    else if ('range' in part) text += String(between(part.range, random));
    else if (part.gap === 'key') text += keyOf(filling, random);
  }
  return text;
}

function keyOf({ key: { before, range, after } }: Filling, random: Random): string {
  return range === null ? before + after : `${before}${between(range, random)}${after}`;
}

function valueOf({ valueBytes }: Filling, random: Random): Bytes {
  const length = between(valueBytes, random);
  return synthetic(random.below(0x1_0000_0000), length);
}

function between({ from, to }: Range, random: Random): number {
  return from + random.below(to - from + 1);
}
