/**
 * A star: 1,000 replicas of one master, 60 virtual seconds a round.
 *
 * A profile: `npm run bench -- star --profile`.
 */
import { type Fleet, measureFleet, noteFleet } from './fleet.ts';

const star: Fleet = { name: 'star', replicas: 1_000, masterOf: () => 'master', virtualS: 60 };
noteFleet(star, measureFleet(star), { speed: 20, mb: 500 });
