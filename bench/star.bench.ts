/**
 * A star: 1,000 replicas of one master, 60 virtual seconds a round.
 *
 * A profile: `npm run bench -- star --profile`.
 */
import { type Fleet, noteFleet, ROUNDS, startFleet } from './fleet.ts';
import { peakRss } from './worlds.ts';

const star: Fleet = { name: 'star', replicas: 1_000, masterOf: () => 'master', virtualS: 60 };
const { warmUpS, warmVirtualS, round, end } = startFleet(star);
const rounds = Array.from({ length: ROUNDS }, round);
end();
noteFleet(star, { rounds, warmUpS, warmVirtualS, peakBytes: peakRss() }, { speed: 20, mb: 500 });
