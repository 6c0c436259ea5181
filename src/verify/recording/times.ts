/**
 * Times of a recording: each near its recorded range, and all in the recorded order where ranges do not overlap.
 */
import { type Json, isList } from './format.ts';

export interface Moment {
  readonly path: string;
  readonly expected: readonly [number, number];
  readonly got: readonly [number, number];
}

/** Timers of Redis tick once a second. */
export const TOLERANCE_MS = 1_100;

export function rangeOf(value: Json | undefined): readonly [number, number] | null {
  if (!isList(value)) return null;
  const [least, most] = value;
  return typeof least === 'number' && typeof most === 'number' && value.length === 2 ? [least, most] : null;
}

export function isNear({ expected, got }: Moment): boolean {
  return got.every((one) => one >= expected[0] - TOLERANCE_MS && one <= expected[1] + TOLERANCE_MS);
}

/** Pairs that came in the other order than recorded: the later one, with the one that should have come before it. */
export function outOfOrder(moments: readonly Moment[]): readonly { readonly moment: Moment; readonly before: Moment }[] {
  const byStart = [...moments].sort((a, b) => a.expected[0] - b.expected[0]);
  const byEnd = [...moments].sort((a, b) => a.expected[1] - b.expected[1]);
  const wrong: { moment: Moment; before: Moment }[] = [];
  let passed = 0;
  let latest: Moment | null = null;
  for (const moment of byStart) {
    // All that were over before this one could begin; of ours, the latest of them must not come after it.
    for (; passed < byEnd.length && byEnd[passed]!.expected[1] < moment.expected[0]; passed++) {
      if (latest === null || byEnd[passed]!.got[0] > latest.got[0]) latest = byEnd[passed]!;
    }
    if (latest !== null && latest.got[0] > moment.got[1]) wrong.push({ moment, before: latest });
  }
  return wrong;
}

/** Counts of keep-alives, ACKs and repeated rows: within 2 or a fifth of the recorded range. */
export function isCountNear(expected: readonly [number, number], got: readonly [number, number]): boolean {
  const below = Math.max(2, Math.floor(expected[0] / 5));
  const above = Math.max(2, Math.floor(expected[1] / 5));
  return got.every((one) => one >= expected[0] - below && one <= expected[1] + above);
}
