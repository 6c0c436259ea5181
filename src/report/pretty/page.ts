/** A page of lines for a terminal: broken at its width, painted last, in ASCII where nothing else can be shown. */
import type { ReporterOptions } from '../reporter.ts';
import { columns, print, rich, type Rich, toAscii, wrap } from './rich.ts';

/** Lines are broken before this, however wide the terminal is: longer ones are hard to read. */
const WIDEST = 110;
const NARROWEST = 60;

export interface Page {
  readonly width: number;
  blank(): void;
  line(text: Rich): void;
  /** A text that hangs beside its lead: its further lines begin where it begins. */
  hanging(lead: Rich, text: Rich): void;
  text(): string;
}

export function createPage({ width: given, paint, unicode }: Pick<ReporterOptions, 'width' | 'paint' | 'unicode'>): Page {
  const width = Math.max(NARROWEST, Math.min(given, WIDEST));
  const lines: string[] = [];
  const seen = (text: Rich): Rich => (unicode ? text : text.map((span) => ({ ...span, text: toAscii(span.text) })));
  const line = (text: Rich): void => {
    lines.push(print(seen(text), paint).trimEnd());
  };
  return {
    width,
    line,
    blank: () => {
      if (lines.at(-1) !== '') lines.push('');
    },
    hanging: (lead, text) => {
      const first = seen(lead);
      const indent = columns(first);
      wrap(seen(text), width - indent).forEach((part, index) => {
        line(index === 0 ? [...first, ...part] : [...rich(' '.repeat(indent)), ...part]);
      });
    },
    text: () => `${lines.join('\n')}\n`,
  };
}
