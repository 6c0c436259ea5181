/**
 * The same run without what a resync is said to go back to: the proof that it does. Steps of the timeline and loads are taken out
 * of the scenario; up to there the two runs are one.
 */
import { NEVER_US } from '../scenario/defaults.ts';
import type { Scenario, Step, Verb } from '../scenario/scenario.ts';
import { mapSteps } from '../scenario/steps.ts';

/** What can be taken out. */
export type Part =
  | { readonly is: 'step'; readonly step: Step; readonly words: string; readonly atUs: number }
  | { readonly is: 'load'; readonly client: string };

/** Loads that write to a node. */
export function loadsOf({ clients }: Scenario, node: string): Part[] {
  return clients.filter(({ to }) => to.includes(node)).map(({ name }) => ({ is: 'load', client: name }));
}

export function without(scenario: Scenario, parts: readonly Part[]): Scenario {
  const steps = parts.flatMap((part) => (part.is === 'step' ? [part.step] : []));
  const loads = new Set(parts.flatMap((part) => (part.is === 'load' ? [part.client] : [])));
  const goes = (step: Step): boolean => steps.some((other) => isSameEntry(step, other)) || ('client' in step.verb && loads.has(step.verb.client) && SAID_TO_LOADS.has(step.verb.do));
  return {
    ...scenario,
    clients: scenario.clients.map((client) => (loads.has(client.name) ? { ...client, fromUs: NEVER_US, untilUs: null } : client)),
    // The time before a step passes without it, too: those that follow keep theirs.
    timeline: scenario.timeline.map((track) => ({ ...track, steps: mapSteps(track.steps, (step) => [goes(step) ? { ...step, verb: NOTHING } : step]) })),
  };
}

const NOTHING: Verb = { do: 'sleep', us: 0 };
const SAID_TO_LOADS: ReadonlySet<Verb['do']> = new Set<Verb['do']>(['load', 'change-load']);

/** One entry of the file may be several steps: to stop, and to start again. */
function isSameEntry(one: Step, other: Step): boolean {
  if (one.place === null || other.place === null) return one === other || (one.place === other.place && JSON.stringify(one.verb) === JSON.stringify(other.verb));
  return one.place.file === other.place.file && one.place.line === other.place.line && one.place.column === other.place.column;
}
