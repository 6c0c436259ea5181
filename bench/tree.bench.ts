/**
 * A tree: 10,000 replicas, each with up to ten of its own, four levels deep; and smaller ones, to see how the time of
 * an event grows with their number. Each is run in a process of its own, as a scenario is: what another one has left
 * behind, freed memory all over the heap and functions compiled for its shapes, costs the next a fifth of its speed.
 *
 * A profile: `npm run bench -- tree --profile`; of one fleet: `npm run bench -- tree 10000 --profile`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mark, note } from './figures.ts';
import { type Fleet, type FleetFigures, measureFleet, noteFleet } from './fleet.ts';

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

const wanted = process.argv[2];
if (wanted === undefined) await compareFleets();
else measureOne(wanted);

/** Every fleet in turn, each by this very file. */
async function compareFleets(): Promise<void> {
  const usPerEvent: number[] = [];
  for (const { replicas } of FLEETS) {
    const [{ cpuS, events }] = (await once(fork(process.argv[1]!, [String(replicas)]), 'message')) as [FleetFigures];
    usPerEvent.push((cpuS / events) * 1e6);
  }
  const [first, last] = [usPerEvent[0]!, usPerEvent.at(-1)!];
  const growth = last / first;
  const goal = { goal: `≤ ${MOST_GROWTH}×`, met: growth <= MOST_GROWTH };
  note({ what: 'time of an event, tree of 10,000', measured: `${last.toFixed(2)} µs`, against: `tree of 10: ${first.toFixed(2)} µs`, ratio: `${growth.toFixed(2)}×`, ...goal });
  console.log(`\nAn event takes ${growth.toFixed(2)}× as long among 10,000 as among 10 ${mark(goal.goal, goal.met)}`);
}

function measureOne(replicas: string): void {
  const fleet = FLEETS.find((each) => String(each.replicas) === replicas);
  if (fleet === undefined) throw new Error(`there is no tree of ${replicas}`);
  const figures = measureFleet(fleet);
  if (fleet === FLEETS.at(-1)) noteFleet(fleet, figures, { speed: 2, mb: 2_000 });
  process.send?.(figures);
}
