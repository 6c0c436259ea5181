/**
 * Where text goes: a file is written whole or not at all.
 *
 * Owns what may be written to. The text lands in a file beside the one that was meant and is moved there when it is
 * complete, so nobody ever reads half of it, and nothing is left of what could not be finished.
 */
import type { Problem } from '../scenario/place.ts';
import type { ReporterChoice } from './arguments.ts';
import { reasonOf } from './files.ts';
import type { Host } from './host.ts';

/** What is wrong with writing there, asked before any work is done; null: nothing that can be known now. */
export function checkTarget(path: string, host: Host): Problem | null {
  if (path === '') return refuse('an output needs a file name', null);
  try {
    const kind = host.files.kind(path);
    if (kind === 'folder') return refuse(`cannot write to ${path}: it is a folder`, `name a file in it: ${path.replace(/\/+$/, '')}/…`);
    if (kind === 'other') return null;
    const folder = folderOf(path);
    const folderKind = host.files.kind(folder);
    if (folderKind === null) return refuse(`cannot write ${path}: there is no folder ${folder}`, `mkdir -p ${folder}`);
    if (folderKind !== 'folder') return refuse(`cannot write ${path}: ${folder} is no folder`, null);
    if (!host.files.writable(folder)) return refuse(`cannot write ${path}: permission denied`, null);
    return null;
  } catch (error) {
    return refuse(`cannot write ${path}: ${reasonOf(error)}`, null);
  }
}

/** A file that is to be written, and the option that asks for it. */
export interface Target {
  readonly file: string;
  readonly by: string;
}

/** The files that reporters were given. */
export function targetsOf(choices: readonly ReporterChoice[]): Target[] {
  return choices.flatMap(({ name, file }) => (file === null ? [] : [{ file, by: `--reporter ${name}` }]));
}

/** Outputs that cannot be written, or would overwrite each other or what is read: said before any work is done. `read`: what it is, by file. */
export function refuseTargets(targets: readonly Target[], read: ReadonlyMap<string, string>, host: Host): Problem[] {
  const problems: Problem[] = [];
  const taken = new Map([...read].map(([file, what]) => [identityOf(file, host), what]));
  for (const { file, by } of targets) {
    const problem = checkTarget(file, host);
    const identity = identityOf(file, host);
    const other = taken.get(identity);
    if (problem !== null) problems.push(problem);
    else if (other !== undefined) problems.push({ message: `${by} cannot write to ${file}: it is ${other}`, suggestion: 'name another file', place: null });
    else taken.set(identity, `written by ${by}`);
  }
  return problems;
}

/** Writes a whole file, or says why not. */
export function writeWhole(path: string, text: string, host: Host): Problem | null {
  const { files } = host;
  let temporary: string | null = null;
  try {
    const kind = files.kind(path);
    if (kind === 'other') {
      files.write(path, text); // a device or a pipe must stay one
      return null;
    }
    // Of a link, the file that it leads to is replaced and not the link.
    const target = kind === null ? path : files.realPath(path);
    temporary = `${target}.${host.processId}.tmp`;
    files.write(temporary, text);
    files.rename(temporary, target);
    return null;
  } catch (error) {
    if (temporary !== null) removeQuietly(temporary, host);
    return refuse(`cannot write ${path}: ${reasonOf(error)}`, null);
  }
}

/** The file that a path means, to compare it with others; it need not exist. */
export function identityOf(path: string, host: Host): string {
  try {
    if (host.files.kind(path) !== null) return host.files.realPath(path);
    return `${host.files.realPath(folderOf(path))}/${path.slice(path.lastIndexOf('/') + 1)}`;
  } catch {
    return path;
  }
}

function folderOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? '.' : cut === 0 ? '/' : path.slice(0, cut);
}

function removeQuietly(path: string, host: Host): void {
  try {
    host.files.remove(path);
  } catch {
    // What could not be written can often not be removed either; the first reason is the one to tell.
  }
}

function refuse(message: string, suggestion: string | null): Problem {
  return { message, suggestion, place: null };
}
