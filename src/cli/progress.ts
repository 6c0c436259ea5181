/** One line on the terminal of who waits: shown when a run takes more than a second, gone before anything else is said. */
import { formatCount, formatInstant } from '../units.ts';
import type { Host } from './host.ts';

export interface Progress {
  /** Tells how far a run is; called as often as one likes. */
  show(name: string, run: { readonly nowUs: number; readonly endUs: number; readonly events: number }): void;
  /** Wipes the line away. */
  clear(): void;
}

const PATIENCE_MS = 1_000;
const REFRESH_MS = 100;
const BACK_AND_WIPE = '\r\u001B[K';

/** For one run: the clock starts now. */
export function createProgress(host: Host): Progress {
  const began = host.nowMs();
  let next = began + PATIENCE_MS;
  let shown = false;
  return {
    show: (name, run) => {
      const now = host.nowMs();
      if (!host.stderr.isTTY || now < next) return;
      next = now + REFRESH_MS;
      shown = true;
      host.stderr.write(`${BACK_AND_WIPE}${lineOf(name, run, host.stderr.columns - 1)}`);
    },
    clear: () => {
      if (shown) host.stderr.write(BACK_AND_WIPE);
      shown = false;
    },
  };
}

/** As much as there is room for. The last column stays free: some terminals break the line there. */
function lineOf(name: string, run: { readonly nowUs: number; readonly endUs: number; readonly events: number }, room: number): string {
  const percent = run.endUs === 0 ? 100 : Math.floor((run.nowUs / run.endUs) * 100);
  let line = ` ${String(percent).padStart(3)} %  ${name}`.slice(0, room);
  for (const part of [`  ${formatInstant(run.nowUs)} of ${formatInstant(run.endUs)}`, `  ${formatCount(run.events)} events`]) {
    if (line.length + part.length <= room) line += part;
  }
  return line;
}
