/**
 * Where text goes: a file is written whole or not at all.
 *
 * Owns what may be written to. The text lands in a file beside the one that was meant and is moved there when it is
 * complete, so nobody ever reads half of it, and nothing is left of what could not be finished.
 */
import type { Override } from '../scenario/overrides.ts';
import type { Problem } from '../scenario/place.ts';
import type { ReporterChoice } from './arguments.ts';
import { reasonOf } from './files.ts';
import { kindOf } from './glob.ts';
import type { Host } from './host.ts';
import { confFilesOf } from './loading.ts';
import { problem } from './problem.ts';

/** What is wrong with writing there, asked before any work is done; null: nothing that can be known now. */
export function checkTarget(path: string, host: Host): Problem | null {
  if (path === '') return problem('an output needs a file name');
  try {
    const kind = host.files.kind(path);
    if (kind === 'folder') return problem(`cannot write to ${path}: it is a folder`, `name a file in it: ${path.replace(/\/+$/, '')}/…`);
    if (kind === 'other') return null;
    const folder = folderOf(path);
    const folderKind = host.files.kind(folder);
    if (folderKind === null) return problem(`cannot write ${path}: there is no folder ${folder}`, `mkdir -p ${folder}`);
    if (folderKind !== 'folder') return problem(`cannot write ${path}: ${folder} is no folder`);
    if (!host.files.writable(folder)) return problem(`cannot write ${path}: permission denied`);
    return null;
  } catch (error) {
    return problem(`cannot write ${path}: ${reasonOf(error)}`);
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

/** A file that is read, and what it is. */
export interface Source {
  readonly file: string;
  readonly is: string;
}

/** Outputs that cannot be written, or would overwrite each other or what is read: said before any work is done. */
export function refuseTargets(targets: readonly Target[], read: readonly Source[], host: Host): Problem[] {
  const problems: Problem[] = [];
  const page: readonly Source[] = host.pageFile === '' ? [] : [{ file: host.pageFile, is: 'what every html report is made of' }];
  const taken = new Map([...page, ...read].map(({ file, is }) => [identityOf(file, host), is]));
  for (const { file, by } of targets) {
    const unwritable = checkTarget(file, host);
    const identity = identityOf(file, host);
    const other = taken.get(identity);
    if (unwritable !== null) problems.push(unwritable);
    else if (other !== undefined) problems.push(problem(`${by} cannot write to ${file}: it is ${other}`, 'name another file'));
    else taken.set(identity, `written by ${by}`);
  }
  return problems;
}

/** Scenarios, and the conf files that they name. `overrides`: what they are changed by, in each of the ways in which they are read. */
export function sourcesOf(scenarios: readonly string[], overrides: readonly (readonly Override[])[], targets: readonly Target[], host: Host): Source[] {
  const are = scenarios.map((file): Source => ({ file, is: scenarios.length === 1 ? 'the scenario' : 'a scenario of this run' }));
  // What is not there yet is no conf file that anybody reads.
  if (!targets.some(({ file }) => kindOf(file, host.files) === 'file')) return are;
  return [...are, ...scenarios.flatMap((scenario) => overrides.flatMap((changed) => confFilesOf(scenario, changed, host.files)).map((file): Source => ({ file, is: `a conf file of ${scenario}` })))];
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
    return problem(`cannot write ${path}: ${reasonOf(error)}`);
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
