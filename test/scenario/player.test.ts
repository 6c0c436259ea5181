import { describe, expect, it } from 'vitest';
import { play } from '../../src/scenario/player.ts';
import type { Condition, Step, Track, Verb } from '../../src/scenario/scenario.ts';
import { createFakeStage } from './fake-stage.ts';

const S = 1_000_000;
const KILL: Verb = { do: 'kill', node: 'master' };
const START: Verb = { do: 'start', nodes: ['master'] };
const ONLINE: Condition = { is: 'online', replicas: ['replica'] };

function step(verb: Verb, afterUs = 0): Step {
  return { verb, afterUs, place: null };
}
function sleep(us: number): Step {
  return step({ do: 'sleep', us });
}
function waitUntil(condition: Condition, timeoutUs: number | null = null): Step {
  return step({ do: 'wait-until', condition, timeoutUs, pollUs: 0 });
}
function at(us: number, ...steps: Step[]): Track {
  return { start: { type: 'at', us }, steps };
}

describe('a track', () => {
  it('begins at its time and takes its steps at once, one after another', () => {
    const stage = createFakeStage();
    const playback = play({ timeline: [at(5 * S, step(KILL), step(START))] }, stage);
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['5s kill', '5s start']);
    expect(playback.done).toBe(true);
  });
  it('waits `after`, and sleeps, from the end of the step before', () => {
    const stage = createFakeStage();
    play({ timeline: [at(0, step(KILL), step(START, 2 * S), sleep(3 * S), step(KILL))] }, stage);
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['0s kill', '2s start', '5s kill']);
  });
  it('waits for a verb that takes its time', () => {
    const stage = createFakeStage(['start']);
    const playback = play({ timeline: [at(0, step(START), step(KILL))] }, stage);
    stage.runTo(7 * S);
    expect(stage.log).toEqual(['0s start']);
    expect(playback.unfinished.get(0)?.verb).toBe(START);
    stage.inHand.get('start')!({ type: 'none' });
    expect(stage.log).toEqual(['0s start', '7s kill']);
  });
  it('may begin at a condition', () => {
    const stage = createFakeStage();
    const playback = play({ timeline: [{ start: { type: 'when', condition: ONLINE }, steps: [step(KILL)] }] }, stage);
    stage.runTo(4 * S);
    expect(playback.unfinished.get(0)).toBeNull();
    stage.holds('online');
    stage.runTo(9 * S);
    expect(stage.log).toEqual(['4s kill']);
  });
  it('may be longer than the stack is deep', () => {
    const stage = createFakeStage();
    const playback = play({ timeline: [at(0, ...Array.from({ length: 50_000 }, () => step(KILL)))] }, stage);
    stage.runTo(0);
    expect(playback.results).toHaveLength(50_000);
  });
});

describe('tracks', () => {
  it('run side by side, and those of one instant in the order of the file', () => {
    const stage = createFakeStage();
    play({ timeline: [at(S, step(KILL), sleep(2 * S), step(KILL)), at(S, step(START)), at(2 * S, step(START))] }, stage);
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['1s kill', '1s start', '2s start', '3s kill']);
  });
  it('are done when the last one is, and say so once', () => {
    const stage = createFakeStage();
    let ends = 0;
    const playback = play({ timeline: [at(S, step(KILL)), at(0, sleep(8 * S))] }, stage, () => ends++);
    stage.runTo(7 * S);
    expect([ends, playback.done]).toEqual([0, false]);
    stage.runTo(8 * S);
    expect([ends, playback.done]).toEqual([1, true]);
  });
  it('are done at once when there are none', () => {
    let ends = 0;
    expect(play({ timeline: [] }, createFakeStage(), () => ends++).done).toBe(true);
    expect(ends).toBe(1);
  });
});

