/** Steps hold steps: all of a timeline, however deep, and what is made of them. */
import type { Step, Track, Verb } from './scenario.ts';

/** The steps directly inside a verb; none in most. */
export function stepsWithin(verb: Verb): readonly Step[] {
  if (verb.do === 'repeat') return verb.steps;
  return verb.do === 'choose' ? verb.among.flatMap(({ steps }) => steps) : [];
}

/** These steps and all within them, in the order of the file. */
export function allSteps(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => [step, ...allSteps(stepsWithin(step.verb))]);
}

export function allVerbs(timeline: readonly { readonly steps: readonly Step[] }[]): Verb[] {
  return timeline.flatMap(({ steps }) => allSteps(steps).map(({ verb }) => verb));
}

/** Each step replaced by some, those within first. */
export function mapSteps(steps: readonly Step[], change: (step: Step) => readonly Step[]): Step[] {
  return steps.flatMap((step) => change({ ...step, verb: mapWithin(step.verb, (inner) => mapSteps(inner, change)) }));
}

function mapWithin(verb: Verb, change: (steps: readonly Step[]) => readonly Step[]): Verb {
  if (verb.do === 'repeat') return { ...verb, steps: change(verb.steps) };
  if (verb.do === 'choose') return { ...verb, among: verb.among.map(({ weight, steps }) => ({ weight, steps: change(steps) })) };
  return verb;
}

/** The end of a timeline waits for tracks that end by themselves and are nobody's habit. */
export function isAwaited({ start, actor }: Track): boolean {
  return actor === undefined && (start.type === 'at' || start.type === 'when');
}
