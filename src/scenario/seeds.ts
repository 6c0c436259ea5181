/** `1..100`: the seeds of a file and of the option `--seeds`. */
import type { IntRange } from './scenario.ts';

export type SeedsRead = { readonly ok: true; readonly value: IntRange } | { readonly ok: false; readonly message: string; readonly suggestion: string | null };

export const SEEDS_PATTERN: string = String.raw`^(0|[1-9]\d*)\.\.(0|[1-9]\d*)$`;
/** So many runs that nobody waits for their end. */
const MAX_SEEDS = 1_000_000;

export function readSeeds(written: string): SeedsRead {
  const refuse = (message: string, suggestion: string | null): SeedsRead => ({ ok: false, message, suggestion });
  const match = new RegExp(SEEDS_PATTERN).exec(written);
  if (match === null) return refuse(`expected a range of seeds such as 1..100, found "${written}"`, /^\d+$/.test(written) ? `for one seed, write seed: ${written}` : null);
  const [from, to] = [Number(match[1]), Number(match[2])];
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return refuse('the seed is too large', `at most ${Number.MAX_SAFE_INTEGER}`);
  if (from > to) return refuse(`"${written}" goes from more to less`, `did you mean ${to}..${from}?`);
  if (to - from >= MAX_SEEDS) return refuse(`"${written}" are too many seeds`, `at most ${MAX_SEEDS}`);
  return { ok: true, value: { from, to } };
}
