/** A file to a scenario, with what the command line changes in it; or all that is wrong with it. */
import { findProfile, profiles } from '../redis/profiles/index.ts';
import { load, type Loaded } from '../scenario/load.ts';
import type { ScenarioText } from '../scenario/scenario-text.ts';
import type { Override } from '../scenario/overrides.ts';
import { type Problem, ScenarioError } from '../scenario/place.ts';
import { suggestWord } from '../scenario/suggest.ts';
import type { Overrides } from './arguments.ts';
import { readText } from './files.ts';
import { join } from './glob.ts';
import type { Files } from './host.ts';
import { problem } from './problem.ts';

export type LoadedFile = ({ readonly ok: true; /** What it was read from. */ readonly written: ScenarioText } & Loaded) | Refused;

export interface Refused {
  readonly ok: false;
  readonly problems: readonly Problem[];
  /** The text that the problems are about; null when it did not come to that. */
  readonly text: string | null;
}

/** Throws only for a bug of ours. */
export function loadFile(file: string, overrides: readonly Override[], files: Files, leaveOutUnknown = false): LoadedFile {
  const read = readText(file, files);
  if (!read.ok) return { ok: false, problems: [read.problem], text: null };
  try {
    const confFiles: { path: string; text: string }[] = [];
    const readFile = (path: string): string => {
      const text = readBeside(file, path, files);
      if (!confFiles.some((one) => one.path === path)) confFiles.push({ path, text });
      return text;
    };
    const loaded = load(read.text, file, { overrides, leaveOutUnknown, readFile });
    return { ok: true, ...loaded, written: { file, text: read.text, overrides, confFiles, leaveOutUnknown } };
  } catch (error) {
    if (error instanceof ScenarioError) return { ok: false, problems: error.problems, text: read.text };
    throw error;
  }
}

/** The conf files that a scenario has read, changed so; of one that is refused, those that it came to. */
export function confFilesOf(file: string, overrides: readonly Override[], files: Files): string[] {
  const text = readText(file, files);
  const found = new Set<string>();
  if (!text.ok) return [];
  try {
    load(text.text, file, {
      overrides, leaveOutUnknown: true,
      readFile: (relative) => {
        found.add(besides(file, relative));
        return readBeside(file, relative, files);
      },
    });
  } catch (error) {
    // Whoever runs it says what is wrong with it.
    if (!(error instanceof ScenarioError)) throw error;
  }
  return [...found];
}

/** Where a file is that a scenario names, relative to it. */
function besides(file: string, relative: string): string {
  const folder = file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return /^(?:\/|[A-Za-z]:)/.test(relative) ? relative : join(folder, relative);
}

function readBeside(file: string, relative: string, files: Files): string {
  const read = readText(besides(file, relative), files);
  if (!read.ok) throw new Error(read.problem.message);
  return read.text;
}

export interface OptionsRead {
  readonly overrides: readonly Override[];
  /** Names of profiles; empty: as the file says. */
  readonly servers: readonly string[];
  /** `--server all`: every version that the scenario can be run in. */
  readonly allServers: boolean;
  readonly problems: readonly Problem[];
}

/** What the options change, as one more change: the version of all servers that do not name their own. */
export function withServer(overrides: readonly Override[], server: string | null): readonly Override[] {
  return server === null ? overrides : [...overrides, { path: 'server', value: server }];
}

/** What the options change, in the order in which it counts, and the versions to run with; or what is wrong with an option. */
export function overridesOf({ seed, server, set }: Overrides): OptionsRead {
  const overrides: Override[] = [];
  const problems: Problem[] = [];
  const refuse = (message: string, suggestion: string | null): void => {
    problems.push(problem(message, suggestion));
  };
  if (seed !== undefined) overrides.push({ path: 'seed', value: seed });
  const servers: string[] = [];
  const allServers = server?.trim().toLowerCase() === 'all';
  if (allServers) servers.push(...profiles.keys());
  for (const word of server === undefined || allServers ? [] : server.split(',')) {
    const found = findProfile(word.trim());
    if (!found.ok) refuse(`--server: there is no server "${word.trim()}"`, suggestWord(word.trim(), [...found.candidates, 'all']));
    else if (!servers.includes(found.profile.name)) servers.push(found.profile.name);
  }
  for (const word of set) {
    const at = word.indexOf('=');
    if (at > 0) overrides.push({ path: word.slice(0, at).trim(), value: word.slice(at + 1) });
    else refuse(`--set ${word}: this does not say ${at === 0 ? 'what' : 'to what'}`, 'for instance --set repl-backlog-size=16mb');
  }
  return { overrides, servers, allServers, problems };
}
