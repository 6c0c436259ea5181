/** The log of both sides, line by line; what a loop repeats is told once. */
import type { LoggedLine } from '../../trace/resync-log.ts';

export interface FoldedLine {
  readonly atUs: number;
  readonly node: string;
  readonly line: string;
  /** How often it was logged, and when for the last time, µs. */
  readonly times: number;
  readonly lastUs: number;
}

/** In the order in which each line was first logged. */
export function foldLog(lines: readonly LoggedLine[]): FoldedLine[] {
  const folded = new Map<string, FoldedLine>();
  for (const { atUs, node, line } of lines) {
    const key = `${node} ${line}`;
    const known = folded.get(key);
    folded.set(key, known === undefined ? { atUs, node, line, times: 1, lastUs: atUs } : { ...known, times: known.times + 1, lastUs: atUs });
  }
  return [...folded.values()];
}

/** Ids of 40 digits as reports show them, so that a line fits. */
export function shortIds(line: string): string {
  return line.replaceAll(/\b[0-9a-f]{40}\b/g, (id) => `${id.slice(0, 4)}…${id.slice(-2)}`);
}
