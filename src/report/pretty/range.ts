/** Many runs as one block: how many came to what, version by version, and a line for each that did not pass. */
import { formatCount } from '../../units.ts';
import type { Verdict } from '../../checks/outcome.ts';
import type { Range, RangeRun } from '../../explore/range.ts';
import { clean } from '../../text.ts';
import { MARKS, TONES } from './marks.ts';
import { rich, together, toned, type Rich } from './rich.ts';

/** After so many one has seen what goes wrong. */
const MOST_LINES = 10;

export interface RangeLine {
  readonly lead: Rich;
  readonly text: Rich;
}

/** Each line is a text that hangs beside its lead. */
export function rangeLines({ runs }: Range): RangeLine[] {
  const versions = [...new Set(runs.map(({ server }) => server))];
  const lines: RangeLine[] = [{ lead: rich(' '), text: rich(toned('bold', together(`${formatCount(runs.length)} runs`)), toned('dim', ` · ${seedsOf(runs)} · ${versions.join(', ')}`)) }];
  for (const version of versions) {
    const of = runs.filter(({ server }) => server === version);
    lines.push({ lead: rich('   ', toned(TONES[worst(of)], MARKS[worst(of)]), ' '), text: rich(`${version}: ${countsOf(of)}`) });
  }
  const others = runs.filter(({ verdict }) => verdict !== 'passed');
  for (const { seed, server, verdict, why } of others.slice(0, MOST_LINES)) {
    const which = `seed ${seed}${versions.length === 1 ? '' : `, ${server}`}`;
    lines.push({ lead: rich('     ', toned(TONES[verdict], MARKS[verdict]), ' '), text: rich(together(which), toned('dim', `  ${clean(why)}`)) });
  }
  if (others.length > MOST_LINES) lines.push({ lead: rich('       '), text: rich(toned('dim', `… and ${formatCount(others.length - MOST_LINES)} more`)) });
  return lines;
}

/** `98 passed, 2 failed` */
export function countsOf(runs: readonly RangeRun[]): string {
  const verdicts: readonly Verdict[] = ['passed', 'failed', 'undecided', 'error'];
  return verdicts.flatMap((verdict) => {
    const number = runs.filter((one) => one.verdict === verdict).length;
    return number === 0 ? [] : [`${formatCount(number)} ${verdict}`];
  }).join(', ');
}

function worst(runs: readonly RangeRun[]): Verdict {
  const order: readonly Verdict[] = ['error', 'failed', 'undecided'];
  return order.find((verdict) => runs.some((one) => one.verdict === verdict)) ?? 'passed';
}

function seedsOf(runs: readonly RangeRun[]): string {
  const first = runs[0]!.seed;
  const last = runs.at(-1)!.seed;
  return first === last ? `seed ${first}` : `seeds ${first}..${last}`;
}
