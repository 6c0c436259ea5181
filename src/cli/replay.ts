/** The command line that does the same again, whatever defaults say by then. */
import { formatDuration } from '../units.ts';
import type { Override } from '../scenario/overrides.ts';
import type { RunArguments } from './arguments.ts';

/** What a run was made with; seed and server are null while the scenario could not be read. */
export interface Replayed {
  readonly command?: 'run' | 'explain';
  readonly file: string;
  readonly seed: string | null;
  readonly server: string | null;
  readonly options: Pick<RunArguments, 'set' | 'untilUs'>;
}

export function replayOf({ command = 'run', file, seed, server, options }: Replayed): string {
  const words = ['sim', command, file];
  if (seed !== null) words.push('--seed', seed);
  if (server !== null) words.push('--server', server);
  for (const setting of options.set) words.push('--set', setting);
  if (options.untilUs !== undefined) words.push('--until', formatDuration(options.untilUs));
  return words.map(quoted).join(' ');
}

/** The same with something changed: what a probing run was, for whoever wants to see it whole. */
export function replayWith({ options, ...replayed }: Replayed, changes: readonly Override[]): string {
  const server = changes.findLast(({ path }) => path === 'server')?.value ?? replayed.server;
  const set = changes.filter(({ path }) => path !== 'server').map(({ path, value }) => `${path}=${value}`);
  return replayOf({ ...replayed, server, options: { ...options, set: [...options.set, ...set] } });
}

/** As a POSIX shell needs it. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
