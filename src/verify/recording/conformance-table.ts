/** Results of replays as text: a table case × version, the reasons below each row, a closing line. */
import type { Difference } from './compare.ts';
import type { ReplayResult } from './replay.ts';

const WORDS = { agree: 'agree', differ: 'differ', 'not covered': 'not covered' } as const;
const NOT_RECORDED = '-';
/** Values longer than this are cut, unless everything is asked for. */
const SHORT = 160;

export interface TableOptions {
  readonly verbose: boolean;
}

/** The rows of one case, with what there is to say about each version that did not agree. */
export function caseRows(id: string, width: number, versions: readonly string[], results: readonly ReplayResult[], options: TableOptions): string {
  const byVersion = new Map(results.map((result) => [result.version, result]));
  const cells = versions.map((version) => {
    const result = byVersion.get(version);
    return (result === undefined ? NOT_RECORDED : WORDS[result.verdict]).padEnd(columnWidth(version));
  });
  const row = `${id.padEnd(width)}  ${cells.join('  ')}`.trimEnd();
  return [row, ...reasons(results, options)].join('\n');
}

export function headRow(width: number, versions: readonly string[]): string {
  return `${'case'.padEnd(width)}  ${versions.map((version) => version.padEnd(columnWidth(version))).join('  ')}`.trimEnd();
}

function columnWidth(version: string): number {
  return Math.max(version.length, WORDS['not covered'].length);
}

/** Versions with the same reason share a line. */
function reasons(results: readonly ReplayResult[], options: TableOptions): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const result of results) {
    for (const reason of reasonsOf(result, options)) byReason.set(reason, [...(byReason.get(reason) ?? []), result.version]);
  }
  return [...byReason].map(([reason, versions]) => `    ${versions.join(', ')} ${reason}`);
}

function reasonsOf(result: ReplayResult, { verbose }: TableOptions): readonly string[] {
  switch (result.verdict) {
    case 'agree':
      return [];
    case 'not covered':
      return [`not covered: ${result.needs.join(', ')}`];
    case 'differ': {
      const [first, ...more] = result.differences;
      if (first === undefined) return [];
      if (verbose) return result.differences.map((one) => `differs: ${inWords(one, Infinity)}`);
      const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
      return [`differs: ${inWords(first, SHORT)}${rest}`];
    }
  }
}

function inWords({ path, expected, got }: Difference, length: number): string {
  return `${path}: expected ${cut(oneLine(expected), length)}, got ${cut(oneLine(got), length)}`;
}

function oneLine(text: string): string {
  return text.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

/** Log lines that were recorded and not compared, for want of a view. */
export function uncoveredLogLines(results: readonly ReplayResult[], { verbose }: TableOptions): string {
  const lines = [...new Set(results.flatMap(({ uncoveredLines }) => uncoveredLines))].sort();
  if (lines.length === 0) return '';
  const shown = verbose ? lines : lines.slice(0, 10);
  const more = lines.length - shown.length;
  const list = shown.map((line) => `    ${oneLine(line)}`);
  return ['Recorded log lines without a view, not compared:', ...list, ...(more > 0 ? [`    and ${more} more (--verbose)`] : [])].join('\n');
}

export interface Totals {
  readonly agree: number;
  readonly differ: number;
  readonly uncovered: number;
}

export function totals(results: readonly ReplayResult[]): Totals {
  const count = (verdict: ReplayResult['verdict']): number => results.filter((result) => result.verdict === verdict).length;
  return { agree: count('agree'), differ: count('differ'), uncovered: count('not covered') };
}

export function closingLine({ agree, differ, uncovered }: Totals): string {
  return `${agree} agree, ${differ} differ, ${uncovered} not covered`;
}
