/**
 * A tree: 10,000 replicas, each with up to ten of its own, four levels deep; and smaller ones, to see how the time of
 * an event grows with their number.
 *
 * A profile: `npm run bench -- tree --profile`.
 */
import { mark, note } from './figures.ts';
import { type Fleet, measureFleet, noteFleet } from './fleet.ts';

const FAN_OUT = 10;
const masterOf = (index: number): string => (index < FAN_OUT ? 'master' : `replica-${Math.floor(index / FAN_OUT) - 1}`);

/** Each has about as many events as the next one. */
const FLEETS: readonly Fleet[] = [
  { name: 'tree', replicas: 10, masterOf, virtualS: 10_000 },
  { name: 'tree', replicas: 100, masterOf, virtualS: 1_000 },
  { name: 'tree', replicas: 1_000, masterOf, virtualS: 100 },
  { name: 'tree', replicas: 10_000, masterOf, virtualS: 20 },
];

const MOST_GROWTH = 2;

const usPerEvent: number[] = [];
for (const fleet of FLEETS) {
  const figures = measureFleet(fleet);
  usPerEvent.push((figures.cpuS / figures.events) * 1e6);
  if (fleet.replicas === 10_000) noteFleet(fleet, figures, { speed: 2, mb: 2_000 });
}
const [first, last] = [usPerEvent[0]!, usPerEvent.at(-1)!];
const growth = last / first;
const goal = { goal: `≤ ${MOST_GROWTH}×`, met: growth <= MOST_GROWTH };
note({ what: 'time of an event, tree of 10,000', measured: `${last.toFixed(2)} µs`, against: `tree of 10: ${first.toFixed(2)} µs`, ratio: `${growth.toFixed(2)}×`, ...goal });
console.log(`\nAn event takes ${growth.toFixed(2)}× as long among 10,000 as among 10 ${mark(goal.goal, goal.met)}`);
