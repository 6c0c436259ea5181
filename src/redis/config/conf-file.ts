/**
 * A redis.conf file: text → directives with their lines → a configuration (config.c: loadServerConfigFromString).
 *
 * Redis stops at the first line that it cannot use; we go on and report them all.
 */
import { findDirective, setArguments, unknownDirective } from '../config.ts';
import type { DirectiveRefusal, KnowsDirectives, ServerConfig } from '../config.ts';
import { splitArguments } from '../protocol/split-arguments.ts';

export interface ConfLine {
  /** Counted from 1. */
  readonly line: number;
  /** Lower case. */
  readonly name: string;
  readonly args: readonly string[];
}

export interface ConfProblem extends Omit<DirectiveRefusal, 'ok'> {
  readonly line: number;
  readonly name: string;
}

export interface ConfFile {
  readonly lines: readonly ConfLine[];
  readonly problems: readonly ConfProblem[];
}

/** The directives of a file in their order; comments and empty lines are left out. */
export function parseConfFile(text: string): ConfFile {
  const lines: ConfLine[] = [];
  const problems: ConfProblem[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const trimmed = raw.replaceAll(/^[ \t\r]+|[ \t\r]+$/g, '');
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const words = splitArguments(trimmed);
    if (words === null) {
      problems.push(problem(index + 1, trimmed.split(/\s/, 1)[0]!.toLowerCase(), 'Unbalanced quotes in configuration line'));
    } else if (words.length > 0) {
      lines.push({ line: index + 1, name: words[0]!.toLowerCase(), args: words.slice(1) });
    }
  }
  return { lines, problems };
}

export interface LoadedConf {
  readonly config: ServerConfig;
  readonly problems: readonly ConfProblem[];
  /** Lines that Redis obeys and that mean nothing here: modules, users, renamed commands, other files. */
  readonly ignored: readonly ConfLine[];
}

/** Directives of 6.x and before that 7.x reads past (`list-max-ziplist-entries 512`). */
const OUTLIVED = ['list-max-ziplist-entries', 'list-max-ziplist-value', 'lua-replicate-commands'];
const MEANINGLESS_HERE: ReadonlyMap<string, (argc: number) => boolean> = new Map([
  ...OUTLIVED.map((name): [string, (argc: number) => boolean] => [name, (argc) => argc === 1]),
  ['include', (argc) => argc === 1],
  ['rename-command', (argc) => argc === 2],
  ['user', (argc) => argc >= 1],
  ['loadmodule', (argc) => argc >= 1],
]);

/** Applies the lines of a file one after the other. Several `save` lines add up; the first replaces the defaults. */
export function loadConf(config: ServerConfig, profile: KnowsDirectives, lines: readonly ConfLine[]): LoadedConf {
  const problems: ConfProblem[] = [];
  const ignored: ConfLine[] = [];
  let result = config;
  let saveSeen = false;
  for (const conf of lines) {
    const directive = findDirective(profile, conf.name);
    if (directive === undefined) {
      const refusal = refuseUnknown(conf, profile);
      if (refusal === null) ignored.push(conf);
      else problems.push(refusal);
      continue;
    }
    const set = setArguments(result, directive, conf.args, { runtime: false, adding: saveSeen });
    if (!set.ok) {
      problems.push({ ...set, line: conf.line, name: conf.name });
      continue;
    }
    result = set.config;
    if (directive.name === 'save') saveSeen = true;
  }
  return { config: result, problems, ignored };
}

/** null: Redis takes the line, and here it means nothing. */
function refuseUnknown(conf: ConfLine, profile: KnowsDirectives): ConfProblem | null {
  const { line, name, args } = conf;
  if (MEANINGLESS_HERE.get(name)?.(args.length) === true) return null;
  if (name === 'sentinel') return args.length === 0 ? null : problem(line, name, 'sentinel directive while not in sentinel mode');
  // `module.setting value` waits for its module.
  if (name.includes('.')) return args.length > 0 ? null : problem(line, name, 'Module config specified without value');
  return { ...unknownDirective(profile), line, name };
}

function problem(line: number, name: string, reason: string): ConfProblem {
  return { line, name, why: 'value', reason, suggestion: null, candidates: [] };
}