describe('wait-until', () => {
  it('goes on when its condition holds, and the time-out is forgotten', () => {
    const stage = createFakeStage();
    const playback = play({ timeline: [at(0, waitUntil(ONLINE, 20 * S), step(KILL))] }, stage);
    stage.runTo(3 * S);
    stage.holds('online');
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['3s kill']);
    expect(playback.results.map(({ result }) => result.type)).toEqual(['none', 'none']);
  });
  it('goes on when time is up, says so in its result, and forgets the condition', () => {
    const stage = createFakeStage();
    const playback = play({ timeline: [at(0, waitUntil(ONLINE, 20 * S), step(KILL))] }, stage);
    stage.runTo(25 * S);
    stage.holds('online');
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['20s note wait until replica is online, at most 20s', '20s kill']);
    expect(playback.results.map(({ result, startedUs, endedUs }) => [result.type, startedUs, endedUs])).toEqual([
      ['timed-out', 0, 20 * S],
      ['none', 20 * S, 20 * S],
    ]);
  });
  it('without a time-out waits for ever', () => {
    const stage = createFakeStage();
    const playback = play({ timeline: [at(0, waitUntil(ONLINE))] }, stage);
    stage.runTo(1e12);
    expect(playback.done).toBe(false);
  });
});

describe('expect', () => {
  it('is judged by the Stage at that instant', () => {
    const stage = createFakeStage();
    const expectation = { expect: 'role', node: 'master', role: 'master', place: null, text: 'role of master is master' } as const;
    play({ timeline: [at(4 * S, step({ do: 'expect', expectations: [expectation] }), step(KILL))] }, stage);
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['4s expect role of master is master', '4s kill']);
  });
});

describe('a Stage that calls done twice', () => {
  it('is a bug of ours', () => {
    const stage = createFakeStage(['kill']);
    play({ timeline: [at(0, step(KILL))] }, stage);
    stage.runTo(0);
    const done = stage.inHand.get('kill')!;
    done({ type: 'none' });
    expect(() => done({ type: 'none' })).toThrow('exactly once');
  });
});

describe('repeat', () => {
  const repeat = (fields: Partial<Extract<Verb, { do: 'repeat' }>>, ...steps: Step[]): Step =>
    step({ do: 'repeat', times: null, forUs: null, until: null, every: { from: 0, to: 0 }, stream: 'chance/x/1', steps, ...fields });
  const every = (us: number): { every: { from: number; to: number } } => ({ every: { from: us, to: us } });

  it('takes its steps so many times, a round each so long after the beginning of the last', () => {
    const stage = createFakeStage();
    const playback = play({ timeline: [at(S, repeat({ times: 3, ...every(10 * S) }, step(KILL), step(START, 2 * S)), step(KILL))] }, stage);
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['1s kill', '3s start', '11s kill', '13s start', '21s kill', '23s start', '23s kill']);
    expect(playback.done).toBe(true);
  });
  it('begins no round before the last one is over', () => {
    const stage = createFakeStage();
    play({ timeline: [at(0, repeat({ times: 3, ...every(2 * S) }, sleep(5 * S), step(KILL)))] }, stage);
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['5s kill', '10s kill', '15s kill']);
  });
  it('begins none after its time, which it lives through', () => {
    const stage = createFakeStage();
    play({ timeline: [at(0, repeat({ forUs: 25 * S, ...every(10 * S) }, step(KILL)), step(START))] }, stage);
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['0s kill', '10s kill', '20s kill', '25s start']);
  });
  it('ends at once when what it waits for comes between two rounds, and after the round when it comes in one', () => {
    for (const [heldUs, log] of [[12 * S, ['0s kill', '1s start', '10s kill', '11s start', '12s kill']], [10.5 * S, ['0s kill', '1s start', '10s kill', '11s start', '11s kill']]] as const) {
      const stage = createFakeStage();
      play({ timeline: [at(0, repeat({ until: ONLINE, ...every(10 * S) }, step(KILL), step(START, S)), step(KILL))] }, stage);
      stage.runTo(heldUs);
      stage.holds('online');
      stage.runTo(60 * S);
      expect(stage.log).toEqual(log);
    }
  });
  it('draws the time between rounds anew each time', () => {
    const stage = createFakeStage([], [3 * S, 8 * S, 4 * S]);
    play({ timeline: [at(0, repeat({ times: 4, every: { from: 2 * S, to: 9 * S } }, step(KILL)))] }, stage);
    stage.runTo(60 * S);
    expect(stage.log.filter((line) => line.endsWith('kill'))).toEqual(['0s kill', '3s kill', '11s kill', '15s kill']);
  });
  it('that runs away while no time passes is given up, and that is noted', () => {
    const stage = createFakeStage();
    const playback = play({ timeline: [at(S, repeat({ until: ONLINE }, step(KILL)), step(START))] }, stage);
    stage.runTo(S);
    expect(stage.log.slice(-2)).toEqual(['1s note repeat until replica is online: kill master: given up after 10000 rounds in which no time passed', '1s start']);
    expect(playback.done).toBe(true);
  });
  it('may hold others', () => {
    const stage = createFakeStage();
    play({ timeline: [at(0, repeat({ times: 2, ...every(10 * S) }, repeat({ times: 2, ...every(S) }, step(KILL)), step(START)))] }, stage);
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['0s kill', '1s kill', '1s start', '10s kill', '11s kill', '11s start']);
  });
});

