/** The loads that fill a stream, and how often they write. */
import type { LoadSpec } from '../../scenario/scenario.ts';
import { allVerbs } from '../../scenario/steps.ts';
import { childOf } from '../../scenario/tree.ts';
import type { NotTried } from './answer.ts';
import type { About, Knob } from './knobs.ts';

/** Enough whole operations to tell two rates apart. */
const ENOUGH = 20;
const PERIODS = [
  { unit: 'rate-s', per: 's', us: 1_000_000 },
  { unit: 'rate-min', per: 'min', us: 60_000_000 },
  { unit: 'rate-h', per: 'h', us: 3_600_000_000 },
] as const;

export function rateKnob(about: About): Knob | NotTried {
  const { outcome: { scenario }, root, resync: { askedAtUs } } = about;
  const above = aboveOf(about);
  const loads = scenario.clients.filter(({ to, fromUs }) => to.some((node) => above.has(node)) && fromUs < askedAtUs);
  const writing = loads.flatMap((load) => {
    const key = (['writes', 'rate'] as const).find((word) => childOf(childOf(childOf(root, 'clients'), load.name), word) !== undefined);
    return key === undefined ? [] : [{ load, path: `clients.${load.name}.${key}` }];
  });
  if (writing.length === 0) return 'does-not-apply';
  const changed = new Set(allVerbs(scenario.timeline).flatMap((verb) => (verb.do === 'change-load' && verb.rate !== null ? [verb.client] : [])));
  if (writing.some(({ load }) => load.rate === null || changed.has(load.name))) return 'out-of-reach';
  // Of several loads the busiest is turned alone: the answer is then one that can be carried out.
  const { load, path } = writing.reduce((most, one) => (perHour(one.load) > perHour(most.load) ? one : most));
  const { count, perUs } = load.rate!;
  const period = PERIODS.find(({ us }) => (count * us) / perUs >= ENOUGH) ?? PERIODS.at(-1)!;
  const was = Math.floor((count * period.us) / perUs);
  const grid = [1, was / 16, was / 8, was / 4, was / 2, (was * 3) / 4].map(Math.floor).filter((rate) => rate > 0 && rate < was);
  return { paths: [path], unit: period.unit, was, step: 1, grid: [...grid, was], setsOf: (rate) => [{ path, value: `${rate}/${period.per}` }] };
}

/** The master that was asked, and whoever stands above it. */
function aboveOf({ outcome: { scenario }, resync: { master } }: About): ReadonlySet<string> {
  const above = new Set<string>();
  for (let node: string | null = master; node !== null && node !== '' && !above.has(node); ) {
    above.add(node);
    node = scenario.nodes.find(({ name }) => name === node)?.replicaOf ?? null;
  }
  return above;
}

function perHour({ rate }: LoadSpec): number {
  return rate === null ? 0 : (rate.count * 3_600_000_000) / rate.perUs;
}
