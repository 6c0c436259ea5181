/** What a judgement is, and the words that all judgements share: `expected …; found …`. */
import { formatCount, formatInstant } from '../../units.ts';
import type { IntRange } from '../../scenario/scenario.ts';
import type { ExpectationResult } from '../outcome.ts';
import type { Evidence } from './evidence.ts';

export interface Judgement {
  readonly verdict: ExpectationResult['verdict'];
  readonly detail: string;
}

export const HELD: Judgement = { verdict: 'held', detail: '' };
export const failed = (detail: string): Judgement => ({ verdict: 'failed', detail });
export const undecided = (detail: string): Judgement => ({ verdict: 'undecided', detail });

export function tooEarly({ atUs, stopped }: Evidence): string {
  return `the run ended at ${formatInstant(atUs)} (${stopped})`;
}

/** null: failed, and the caller knows the words. A count only grows with time. */
export function judgeCount(found: number, { from, to }: IntRange, evidence: Evidence): Judgement | null {
  if (found > to) return null;
  if (evidence.stopped === '') return found >= from ? HELD : null;
  const canNoLongerFail = found >= from && to >= Number.MAX_SAFE_INTEGER;
  return canNoLongerFail ? HELD : undecided(`${formatCount(found)} so far; ${tooEarly(evidence)}`);
}

export function isWithin(value: number, { from, to }: IntRange): boolean {
  return value >= from && value <= to;
}

/** `3`, `at least 3`, `at most 3`, `1 to 3` */
export function range({ from, to }: IntRange, show: (value: number) => string = formatCount): string {
  if (from === to) return show(from);
  if (to >= Number.MAX_SAFE_INTEGER) return `at least ${show(from)}`;
  return from <= 0 && !(from < 0 && from > -Number.MAX_SAFE_INTEGER) ? `at most ${show(to)}` : `${show(from)} to ${show(to)}`;
}

/** Repetitions are counted, and a list longer than twelve is cut: nobody reads further. */
export function enumerate(items: readonly string[]): string {
  if (items.length === 0) return 'none';
  const groups: { item: string; times: number }[] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last?.item === item) last.times++;
    else groups.push({ item, times: 1 });
  }
  const shown = groups.slice(0, 12).map(({ item, times }) => (times === 1 ? item : `${times} × ${item}`));
  if (groups.length > shown.length) shown.push(`and ${groups.length - shown.length} more`);
  return shown.join(', ');
}

export function quote(value: string): string {
  return value.length <= 40 ? `"${value}"` : `"${value.slice(0, 37)}…" (${formatCount(value.length)} characters)`;
}
