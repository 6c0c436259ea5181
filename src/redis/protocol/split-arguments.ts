/**
 * A line of words as Redis splits it, in redis.conf and in inline commands (sds.c: sdssplitargs): words are separated by
 * white space; `"…"` may hold spaces and the escapes \n \r \t \b \a \xHH, `'…'` holds everything but `\'`.
 */

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };
const SPACE = /[ \t\n\v\f\r]/;
/** What ends a word; the two rarer spaces only stand before one. */
const END = /[ \t\n\r]/;

/** The words, or null when quotes are not closed or something follows a closing quote. */
export function splitArguments(line: string): string[] | null {
  const words: string[] = [];
  for (let at = skipSpace(line, 0); at < line.length; at = skipSpace(line, at)) {
    let word = '';
    // A quote may begin in the middle of a word; the word then ends with it.
    for (; at < line.length && !END.test(line[at]!); at++) {
      const quote = line[at]!;
      if (quote !== '"' && quote !== "'") {
        word += quote;
        continue;
      }
      const quoted = quote === '"' ? readDoubleQuoted(line, at + 1) : readSingleQuoted(line, at + 1);
      if (quoted === null || (quoted.end < line.length && !SPACE.test(line[quoted.end]!))) return null;
      word += quoted.text;
      at = quoted.end;
      break;
    }
    words.push(word);
  }
  return words;
}

interface Quoted {
  readonly text: string;
  /** Behind the closing quote. */
  readonly end: number;
}

function readDoubleQuoted(line: string, start: number): Quoted | null {
  let text = '';
  for (let at = start; at < line.length; at++) {
    if (line[at] === '"') return { text, end: at + 1 };
    if (line[at] !== '\\' || at + 1 >= line.length) {
      text += line[at]!;
      continue;
    }
    const hex = /^\\x([\da-f]{2})/i.exec(line.slice(at, at + 4));
    if (hex === null) {
      at++;
      text += ESCAPES[line[at]!] ?? line[at]!;
    } else {
      text += String.fromCharCode(Number.parseInt(hex[1]!, 16));
      at += 3;
    }
  }
  return null;
}

function readSingleQuoted(line: string, start: number): Quoted | null {
  let text = '';
  for (let at = start; at < line.length; at++) {
    if (line[at] === "'") return { text, end: at + 1 };
    if (line[at] === '\\' && line[at + 1] === "'") at++;
    text += line[at]!;
  }
  return null;
}

function skipSpace(line: string, from: number): number {
  let at = from;
  while (at < line.length && SPACE.test(line[at]!)) at++;
  return at;
}
