/**
 * Finding and reading scenarios: words of a command line to texts.
 *
 * Owns what a path may be (a file, a folder, a pattern) and what is no scenario at all (missing, not readable,
 * binary). What the text says is not looked at here.
 */
import type { Problem } from '../scenario/place.ts';
import { nearest } from '../scenario/suggest.ts';
import { expandGlob, foldersUnder, isGlob, join, kindOf, namesIn, realPath } from './glob.ts';
import type { Files } from './host.ts';
import { problem } from './problem.ts';
import { formatBytes } from '../units.ts';

export type Found = { readonly ok: true; readonly file: string } | { readonly ok: false; readonly problem: Problem };

export type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: Problem };

/** What a file is called that is found without being named. */
const SCENARIO_NAME = /\.ya?ml$/i;

/** More than any text that a person wrote; and as much as a text may be long. */
const MOST_BYTES: Readonly<Record<'scenario' | 'trace', number>> = { scenario: 16 * 1024 * 1024, trace: 511 * 1024 * 1024 };

/** The files behind these paths, in their order, each once; or what is wrong with a path. */
export function findScenarios(paths: readonly string[], files: Files): Found[] {
  const seen = new Set<string>();
  return paths.flatMap((path) => {
    const found = find(path, files);
    return found.filter((one) => {
      if (!one.ok) return true;
      const real = realPath(one.file, files);
      if (seen.has(real)) return false;
      seen.add(real);
      return true;
    });
  });
}

function find(path: string, files: Files): Found[] {
  try {
    const kind = files.kind(path);
    if (kind === 'folder') {
      files.list(path);
      return inFolder(path, files);
    }
    if (kind !== null) return [{ ok: true, file: path }];
  } catch (error) {
    return [refuse(`${path || '""'} cannot be read: ${reasonOf(error)}`)];
  }
  if (!isGlob(path)) return [missing(path, files)];
  const matches = expandGlob(path, files);
  if (matches.length === 0) return [refuse(`no file fits the pattern ${path}`)];
  return matches.flatMap((match) => (kindOf(match, files) === 'folder' ? scenariosUnder(match, files) : [match])).map(accept);
}

function inFolder(folder: string, files: Files): Found[] {
  const found = scenariosUnder(folder, files);
  return found.length > 0 ? found.map(accept) : [refuse(`the folder ${folder} has no scenario in it`, 'scenarios are files that end in .yaml')];
}

function scenariosUnder(folder: string, files: Files): string[] {
  return foldersUnder(folder.replace(/(?<=.)\/+$/, ''), files)
    .flatMap((one) => namesIn(one, files).map((name) => ({ name, path: join(one, name) })))
    .filter(({ name, path }) => SCENARIO_NAME.test(name) && !name.startsWith('.') && kindOf(path, files) === 'file')
    .map(({ path }) => path)
    .sort((a, b) => (a < b ? -1 : 1));
}

/** The nearest name where it should be, as far as the path leads somewhere. */
export function missing(path: string, files: Files): { readonly ok: false; readonly problem: Problem } {
  const message = path === '' ? 'an empty path is no file' : `there is no file or folder ${path}`;
  const cut = path.replaceAll('\\', '/').lastIndexOf('/');
  const folder = path.slice(0, Math.max(cut, 0));
  const names = namesIn(folder === '' && cut === 0 ? '/' : folder, files);
  // Without endings: `.yaml` alone makes short names look alike.
  const bare = (name: string): string => name.replace(SCENARIO_NAME, '');
  const meant = nearest(bare(path.slice(cut + 1)), names.map(bare));
  const near = names.find((name) => bare(name) === meant);
  return refuse(message, near === undefined ? null : `did you mean ${path.slice(0, cut + 1)}${near}?`);
}

/** The text of a file, if it is one. */
export function readText(file: string, files: Files, as: keyof typeof MOST_BYTES = 'scenario'): ReadText {
  let bytes: Uint8Array;
  try {
    if (files.kind(file) === 'folder') return refuse(`${file} is a folder`);
    bytes = files.read(file);
  } catch (error) {
    return refuse(`${file} cannot be read: ${reasonOf(error)}`);
  }
  if (bytes.length > MOST_BYTES[as]) return refuse(`${file} is too large for a ${as}: ${formatBytes(bytes.length)}`);
  const zero = bytes.indexOf(0);
  const wide = (zero >= 0 && zero < 4) || (bytes[0] === 0xff && bytes[1] === 0xfe);
  try {
    // A zero that strayed into a text has a line and a column: whoever reads the text says so.
    if (!wide) return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    if (zero < 0) return refuse(`${file} is not UTF-8 text`, 'save it as UTF-8');
  }
  return refuse(`${file} is not text: byte ${zero + 1} is zero`, wide ? 'save it as UTF-8' : null);
}

/** Why the machine refused, in words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? (code === undefined ? message : `${code}`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'its path leads through a file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'links lead in a circle',
  EMFILE: 'too many files are open',
  ERR_INVALID_ARG_VALUE: 'this is no path',
  ERR_FS_FILE_TOO_LARGE: 'it is too large',
};

function accept(file: string): Found {
  return { ok: true, file };
}

function refuse(message: string, suggestion: string | null = null): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: problem(message, suggestion) };
}
