/**
 * A tree: 10,000 replicas, each with up to ten of its own, four levels deep, 20 virtual seconds.
 *
 * A profile: `npm run bench -- tree --profile`.
 */
import { measureFleet } from './fleet.ts';

const FAN_OUT = 10;
const masterOf = (index: number): string => (index < FAN_OUT ? 'master' : `replica-${Math.floor(index / FAN_OUT) - 1}`);

measureFleet({ name: 'Tree', replicas: 10_000, masterOf, virtualS: 20, goalSpeed: 2, goalMb: 2_000 });
