/**
 * Plays a timeline on a Stage: tracks side by side, the steps of a track one after another.
 *
 * Owns the order of steps, the waiting between them, rounds and choices; and nothing of the world: what a verb does, and when
 * what it broke heals, is the Stage's business. Synchronous and driven by the Stage's calls; it never blocks and keeps no clock
 * of its own.
 */
import { assert } from '../assert.ts';
import type { Scenario, Step, Track, Verb } from './scenario.ts';
import type { Stage, VerbResult } from './stage.ts';
import { isAwaited } from './steps.ts';
import { verbWords } from './words.ts';

/** What a step gave. A wait that ran out gives `timed-out`, and its track goes on, as recordings do. */
export interface StepResult {
  /** Index of the track, and of the step in it; of a step within others, that of the outermost. */
  readonly track: number;
  readonly index: number;
  /** As taken: what was left to chance is drawn. */
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
/** So many rounds while no time passes are a loop that runs away. */
const MAX_ROUNDS_AT_ONE_INSTANT = 10_000;

/** Starts all tracks; `whenDone` is called once, when the last of them has ended. Tracks that fall together begin in the order of the file. */
export function play(
  scenario: Pick<Scenario, 'timeline'>,
  stage: Stage,
  whenDone: (results: readonly StepResult[]) => void = () => {},
): Playback {
  const player = new Player(scenario.timeline, stage, whenDone);
  player.begin();
  return player;
}

/** Where in the timeline a step stands: its track, and of a step within others the index of the outermost. */
interface Where {
  readonly track: number;
  readonly index: number | null;
}

class Player implements Playback {
  readonly results: StepResult[] = [];
  readonly unfinished = new Map<number, Step | null>();
  done = false;
  private readonly timeline: readonly Track[];
  private readonly stage: Stage;
  private readonly whenDone: (results: readonly StepResult[]) => void;

  constructor(timeline: readonly Track[], stage: Stage, whenDone: (results: readonly StepResult[]) => void) {
    this.timeline = timeline;
    this.stage = stage;
    this.whenDone = whenDone;
  }

  begin(): void {
    this.timeline.forEach((track, index) => {
      if (isAwaited(track)) this.unfinished.set(index, null);
    });
    this.timeline.forEach((track, index) => this.start(track, index));
    if (this.unfinished.size === 0) this.end();
  }

  private start(track: Track, index: number): void {
    const { start, steps } = track;
    const once = (): void => {
      this.walk(steps, { track: index, index: null }, () => this.trackEnded(index));
    };
    if (start.type === 'at') this.stage.at(start.chance === undefined ? start.us : this.drawn(start.chance), once);
    else if (start.type === 'when') this.stage.when(start.condition, 0, once);
    else if (start.type === 'whenever') this.eachTime(start.condition, (done) => this.walk(steps, { track: index, index: null }, done));
    // before-stop: begun by whoever is about to stop the node.
  }

  private trackEnded(track: number): void {
    if (!this.unfinished.delete(track) || this.unfinished.size > 0) return;
    this.end();
  }

  private end(): void {
    this.done = true;
    this.whenDone(this.results);
  }

  /** Each time the condition begins to hold, when what it led to the last time is over. */
  private eachTime(condition: Extract<Track['start'], { type: 'whenever' }>['condition'], then: (done: () => void) => void): void {
    this.stage.when(condition, 0, () => {
      then(() => {
        this.stage.when({ is: 'not', of: condition }, 0, () => this.eachTime(condition, then));
      });
    });
  }

