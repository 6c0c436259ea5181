/** What a client machine may ask of the world: a part of what a server may. */
import type { ConnectionPort, Random, TimerPort } from '../redis/ports.ts';

export interface ClientPorts extends ConnectionPort, TimerPort {
  nowUs(): number;
  readonly random: Random;
}
