/**
 * Whole worlds to measure: a scenario made here, run as `run.ts` runs it (judge included), with the world in reach.
 *
 * Set-up (starting, first syncs) is driven by `until`, so that what follows can be measured alone.
 */
import { createJudge } from '../src/checks/judge.ts';
import { loadScenario } from '../src/scenario/load.ts';
import { createSimulation, type Simulation } from '../src/simulation/simulation.ts';
import type { World } from '../src/simulation/world.ts';

const SECOND_US = 1_000_000;

export interface Going {
  readonly world: World;
  readonly simulation: Simulation;
  /** Moves on by virtual seconds. */
  advance(seconds: number): void;
  /** Moves on, 100 ms at a time, until `condition` holds; an error after `limitS` virtual seconds. */
  until(condition: () => boolean, limitS: number, what: string): void;
}

/** A world that stands at time 0. `text` is a scenario as YAML. */
export function createWorld(text: string): Going {
  const scenario = loadScenario(text, 'bench.yaml');
  const judge = createJudge(scenario);
  const simulation = createSimulation(scenario, {
    seed: scenario.seed, server: null, guards: {}, cronEveryTick: false, tap: null, untilUs: null,
    onTrace: (trace) => judge.watch(trace),
    onCheckpoint: () => {}, watched: [], onChange: () => {},
  });
  const { world } = simulation;
  const advance = (seconds: number): void => {
    const untilUs = world.kernel.nowUs + Math.round(seconds * SECOND_US);
    const { stopped } = world.kernel.advance(Infinity, untilUs);
    if (stopped === 'guard') throw new Error('a guard stopped the run');
  };
  const until = (condition: () => boolean, limitS: number, what: string): void => {
    const limitUs = world.kernel.nowUs + limitS * SECOND_US;
    while (!condition()) {
      if (world.kernel.nowUs >= limitUs) throw new Error(`not after ${limitS} s: ${what}`);
      advance(0.1);
    }
  };
  return { world, simulation, advance, until };
}

/** How many nodes follow a master and have their link up. */
export function connected(world: World): number {
  let count = 0;
  for (const { server } of world.nodes) if (server?.replication.linkState === 'connected') count++;
  return count;
}

/** How many replicas stand at the same offset as the first node. */
export function caughtUp(world: World): number {
  const offset = world.nodes[0]?.server?.replication.masterReplOffset;
  let count = 0;
  for (const { server } of world.nodes) if (server !== null && server.replication.masterHost !== null && server.replication.masterReplOffset === offset) count++;
  return count;
}

/** Most memory that this process ever had, bytes. */
export function peakRss(): number {
  return process.resourceUsage().maxRSS * 1024;
}