  /** Takes steps in turn. */
  private walk(steps: readonly Step[], where: Where, done: () => void): void {
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
        const planned = steps[next];
        if (planned === undefined) done();
        else this.take(this.resolved(planned), { track: where.track, index: where.index ?? next }, () => {
          next++;
          proceed();
        });
      }
      looping = false;
    };
    proceed();
  }

  private take(step: Step, where: Where & { readonly index: number }, done: () => void): void {
    if (this.unfinished.has(where.track)) this.unfinished.set(where.track, step);
    const begin = (): void => {
      const startedUs = this.stage.nowUs();
      let over = false;
      this.perform(step.verb, where, (result) => {
        assert(!over, 'a Stage calls done exactly once');
        over = true;
        this.results.push({ ...where, step, startedUs, endedUs: this.stage.nowUs(), result });
        done();
      });
    };
    if (step.afterUs === 0) begin();
    else this.stage.at(this.stage.nowUs() + step.afterUs, begin);
  }

  // ---------------------------------------------------------------- verbs

  /** Waiting, judging and choosing are the player's own verbs; all others are the Stage's. */
  private perform(verb: Verb, where: Where, done: (result: VerbResult) => void): void {
    const { stage } = this;
    switch (verb.do) {
      case 'sleep':
        stage.at(stage.nowUs() + verb.us, () => done(NONE));
        return;
      case 'wait-until':
        this.wait(verb, done);
        return;
      case 'expect':
        stage.checkpoint({ expectations: verb.expectations, notes: [] });
        done(NONE);
        return;
      case 'note':
        stage.checkpoint({ expectations: [], notes: verb.notes });
        done(NONE);
        return;
      case 'repeat':
        this.repeat(verb, where, () => done(NONE));
        return;
      case 'choose':
        this.walk(this.chosen(verb), where, () => done(NONE));
        return;
      case 'stop':
        this.beforeStop(verb.node, 0, () => stage.perform(verb, done));
        return;
      default:
        stage.perform(verb, done);
    }
  }

  private wait(verb: Extract<Verb, { do: 'wait-until' }>, done: (result: VerbResult) => void): void {
    const { stage } = this;
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

  private repeat(verb: Extract<Verb, { do: 'repeat' }>, where: Where, done: () => void): void {
    const { stage } = this;
    const endUs = verb.forUs === null ? Infinity : stage.nowUs() + verb.forUs;
    let rounds = 0;
    let instantUs = -1;
    let roundsNow = 0;
    let between = false;
    let held = false;
    let over = false;

    const finish = (): void => {
      if (over) return;
      over = true;
      withdraw();
      done();
    };
    const round = (): void => {
      between = false;
      if (over) return;
      const beganUs = stage.nowUs();
      if (held || beganUs >= endUs) return finish();
      roundsNow = beganUs === instantUs ? roundsNow + 1 : 1;
      instantUs = beganUs;
      if (roundsNow > MAX_ROUNDS_AT_ONE_INSTANT) {
        stage.note(`${verbWords(verb)}: given up after ${MAX_ROUNDS_AT_ONE_INSTANT} rounds in which no time passed`);
        return finish();
      }
      rounds++;
      this.walk(verb.steps, where, () => {
        if (held || rounds === verb.times) return finish();
        between = true;
        const { from, to } = verb.every;
        const everyUs = from === to ? from : stage.draw(verb.stream, from, to);
        stage.at(Math.min(Math.max(beganUs + everyUs, stage.nowUs()), endUs), round);
      });
    };
    const withdraw = verb.until === null ? () => {} : stage.when(verb.until, 0, () => {
      held = true;
      if (between) finish();
    });
    round();
  }

  private chosen({ among, stream }: Extract<Verb, { do: 'choose' }>): readonly Step[] {
    const total = among.reduce((sum, { weight }) => sum + weight, 0);
    let mark = this.stage.draw(stream, 1, total);
    for (const { weight, steps } of among) {
      mark -= weight;
      if (mark <= 0) return steps;
    }
    return [];
  }

  /** What actors do before a node is stopped, one after another. */
  private beforeStop(node: string, from: number, then: () => void): void {
    const index = this.timeline.findIndex(({ start }, at) => at >= from && start.type === 'before-stop' && start.nodes.includes(node));
    if (index < 0) return then();
    this.walk(this.timeline[index]!.steps, { track: index, index: null }, () => this.beforeStop(node, index + 1, then));
  }

  // ---------------------------------------------------------------- chance

  private drawn({ stream, among: { from, to } }: NonNullable<Step['chances']>[number]): number {
    return this.stage.draw(stream, from, to);
  }

  /** The step with all that was left to chance drawn. */
  private resolved(step: Step): Step {
    const { chances, ...rest } = step;
    if (chances === undefined) return step;
    return chances.reduce<Step>((so, chance) => {
      const value = this.drawn(chance);
      if (chance.field === 'afterUs') return { ...so, afterUs: value };
      return { ...so, verb: { ...so.verb, [chance.field]: value } };
    }, rest);
  }
}