describe('chance', () => {
  const choose = step({ do: 'choose', stream: 'chance/which/1', among: [{ weight: 1, steps: [step(KILL)] }, { weight: 3, steps: [step(START)] }, { weight: 0, steps: [sleep(S)] }] });

  it.each([[1, 'kill'], [2, 'start'], [4, 'start']])('of weights 1, 3 and 0, the draw %i picks %s', (drawn, verb) => {
    const stage = createFakeStage([], [drawn]);
    play({ timeline: [at(0, choose)] }, stage);
    stage.runTo(S);
    expect(stage.log).toEqual(['0s draw chance/which/1', `0s ${verb}`]);
  });
  it('decides when a track begins, how long a step waits, and how long it lasts', () => {
    const stage = createFakeStage([], [12 * S, 3 * S, 7 * S]);
    const chance = (field: string): NonNullable<Step['chances']>[number] => ({ field, among: { from: S, to: 20 * S }, stream: field });
    const start: Track['start'] = { type: 'at', us: S, chance: chance('at') };
    const freeze: Step = { ...step({ do: 'freeze', node: 'master', forUs: S }), chances: [chance('afterUs'), chance('forUs')] };
    const playback = play({ timeline: [{ start, steps: [freeze] }] }, stage);
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['0s draw at', '12s draw afterUs', '12s draw forUs', '15s freeze']);
    expect(playback.results[0]!.step).toEqual(step({ do: 'freeze', node: 'master', forUs: 7 * S }, 3 * S));
  });
});

describe('habits', () => {
  it('whenever: begins each time the condition begins to hold, and not again while it is under way', () => {
    const stage = createFakeStage();
    play({ timeline: [{ start: { type: 'whenever', condition: ONLINE }, steps: [sleep(2 * S), step(KILL)] }] }, stage);
    stage.runTo(S);
    stage.holds('online');
    stage.runTo(10 * S);
    expect(stage.log).toEqual(['3s kill']);
    stage.holds('not');
    stage.runTo(20 * S);
    expect(stage.log.slice(0, 2)).toEqual(['3s kill', '12s kill']);
  });
  it('of actors keep nobody waiting', () => {
    const stage = createFakeStage();
    const habit: Track = { start: { type: 'at', us: 0 }, steps: [sleep(50 * S)], actor: 'operator' };
    const playback = play({ timeline: [habit, at(S, step(KILL))] }, stage);
    stage.runTo(2 * S);
    expect(playback.done).toBe(true);
  });
  it('before-stop: the stop waits for it, and other ends of a process do not', () => {
    const stage = createFakeStage();
    const hook: Track = { start: { type: 'before-stop', nodes: ['master'] }, steps: [step(START), sleep(3 * S)] };
    play({ timeline: [hook, at(S, step({ do: 'stop', node: 'master', how: 'default' }), step(KILL))] }, stage);
    stage.runTo(60 * S);
    expect(stage.log).toEqual(['1s start', '4s stop', '4s kill']);
  });
});
