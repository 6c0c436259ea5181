/**
 * A star: 1,000 replicas of one master, 60 virtual seconds.
 *
 * A profile: `npm run bench -- star --profile`.
 */
import { measureFleet } from './fleet.ts';

measureFleet({ name: 'Star', replicas: 1_000, masterOf: () => 'master', virtualS: 60, goalSpeed: 20, goalMb: 500 });
