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
