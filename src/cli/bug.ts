/** What is said of a bug of ours: what broke, where in the run, and the command that replays it. */
import type { Overrides, RunArguments } from './arguments.ts';
import { formatDuration, formatInstant } from '../units.ts';

export interface BugPlace {
  readonly file: string;
  /** Seed and server that were in effect, as far as it came to that. */
  readonly seed: string | null;
  readonly server: string | null;
  /** Where the run was; null: it had not begun. */
  readonly run: { readonly nowUs: number; readonly events: number } | null;
  readonly options: Overrides & Pick<RunArguments, 'untilUs'>;
}

export function describeBug(error: unknown, { file, seed, server, run, options }: BugPlace): string {
  const where = run === null ? '' : `\nat ${formatInstant(run.nowUs)}, after ${run.events} events`;
  const details = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  return `This is a bug of replsim, not of your scenario. Please report it with the scenario and this:${where}
${details}

It comes again with
  ${replay(file, seed, server, options)}
`;
}

/** The command line that does the same again, whatever the scenario says by then. */
function replay(file: string, seed: string | null, server: string | null, options: BugPlace['options']): string {
  const words = ['sim', 'run', file];
  if (seed !== null) words.push('--seed', seed);
  if (server !== null) words.push('--server', server);
  for (const setting of options.set) words.push('--set', setting);
  if (options.untilUs !== undefined) words.push('--until', formatDuration(options.untilUs));
  return words.map(quoted).join(' ');
}

/** As a POSIX shell needs it. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
