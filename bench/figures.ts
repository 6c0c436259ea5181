/**
 * What goes into the table of docs/performance.md: a bench notes its figures, and `table.ts`, which started it, reads them.
 */
import { appendFileSync } from 'node:fs';

export interface Figure {
  readonly what: string;
  /** As printed, with its unit. */
  readonly measured: string;
  /** What it is held against, as printed; '': only its goal. */
  readonly against: string;
  /** As printed; '': none. */
  readonly ratio: string;
  /** '': none. */
  readonly goal: string;
  readonly met: boolean | null;
}

/** The variable of the environment that names the file of figures. */
export const FIGURES_FILE = 'REPLSIM_BENCH_FIGURES';

/** Notes a figure, when somebody collects them. */
export function note(figure: Figure): void {
  const file = process.env[FIGURES_FILE];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`);
}

/** A goal with its mark, as the benches print it. */
export function mark(goal: string, met: boolean): string {
  return `(goal ${goal} ${met ? '✓' : '✗'})`;
}
