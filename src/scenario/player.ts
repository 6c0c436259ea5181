/**
 * Plays a timeline on a Stage: tracks side by side, the steps of a track one after another.
 *
 * Owns the order of steps and the waiting between them, and nothing of the world: what a verb does,
 * and when what it broke heals, is the Stage's business. Synchronous and driven by the Stage's
 * calls; it never blocks and keeps no clock of its own.
 */
import { assert } from '../assert.ts';
import type { Scenario, Step, Track, Verb } from './scenario.ts';
import type { Stage, VerbResult } from './stage.ts';
import { verbWords } from './words.ts';

/** What a step gave. A wait that ran out gives `timed-out`, and its track goes on, as recordings do. */
export interface StepResult {
  /** Index of the track, and of the step in it. */
  readonly track: number;
  readonly index: number;
  readonly step: Step;
  readonly startedUs: number;
  readonly endedUs: number;
  readonly result: VerbResult;
}

/** A play in progress; it changes as the Stage makes its calls. */
export interface Playback {
  /** In the order in which the steps ended. */
  readonly results: readonly StepResult[];
  /** What each unfinished track is at: its next or present step, or null while it waits for its start. */
  readonly unfinished: ReadonlyMap<number, Step | null>;
  readonly done: boolean;
}

const NONE: VerbResult = { type: 'none' };
const TIMED_OUT: VerbResult = { type: 'timed-out' };

/** Starts all tracks; `whenDone` is called once, when the last of them has ended. Tracks that fall together begin in the order of the file. */
export function play(
  scenario: Pick<Scenario, 'timeline'>,
  stage: Stage,
  whenDone: (results: readonly StepResult[]) => void = () => {},
): Playback {
  const results: StepResult[] = [];
  const unfinished = new Map<number, Step | null>();
  const playback = { results, unfinished, done: false };

  const trackEnded = (track: number): void => {
    unfinished.delete(track);
    if (unfinished.size > 0) return;
    playback.done = true;
    whenDone(results);
  };

  scenario.timeline.forEach((_, index) => unfinished.set(index, null));
  scenario.timeline.forEach((track, index) => {
    atStart(track, stage, () => {
      walk(track, index, stage, results, unfinished, trackEnded);
    });
  });
  if (scenario.timeline.length === 0) {
    playback.done = true;
    whenDone(results);
  }
  return playback;
}

function atStart(track: Track, stage: Stage, begin: () => void): void {
  if (track.start.type === 'at') stage.at(track.start.us, begin);
  else stage.when(track.start.condition, 0, begin);
}

/** Takes the steps of one track in turn. */
function walk(
  track: Track,
  trackIndex: number,
  stage: Stage,
  results: StepResult[],
  unfinished: Map<number, Step | null>,
  ended: (track: number) => void,
): void {
  let next = 0;
  // A verb may be done before `perform` returns. Looping then, rather than calling deeper, keeps a
  // timeline of any length off the stack.
  let looping = false;
  let again = false;

  const proceed = (): void => {
    again = true;
    if (looping) return;
    looping = true;
    while (again) {
      again = false;
      takeStep();
    }
    looping = false;
  };

  const takeStep = (): void => {
    const step = track.steps[next];
    if (step === undefined) {
      ended(trackIndex);
      return;
    }
    unfinished.set(trackIndex, step);
    if (step.afterUs === 0) begin(step);
    else stage.at(stage.nowUs() + step.afterUs, () => begin(step));
  };

  const begin = (step: Step): void => {
    const startedUs = stage.nowUs();
    let done = false;
    doVerb(step.verb, stage, (result) => {
      assert(!done, 'a Stage calls done exactly once');
      done = true;
      results.push({ track: trackIndex, index: next, step, startedUs, endedUs: stage.nowUs(), result });
      next++;
      proceed();
    });
  };

  proceed();
}

/** Waiting and judging are the player's own verbs; all others are the Stage's. */
function doVerb(verb: Verb, stage: Stage, done: (result: VerbResult) => void): void {
  switch (verb.do) {
    case 'sleep':
      stage.at(stage.nowUs() + verb.us, () => done(NONE));
      return;
    case 'wait-until':
      wait(verb, stage, done);
      return;
    case 'expect':
      stage.checkpoint(verb.expectations);
      done(NONE);
      return;
    default:
      stage.perform(verb, done);
  }
}

function wait(verb: Extract<Verb, { do: 'wait-until' }>, stage: Stage, done: (result: VerbResult) => void): void {
  let over = false;
  const end = (result: VerbResult): void => {
    if (over) return;
    over = true;
    done(result);
  };
  const withdraw = stage.when(verb.condition, verb.pollUs, () => end(NONE));
  if (verb.timeoutUs === null) return;
  stage.at(stage.nowUs() + verb.timeoutUs, () => {
    if (over) return;
    withdraw();
    stage.note(verbWords(verb));
    end(TIMED_OUT);
  });
}
