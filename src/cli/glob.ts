/**
 * Patterns for paths, for shells that leave them to us (Windows, quotes in a package.json).
 *
 * `*` and `?` stay within one name, `**` spans folders, `[a-c]` is one of some characters, `{a,b}` one of some
 * words. As in a shell, a wildcard does not find names that begin with a dot.
 */
import type { Files } from './host.ts';

export function isGlob(path: string): boolean {
  return /[*?[{]/.test(path);
}

/** Paths that a pattern finds, sorted. Folders are found like files. */
export function expandGlob(pattern: string, files: Files): string[] {
  const found = alternatives(pattern.replaceAll('\\', '/')).flatMap((plain) => {
    const names = plain.split('/').filter((name) => name !== '' && name !== '.');
    return follow(plain.startsWith('/') ? '/' : '', names, files);
  });
  return [...new Set(found)].sort(byName);
}

/** This folder and all below it, each once, whatever links lead in circles; not what nobody looks for scenarios in. */
export function foldersUnder(folder: string, files: Files, seen: Set<string> = new Set()): string[] {
  const real = realPath(folder === '' ? '.' : folder, files);
  if (seen.has(real)) return [];
  seen.add(real);
  const below = namesIn(folder, files)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .map((name) => join(folder, name))
    .filter((path) => kindOf(path, files) === 'folder');
  return [folder, ...below.flatMap((path) => foldersUnder(path, files, seen))];
}

/** Names in a folder, sorted; none in what is no folder or cannot be read. */
export function namesIn(folder: string, files: Files): string[] {
  const path = folder === '' ? '.' : folder;
  try {
    return kindOf(path, files) === 'folder' ? files.list(path).sort(byName) : [];
  } catch {
    return [];
  }
}

export function join(folder: string, name: string): string {
  return folder === '' || folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The path itself where nothing better is known. */
export function realPath(path: string, files: Files): string {
  try {
    return files.realPath(path);
  } catch {
    return path;
  }
}

/** null too for what cannot be looked at. */
export function kindOf(path: string, files: Files): ReturnType<Files['kind']> {
  try {
    return files.kind(path);
  } catch {
    return null;
  }
}

function follow(base: string, [name, ...rest]: readonly string[], files: Files): string[] {
  if (name === undefined) return base === '' ? [] : [base];
  if (name === '**') {
    const [next, ...others] = rest.filter((one, at) => one !== '**' || at === rest.length - 1);
    return foldersUnder(base, files).flatMap((folder) => follow(folder, [next === undefined || next === '**' ? '*' : next, ...others], files));
  }
  if (!isGlob(name)) {
    const path = join(base, name);
    return kindOf(path, files) === null ? [] : follow(path, rest, files);
  }
  const fits = nameMatcher(name);
  return namesIn(base, files)
    .filter(fits)
    .flatMap((one) => follow(join(base, one), rest, files));
}

/** More than anybody means; then braces are themselves. */
const MOST_ALTERNATIVES = 1_000;

/** `a{b,c}d` is `abd` and `acd`. Braces without a comma, or not closed, are themselves. */
function alternatives(pattern: string): string[] {
  let patterns = [pattern];
  for (;;) {
    if (patterns.length > MOST_ALTERNATIVES) return [pattern];
    const braces = patterns.map((one) => /\{([^{}]*,[^{}]*)\}/.exec(one));
    if (braces.every((one) => one === null)) return patterns;
    patterns = patterns.flatMap((one, at) => {
      const found = braces[at] ?? null;
      if (found === null) return [one];
      const [all, words = ''] = found;
      return words.split(',').map((word) => one.slice(0, found.index) + word + one.slice(found.index + all.length));
    });
  }
}

/** What stands for one character; or `*`, for any number of any. */
type Part = ((sign: string) => boolean) | '*';

/** Whether a name fits a pattern without slashes. Takes time in proportion to both lengths, whatever the stars. */
function nameMatcher(pattern: string): (name: string) => boolean {
  const parts = readPattern(pattern);
  return (name) => {
    if (name.startsWith('.') && !pattern.startsWith('.')) return false;
    const signs = [...name];
    let part = 0;
    let sign = 0;
    // Where the last star stood, and up to where it has swallowed.
    let star = -1;
    let swallowed = 0;
    while (sign < signs.length) {
      const wanted = parts[part];
      if (wanted === '*') {
        star = part++;
        swallowed = sign;
      } else if (wanted?.(signs[sign]!) === true) {
        part++;
        sign++;
      } else if (star >= 0) {
        part = star + 1;
        sign = ++swallowed;
      } else {
        return false;
      }
    }
    return parts.slice(part).every((rest) => rest === '*');
  };
}

function readPattern(pattern: string): Part[] {
  const parts: Part[] = [];
  const signs = [...pattern];
  for (let at = 0; at < signs.length; at++) {
    const sign = signs[at]!;
    const end = sign === '[' ? signs.indexOf(']', at + (signs[at + 1] === '!' || signs[at + 1] === '^' ? 3 : 2)) : -1;
    if (sign === '*') parts.push('*');
    else if (sign === '?') parts.push(() => true);
    else if (end === -1) parts.push((other) => other === sign);
    else {
      parts.push(oneOf(signs.slice(at + 1, end)));
      at = end;
    }
  }
  return parts;
}

/** `a-z_`, or with `!` or `^` in front all but these. */
function oneOf(set: readonly string[]): (sign: string) => boolean {
  const negated = set[0] === '!' || set[0] === '^';
  const members = negated ? set.slice(1) : set;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < members.length; at++) {
    const to = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([members[at]!, to ?? members[at]!]);
    if (to !== undefined) at += 2;
  }
  return (sign) => ranges.some(([from, to]) => sign >= from && sign <= to) !== negated;
}
