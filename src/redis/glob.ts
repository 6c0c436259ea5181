/**
 * Glob patterns as Redis reads them, for KEYS, SCAN, CONFIG GET and PSUBSCRIBE (util.c: stringmatchlen): `*`, `?`,
 * `[a-c]`, `[^x]` and `\` before a character that means itself. An unclosed `[` reaches to the end of the pattern.
 */

/** Whether the whole text matches. `ignoreCase` holds for everything but an escaped character in brackets, as in Redis. */
export function matchesGlob(pattern: string, text: string, ignoreCase = false): boolean {
  // Where to go on after a mismatch: behind the last `*`, one character of text further. An earlier `*` need never
  // be tried again: what it could take more, the last one can take as well.
  let star = -1;
  let retryAt = 0;
  let p = 0;
  let t = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      retryAt = t;
      continue;
    }
    const step = p < pattern.length ? matchOne(pattern, p, text[t]!, ignoreCase) : -1;
    if (step >= 0) {
      p = step;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retryAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p >= pattern.length;
}

/** Compares one element of the pattern with one character: where the next element begins, or -1. */
function matchOne(pattern: string, at: number, character: string, ignoreCase: boolean): number {
  switch (pattern[at]) {
    case '?':
      return at + 1;
    case '[':
      return matchSet(pattern, at + 1, character, ignoreCase);
    case '\\': {
      const escaped = at + 1 < pattern.length ? at + 1 : at;
      return fold(pattern[escaped]!, ignoreCase) === fold(character, ignoreCase) ? escaped + 1 : -1;
    }
    default:
      return fold(pattern[at]!, ignoreCase) === fold(character, ignoreCase) ? at + 1 : -1;
  }
}

function matchSet(pattern: string, start: number, character: string, ignoreCase: boolean): number {
  const negated = pattern[start] === '^';
  let p = negated ? start + 1 : start;
  let matched = false;
  for (; p < pattern.length && pattern[p] !== ']'; p++) {
    const left = pattern.length - p;
    if (pattern[p] === '\\' && left >= 2) {
      p++;
      if (pattern[p] === character) matched = true;
    } else if (left >= 3 && pattern[p + 1] === '-') {
      // Put in order first and folded then: `[a-B]` is `[B-a]`, and without case `[b-a]`, which is nothing.
      const [low, high] = pattern[p]! <= pattern[p + 2]! ? [pattern[p]!, pattern[p + 2]!] : [pattern[p + 2]!, pattern[p]!];
      const folded = fold(character, ignoreCase);
      if (fold(low, ignoreCase) <= folded && folded <= fold(high, ignoreCase)) matched = true;
      p += 2;
    } else if (fold(pattern[p]!, ignoreCase) === fold(character, ignoreCase)) {
      matched = true;
    }
  }
  return matched === negated ? -1 : Math.min(p + 1, pattern.length);
}

function fold(character: string, ignoreCase: boolean): string {
  return ignoreCase ? character.toLowerCase() : character;
}
