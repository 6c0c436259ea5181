/**
 * Looks at conditions after each turn of a server, and says when one begins or ceases to hold.
 *
 * It only looks: no event, no fact and no draw comes of it, so that an expectation never changes the run.
 */
import type { Condition } from '../scenario/scenario.ts';
import { holds, type Seen } from './conditions.ts';
import type { World } from './world.ts';

export interface Watcher {
  look(): void;
}

export function createWatcher(world: World, seen: Seen, conditions: readonly Condition[], changed: (condition: number, atUs: number, holds: boolean) => void): Watcher {
  const numbered = world.nodes.every(({ profile }) => profile.link.offset !== 'none');
  const wanted = [...conditions.keys()].filter((index) => !(numbered && isOfOffsets(conditions[index]!)));
  if (wanted.length === 0) return { look: () => {} };
  const held = conditions.map(() => false);
  const look = (): void => {
    for (const index of wanted) {
      const now = holds(conditions[index]!, world, seen);
      if (now === held[index]) continue;
      held[index] = now;
      changed(index, world.kernel.nowUs, now);
    }
  };
  const { somethingHappened } = world;
  world.somethingHappened = () => {
    somethingHappened();
    look();
  };
  // Loads start and stop without a turn of any server.
  world.trace.onMilestone(({ body }) => {
    if (body.kind === 'client-started' || body.kind === 'client-stopped') look();
  });
  return { look };
}

/** It asks by data what offsets tell for less. */
function isOfOffsets(condition: Condition): boolean {
  return condition.is === 'converged' && condition.withoutOffsets === true;
}
