/** What a reporter is: pure functions from runs to text. Where the text goes is the caller's business. */
import type { Outcome } from '../checks/outcome.ts';
import type { Range } from '../explore/range.ts';

/** A run, and what only its caller knows of it. */
export interface ReportedRun {
  readonly outcome: Outcome;
  /** Wall time of the run, ms; null: not known, as it was read from a trace. */
  readonly wallMs: number | null;
  /** Of many runs, over seeds or versions: all of them, a line each; `outcome` is the first of the worst. */
  readonly range?: Range;
  /** The command that does the same again; absent when the caller knows none. */
  readonly replay?: string;
  /** The command that explains its resyncs, all but which: `sim explain FILE …`. */
  readonly explain?: string;
}

export interface Reporter {
  /** What can be said as soon as one run is over; '' when there is nothing to say yet. */
  run(run: ReportedRun): string;
  /** What is said after the last run. */
  end(runs: readonly ReportedRun[]): string;
}

export interface ReporterOptions {
  /** Columns of a terminal line, at least 40. */
  readonly width: number;
  readonly paint: Paint;
  /** Whether signs beyond ASCII may be used. */
  readonly unicode: boolean;
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
  /** The page of HTML reports without its data: `dist/page.html`, which the package exports as `replsim/page.html`. */
  readonly page?: () => string;
}

/** Colours, as far as reports use them; an instance of chalk fits, and so does `PLAIN`. */
export interface Paint {
  readonly bold: Brush;
  readonly dim: Brush;
  readonly red: Brush;
  readonly green: Brush;
  readonly yellow: Brush;
  readonly cyan: Brush;
}

export type Brush = (text: string) => string;

const asItIs: Brush = (text) => text;

export const PLAIN: Paint = { bold: asItIs, dim: asItIs, red: asItIs, green: asItIs, yellow: asItIs, cyan: asItIs };
