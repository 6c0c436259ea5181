/**
 * A scenario in the simulated world, from its first event to its last: the world, the stage in it, and the player on it.
 */
import type { Advance } from '../kernel/index.ts';
import type { Condition, Scenario } from '../scenario/scenario.ts';
import type { Asked } from '../scenario/stage.ts';
import { play, type Playback } from '../scenario/player.ts';
import type { Observed } from '../trace/sample.ts';
import type { Trace } from '../trace/trace.ts';
import { SimulatedStage } from './stage.ts';
import { createSeen } from './seen.ts';
import { createSampler } from './sampler.ts';
import { createWatcher } from './watcher.ts';
import { World, type WorldOptions } from './world.ts';

export interface Simulation {
  readonly world: World;
  readonly playback: Playback;
  /** Virtual time at which it ends at the latest, µs. */
  readonly endUs: number;
  /** Why the run ended; '' while it goes on. */
  readonly stopped: 'time' | 'done' | 'guard' | '';
  /** What the guard said; '' when none did. */
  readonly stoppedBy: string;
  /** Moves by at most `maxEvents` events; true when it is over. How it is sliced never changes it. */
  advance(maxEvents: number): boolean;
  /** What was seen so far; null: nobody looks. */
  observed(): Observed | null;
}

export interface SimulationOptions extends WorldOptions {
  readonly untilUs: number | null;
  /** µs between two looks at everything; null or absent: nobody looks. */
  readonly sampleEveryUs?: number | null;
  /** Called before anything is told, to listen. */
  readonly onTrace: (trace: Trace) => void;
  /** The timeline asks to judge these now; the state of every node was just observed. */
  readonly onCheckpoint: (asked: Asked, atUs: number) => void;
  /** Conditions to look at whenever something may have changed. */
  readonly watched: readonly Condition[];
  /** One of them began or ceased to hold. */
  readonly onChange: (condition: number, atUs: number, holds: boolean) => void;
}

export function createSimulation(scenario: Scenario, options: SimulationOptions): Simulation {
  const world = new World(scenario, options);
  options.onTrace(world.trace);
  const sampler = createSampler(world, options.sampleEveryUs ?? null);
  const seen = createSeen(world);
  const stage = new SimulatedStage(world, seen, (asked) => options.onCheckpoint(asked, world.kernel.nowUs));
  const watcher = createWatcher(world, seen, options.watched, options.onChange);
  const endUs = Math.min(scenario.durationUs, options.untilUs ?? Infinity);
  world.begin();
  watcher.look();
  for (const { name, fromUs, untilUs } of scenario.clients) {
    stage.at(fromUs, () => stage.setLoad(name, true));
    if (untilUs !== null) stage.at(untilUs, () => stage.setLoad(name, false));
  }
  (scenario.observers ?? []).forEach(({ fromUs, untilUs }, index) => {
    stage.at(fromUs, () => world.observers[index]?.start());
    if (untilUs !== null) stage.at(untilUs, () => world.observers[index]?.stop());
  });
  const playback = play(scenario, stage);
  const isOver = endOf(scenario, world, playback);
  let stopped: Simulation['stopped'] = '';
  let stoppedBy = '';

  const advance = (maxEvents: number): boolean => {
    if (stopped !== '') return true;
    let left = maxEvents;
    while (left > 0) {
      // A timeline that ends the run is looked at after each event, so that slices make no difference.
      const step = scenario.endsWhenDone ? 1 : left;
      const before = world.kernel.eventsRun;
      const result: Advance = world.kernel.advance(step, Math.min(sampler.nextUs, endUs));
      left -= Math.max(world.kernel.eventsRun - before, 1);
      if (result.stopped === 'until' && world.kernel.nowUs < endUs) {
        // Nothing happened since the last event, and so nothing is over.
        sampler.look();
        continue;
      }
      if (scenario.endsWhenDone && isOver()) stopped = 'done';
      else if (result.stopped === 'guard') {
        stopped = 'guard';
        stoppedBy = `guard ${result.guard}: ${result.limit} reached, next event ${result.next.handler}`;
      } else if (result.stopped === 'until' || result.stopped === 'idle') stopped = 'time';
      if (stopped !== '') {
        sampler.look();
        return true;
      }
    }
    return false;
  };
  return {
    world, playback, endUs, advance, observed: sampler.observed,
    get stopped() { return stopped; },
    get stoppedBy() { return stoppedBy; },
  };
}

/** The timeline is through, loads that have an end have ended, and what is given time to come true has had it. */
function endOf({ clients, expect }: Scenario, world: World, playback: Playback): () => boolean {
  const limited = clients.filter(({ untilUs }) => untilUs !== null);
  const graceUs = Math.max(0, ...expect.map((one) => (one.expect === 'converged' ? one.withinUs : 0)));
  let doneUs = -1;
  return () => {
    if (!playback.done) return false;
    const { nowUs } = world.kernel;
    if (limited.some(({ name, untilUs }) => nowUs < (untilUs ?? 0) || world.client(name).load.isRunning)) return false;
    if (doneUs < 0) doneUs = nowUs;
    return nowUs >= doneUs + graceUs;
  };
}
