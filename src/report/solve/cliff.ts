/** How many seeds hold along the range, as a small chart: the cliff. */
import asciichart from 'asciichart';
import { columnsOf } from '../../text.ts';
import { isHolding, type ReportedSolve } from './solve-report.ts';

/** Rows above the lowest, when there are many seeds to be counted. */
const HIGHEST = 4;
/** Axis, axis, two ends, line, corners, upright. */
const UNICODE = ['┤', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'];
const ASCII = ['|', '|', '-', '-', '-', '+', '+', '+', '+', '|'];

/** Lines of at most `width` columns: the curve, and below it the values. Between two that were probed nothing is known but their edge. */
export function cliff({ grid, text, solved: { seeds } }: ReportedSolve, width: number, unicode: boolean): string[] {
  const count = seeds.length;
  const rows = Math.min(count, HIGHEST);
  const labels = Array.from({ length: rows + 1 }, (_, row) => labelOf(count, row, rows));
  const widest = Math.max(...labels.map((label) => label.length));
  const columns = width - widest - 2;
  const series = Array.from({ length: columns }, (_, column) => {
    const value = valueAt(grid, column, columns);
    return (seeds.filter(({ samples }) => holdsAt(samples, value)).length * rows) / count;
  });
  const plotted = asciichart.plot(series, {
    min: 0, max: rows, height: rows, offset: 2, format: (_, row) => `${labels[row]!.padStart(widest)} `, symbols: unicode ? UNICODE : ASCII,
  });
  return [...plotted.split('\n').map((line) => line.trimEnd()), axis(grid, text, widest + 1, columns)];
}

function labelOf(count: number, row: number, rows: number): string {
  if (count === 1) return row === 0 ? 'holds' : 'fails';
  return row === 0 ? `all ${count} hold` : row === rows ? 'none' : '';
}

/** The points of the grid stand at equal distances, whatever lies between them. */
function valueAt(grid: readonly number[], column: number, columns: number): number {
  const cells = grid.length - 1;
  const cell = Math.min(cells - 1, Math.floor((column * cells) / (columns - 1)));
  const [low, high] = [grid[cell]!, grid[cell + 1]!];
  const within = (column * cells) / (columns - 1) - cell;
  return low + (high - low) * within;
}

/** As at the last value below that was probed. */
function holdsAt(samples: ReportedSolve['solved']['seeds'][number]['samples'], value: number): boolean {
  const below = samples.findLast((sample) => sample.value <= value) ?? samples[0];
  return below !== undefined && isHolding(below);
}

/** The values of the grid, as many as there is room for, each below its point; the ends always. */
function axis(grid: readonly number[], text: (value: number) => string, offset: number, columns: number): string {
  const last = grid.length - 1;
  const end = text(grid[last]!);
  const endAt = offset + 1 + columns - columnsOf(end);
  let line = '';
  for (const [index, value] of grid.entries()) {
    const word = text(value);
    const at = offset + Math.round((index * (columns - 1)) / last);
    const free = line === '' || at >= columnsOf(line) + 2;
    if (index < last && free && (index === 0 || at + columnsOf(word) + 2 <= endAt)) line = `${line.padEnd(at)}${word}`;
  }
  return `${line.padEnd(endAt)}${end}`;
}
