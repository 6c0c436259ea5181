/** Text on a terminal: how wide it is, how it is made to fit, and what must not get there. */

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  // eslint-disable-next-line no-control-regex -- nearly every text is of these, and has a column for each
  if (/^[\u0000-\u02FF]*$/.test(text)) return text.length;
  let sum = 0;
  for (const character of text) sum += NO_COLUMN.test(character) ? 0 : isWide(character.codePointAt(0)!) ? 2 : 1;
  return sum;
}

const NO_COLUMN = /^(?:\p{Mark}|[\u200B-\u200D]|\uFE0F)$/u;

/** East Asian wide and emoji, roughly: enough for names and comments. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1f300 && code <= 0x1faff) || (code >= 0x20000 && code <= 0x3fffd)
  );
}

/** What comes from a file may give a terminal nothing to obey: control characters and changes of direction are replaced. */
export function clean(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what it looks for
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g, '\uFFFD');
}

/** Shortens from the right, with an ellipsis. */
export function clip(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (columnsOf(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

/** Breaks a text at its spaces into lines of at most so many columns, as far as its words allow. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)!} ${word}`;
    if (lines.length > 0 && columnsOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
