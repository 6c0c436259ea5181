/**
 * Measuring: runs alternatives in turns and compares medians of CPU time (or of wall time, on request).
 *
 * Owns how something is timed and how the comparison is printed; owns no workload. The machine is
 * noisy, so only ratios taken within one interleaved run mean anything: each round runs every
 * alternative once, the order of a round is the reverse of the one before, and the median over
 * rounds is what counts. CPU time (user + system) ignores the time that other processes took.
 */
import { note } from './figures.ts';

export interface Alternative {
  readonly name: string;
  /** Does one round's work from scratch and returns how many units (events, writes, …) it did; with the time, if others did it. */
  readonly run: () => number | Work;
}

/** Work done elsewhere, whose time was taken by whoever asked for it. */
export interface Work {
  readonly units: number;
  readonly seconds: number;
}

export interface CompareOptions {
  /** What `run` counts, in the plural: "events", "writes". */
  readonly unit?: string;
  /** Rounds measured. Default 9; `--rounds N` on the command line wins. */
  readonly rounds?: number;
  /** Rounds run before, unmeasured, so that everything is compiled. Default 2. */
  readonly warmup?: number;
  /** The alternative that is 1.00 (by name). Default: the first one. */
  readonly baseline?: string;
  /** 'wall' for work that is done by other processes, whose CPU time is not ours. Default 'cpu'. */
  readonly clock?: 'cpu' | 'wall';
  /** The ratio (times as fast as the baseline) that an alternative must reach, by name. */
  readonly goals?: Readonly<Record<string, number>>;
}

export interface Measured {
  readonly name: string;
  /** Units of work per second, median over the rounds. */
  readonly unitsPerSecond: number;
  /** Nanoseconds per unit of work, median over the rounds. */
  readonly nsPerUnit: number;
  /** How many times as fast as the baseline: the ratio of the medians. */
  readonly ratio: number;
  /** Lowest and highest ratio seen within a single round: how much to trust `ratio`. */
  readonly spread: readonly [number, number];
  /** Whether `ratio` reached its goal; undefined when it has none. */
  readonly goalMet: boolean | undefined;
}

/** Runs the alternatives in turns, prints one table with their ratios, and returns the figures. */
export function compare(
  title: string,
  alternatives: readonly Alternative[],
  options: CompareOptions = {},
): Measured[] {
  const rounds = roundsFromArguments() ?? options.rounds ?? 9;
  const secondsOf = options.clock === 'wall' ? wallSeconds : cpuSeconds;
  const samples = sampleInTurns(alternatives, rounds, options.warmup ?? 2, secondsOf);
  const measured = summarise(alternatives, samples, options);
  console.log(formatTable(title, measured, options));
  const baseline = measured.find(({ name }) => name === (options.baseline ?? alternatives[0]?.name));
  for (const row of measured) {
    const goal = options.goals?.[row.name];
    if (goal === undefined || baseline === undefined) continue;
    note({
      what: `${title}: ${row.name}`, measured: figureOf(row, options), against: `${baseline.name}: ${figureOf(baseline, options)}`,
      ratio: `${row.ratio.toFixed(2)}×`, goal: `≥ ${goal.toFixed(1)}×`, met: row.ratio >= goal,
    });
  }
  return measured;
}

/** CPU seconds of `work` in this process, garbage collection and compilation included. */
export function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

/** Seconds that pass during `work`. */
export function wallSeconds(work: () => void): number {
  const before = performance.now();
  work();
  return (performance.now() - before) / 1e3;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? NaN) + high) / 2;
}

/** Nanoseconds per unit: one list per alternative, one entry per round. */
function sampleInTurns(
  alternatives: readonly Alternative[],
  rounds: number,
  warmup: number,
  secondsOf: (work: () => void) => number,
): number[][] {
  const samples: number[][] = alternatives.map(() => []);
  const order = alternatives.map((_, index) => index);
  for (let round = -warmup; round < rounds; round++) {
    for (const index of order) {
      const alternative = alternatives[index]!;
      collectGarbage();
      let done: number | Work = 0;
      const own = secondsOf(() => {
        done = alternative.run();
      });
      const { units, seconds } = asWork(done, own);
      if (round >= 0) samples[index]!.push((seconds * 1e9) / units);
    }
    order.reverse();
  }
  return samples;
}

function asWork(done: number | Work, seconds: number): Work {
  return typeof done === 'number' ? { units: done, seconds } : done;
}

function summarise(
  alternatives: readonly Alternative[],
  samples: readonly (readonly number[])[],
  options: CompareOptions,
): Measured[] {
  const baselineIndex =
    options.baseline === undefined
      ? 0
      : alternatives.findIndex((alternative) => alternative.name === options.baseline);
  const baseline = samples[baselineIndex];
  if (baseline === undefined) throw new Error(`no alternative is called "${options.baseline}"`);
  return alternatives.map(({ name }, index) => {
    const own = samples[index]!;
    const perRound = own.map((ns, round) => baseline[round]! / ns);
    const nsPerUnit = median(own);
    const ratio = median(baseline) / nsPerUnit;
    const goal = options.goals?.[name];
    return {
      name,
      unitsPerSecond: 1e9 / nsPerUnit,
      nsPerUnit,
      ratio,
      spread: [Math.min(...perRound), Math.max(...perRound)],
      goalMet: goal === undefined ? undefined : ratio >= goal,
    };
  });
}

function formatTable(title: string, measured: readonly Measured[], options: CompareOptions): string {
  const unit = options.unit ?? 'units';
  const second = options.clock === 'wall' ? 's' : 'CPU s';
  const head = ['', `${unit} per ${second}`, 'each', 'ratio', 'within', 'goal'];
  const rows = measured.map((row) => {
    const goal = options.goals?.[row.name];
    return [
      row.name,
      humanCount(row.unitsPerSecond),
      humanTime(row.nsPerUnit),
      `${row.ratio.toFixed(2)}×`,
      `${row.spread[0].toFixed(2)}–${row.spread[1].toFixed(2)}`,
      goal === undefined ? '' : `≥ ${goal.toFixed(2)} ${row.goalMet === true ? '✓' : '✗'}`,
    ];
  });
  const hasGoals = rows.some((row) => row[5] !== '');
  const table = [head, ...rows].map((row) => (hasGoals ? row : row.slice(0, 5)));
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('   ')
      .trimEnd(),
  );
  return [`\n${title}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** The time of one unit where it is long, else how many there are in a second. */
function figureOf({ unitsPerSecond, nsPerUnit }: Measured, { unit = 'units', clock }: CompareOptions): string {
  if (nsPerUnit >= 1e5) return humanTime(nsPerUnit);
  return `${humanCount(unitsPerSecond)} ${unit}/${clock === 'wall' ? 's' : 'CPU s'}`;
}

function humanCount(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e3) return `${(value / 1e3).toFixed(1)} k`;
  return value.toFixed(1);
}

function humanTime(ns: number): string {
  if (ns < 1e3) return `${ns.toFixed(ns < 100 ? 1 : 0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(1)} ms`;
  return `${(ns / 1e9).toFixed(2)} s`;
}

function roundsFromArguments(): number | undefined {
  const at = process.argv.indexOf('--rounds');
  const rounds = at < 0 ? NaN : Number(process.argv[at + 1]);
  return Number.isInteger(rounds) && rounds > 0 ? rounds : undefined;
}

/** Starts each sample with a clean heap, when node runs with --expose-gc (as `npm run bench` does). */
function collectGarbage(): void {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
}
