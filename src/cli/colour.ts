/** Whether an output gets colours, decided once: FORCE_COLOR over NO_COLOR over whether a person is looking on. */
import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import { PLAIN, type ReporterOptions } from '../report/reporter.ts';
import type { Host, Output } from './host.ts';

/** Paints what goes to this output, or leaves it as it is. */
export function paintFor(output: Output, env: Host['env']): ChalkInstance {
  return new Chalk({ level: colourLevel(output.isTTY, env) });
}

/** In columns, colours and characters. */
type Look = Pick<ReporterOptions, 'width' | 'paint' | 'unicode'>;

/** How a text looks on this terminal. */
export function terminalLook({ stdout, env }: Pick<Host, 'stdout' | 'env'>): Look {
  return { width: stdout.columns, paint: paintFor(stdout, env), unicode: speaksUnicode(env) };
}

/** And in a file, which has no width of its own, and no colours. */
export const FILE_LOOK: Look = { width: 100, paint: PLAIN, unicode: true };

/** For files, and where colours would only disturb. */
export function noPaint(): ChalkInstance {
  return new Chalk({ level: 0 });
}

export function colourLevel(isTTY: boolean, env: Host['env']): ColorSupportLevel {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forcedLevel(forced);
  // https://no-color.org: present and not empty, whatever its value.
  if ((env['NO_COLOR'] ?? '') !== '') return 0;
  if (!isTTY || env['TERM'] === 'dumb') return 0;
  return 1;
}

function forcedLevel(forced: string): ColorSupportLevel {
  switch (forced) {
    case '0':
    case 'false':
      return 0;
    case '2':
      return 2;
    case '3':
      return 3;
    default:
      return 1;
  }
}

/** Whether signs beyond ASCII can be shown. Where nothing is said of it, they can. */
export function speaksUnicode(env: Host['env']): boolean {
  if (env['TERM'] === 'linux') return false;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((one) => one !== undefined && one !== '');
  const charset = /\.([^@]*)/.exec(locale ?? '')?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}
