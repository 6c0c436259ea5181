/**
 * A tree: 10,000 replicas, each with up to ten of its own, four levels deep; and smaller ones, to see how the time of
 * an event grows with their number. Each runs in a process of its own, as a scenario does: what another one has left
 * behind, freed memory all over the heap and functions compiled for its shapes, costs the next a fifth of its speed.
 *
 * A profile, of one of them: `npm run bench -- tree 10000 --profile`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mark, note } from './figures.ts';
import { type Fleet, type FleetFigures, measureFleet, noteFleet, ROUNDS, startFleet, usPerEvent } from './fleet.ts';
import { median } from './harness.ts';

const FAN_OUT = 10;
const masterOf = (index: number): string => (index < FAN_OUT ? 'master' : `replica-${Math.floor(index / FAN_OUT) - 1}`);

const FLEETS: readonly Fleet[] = [
  { name: 'tree', replicas: 10, masterOf, virtualS: 2_000 },
  { name: 'tree', replicas: 100, masterOf, virtualS: 200 },
  { name: 'tree', replicas: 1_000, masterOf, virtualS: 20 },
  { name: 'tree', replicas: 10_000, masterOf, virtualS: 20 },
];

const GOALS = { speed: 2, mb: 2_000 };
const MOST_GROWTH = 2;

const wanted = process.argv[2];
if (wanted === undefined) await compareFleets();
else await runOne(wanted);

/** All of them, by this very file, round by round in turns: a machine that slows down slows all of them. */
async function compareFleets(): Promise<void> {
  const children: ChildProcess[] = [];
  for (const { replicas } of FLEETS) {
    const child = fork(process.argv[1]!, [String(replicas)]);
    children.push(child);
    await once(child, 'message');
  }
  for (let i = 0; i < ROUNDS; i++) {
    for (const child of children) {
      child.send('round');
      await once(child, 'message');
    }
  }
  console.log('');
  const times: number[][] = [];
  for (const [k, child] of children.entries()) {
    child.send('end');
    const [figures] = (await once(child, 'message')) as [FleetFigures];
    const fleet = FLEETS[k]!;
    const all = figures.rounds.map((round) => round.cpuS.toFixed(2)).join(', ');
    const us = figures.rounds.map(usPerEvent);
    times.push(us);
    console.log(`${fleet.replicas} replicas: ${fleet.virtualS} virtual s in ${all} s of CPU; ${median(us).toFixed(2)} µs an event`);
    if (fleet === FLEETS.at(-1)) noteFleet(fleet, figures, GOALS);
  }
  const [first, last] = [times[0]!, times.at(-1)!];
  const growth = median(last.map((us, i) => us / first[i]!));
  const goal = { goal: `≤ ${MOST_GROWTH}×`, met: growth <= MOST_GROWTH };
  note({ what: 'time of an event, tree of 10,000', measured: `${median(last).toFixed(2)} µs`, against: `tree of 10: ${median(first).toFixed(2)} µs`, ratio: `${growth.toFixed(2)}×`, ...goal });
  console.log(`\nAn event takes ${growth.toFixed(2)}× as long among 10,000 as among 10 ${mark(goal.goal, goal.met)}`);
}

/** One of them, a round at each word of who forked this process; without anybody, all rounds at once. */
async function runOne(replicas: string): Promise<void> {
  const fleet = FLEETS.find((each) => String(each.replicas) === replicas);
  if (fleet === undefined) throw new Error(`there is no tree of ${replicas}`);
  if (process.send === undefined) return noteFleet(fleet, measureFleet(fleet), GOALS);
  const { round, end } = startFleet(fleet);
  process.send('ready');
  for (;;) {
    const [word] = (await once(process, 'message')) as [string];
    if (word === 'end') break;
    round();
    process.send('done');
  }
  process.send(end());
  process.disconnect();
}
